"""Amazon GuardDuty's own findings."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from nativekit import QUICK, broken, edited, fixture, loaded, siblings_stay, survives, told

from gapfolio.model import Finding
from gapfolio.sources.guardduty import GuardDuty

API: list[dict[str, Any]] = fixture("guardduty/get-findings.json")["Findings"]
EXPORT: list[dict[str, Any]] = fixture("guardduty/export.jsonl")
SEQUENCE = "AttackSequence:IAM/CompromisedCredentials"
EVENT: dict[str, Any] = fixture("guardduty/event.json")


def only(element: dict[str, Any]) -> Finding:
    """Give the only finding of an element."""
    assert GuardDuty().claims(element)
    (found,) = GuardDuty().findings(element)
    return found


def test_an_answer_of_the_api() -> None:
    found = loaded("guardduty/get-findings.json")
    assert (found.result.source, found.result.elements, found.result.problem) == (
        "guardduty",
        8,
        "",
    )
    key = "AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE"
    instance = "arn:aws:ec2:eu-central-1:111122223333:instance/i-"
    volume = "arn:aws:ec2:eu-central-1:111122223333:volume/vol-"
    assert told(found.rows, "row", "check_raw", "status", "severity", "resource") == [
        (1, "Recon:EC2/PortProbeUnprotectedPort", "event", "low", f"{instance}0123456789abcdef0"),
        (2, "Stealth:S3/ServerAccessLoggingDisabled", "event", "high", "arn:aws:s3:::one"),
        (2, "Stealth:S3/ServerAccessLoggingDisabled", "event", "high", "arn:aws:s3:::two"),
        (3, "UnauthorizedAccess:IAMUser/ConsoleLoginSuccess.B", "manual", "medium", key),
        (
            4,
            "CryptoCurrency:EC2/BitcoinTool.B!DNS",
            "not_applicable",
            "high",
            f"{instance}9999",
        ),
        (5, "Execution:EC2/MaliciousFile", "event", "critical", f"{volume}1"),
        (5, "Execution:EC2/MaliciousFile", "event", "critical", f"{volume}2"),
        (6, SEQUENCE, "event", "critical", "AKIAIOSFODNN7EXAMPLE"),
        (
            6,
            SEQUENCE,
            "event",
            "critical",
            "arn:aws:s3:::one",
        ),
        (7, "Policy:IAMUser/RootCredentialUsage", "event", "unknown", ""),
        (8, "Object:S3/MaliciousFile", "event", "high", "arn:aws:s3:::one/invoice.exe"),
    ]
    row = found.rows[0]
    assert (row["scanner"], row["account"], row["region"]) == (
        "guardduty",
        "111122223333",
        "eu-central-1",
    )
    assert (row["service"], row["resource_type"], row["tags"]) == (
        "ec2",
        "Instance",
        ["team=payments"],
    )
    assert row["title"] == "Something unusual happened."
    assert row["detail"] == "What happened, in one sentence."
    assert row["observed_at"] == datetime(2026, 9, 1, 10, 10, 0, 500000)  # noqa: DTZ001
    assert row["finding_uid"].endswith("/finding/1")
    assert found.rows[3]["resource_name"] == "alice"


def test_an_export_has_the_same_in_camel_case() -> None:
    rows = loaded("guardduty/export.jsonl").rows
    assert rows == loaded("guardduty/get-findings.json").rows


def test_an_event() -> None:
    assert loaded("guardduty/event.json").rows == loaded("guardduty/export.jsonl").rows[:1]


def test_a_sample_finding_is_about_nothing() -> None:
    for found in (only(API[3]), only(EXPORT[3])):
        assert found.status == "not_applicable"
        assert found.detail.startswith("A sample finding, nothing that happened. ")


@pytest.mark.parametrize(
    "changes",
    [
        {"Title": "The instance asks for a domain."},
        {"Service__AdditionalInfo": None},
        {"Service__AdditionalInfo__Value": "[[", "Service__Archived": True},
    ],
)
def test_each_mark_of_a_sample_is_enough(changes: dict[str, Any]) -> None:
    assert only(edited(API[3], **changes)).status == "not_applicable"


def test_what_only_looks_like_a_sample() -> None:
    made = edited(API[0], Service__AdditionalInfo__Value='{"sample": false}')
    assert only(made).status == "event"


@pytest.mark.parametrize(
    ("number", "severity"),
    [
        (0.1, "low"),
        (1, "low"),
        (3.9, "low"),
        (4, "medium"),
        (6.9, "medium"),
        ("7.0", "high"),
        (8.9, "high"),
        (9, "critical"),
        (10.0, "critical"),
        (10.1, "unknown"),
        (0, "unknown"),
        (-1, "unknown"),
        ("nan", "unknown"),
        ("HIGH", "unknown"),
        (None, "unknown"),
        ([8], "unknown"),
    ],
)
def test_the_number_is_a_word(number: object, severity: str) -> None:
    made = {**API[0], "Severity": number}
    assert only(made).severity == severity


@pytest.mark.parametrize(
    ("kind", "details", "expected"),
    [
        ("EKSCluster", {"EksClusterDetails": {"Arn": "arn:eks", "Name": "k"}}, "arn:eks"),
        ("ECSCluster", {"EcsClusterDetails": {"Arn": "arn:ecs"}}, "arn:ecs"),
        ("Lambda", {"LambdaDetails": {"FunctionArn": "arn:fn"}}, "arn:fn"),
        ("RDSDBInstance", {"RdsDbInstanceDetails": {"DbInstanceArn": "arn:db"}}, "arn:db"),
        ("EBSSnapshot", {"EbsSnapshotDetails": {"SnapshotArn": "arn:snap"}}, "arn:snap"),
        ("Container", {"ContainerDetails": {"Id": "abc", "Name": "web"}}, "abc"),
        ("AccessKey", {"AccessKeyDetails": {"AccessKeyId": "", "PrincipalId": "P"}}, "P"),
        ("Other", {"SomethingNewDetails": {"Arn": "arn:new"}}, "arn:new"),
        ("Other", {}, ""),
        ("S3Bucket", {"S3BucketDetails": "broken"}, ""),
    ],
)
def test_the_resource(kind: str, details: dict[str, Any], expected: str) -> None:
    found = only({**API[0], "Resource": {"ResourceType": kind, **details}})
    assert (found.resource, found.resource_type) == (expected, kind)


def test_a_resource_that_is_text_is_none() -> None:
    assert only({**API[0], "Resource": "broken"}).resource == ""


def test_the_principal_is_not_the_resource_of_a_finding_about_buckets() -> None:
    made = edited(API[1], Resource__S3BucketDetails=[{"Arn": "arn:aws:s3:::one"}])
    assert only(made).resource == "arn:aws:s3:::one"


@pytest.mark.parametrize(
    "change",
    [{"Type": "x"}, {"Type": None}, {"AccountId": None}, {"Service": None}, {"SchemaVersion": ""}],
)
def test_what_is_not_claimed(change: dict[str, Any]) -> None:
    assert not GuardDuty().claims(edited(API[0], **change))


@QUICK
@given(bad=broken(*API, *EXPORT, EVENT))
def test_a_broken_finding_raises_nothing(bad: Any) -> None:
    survives(GuardDuty(), bad)


@QUICK
@given(bad=broken(*API, *EXPORT, EVENT))
def test_a_broken_finding_costs_itself_at_most(tmp_path: Path, bad: Any) -> None:
    siblings_stay(tmp_path, API[1], bad)
