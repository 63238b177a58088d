"""What a scanner left out is filled in from the audit, and said."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from gapfolio import audit
from gapfolio.errors import InputError
from gapfolio.model import Assessment
from gapfolio.testing import MOMENT, make_finding
from scanfile import write_findings

NAMELESS = [
    {
        "plugin": "rootMfaEnabled",
        "category": "IAM",
        "title": "Root MFA",
        "description": "",
        "resource": "N/A",
        "region": "global",
        "status": "FAIL",
        "message": "root has no MFA",
    }
]


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    path = tmp_path / "cloudsploit.json"
    path.write_text(json.dumps(NAMELESS), encoding="utf-8")
    os.utime(path, (1786800000, 1786800000))  # 15 August 2026
    return path


def report(scan: Path, *accounts: str) -> Assessment:
    with audit.opened(audit.Options([str(scan)], scan.parent, accounts=accounts)) as opened:
        return opened.assessment


def test_findings_without_account_belong_to_the_only_one_in_scope(scan: Path) -> None:
    found = report(scan, "111111111111")

    assert [account.findings for account in found.accounts] == [1]
    assert any("taken as 111111111111: 1" in notice for notice in found.notices)


def test_findings_without_account_and_scope_are_not_guessed_at(scan: Path) -> None:
    with pytest.raises(InputError, match="the findings name none"):
        report(scan)


def test_with_several_accounts_the_nameless_are_left_out_and_said(scan: Path) -> None:
    found = report(scan, "111111111111", "222222222222")

    assert sum(account.findings for account in found.accounts) == 0
    assert any("left out: 1" in notice for notice in found.notices)


def test_findings_without_a_time_are_dated_by_their_file(scan: Path) -> None:
    found = report(scan, "111111111111")

    assert found.period.name == "2026-Q3"
    assert found.inputs[0].modified is not None
    assert any("dated by the file's last change, 15 August 2026" in n for n in found.notices)


def test_the_date_of_a_file_does_not_choose_the_period_of_dated_findings(scan: Path) -> None:
    dated = make_finding(observed_at=MOMENT.replace(month=2))
    write_findings(scan.parent / "prowler.json", [dated])
    chosen = audit.Options([str(scan), str(scan.parent / "prowler.json")], scan.parent)
    with audit.opened(chosen) as opened:
        assert opened.assessment.period.name == "2026-Q1"
