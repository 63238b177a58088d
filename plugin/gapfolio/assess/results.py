"""Results of queries that another engine ran, as files: CSV as Athena writes it, or Parquet.

Columns and types are those that the query has here, so a result of another version is noticed.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from gapfolio.engine.duck import DuckDBEngine
from gapfolio.errors import InputError
from gapfolio.sources.locations import shown
from gapfolio.sources.parquet_schema import DAMAGED
from gapfolio.sources.reader import name_of, quoted

_TEXT = "VARCHAR"
_TIME = "TIMESTAMP"
_EMPTY = "is empty"


def table(name: str) -> str:
    """Name the table with the result of a query."""
    return f"answer_{name}"


def put(engine: DuckDBEngine, path: Path, name: str, sql: str) -> None:
    """Read a result into the table that `table` names, checked against the query itself.

    Args:
        engine: has the tables that the query reads, empty ones too.
        path: the file.
        name: of the query.
        sql: the query.

    Raises:
        InputError: the file cannot be read, its columns are others, or a value is of another type.
    """
    described = engine.connection.execute(f"DESCRIBE {sql}").fetchall()
    put_columns(engine, path, name, {row[0]: row[1] for row in described})


def put_columns(engine: DuckDBEngine, path: Path, name: str, columns: dict[str, str]) -> None:
    """Read a result whose columns are known, name to DuckDB's type, as `put` does."""
    con = engine.connection
    try:
        con.execute(f"CREATE OR REPLACE TEMP TABLE given AS SELECT * FROM {_relation(con, path)}")
    except DAMAGED as error:
        reason = str(error).strip().splitlines()[0]
        raise InputError(f"{shown(path)}: cannot be read as a query's result: {reason}") from error
    there = {row[0].lower(): row[0] for row in con.execute("DESCRIBE given").fetchall()}
    wrong = [f"has no column {column}" for column in columns if column not in there]
    wrong += [
        f"has a column {there[key]} that the query does not give"
        for key in set(there) - set(columns)
    ]
    if wrong:
        raise InputError(
            f"{shown(path)}: {sorted(wrong)[0]}; the query {name} gives {', '.join(columns)}"
        )
    for column, kind in columns.items():
        _check(con, path, there[column], kind)
    chosen = ", ".join(
        f"{_value(there[column], kind)} AS {column}" for column, kind in columns.items()
    )
    con.execute(f"CREATE OR REPLACE TABLE {table(name)} AS SELECT {chosen} FROM given")
    con.execute("DROP TABLE given")


def _relation(con: duckdb.DuckDBPyConnection, path: Path) -> str:
    source = quoted(str(path))
    if path.suffix.lower() == ".parquet":
        return f"read_parquet({source}, hive_partitioning = false)"
    return (
        f"read_csv({source}, header = true, all_varchar = true, delim = ',', quote = '\"', "
        "escape = '\"', nullstr = '', strict_mode = true, auto_detect = false, "
        f"columns = {{{_header(path)}}})"
    )


def _header(path: Path) -> str:
    """Write the names in the first line as DuckDB takes them."""
    import csv  # noqa: PLC0415

    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            names = next(csv.reader(file), [])
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise InputError(f"{shown(path)}: cannot be read as CSV ({error})") from error
    if not names:
        raise InputError(f"{shown(path)}: is empty; not even the names of columns are in it")
    if len({name.lower() for name in names}) < len(names):
        raise InputError(f"{shown(path)}: names a column twice")
    return ", ".join(f"{quoted(name)}: 'VARCHAR'" for name in names)


def _value(column: str, kind: str) -> str:
    name = name_of(column)
    if kind == _TEXT:
        return f"coalesce(CAST({name} AS VARCHAR), '')"
    return f"CAST({name} AS {kind})"


def _check(con: duckdb.DuckDBPyConnection, path: Path, column: str, kind: str) -> None:
    """Name the first value that is not of its type; only text and times may be empty.

    Raises:
        InputError: there is one.
    """
    if kind == _TEXT:
        return
    name = name_of(column)
    wrong = f"TRY_CAST({name} AS {kind}) IS NULL"
    if kind == _TIME:
        wrong += f" AND {name} IS NOT NULL"
    found = con.execute(
        f"SELECT place, value FROM (SELECT row_number() OVER () AS place, {name} AS value, "
        f"{wrong} AS wrong FROM given) AS t WHERE wrong ORDER BY place LIMIT 1"
    ).fetchone()
    if found:
        place, value = found
        what = _EMPTY if value in (None, "") else f"is {str(value)!r}, no {kind.lower()}"
        raise InputError(f"{shown(path)}: row {place}: {column} {what}")
