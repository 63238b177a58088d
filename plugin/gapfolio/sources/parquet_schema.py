"""What a Parquet file says of itself, without its rows being read."""

from __future__ import annotations

from pathlib import Path

import duckdb

MAGIC = b"PAR1"

DAMAGED = (duckdb.Error, RuntimeError, UnicodeDecodeError)
"""What DuckDB raises about a damaged file; older versions let errors of its parts through."""

CLASS = "class_uid"
"""The column that every file in OCSF has."""

_SHORTEST = 12  # the magic twice, and the length of what is between
_FINDINGS = frozenset(("finding", "finding_info"))


def columns_of(con: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """Name the columns of a file.

    Raises:
        Exception: the file is damaged, one of `DAMAGED`.
    """
    return con.read_parquet(str(path), hive_partitioning=False).columns


def has_findings(path: Path) -> bool:
    """Say whether a file is of findings, by its columns: a lake also holds plain logs.

    What cannot be told, of a damaged file, is left to the reader, which says so.

    Raises:
        OSError: the file cannot be looked at.
    """
    if path.stat().st_size < _SHORTEST:
        return False
    try:
        with duckdb.connect() as con:
            columns = columns_of(con, path)
    except DAMAGED:
        return True
    return CLASS in columns and not _FINDINGS.isdisjoint(columns)
