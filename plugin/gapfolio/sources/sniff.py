"""What kind of thing a file is, by its first bytes and never by its name."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

HEAD = 1 << 16
"""Bytes that are looked at."""

DELIMITERS = ";,|\t"

Shape: TypeAlias = Literal["empty", "text", "refused"]

_MAGIC = (
    (b"\x89PNG\r\n", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"RIFF", "an image or sound"),
    (b"\0\0\1\0", "an icon image"),
    (b"wOFF", "a font"),
    (b"wOF2", "a font"),
    (b"%PDF", "a PDF document"),
    (b"PAR1", "a Parquet file"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"SQLite format 3\0", "a SQLite database"),
    (b"\x7fELF", "a program"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ", "an xz archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
)
_TAR = (257, b"ustar")
_MARKUP = re.compile(
    rb"\s*<(!doctype html|html|\?xml|svg|!--|head|body|table|testsuites?[\s>])", re.IGNORECASE
)
_HTML = re.compile(rb"<(!doctype html|html|head|body)", re.IGNORECASE)
_JUNIT = re.compile(rb"<testsuites?[\s>]")
_EMPTY = re.compile(rb'\s*(null|"")?\s*')


@dataclass(frozen=True)
class Sniff:
    """The shape of a file; `what` says in words what a refused one is."""

    shape: Shape
    what: str = ""


def sniff(head: bytes) -> Sniff:
    """Tell the shape of a file by its first bytes as UTF-8 (unpacked, transcoded)."""
    for magic, what in _MAGIC:
        if head.startswith(magic):
            return Sniff("refused", what)
    if head[_TAR[0] : _TAR[0] + len(_TAR[1])] == _TAR[1]:
        return Sniff("refused", "a tar archive")
    if _MARKUP.match(head):
        return Sniff("refused", _markup(head))
    if _EMPTY.fullmatch(head):
        return Sniff("empty")
    if head.count(b"\0") > len(head) // 100:
        return Sniff("refused", "binary data")
    return Sniff("text")


def _markup(head: bytes) -> str:
    if _JUNIT.search(head):
        return "a JUnit XML document (of CloudSploit give the JSON or CSV output)"
    return "an HTML page" if _HTML.search(head) else "an XML document"


def headers(head: bytes) -> list[tuple[str, Sequence[str]]]:
    """Read the first line as a CSV header, once with each delimiter: `(delimiter, names)`."""
    text = head.decode("utf-8", "replace").replace("\0", "").lstrip("\r\n")
    line = text.partition("\n")[0].rstrip("\r")
    found: list[tuple[str, Sequence[str]]] = []
    for delimiter in DELIMITERS:
        try:
            names = next(csv.reader(io.StringIO(line), delimiter=delimiter), [])
        except csv.Error:
            continue
        if len(names) > 1:
            found.append((delimiter, [name.strip() for name in names]))
    return found
