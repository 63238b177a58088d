"""A pack as one reproducible zip archive: `gapfolio report --zip`.

Sorted names, the date of the pack's metadata on every file, no extra fields, mode 0600. Everything
lies in a directory that is named after the period, so the same pack gives the same bytes wherever
it lies. As with the PDF, another version of zlib may pack the same content into other bytes.
"""

from __future__ import annotations

import os
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from gapfolio import decoding
from gapfolio.errors import PackError
from gapfolio.manifest import MANIFEST, SIGNATURE, Manifest, read_manifest
from gapfolio.verify.store import Directory, opened, read

SUFFIX = ".zip"
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
_LATEST = datetime(2107, 12, 31, 23, 59, 58, tzinfo=UTC)
"""The archive's own calendar ends there."""
_PACKED = (".gz", ".parquet", ".pdf", ".png")
_BLOCK = 1 << 20
_LIST = 64 << 20
_UNIX = 3
_PLAIN = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")


def place(pack: Path) -> Path:
    """Give where the archive of a pack lies: beside it."""
    whole = pack.resolve()
    return whole.with_name(whole.name + SUFFIX)


def guard(pack: Path, period: str, edition: str = "") -> None:
    """Refuse to replace anything but an archive of our own unsigned pack of the same report.

    Raises:
        PackError: saying what is in the way.
    """
    found = contents(place(pack))
    if found is None:
        return
    manifest, signed = found
    if manifest is None:
        raise PackError(f"{place(pack)}: is in the way and is no archive of ours; move it")
    if manifest.period != period:
        raise PackError(f"{place(pack)}: holds the pack of {manifest.period}; move it")
    if manifest.edition != edition:
        raise PackError(f"{place(pack)}: holds another report of {period}; move it")
    if signed:
        raise PackError(f"{place(pack)}: holds a signed pack and stays as it is; move it")


def contents(path: Path) -> tuple[Manifest | None, bool] | None:
    """Tell of an archive: its manifest (None if it is not ours) and whether it is signed.

    None if there is nothing.
    """
    if not path.exists() and not path.is_symlink():
        return None
    if not path.is_file() or path.is_symlink():
        return None, False
    try:
        with opened(path) as store:
            if MANIFEST not in store.files:
                return None, False
            raw = read(store, MANIFEST, _LIST)
            return decoding.decode(raw, Manifest, "json"), SIGNATURE in store.files
    except (PackError, decoding.MalformedError):
        return None, False


def write(pack: Path) -> Path:
    """Write the archive of a pack beside it, whole or not at all.

    Raises:
        PackError: the disk is full, or the pack is no pack of ours.
    """
    target = place(pack)
    try:
        manifest = read_manifest((pack / MANIFEST).read_bytes(), str(pack))
        with _draft(target) as draft:
            _fill(draft, pack, manifest)
    except OSError as error:
        raise PackError(
            f"{target}: could not be written ({error.strerror or error}); the pack itself is whole"
        ) from error
    return target


@contextmanager
def _draft(target: Path) -> Iterator[Path]:
    """Give a private file that becomes `target` when the block ends well."""
    number, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    os.close(number)
    try:
        yield Path(name)
        Path(name).replace(target)
    finally:
        Path(name).unlink(missing_ok=True)


def _fill(draft: Path, pack: Path, manifest: Manifest) -> None:
    store = Directory(pack)
    top = manifest.period if _PLAIN.fullmatch(manifest.period) else "pack"
    moment = min(max(manifest.created or _EARLIEST, _EARLIEST), _LATEST).astimezone(UTC)
    signature = [SIGNATURE] if SIGNATURE in store.files else []
    with zipfile.ZipFile(draft, "w") as archive:
        for path in sorted([MANIFEST, *signature, *(entry.path for entry in manifest.files)]):
            if path not in store.files:
                raise PackError(f"{pack}: {path}: is missing or no regular file")
            about = zipfile.ZipInfo(f"{top}/{path}", moment.timetuple()[:6])
            about.compress_type = (
                zipfile.ZIP_STORED if path.endswith(_PACKED) else zipfile.ZIP_DEFLATED
            )
            about.create_system = _UNIX
            about.external_attr = (stat.S_IFREG | 0o600) << 16
            about.file_size = store.files[path]  # tells whether it needs long fields
            with store.open(path) as source, archive.open(about, "w") as file:
                shutil.copyfileobj(source, file, _BLOCK)
