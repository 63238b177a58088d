"""What an assessment needs of a SQL engine; nothing else knows which one runs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol


class Engine(Protocol):
    """Tables by name; SELECT in, rows out."""

    name: str

    def put(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Create a small table from Python rows; `columns` are name → SQL type."""

    def derive(self, table: str, query: str) -> None:
        """Create a table from a SELECT."""

    def sort(self, table: str, query: str) -> None:
        """Create a table whose rows keep the order of a SELECT."""

    def view(self, name: str, query: str) -> None:
        """Give a SELECT a name; it is run whenever that is read."""

    def attach(self, table: str, *paths: Path) -> None:
        """Make Parquet files readable under a name, one after the other; a path may be a glob."""

    def columns(self, table: str) -> list[str]:
        """Name the columns of a table."""

    def rows(self, query: str) -> Iterator[dict[str, Any]]:
        """Give the rows of a SELECT, one by one, as column → value."""

    def write(self, query: str, path: Path, *, delimiter: str = ",") -> None:
        """Write the rows of a SELECT to a `.csv` or `.parquet` file, in the query's order.

        A CSV has every cell in quotes and ends its lines as RFC 4180 asks, with CRLF.
        """

    def rest(self) -> None:
        """Give back memory: something else is about to need it, and little is asked here."""
