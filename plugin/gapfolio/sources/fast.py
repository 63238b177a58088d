"""The fast way: DuckDB reads the file itself, and the result counts only if it is all there.

DuckDB knows no wrappers, so the array inside of one is copied out for it, piece by piece.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from typing import TypeAlias

from gapfolio.sources.base import TableSource
from gapfolio.sources.bytestream import head_of
from gapfolio.sources.identify import Identity
from gapfolio.sources.outcome import Outcome, Task
from gapfolio.sources.pieces import Pieces, UnfinishedError
from gapfolio.sources.reader import (
    REFUSED,
    counted,
    csv_elements,
    json_elements,
    last_row,
    statement,
    transaction,
)
from gapfolio.sources.survey import Survey
from gapfolio.sources.wrappers import Wrapper

_CLOSING = {b"[": b"]", b"{": b"}"}
_POLL = 0.1


class _DoubtError(Exception):
    """DuckDB was content, the survey is not."""


def read_directly(task: Task, identity: Identity, survey: Survey) -> Outcome | None:
    """Read an input in one statement; None (and nothing in `raw`) if that may lose something."""
    source = identity.source
    if not isinstance(source, TableSource) or not _promising(task, identity):
        return None
    try:
        with transaction(task.con):
            for elements, done in _relations(task, identity, source):
                _execute(task, statement(source.name, source.query, elements, task.place), done)
            survey.join()
            if _doubtful(identity, survey):
                raise _DoubtError
            outcome = counted(task.con, task.place)
    except (_DoubtError, UnfinishedError, *REFUSED):
        return None
    outcome.sources.append(source.name)
    return outcome


_Share: TypeAlias = tuple[float, float]
"""The part of an input that is done before a statement, and after it."""


def _relations(task: Task, identity: Identity, source: TableSource) -> Iterator[tuple[str, _Share]]:
    """Yield the relations `{elements}` that make up the input."""
    gzip = identity.gzip
    if identity.kind == "csv":
        path, names = task.link(), identity.names
        yield csv_elements(path, source, names, identity.delimiter, gzip=gzip), (0, 1)
    elif identity.wrapper is None:
        yield json_elements(task.link(), source, array=identity.opening == b"[", gzip=gzip), (0, 1)
    else:
        yield from _unwrapped(task, identity.wrapper, source)


def _unwrapped(task: Task, wrapper: Wrapper, source: TableSource) -> Iterator[tuple[str, _Share]]:
    with task.item.path.open("rb") as stream:
        size = max(1, os.fstat(stream.fileno()).st_size)
        pieces = Pieces(stream, wrapper, task.scratch / f"piece{task.place}")
        done = 0.0
        for path in pieces:
            before = last_row(task.con, task.place)
            elements = json_elements(path, source, array=True, gzip=False, before=before)
            yield elements, (done, done := pieces.consumed / size)


def _promising(task: Task, identity: Identity) -> bool:
    """Say whether a file begins and ends as it should, before anything is read in vain."""
    if identity.kind == "csv":
        # a stray quote there costs DuckDB the file, and it says nothing
        return b'"' not in head_of(task.item.path).data.lstrip().partition(b"\n")[0]
    if identity.gzip:
        return True
    with task.item.path.open("rb") as stream:
        size = stream.seek(0, os.SEEK_END)
        stream.seek(max(0, size - 4096))
        return stream.read().rstrip().endswith(_CLOSING.get(identity.opening, b"\0"))


def _doubtful(identity: Identity, survey: Survey) -> bool:
    """Say whether the file has what DuckDB passes over in silence."""
    if survey.problem or survey.nul:
        return True
    closing = _CLOSING.get(identity.opening, b"")
    return identity.kind == "json" and not survey.tail.endswith(closing)


def _execute(task: Task, sql: str, share: _Share) -> None:
    """Run a statement; if somebody watches, from another thread while this one reports."""
    if task.tick is None:
        task.con.execute(sql)
        return
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(task.con.execute, sql)
        try:
            while not wait([future], timeout=_POLL).done:
                done = max(0.0, task.con.query_progress()) / 100
                task.tick(share[0] + (share[1] - share[0]) * done)
        except BaseException:
            task.con.interrupt()
            raise
        future.result()
