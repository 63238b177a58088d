"""CSV that spreadsheets and GRC tools read: RFC 4180, formula-safe, one line a record.

A cell that a spreadsheet could take for a formula (it begins, after what is invisible, with = + - @
or their full-width forms, or with TAB) gets a leading apostrophe; NUL goes, line breaks become
spaces.
Other control and direction characters become U+FFFD, so that they are seen and do nothing.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
import re
import shutil
from collections.abc import Iterable, Sequence
from pathlib import Path

_BLANK = (
    r"[\x{1}-\x{20}\x{7f}-\x{a0}\x{ad}\x{1680}\x{180e}\x{2000}-\x{200f}\x{2028}-\x{202f}"
    r"\x{205f}-\x{2064}\x{2066}-\x{206f}\x{3000}\x{feff}]"
)
"""What a spreadsheet may skip before a formula: control, space and invisible characters (RE2)."""
_START = rf"^({_BLANK}*[=+\-@\x{{ff1d}}\x{{ff0b}}\x{{ff0d}}\x{{ff20}}]|\t)"
_BREAK = r"[\n\r\x{b}\x{c}\x{1c}-\x{1e}\x{85}\x{2028}\x{2029}]+"
_HIDDEN = (
    r"[\x{1}-\x{8}\x{e}-\x{1b}\x{1f}\x{7f}-\x{84}\x{86}-\x{9f}\x{61c}\x{200e}\x{200f}"
    r"\x{202a}-\x{202e}\x{2066}-\x{2069}]"
)
"""What a terminal or a viewer would obey instead of show: control and direction characters."""
_CHUNK = 1 << 20
_HASH = 8
"""Hexadecimal digits that keep a shortened key unlike all others."""


def _python(pattern: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\x\{(\w+)\}", lambda m: f"\\U{int(m[1], 16):08x}", pattern))


_FORMULA = _python(_START)
_BREAKS = _python(_BREAK)
_UNSEEN = _python(_HIDDEN)


def cell(value: object, *, lines: bool = False) -> str:
    """Write a value as a safe cell: numbers plain, None empty, text escaped.

    Text is on one line, unless `lines` keeps its line breaks.
    """
    if value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    text = plain(str(value), lines=lines)
    return f"'{text}" if _FORMULA.match(text) else text


def plain(text: str, *, lines: bool = False) -> str:
    """Give text as `cell` has it, without the apostrophe: for a file whose cells have types."""
    if text.isascii() and text.isprintable():  # nearly always, and quickly told
        return text
    breaks = "\n" if lines else " "
    return _UNSEEN.sub("\ufffd", _BREAKS.sub(breaks, text.replace("\0", "")))


def safe_sql(column: str) -> str:
    """Give the SQL expression that does to a text column what `cell` does to a value."""
    line = f"regexp_replace(replace({column}, chr(0), ''), '{_BREAK}', ' ', 'g')"
    line = f"regexp_replace({line}, '{_HIDDEN}', chr(65533), 'g')"
    safe = f"CASE WHEN regexp_matches({line}, '{_START}') THEN chr(39) || {line} ELSE {line} END"
    # most cells need nothing done; whether a sign is anything but printable ASCII, GLOB tells
    # at once for all cells with the same text, as regular expressions do not
    suspicious = f"{column} GLOB '*[! -~]*' OR regexp_matches({column}, '{_START}')"
    return f"CASE WHEN {suspicious} THEN {safe} ELSE {column} END"


def shortened(text: str, longest: int, *, key: bool = False) -> str:
    """Cut a text to a length; a key stays unlike all others by a hash of the whole."""
    if not key:
        return f"{text[: longest - 1]}…"
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_HASH]
    return f"{text[: longest - _HASH - 1]}-{digest}"


def shortened_sql(text: str, longest: int, *, key: bool = False) -> str:
    """Give the SQL expression that does to a text what `shortened` does."""
    if not key:
        return f"left({text}, {longest - 1}) || '…'"
    return f"left({text}, {longest - _HASH - 1}) || '-' || left(sha256({text}), {_HASH})"


def write(path: Path, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write a small table."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        writer.writerow(header)
        writer.writerows([cell(value) for value in row] for row in rows)


def begin_with_bom(path: Path) -> None:
    """Put the byte order mark before a file, by which spreadsheets know UTF-8."""
    target = path.with_suffix(".bom")
    with path.open("rb") as source, target.open("wb") as file:
        file.write(codecs.BOM_UTF8)
        shutil.copyfileobj(source, file, _CHUNK)
    target.replace(path)
