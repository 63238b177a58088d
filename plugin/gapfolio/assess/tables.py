"""The small tables that the queries join: catalogue, engagement and run records."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from gapfolio.assess.edges import Present, placed
from gapfolio.catalogue import Catalogue
from gapfolio.engagement import evidence_window
from gapfolio.engine.base import Engine
from gapfolio.model import WEIGHTS, InputResult, Period, RunRecord

_SCAN_UNUSED = "--scan-unused-services"
"""Prowler's option without which some checks pass over what it takes for unused."""
_SHORTEST = len("--scan-u")
_NO_TIME = datetime(1970, 1, 1)  # noqa: DTZ001 - the tables hold naive UTC


@dataclass(frozen=True)
class Run:
    """A run record as the tables take it."""

    record: RunRecord
    origin: str
    """File it came from, or the declaration's own words."""
    void: str = ""
    supposed: bool = False
    """True for "if this was a full scan": counts in a second, hypothetical score only."""


@dataclass(frozen=True)
class Declaration:
    """What the auditor says was executed: every default check of a scanner, or a list."""

    scanner: str
    checks: tuple[str, ...] | None
    """None = the scanner's default selection."""
    text: str
    """The declaration as it was given, for the report."""


def put_aliases(engine: Engine, catalogue: Catalogue) -> None:
    """Create `aliases`: checks as the findings name them, with the id that is current."""
    found = engine.rows("SELECT DISTINCT scanner, check_raw FROM numbered")
    named = [(row["scanner"], row["check_raw"]) for row in found]
    engine.put(
        "aliases",
        {"scanner": "VARCHAR", "alias": "VARCHAR", "check_id": "VARCHAR"},
        [
            (scanner, name, current)
            for scanner, name in sorted(named)
            if (current := catalogue.canonical(scanner, name)) != name
        ],
    )


def put_local_times(engine: Engine, zone: ZoneInfo) -> None:
    """Create `local_times`: what a scanner's naive clock means in UTC, in the engagement's zone."""
    found = engine.rows(
        "SELECT DISTINCT local_time FROM numbered "
        "WHERE local_time IS NOT NULL AND observed_at IS NULL"
    )
    rows = [
        (t, t.replace(tzinfo=zone).astimezone(ZoneInfo("UTC")).replace(tzinfo=None))
        for t in (row["local_time"] for row in found)
    ]
    engine.put("local_times", {"local_time": "TIMESTAMP", "utc": "TIMESTAMP"}, rows)


def put_inputs(engine: Engine, inputs: Sequence[InputResult], runs: Sequence[Run]) -> None:
    """Create `inputs`, `damaged_inputs` and `pulled`.

    The files, those that were not read whole, and when a run record says that they were taken.
    """
    engine.put(
        "inputs",
        {"input_id": "INTEGER", "name": "VARCHAR", "sha256": "VARCHAR", "modified": "TIMESTAMP"},
        [
            (place, item.name, item.sha256, utc(item.modified) if item.modified else None)
            for place, item in enumerate(inputs)
        ],
    )
    engine.put(
        "damaged_inputs",
        {"input_id": "INTEGER"},
        [(place,) for place, item in enumerate(inputs) if item.problem],
    )
    taken = {
        output.sha256: utc(moment)
        for run in runs
        if not run.void and (moment := run.record.ended or run.record.started)
        for output in run.record.outputs
    }
    engine.put(
        "pulled",
        {"input_id": "INTEGER", "taken": "TIMESTAMP"},
        [(place, taken[item.sha256]) for place, item in enumerate(inputs) if item.sha256 in taken],
    )


def put_formats(engine: Engine, snapshots: Collection[str]) -> None:
    """Create `snapshot_formats`: those whose findings are dated by their export."""
    engine.put("snapshot_formats", {"source": "VARCHAR"}, [(name,) for name in sorted(snapshots)])


def put_catalogue(
    engine: Engine, catalogue: Catalogue, versions: Mapping[str, Iterable[str]]
) -> None:
    """Create `practices`, `criteria`, `edges`, `code_edges`, `services` and `check_services`.

    Args:
        engine: where to; has the table `findings`.
        catalogue: what from.
        versions: scanners in use, with the versions in use.
    """
    engine.put(
        "practices",
        {"practice": "VARCHAR", "category": "VARCHAR", "evidence": "VARCHAR", "weight": "INTEGER"},
        [
            (p.id, p.category, p.evidence, WEIGHTS[p.priority])
            for p in catalogue.practices()
            if p.priority
        ],
    )
    live, code = placed(catalogue, versions, _present(engine))
    engine.put(
        "edges",
        {
            "practice": "VARCHAR",
            "criterion": "VARCHAR",
            "scanner": "VARCHAR",
            "check_id": "VARCHAR",
            "service": "VARCHAR",
            "is_expected": "BOOLEAN",
            "proves_pass": "BOOLEAN",
        },
        [
            (e.practice, e.criterion, e.scanner, e.check, e.service, e.expected, e.proves_pass)
            for e in live
        ],
    )
    engine.put(
        "code_edges",
        {"practice": "VARCHAR", "scanner": "VARCHAR", "check_id": "VARCHAR"},
        [(e.practice, e.scanner, e.check) for e in code],
    )
    engine.put(
        "code_scanners",
        {"scanner": "VARCHAR"},
        [(name,) for name in catalogue.of_kind("code")],
    )
    expected = {e.criterion for e in live if e.expected}
    regional = {e.criterion for e in live if e.expected and e.regional}
    engine.put(
        "criteria",
        {
            "practice": "VARCHAR",
            "criterion": "VARCHAR",
            "scope": "VARCHAR",
            "is_expected": "BOOLEAN",
            "is_global": "BOOLEAN",
            "is_code": "BOOLEAN",
            "is_taking": "BOOLEAN",
        },
        [
            (
                p.id,
                c.id,
                c.scope,
                c.id in expected,
                c.id not in regional,
                c.takes == "code",
                bool(c.takes),
            )
            for p in catalogue.practices()
            for c in p.criteria
        ],
    )
    engine.put(
        "services",
        {"scanner": "VARCHAR", "service": "VARCHAR", "model": "VARCHAR"},
        [(scanner, name, s.model) for (scanner, name), s in catalogue.services.items()],
    )
    engine.put(
        "check_services",
        {"scanner": "VARCHAR", "check_id": "VARCHAR", "service": "VARCHAR"},
        [(c.scanner, c.id, c.service) for c in catalogue.checks.values()],
    )


def _present(engine: Engine) -> dict[str, Present]:
    """Give the checks that the findings name, by scanner."""
    made: dict[str, Present] = {}
    found = engine.rows(
        "SELECT DISTINCT scanner, check_id, status = 'event' AS is_event FROM findings"
    )
    for row in found:
        present = made.setdefault(row["scanner"], Present(set(), set()))
        present.checks.add(row["check_id"])
        if row["is_event"]:
            present.events.add(row["check_id"])
    return made


def put_scope(
    engine: Engine, period: Period, accounts: Sequence[str], regions: Iterable[str]
) -> None:
    """Create `period`, `accounts`, `celled_accounts` (without any, one unnamed) and `regions`."""
    engine.put(
        "period",
        {"starts": "TIMESTAMP", "evidence_ends": "TIMESTAMP"},
        [evidence_window(period)],
    )
    engine.put("accounts", {"account": "VARCHAR"}, [(account,) for account in accounts])
    engine.put(
        "celled_accounts", {"account": "VARCHAR"}, [(account,) for account in accounts or [""]]
    )
    engine.put("regions", {"region": "VARCHAR"}, [(region,) for region in regions])


def put_runs(
    engine: Engine, runs: Sequence[Run], inputs: Sequence[InputResult], catalogue: Catalogue
) -> None:
    """Create `runs`, `run_inputs`, `run_checks`, `run_regions` and `run_errors`."""
    engine.put(
        "runs",
        {
            "run_id": "INTEGER",
            "scanner": "VARCHAR",
            "account": "VARCHAR",
            "started": "TIMESTAMP",
            "errors_known": "BOOLEAN",
            "void": "VARCHAR",
            "supposed": "BOOLEAN",
            "has_outputs": "BOOLEAN",
        },
        [
            (
                place,
                run.record.scanner,
                run.record.account,
                utc(run.record.started),
                run.record.errors is not None and not run.record.partial,
                run.void,
                run.supposed,
                bool(run.record.outputs),
            )
            for place, run in enumerate(runs)
        ],
    )
    engine.put(
        "run_inputs",
        {"run_id": "INTEGER", "input_id": "INTEGER"},
        [
            (place, input_id)
            for place, run in enumerate(runs)
            for input_id, item in enumerate(inputs)
            if item.sha256 in {output.sha256 for output in run.record.outputs}
        ],
    )
    engine.put(
        "run_checks",
        {"run_id": "INTEGER", "check_id": "VARCHAR", "left_out": "BOOLEAN"},
        [
            (place, check, _leaves_out(run.record, catalogue, check))
            for place, run in enumerate(runs)
            for check in sorted(executed(run.record, catalogue))
        ],
    )
    engine.put(
        "run_regions",
        {"run_id": "INTEGER", "region": "VARCHAR"},
        [
            (place, region)
            for place, run in enumerate(runs)
            for region in sorted(set(run.record.regions)) or [""]
        ],
    )
    engine.put(
        "run_errors",
        {"run_id": "INTEGER", "service": "VARCHAR", "region": "VARCHAR"},
        [
            (place, error.service, error.region)
            for place, run in enumerate(runs)
            for error in run.record.errors or ()
        ],
    )


def executed(record: RunRecord, catalogue: Catalogue) -> set[str]:
    """Give the canonical checks of a record; `all` is the scanner's default selection."""
    if record.checks != "all":
        return {catalogue.canonical(record.scanner, check) for check in record.checks}
    return {
        edge.check
        for _, _, scanner, edge in catalogue.edges()
        if scanner == record.scanner and catalogue.known_to(edge, scanner, [record.version])
    }


def _leaves_out(record: RunRecord, catalogue: Catalogue, check: str) -> bool:
    """Tell whether a check passed over what the scanner takes for unused, so silence says less."""
    known = catalogue.checks.get((record.scanner, check))
    asked = (
        len(word) >= _SHORTEST and _SCAN_UNUSED.startswith(word)  # it can be abbreviated
        for word in record.arguments
    )
    return known is not None and known.skips_unused and not any(asked)


def utc(moment: datetime | None) -> datetime:
    """Give a moment as the tables hold it: naive, in UTC; without one, long before any period."""
    if moment is None:
        return _NO_TIME
    return moment.astimezone(ZoneInfo("UTC")).replace(tzinfo=None) if moment.tzinfo else moment
