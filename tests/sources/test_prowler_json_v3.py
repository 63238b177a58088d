"""Prowler 3, its native JSON."""

from __future__ import annotations

import copy
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sourcekit import DATA, dumped, load_bytes, load_paths

FILE = DATA / "3.16.17" / "scan.json"


def row_of(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    """Load the first real finding with other values."""
    made: dict[str, Any] = copy.deepcopy(json.loads(FILE.read_bytes())[0])
    return load_bytes(tmp_path, dumped({**made, **changes})).row


def test_a_real_scan_is_read_whole() -> None:
    loaded = load_paths(FILE)
    written = json.loads(FILE.read_bytes())
    assert loaded.result.source == "prowler-json-v3"
    assert loaded.result.problem == ""
    for row, finding in zip(loaded.rows, written, strict=True):
        assert row["check_raw"] == finding["CheckID"]
        assert row["status"] == finding["Status"].lower()
        assert row["account"] == finding["AccountId"]
        assert row["resource"] == finding["ResourceArn"]
        assert row["resource_name"] == finding["ResourceId"]
        assert row["service"] == finding["ServiceName"]
        assert row["title"] == finding["CheckTitle"]
        assert row["finding_uid"] == finding["FindingUniqueId"]
        assert row["tags"] == [f"{key}={value}" for key, value in finding["ResourceTags"].items()]
        assert json.loads(row["frameworks"] or "{}") == finding["Compliance"]
        assert row["scanner_version"] == "3"
        assert row["observed_at"] is None
        assert row["local_time"] == datetime.fromisoformat(finding["AssessmentStartTime"])


@pytest.mark.parametrize(
    ("word", "status", "muted"),
    [
        ("PASS", "pass", False),
        ("FAIL", "fail", False),
        ("INFO", "manual", False),
        ("WARNING", "error", True),
        ("MUTED", "error", False),
    ],
)
def test_status_words(tmp_path: Path, word: str, status: str, muted: bool) -> None:
    row = row_of(tmp_path, Status=word)
    assert (row["status"], row["muted"]) == (status, muted)


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ({"a": "1", "b": None}, ["a=1", "b="]),
        ([{"Key": "a", "Value": "1"}], ["a=1"]),
        ({}, []),
        ("", []),
        (None, []),
    ],
)
def test_tags(tmp_path: Path, written: Any, tags: list[str]) -> None:
    assert row_of(tmp_path, ResourceTags=written)["tags"] == tags


def test_organizations_name_the_account(tmp_path: Path) -> None:
    given = {"account_details_name": "Payments", "account_details_email": "x@example.com"}
    assert row_of(tmp_path, OrganizationsInfo=given)["account_name"] == "Payments"


def test_an_epoch_is_utc(tmp_path: Path) -> None:
    row = row_of(tmp_path, AssessmentStartTime=1795432343)
    assert row["observed_at"] == datetime(2026, 11, 23, 11, 12, 23)  # noqa: DTZ001
    assert row["local_time"] is None


def test_the_id_stands_in_for_a_missing_arn(tmp_path: Path) -> None:
    assert row_of(tmp_path, ResourceArn="", ResourceId="x")["resource"] == "x"
