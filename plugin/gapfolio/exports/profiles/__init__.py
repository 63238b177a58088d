"""Profiles that are contracts: the built-in ones beside this file, and an engagement's own."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from gapfolio import decoding
from gapfolio.exports.contract import Contract, Table
from gapfolio.exports.fields import FIELDS
from gapfolio.nearest import meant


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
    return Table(
        file=table.file or f"{name}.csv",
        record=table.record,
        columns=table.columns,
        delimiter=table.delimiter,
        bom=table.bom,
        date_format=table.date_format,
    )


def faults(table: Table) -> Iterator[str]:
    """Say what is wrong with a table: fields that are none, names that stand twice, …"""
    known = FIELDS[table.record]
    seen: set[str] = set()
    for column in table.columns:
        if column.field and column.field not in known:
            near = meant(column.field, known) or f"; there are: {', '.join(known)}"
            yield f"columns: {column.name}: {table.record} have no field {column.field}{near}"
        if not column.field and not column.fixed:
            yield f"columns: {column.name}: name a field or a fixed value"
        if column.name in seen:
            yield f"columns: {column.name}: stands twice"
        seen.add(column.name)
    if table.delimiter in "\r\n\"'":
        yield f"delimiter: {table.delimiter!r} cannot separate cells"
    if "/" in table.file or "\\" in table.file or table.file.startswith("."):
        yield f"file: {table.file}: is a name, without directories"
    if "%" not in table.date_format:
        yield f"date_format: {table.date_format!r} is no format; write e.g. %Y-%m-%d"
