"""Reads inputs into the table `raw`, each in the fastest way that loses nothing.

The fast way is DuckDB's own reader with one source's projection. Its result counts only if the
source claims every element and a survey of the file finds it whole; anything else (appended,
cut off, mixed or damaged files) is salvaged: cut into elements in Python, sorted by format into
spools, and read by the same queries, so that both ways give equal rows.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import duckdb

from gapfolio.errors import InputError
from gapfolio.model import InputResult
from gapfolio.sources import parquet, salvage
from gapfolio.sources.base import Source
from gapfolio.sources.fast import read_directly
from gapfolio.sources.identify import identify
from gapfolio.sources.locations import Input
from gapfolio.sources.outcome import Outcome, Task
from gapfolio.sources.schema import RAW_DDL, TABLE
from gapfolio.sources.survey import Survey

Progress: TypeAlias = Callable[[int, int, str], None]
"""Called now and then with bytes done, bytes in all, and the name of the input being read."""


def load(
    con: duckdb.DuckDBPyConnection,
    inputs: Sequence[Input],
    sources: Sequence[Source],
    *,
    strict: bool = False,
    progress: Progress | None = None,
) -> list[InputResult]:
    """Create `raw` and read every input into it; `input_id` is the place in the result.

    Args:
        con: where to; must not have a transaction open.
        inputs: what to read.
        sources: the formats; the first that claims an element reads it.
        strict: stop at the first input that has a problem.
        progress: see `Progress`; called from this thread.

    Raises:
        InputError: an input has a problem and `strict`, or all have one and none has a finding.
    """
    con.execute(RAW_DDL)
    results: list[InputResult] = []
    sizes = [_size(item.path) for item in inputs]
    with tempfile.TemporaryDirectory(prefix="gapfolio-") as scratch, _ordered(con):
        for place, item in enumerate(inputs):
            tick = _tick(progress, sizes, inputs, place)
            task = Task(con, place, item, sources, Path(scratch), tick)
            results.append(_read(task))
            if strict and results[-1].problem:
                raise InputError(complaint(results[-1]))
    if results and all(result.problem and not result.findings for result in results):
        raise InputError("\n".join(map(complaint, results)))
    return results


def load_one(
    con: duckdb.DuckDBPyConnection,
    item: Input,
    sources: Sequence[Source],
    tick: Callable[[float], None] | None = None,
) -> InputResult:
    """Create `raw` anew and read a single input into it, as number 0.

    Args:
        con: where to; must not have a transaction open.
        item: what to read; whatever is wrong with it is told in the result.
        sources: the formats; the first that claims an element reads it.
        tick: called now and then with the part of it that is done, 0 to 1; None: nobody watches.
    """
    con.execute(f"DROP TABLE IF EXISTS {TABLE}")
    con.execute(RAW_DDL)
    with tempfile.TemporaryDirectory(prefix="gapfolio-") as scratch, _ordered(con):
        return _read(Task(con, 0, item, sources, Path(scratch), tick))


def complaint(result: InputResult) -> str:
    """Say what is wrong with an input, its name first."""
    return f"{result.name}: {result.problem}"


def _read(task: Task) -> InputResult:
    """Read one input; whatever is wrong with it is told in its result."""
    survey = Survey(task.item.path)
    try:
        with survey:
            outcome = _outcome(task, survey)
            survey.join()
    except OSError as error:
        outcome = Outcome(problem=f"cannot be read ({error.strerror or error})")
    if survey.problem not in outcome.problem:
        outcome.problem = "; ".join(filter(None, (outcome.problem, survey.problem)))
    if task.tick:
        task.tick(1.0)
    return InputResult(
        name=task.item.name,
        sha256=survey.sha256,
        bytes=survey.size,
        source=", ".join(outcome.sources),
        elements=outcome.elements,
        findings=outcome.findings,
        skipped=dict(sorted(outcome.skipped.items())),
        problem=outcome.problem,
    )


def _outcome(task: Task, survey: Survey) -> Outcome:
    identity = identify(task.item.path, task.sources)
    if identity.empty:
        return Outcome()
    if identity.refused:
        return Outcome(problem=identity.refused)
    if identity.parquet:
        return parquet.read(task, _outcome)
    return read_directly(task, identity, survey) or salvage.read(task, identity)


@contextmanager
def _ordered(con: duckdb.DuckDBPyConnection) -> Iterator[None]:
    """Have rows numbered in the order of the file, and progress measured but not printed."""
    wanted = {
        "preserve_insertion_order": True,
        "enable_progress_bar_print": False,
        "enable_progress_bar": True,
        "progress_bar_time": 0,
    }
    before: dict[str, object] = {}
    for name, value in wanted.items():
        found = con.execute(f"SELECT current_setting('{name}')").fetchone()
        before[name] = found and found[0]
        con.execute(f"SET {name} = {value}")
    try:
        yield
    finally:
        for name in reversed(wanted):
            con.execute(f"SET {name} = {before[name]}")


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _tick(
    progress: Progress | None, sizes: Sequence[int], inputs: Sequence[Input], place: int
) -> Callable[[float], None] | None:
    """Make what a reader calls with the part of its input that is done, 0 to 1."""
    if progress is None:
        return None
    before, total = sum(sizes[:place]), sum(sizes)

    def tick(part: float) -> None:
        progress(before + int(sizes[place] * part), total, inputs[place].name)

    return tick
