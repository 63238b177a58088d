"""Every property that the design promises of the score, over generated findings."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gapfolio.assess.pipeline import assess, prepare
from gapfolio.assess.request import Request
from gapfolio.assess.score import AssuredPolicy
from gapfolio.assess.tables import Run
from gapfolio.engagement import Account, Engagement, Folder, Notes
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.model import Finding, InputResult, RunRecord, Score
from gapfolio.testing import MOMENT, make_catalogue, make_finding, make_run, put_findings

ACCOUNTS = ["111111111111", "222222222222"]
CHECKS = ["a", "b", "c", "d", "e"]
CATALOGUE = make_catalogue(
    CRED_01={
        "priority": "critical",
        "criteria": {
            "one": ("account", ["a", "hub:A"]),
            "two": ("resource", ["b", "c", "hub:B"]),
        },
    },
    NET_01={"priority": "low", "criteria": {"three": ("resource", ["d", "hub:D"])}},
    DET_01={
        "priority": "high",
        "evidence": "both",
        "attest": "It is so.",
        "criteria": {"four": ("account", ["e", "hub:E"])},
    },
    IR_01={"evidence": "manual", "attest": "It is so."},
)
SCOPE = Engagement(accounts=[Account(id=account) for account in ACCOUNTS], regions=[])
TWIN = {"a": "A", "b": "B", "c": "B", "d": "D", "e": "E"}
"""The check of the second scanner that sees the same criterion."""

findings = st.builds(
    make_finding,
    check=st.sampled_from([*CHECKS, "own_check"]),
    account=st.sampled_from(ACCOUNTS),
    status=st.sampled_from(["pass", "fail", "fail", "manual", "error", "not_applicable"]),
    resource=st.sampled_from(["r1", "r2", "r3"]),
    region=st.sampled_from(["us-east-1", "eu-west-1"]),
    muted=st.booleans(),
    severity=st.sampled_from(["low", "high", "unknown"]),
    observed_at=st.sampled_from([MOMENT, MOMENT + timedelta(days=1), MOMENT - timedelta(days=90)]),
)
scans = st.lists(findings, max_size=14)
records = st.lists(
    st.builds(
        make_run,
        account=st.sampled_from(ACCOUNTS),
        checks=st.lists(st.sampled_from(CHECKS), unique=True),
        regions=st.just(["us-east-1", "eu-west-1"]),
    ),
    max_size=2,
)
property_test = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


class Assessor:
    """Assesses many sets of findings in one engine."""

    def __init__(self, engine: DuckDBEngine) -> None:
        self.engine = engine

    def __call__(self, found: Sequence[Finding], runs: Sequence[RunRecord] = ()) -> Score:
        nothing = InputResult(
            name="x", sha256="", bytes=0, source="x", elements=0, findings=0, skipped={}
        )
        request = Request(
            folder=Folder(SCOPE, Notes()),
            catalogue=CATALOGUE,
            policy=AssuredPolicy(),
            inputs=[nothing],
            runs=[Run(run, "run.json") for run in runs],
            period="2026-Q3",
        )
        put_findings(self.engine, found)
        prepare(self.engine, request)
        return assess(self.engine, request).scores.all


@pytest.fixture(scope="module")
def score() -> Iterator[Assessor]:
    with tempfile.TemporaryDirectory() as scratch, DuckDBEngine(Path(scratch)) as engine:
        yield Assessor(engine)


def low(result: Score) -> float:
    """Give Assured, with "not scored" as nothing at all."""
    return float(result.assured or 0)


@property_test
@given(found=scans, runs=records)
def test_scores_are_bounded_and_in_order(
    score: Assessor, found: list[Finding], runs: list[RunRecord]
) -> None:
    result = score(found, runs)

    if result.assured is None or result.possible is None:
        assert result.coverage == 0
    else:
        assert 0 <= result.assured <= result.possible <= 100
        assert 0 < result.coverage <= 100


@property_test
@given(found=scans.filter(lambda s: any(f.status == "fail" for f in s)), data=st.data())
def test_a_fix_never_lowers_the_score(
    score: Assessor, found: list[Finding], data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from([i for i, f in enumerate(found) if f.status == "fail"]))
    fixed = [*found]
    fixed[place] = make_finding(**{**_fields(found[place]), "status": "pass"})

    assert low(score(fixed)) >= low(score(found))


@property_test
@given(found=scans, runs=records)
def test_muting_never_changes_the_score(
    score: Assessor, found: list[Finding], runs: list[RunRecord]
) -> None:
    muted = [make_finding(**{**_fields(f), "muted": True}) for f in found]
    plain = [make_finding(**{**_fields(f), "muted": False}) for f in found]

    assert score(muted, runs) == score(plain, runs)


@property_test
@given(found=scans.filter(bool), data=st.data())
def test_removing_every_finding_of_a_cell_never_raises_assured(
    score: Assessor, found: list[Finding], data: st.DataObject
) -> None:
    gone = data.draw(st.sampled_from(found))
    twins = {"b", "c"} if gone.check in ("b", "c") else {gone.check}
    left = [f for f in found if not (f.check in twins and f.account == gone.account)]

    assert low(score(left)) <= low(score(found))


@property_test
@given(found=scans.filter(bool), data=st.data())
def test_more_healthy_resources_in_an_assessed_cell_change_nothing(
    score: Assessor, found: list[Finding], data: st.DataObject
) -> None:
    current = [f for f in found if f.status in ("pass", "fail") and f.observed_at == MOMENT]
    if not current:
        return
    like = data.draw(st.sampled_from(current))
    more = [
        make_finding(**{**_fields(like), "status": "pass", "resource": f"new{n}"}) for n in "xyz"
    ]

    assert score([*found, *more]).assured == score(found).assured


@property_test
@given(found=scans, runs=records, data=st.data())
def test_duplicates_and_order_change_nothing(
    score: Assessor, found: list[Finding], runs: list[RunRecord], data: st.DataObject
) -> None:
    shuffled = data.draw(st.permutations([*found, *found]))

    assert score(shuffled, runs) == score(found, runs)


@property_test
@given(found=st.lists(findings, min_size=1, max_size=10))
def test_a_second_scanner_that_sees_the_same_and_agrees_changes_nothing(
    score: Assessor, found: list[Finding]
) -> None:
    seen = [f for f in found if f.check in TWIN]
    agreeing = [
        make_finding(**{**_fields(f), "scanner": "hub", "check": TWIN[f.check]}) for f in seen
    ]

    assert score([*seen, *agreeing]) == score(seen)


@property_test
@given(found=scans, runs=records, verdicts=st.lists(st.sampled_from(["pass", "fail"]), min_size=8))
def test_the_truth_lies_in_the_interval(
    score: Assessor, found: list[Finding], runs: list[RunRecord], verdicts: list[str]
) -> None:
    """Fill every silent cell with a verdict: the new Assured lies between the old bounds."""
    known = {(f.account, f.check) for f in found}
    silent = [(a, c) for a in ACCOUNTS for c in CHECKS if (a, c) not in known and c not in "bc"]
    filled = [
        make_finding(account=account, check=check, status=verdict)
        for (account, check), verdict in zip(silent, verdicts, strict=False)
    ]
    before, after = score(found), score([*found, *filled])

    if before.assured is None or before.possible is None or after.assured is None:
        return
    assert before.assured <= after.assured
    assert after.possible is not None
    assert after.possible <= before.possible


@property_test
@given(verdicts=st.lists(st.sampled_from(["pass", "fail"]), min_size=10, max_size=10))
def test_full_coverage_closes_the_interval_of_the_automated_part(
    score: Assessor, verdicts: list[str]
) -> None:
    pairs = [(account, check) for account in ACCOUNTS for check in CHECKS]
    found = [
        make_finding(account=account, check=check, status=verdict)
        for (account, check), verdict in zip(pairs, verdicts, strict=True)
    ]
    score(found)
    rows = list(
        score.engine.rows(
            "SELECT count(*) AS n FROM cells WHERE kind = 'automated' AND state = 'unknown'"
        )
    )

    assert rows[0]["n"] == 0


def _fields(finding: Finding) -> dict[str, object]:
    return {name: getattr(finding, name) for name in finding.__struct_fields__}
