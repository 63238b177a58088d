"""A kit for testing mappings, sources, policies and exporters; our own tests use it too.

```python
from gapfolio.testing import assess_findings, make_finding

def test_root_without_mfa_fails():
    assessment = assess_findings([make_finding(check="iam_root_mfa_enabled", status="fail")])
    assert next(p for p in assessment.practices if p.id == "CRED-01").state == "fail"
```
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import msgspec

from gapfolio.assess.change import compare
from gapfolio.assess.pipeline import assess, prepare, sort_findings
from gapfolio.assess.policy import ScorePolicy
from gapfolio.assess.remediation import plan
from gapfolio.assess.request import Request
from gapfolio.assess.score import AssuredPolicy
from gapfolio.assess.tables import Declaration, Run
from gapfolio.catalogue import Catalogue, Scanner, load
from gapfolio.engagement import Engagement, Folder, Notes
from gapfolio.engine.base import Engine
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.model import (
    Assessment,
    Category,
    Criterion,
    Edge,
    Finding,
    InputResult,
    Practice,
    RunRecord,
    Step,
)

ACCOUNT = "111111111111"
INPUT = "0" * 64
"""SHA-256 that `assess_findings` gives to its one input; name it as output of a run record."""
MOMENT = datetime(2026, 8, 15, 12, tzinfo=UTC)
"""When `make_finding` was observed: inside 2026-Q3."""

_SOURCE = "test"
_TAKEN = (["events"], ["code"])

_COLUMNS = {
    "source": "VARCHAR",
    "scanner": "VARCHAR",
    "scanner_version": "VARCHAR",
    "input_id": "INTEGER",
    "input_row": "BIGINT",
    "check_raw": "VARCHAR",
    "account": "VARCHAR",
    "account_name": "VARCHAR",
    "region": "VARCHAR",
    "resource": "VARCHAR",
    "resource_name": "VARCHAR",
    "resource_type": "VARCHAR",
    "service": "VARCHAR",
    "status": "VARCHAR",
    "muted": "BOOLEAN",
    "severity": "VARCHAR",
    "title": "VARCHAR",
    "detail": "VARCHAR",
    "tags": "VARCHAR[]",
    "frameworks": "VARCHAR",
    "observed_at": "TIMESTAMP",
    "local_time": "TIMESTAMP",
    "finding_uid": "VARCHAR",
}


def make_finding(**overrides: Any) -> Finding:
    """Give a passing Prowler finding; name what should be different."""
    values: dict[str, Any] = {
        "check": "iam_root_mfa_enabled",
        "account": ACCOUNT,
        "status": "pass",
        "resource": "arn:aws:iam::111111111111:root",
        "scanner": "prowler",
        "scanner_version": "5.46.0",
        "region": "us-east-1",
        "observed_at": MOMENT,
    }
    return Finding(**{**values, **overrides})


def make_run(**overrides: Any) -> RunRecord:
    """Give the record of a full Prowler run without errors; name what should be different."""
    values: dict[str, Any] = {
        "scanner": "prowler",
        "version": "5.46.0",
        "account": ACCOUNT,
        "regions": ["us-east-1"],
        "checks": "all",
        "errors": [],
        "started": MOMENT,
    }
    return RunRecord(**{**values, **overrides})


def make_catalogue(
    described: Mapping[str, Scanner] | None = None, /, **practices: dict[str, Any]
) -> Catalogue:
    """Give a small catalogue: practice name to its fields, criteria as name → (scope, checks).

    Underscores in names become hyphens: `make_catalogue(CRED_01={"priority": "high",
    "criteria": {"mfa": ("account", ["check_a"])}})`. Checks are of the scanner `prowler`, or
    written `scanner:check`; they exist in every version and belong to the service `svc`. A list
    that is only `["events"]` or `["code"]` makes the criterion that takes these. `described` tells
    scanners that are not of kind `account`.
    """
    made = [_practice(name.replace("_", "-"), fields) for name, fields in practices.items()]
    categories = [
        Category(
            id=prefix,
            title=prefix,
            intro="",
            source="",
            source_date=date(2020, 11, 10),
            practices=[p for p in made if p.category == prefix],
        )
        for prefix in dict.fromkeys(p.category for p in made)
    ]
    return Catalogue(tuple(categories), {}, {}, {}, {}, dict(described or {}))


def assess_findings(  # noqa: PLR0913 - keywords with defaults
    findings: Iterable[Finding],
    *,
    catalogue: Catalogue | None = None,
    runs: Sequence[RunRecord | Run] = (),
    executed: Sequence[str] = (),
    engagement: Engagement | None = None,
    folder: Folder | None = None,
    policy: ScorePolicy | None = None,
    period: str = "2026-Q3",
    snapshot: bool = False,
    problem: str = "",
) -> Assessment:
    """Assess findings as if they had been read from one file.

    The arguments and errors are those of `assessed`.
    """
    with assessed(
        findings,
        catalogue=catalogue,
        runs=runs,
        executed=executed,
        engagement=engagement,
        folder=folder,
        policy=policy,
        period=period,
        snapshot=snapshot,
        problem=problem,
    ) as (assessment, _):
        return assessment


@contextmanager
def assessed(  # noqa: PLR0913 - keywords with defaults
    findings: Iterable[Finding],
    *,
    catalogue: Catalogue | None = None,
    runs: Sequence[RunRecord | Run] = (),
    executed: Sequence[str] = (),
    engagement: Engagement | None = None,
    folder: Folder | None = None,
    policy: ScorePolicy | None = None,
    period: str = "2026-Q3",
    snapshot: bool = False,
    problem: str = "",
) -> Iterator[tuple[Assessment, DuckDBEngine]]:
    """Assess findings and keep their table, as an exporter needs it.

    Args:
        findings: any number of them.
        catalogue: None = the shipped one.
        runs: run records that stand (or `Run` to say otherwise).
        executed: scanners declared as fully run.
        engagement: scope and settings; None = none.
        folder: a whole engagement instead, with notes, waivers and attestations.
        policy: None = the built-in score.
        period: the period under audit.
        snapshot: the file is an export of a service that keeps its findings up to date.
        problem: why the file could not be read whole.

    Raises:
        GapfolioError: as `gapfolio.assess.pipeline.assess` does.
    """
    request = Request(
        folder=folder or Folder(engagement or Engagement(), Notes()),
        catalogue=catalogue or load(),
        policy=policy or AssuredPolicy(),
        inputs=[_input(problem)],
        runs=[run if isinstance(run, Run) else Run(run, "run.json") for run in runs],
        executed=[Declaration(name, None, f"--executed {name}=all") for name in executed],
        period=period,
        snapshots=[_SOURCE] if snapshot else [],
    )
    with tempfile.TemporaryDirectory() as scratch, DuckDBEngine(Path(scratch)) as engine:
        put_findings(engine, findings)
        prepare(engine, request)
        assessment = assess(engine, request)
        compare(engine, assessment, [])
        planned = plan(engine, assessment, request.folder)
        sort_findings(engine)
        yield msgspec.structs.replace(assessment, remediation=planned), engine


def put_findings(engine: Engine, findings: Iterable[Finding]) -> None:
    """Create the table `numbered`, as loading files does, from records."""
    rows = [[place, *_row(place, item)] for place, item in enumerate(findings, 1)]
    engine.put("numbered", {"n": "BIGINT", **_COLUMNS}, rows)


def _row(place: int, finding: Finding) -> list[object]:
    values = msgspec.structs.asdict(finding)
    values["check_raw"] = values.pop("check")
    for name in ("observed_at", "local_time"):
        moment = values[name]
        if moment is not None and moment.tzinfo:
            values[name] = moment.astimezone(UTC).replace(tzinfo=None)
    values |= {"source": _SOURCE, "input_id": 0, "input_row": place}
    return [values[name] for name in _COLUMNS]


def _input(problem: str) -> InputResult:
    return InputResult(
        name="test.json",
        sha256=INPUT,
        bytes=0,
        source=_SOURCE,
        elements=0,
        findings=0,
        skipped={},
        problem=problem,
    )


def _practice(name: str, fields: dict[str, Any]) -> Practice:
    criteria = [
        Criterion(
            id=f"{name}.{short}",
            statement=f"{short} holds.",
            scope=scope,
            basis="said",
            checks=_edges([] if checks in _TAKEN else checks),
            takes=checks[0] if checks in _TAKEN else "",
        )
        for short, (scope, checks) in fields.pop("criteria", {}).items()
    ]
    values: dict[str, Any] = {
        "title": name,
        "why": "",
        "section": "",
        "evidence": "automated",
        "basis": "said",
        "priority": "medium",
        "nist_800_53": [],
        "effect": "",
        "recommendation": [Step(do="Fix it.")],
    }
    return Practice(id=name, criteria=criteria, **{**values, **fields})


def _edges(checks: Sequence[str]) -> dict[str, list[Edge]]:
    edges: dict[str, list[Edge]] = {}
    for check in checks:
        scanner, found, name = check.rpartition(":")
        edges.setdefault(scanner if found else "prowler", []).append(
            Edge(check=name, review="reviewed")
        )
    return edges
