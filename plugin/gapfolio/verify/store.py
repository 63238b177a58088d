"""A pack as it lies on disk, directory or zip archive: what is in it, and safe ways to read it.

Nothing outside the pack is ever read: links are not followed, names that lead out are refused, and
an archive is unpacked file by file, each as far as it declares, if there is room.
"""

from __future__ import annotations

import io
import os
import shutil
import stat
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PureWindowsPath
from typing import IO, TYPE_CHECKING, BinaryIO, Protocol

from gapfolio.errors import PackError

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

MANIFEST = "manifest.json"
LINK = "a symbolic link, which is not followed"
SPECIAL = "not a regular file"
_BLOCK = 1 << 20
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
_FLAGS |= getattr(os, "O_BINARY", 0)
_ENCRYPTED = 0x1
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_HEADER = 30
"""Bytes of the smallest header before a file in an archive."""


class Store(Protocol):
    """A pack that can be read."""

    name: str
    """As the user named it."""
    files: dict[str, int]
    """Path in the pack to size in bytes, of what can be read."""
    odd: dict[str, str]
    """Path to why it cannot be read."""

    def open(self, path: str) -> BinaryIO:
        """Open one of the files.

        Raises:
            OSError: it cannot be read (any more).
        """

    def lay_out(self, paths: Iterable[str], scratch: Path) -> Path:
        """Give a directory in which these files lie; it may be a new one in `scratch`.

        Raises:
            PackError: there is no room for them, or they cannot be unpacked.
        """


def outside(path: str) -> bool:
    """Tell whether a name could lead out of a directory, on any system."""
    parts = path.split("/")
    return (
        not path
        or "\0" in path
        or "\\" in path
        or bool(PureWindowsPath(path).drive)
        or any(part in ("", ".", "..") for part in parts)
    )


def read(store: Store, path: str, most: int) -> bytes:
    """Read a whole file, as large as it was found.

    Raises:
        PackError: it is larger than `most` bytes, or cannot be read.
    """
    if store.files[path] > most:
        raise PackError(f"{path}: is too large to be read ({store.files[path]:,} bytes)")
    try:
        with store.open(path) as file:
            return file.read(store.files[path])
    except OSError as error:
        raise PackError(f"{path}: cannot be read ({error.strerror or error})") from error


@contextmanager
def opened(path: Path) -> Iterator[Store]:
    """Open a pack.

    Raises:
        PackError: there is nothing there, or neither a directory nor a zip archive.
    """
    try:
        if path.is_dir():
            yield Directory(path)
        elif not path.exists():
            raise PackError(f"{path}: there is no such directory or archive")
        elif not zipfile.is_zipfile(path):
            raise PackError(f"{path}: is neither a directory nor a zip archive")
        else:
            with zipfile.ZipFile(path) as archive:
                yield Archive(path, archive)
    except OSError as error:
        raise PackError(f"{path}: cannot be read ({error.strerror or error})") from error
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise PackError(f"{path}: is a damaged archive ({error})") from error


class Directory:
    """A pack in a directory."""

    def __init__(self, path: Path) -> None:
        self.name = str(path)
        self.files: dict[str, int] = {}
        self.odd: dict[str, str] = {}
        self._root = path
        self._walk()

    def open(self, path: str) -> BinaryIO:
        """Open one of the files; a link that has taken its place is not followed."""
        number = os.open(self._root / path, _FLAGS)
        return os.fdopen(number, "rb")

    def lay_out(self, paths: Iterable[str], scratch: Path) -> Path:
        """Give a directory with links to these files and nothing else."""
        target = scratch / "pack"
        for path in paths:
            place = target / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.symlink_to((self._root / path).absolute())
        return target

    def _walk(self) -> None:
        waiting = [""]
        while waiting:
            before = waiting.pop()
            with os.scandir(self._root / before) as entries:
                for entry in entries:
                    path = before + entry.name
                    if entry.is_symlink():
                        self.odd[path] = LINK
                    elif entry.is_dir(follow_symlinks=False):
                        waiting.append(f"{path}/")
                    elif entry.is_file(follow_symlinks=False):
                        self.files[path] = entry.stat(follow_symlinks=False).st_size
                    else:
                        self.odd[path] = SPECIAL


class Archive:
    """A pack in a zip archive; a directory that holds all of it is left out of the names."""

    def __init__(self, path: Path, archive: zipfile.ZipFile) -> None:
        self.name = str(path)
        self.files: dict[str, int] = {}
        self.odd: dict[str, str] = {}
        self._archive = archive
        self._members: dict[str, zipfile.ZipInfo] = {}
        members = [member for member in archive.infolist() if not member.is_dir()]
        self._refuse_overlaps(members)
        top = _top([member.filename for member in members])
        for member in members:
            self._take(member, member.filename.removeprefix(top))

    def open(self, path: str) -> BinaryIO:
        """Open one of the files."""
        with _as_os_error():
            file = self._archive.open(self._members[path])
        return io.BufferedReader(_Unpacked(file), _BLOCK)

    def lay_out(self, paths: Iterable[str], scratch: Path) -> Path:
        """Unpack these files, if there is room for all that they declare."""
        wanted = list(paths)
        needed = sum(self.files[path] for path in wanted)
        free = shutil.disk_usage(scratch).free
        if needed > free:
            raise PackError(
                f"{self.name}: needs {needed:,} bytes of scratch space and there are {free:,}; "
                "set TMPDIR to a larger disk, or unpack it and name the directory"
            )
        target = scratch / "pack"
        for path in wanted:
            place = target / path
            place.parent.mkdir(parents=True, exist_ok=True)
            with self.open(path) as source, place.open("wb") as file:
                shutil.copyfileobj(source, file, _BLOCK)
        return target

    def _take(self, member: zipfile.ZipInfo, path: str) -> None:
        mode = member.external_attr >> 16
        if path in self.files or path in self.odd:
            self.odd[path] = "in the archive twice"
            self.files.pop(path, None)
        elif outside(path):
            self.odd[path] = "a name that leads out of the pack"
        elif stat.S_ISLNK(mode):
            self.odd[path] = LINK
        elif member.flag_bits & _ENCRYPTED:
            self.odd[path] = "encrypted"
        elif member.compress_type not in _METHODS:
            self.odd[path] = "packed in a way that Gapfolio does not use"
        else:
            self.files[path] = member.file_size
            self._members[path] = member

    def _refuse_overlaps(self, members: list[zipfile.ZipInfo]) -> None:
        """Refuse an archive whose files share their bytes: it unpacks to far more than it has."""
        end = 0
        for member in sorted(members, key=lambda member: member.header_offset):
            if member.header_offset < end:
                raise PackError(f"{self.name}: is a damaged archive (its files overlap)")
            end = member.header_offset + _HEADER + member.compress_size


class _Unpacked(io.RawIOBase):
    """A file of an archive whose damage is an OSError, like that of any other file."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        view = memoryview(buffer).cast("B")
        with _as_os_error():
            data = self._file.read(len(view))
        view[: len(data)] = data
        return len(data)

    def close(self) -> None:
        self._file.close()
        super().close()


@contextmanager
def _as_os_error() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise OSError(f"damaged in the archive: {error}") from error


def _top(names: Iterable[str]) -> str:
    """Give the directory in which everything lies, with its slash; `""` if there is none."""
    found = [name for name in names if name == MANIFEST or name.endswith(f"/{MANIFEST}")]
    if MANIFEST in found or len(found) != 1 or found[0].count("/") != 1:
        return ""
    return found[0].removesuffix(MANIFEST)
