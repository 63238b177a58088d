"""Checks a file against the contract of its profile: what the target would refuse, or misread."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from gapfolio.exports.tables import rules
from gapfolio.exports.tables.contract import Column, Table
from gapfolio.exports.tables.writing import header
from gapfolio.exports.texts import line, short

MOST = 50
"""Faults that are named of one file."""
_LONGEST_CELL = 1 << 20
_SHOWN = 40
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_TIME = "%Y-%m-%dT%H:%M:%SZ"


def check(path: Path, table: Table) -> list[str]:
    """Give the first faults of a file, each with row and column; none if it is as agreed.

    Raises:
        OSError: it cannot be read.
    """
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding="utf-8", newline="") as file:
        return list(islice(_read(file, table), MOST))


def has_header(path: Path, table: Table) -> bool:
    """Say whether a file begins with the header of a table.

    Raises:
        OSError: it cannot be read.
    """
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        first = file.readline(_LONGEST_CELL)
    try:
        return next(csv.reader([first], delimiter=table.delimiter), []) == header(table.columns)
    except csv.Error:
        return False


def _read(file: Iterator[str], table: Table) -> Iterator[str]:
    try:
        yield from _faults(file, table)
    except UnicodeDecodeError as error:
        yield f"is not UTF-8 (byte {error.start} of a block: {error.object[error.start]:#04x})"
    except csv.Error as error:
        yield f"is no CSV from there on: {error}"


def _faults(lines: Iterator[str], table: Table) -> Iterator[str]:
    first = next(lines, "")
    if first.startswith("\ufeff") != table.bom:
        yield "begins " + ("without" if table.bom else "with") + " a byte order mark"

    def whole() -> Iterator[str]:
        yield first.removeprefix("\ufeff")
        yield from lines

    rows = csv.reader(whole(), delimiter=table.delimiter, strict=True)
    found = next(rows, [])
    wanted = header(table.columns)
    if found != wanted:
        yield from _header_faults(found, wanted, table.delimiter)
        return
    columns = [_Cells(column, table) for column in table.columns]
    for number, row in enumerate(rows, 2):
        if len(row) != len(wanted):
            yield f"row {number}: has {len(row)} cells, not {len(wanted)}"
            continue
        for cells, cell in zip(columns, row, strict=True):
            for fault in cells.faults(cell, number):
                yield f"row {number}, {cells.name}: {fault}"


def _header_faults(found: Sequence[str], wanted: Sequence[str], delimiter: str) -> Iterator[str]:
    missing = [name for name in wanted if name not in found]
    strange = [name for name in found if name not in wanted]
    twice = sorted({name for name in found if found.count(name) > 1})
    if not found:
        yield f"is empty: row 1 is to have {', '.join(wanted)}"
        return
    if len(found) == 1 and len(missing) > 1:
        begins = short(line(found[0]), _SHOWN)
        yield (
            f"row 1: is one cell, {begins!r}, and no header of {len(wanted)} cells that are "
            f"separated by {delimiter!r}"
        )
        return
    if missing:
        yield f"row 1: lacks {', '.join(missing)}"
    if strange:
        yield f"row 1: has {', '.join(strange)}, which the profile does not know"
    if twice:
        yield f"row 1: has {', '.join(twice)} twice"
    if not missing and not strange and not twice:
        yield f"row 1: the columns are in another order; it is {', '.join(wanted)}"


class _Cells:
    """The cells of a column, looked at one after the other."""

    def __init__(self, column: Column, table: Table) -> None:
        self.name = column.name
        self._column = column
        self._kind = rules.kind(column, table)
        self._values = rules.values(column, table)
        self._date = table.date_format
        self._seen: dict[str, int] = {}

    def faults(self, cell: str, number: int) -> Iterator[str]:
        """Say what is wrong with a cell, which stands in the row of that number."""
        column = self._column
        if column.key:
            before = self._seen.setdefault(cell, number)
            if before != number:
                yield f"{cell!r} stands in row {before} already"
        if not cell:
            if column.required:
                yield "is empty"
            return
        if self._values and cell not in self._values:
            yield f"{cell!r} is none of {', '.join(self._values)}"
        if column.longest and len(cell) > column.longest:
            yield f"has {len(cell):,} characters, more than {column.longest:,}"
        if cell != column.fixed:
            yield from self._kind_faults(cell)
        if column.form != "lines" and ("\n" in cell or "\r" in cell):
            yield "has a line break"

    def _kind_faults(self, cell: str) -> Iterator[str]:
        if self._kind == "day" and not _is_date(cell, self._date):
            yield f"{cell!r} is no date as {self._date} writes it"
        if self._kind == "time" and not _is_date(cell, _TIME):
            yield f"{cell!r} is no time as 2026-12-31T23:59:59Z"
        if self._kind == "number" and not _NUMBER.fullmatch(cell):
            yield f"{cell!r} is no number"


def _is_date(cell: str, form: str) -> bool:
    try:
        return datetime.strptime(cell, form).strftime(form) == cell  # noqa: DTZ007 - as written
    except ValueError:
        return False
