"""The queries in other dialects of SQL: they are written in DuckDB's and translated by sqlglot."""

from __future__ import annotations

from functools import cache

DIALECTS = ("duckdb", "spark", "athena", "trino", "snowflake")


@cache
def translated(query: str, dialect: str, *, pretty: bool = False) -> str:
    """Give a query as an engine of that dialect takes it; DuckDB's own is given as it is.

    Args:
        query: one SELECT.
        dialect: of `DIALECTS`.
        pretty: with line breaks and comments, for people.

    Raises:
        sqlglot.UnsupportedError: the dialect has no word for something in it.
    """
    if dialect == "duckdb":
        return query
    import sqlglot  # noqa: PLC0415 - heavy, and only for other engines

    (made,) = sqlglot.transpile(
        query,
        read="duckdb",
        write=dialect,
        unsupported_level=sqlglot.ErrorLevel.RAISE,
        pretty=pretty,
        comments=pretty,
    )
    return made
