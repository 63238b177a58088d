"""From what the user named to the files that are read: files, globs, directories, stdin."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
import weakref
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from gapfolio.errors import InputError
from gapfolio.sources import passed_over

STDIN = "-"
_BLOCK = 1 << 20


@dataclass(frozen=True)
class Input:
    """A file to be read, and its name as the user knows it."""

    name: str
    path: Path
    account: str = ""
    """Of findings in it that name none; "" = not said."""


@dataclass
class Expansion:
    """What the locations stand for.

    Keep it until everything is read: copies of what came through a pipe go away with it.
    """

    inputs: list[Input] = field(default_factory=list)
    skipped: Counter[str] = field(default_factory=Counter)
    """Known non-sources in directories and globs: what they are → how many."""
    runs: list[Path] = field(default_factory=list)
    """Run records, recognised by their content."""


def expand(
    locations: Sequence[str], stdin: BinaryIO, accounts: Mapping[str, str] | None = None
) -> Expansion:
    """Find the inputs that locations stand for: in the order given, directories sorted.

    A file is one input however often it is named. In directories and globs, known non-sources are
    passed over and counted; a file that is named itself is always an input or a run record.

    Args:
        locations: files, globs (`**` for any depth), directories, or `-` for standard input.
        stdin: what `-` reads.
        accounts: locations to be read before these, with the account of what is in them.

    Raises:
        InputError: a location does not exist, cannot be read, or has nothing to read in it.
    """
    finder = _Finder(stdin)
    inputs = finder.expansion.inputs
    named = accounts or {}
    for location in [*named, *locations]:
        before = len(inputs)
        try:
            finder.add(location)
        except OSError as error:
            raise InputError(f"{location}: cannot be read ({error.strerror or error})") from error
        if account := named.get(location, ""):
            inputs[before:] = [replace(item, account=account) for item in inputs[before:]]
    return finder.expansion


def shown(path: str | Path) -> str:
    """Write a path for people: what cannot be printed, or would change the text, as escapes."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace")
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode("ascii")
        for char in text
    )


class _Finder:
    """Collects an `Expansion`, remembering what was met before."""

    def __init__(self, stdin: BinaryIO) -> None:
        self.expansion = Expansion()
        self._stdin = stdin
        self._met: dict[tuple[int, int], bool] = {}  # file or directory → it is something to read
        self._pipes: Path | None = None

    def add(self, location: str) -> None:
        """Take in a location."""
        path = Path(location)
        if location == STDIN:
            if not any(item.name == STDIN for item in self.expansion.inputs):
                self.expansion.inputs.append(Input(STDIN, self._copied(self._stdin)))
        elif path.is_dir():
            skipped = self.expansion.skipped.copy()
            if not self._directory(path):
                raise InputError(self._nothing(location, skipped))
        elif path.exists():
            self._file(path)
        elif glob.has_magic(location):
            self._glob(location)
        else:
            raise InputError(f"{shown(location)}: there is no such file or directory")

    def _glob(self, pattern: str) -> None:
        skipped = self.expansion.skipped.copy()
        # Path.glob knows no absolute patterns
        matches = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207
        if not matches:
            raise InputError(f"{shown(pattern)}: matches no file")
        found = [self._entry(Path(match)) for match in matches]
        if not any(found):
            raise InputError(self._nothing(pattern, skipped))

    def _nothing(self, location: str, before: Counter[str]) -> str:
        skipped = self.expansion.skipped - before
        told = ", ".join(f"{what}: {count}" for what, count in sorted(skipped.items()))
        return f"{shown(location)}: nothing to read in it" + (
            f" (passed over: {told})" * bool(told)
        )

    def _directory(self, directory: Path) -> bool:
        """Take in what a directory holds; False if there is nothing to read."""
        if not self._first_time(directory):
            return self._met[_identity(directory)]
        reason = passed_over.directory(directory)
        if reason:
            count = 1 if reason == passed_over.PACK else _files_in(directory)
            self.expansion.skipped[reason] += count
            return False
        found = [self._entry(entry) for entry in sorted(directory.iterdir())]
        self._met[_identity(directory)] = any(found)
        return any(found)

    def _entry(self, path: Path) -> bool:
        """Take in something that was not named itself; False if it is passed over."""
        if path.is_dir() and not path.name.startswith("."):
            return self._directory(path)
        if not self._first_time(path):
            return self._met[_identity(path)]
        reason = passed_over.file(path)
        if reason:
            self.expansion.skipped[reason] += 1
            return False
        self._take(path)
        return True

    def _file(self, path: Path) -> None:
        if self._first_time(path):
            self._take(path)

    def _take(self, path: Path) -> None:
        self._met[_identity(path)] = True
        name = shown(path)
        if not path.is_file():  # a pipe: <(command)
            with path.open("rb") as stream:
                path = self._copied(stream)
        if passed_over.is_run_record(path):
            self.expansion.runs.append(path)
        else:
            self.expansion.inputs.append(Input(name, path))

    def _first_time(self, path: Path) -> bool:
        identity = _identity(path)
        if identity in self._met:
            return False
        self._met[identity] = False
        return True

    def _copied(self, stream: BinaryIO) -> Path:
        """Copy a pipe to a private file that lives as long as the expansion."""
        if self._pipes is None:
            self._pipes = Path(tempfile.mkdtemp(prefix="gapfolio-"))
            weakref.finalize(self.expansion, shutil.rmtree, self._pipes, ignore_errors=True)
        path = self._pipes / f"pipe{len(self.expansion.inputs)}"
        with path.open("wb") as copy:
            shutil.copyfileobj(stream, copy, _BLOCK)
        return path


def _identity(path: Path) -> tuple[int, int]:
    try:
        status = path.stat()
    except OSError:  # a link to nowhere
        status = path.lstat()
    return status.st_dev, status.st_ino


def _files_in(directory: Path) -> int:
    return sum(1 for path in directory.rglob("*") if path.is_file())
