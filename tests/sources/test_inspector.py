"""Amazon Inspector's own findings."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from nativekit import QUICK, broken, edited, fixture, loaded, siblings_stay, survives, told
from sourcekit import load_paths

from gapfolio.model import Finding
from gapfolio.sources.codescan import UNREADABLE
from gapfolio.sources.inspector import Inspector
from samples import sample

FINDINGS: list[dict[str, Any]] = fixture("inspector/list-findings.json")["findings"]
PLACEBO = "custodian_placebo/cloud-custodian"
EVENT: dict[str, Any] = fixture("inspector/event.json")


def found(element: dict[str, Any]) -> list[Finding]:
    """Give the findings of an element."""
    assert Inspector().claims(element)
    return list(Inspector().findings(element))


def test_an_answer_of_the_api() -> None:
    answer = loaded("inspector/list-findings.json")
    assert (answer.result.source, answer.result.elements, answer.result.problem) == (
        "inspector",
        5,
        "",
    )
    assert answer.result.skipped == {"another provider: gcp": 1}
    instance = "arn:aws:ec2:eu-central-1:111122223333:instance/i-0123456789abcdef"
    assert told(answer.rows, "row", "check_raw", "status", "muted", "severity", "resource") == [
        (1, "CVE-2023-44487", "event", False, "high", f"{instance}0"),
        (
            2,
            "CVE-2023-1255",
            "event",
            True,
            "medium",
            "arn:aws:ecr:eu-central-1:111122223333:repository/example/sha256:0",
        ),
        (3, "NETWORK_REACHABILITY", "pass", False, "informational", f"{instance}0"),
        (3, "NETWORK_REACHABILITY", "pass", False, "informational", f"{instance}1"),
        (
            4,
            "python-log-injection",
            "event",
            False,
            "unknown",
            "arn:aws:lambda:eu-central-1:111122223333:function:reports:$LATEST",
        ),
    ]
    row = answer.rows[0]
    assert (row["scanner"], row["account"], row["region"], row["service"]) == (
        "inspector",
        "111122223333",
        "eu-central-1",
        "ec2",
    )
    assert row["tags"] == ["team=payments"]
    assert row["detail"] == "What the vulnerability is."
    assert row["observed_at"] == datetime(2026, 9, 1, 10, 10, 0, 500000)  # noqa: DTZ001
    assert row["finding_uid"].endswith(":finding/1")


def test_an_event_is_dated_by_its_envelope() -> None:
    row = loaded("inspector/event.json").row
    assert row["check_raw"] == "CVE-2023-44487"
    assert row["observed_at"] == datetime(2026, 9, 1, 10, 15)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("ACTIVE", ("event", False)),
        ("SUPPRESSED", ("event", True)),
        ("CLOSED", ("pass", False)),
        ("", ("error", False)),
        ("NEW", ("error", False)),
    ],
)
def test_the_state(status: str, expected: tuple[str, bool]) -> None:
    (finding,) = found(edited(FINDINGS[0], status=status))
    assert (finding.status, finding.muted) == expected


@pytest.mark.parametrize(
    ("changes", "check"),
    [
        ({"packageVulnerabilityDetails": None}, "CVE-2023-44487"),
        ({"packageVulnerabilityDetails": "broken"}, "CVE-2023-44487"),
        ({"packageVulnerabilityDetails": None, "title": "x"}, "PACKAGE_VULNERABILITY"),
        ({"packageVulnerabilityDetails__vulnerabilityId": "GHSA-1"}, "GHSA-1"),
    ],
)
def test_the_check(changes: dict[str, Any], check: str) -> None:
    assert found(edited(FINDINGS[0], **changes))[0].check == check


@pytest.mark.parametrize(
    "moment", [1788257400.5, 1788257400500, "1788257400.5", "2026-09-01T10:10:00.5Z"]
)
def test_a_time_as_each_version_of_the_cli_writes_it(moment: object) -> None:
    made = edited(FINDINGS[0], updatedAt=moment, lastObservedAt=None)
    assert found(made)[0].observed_at == datetime(2026, 9, 1, 10, 10, 0, 500000, tzinfo=UTC)


def test_no_resource_leaves_a_row() -> None:
    assert [finding.resource for finding in found(edited(FINDINGS[0], resources=[]))] == [""]
    assert [finding.resource for finding in found(edited(FINDINGS[0], resources=None))] == [""]


def test_a_broken_resource_is_told_and_the_others_stay() -> None:
    made = edited(FINDINGS[0], resources=["x", FINDINGS[0]["resources"][0]])
    assert found(made) == [UNREADABLE, *found(FINDINGS[0])]
    assert found(edited(FINDINGS[0], resources="x"))[0] == UNREADABLE


def test_thousands_of_resources() -> None:
    many = [{"type": "AWS_LAMBDA_FUNCTION", "id": str(number)} for number in range(5000)]
    assert len(found(edited(FINDINGS[0], resources=many))) == 5000


@pytest.mark.parametrize("key", ["findingArn", "awsAccountId", "type"])
def test_what_is_not_claimed(key: str) -> None:
    assert not Inspector().claims(edited(FINDINGS[0], **{key: None}))


@pytest.mark.parametrize(
    ("name", "count"),
    [
        ("inspector2/DefectDojo/aws_inspector2__aws_inspector2_package_vuln_metadata.json", 28),
        (
            f"{PLACEBO}/tests__data__placebo__test_inspector2_finding__inspector2.ListFindings_1.json",
            6,
        ),
    ],
)
def test_a_sample(name: str, count: int) -> None:
    read = load_paths(sample(name))
    assert (read.result.source, read.result.findings, read.result.problem) == (
        *("inspector", count),
        "",
    )
    assert {row["status"] for row in read.rows} == {"event"}


@QUICK
@given(bad=broken(*FINDINGS, EVENT))
def test_a_broken_finding_raises_nothing(bad: Any) -> None:
    survives(Inspector(), bad)


@QUICK
@given(bad=broken(*FINDINGS, EVENT))
def test_a_broken_finding_costs_itself_at_most(tmp_path: Path, bad: Any) -> None:
    siblings_stay(tmp_path, FINDINGS[2], bad)
