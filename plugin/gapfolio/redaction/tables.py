"""The findings as a copy has them: they stay in the engine, and are rewritten piece by piece.

They are sorted anew, for an order by real names tells these to who knows some of them.
"""

from __future__ import annotations

from pathlib import Path

from gapfolio.engine.base import Engine
from gapfolio.model import Assessment
from gapfolio.redaction.columns import TABLES, Columns
from gapfolio.redaction.pseudonyms import Pseudonyms

_PIECE = 100_000
"""Rows that are rewritten at a time: what they say has to fit into memory."""
_ORDER = {
    "findings_sorted": "practice, criterion, scanner, check_id, account, region, resource, "
    "finding_key, standing, input, input_row, status, muted, severity, title, detail"
}
_RESOURCES = (
    "SELECT resource AS value FROM findings_sorted UNION "
    "SELECT resource_name FROM findings_sorted UNION SELECT resource FROM closed"
)


def accounts(engine: Engine) -> list[tuple[str, str]]:
    """Give the accounts of the findings, as (id, name)."""
    pairs = engine.rows("SELECT DISTINCT account, account_name FROM findings_sorted ORDER BY ALL")
    return [(row["account"], row["account_name"]) for row in pairs]


def learn(engine: Engine, names: Pseudonyms) -> None:
    """Learn the resources and tags of the tables."""
    public = f"SELECT value FROM ({_RESOURCES}) WHERE value LIKE 'arn:%:aws:%'"
    for row in engine.rows(public):
        names.learn_public(row["value"])
    for row in engine.rows(f"SELECT value FROM ({_RESOURCES}) ORDER BY value"):
        names.learn_resource(row["value"])
    for row in engine.rows("SELECT DISTINCT tags FROM findings_sorted ORDER BY tags"):
        names.learn_tags(row["tags"])


def write(engine: Engine, names: Pseudonyms, directory: Path) -> dict[str, Path]:
    """Write the tables as a copy has them into a directory: name to Parquet file."""
    columns = Columns(engine, names)
    paths = {table: directory / f"{table}.parquet" for table in TABLES}
    for table, path in paths.items():
        order = _ORDER.get(table, "ALL")
        rows = next(engine.rows(f"SELECT count(*) AS number FROM {table}"))["number"]
        if rows <= _PIECE:
            query = columns.query(table, table)
        else:
            _write_pieces(engine, columns, table, rows, directory)
            query = "SELECT * FROM redacted_pieces"
        engine.write(f"SELECT * FROM ({query}) ORDER BY {order}", path)
    return paths


def _write_pieces(engine: Engine, columns: Columns, table: str, rows: int, directory: Path) -> None:
    """Rewrite a large table into files, which are then the view `redacted_pieces`."""
    engine.derive("redacted_rows", f"SELECT row_number() OVER () AS place, * FROM {table}")
    for start in range(0, rows, _PIECE):
        engine.derive(
            "redacted_piece",
            f"SELECT * FROM redacted_rows WHERE place > {start} AND place <= {start + _PIECE}",
        )
        query = columns.query(table, "redacted_piece")
        engine.write(query, directory / f"{table}-{start:012}.parquet")
    engine.derive("redacted_rows", "SELECT 0 AS place")
    engine.derive("redacted_piece", "SELECT 0 AS place")
    engine.attach("redacted_pieces", directory / f"{table}-*.parquet")


def own_names(engine: Engine, assessment: Assessment) -> dict[tuple[str, int], set[str]]:
    """Give the names of the resources that the assessment quotes a scanner on, by their origin."""
    quoted = {(a.input, a.row) for p in assessment.practices for a in p.affected}
    for conflict in assessment.conflicts:
        quoted |= {(v.input, v.row) for v in (*conflict.passed_by, *conflict.failed_by)}
    columns = {"name": "VARCHAR", "place": "BIGINT"}
    engine.put("redacted_quoted", columns, sorted(quoted))
    found: dict[tuple[str, int], set[str]] = {}
    for row in engine.rows(
        "SELECT DISTINCT q.name, q.place, t.resource_name FROM redacted_quoted AS q "
        "INNER JOIN findings_sorted AS t ON t.input = q.name AND t.input_row = q.place"
    ):
        found.setdefault((row["name"], row["place"]), set()).add(row["resource_name"])
    return found
