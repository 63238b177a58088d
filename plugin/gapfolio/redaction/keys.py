"""The secret behind the pseudonyms, and the list of what they stand for: both stay at home."""

from __future__ import annotations

import contextlib
import csv
import os
import re
import secrets
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from gapfolio import tabular
from gapfolio.errors import PackError

FILE = "redaction.key"
_BYTES = 32
_WRITTEN = re.compile(r"[0-9a-f]{64}\n?")
_COLUMNS = ("pseudonym", "kind", "value")
_PRIVATE = 0o600


@dataclass(frozen=True)
class Key:
    """A secret, where it lies, and whether it was made just now."""

    path: Path
    secret: bytes
    made: bool = False

    @property
    def names(self) -> Path:
        """Where the list of its pseudonyms lies: beside it."""
        return self.path.with_name(f"{self.path.stem}-map.csv")


def place(named: Path | None, home: Path | None, output: Path | None) -> Path:
    """Say where the key lies: where it is named, else in the engagement, else beside the pack.

    The directory of the pack is made, if it is not there.

    Args:
        named: file that the user named.
        home: directory of the engagement.
        output: directory of the pack, as far as the user named it.

    Raises:
        PackError: that would be inside the pack, which is given away; or it cannot be made.
    """
    path = named or (home / FILE if home else _beside(output))
    if output and path.resolve().is_relative_to(output.resolve()):
        raise PackError(
            f"{path}: is inside the pack, which others receive; keep the key elsewhere "
            "(--redact-key)"
        )
    return path


def _beside(output: Path | None) -> Path:
    if output is None:
        return Path(FILE)
    directory = output.resolve().parent
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise PackError(
            f"{directory}: cannot be made ({error.strerror}); name another -o"
        ) from error
    return directory / FILE


def opened(path: Path) -> Key:
    """Read a key; where there is none, make one that only its owner can read.

    Raises:
        PackError: it cannot be read or made, or is no key of ours.
    """
    try:
        if not path.exists():
            return Key(path, _make(path), made=True)
        text = path.read_text(encoding="ascii", errors="replace")
    except OSError as error:
        raise PackError(
            f"{path}: the key to the pseudonyms cannot be read or made ({error.strerror}); "
            "name another place with --redact-key"
        ) from error
    if not _WRITTEN.fullmatch(text):
        raise PackError(
            f"{path}: is no key to pseudonyms ({2 * _BYTES} hexadecimal digits) and stays as it "
            "is; name another with --redact-key"
        )
    return Key(path, bytes.fromhex(text.strip()))


def _make(path: Path) -> bytes:
    secret = secrets.token_bytes(_BYTES)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE)
    try:
        with os.fdopen(number, "w", encoding="ascii") as file:
            file.write(f"{secret.hex()}\n")
    except OSError:
        path.unlink(missing_ok=True)
        raise
    return secret


def add_names(key: Key, rows: Iterable[tuple[str, str, str]]) -> None:
    """Add (pseudonym, kind, value) to the list beside a key; what it has from earlier stays.

    Raises:
        PackError: something else is in the way, or the disk is.
    """
    try:
        found = {*_listed(key.names), *((_safe(p), _safe(k), _safe(v)) for p, k, v in rows)}
        ordered = sorted(found, key=lambda row: (row[1], row[2], row[0]))
        number, name = tempfile.mkstemp(prefix=f".{key.names.name}.", dir=key.names.parent)
        os.close(number)
        try:
            with Path(name).open("w", encoding="utf-8", newline="") as file:
                writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
                writer.writerow(_COLUMNS)
                writer.writerows(ordered)
            Path(name).replace(key.names)
        finally:
            Path(name).unlink(missing_ok=True)
    except OSError as error:
        raise PackError(
            f"{key.names}: the list of pseudonyms cannot be written ({error.strerror}); "
            "no pack was written"
        ) from error


def _safe(value: str) -> str:
    return tabular.cell(value)


def _listed(path: Path) -> list[tuple[str, str, str]]:
    """Read the list, if there is one.

    Raises:
        PackError: it is not ours.
    """
    if not path.exists():
        return []
    with contextlib.suppress(UnicodeDecodeError, csv.Error):
        with path.open(encoding="utf-8", newline="") as file:
            header, *rows = [tuple(row) for row in csv.reader(file, strict=True)] or [()]
        if header == _COLUMNS and all(len(row) == len(_COLUMNS) for row in rows):
            return [(row[0], row[1], row[2]) for row in rows]
    raise PackError(f"{path}: is in the way and is no list of pseudonyms; move it")
