"""Writes tables of findings: the engine does it, from one SELECT made of the contract's columns."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from gapfolio import resources
from gapfolio.assess.engine import Engine
from gapfolio.exports import tabular
from gapfolio.exports.contract import Column, Table
from gapfolio.model import Assessment

_TIME = "%Y-%m-%dT%H:%M:%SZ"
_OURS = frozenset(
    ("key", "practice", "criterion", "standing", "status", "severity", "service_model", "muted")
)
"""Fields with words of our own, which a spreadsheet takes for nothing else."""
_TIMES = frozenset(("seen_at", "first_seen", "open_since"))
_NUMBERS = frozenset(("input_row",))
_OTHERS = {
    "tags": "array_to_string(tags, ' | ')",
    "muted": "CASE WHEN muted THEN 'true' ELSE 'false' END",
}
FIELDS = (
    "key",
    "period",
    "client",
    "practice",
    "criterion",
    "standing",
    "cause",
    "status",
    "muted",
    "severity",
    "scanner",
    "check",
    "account",
    "account_name",
    "region",
    "service",
    "service_model",
    "resource",
    "resource_name",
    "resource_type",
    "title",
    "detail",
    "tags",
    "frameworks",
    "seen_at",
    "first_seen",
    "open_since",
    "waiver",
    "scanner_version",
    "input",
    "input_sha256",
    "input_row",
)
"""Fields of the record type `findings`."""


def write_findings(
    table: Table, assessment: Assessment, engine: Engine, path: Path, *, raw: bool = False
) -> Counter[str]:
    """Write every finding and every one that was closed; give how many texts were cut, by column.

    A cell never has a line break, whatever the column's form.
    """
    columns = ", ".join(f'{_cell(c, table, raw=raw)} AS "{_name(c)}"' for c in table.columns)
    rows = _rows(assessment)
    engine.write(f"SELECT {columns} FROM ({rows})", path, delimiter=table.delimiter)
    tabular.end_lines_with_crlf(path, bom=table.bom)
    return _cuts(table, engine, rows, raw=raw)


def _rows(assessment: Assessment) -> str:
    period, client = _literal(assessment.period.name), _literal(assessment.client)
    rows = resources.text("exports", "findings.sql").strip()
    return f"SELECT {period} AS period, {client} AS client, * FROM ({rows})"


def _name(column: Column) -> str:
    return column.name.replace('"', '""')


def _cell(column: Column, table: Table, *, raw: bool) -> str:
    """Give the SQL expression of a cell."""
    text = _safe(column, table, raw=raw)
    if column.longest:
        short = f"left({text}, {column.longest - 1}) || '…'"
        return f"CASE WHEN length({text}) > {column.longest} THEN {short} ELSE {text} END"
    return text


def _safe(column: Column, table: Table, *, raw: bool) -> str:
    text = _text(column, table)
    known = column.field in _OURS | _TIMES | _NUMBERS and not column.map
    return text if raw or (known and not column.fixed) else tabular.safe_sql(text)


def _text(column: Column, table: Table) -> str:
    if not column.field:
        return _literal(column.fixed)
    text = _OTHERS.get(column.field, f'"{column.field}"')
    if column.field in _TIMES:
        form = table.date_format if column.form == "date" else _TIME
        text = f"coalesce(strftime({text}, {_literal(form)}), '')"
    elif column.field in _NUMBERS:
        text = f"coalesce(cast({text} as varchar), '')"
    if column.map:
        cases = "".join(
            f" WHEN {_literal(old)} THEN {_literal(new)}"
            for old, new in column.map.items()
            if old != "*"
        )
        other = _literal(column.map["*"]) if "*" in column.map else text
        text = f"CASE {text}{cases} ELSE {other} END" if cases else other
    return f"coalesce(nullif({text}, ''), {_literal(column.fixed)})" if column.fixed else text


def _literal(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _cuts(table: Table, engine: Engine, rows: str, *, raw: bool) -> Counter[str]:
    limited = [column for column in table.columns if column.longest]
    if not limited:
        return Counter()
    sums = ", ".join(
        f"sum(CASE WHEN length({_safe(c, table, raw=raw)}) > {c.longest} THEN 1 ELSE 0 END) AS c{n}"
        for n, c in enumerate(limited)
    )
    row = next(engine.rows(f"SELECT {sums} FROM ({rows})"))
    return Counter({c.name: int(row[f"c{n}"] or 0) for n, c in enumerate(limited)})
