"""`gapfolio ingest`: reads inputs one by one, each into a store of findings.

What is in the store already, by its SHA-256, is not read again. An input without findings says
nothing of its period, so it waits until the others have told theirs.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

import duckdb
import msgspec

from gapfolio import engagement as engagements
from gapfolio import gather, plugins, runs
from gapfolio.assess.tables import utc
from gapfolio.engagement import period_of, quarter, zone
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.errors import InputError
from gapfolio.hashing import sha256
from gapfolio.live.base import Access
from gapfolio.model import InputResult, RunRecord
from gapfolio.sources import completing, load
from gapfolio.sources.base import Source, is_snapshot
from gapfolio.sources.locations import Input
from gapfolio.store import layout
from gapfolio.store.layout import Part, StoredInput, StoredRun
from gapfolio.store.writing import Writer

_MEMORY = "600MB"
_NO_PERIOD = "nothing in it says of which period it is; name --period"


@dataclass(frozen=True)
class Wanted:
    """What to put into which store."""

    locations: Sequence[str]
    output: Path
    directory: Path = Path()
    """Of the engagement."""
    period: str = ""
    """Of all inputs; "" = the quarter of the newest finding of each."""
    strict: bool = False
    access: Access = field(default_factory=Access)


@dataclass(frozen=True)
class Added:
    """An input or run record that is in the store."""

    name: str
    period: str
    findings: int | None
    """None: a run record."""
    new: bool
    problem: str = ""
    """What of it was not read."""


@dataclass
class Told:
    """What became of the inputs."""

    added: list[Added] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)
    """Name to why it is not in the store."""
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Record:
    """A run record that was given."""

    name: str
    path: Path
    record: RunRecord
    changed: str


def ingest(wanted: Wanted, progress: gather.Progress = lambda *_: None) -> Told:
    """Put inputs into a store, and say what became of each.

    Raises:
        GapfolioError: with a message for the user; what was put into the store before stays.
    """
    folder = engagements.read(wanted.directory)
    if wanted.period:
        period_of(wanted.period, folder.engagement)
    pm = plugins.manager()
    sources = gather.sources(pm)
    what = gather.wanted(wanted.locations, wanted.directory, folder)
    with tempfile.TemporaryDirectory(prefix="gapfolio-") as scratch:
        found = gather.found(what, wanted.directory)
        pulled = gather.pulled(what, wanted.access, folder, Path(scratch), progress)
        records = [
            *_records(dict.fromkeys(found.runs), wanted.directory),
            *_records(pulled.runs, Path(scratch)),
        ]
        live = {item.path for item in pulled.inputs}
        with Writer(wanted.output) as writer, DuckDBEngine(Path(scratch), _MEMORY) as engine:
            work = _Work(wanted, folder, writer, engine, sources, records)
            items = [*found.inputs, *pulled.inputs]
            for place, item in enumerate(items):
                notices = pulled.notices if item.path in live else []
                work.take(item, notices, _tick(progress, items, place))
            work.finish()
    work.told.notices += [*pulled.notices, *gather.passed_over(found)]
    return work.told


class _Work:
    """One call: what is in the store, and what waits for a period."""

    def __init__(  # noqa: PLR0913, PLR0917 - what a call is made of
        self,
        wanted: Wanted,
        folder: engagements.Folder,
        writer: Writer,
        engine: DuckDBEngine,
        sources: Sequence[Source],
        records: Sequence[_Record],
    ) -> None:
        self.told = Told()
        self._wanted = wanted
        self._folder = folder
        self._writer = writer
        self._engine = engine
        self._sources = sources
        self._records = records
        self._snapshots = {source.name for source in sources if is_snapshot(source)}
        self._there = {entry.result.sha256: entry for entry in layout.inputs(writer.directory)}
        self._periods: dict[str, str] = {}  # SHA-256 → period, of this call's inputs
        self._waiting: list[StoredInput] = []

    def take(self, item: Input, notices: Sequence[str], tick: Callable[[float], None]) -> None:
        """Read an input, unless it is in the store."""
        if known := self._known(item):
            self._keep(known, item.name, new=False)
            return
        result = load.load_one(self._engine.connection, item, self._sources, tick)
        if result.problem and (self._wanted.strict or not result.sha256):
            if self._wanted.strict:
                raise InputError(load.complaint(result))
            self.told.refused[item.name] = result.problem
            return
        result = completing.date(self._engine.connection, [item], [result])[0]
        entry = StoredInput(
            period=self._wanted.period or self._period(result),
            result=result,
            account=item.account,
            nameless=_nameless(self._engine.connection),
            findings=[],
            notices=list(notices),
        )
        if not entry.period:
            self._waiting.append(entry)
            return
        parts = self._writer.put_findings(self._engine, entry.period, result.sha256)
        self._add(entry, parts)

    def finish(self) -> None:
        """Put what waited for a period into the store, and the run records.

        Raises:
            InputError: nothing is in the store of all that was named.
        """
        newest = max(self._periods.values(), key=self._ends, default="")
        for entry in self._waiting:
            period = newest or self._quarter(self._moments(entry.result))
            if period:
                self._add(msgspec.structs.replace(entry, period=period), [])
            else:
                name, why = entry.result.name, entry.result.problem
                self.told.refused[name] = "; ".join(filter(None, (why, _NO_PERIOD)))
        self._keep_records(newest)
        if not self.told.added:
            raise InputError("\n".join(f"{name}: {why}" for name, why in self.told.refused.items()))

    def _known(self, item: Input) -> StoredInput | None:
        """Give what the store says of an input, if it has all of it.

        Raises:
            InputError: it is there under another period than it is to be.
        """
        try:
            size = item.path.stat().st_size
        except OSError:
            return None  # whoever reads it says so
        if all(entry.result.bytes != size for entry in self._there.values()):
            return None
        entry = self._there.get(sha256(item.path))
        if entry is None or layout.broken(self._writer.directory, [entry]):
            return None
        if self._wanted.period not in ("", entry.period):
            raise InputError(
                f"{item.name}: is in {self._writer.directory} already, in the period "
                f"{entry.period}; what is there stays there"
            )
        return entry

    def _add(self, entry: StoredInput, parts: list[Part]) -> None:
        entry = msgspec.structs.replace(entry, findings=parts)
        self._writer.put_input(entry)
        self._there[entry.result.sha256] = entry
        self._keep(entry, entry.result.name, new=True)

    def _keep(self, entry: StoredInput, name: str, *, new: bool) -> None:
        result = entry.result
        if result.findings or self._wanted.period:
            self._periods[result.sha256] = entry.period
        self.told.added.append(Added(name, entry.period, result.findings, new, _left(result)))

    def _keep_records(self, newest: str) -> None:
        there = {entry.sha256: entry for entry in layout.runs(self._writer.directory)}
        for given in self._records:
            digest = sha256(given.path)
            if known := there.get(digest):
                self.told.added.append(Added(given.name, known.period, None, new=False))
                continue
            period = self._wanted.period or self._period_of(given.record) or newest
            if not period:
                self.told.refused[given.name] = _NO_PERIOD
                continue
            entry = StoredRun(period=period, name=given.name, sha256=digest, changed=given.changed)
            self._writer.put_run(entry, given.path.read_bytes())
            there[digest] = entry
            self.told.added.append(Added(given.name, period, None, new=True))

    def _period_of(self, record: RunRecord) -> str:
        """Give the period of a run: that of what it left, else the quarter in which it was."""
        left = [
            self._periods[output.sha256]
            for output in record.outputs
            if output.sha256 in self._periods
        ]
        moment = record.started or record.ended
        return max(left, key=self._ends, default="") or self._quarter([moment] if moment else [])

    def _period(self, result: InputResult) -> str:
        """Give the quarter of the newest finding in `raw`; `""` if there is none."""
        seen = _newest(self._engine.connection, self._folder.engagement)
        seen = seen or (result.modified if result.findings else None)
        if seen is None:
            return ""
        return self._quarter([seen, *self._moments(result)])

    def _moments(self, result: InputResult) -> list[datetime]:
        """Give the times that run records say of an input."""
        snapshot = bool(self._snapshots & set(result.source.split(", ")))
        return [
            moment
            for given in self._records
            if not given.changed
            and any(output.sha256 == result.sha256 for output in given.record.outputs)
            for moment in (given.record.started, given.record.ended if snapshot else None)
            if moment
        ]

    def _quarter(self, moments: Iterable[datetime]) -> str:
        newest = max(map(utc, moments), default=None)
        return quarter(newest, self._folder.engagement).name if newest else ""

    def _ends(self, period: str) -> tuple[object, ...]:
        found = period_of(period, self._folder.engagement)
        return found.end, found.start


def _records(paths: Iterable[Path], base: Path) -> list[_Record]:
    made = []
    for path in paths:
        record = runs.read(path)
        changed = runs.changed(record, path.parent)
        made.append(_Record(runs.named(path, base), path, record, changed))
    return made


def _newest(con: duckdb.DuckDBPyConnection, engagement: engagements.Engagement) -> datetime | None:
    """Give the newest time that a finding in `raw` has of itself, in UTC."""
    found = con.execute(
        "SELECT max(observed_at), max(local_time) FILTER (observed_at IS NULL) FROM raw"
    ).fetchone() or (None, None)
    own, local = found
    moments = [own] if own else []
    if local:
        moments.append(utc(local.replace(tzinfo=zone(engagement))))
    return max(moments, default=None)


def _nameless(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    found = con.execute(
        "SELECT scanner, count(*) FROM raw WHERE account = '' GROUP BY scanner ORDER BY scanner"
    )
    return dict(found.fetchall())


def _left(result: InputResult) -> str:
    """Say what of an input was not read."""
    skipped = [f"{n} left out ({why})" for why, n in sorted(result.skipped.items())]
    return "; ".join(filter(None, (result.problem, *skipped)))


def _tick(progress: gather.Progress, items: Sequence[Input], place: int) -> Callable[[float], None]:
    """Make what tells how far all inputs are, from how far one is."""
    sizes = [_size(item.path) for item in items]
    before, total = sum(sizes[:place]), sum(sizes)

    def tick(part: float) -> None:
        progress(f"reading {items[place].name}", before + int(sizes[place] * part), total)

    return tick


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
