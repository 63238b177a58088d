"""A questionnaire as it comes back from a spreadsheet, which may have saved it in its own way."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass

from gapfolio import tabular
from gapfolio.engagement.questionnaire import ANSWERS, COLUMNS
from gapfolio.errors import InputError

_UTF_16 = (b"\xff\xfe", b"\xfe\xff")
_NEEDED = ("practice", *ANSWERS)
_HINT = re.compile(r'"?sep=(.)"?\s*')


@dataclass(frozen=True)
class Row:
    """A row below the header, numbered as a spreadsheet does."""

    number: int
    cells: dict[str, str]

    def fault(self, column: str, text: str) -> tuple[int, str]:
        """Say what is wrong with a cell."""
        return self.number, f"row {self.number}, column {column}: {text}"


@dataclass(frozen=True)
class Sheet:
    """All of them."""

    rows: list[Row]
    ignored: list[str]
    """Columns that the questionnaire does not have."""
    guessed: str
    """The encoding, where the file does not show it; else ""."""


def parsed(content: bytes, name: str) -> Sheet:
    """Read a CSV file with `,`, `;` or tabs, in UTF-8, UTF-16 or what Excel writes in the West.

    Raises:
        InputError: it is none, or lacks a column.
    """
    text, guessed = _decoded(content, name)
    table = _table(text, name)
    header = [cell.strip().lower() for cell in (table[0][1] if table else [])]
    if missing := [column for column in _NEEDED if column not in header]:
        raise InputError(
            f"{name}: has no column {', '.join(missing)}; write a sheet with gapfolio "
            "questionnaire -o, and keep its first row"
        )
    rows = []
    for number, cells in table[1:]:
        found = dict(zip(header, map(_plain, cells), strict=False))
        rows.append(Row(number, {column: found.get(column, "") for column in COLUMNS}))
    return Sheet(rows, [column for column in header if column and column not in COLUMNS], guessed)


def _decoded(content: bytes, name: str) -> tuple[str, str]:
    try:
        if content.startswith(_UTF_16):
            return content.decode("utf-16"), ""
        return content.decode("utf-8-sig"), ""
    except UnicodeDecodeError:
        pass
    try:
        return content.decode("cp1252"), "Windows-1252"
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: is no text; save the sheet as CSV UTF-8") from error


def _table(text: str, name: str) -> list[tuple[int, list[str]]]:
    """Give all rows with their numbers."""
    begin, _, rest = text.partition("\n")
    hint = _HINT.fullmatch(begin)  # Excel heeds such a line and does not count it
    delimiter = hint[1] if hint else max(",;\t", key=begin.count)
    file = io.StringIO(rest if hint else text, newline="")
    reader = csv.reader(file, delimiter=delimiter, strict=True)
    try:
        return list(enumerate(reader, 1))
    except csv.Error as error:
        raise InputError(f"{name}: line {reader.line_num}: is no CSV: {error}") from error


def _plain(cell: str) -> str:
    """Take off what the export or a spreadsheet put around a text."""
    text = cell.replace("\r\n", "\n").strip()
    guarded = text.startswith("'") and not text.startswith("''")
    return text[1:] if guarded and tabular.cell(text[1:]).startswith("'") else text
