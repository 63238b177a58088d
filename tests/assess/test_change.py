"""What became of the previous period, with the cause of every difference."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest
from msgspec import structs

from gapfolio import audit, publish
from gapfolio.errors import PackError
from gapfolio.hashing import sha256
from gapfolio.model import Assessment, Change, Finding, PracticeChange, RunError, RunOutput
from gapfolio.testing import MOMENT, make_finding, make_run
from packs import list_again
from scanfile import write_findings

OTHER = "222222222222"
LATER = MOMENT.replace(month=11)
Report = Callable[..., Assessment]

USER = {"check": "iam_user_mfa_enabled_console_access", "resource": "arn:aws:iam::1:user/ann"}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "gapfolio.toml").write_text('client = "Acme"\n', encoding="utf-8")
    return tmp_path


def report(home: Path, findings: list[Finding], *, since: Path | None = None) -> Assessment:
    """Report on findings in the engagement, and keep the pack in it."""
    scan = home / f"{findings[0].observed_at:%Y%m}.json"
    write_findings(scan, findings)
    chosen = audit.Options([str(scan)], home, since=since)
    with audit.opened(chosen) as opened:
        target = publish.default_directory(opened)
        publish.publish(opened, target, formats=("csv", "json", "parquet"))
        return opened.assessment


def two(home: Path, before: list[Finding], after: list[Finding]) -> Change:
    report(home, before)
    found = report(home, after).change
    assert found is not None
    return found


def now(**overrides: Any) -> Finding:
    return make_finding(**{"observed_at": LATER, **overrides})


def practice(change: Change, name: str) -> PracticeChange:
    return next(p for p in change.practices if p.id == name)


def test_a_first_report_has_nothing_to_compare_with(home: Path) -> None:
    assert report(home, [make_finding(**USER)]).change is None


def test_a_gap_that_now_passes_is_fixed(home: Path) -> None:
    change = two(home, [make_finding(**USER, status="fail")], [now(**USER)])

    assert change.closed == {"fixed": 1}
    assert (change.opened, change.still_open) == ({}, 0)
    assert practice(change, "CRED-09").caution == ""
    assert change.since == "2026-Q3"


def test_a_gap_that_is_gone_from_the_scan_is_a_resource_that_is_gone(home: Path) -> None:
    other = {**USER, "resource": "arn:aws:iam::1:user/bob"}
    change = two(home, [make_finding(**USER, status="fail")], [now(**other)])

    assert change.closed == {"resource gone": 1}


def test_a_gap_that_nobody_looked_at_is_not_fixed(home: Path) -> None:
    change = two(home, [make_finding(**USER, status="fail")], [now()])

    assert change.closed == {"no longer assessed": 1}


def test_a_gap_that_could_not_be_decided_is_not_fixed(home: Path) -> None:
    change = two(home, [make_finding(**USER, status="fail")], [now(**USER, status="error")])

    assert change.closed == {"no longer assessed": 1}


def test_what_looks_better_because_less_was_assessed_says_so(home: Path) -> None:
    keys = {"check": "iam_rotate_access_key_90_days", "resource": "arn:aws:iam::1:user/ann"}
    more = {"check": "iam_user_two_active_access_key", "resource": "arn:aws:iam::1:user/ann"}
    change = two(
        home,
        [make_finding(**keys, status="fail"), make_finding(**more)],
        [now(**more), now()],
    )

    assert "better only because less was assessed" in practice(change, "CRED-10").caution


def test_a_gap_that_stays_is_still_open_and_keeps_its_first_date(home: Path) -> None:
    change = two(home, [make_finding(**USER, status="fail")], [now(**USER, status="fail")])
    pack = home / "packs" / "2026-Q4" / "findings.parquet"
    (first,) = duckdb.connect().execute(f"SELECT first_seen FROM '{pack}'").fetchall()

    assert change.still_open == practice(change, "CRED-09").still_open == 1
    assert (change.opened, change.closed) == ({}, {})
    assert first[0] == MOMENT.replace(tzinfo=None)


@pytest.mark.parametrize(
    ("before", "cause"),
    [
        ([make_finding(**USER)], "newly failing"),
        ([make_finding(**USER, status="error")], "now decided"),
        ([make_finding()], "newly found"),
        ([make_finding(account=OTHER)], "account newly in scope"),
    ],
    ids=["passed", "undecided", "not there", "other account"],
)
def test_a_new_gap_has_a_cause(home: Path, before: list[Finding], cause: str) -> None:
    change = two(home, before, [now(**USER, status="fail")])

    assert change.opened == {cause: 1}
    assert [(moved.cause, moved.move, moved.resource) for moved in change.moved] == [
        (cause, "opened", USER["resource"])
    ]


def test_an_account_that_left_the_scope_did_not_fix_anything(home: Path) -> None:
    change = two(
        home, [make_finding(**USER, status="fail", account=OTHER), make_finding()], [now()]
    )

    assert change.closed == {"out of scope": 1}
    assert change.remarks == [f"Accounts that are no longer in scope: {OTHER}."]


def test_a_practice_does_not_look_better_by_an_account_that_left_the_scope(home: Path) -> None:
    both = [make_finding(**USER), make_finding(**USER, status="fail", account=OTHER)]
    change = two(home, both, [now(**USER)])

    assert "better only because less was assessed" in practice(change, "CRED-09").caution


def test_a_practice_does_not_look_better_by_a_declaration_alone(home: Path) -> None:
    report(home, [make_finding(**USER)])
    (home / "not_applicable.yaml").write_text(
        "- {practice: CRED-09, reason: r, by: b, date: 2026-10-01, expires: 2027-01-01}\n"
    )
    change = report(home, [now(**USER)]).change

    assert change is not None
    assert practice(change, "CRED-09").caution == (
        "It looks better only because more of it is declared not applicable."
    )
    assert change.remarks == [
        "Cells that are declared not applicable, and so out of every sum: 1, before 0."
    ]


@pytest.mark.parametrize(
    ("regions", "remark"),
    [
        ('["eu-central-1"]', "Regions that are no longer in scope: us-east-1."),
        ("[]", "Regions in scope are no longer declared, so none is missed."),
    ],
)
def test_a_region_that_left_the_scope_is_named(home: Path, regions: str, remark: str) -> None:
    toml = home / "gapfolio.toml"
    toml.write_text('client = "Acme"\nregions = ["eu-central-1", "us-east-1"]\n')
    report(home, [make_finding(**USER)])
    toml.write_text(f'client = "Acme"\nregions = {regions}\n')
    change = report(home, [now(**USER)]).change

    assert change is not None
    assert change.remarks == [remark]


def test_a_gap_is_not_gone_where_the_calls_of_its_service_failed(home: Path) -> None:
    report(home, [make_finding(**USER, status="fail")])
    scan = home / "later.json"
    write_findings(scan, [now(check="s3_bucket_object_versioning", resource="arn:aws:s3:::b")])
    run = make_run(
        regions=[make_finding().region],
        started=LATER,
        errors=[RunError(service="iam", region="us-east-1")],
        outputs=[RunOutput(path=scan.name, sha256=sha256(scan), bytes=scan.stat().st_size)],
    )
    (home / "run.json").write_bytes(msgspec.json.encode(run))
    with audit.opened(audit.Options([str(scan), str(home / "run.json")], home)) as opened:
        change = opened.assessment.change

    assert change is not None
    assert change.closed == {"no longer assessed": 1}


def test_the_trend_holds_eight_periods_at_most(home: Path) -> None:
    for year in range(2016, 2026):
        report(home, [make_finding(**USER, observed_at=MOMENT.replace(year=year))])
    change = report(home, [make_finding(**USER)]).change

    assert change is not None
    assert [scores.period for scores in change.trend] == [
        f"{year}-Q3" for year in range(2019, 2027)
    ]


def test_a_pack_can_be_named(home: Path, tmp_path: Path) -> None:
    report(home, [make_finding(**USER, status="fail")])
    (home / "packs" / "2026-Q3").rename(home / "old")
    change = report(home, [now(**USER)], since=home / "old").change

    assert change is not None
    assert (change.pack, change.closed) == ("old", {"fixed": 1})


def test_a_pack_that_was_changed_is_not_relied_on(home: Path) -> None:
    report(home, [make_finding(**USER, status="fail")])
    path = home / "packs" / "2026-Q3" / "assessment.json"
    path.write_bytes(path.read_bytes().replace(b'"Acme"', b'"Acmf"'))

    with pytest.raises(PackError, match=r"assessment\.json: was changed since"):
        report(home, [now(**USER)])


def test_a_pack_of_another_client_is_refused(home: Path) -> None:
    report(home, [make_finding(**USER, status="fail")])
    (home / "gapfolio.toml").write_text('client = "Zenith"\n', encoding="utf-8")

    with pytest.raises(PackError, match="another engagement"):
        report(home, [now(**USER)])


def test_a_pack_of_the_same_period_is_refused(home: Path) -> None:
    report(home, [make_finding(**USER, status="fail")])

    with pytest.raises(PackError, match="which is not before 2026-Q3"):
        report(home, [make_finding(**USER)], since=home / "packs" / "2026-Q3")


def test_two_packs_of_one_period_do_not_both_count(home: Path) -> None:
    report(home, [make_finding(**USER, status="fail")])
    shutil.copytree(home / "packs" / "2026-Q3", home / "packs" / "old")

    with pytest.raises(PackError, match=r"old: is of the same period as 2026-Q3; move one"):
        report(home, [now(**USER)])


def test_a_pack_of_another_version_is_refused_with_the_version_that_made_it(home: Path) -> None:
    report(home, [make_finding(**USER, status="fail")])
    path = home / "packs" / "2026-Q3" / "manifest.json"
    path.write_text('{"schema": "gapfolio.manifest/9", "versions": {"gapfolio": "7.1"}}')

    with pytest.raises(PackError, match=r"manifest/9, this .* was made by gapfolio 7\.1"):
        report(home, [now(**USER)])


@pytest.mark.parametrize("missing", ["manifest.json", "findings.parquet", "assessment.json"])
def test_half_a_pack_is_refused(home: Path, missing: str) -> None:
    report(home, [make_finding(**USER, status="fail")])
    pack = home / "packs" / "2026-Q3"
    (pack / missing).unlink()

    with pytest.raises(PackError):
        report(home, [now(**USER)], since=pack)


WAIVER = """\
- id: W-1
  check: iam_user_mfa_enabled_console_access
  reason: Being replaced.
  owner: Identity team
  approver: Risk board
  granted: {granted}
  expires: {expires}
"""


def waive(home: Path, granted: str, expires: str) -> None:
    text = WAIVER.format(granted=granted, expires=expires)
    (home / "waivers.yaml").write_text(text, encoding="utf-8")


def test_a_waiver_that_came_accepts_what_is_still_open(home: Path) -> None:
    report(home, [make_finding(**USER, status="fail")])
    waive(home, "2026-10-01", "2027-03-31")
    found = report(home, [now(**USER, status="fail")]).change

    assert found is not None
    assert (found.accepted, found.still_open) == ({"waived": 1}, 1)
    assert (found.opened, found.closed) == ({}, {})
    assert [(moved.move, moved.cause) for moved in found.moved] == [("accepted", "waived")]


@pytest.mark.parametrize("cause", ["waiver expired", "waiver withdrawn"])
def test_a_waiver_that_went_leaves_the_gap_open_and_says_why(home: Path, cause: str) -> None:
    waive(home, "2026-07-01", "2026-10-31")
    report(home, [make_finding(**USER, status="fail")])
    if cause == "waiver withdrawn":
        (home / "waivers.yaml").unlink()
    found = report(home, [now(**USER, status="fail")]).change

    assert found is not None
    assert (found.accepted, found.still_open) == ({cause: 1}, 1)


def test_a_waiver_that_stays_is_no_change(home: Path) -> None:
    waive(home, "2026-07-01", "2026-12-31")
    found = two(home, [make_finding(**USER, status="fail")], [now(**USER, status="fail")])

    assert found.accepted == {}


def test_a_gap_is_due_from_the_day_it_opened_and_not_from_when_the_resource_was_seen(
    home: Path,
) -> None:
    report(home, [make_finding(**USER, status="pass")])
    opened = report(home, [now(**USER, status="fail")])

    assert opened.remediation[0].open_since == LATER.date()


def test_a_gap_that_stays_open_keeps_its_day_from_pack_to_pack(home: Path) -> None:
    report(home, [make_finding(**USER, status="fail")])
    still = report(home, [now(**USER, status="fail")])

    assert still.remediation[0].open_since == MOMENT.date()
    assert still.remediation[0].overdue > 0


def test_a_gap_that_nobody_looked_at_for_a_whole_period_is_not_forgotten(home: Path) -> None:
    other = {"check": "rds_instance_storage_encrypted", "resource": "arn:aws:rds:::db/1"}
    report(home, [make_finding(**USER, status="fail", observed_at=MOMENT.replace(month=5))])
    skipped = report(home, [make_finding(**other, status="pass")]).change
    again = report(home, [now(**USER, status="fail")])

    assert skipped is not None
    assert skipped.closed == {"no longer assessed": 1}
    assert again.change is not None
    assert (again.change.opened, again.change.still_open) == ({}, 1)
    assert again.remediation[0].open_since == date(2026, 5, MOMENT.day)


def test_a_gap_stays_unproven_until_somebody_looks(home: Path) -> None:
    other = {"check": "rds_instance_storage_encrypted", "resource": "arn:aws:rds:::db/1"}
    report(home, [make_finding(**USER, status="fail", observed_at=MOMENT.replace(month=5))])
    report(home, [make_finding(**other, status="pass")])
    unseen = report(home, [now(**other, status="pass")]).change
    passed = report(home, [now(**USER, status="pass", observed_at=LATER.replace(year=2027))])

    assert unseen is not None
    assert unseen.closed == {"no longer assessed": 1}
    assert passed.change is not None
    assert passed.change.closed == {"fixed": 1}


def test_a_pack_of_an_older_schema_is_refused_by_name(home: Path) -> None:
    report(home, [make_finding(**USER, status="fail")])
    [pack] = (home / "packs").iterdir()
    parquet = pack / "findings.parquet"
    older = home / "older.parquet"
    duckdb.execute(f"COPY (SELECT * EXCLUDE (waiver) FROM '{parquet}') TO '{older}'")
    parquet.write_bytes(older.read_bytes())
    older.unlink()
    list_again(pack)

    with pytest.raises(PackError, match=r"findings.parquet: has no waiver: an earlier version"):
        report(home, [now(**USER, status="fail")])


def test_what_was_closed_is_kept_with_its_cause(home: Path) -> None:
    report(home, [make_finding(**USER, status="fail", title="MFA")])
    report(home, [now(**USER)])

    [row] = (
        duckdb.connect()
        .execute(
            "SELECT criterion, resource, title, open_since, cause "
            f"FROM '{home / 'packs' / '2026-Q4' / 'closed.parquet'}'"
        )
        .fetchall()
    )
    since = MOMENT.replace(tzinfo=None)
    assert row == ("CRED-09.console-users-mfa", USER["resource"], "MFA", since, "fixed")


def test_a_value_that_did_not_change_is_neither_better_nor_worse(home: Path) -> None:
    three = [
        make_finding(check="iam_root_mfa_enabled", account=f"{n:012d}", status=status)
        for n, status in enumerate(("pass", "pass", "fail"), 1)
    ]
    change = two(home, three, [structs.replace(item, observed_at=LATER) for item in three])

    row = practice(change, "CRED-01")
    assert row.before == row.now
