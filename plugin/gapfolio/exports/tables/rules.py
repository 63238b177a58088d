"""What the cells of a column may hold: what its contract says, and what follows from its field."""

from __future__ import annotations

from collections.abc import Sequence

from gapfolio.exports.records.fields import FIELDS, Kind
from gapfolio.exports.tables.contract import Column, Table


def kind(column: Column, table: Table) -> Kind:
    """Give what a cell is, if it is neither empty nor `fixed`."""
    if column.form == "date":
        return "day"
    if column.form == "number":
        return "number"
    if not column.field or column.map:
        return "text"
    return FIELDS[table.record][column.field].kind


def values(column: Column, table: Table) -> Sequence[str]:
    """Give the only values that a cell may have, if it is not empty; none = any."""
    if column.values or not column.field:
        return column.values
    field = FIELDS[table.record][column.field]
    known = ("true", "false") if field.kind == "flag" else field.values
    other = column.map.get("*")
    if not known and other is None:
        return ()
    written = [column.map.get(value, other or value) for value in known]
    written += [*column.map.values(), column.fixed or ""]
    return list(dict.fromkeys(filter(None, written)))
