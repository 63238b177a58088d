"""Every query is one SELECT that other engines can be given."""

from __future__ import annotations

import pytest
import sqlglot

from gapfolio.assess.queries import queries, query
from gapfolio.engine.dialects import translated
from gapfolio.tabular import safe_sql


@pytest.mark.parametrize("name", queries())
def test_a_query_is_one_select_with_a_comment(name: str) -> None:
    text = query(name)

    assert text.startswith("-- ")
    assert len(sqlglot.parse(text, read="duckdb")) == 1


@pytest.mark.parametrize("dialect", ["spark", "athena", "trino", "snowflake"])
@pytest.mark.parametrize("name", queries())
def test_a_query_translates_and_parses_back(name: str, dialect: str) -> None:
    (told,) = sqlglot.transpile(
        query(name), read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE
    )

    assert sqlglot.parse_one(told, read=dialect) is not None


@pytest.mark.parametrize("dialect", ["spark", "athena", "trino", "snowflake"])
def test_cells_are_made_safe_in_every_dialect(dialect: str) -> None:
    told = translated(f"SELECT {safe_sql('title')} AS title FROM findings", dialect)

    assert "glob" not in told.lower()
    assert "'[^ -~]'" in told
    assert sqlglot.parse_one(told, read=dialect) is not None
