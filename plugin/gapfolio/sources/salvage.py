"""The careful way: cut in Python, sorted into a spool for each format, read by the same queries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gapfolio.sources.base import Element, Mending, RecordSource, Source, TableSource
from gapfolio.sources.csvrows import Rows
from gapfolio.sources.elements import STRAY, Elements
from gapfolio.sources.identify import Identity, claimant
from gapfolio.sources.jsontext import decode
from gapfolio.sources.outcome import Outcome, Task, advice
from gapfolio.sources.reader import (
    bare,
    counted,
    elements_of,
    spooled_elements,
    statement,
    transaction,
)
from gapfolio.sources.refusals import UNKNOWN, refusal
from gapfolio.sources.spool import RECORD_COLUMNS, Spool

UNREADABLE = "unreadable JSON"
MISFIT = "fields that do not fit the format"
_TICK_EVERY = 1000


def read(task: Task, identity: Identity) -> Outcome:
    """Read an input element by element.

    Raises:
        OSError: the file cannot be read.
    """
    spools = _Spools(task)
    foreign: Counter[str] = Counter()  # elements of formats that are not read
    damaged: Counter[str] = Counter()
    size = max(1, task.item.path.stat().st_size)
    with task.item.path.open("rb") as stream:
        cutter: Elements | Rows
        if identity.kind == "csv":
            cutter = Rows(stream, identity.delimiter)
            elements = _records(cutter, identity)
        else:
            cutter = Elements(stream)
            elements = _objects(cutter, damaged)
        for count, (number, element) in enumerate(elements):
            source = _claimant(element, identity, task)
            if source is None:
                foreign[refusal(element, identity.kind)] += 1
            elif not spools.add(source, number, element):
                damaged[UNREADABLE] += 1
            if task.tick and not count % _TICK_EVERY:
                task.tick(cutter.consumed / size)
    outcome, lost = spools.load()
    damaged.update(cutter.skipped)
    damaged[MISFIT] += lost
    outcome.elements = cutter.number
    outcome.skipped.update(foreign)
    outcome.skipped.update(+damaged)
    outcome.problem = _problem(task, outcome, cutter, foreign, +damaged)
    return outcome


def _objects(cutter: Elements, damaged: Counter[str]) -> Iterator[tuple[int, Element]]:
    for number, data in cutter:
        element = decode(data)
        if element is None:
            damaged[UNREADABLE] += 1
        else:
            yield number, element


def _records(cutter: Rows, identity: Identity) -> Iterator[tuple[int, Element]]:
    for number, cells in cutter:
        # the first of two columns of one name counts, as with DuckDB
        pairs = zip(reversed(identity.names), reversed(cells), strict=False)
        yield number, {name: cell or None for name, cell in pairs}


def _claimant(element: Element, identity: Identity, task: Task) -> Source | None:
    if identity.kind == "csv":
        return identity.source  # the header decided
    return claimant(element, "json", task.sources)


class _Spools:
    """A spool for each format that turns up in the input."""

    def __init__(self, task: Task) -> None:
        self._task = task
        self._tables: dict[str, tuple[TableSource, Spool]] = {}
        self._records: dict[str, tuple[RecordSource, Spool]] = {}

    def add(self, source: Source, number: int, element: Element) -> bool:
        """Keep an element for its source; False if it cannot be kept."""
        if source.name not in self._tables and source.name not in self._records:
            self._open(source)
        if source.name in self._tables:
            whole = source.mended(element) if isinstance(source, Mending) else element
            return self._tables[source.name][1].add(number, whole)
        reader, spool = self._records[source.name]
        return spool.add_findings(number, reader.findings(element))

    def _open(self, source: Source) -> None:
        count = len(self._tables) + len(self._records)
        path = self._task.scratch / f"spool{self._task.place}-{count}"
        if isinstance(source, TableSource):
            self._tables[source.name] = (source, Spool(path, source.columns))
        else:
            self._records[source.name] = (source, Spool(path, RECORD_COLUMNS))

    def load(self) -> tuple[Outcome, int]:
        """Put everything into `raw`; the number is of elements that yielded nothing."""
        con, place, lost = self._task.con, self._task.place, 0
        with transaction(con):
            for table, spool in self._tables.values():
                self._insert(table.name, table.query, spool)
                lost += spool.lines - elements_of(con, place, table.name)
            for reader, spool in self._records.values():
                self._insert(reader.name, "SELECT * FROM {elements}", spool)
            outcome = counted(con, place)
        outcome.sources.extend([*self._tables, *self._records])
        return outcome, lost

    def _insert(self, source: str, query: str, spool: Spool) -> None:
        spool.close()
        elements = spooled_elements(spool.path, spool.columns, spool.longest)
        known = f"SELECT * FROM (\n{bare(query)}\n) WHERE check_raw IS NOT NULL"
        self._task.con.execute(statement(source, known, elements, self._task.place))
        spool.path.unlink()


def _problem(
    task: Task,
    outcome: Outcome,
    cutter: Elements | Rows,
    foreign: Counter[str],
    damaged: Counter[str],
) -> str:
    """Say what is wrong with the input as a whole; `""` if nothing is."""
    if foreign and not outcome.sources:
        reason = foreign.most_common(1)[0][0]
        return f"{reason}; {advice(task.sources)}" if reason == UNKNOWN else reason
    if not (outcome.sources or cutter.problem) and _senseless(cutter, damaged):
        return f"this is neither JSON nor a known CSV file; {advice(task.sources)}"
    parts = []
    if damaged:
        told = ", ".join(f"{reason} ({count})" for reason, count in sorted(damaged.items()))
        parts.append(f"not all could be read: {told}")
    if cutter.problem:
        parts.append(f"{cutter.problem}; kept is what is whole before that")
    return "; ".join(parts)


def _senseless(cutter: Elements | Rows, damaged: Counter[str]) -> bool:
    """Say whether there was text, and none of it JSON."""
    text = isinstance(cutter, Elements) and (cutter.stray or damaged[UNREADABLE] > 0)
    return text and damaged.keys() <= {UNREADABLE, STRAY}
