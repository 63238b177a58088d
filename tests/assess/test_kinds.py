"""Threat records and findings on infrastructure code have their places; exports have one date."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from msgspec.structs import replace

from gapfolio.catalogue import Scanner
from gapfolio.errors import EngagementError, InputError
from gapfolio.model import Assessment, CriterionResult, Finding, RunOutput
from gapfolio.testing import (
    ACCOUNT,
    INPUT,
    MOMENT,
    assess_findings,
    assessed,
    make_catalogue,
    make_finding,
    make_run,
)

CATALOGUE = make_catalogue(
    {
        "guardduty": Scanner(title="GuardDuty", kind="events"),
        "checkov": Scanner(title="Checkov", kind="code"),
    },
    DET_09={"criteria": {"threats": ("account", ["events"])}},
    DET_11={"criteria": {"code": ("account", ["code"])}},
    CRED_01={"criteria": {"mfa": ("account", ["mfa", "securityhub:IAM.9", "checkov:CKV_1"])}},
)
OTHER = "222222222222"


def assess(findings: list[Finding], **options: Any) -> Assessment:
    return assess_findings(findings, catalogue=CATALOGUE, **options)


def criterion(assessment: Assessment, name: str) -> CriterionResult:
    return next(c for p in assessment.practices for c in p.criteria if c.id == name)


def threat(**overrides: Any) -> Finding:
    given = {"scanner": "guardduty", "check": "Recon:EC2/Portscan", "status": "event"}
    return make_finding(**{**given, **overrides})


def code(**overrides: Any) -> Finding:
    given = {"scanner": "checkov", "check": "CKV_1", "account": "", "region": ""}
    return make_finding(**{**given, **overrides})


def hub(**overrides: Any) -> Finding:
    return make_finding(**{"scanner": "securityhub", "check": "IAM.9", **overrides})


def test_an_open_threat_fails_one_cell_of_its_account() -> None:
    found = assess([threat(), threat(resource="i-2"), make_finding(check="mfa", account=OTHER)])
    cells = criterion(found, "DET-09.threats").cells

    assert (cells.failed, cells.unknown, cells.passed) == (1, 1, 0)
    assert criterion(found, "DET-09.threats").findings["event"] == 2


def test_a_threat_that_was_closed_passes() -> None:
    found = assess([threat(status="pass")])

    assert criterion(found, "DET-09.threats").cells.passed == 1


def test_a_threat_that_is_muted_is_open() -> None:
    found = assess([threat(muted=True), threat(resource="i-2", status="pass")])

    assert criterion(found, "DET-09.threats").cells.failed == 1


def test_any_scanner_may_tell_of_a_threat() -> None:
    found = assess([make_finding(scanner="hawk", check="whatever", status="event")])

    assert criterion(found, "DET-09.threats").cells.failed == 1
    assert not found.unmapped


def test_code_has_one_cell_whatever_the_number_of_accounts() -> None:
    live = [make_finding(check="mfa"), make_finding(check="mfa", account=OTHER)]
    found = assess([*live, code(status="fail", resource="main.tf:3"), code(resource="main.tf:9")])
    cells = criterion(found, "DET-11.code").cells

    assert (cells.failed, cells.total) == (1, 1)
    assert criterion(found, "DET-11.code").accounts_failing == []
    assert [account.id for account in found.accounts] == [ACCOUNT, OTHER]


@pytest.mark.parametrize("status", ["fail", "pass"])
def test_code_touches_no_live_practice_and_is_shown_beside_it(status: str) -> None:
    live = [make_finding(check="mfa", status="pass")]
    alone = next(p for p in assess(live).practices if p.id == "CRED-01")
    beside = next(p for p in assess([*live, code(status=status)]).practices if p.id == "CRED-01")

    assert beside.cells == alone.cells
    assert beside.findings == alone.findings
    assert beside.before_deployment == {"checkov": {status: 1}}


def test_code_alone_says_nothing_of_a_live_practice() -> None:
    found = assess([make_finding(check="other"), code(status="pass")])

    assert criterion(found, "CRED-01.mfa").cells.passed == 0


def test_reports_on_different_code_do_not_replace_each_other() -> None:
    later = MOMENT + timedelta(days=1)
    found = assess(
        [
            make_finding(check="mfa"),
            code(status="fail", resource="a/main.tf:1"),
            code(resource="b/main.tf:1", observed_at=later),
        ]
    )

    assert criterion(found, "DET-11.code").cells.failed == 1
    assert found.counts["superseded"] == 0


def test_code_that_stands_beside_no_practice_is_listed_and_scored_as_code() -> None:
    found = assess([make_finding(check="own"), code(check="CKV_999"), code(check="CKV_1")])

    assert [(u.scanner, u.check, u.scored_as_code) for u in found.unmapped] == [
        ("checkov", "CKV_999", True),
        ("prowler", "own", False),
    ]


@pytest.mark.parametrize(
    ("finding", "name"),
    [(threat(status="pass"), "DET-09.threats"), (code(status="pass"), "DET-11.code")],
)
def test_a_damaged_file_does_not_prove_that_nothing_is_open(finding: Finding, name: str) -> None:
    live = make_finding(check="mfa")
    whole = assess([live, finding])
    damaged = assess([live, finding, finding], problem="broken off")
    failing = assess([live, finding, replace(finding, status="fail")], problem="broken off")

    assert criterion(whole, name).cells.passed == 1
    assert criterion(damaged, name).reasons == {"damaged": 1}
    assert criterion(failing, name).cells.failed == 1
    assert criterion(damaged, "CRED-01.mfa").cells.passed == 1


def test_an_event_in_code_belongs_to_the_code_alone() -> None:
    found = [make_finding(check="mfa"), code(status="event", check="CVE-1")]
    with assessed(found, catalogue=CATALOGUE, period="2026-Q3") as (assessment, engine):
        rows = list(engine.rows("SELECT criterion FROM findings_sorted WHERE check_id = 'CVE-1'"))

    assert rows == [{"criterion": "DET-11.code"}]
    assert criterion(assessment, "DET-11.code").cells.failed == 1
    assert not criterion(assessment, "DET-09.threats").expected


def test_code_alone_needs_no_account_and_says_nothing_of_one() -> None:
    found = assess([code(status="fail"), hub(account="")])
    cells = {p.id: p.cells for p in found.practices}

    assert found.accounts == []
    assert found.accounts_out_of_scope == {}
    assert criterion(found, "DET-11.code").cells.failed == 1
    assert (cells["CRED-01"].unknown, cells["CRED-01"].known) == (1, 0)
    assert found.scores.all.coverage < 100
    assert [notice.partition(":")[0] for notice in found.notices] == ["no account is in scope"]
    assert (found.counts["no_account"], found.counts["out_of_scope"]) == (1, 0)


def test_findings_that_name_no_account_ask_for_one() -> None:
    with pytest.raises(InputError, match="say whose they are with --account ID, or list"):
        assess([hub(account="")])


def test_findings_that_name_no_account_are_not_of_accounts_out_of_scope() -> None:
    found = assess([make_finding(check="mfa"), hub(account=""), code()])

    assert found.accounts_out_of_scope == {}
    assert (found.counts["no_account"], found.counts["out_of_scope"]) == (1, 0)


def test_without_code_findings_there_is_no_cell_for_code() -> None:
    assert not criterion(assess([make_finding(check="mfa")]), "DET-11.code").expected


def test_findings_of_one_export_do_not_supersede_each_other() -> None:
    early = hub(resource="arn:a", status="fail", observed_at=MOMENT)
    late = hub(resource="arn:b", observed_at=MOMENT + timedelta(hours=9))

    as_runs = assess([early, late])
    as_export = assess([early, late], snapshot=True)

    assert criterion(as_runs, "CRED-01.mfa").cells.passed == 1
    assert criterion(as_export, "CRED-01.mfa").cells.failed == 1
    assert len(as_export.scans) == 1


def test_the_newest_word_on_a_finding_counts_within_an_export() -> None:
    before = hub(status="fail", finding_uid="f-1")
    after = hub(status="pass", finding_uid="f-1", observed_at=MOMENT + timedelta(hours=1))
    found = assess([after, before], snapshot=True)

    assert criterion(found, "CRED-01.mfa").cells.passed == 1
    assert found.counts["superseded"] == 1


def test_two_findings_of_one_control_count_once_and_the_worse_counts() -> None:
    by_one = hub(status="pass", finding_uid="standard-a")
    by_other = hub(status="fail", finding_uid="standard-b", observed_at=MOMENT - timedelta(hours=1))
    found = assess([by_one, by_other], snapshot=True)

    assert criterion(found, "CRED-01.mfa").cells.failed == 1
    assert found.counts["duplicate"] == 1


def test_an_export_of_another_day_supersedes() -> None:
    before = hub(status="fail")
    after = hub(status="pass", observed_at=MOMENT + timedelta(days=2))
    found = assess([before, after])

    assert criterion(found, "CRED-01.mfa").cells.passed == 1


def test_a_run_record_dates_an_export() -> None:
    old = threat(observed_at=MOMENT - timedelta(days=400))
    record = make_run(
        scanner="guardduty",
        ended=MOMENT,
        outputs=[RunOutput(path="x", sha256=INPUT, bytes=0)],
    )
    assert criterion(assess([old], snapshot=True), "DET-09.threats").reasons

    found = assess([old], snapshot=True, runs=[record])
    assert criterion(found, "DET-09.threats").cells.failed == 1


def test_nobody_supposes_that_an_export_is_a_full_scan() -> None:
    assert assess([hub()], snapshot=True).scores.if_executed is None
    assert assess([hub()]).scores.if_executed is not None


def test_scanners_that_agree_change_nothing_and_disagreement_fails() -> None:
    alone = assess([make_finding(check="mfa")]).scores.all
    agreeing = assess([make_finding(check="mfa"), hub()])
    disagreeing = assess([make_finding(check="mfa"), hub(status="fail")])

    assert agreeing.scores.all == alone
    assert criterion(disagreeing, "CRED-01.mfa").cells.failed == 1
    [conflict] = disagreeing.conflicts
    assert [said.check for said in conflict.passed_by] == ["prowler:mfa"]
    assert [said.check for said in conflict.failed_by] == ["securityhub:IAM.9"]


def test_nobody_can_declare_what_an_export_did_not_evaluate() -> None:
    with pytest.raises(EngagementError, match="its silence shows that it did not look"):
        assess([hub()], snapshot=True, executed=["securityhub"])
