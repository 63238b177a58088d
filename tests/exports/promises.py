"""What a cell promises of a text, and tables of findings to write it into."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from gapfolio.engine.duck import DuckDBEngine
from gapfolio.exports.records.fields import FIELDS
from gapfolio.exports.tables.contract import Column, Table

SIGNS = "=+-@\uff1d\uff0b\uff0d\uff20"
BREAKS = "\n\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"
INVISIBLE = " \t\xa0\xad\u200b\u200e\u202e\u2060\ufeff\u3000"
SPACE = re.compile(
    r"[\x01-\x20\x7f-\xa0\xad\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u2064\u2066-\u206f"
    r"\u3000\ufeff]*"
)
HIDDEN = re.compile(
    r"[\x01-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]"
)


def is_formula(text: str) -> bool:
    return text.startswith("\t") or SPACE.sub("", text, count=1).startswith(tuple(SIGNS))


def undone(cell: str) -> str:
    """Take the apostrophe off that a cell was given, and no other."""
    return cell[1:] if cell.startswith("'") and is_formula(cell[1:]) else cell


def shown(text: str, *, lines: bool = False) -> str:
    """Give what a cell promises of a text."""
    text = re.sub(f"[{BREAKS}]+", "\n" if lines else " ", text.replace("\0", ""))
    return HIDDEN.sub("\ufffd", text)


def read(path: Path, delimiter: str) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file, strict=True, delimiter=delimiter)


def promised(column: Column, record: Mapping[str, Any], table: Table) -> str:
    """Give what a cell says once its apostrophe is off."""
    value = record[column.field] if column.field else ""
    lines = column.form == "lines"
    if isinstance(value, list):
        separator = FIELDS[table.record][column.field].separator
        text = (column.join or ("\n" if lines else separator)).join(map(shown, value))
    elif isinstance(value, date):
        text = value.isoformat()
    else:
        text = "" if value is None else str(value)
    text = column.map.get(text, column.map.get("*", text)) or column.fixed or ""
    return shown(text, lines=lines)


_NAMES = {"key": "finding_key", "check": "check_id"}
_KINDS = {"time": "TIMESTAMP", "number": "BIGINT", "flag": "BOOLEAN", "list": "VARCHAR[]"}


def put(engine: DuckDBEngine, made: Sequence[Mapping[str, Any]]) -> None:
    fields = {n: f for n, f in FIELDS["findings"].items() if n not in ("period", "client", "cause")}
    columns = {_NAMES.get(n, n): _KINDS.get(f.kind, "VARCHAR") for n, f in fields.items()}
    values = [
        [record[n] == "true" if f.kind == "flag" else record[n] for n, f in fields.items()]
        for record in made
    ]
    engine.put("findings_sorted", {f'"{name}"': kind for name, kind in columns.items()}, values)
    engine.put("closed", {**{f'"{n}"': k for n, k in columns.items()}, "cause": "VARCHAR"}, [])
