"""Puts what was read into a store: made aside and moved into place, so that many may at once.

Nothing here is changed once it is in place. Who is interrupted leaves a hidden directory, which the
next call of the same machine removes, and findings that no input speaks of, which nobody reads and
which the same input writes again.
"""

from __future__ import annotations

import os
import shutil
import socket
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Self

import duckdb

from gapfolio.assess import document
from gapfolio.engine.duck import DuckDBEngine, own_words
from gapfolio.errors import InputError
from gapfolio.hashing import sha256
from gapfolio.sources.locations import shown
from gapfolio.sources.reader import quoted
from gapfolio.store import layout
from gapfolio.store.layout import COLUMNS, Marker, Part, StoredInput, StoredRun

_FEW = 4
"""Accounts of an input that are picked out by a look at all of it each."""
_HIDDEN = "."


@dataclass(frozen=True)
class _Span:
    """Where the rows of an account are in a table."""

    account: str
    first: int
    last: int
    rows: int
    places: int


@dataclass
class Writer:
    """A store that is written to; use it as a context manager.

    Raises:
        InputError: the directory is something else, of another version, or cannot be written to.
    """

    directory: Path
    _work: Path = field(init=False)

    def __enter__(self) -> Self:
        with _explained(self.directory):
            _mark(self.directory)
            _tidy(self.directory)
            name = f"{layout.WORK}{socket.gethostname()}-{os.getpid()}-"
            self._work = Path(tempfile.mkdtemp(prefix=name, dir=self.directory))
        return self

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self._work, ignore_errors=True)

    def put_findings(self, engine: DuckDBEngine, period: str, digest: str) -> list[Part]:
        """Write the rows of `raw`, a file for each account; they are not needed afterwards.

        Raises:
            InputError: the disk is full, or the directory cannot be written to.
        """
        with _explained(self.directory):
            table, place = "raw", "rowid"
            spans = _spans(engine.connection, table, place)
            if len(spans) > _FEW and _mixed(spans):
                table, place = "placed", "place"
                engine.sort(table, "SELECT rowid AS place, * FROM raw ORDER BY account, rowid")
                engine.connection.execute("DROP TABLE raw")
                spans = _spans(engine.connection, table, place)

            def write(span: _Span) -> Part:
                made = self._work / f"{span.account or layout.NO_ACCOUNT}.parquet"
                rows = f"SELECT {_projection(digest, place)} FROM {table} WHERE {_within(span)}"
                # a connection of its own: a file is too small for several threads
                _copy(engine.connection.cursor(), rows, made)
                target = layout.findings(self.directory, period, span.account, digest)
                part = Part(
                    path=target.relative_to(self.directory).as_posix(),
                    sha256=sha256(made),
                    rows=span.rows,
                    places=span.places,
                )
                _move(made, target)
                return part

            with ThreadPoolExecutor(os.cpu_count()) as pool:
                return sorted(pool.map(write, spans), key=lambda part: part.path)

    def put_input(self, entry: StoredInput) -> None:
        """Say that an input is in the store: its findings are.

        Raises:
            InputError: it cannot be written.
        """
        target = layout.input_entry(self.directory, entry.period, entry.result.sha256)
        self._say(target, document.encode(entry))

    def put_run(self, entry: StoredRun, record: bytes) -> None:
        """Keep a run record as it is.

        Raises:
            InputError: it cannot be written.
        """
        self._say(layout.run_record(self.directory, entry.period, entry.sha256), record)
        target = layout.run_entry(self.directory, entry.period, entry.sha256)
        self._say(target, document.encode(entry))

    def _say(self, target: Path, content: bytes) -> None:
        with _explained(self.directory):
            made = self._work / target.name
            made.write_bytes(content)
            _move(made, target)


def _spans(con: duckdb.DuckDBPyConnection, table: str, place: str) -> list[_Span]:
    """Give the accounts of a table in the order of their rows."""
    found = con.execute(
        f"SELECT account, min(rowid) AS first, max(rowid), count(*), max({place}) + 1 "
        f"FROM {table} GROUP BY account ORDER BY first"
    )
    return [_Span(*row) for row in found.fetchall()]


def _mixed(spans: Sequence[_Span]) -> bool:
    """Say whether rows of one account stand among those of another."""
    return any(span.last > after.first for span, after in pairwise(spans))


def _within(span: _Span) -> str:
    return f"rowid BETWEEN {span.first} AND {span.last} AND account = {quoted(span.account)}"


def _projection(digest: str, place: str) -> str:
    """Write the columns of the store as those of `raw`."""
    derived = {"input_sha256": quoted(digest), "input_row": '"row"', "place": place}
    return ", ".join(f"{derived.get(name, name)} AS {name}" for name in COLUMNS)


def _copy(con: duckdb.DuckDBPyConnection, rows: str, target: Path) -> None:
    con.execute(
        f"COPY ({rows}) TO {quoted(str(target))} (FORMAT parquet, COMPRESSION zstd, "
        f"KV_METADATA {{gapfolio_findings: '{layout.FINDINGS_SCHEMA}'}})"
    )


def _move(made: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    made.replace(target)


def _mark(directory: Path) -> None:
    """Make a directory a store, if it is empty.

    Raises:
        InputError: it is neither empty nor a store of this version.
    """
    directory.mkdir(parents=True, exist_ok=True)
    # looked at first: another process may be about to make the same store
    there = [path.name for path in directory.iterdir() if not path.name.startswith(_HIDDEN)]
    if layout.is_store(directory):
        layout.check(directory)
        return
    if there:
        raise InputError(
            f"{shown(directory)}: holds {shown(there[0])}, and is no store of findings; name "
            "another -o"
        )
    made = directory / f"{_HIDDEN}{layout.MARKER}.{socket.gethostname()}-{os.getpid()}"
    made.write_bytes(document.encode(Marker()))
    made.replace(directory / layout.MARKER)


def _tidy(directory: Path) -> None:
    """Remove what interrupted processes of this machine have left."""
    mine = f"{layout.WORK}{socket.gethostname()}-"
    for path in directory.glob(f"{layout.WORK}*"):
        number = path.name.removeprefix(mine).partition("-")[0]
        if path.name.startswith(mine) and number.isdigit() and not _runs(int(number)):
            shutil.rmtree(path, ignore_errors=True)


def _runs(number: int) -> bool:
    """Say whether there is a process with that number; where that cannot be told, there is."""
    if os.name != "posix":
        return True
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def _explained(directory: Path) -> Iterator[None]:
    """Say of a directory that cannot be written to that it cannot."""
    try:
        yield
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        reason = (error.strerror if isinstance(error, OSError) else "") or own_words(str(error))
        raise InputError(
            f"{shown(directory)}: cannot be written to ({reason}); every input "
            "that was added before is whole, and the same command goes on from there"
        ) from error
