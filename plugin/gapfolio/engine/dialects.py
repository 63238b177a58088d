"""The queries in other dialects of SQL: they are written in DuckDB's and translated by sqlglot."""

from __future__ import annotations

import re
from functools import cache, reduce
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlglot import exp

DIALECTS = ("duckdb", "spark", "athena", "trino", "snowflake")

_PIECE = re.compile(r"((?:%-?[A-Za-z]|[^A-Za-z%'])+)")
"""What of a date format means the same in every dialect: no letters that stand for themselves."""
_OTHER_SIGN = re.compile(r"\*\[!([^]]+)\]\*")
"""The one kind of GLOB that queries have: a text with a sign that is none of those named."""


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

    read = sqlglot.parse_one(query, read="duckdb").transform(_plain_dates).transform(_plain_globs)
    return read.sql(
        dialect,
        unsupported_level=sqlglot.ErrorLevel.RAISE,
        pretty=pretty,
        comments=pretty,
    )


def read_by(query: str) -> set[str]:
    """Name the tables that a query of DuckDB's dialect reads."""
    import sqlglot  # noqa: PLC0415
    from sqlglot import exp  # noqa: PLC0415

    parsed = sqlglot.parse_one(query, read="duckdb")
    own = {part.alias for part in parsed.find_all(exp.CTE)}
    return {table.name for table in parsed.find_all(exp.Table) if table.name} - own


def _plain_dates(node: exp.Expr) -> exp.Expr:
    """Write letters of a date format beside it: unquoted, some dialects take them for fields."""
    from sqlglot import exp  # noqa: PLC0415

    if not isinstance(node, exp.TimeToStr) or not isinstance(node.args["format"], exp.Literal):
        return node
    pieces = [piece for piece in _PIECE.split(node.args["format"].name) if piece]
    if len(pieces) == 1:
        return node
    made: list[exp.Expr] = [
        exp.TimeToStr(this=node.this.copy(), format=exp.Literal.string(piece))
        if "%" in piece
        else exp.Literal.string(piece)
        for piece in pieces
    ]
    return reduce(lambda left, right: exp.DPipe(this=left, expression=right, safe=True), made)


def _plain_globs(node: exp.Expr) -> exp.Expr:
    """Write a GLOB as a regular expression: most dialects have none."""
    from sqlglot import exp  # noqa: PLC0415

    if not isinstance(node, exp.Glob) or not isinstance(node.expression, exp.Literal):
        return node
    found = _OTHER_SIGN.fullmatch(node.expression.name)
    if not found:
        return node
    pattern = exp.Literal.string(f"[^{found[1]}]")
    return exp.RegexpLike(this=node.this.copy(), expression=pattern)
