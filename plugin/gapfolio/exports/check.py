"""Checks a file against the contract of its profile: what the target would refuse, or misread."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path

from gapfolio.exports.contract import Column, Table
from gapfolio.exports.tables import header

MOST = 50
"""Faults that are named of one file."""
_LONGEST_CELL = 1 << 20


def check(path: Path, table: Table) -> list[str]:
    """Give the first faults of a file, each with row and column; none if it is as agreed.

    Raises:
        OSError: it cannot be read.
    """
    csv.field_size_limit(_LONGEST_CELL)
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return list(islice(_faults(file, table), MOST))
    except UnicodeDecodeError as error:
        return [f"{path.name}: is not UTF-8 (byte {error.start})"]
    except csv.Error as error:
        return [f"{path.name}: is no CSV: {error}"]


def _faults(lines: Iterator[str], table: Table) -> Iterator[str]:
    first = next(lines, "")
    if first.startswith("\ufeff") != table.bom:
        yield "begins " + ("without" if table.bom else "with") + " a byte order mark"

    def whole() -> Iterator[str]:
        yield first.removeprefix("\ufeff")
        yield from lines

    rows = csv.reader(whole(), delimiter=table.delimiter, strict=True)
    wanted = header(table.columns)
    found = next(rows, [])
    if found != wanted:
        yield from _header_faults(found, wanted)
        return
    seen: dict[tuple[str, str], int] = {}
    for number, row in enumerate(rows, 2):
        if len(row) != len(wanted):
            yield f"row {number}: has {len(row)} cells, not {len(wanted)}"
            continue
        for column, cell in zip(table.columns, row, strict=True):
            for fault in _cell_faults(column, cell, table):
                yield f"row {number}, {column.name}: {fault}"
            if column.key:
                before = seen.setdefault((column.name, cell), number)
                if before != number:
                    yield f"row {number}, {column.name}: {cell!r} stands in row {before} already"


def _header_faults(found: Sequence[str], wanted: Sequence[str]) -> Iterator[str]:
    missing = [name for name in wanted if name not in found]
    strange = [name for name in found if name not in wanted]
    if missing:
        yield f"row 1: lacks {', '.join(missing)}"
    if strange:
        yield f"row 1: has {', '.join(strange)}, which the profile does not know"
    if not missing and not strange:
        yield f"row 1: the columns are in another order; it is {', '.join(wanted)}"


def _cell_faults(column: Column, cell: str, table: Table) -> Iterator[str]:
    if not cell:
        if column.required:
            yield "is empty"
        return
    if column.values and cell not in column.values:
        yield f"{cell!r} is none of {', '.join(column.values)}"
    if column.longest and len(cell) > column.longest:
        yield f"has {len(cell)} characters, more than {column.longest}"
    if column.form == "date" and not _is_date(cell, table.date_format):
        yield f"{cell!r} is no date as {table.date_format} writes it"
    if column.form == "number" and not _is_number(cell):
        yield f"{cell!r} is no number"
    if column.form != "lines" and "\n" in cell:
        yield "has a line break"


def _is_date(cell: str, form: str) -> bool:
    try:
        return datetime.strptime(cell, form).strftime(form) == cell  # noqa: DTZ007 - a day
    except ValueError:
        return False


def _is_number(cell: str) -> bool:
    try:
        float(cell)
    except ValueError:
        return False
    return True
