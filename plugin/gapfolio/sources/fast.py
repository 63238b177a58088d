"""The fast way: DuckDB reads the file itself, and the result counts only if it is all there."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor, wait

from gapfolio.sources.base import TableSource
from gapfolio.sources.identify import Identity
from gapfolio.sources.outcome import Outcome, Task
from gapfolio.sources.reader import (
    REFUSED,
    counted,
    csv_elements,
    json_elements,
    statement,
    transaction,
)
from gapfolio.sources.survey import Survey

_CLOSING = {b"[": b"]", b"{": b"}"}
_POLL = 0.1


class _DoubtError(Exception):
    """DuckDB was content, the survey is not."""


def read_directly(task: Task, identity: Identity, survey: Survey) -> Outcome | None:
    """Read an input in one statement; None (and nothing in `raw`) if that may lose something."""
    source = identity.source
    if not isinstance(source, TableSource) or not _promising(task, identity):
        return None
    if identity.kind == "csv":
        elements = csv_elements(
            task.link(), source, identity.names, identity.delimiter, gzip=identity.gzip
        )
    else:
        elements = json_elements(
            task.link(), source, array=identity.opening == b"[", gzip=identity.gzip
        )
    sql = statement(source.name, source.query, elements, task.place)
    try:
        with transaction(task.con):
            _execute(task, sql)
            survey.join()
            if _doubtful(identity, survey):
                raise _DoubtError
            outcome = counted(task.con, task.place)
    except (_DoubtError, *REFUSED):
        return None
    outcome.sources.append(source.name)
    return outcome


def _promising(task: Task, identity: Identity) -> bool:
    """Say whether a plain file ends as it should, before anything is read in vain."""
    if identity.kind == "csv" or identity.gzip:
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


def _execute(task: Task, sql: str) -> None:
    """Run a statement; if somebody watches, from another thread while this one reports."""
    if task.tick is None:
        task.con.execute(sql)
        return
    with ThreadPoolExecutor(1) as pool:
        future = pool.submit(task.con.execute, sql)
        try:
            while not wait([future], timeout=_POLL).done:
                task.tick(max(0.0, task.con.query_progress()) / 100)
        except BaseException:
            task.con.interrupt()
            raise
        future.result()
