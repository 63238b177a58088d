"""Profiles that are contracts: the built-in ones beside this file, and an engagement's own."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

import msgspec

from gapfolio import decoding
from gapfolio.exports.records.fields import FIELDS, Field
from gapfolio.exports.tables.contract import Column, Contract, Table
from gapfolio.nearest import meant

Place = tuple[str | int, ...]
"""Keys, and places in lists, that lead to something in a table."""

_NAME = re.compile(r"[A-Za-z0-9_-]+")
_SUFFIXES = (".csv", ".tsv", ".txt")
_DATES = ("day", "time")
_SHORTEST_KEY = 20
"""A shortened key keeps its beginning, and ends with a hash of nine characters."""


@cache
def builtin() -> Mapping[str, Contract]:
    """Give the built-in contracts by name."""
    return {
        path.stem: decoding.decode(path.read_bytes(), Contract, "yaml")
        for path in sorted(Path(__file__).parent.glob("*.yaml"))
    }


def own(name: str, table: Table) -> Contract:
    """Give the contract of a profile of an engagement's own: one table."""
    return Contract(title=f"{table.record}, as gapfolio.toml says", tables=[named(name, table)])


def named(name: str, table: Table) -> Table:
    """Give a table its file's name, where it has none: the profile's."""
    return msgspec.structs.replace(table, file=table.file or f"{name}.csv")


def faults(profiles: Mapping[str, Table]) -> Iterator[tuple[Place, str]]:
    """Say what is wrong with profiles of one's own, and where: the profile's name and on.

    Fields that are none, names that stand twice, values that the target does not know, …
    """
    files = {table.file: name for name, made in builtin().items() for table in made.tables}
    for name, table in profiles.items():
        for place, fault in _faults(table):
            yield (name, *place), fault
        if not _NAME.fullmatch(name):
            yield (name,), "a name has letters, digits, - and _"
        file = named(name, table).file
        if not file.endswith(_SUFFIXES) or "/" in file or "\\" in file or file.startswith("."):
            yield (name, "file"), f"file: {file}: write a name with {' or '.join(_SUFFIXES)}"
        if file in files:
            yield (name, "file"), f"file: {file}: is a file of the profile {files[file]}"
        files[file] = name


def _faults(table: Table) -> Iterator[tuple[Place, str]]:
    known = FIELDS[table.record]
    seen: set[str] = set()
    for number, column in enumerate(table.columns):
        for fault in _column_faults(column, table.record, known):
            yield ("columns", number), f"columns: {column.name}: {fault}"
        if column.name in seen:
            yield ("columns", number), f"columns: {column.name}: stands twice"
        seen.add(column.name)
    for field, wanted in table.only.items():
        for fault in _only_faults(field, wanted, table.record, known):
            yield ("only", field), f"only: {fault}"
    if table.delimiter in "\r\n\"'":
        yield ("delimiter",), f"delimiter: {table.delimiter!r} cannot separate cells"
    if "%" not in table.date_format:
        yield ("date_format",), f"date_format: {table.date_format!r}: write e.g. %Y-%m-%d"


def _only_faults(
    name: str, wanted: Iterable[str], record: str, known: Mapping[str, Field]
) -> Iterator[str]:
    if name not in known:
        yield _unknown(name, record, known)
    elif known[name].kind == "list":
        yield f"{name} is a list; only a field of one value can be asked for"
    elif known[name].values:
        for value in wanted:
            yield from _strange(name, value, known[name].values)


def _column_faults(column: Column, record: str, known: Mapping[str, Field]) -> Iterator[str]:
    if not column.field:
        if column.fixed is None:
            yield 'name a field or a fixed value (fixed = "" leaves the column empty)'
    elif column.field not in known:
        yield _unknown(column.field, record, known)
    else:
        yield from _form_faults(column, record, known[column.field])
    if column.values:
        for value in filter(None, (*column.map.values(), column.fixed)):
            yield from _strange("writes", value, column.values)
    if column.key and column.longest and column.longest < _SHORTEST_KEY:
        yield f"longest: a key needs {_SHORTEST_KEY} characters, to stay unlike all others"


def _form_faults(column: Column, record: str, field: Field) -> Iterator[str]:
    if column.form == "date" and field.kind not in _DATES:
        yield f"form: {column.field} is no date"
    if column.form == "number" and field.kind != "number" and not column.map:
        yield f"form: {column.field} is no number"
    if column.form == "lines" and record == "findings":
        yield "form: findings are written on one line each; leave `lines` out"
    if column.join and field.kind != "list":
        yield f"join: {column.field} is no list"
    if field.values:
        for value in column.map:
            if value not in ("", "*"):
                yield from _strange("map", value, field.values)


def _unknown(name: str, record: str, known: Iterable[str]) -> str:
    near = meant(name, known) or f"; there are: {', '.join(known)}"
    return f"{record} have no field {name}{near}"


def _strange(where: str, value: str, known: Iterable[str]) -> Iterator[str]:
    if value not in known:
        near = meant(value, known) or f"; there are: {', '.join(known)}"
        yield f"{where}: {value!r} is not among the values{near}"
