"""Prowler 2, CSV and JSON."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA, by_check
from sourcekit import load_bytes, load_paths

from samples import sample

CSV, OLD, JSON = (DATA / "prowler_v2" / name for name in ("scan.csv", "scan-2.3.csv", "scan.json"))


def row_of(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    """Load the first finding of the JSON with other values."""
    first = json.loads(JSON.read_text().splitlines()[0])
    return load_bytes(tmp_path, json.dumps({**first, **changes}).encode()).row


def test_csv() -> None:
    loaded = load_paths(CSV)
    assert (loaded.result.source, loaded.result.problem) == ("prowler-csv-v2", "")
    assert loaded.result.elements == loaded.result.findings == 6
    rows = by_check(loaded)
    assert {check: (row["status"], row["muted"]) for check, row in rows.items()} == {
        "check11": ("pass", False),
        "check114": ("fail", False),
        "extra71": ("manual", False),
        "extra73": ("error", False),
        "extra74": ("fail", True),
        "extra9999": ("error", False),
    }
    row = rows["check114"]
    assert (row["scanner"], row["scanner_version"]) == ("prowler", "2")
    assert (row["account"], row["account_name"]) == ("111122223333", "Payments")
    assert (row["region"], row["resource"]) == ("eu-central-1", "MFA")
    assert (row["service"], row["resource_type"]) == ("iam", "AwsIamUser")
    assert row["severity"] == "critical"
    assert row["title"] == "Ensure hardware MFA is enabled for the root account"
    assert row["detail"] == "Only Virtual MFA is enabled for root"
    assert row["observed_at"] == datetime(2026, 8, 1, 10)  # noqa: DTZ001


def test_csv_of_before_2_4() -> None:
    loaded = load_paths(OLD)
    assert (loaded.result.source, loaded.result.problem) == ("prowler-csv-v2", "")
    rows = by_check(loaded)
    assert {check: row["status"] for check, row in rows.items()} == {
        "check11": "fail",
        "check12": "pass",
    }
    assert rows["check11"]["detail"] == "Root user was accessed"
    assert rows["check11"]["observed_at"] is None
    assert rows["check11"]["resource"] == ""


def test_json() -> None:
    loaded = load_paths(JSON)
    assert (loaded.result.source, loaded.result.problem) == ("prowler-json-v2", "")
    rows = by_check(loaded)
    assert {check: row["status"] for check, row in rows.items()} == {
        "check114": "fail",
        "check11": "pass",
        "extra71": "manual",
    }
    row = rows["check11"]
    assert (row["account"], row["account_name"]) == ("111122223333", "Payments")
    assert (row["region"], row["resource"], row["service"]) == ("eu-central-1", "root", "iam")
    assert row["observed_at"] == datetime(2026, 8, 1, 6, 38, 21)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("word", "status", "muted"),
    [
        ("PASS", "pass", False),
        ("Pass", "pass", False),
        ("Fail", "fail", False),
        ("Info", "manual", False),
        ("WARNING", "fail", True),
        ("", "error", False),
    ],
)
def test_status_words(tmp_path: Path, word: str, status: str, muted: bool) -> None:
    row = row_of(tmp_path, Status=word)
    assert (row["status"], row["muted"]) == (status, muted)


@pytest.mark.parametrize(
    ("word", "message", "status"),
    [
        ("INFO", "us-east-1: Access Denied trying to describe trails", "error"),
        ("INFO", "An error occurred (UnauthorizedOperation)", "error"),
        ("INFO", "No buckets found", "manual"),
        ("FAIL", "a policy that is Access Denied", "fail"),
    ],
)
def test_a_denied_call_is_no_job_for_a_person(
    tmp_path: Path, word: str, message: str, status: str
) -> None:
    assert row_of(tmp_path, Status=word, Message=message)["status"] == status


@pytest.mark.parametrize(
    ("title", "check", "rest"),
    [
        ("[extra71] Ensure users have MFA", "extra71", "Ensure users have MFA"),
        ("Ensure users have MFA", "Ensure users have MFA", "Ensure users have MFA"),
        ("[] Ensure", "[] Ensure", "[] Ensure"),
        ("", "1.14", "1.14"),
    ],
)
def test_check_ids(tmp_path: Path, title: str, check: str, rest: str) -> None:
    row = row_of(tmp_path, Control=title)
    assert (row["check_raw"], row["title"]) == (check, rest)


def test_a_finding_without_an_id_is_unreadable(tmp_path: Path) -> None:
    good, bad = (json.loads(line) for line in JSON.read_text().splitlines()[:2])
    bad.update({"Control": "", "Control ID": ""})
    loaded = load_bytes(tmp_path, json.dumps([good, bad]).encode())
    assert loaded.result.skipped == {"unreadable JSON": 1}
    assert len(loaded.rows) == 1


def test_samples() -> None:
    loaded = load_paths(sample("prowler_v2/DefectDojo/aws_prowler__many_vuln2.csv"))
    assert (loaded.result.findings, loaded.result.skipped) == (214, {})
    assert loaded.result.problem == ""
    assert Counter(row["status"] for row in loaded.rows) == {"manual": 88, "pass": 84, "fail": 42}
    assert all(row["check_raw"].startswith(("check", "extra")) for row in loaded.rows)
    loaded = load_paths(sample("prowler_v2/DefectDojo/aws_prowler__many_vuln_plus_one.json"))
    assert (loaded.result.findings, loaded.result.problem) == (7, "")
