"""Security Hub's findings in Amazon Security Lake, as JSON and as Parquet."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from codescankit import DATA
from hypothesis import given
from hypothesis import strategies as st
from nativekit import QUICK, broken, edited, fixture, loaded, siblings_stay, told
from sourcekit import both_ways, dumped, load_bytes, load_paths

from gapfolio.sources.security_lake import SecurityLake

OLD: list[dict[str, Any]] = fixture("security_lake/rc2.json")
NEW: list[dict[str, Any]] = fixture("security_lake/v1.1.json")
CONTROL = OLD[1]
THREAT = OLD[5]


def row_of(tmp_path: Path, element: Any) -> dict[str, Any]:
    """Load one finding."""
    return load_bytes(tmp_path, dumped(element)).row


def as_parquet(tmp_path: Path, name: str) -> Path:
    """Write a fixture as a lake does: nested columns, `unmapped` as a map of text."""
    path = tmp_path / "lake.gz.parquet"
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT * REPLACE (unmapped::MAP(VARCHAR, VARCHAR) AS unmapped)"
            f" FROM read_json('{DATA / name}', map_inference_threshold = -1)) TO '{path}'"
            " (FORMAT parquet, COMPRESSION zstd)"
        )
    return path


def test_the_first_version_is_read_whole() -> None:
    found = loaded("security_lake/rc2.json")
    assert found.result.source == "security-lake"
    assert told(found.rows, "scanner", "check_raw", "status", "muted", "service") == [
        (
            "securityhub",
            "aws-foundational-security-best-practices/v/1.0.0/EC2.19",
            "fail",
            False,
            "ec2",
        ),
        ("securityhub", "CloudTrail.1", "pass", False, "cloudtrail"),
        ("securityhub", "EC2.2", "fail", True, "ec2"),
        ("securityhub", "EC2.8", "not_applicable", False, "ec2"),
        ("securityhub", "S3.8", "not_applicable", False, "s3"),
        ("guardduty", "Stealth:IAMUser/CloudTrailLoggingDisabled", "event", False, ""),
    ]
    row = found.rows[0]
    assert row["account"] == "111122223333"
    assert row["region"] == "eu-central-1"
    assert row["resource"].endswith("security-group/sg-0123456789abcdef0")
    assert row["resource_type"] == "AwsEc2SecurityGroup"
    assert row["severity"] == "high"
    assert row["title"].startswith("EC2.19 ")
    assert row["tags"] == ["team=payments"]
    assert json.loads(row["frameworks"]) == {"PCI DSS": ["1.2.1"]}
    assert row["observed_at"] == datetime(2026, 9, 1, 10, 10, 0, 500000)  # noqa: DTZ001
    assert row["finding_uid"].endswith("/EC2.19/finding/1")
    assert found.rows[1]["detail"] == "A trail is there"


def test_the_second_version_is_read_whole() -> None:
    found = loaded("security_lake/v1.1.json")
    assert told(found.rows, "scanner", "check_raw", "status", "account", "resource") == [
        ("securityhub", "Config.1", "fail", "444455556666", "AWS::::Account:444455556666"),
        (
            "guardduty",
            "Discovery:S3/MaliciousIPCaller.Custom",
            "pass",
            "444455556666",
            "AWS::IAM::AccessKey:AKIAIOSFODNN7EXAMPLE",
        ),
        (
            "guardduty",
            "Discovery:S3/MaliciousIPCaller.Custom",
            "pass",
            "444455556666",
            "arn:aws:s3:::example",
        ),
        (
            "inspector",
            "CVE-2023-1255",
            "event",
            "444455556666",
            "arn:aws:ecr:eu-west-1:444455556666:repository/example/sha256:0",
        ),
    ]
    assert json.loads(found.rows[0]["frameworks"]) == {
        "PCI DSS": ["10.5.2", "11.5"],
        "standards/pci-dss/v/3.2.1": [],
    }
    assert found.rows[3]["scanner_version"] == "2"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"compliance__status": "WARNING"}, ("error", False)),
        ({"compliance__status": "NOT_AVAILABLE"}, ("error", False)),
        ({"compliance__status": "FAILED", "state": "Resolved"}, ("fail", False)),
        ({"compliance__status": "PASSED", "state": "Suppressed"}, ("pass", True)),
        ({"unmapped__RecordState": "ARCHIVED"}, ("not_applicable", False)),
        ({"activity_name": "Close"}, ("not_applicable", False)),
        ({"compliance": None}, ("error", False)),
        ({"unmapped": None}, ("pass", False)),
    ],
)
def test_the_verdict_of_a_control(
    tmp_path: Path, changes: dict[str, Any], expected: tuple[str, bool]
) -> None:
    row = row_of(tmp_path, edited(CONTROL, **changes))
    assert (row["status"], row["muted"]) == expected


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"state": "In Progress"}, ("event", False)),
        ({"state": "Suppressed"}, ("event", True)),
        ({"state": "Resolved"}, ("pass", False)),
        ({"unmapped__RecordState": "ARCHIVED"}, ("manual", False)),
    ],
)
def test_the_state_of_a_threat(
    tmp_path: Path, changes: dict[str, Any], expected: tuple[str, bool]
) -> None:
    row = row_of(tmp_path, edited(THREAT, **changes))
    assert (row["status"], row["muted"]) == expected


def test_another_product_goes_by_the_name_that_it_gave(tmp_path: Path) -> None:
    made = edited(
        THREAT,
        metadata__product__uid="arn:aws:securityhub:eu-central-1::product/111122223333/default",
        metadata__product__name="Default",
        metadata__product__feature__uid="door-open",
        unmapped={"RecordState": "ACTIVE", "ProductFields.ProviderName": "Sentry Box"},
    )
    row = row_of(tmp_path, made)
    assert (row["scanner"], row["check_raw"]) == ("sentrybox", "door-open")


@pytest.mark.parametrize("name", ["security_lake/rc2.json", "security_lake/v1.1.json"])
def test_parquet_is_read_like_json(tmp_path: Path, name: str) -> None:
    found = load_paths(as_parquet(tmp_path, name))
    assert found.result.source == "security-lake"
    assert found.result.problem == ""
    assert found.rows == loaded(name).rows


def test_every_element_has_one_source() -> None:
    assert all(SecurityLake().claims(element) for element in (*OLD, *NEW))


@QUICK
@given(bad=broken(*OLD, *NEW))
def test_a_broken_finding_costs_itself_at_most(tmp_path: Path, bad: Any) -> None:
    SecurityLake().claims(bad)
    siblings_stay(tmp_path, CONTROL, bad)


@QUICK
@given(bad=broken(*OLD, *NEW), good=st.sampled_from([*OLD, *NEW]))
def test_a_broken_finding_reads_the_same_in_both_ways(tmp_path: Path, bad: Any, good: Any) -> None:
    usual, careful = both_ways(tmp_path, dumped(good, bad))
    assert usual.rows == careful.rows
    assert usual.result.skipped == careful.result.skipped
