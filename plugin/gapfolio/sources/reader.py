"""Runs a source's query in DuckDB over a file, and puts what it yields into `raw`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from gapfolio.resources import text
from gapfolio.sources.base import TableSource
from gapfolio.sources.outcome import Outcome
from gapfolio.sources.spool import ROW_KEY

MAX_OBJECT = 16 << 20
"""Largest JSON object, or CSV line, that DuckDB is asked to read; its buffers are this size."""

REFUSED = (
    duckdb.InvalidInputException,  # malformed, wrong type, too large, invalid UTF-8
    duckdb.ConversionException,
    duckdb.ConstraintException,  # check_raw is NULL: the source does not claim that element
    duckdb.OutOfRangeException,
    duckdb.IOException,  # a damaged gzip stream
    duckdb.NotImplementedException,  # a CSV line longer than its buffers
    UnicodeDecodeError,  # DuckDB quotes the file in its message and cuts a character in two
)
"""What DuckDB raises about a file's content; a defect in a query raises something else."""


def quoted(value: str) -> str:
    """Write a string as an SQL literal."""
    return "'" + value.replace("'", "''") + "'"


def name_of(column: str) -> str:
    """Write a column name as an SQL identifier."""
    return '"' + column.replace('"', '""') + '"'


def json_elements(
    path: Path, source: TableSource, *, array: bool, gzip: bool, before: int = 0
) -> str:
    """Write the relation `{elements}` for a JSON file as DuckDB reads it.

    Args:
        path: the file.
        source: its format.
        array: it is one array; else an object a line.
        gzip: it is packed.
        before: elements of the input that are not in this file and come before.
    """
    options = (
        f"format = '{'array' if array else 'newline_delimited'}', "
        f"compression = '{'gzip' if gzip else 'uncompressed'}', maximum_object_size = {MAX_OBJECT}"
    )
    relation = _read_json(path, source.columns, options)
    return f'SELECT {before} + row_number() OVER () AS "row", * FROM {relation}'


def spooled_elements(path: Path, columns: Mapping[str, str], longest: int) -> str:
    """Write the relation `{elements}` for a spool that we wrote; a misfit value is NULL there."""
    options = (
        "format = 'newline_delimited', ignore_errors = true, "
        f"maximum_object_size = {max(MAX_OBJECT, longest + 1024)}"
    )
    relation = _read_json(path, {ROW_KEY: "BIGINT", **columns}, options)
    return f'SELECT "{ROW_KEY}" AS "row", * EXCLUDE "{ROW_KEY}" FROM {relation}'


def _read_json(path: Path, columns: Mapping[str, str], options: str) -> str:
    typed = ", ".join(f"{name_of(name)}: {quoted(kind)}" for name, kind in columns.items())
    return (
        f"read_json({quoted(str(path))}, columns = {{{typed}}}, {options}, "
        "records = true, hive_partitioning = false)"
    )


def csv_elements(
    path: Path, source: TableSource, names: Sequence[str], delimiter: str, *, gzip: bool
) -> str:
    """Write the relation `{elements}` for a CSV file with that header."""
    typed = ", ".join(f"c{at}: 'VARCHAR'" for at in range(len(names)))
    wanted = ", ".join(
        f"{f'c{names.index(name)}' if name in names else 'CAST(NULL AS VARCHAR)'} "
        f"AS {name_of(name)}"
        for name in source.columns
    )
    return (
        f'SELECT row_number() OVER () AS "row", {wanted} FROM read_csv({quoted(str(path))}, '
        f"auto_detect = false, header = true, delim = {quoted(delimiter)}, "
        "quote = '\"', escape = '\"', nullstr = '', strict_mode = true, "
        f"compression = '{'gzip' if gzip else 'none'}', max_line_size = {MAX_OBJECT}, "
        f"buffer_size = {2 * MAX_OBJECT}, "  # else sixteen times the longest line
        f"hive_partitioning = false, columns = {{{typed}}})"
    )


def bare(query: str) -> str:
    """Take the closing semicolon off a query."""
    return query.strip().rstrip(";")


def statement(source: str, query: str, elements: str, input_id: int) -> str:
    """Write the INSERT that takes a source's query over `elements` into `raw`."""
    return (
        text("sources", "insert.sql")
        .replace("{source}", source.replace("'", "''"))
        .replace("{input_id}", str(input_id))
        .replace("{query}", bare(query).replace("{elements}", f"({elements})"))
    )


@contextmanager
def transaction(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Keep all of what happens inside, or nothing."""
    con.begin()
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()


def elements_of(con: duckdb.DuckDBPyConnection, place: int, source: str) -> int:
    """Count the elements of an input that left a row."""
    found = con.execute(
        'SELECT count(DISTINCT "row") FROM raw WHERE input_id = ? AND source = ?', [place, source]
    ).fetchone()
    return int(found[0]) if found else 0


def last_row(con: duckdb.DuckDBPyConnection, place: int) -> int:
    """Give the number of the last element of an input that left a row; 0 if none did."""
    found = con.execute('SELECT max("row") FROM raw WHERE input_id = ?', [place]).fetchone()
    return int(found[0]) if found and found[0] else 0


def counted(con: duckdb.DuckDBPyConnection, place: int) -> Outcome:
    """Count what an input left in `raw`, and take out what is not about AWS."""
    outcome = Outcome()
    found = con.execute(
        'SELECT count(DISTINCT "row") FROM raw WHERE input_id = ?', [place]
    ).fetchone()
    outcome.elements = int(found[0]) if found else 0
    providers = con.execute(
        "SELECT provider, count(*) FROM raw WHERE input_id = ? GROUP BY provider", [place]
    ).fetchall()
    for provider, count in providers:
        if provider == "aws":
            outcome.findings = count
        else:
            outcome.skipped[f"another provider: {provider or 'not named'}"] = count
    if outcome.skipped:
        con.execute("DELETE FROM raw WHERE input_id = ? AND provider <> 'aws'", [place])
    strange = "input_id = ? AND account <> '' AND NOT regexp_full_match(account, '[0-9]{12}')"
    gone = con.execute(f"DELETE FROM raw WHERE {strange}", [place]).fetchone()
    if gone and gone[0]:
        outcome.findings -= gone[0]
        outcome.skipped["the account id is not twelve digits"] = gone[0]
    return outcome
