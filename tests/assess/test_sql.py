"""Every query is one SELECT that other engines can be given."""

from __future__ import annotations

import pytest
import sqlglot

from gapfolio.assess.engine import queries, query


@pytest.mark.parametrize("name", queries())
def test_a_query_is_one_select_with_a_comment(name: str) -> None:
    text = query(name)

    assert text.startswith("-- ")
    assert len(sqlglot.parse(text, read="duckdb")) == 1


@pytest.mark.parametrize("dialect", ["spark", "athena", "trino", "snowflake"])
@pytest.mark.parametrize("name", queries())
def test_a_query_translates_and_parses_back(name: str, dialect: str) -> None:
    (translated,) = sqlglot.transpile(
        query(name), read="duckdb", write=dialect, unsupported_level=sqlglot.ErrorLevel.RAISE
    )

    assert sqlglot.parse_one(translated, read=dialect) is not None
