"""Parquet files: each row is an element, read like the same element of a JSON file.

DuckDB reads them, in a database of its own, for a damaged file can bring a database down; what it
reads goes through a file of JSON lines, so that every source, fast or careful, takes it from there.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import duckdb

from gapfolio.sources.base import RecordSource, Source, TableSource
from gapfolio.sources.jsontext import decode
from gapfolio.sources.locations import Input
from gapfolio.sources.outcome import Outcome, Task, advice
from gapfolio.sources.parquet_schema import CLASS, DAMAGED, columns_of
from gapfolio.sources.reader import name_of
from gapfolio.sources.refusals import UNKNOWN, refusal
from gapfolio.sources.survey import Survey

Reader: TypeAlias = Callable[[Task, Survey], Outcome]
"""Reads an input that is no Parquet file."""

_ROWS = "read_parquet(?, hive_partitioning = false)"
_BATCH = 5000
_UNPACKING = 0.4
"""The part of the time that goes into unpacking, for progress."""
_UNREADABLE = "this Parquet file is damaged or cut off, and nothing of it could be read"
_TOO_LARGE = "this Parquet file is too large to be unpacked on this disk"


def read(task: Task, read_json: Reader) -> Outcome:
    """Read a Parquet file; whatever is wrong with it is told in the outcome.

    Raises:
        OSError: the file cannot be read.
    """
    rows = task.scratch / f"rows{task.place}"
    try:
        problem = _unpack(task, rows)
        if problem or not rows.stat().st_size:
            return Outcome(problem=problem)
        inner = replace(task, item=Input(task.item.name, rows), tick=_later(task.tick))
        with Survey(rows) as survey:
            return read_json(inner, survey)
    finally:
        rows.unlink(missing_ok=True)


def _unpack(task: Task, target: Path) -> str:
    """Write what the sources want of each row as a line of JSON; say what is in the way."""
    link = task.scratch / f"parquet{task.place}"  # a name without characters of a pattern
    link.symlink_to(task.item.path.absolute())
    try:
        with duckdb.connect() as con:
            columns = columns_of(con, link)
            found = con.execute(f"SELECT to_json(t) FROM {_ROWS} AS t LIMIT 1", [str(link)])
            first = decode(str((found.fetchone() or ("{}",))[0]).encode()) or {}
            claimed = [each for each in task.sources if each.kind == "json" and each.claims(first)]
            if first and not claimed and CLASS not in columns:
                reason = refusal(first, "json")
                return f"{reason}; {advice(task.sources)}" if reason == UNKNOWN else reason
            return _copy(task, con, link, target, _wanted(columns, claimed, task.sources))
    except DAMAGED:
        return _UNREADABLE
    finally:
        link.unlink()


def _wanted(
    columns: Sequence[str], claimed: Sequence[Source], sources: Sequence[Source]
) -> Sequence[str]:
    """Leave out the columns that no source reads, unless one looks at whole elements."""
    if any(isinstance(source, RecordSource) for source in claimed):
        return columns
    read_by_any = {
        name
        for source in sources
        if source.kind == "json" and isinstance(source, TableSource)
        for name in source.columns
    }
    return [name for name in columns if name in read_by_any] or columns


def _copy(
    task: Task, con: duckdb.DuckDBPyConnection, link: Path, target: Path, wanted: Sequence[str]
) -> str:
    """Copy those columns of every row; say so if there is no room for it."""
    total = con.execute(f"SELECT count(*) FROM {_ROWS}", [str(link)]).fetchone() or (0,)
    names = ", ".join(map(name_of, wanted))
    con.execute(f"SELECT to_json(t) FROM (SELECT {names} FROM {_ROWS}) AS t", [str(link)])
    room = shutil.disk_usage(target.parent).free // 2
    done = 0
    with target.open("wb") as stream:
        for lines in _batches(con):
            if stream.tell() > room:
                return _TOO_LARGE
            stream.write(lines)
            done += _BATCH
            if task.tick:
                task.tick(_UNPACKING * min(1.0, done / total[0]))
    return ""


def _batches(con: duckdb.DuckDBPyConnection) -> Iterator[bytes]:
    """Yield the rows of the running query, some thousand at a time, as lines."""
    while rows := con.fetchmany(_BATCH):
        yield "".join(f"{line}\n" for (line,) in rows).encode("utf-8", "replace")


def _later(tick: Callable[[float], None] | None) -> Callable[[float], None] | None:
    """Make what reports the second part of the work as a part of all of it."""
    if tick is None:
        return None
    whole = tick
    return lambda part: whole(_UNPACKING + (1 - _UNPACKING) * part)
