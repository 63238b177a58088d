"""Writes tables of findings: the engine does it, from one SELECT made of the contract's columns."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from pathlib import Path

from gapfolio import resources, tabular
from gapfolio.engine.base import Engine
from gapfolio.exports.records.fields import FIELDS
from gapfolio.exports.tables.contract import Column, Table
from gapfolio.model import Assessment

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_OURS = frozenset(
    ("key", "practice", "criterion", "standing", "status", "severity", "service_model", "muted")
)
"""Fields with words of our own, which a spreadsheet takes for nothing else."""
_TIMES = frozenset(("seen_at", "first_seen", "open_since"))
_NUMBERS = frozenset(("input_row",))
_OTHERS = {"muted": "CASE WHEN muted THEN 'true' ELSE 'false' END"}


def write_findings(
    table: Table, assessment: Assessment, engine: Engine, path: Path, *, raw: bool = False
) -> tuple[Counter[str], Counter[str]]:
    """Write every finding and every one that was closed.

    A cell never has a line break, whatever the column's form.

    Returns:
        How many texts were cut, and how many required cells are empty, by column.
    """
    columns = ", ".join(f'{_cell(c, table, raw=raw)} AS "{_name(c)}"' for c in table.columns)
    rows = _rows(table, assessment)
    engine.write(f"SELECT {columns} FROM ({rows})", path, delimiter=table.delimiter)
    if table.bom:
        tabular.begin_with_bom(path)
    texts = {column.name: _safe(column, table, raw=raw) for column in table.columns}
    too_long = {
        column.name: f"length({texts[column.name]}) > {column.longest}"
        for column in table.columns
        if column.longest
    }
    missing = {c.name: f"{texts[c.name]} = ''" for c in table.columns if c.required}
    return _counted(too_long, engine, rows), _counted(missing, engine, rows)


def _rows(table: Table, assessment: Assessment) -> str:
    period, client = _literal(assessment.period.name), _literal(assessment.client)
    rows = resources.text("exports.tables", "findings.sql").strip()
    rows = f"SELECT {period} AS period, {client} AS client, * FROM ({rows})"
    wanted = [
        f"{_value(field, table)} IN ({', '.join(map(_literal, values))})"
        for field, values in table.only.items()
    ]
    return f"SELECT * FROM ({rows}) WHERE {' AND '.join(wanted)}" if wanted else rows


def _name(column: Column) -> str:
    return column.name.replace('"', '""')


def _cell(column: Column, table: Table, *, raw: bool) -> str:
    """Give the SQL expression of a cell."""
    text = _safe(column, table, raw=raw)
    if not column.longest:
        return text
    short = tabular.shortened_sql(text, column.longest, key=column.key)
    return f"CASE WHEN length({text}) > {column.longest} THEN {short} ELSE {text} END"


def _safe(column: Column, table: Table, *, raw: bool) -> str:
    text = _text(column, table)
    known = column.field in _OURS | _TIMES | _NUMBERS and not column.map
    return text if raw or (known and not column.fixed) else tabular.safe_sql(text)


def _text(column: Column, table: Table) -> str:
    if not column.field:
        return _literal(column.fixed or "")
    text = _value(column.field, table, join=column.join, is_day=column.form == "date")
    if column.map:
        cases = "".join(
            f" WHEN {_literal(old)} THEN {_literal(new)}"
            for old, new in column.map.items()
            if old != "*"
        )
        other = _literal(column.map["*"]) if "*" in column.map else text
        text = f"CASE {text}{cases} ELSE {other} END" if cases else other
    return f"coalesce(nullif({text}, ''), {_literal(column.fixed)})" if column.fixed else text


def _value(field: str, table: Table, *, join: str = "", is_day: bool = False) -> str:
    """Give the SQL expression of a field as text."""
    if field in _TIMES:
        form = table.date_format if is_day else _TIME
        return f"coalesce(strftime(\"{field}\", {_literal(form)}), '')"
    if field in _NUMBERS:
        return f"coalesce(cast(\"{field}\" as varchar), '')"
    if field == "tags":
        between = join or FIELDS["findings"]["tags"].separator
        return f"array_to_string(tags, {_literal(between)})"
    return _OTHERS.get(field, f'"{field}"')


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _counted(conditions: Mapping[str, str], engine: Engine, rows: str) -> Counter[str]:
    """Count the rows of which each condition is true."""
    if not conditions:
        return Counter()
    sums = ", ".join(
        f"sum(CASE WHEN {condition} THEN 1 ELSE 0 END) AS c{n}"
        for n, condition in enumerate(conditions.values())
    )
    row = next(engine.rows(f"SELECT {sums} FROM ({rows})"))
    return Counter({name: int(row[f"c{n}"] or 0) for n, name in enumerate(conditions)})
