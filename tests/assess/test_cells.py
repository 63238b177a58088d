"""Every state of a cell, from the findings and run records that lead to it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from msgspec import structs

from gapfolio.assess.tables import Run
from gapfolio.catalogue import Catalogue, load
from gapfolio.engagement import Account, Engagement
from gapfolio.model import (
    Assessment,
    Check,
    Counts,
    CriterionResult,
    Edge,
    Finding,
    RunError,
    RunOutput,
)
from gapfolio.testing import (
    ACCOUNT,
    INPUT,
    MOMENT,
    assess_findings,
    make_catalogue,
    make_finding,
    make_run,
)

OTHER = "222222222222"
CATALOGUE = make_catalogue(
    CRED_01={
        "priority": "critical",
        "criteria": {"root": ("account", ["a"]), "keys": ("resource", ["b", "c"])},
    },
    NET_01={"criteria": {"open": ("resource", ["d"])}},
    DET_01={"evidence": "both", "attest": "It is so."},
    IR_01={"evidence": "manual", "attest": "It is so."},
)


def criterion(assessment: Assessment, name: str) -> CriterionResult:
    return next(c for p in assessment.practices for c in p.criteria if c.id == name)


def state(assessment: Assessment, name: str = "NET-01.open") -> tuple[str, str]:
    """Give the state and the reason of a criterion with one cell."""
    found = criterion(assessment, name)
    states = {
        "pass": found.cells.passed,
        "fail": found.cells.failed,
        "unknown": found.cells.unknown,
        "absent": found.cells.absent,
    }
    assert sum(states.values()) == 1
    return next(s for s, n in states.items() if n), next(iter(found.reasons), "")


def test_an_open_fail_fails_the_cell() -> None:
    found = [make_finding(check="d"), make_finding(check="d", resource="x", status="fail")]

    assert state(assess_findings(found, catalogue=CATALOGUE)) == ("fail", "")


def test_a_muted_fail_is_a_fail() -> None:
    found = [make_finding(check="d", status="fail", muted=True)]
    assessment = assess_findings(found, catalogue=CATALOGUE)

    assert state(assessment) == ("fail", "")
    assert criterion(assessment, "NET-01.open").findings == {"fail": 1, "muted_fail": 1}


def test_a_fail_beats_an_error() -> None:
    found = [
        make_finding(check="d", status="error"),
        make_finding(check="d", resource="x", status="fail"),
    ]

    assert state(assess_findings(found, catalogue=CATALOGUE)) == ("fail", "")


def test_an_error_beside_a_pass_is_unknown() -> None:
    found = [make_finding(check="d"), make_finding(check="d", resource="x", status="error")]

    assert state(assess_findings(found, catalogue=CATALOGUE)) == ("unknown", "error")


def test_failed_calls_of_the_service_make_a_pass_unknown() -> None:
    run = make_run(checks=["d"], errors=[RunError(service="svc")])
    catalogue = make_catalogue(NET_01={"criteria": {"open": ("resource", ["d"])}})
    catalogue.checks["prowler", "d"] = Check(scanner="prowler", id="d", service="svc", title="")

    passing = assess_findings([make_finding(check="d")], catalogue=catalogue, runs=[run])
    failing = assess_findings(
        [make_finding(check="d", status="fail")], catalogue=catalogue, runs=[run]
    )

    assert state(passing) == ("unknown", "calls_failed")
    assert state(failing) == ("fail", "")


def test_an_error_outside_the_regions_in_scope_does_not_count() -> None:
    catalogue = make_catalogue(NET_01={"criteria": {"open": ("resource", ["d"])}})
    catalogue.checks["prowler", "d"] = Check(scanner="prowler", id="d", service="svc", title="")
    run = make_run(checks=["d"], errors=[RunError(service="svc", region="eu-west-1")])
    scope = Engagement(regions=["us-east-1"])

    assessment = assess_findings(
        [make_finding(check="d")], catalogue=catalogue, runs=[run], engagement=scope
    )

    assert state(assessment) == ("pass", "")


def test_a_region_in_scope_that_nobody_assessed_makes_a_pass_unknown() -> None:
    scope = Engagement(regions=["us-east-1", "eu-west-1"])
    assessment = assess_findings([make_finding(check="d")], catalogue=CATALOGUE, engagement=scope)

    assert state(assessment) == ("unknown", "region_missing")


def test_a_run_record_shows_that_a_silent_region_was_assessed() -> None:
    scope = Engagement(regions=["us-east-1", "eu-west-1"])
    run = make_run(regions=["us-east-1", "eu-west-1"])
    assessment = assess_findings(
        [make_finding(check="d")], catalogue=CATALOGUE, engagement=scope, runs=[run]
    )

    assert state(assessment) == ("pass", "")


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2026, 6, 30, 23, 59, tzinfo=UTC), id="before the period"),
        pytest.param(datetime(2026, 10, 31, tzinfo=UTC), id="after the grace days"),
    ],
)
def test_evidence_outside_the_period_is_stale(moment: datetime) -> None:
    found = [make_finding(check="d", status="fail", observed_at=moment)]

    assert state(assess_findings(found, catalogue=CATALOGUE)) == ("unknown", "stale")


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(datetime(2026, 7, 1, tzinfo=UTC), id="first moment"),
        pytest.param(datetime(2026, 10, 30, 23, 59, 59, tzinfo=UTC), id="last grace day"),
    ],
)
def test_evidence_from_the_first_moment_to_the_last_grace_day_counts(moment: datetime) -> None:
    found = [make_finding(check="d", observed_at=moment)]

    assert state(assess_findings(found, catalogue=CATALOGUE)) == ("pass", "")


def test_the_period_begins_in_the_engagements_zone() -> None:
    early = datetime(2026, 6, 30, 23, tzinfo=UTC)
    scope = Engagement(timezone="Europe/Berlin")

    assessment = assess_findings(
        [make_finding(check="d", observed_at=early)], catalogue=CATALOGUE, engagement=scope
    )

    assert state(assessment) == ("pass", "")


def test_a_naive_time_is_read_in_the_engagements_zone() -> None:
    naive = datetime(2026, 7, 1, 0, 30)  # noqa: DTZ001 - as scanners write it
    found = [make_finding(check="d", observed_at=None, local_time=naive)]

    utc = assess_findings(found, catalogue=CATALOGUE)
    berlin = assess_findings(
        found, catalogue=CATALOGUE, engagement=Engagement(timezone="Europe/Berlin")
    )

    assert utc.scans[0].observed_at == datetime(2026, 7, 1, 0, 30, tzinfo=UTC)
    assert berlin.scans[0].observed_at == datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert utc.scans[0].naive
    assert state(berlin) == ("pass", "")


def test_only_manual_findings_are_unknown() -> None:
    found = [make_finding(check="d", status="manual")]

    assert state(assess_findings(found, catalogue=CATALOGUE)) == ("unknown", "manual")


def test_a_manual_finding_beside_a_pass_changes_nothing() -> None:
    found = [make_finding(check="d"), make_finding(check="d", resource="x", status="manual")]

    assert state(assess_findings(found, catalogue=CATALOGUE)) == ("pass", "")


def test_only_not_applicable_findings_are_no_pass() -> None:
    found = [make_finding(check="d", status="not_applicable")]

    assert state(assess_findings(found, catalogue=CATALOGUE)) == ("unknown", "unseen")


def with_weak(*checks: str) -> Catalogue:
    """Give a catalogue of one criterion, in which a pass of these checks proves too little."""
    edges = [
        Edge(check=name, review="reviewed", proves="fail" if name in checks else "both")
        for name in ("d", "e")
    ]
    made = make_catalogue(NET_01={"criteria": {"open": ("resource", ["d", "e"])}})
    ((category,), practice) = made.categories, next(made.practices())
    open_ = structs.replace(practice.criteria[0], checks={"prowler": edges})
    practice = structs.replace(practice, criteria=[open_])
    return replace(made, categories=(structs.replace(category, practices=[practice]),))


def test_a_pass_that_proves_too_little_leaves_the_cell_unknown() -> None:
    assessment = assess_findings([make_finding(check="d")], catalogue=with_weak("d"))

    assert state(assessment) == ("unknown", "weak")
    assert criterion(assessment, "NET-01.open").findings == {"pass": 1}


def test_a_weak_pass_stays_unknown_beside_a_record_that_another_check_found_nothing() -> None:
    run = make_run(checks=["d", "e"])
    found = [make_finding(check="d")]
    assessment = assess_findings(found, catalogue=with_weak("d"), runs=[run])

    assert state(assessment) == ("unknown", "weak")


def test_a_pass_that_proves_it_decides_beside_a_weak_one() -> None:
    found = [make_finding(check="d"), make_finding(check="e")]

    assert state(assess_findings(found, catalogue=with_weak("d"))) == ("pass", "")


@pytest.mark.parametrize("others", [[], [make_finding(check="e")]], ids=["alone", "beside a pass"])
def test_a_fail_counts_whatever_a_pass_of_the_check_proves(others: list[Finding]) -> None:
    found = [make_finding(check="d", status="fail"), *others]

    assert state(assess_findings(found, catalogue=with_weak("d"))) == ("fail", "")


def test_a_manual_finding_beside_a_weak_pass_is_left_to_a_person() -> None:
    found = [make_finding(check="d"), make_finding(check="e", status="manual")]

    assert state(assess_findings(found, catalogue=with_weak("d"))) == ("unknown", "manual")


def test_a_weak_pass_contradicts_no_fail() -> None:
    found = [make_finding(check="d"), make_finding(check="e", scanner="hawk", status="fail")]
    catalogue = with_weak("d")
    checks = next(catalogue.practices()).criteria[0].checks
    checks["hawk"] = [Edge(check="e", review="reviewed")]
    weak = assess_findings(found, catalogue=catalogue)
    checks["prowler"] = [Edge(check="d", review="reviewed")]
    firm = assess_findings(found, catalogue=catalogue)

    assert (weak.conflicts, len(firm.conflicts)) == ([], 1)


def test_silence_without_a_record_is_unseen() -> None:
    assessment = assess_findings([make_finding(check="a")], catalogue=CATALOGUE)

    assert state(assessment) == ("unknown", "unseen")


def test_a_recorded_run_proves_that_there_was_nothing_to_assess() -> None:
    assessment = assess_findings(
        [make_finding(check="a")], catalogue=CATALOGUE, runs=[make_run(checks=["a", "d"])]
    )

    assert state(assessment) == ("absent", "nothing_to_assess")


def test_an_account_scope_check_is_never_absent() -> None:
    assessment = assess_findings(
        [make_finding(check="d")], catalogue=CATALOGUE, runs=[make_run(checks=["a", "d"])]
    )

    assert state(assessment, "CRED-01.root") == ("unknown", "unseen")


def test_a_check_that_skips_the_unused_proves_no_absence_unless_told_to_scan_all() -> None:
    catalogue = make_catalogue(
        CRED_01={"criteria": {"root": ("account", ["a"])}},
        NET_01={"criteria": {"open": ("resource", ["d", "e"])}},
    )
    catalogue.checks["prowler", "d"] = Check(
        scanner="prowler", id="d", service="svc", title="", skips_unused=True
    )
    found, ran = [make_finding(check="a")], ["a", "d", "e"]

    silent = assess_findings(found, catalogue=catalogue, runs=[make_run(checks=ran)])
    whole = assess_findings(
        found,
        catalogue=catalogue,
        runs=[make_run(checks=ran, arguments=["aws", "--scan-unused-services"])],
    )
    short = assess_findings(
        found, catalogue=catalogue, runs=[make_run(checks=ran, arguments=["aws", "--scan-unused"])]
    )
    declared = assess_findings(found, catalogue=catalogue, executed=["prowler"])
    plain = assess_findings(found, catalogue=catalogue)
    half = assess_findings(found, catalogue=catalogue, runs=[make_run(checks=["a", "d"])])

    assert state(silent) == ("unknown", "unused_skipped")
    assert state(whole) == state(short) == ("absent", "nothing_to_assess")
    assert state(declared) == ("unknown", "unused_skipped")
    assert plain.scores.if_executed == declared.scores.all
    assert state(half) == ("unknown", "unseen")


def test_a_check_that_skips_the_unused_still_passes_and_fails() -> None:
    catalogue = make_catalogue(NET_01={"criteria": {"open": ("resource", ["d"])}})
    catalogue.checks["prowler", "d"] = Check(
        scanner="prowler", id="d", service="svc", title="", skips_unused=True
    )
    for status in ("pass", "fail"):
        found = [make_finding(check="d", status=status)]
        assessment = assess_findings(found, catalogue=catalogue, runs=[make_run(checks=["d"])])

        assert state(assessment) == (status, "")


def test_every_check_of_a_criterion_must_have_run_before_it_is_absent() -> None:
    found = [make_finding(check="a")]

    half = assess_findings(found, catalogue=CATALOGUE, runs=[make_run(checks=["a", "b"])])
    whole = assess_findings(found, catalogue=CATALOGUE, runs=[make_run(checks=["a", "b", "c"])])

    assert state(half, "CRED-01.keys") == ("unknown", "unseen")
    assert state(whole, "CRED-01.keys") == ("absent", "nothing_to_assess")


def test_a_run_without_findings_in_the_account_proves_nothing() -> None:
    scope = Engagement(accounts=[Account(id=ACCOUNT), Account(id=OTHER)])
    assessment = assess_findings(
        [make_finding(check="a", account=OTHER)],
        catalogue=CATALOGUE,
        engagement=scope,
        runs=[make_run(), make_run(account=OTHER)],
    )

    cells = criterion(assessment, "NET-01.open")
    assert (cells.cells.unknown, cells.cells.absent) == (1, 1)


@pytest.mark.parametrize(
    "run",
    [
        pytest.param(Run(make_run(), "run.json", void="scan.json has changed"), id="void"),
        pytest.param(make_run(errors=None), id="errors not recorded"),
        pytest.param(make_run(partial="--status"), id="findings left out"),
        pytest.param(make_run(checks=["a"]), id="the check did not run"),
        pytest.param(make_run(started=MOMENT - timedelta(days=365)), id="another period"),
        pytest.param(make_run(started=None), id="undated"),
        pytest.param(make_run(account=OTHER), id="another account"),
        pytest.param(make_run(scanner="other"), id="another scanner"),
    ],
)
def test_records_that_prove_no_absence(run: Run) -> None:
    scope = Engagement(accounts=[Account(id=ACCOUNT)])
    assessment = assess_findings(
        [make_finding(check="a")], catalogue=CATALOGUE, runs=[run], engagement=scope
    )

    assert state(assessment) == ("unknown", "unseen")


def test_a_declaration_is_a_record_without_hashes() -> None:
    assessment = assess_findings(
        [make_finding(check="a")], catalogue=CATALOGUE, executed=["prowler"]
    )

    assert state(assessment) == ("absent", "nothing_to_assess")
    assert [(run.declared, run.origin) for run in assessment.runs] == [
        (True, "--executed prowler=all")
    ]


def test_without_a_declaration_the_report_can_say_what_one_would_change() -> None:
    found = [make_finding(check="a")]

    plain = assess_findings(found, catalogue=CATALOGUE)
    declared = assess_findings(found, catalogue=CATALOGUE, executed=["prowler"])

    assert plain.scores.if_executed == declared.scores.all
    assert plain.scores.all != declared.scores.all
    assert declared.scores.if_executed is None


def test_a_newer_run_replaces_an_older_one_with_its_errors() -> None:
    catalogue = make_catalogue(
        CRED_01={"criteria": {"root": ("account", ["a"])}},
        NET_01={"criteria": {"open": ("resource", ["d"])}},
    )
    catalogue.checks["prowler", "d"] = Check(scanner="prowler", id="d", service="svc", title="")
    broken = make_run(checks=["a", "d"], errors=[RunError(service="svc")])
    clean = make_run(checks=["a", "d"], started=MOMENT + timedelta(days=1))

    assessment = assess_findings(
        [make_finding(check="a")], catalogue=catalogue, runs=[clean, broken]
    )

    assert state(assessment) == ("absent", "nothing_to_assess")


def test_an_account_in_scope_without_data_is_unknown_in_every_cell() -> None:
    scope = Engagement(accounts=[Account(id=ACCOUNT), Account(id=OTHER)])
    assessment = assess_findings(
        [make_finding(check=check) for check in "abcd"], catalogue=CATALOGUE, engagement=scope
    )

    missing = next(account for account in assessment.accounts if account.id == OTHER)
    assert missing.score.cells.known == 0
    assert missing.score.cells.unknown == missing.score.cells.total > 0
    assert missing.score.assured is None


def test_an_account_out_of_scope_is_left_out_and_counted() -> None:
    scope = Engagement(accounts=[Account(id=ACCOUNT)])
    found = [make_finding(check="d"), make_finding(check="d", account=OTHER, status="fail")]
    assessment = assess_findings(found, catalogue=CATALOGUE, engagement=scope)

    assert state(assessment) == ("pass", "")
    assert assessment.accounts_out_of_scope == {OTHER: 1}


def test_a_practice_that_no_scanner_in_use_sees_has_one_unknown_cell() -> None:
    catalogue = make_catalogue(
        CRED_01={"criteria": {"root": ("account", ["a"])}},
        NET_01={"criteria": {"open": ("resource", ["elsewhere:x"])}},
    )
    assessment = assess_findings([make_finding(check="a")], catalogue=catalogue)

    practice = next(p for p in assessment.practices if p.id == "NET-01")
    assert (practice.cells.unknown, practice.cells.total) == (1, 1)
    assert not practice.criteria[0].expected


def test_manual_and_mixed_practices_have_an_attestation_cell() -> None:
    assessment = assess_findings([make_finding(check="a")], catalogue=CATALOGUE)
    cells = {p.id: (p.automated_cells.unknown, p.attestation.unknown) for p in assessment.practices}

    assert cells["IR-01"] == (0, 1)
    assert cells["DET-01"] == (1, 1)
    assert cells["NET-01"] == (1, 0)


def test_the_newest_run_of_a_check_in_an_account_and_region_counts() -> None:
    later = MOMENT + timedelta(days=3)
    found = [
        make_finding(check="d", status="fail", resource="x"),
        make_finding(check="d", status="pass", resource="x", observed_at=later),
        make_finding(check="d", status="fail", resource="y", region="eu-west-1"),
    ]
    assessment = assess_findings(found, catalogue=CATALOGUE)

    assert criterion(assessment, "NET-01.open").findings == {"fail": 1, "pass": 1}
    assert assessment.counts["superseded"] == 1


def test_a_newer_silent_run_supersedes_what_an_older_one_found() -> None:
    later = MOMENT + timedelta(days=3)
    found = [
        make_finding(check="d", status="fail"),
        make_finding(check="a", observed_at=later),
    ]
    assessment = assess_findings(
        found, catalogue=CATALOGUE, runs=[make_run(checks=["a", "d"], started=later)]
    )

    assert state(assessment) == ("absent", "nothing_to_assess")


def test_a_record_never_supersedes_the_findings_of_its_own_run() -> None:
    late = make_run(
        checks=["a", "d"],
        started=MOMENT + timedelta(seconds=11),
        outputs=[RunOutput(path="test.json", sha256=INPUT, bytes=1)],
    )
    assessment = assess_findings(
        [make_finding(check="d", status="fail")], catalogue=CATALOGUE, runs=[late]
    )

    assert state(assessment) == ("fail", "")
    assert assessment.counts["superseded"] == 0


def test_the_same_finding_twice_counts_once_and_the_worse_status_stands() -> None:
    found = [
        make_finding(check="d", status="pass"),
        make_finding(check="d", status="fail"),
        make_finding(check="d", status="fail"),
    ]
    assessment = assess_findings(found, catalogue=CATALOGUE)

    assert criterion(assessment, "NET-01.open").findings == {"fail": 1}
    assert assessment.counts["duplicate"] == 2


def test_two_formats_of_one_scan_are_one_scan() -> None:
    clock = datetime(2026, 8, 15, 14, 0, 0, 383369)  # noqa: DTZ001 - as scanners write it
    ocsf = make_finding(check="d", local_time=clock)
    csv = make_finding(check="d", observed_at=None, local_time=clock)
    assessment = assess_findings([ocsf, csv], catalogue=CATALOGUE)

    assert assessment.counts["duplicate"] == 1
    assert assessment.counts["superseded"] == 0
    assert [scan.observed_at for scan in assessment.scans] == [MOMENT]


def test_scanners_that_disagree_fail_the_cell_and_are_listed() -> None:
    catalogue = make_catalogue(NET_01={"criteria": {"open": ("resource", ["d", "hub:h"])}})
    found = [
        make_finding(check="d", resource="r"),
        make_finding(check="h", scanner="hub", resource="r", status="fail"),
    ]
    assessment = assess_findings(found, catalogue=catalogue)

    assert state(assessment) == ("fail", "")
    [conflict] = assessment.conflicts
    assert [said.check for said in conflict.passed_by] == ["prowler:d"]
    assert [said.check for said in conflict.failed_by] == ["hub:h"]


DISPUTED = make_catalogue(
    NET_01={"criteria": {"open": ("resource", ["d", "e", "hub:h", "hub:i"])}},
    CRED_01={"criteria": {"root": ("account", ["r", "hub:root"])}},
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            {"resource": "arn:aws:s3:::Bucket", "region": "eu-west-1"},
            {"resource": "arn:aws:s3:::bucket", "region": "global"},
        ),
        (
            {"resource": "arn:aws:ec2:eu-west-1:111111111111:security-group/sg-9"},
            {"resource": "sg-9"},
        ),
        (
            {"resource": "arn:aws:logs:eu-west-1:111111111111:log-group:app:*"},
            {"resource": "arn:aws:logs:eu-west-1:111111111111:log-group:app"},
        ),
    ],
)
def test_a_disagreement_is_seen_whatever_the_resource_is_called(
    one: dict[str, str], other: dict[str, str]
) -> None:
    found = [
        make_finding(check="d", **one),
        make_finding(check="h", scanner="hub", status="fail", **other),
    ]
    [conflict] = assess_findings(found, catalogue=DISPUTED).conflicts

    assert (conflict.criterion, conflict.account) == ("NET-01.open", ACCOUNT)
    assert [said.resource for said in conflict.passed_by] == [one["resource"]]
    assert [said.resource for said in conflict.failed_by] == [other["resource"]]


@pytest.mark.parametrize("resource", ["AWS::::Account:111111111111", "N/A", ""])
def test_what_concerns_the_account_is_compared_by_account(resource: str) -> None:
    found = [
        make_finding(check="r", resource="arn:aws:iam::111111111111:root"),
        make_finding(
            check="root", scanner="hub", status="fail", resource=resource, region="eu-west-1"
        ),
        make_finding(check="root", scanner="hub", resource=resource, account=OTHER),
    ]
    [conflict] = assess_findings(found, catalogue=DISPUTED).conflicts

    assert (conflict.criterion, conflict.account, conflict.matter) == (
        "CRED-01.root",
        ACCOUNT,
        "",
    )


def test_a_conflict_names_every_check_with_its_words_and_where_they_are() -> None:
    found = [
        make_finding(check="d", resource="a:r", detail="all is well"),
        make_finding(check="e", resource="b:r", detail="x" * 999),
        make_finding(check="h", scanner="hub", resource="r", status="fail", title="It is open"),
        make_finding(check="i", scanner="hub", resource="r", status="fail", region="eu-west-1"),
        make_finding(check="i", scanner="hub", resource="r", status="fail", region="eu-north-1"),
    ]
    [conflict] = assess_findings(found, catalogue=DISPUTED).conflicts

    assert conflict.matter == "r"
    assert [(v.check, v.detail[:11], v.input, v.row) for v in conflict.passed_by] == [
        ("prowler:d", "all is well", "test.json", 1),
        ("prowler:e", "x" * 11, "test.json", 2),
    ]
    assert len(conflict.passed_by[1].detail) == 300
    assert [(v.check, v.detail, v.findings, v.region) for v in conflict.failed_by] == [
        ("hub:h", "It is open", 1, "us-east-1"),
        ("hub:i", "", 2, "eu-north-1"),
    ]


def test_scanners_that_both_find_a_fault_do_not_disagree() -> None:
    found = [
        make_finding(check="d", resource="q", region="eu-west-1", status="fail"),
        make_finding(check="d", resource="q", region="us-east-1"),
        make_finding(check="h", scanner="hub", resource="q", region="eu-west-1", status="fail"),
        make_finding(check="h", scanner="hub", resource="q", region="us-east-1"),
    ]

    assert assess_findings(found, catalogue=DISPUTED).conflicts == []


def test_a_check_that_the_catalogue_does_not_know_is_kept_and_listed() -> None:
    found = [make_finding(check="a"), make_finding(check="own_check", status="fail")]
    assessment = assess_findings(found, catalogue=CATALOGUE)

    assert [(u.check, u.findings, u.reason) for u in assessment.unmapped] == [
        ("own_check", {"fail": 1}, "")
    ]


def test_a_check_that_a_default_run_leaves_out_counts_where_it_was_run() -> None:
    catalogue = load()
    practice, criterion, check = next(
        (p, c, e.check)
        for p, c, scanner, e in catalogue.edges()
        if scanner == "prowler"
        and all(catalogue.checks["prowler", o.check].opt_in for o in c.checks["prowler"])
    )

    def cells(*checks: str) -> Counts:
        found = assess_findings([make_finding(), *(make_finding(check=c) for c in checks)])
        (result,) = [p for p in found.practices if p.id == practice.id]
        return next(c.cells for c in result.criteria if c.id == criterion.id)

    assert cells().total == 0
    assert cells(check).passed == 1
