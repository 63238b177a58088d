"""The SQL of the sources, the schema it fills, and the hook that offers them."""

from __future__ import annotations

import duckdb
import pluggy
import pytest
import sqlglot
from sourcekit import builtins

from gapfolio import hookspecs, resources
from gapfolio.model import Finding
from gapfolio.sources import builtin
from gapfolio.sources.base import Source, TableSource
from gapfolio.sources.reader import statement
from gapfolio.sources.schema import FINDINGS_SCHEMA, RAW_DDL
from gapfolio.sources.spool import RECORD_COLUMNS

TABLES = [source for source in builtins() if isinstance(source, TableSource)]
QUERIES = sorted(path.name for path in resources.folder("sources").glob("*.sql"))


def columns() -> dict[str, str]:
    """Give the columns of `raw` with their types."""
    with duckdb.connect() as con:
        con.execute(RAW_DDL)
        found = con.execute("SELECT column_name, column_type FROM (DESCRIBE raw)").fetchall()
    return {str(name): str(kind) for name, kind in found}


def test_the_schema_is_the_published_one() -> None:
    assert FINDINGS_SCHEMA == 1
    assert columns() == {
        "source": "VARCHAR",
        "scanner": "VARCHAR",
        "scanner_version": "VARCHAR",
        "input_id": "INTEGER",
        "row": "BIGINT",
        "provider": "VARCHAR",
        "check_raw": "VARCHAR",
        "account": "VARCHAR",
        "account_name": "VARCHAR",
        "region": "VARCHAR",
        "resource": "VARCHAR",
        "resource_name": "VARCHAR",
        "resource_type": "VARCHAR",
        "service": "VARCHAR",
        "status": "VARCHAR",
        "muted": "BOOLEAN",
        "severity": "VARCHAR",
        "title": "VARCHAR",
        "detail": "VARCHAR",
        "tags": "VARCHAR[]",
        "frameworks": "VARCHAR",
        "observed_at": "TIMESTAMP",
        "local_time": "TIMESTAMP",
        "finding_uid": "VARCHAR",
    }


def test_a_finding_has_the_columns_of_the_table() -> None:
    fields = {"check_raw" if name == "check" else name for name in Finding.__struct_fields__}
    assert fields == set(RECORD_COLUMNS) == set(columns()) - {"source", "input_id", "row"}


@pytest.mark.parametrize("source", TABLES, ids=lambda source: source.name)
def test_every_query_yields_the_columns_of_raw_by_name(source: TableSource) -> None:
    typed = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in source.columns.items())
    query = source.query.replace("{elements}", f'(SELECT 1 AS "row", {typed})')
    with duckdb.connect() as con:
        found = [name for (name, *_) in con.execute(f"DESCRIBE {query}").fetchall()]
    assert set(found) == set(columns()) - {"source", "input_id"}


@pytest.mark.parametrize("source", TABLES, ids=lambda source: source.name)
def test_an_unknown_element_is_refused_by_the_table(source: TableSource) -> None:
    typed = ", ".join(f'CAST(NULL AS {kind}) AS "{name}"' for name, kind in source.columns.items())
    if source.kind == "csv":
        typed = typed.replace('CAST(NULL AS VARCHAR) AS "STATUS"', "'STATUS' AS \"STATUS\"")
    sql = statement(source.name, source.query, f'SELECT 1 AS "row", {typed}', 0)
    with duckdb.connect() as con:
        con.execute(RAW_DDL)
        with pytest.raises(duckdb.ConstraintException, match="check_raw"):
            con.execute(sql)


@pytest.mark.parametrize("name", QUERIES)
def test_every_query_can_be_translated(name: str) -> None:
    sql = resources.text("sources", name)
    for mark in ("elements", "query", "input_id"):
        sql = sql.replace(f"{{{mark}}}", "1" if mark == "input_id" else "x")
    (translated,) = sqlglot.transpile(sql.replace("({x})", "x"), read="duckdb", write="spark")
    assert translated


def test_the_sources_come_through_the_public_hook() -> None:
    manager = pluggy.PluginManager("gapfolio")
    manager.add_hookspecs(hookspecs)
    manager.register(builtin)
    offered: list[Source] = []
    manager.hook.register_sources(register=offered.append)
    names = [source.name for source in offered]
    assert len(names) == len(set(names))
    assert names == [source.name for source in builtins()]
    assert all(source.title and source.recognised for source in offered)
