"""The engine that is built in: DuckDB, in bounded memory."""

from __future__ import annotations

import ctypes
import json
import os
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import duckdb

from gapfolio.errors import GapfolioError

_BATCH = 10_000
_SORTING = 600
"""Megabytes that sorting a million findings takes."""
_WRITING = 400
"""Megabytes that writing a million findings takes."""
_EACH_MORE = 65
"""Megabytes that each further million takes for both: keys of joins, and what tells where the rows
are, stay in memory."""

_RESTING = ("32MB", "64MB", "128MB", "256MB")
"""What is tried as the limit while something else needs the memory, the lowest first."""


class DuckDBEngine:
    """DuckDB in bounded memory.

    Args:
        directory: private and temporary; what does not fit into memory is spilled there.
        memory: DuckDB's limit, as DuckDB writes sizes.
    """

    name = "duckdb"

    def __init__(self, directory: Path, memory: str = "400MB") -> None:
        config: dict[str, str | bool | int | float | list[str]] = {
            "memory_limit": memory,
            "temp_directory": str(directory / "spill"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        }
        # not in a file: no write-ahead log and no checkpoint for what nobody reads again; what is
        # over the limit is spilled all the same
        self.connection = duckdb.connect(":memory:", config=config)
        self._threads = os.cpu_count() or 1
        self._memory = memory

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.connection.close()

    def put(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Create a small table from Python rows."""
        spec = ", ".join(f"{name} {kind}" for name, kind in columns.items())
        self.connection.execute(f"CREATE OR REPLACE TABLE {table} ({spec})")
        lists = [list(column) for column in zip(*rows, strict=True)]
        if lists:
            # one statement with a list for each column: a thousand times executemany's speed
            unnest = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
            self.connection.execute(f"INSERT INTO {table} SELECT {unnest}", lists)

    def derive(self, table: str, query: str) -> None:
        """Create a table from a SELECT."""
        with _explained():
            self.connection.execute(f"CREATE OR REPLACE TABLE {table} AS {query}")

    def sort(self, table: str, query: str) -> None:
        """Create a table whose rows keep the order of a SELECT."""
        # merging, each thread holds pieces of every sorted run, and those cannot be spilled
        self.connection.execute("SET threads = 1")
        self.connection.execute(f"SET memory_limit = '{self._room(_SORTING)}'")
        self.derive(table, query)
        self.connection.execute(f"SET memory_limit = '{self._memory}'")
        self.connection.execute(f"SET threads = {self._threads}")

    def _room(self, megabytes: int) -> str:
        """Give the limit for work on all findings; the largest table tells how many there are."""
        sizes = self.connection.execute("SELECT max(estimated_size) FROM duckdb_tables()")
        [rows] = sizes.fetchone() or (0,)
        more = max(0, (rows or 0) - 1_000_000) // 1_000_000
        return f"{megabytes + _EACH_MORE * more}MB"

    def view(self, name: str, query: str) -> None:
        """Give a SELECT a name."""
        self.connection.execute(f"CREATE OR REPLACE VIEW {name} AS {query}")

    def attach(self, table: str, *paths: Path) -> None:
        """Make Parquet files readable under a name."""
        sources = ", ".join(f"'{_quoted(str(path))}'" for path in paths)
        self.connection.execute(
            f"CREATE OR REPLACE VIEW {table} AS "
            f"SELECT * FROM read_parquet([{sources}], hive_partitioning = false)"
        )

    def columns(self, table: str) -> list[str]:
        """Name the columns of a table."""
        cursor = self.connection.cursor().execute(f"SELECT * FROM {table} LIMIT 0")
        return [column[0] for column in cursor.description or ()]

    def rows(self, query: str) -> Iterator[dict[str, Any]]:
        """Give the rows of a SELECT, one by one."""
        with _explained():
            cursor = self.connection.cursor().execute(query)
            names = [column[0] for column in cursor.description or ()]
            while batch := cursor.fetchmany(_BATCH):
                for row in batch:
                    yield dict(zip(names, row, strict=True))

    def write(self, query: str, path: Path, *, delimiter: str = ",") -> None:
        """Write the rows of a SELECT to a `.csv` or `.parquet` file, in the query's order."""
        target = _quoted(str(path))
        how = (
            "FORMAT parquet, COMPRESSION zstd"
            if path.suffix == ".parquet"
            else f"FORMAT csv, HEADER, FORCE_QUOTE *, NEW_LINE '\\r\\n', "
            f"DELIMITER '{_quoted(delimiter)}'"
        )
        # with more threads the CSV writer collects whole row groups of text outside its limit
        self.connection.execute(f"SET threads = {1 if path.suffix == '.csv' else self._threads}")
        self.connection.execute(f"SET memory_limit = '{self._room(_WRITING)}'")
        with _explained():
            self.connection.execute(f"COPY ({query}) TO '{target}' ({how})")
        self.connection.execute(f"SET memory_limit = '{self._memory}'")
        self.connection.execute(f"SET threads = {self._threads}")

    def rest(self) -> None:
        """Give memory back; what is still in tables waits on the disk."""
        for limit in _RESTING:
            with suppress(duckdb.OutOfMemoryException):  # of many findings more has to stay
                self.connection.execute(f"SET memory_limit = '{limit}'")
                break
        if sys.platform == "linux":
            ctypes.CDLL(None).malloc_trim(0)


def _quoted(text: str) -> str:
    return text.replace("'", "''")


@contextmanager
def _explained() -> Iterator[None]:
    """Say in words that a disk or the memory is full; both are the user's to mend."""
    try:
        yield
    except (duckdb.IOException, duckdb.OutOfMemoryException) as error:
        reason = own_words(str(error))
        raise GapfolioError(
            f"the findings could not be worked on: {reason}; free space on the disk of the "
            "temporary directory (TMPDIR) and of the output, then run again"
        ) from error


def own_words(text: str) -> str:
    """Give the first line of an error of DuckDB, which may come wrapped in JSON, and in more."""
    with suppress(ValueError, KeyError):
        text = json.loads(text[text.index("{") :])["exception_message"]
    return text.strip().splitlines()[0]
