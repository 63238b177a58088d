"""AWS IAM Access Analyzer's findings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from nativekit import QUICK, broken, edited, fixture, loaded, siblings_stay, survives, told

from gapfolio.model import Finding
from gapfolio.sources.accessanalyzer import AccessAnalyzer

ACCESS: list[dict[str, Any]] = fixture("accessanalyzer/list-findings.json")["findings"]
ANY: list[dict[str, Any]] = fixture("accessanalyzer/list-findings-v2.json")["findings"]
EVENT: dict[str, Any] = fixture("accessanalyzer/event.json")


def only(element: dict[str, Any]) -> Finding:
    """Give the only finding of an element."""
    assert AccessAnalyzer().claims(element)
    (found,) = AccessAnalyzer().findings(element)
    return found


def test_access_from_outside_is_an_event() -> None:
    found = loaded("accessanalyzer/list-findings.json")
    assert (found.result.source, found.result.problem) == ("accessanalyzer", "")
    assert told(found.rows, "check_raw", "status", "muted", "detail") == [
        (
            "ExternalAccess",
            "event",
            False,
            "public access; AWS *; s3:GetObject, s3:ListBucket",
        ),
        ("ExternalAccess", "event", True, "AWS 444455556666; sts:AssumeRole"),
        ("ExternalAccess", "pass", False, "AWS 444455556666; kms:Decrypt"),
        ("ExternalAccess", "error", False, "the analyzer reports: ACCESS_DENIED"),
    ]
    row = found.rows[2]
    assert (row["scanner"], row["account"], row["region"], row["service"]) == (
        "accessanalyzer",
        "111122223333",
        "eu-central-1",
        "kms",
    )
    assert row["resource"].startswith("arn:aws:kms:")
    assert row["resource_type"] == "AWS::KMS::Key"
    assert row["title"] == "External Access: AWS::KMS::Key"
    assert row["severity"] == "unknown"
    assert row["observed_at"] == datetime(2026, 9, 1, 10, 10)  # noqa: DTZ001
    assert row["finding_uid"] == "00000000-0000-4000-8000-000000000103"
    assert found.rows[0]["region"] == ""


def test_access_that_nobody_uses_is_a_verdict() -> None:
    assert told(
        loaded("accessanalyzer/list-findings-v2.json").rows, "check_raw", "status", "muted"
    ) == [
        ("UnusedIAMRole", "fail", False),
        ("UnusedIAMUserAccessKey", "fail", True),
        ("UnusedPermission", "pass", False),
        ("ExternalAccess", "event", False),
        ("InternalAccess", "event", False),
    ]


def test_an_event_names_the_region() -> None:
    row = loaded("accessanalyzer/event.json").row
    assert (row["account"], row["region"], row["status"]) == (
        "111122223333",
        "eu-central-1",
        "event",
    )


def test_a_resource_that_is_gone_is_no_longer_reached() -> None:
    assert only(edited(EVENT, detail__isDeleted=True)).status == "pass"


def test_the_answer_about_one_finding() -> None:
    assert only({"finding": ACCESS[0]}) == only(ACCESS[0])


@pytest.mark.parametrize(
    "changes",
    [
        {"analyzedAt": None},
        {"status": "OPEN"},
        {"resourceType": None},
        {"resourceOwnerAccount": None},
    ],
)
def test_what_is_not_claimed(changes: dict[str, Any]) -> None:
    assert not AccessAnalyzer().claims(edited(ACCESS[0], **changes))


@QUICK
@given(bad=broken(*ACCESS, *ANY, EVENT))
def test_a_broken_finding_raises_nothing(bad: Any) -> None:
    survives(AccessAnalyzer(), bad)


@QUICK
@given(bad=broken(*ACCESS, *ANY, EVENT))
def test_a_broken_finding_costs_itself_at_most(tmp_path: Path, bad: Any) -> None:
    siblings_stay(tmp_path, ACCESS[0], bad)
