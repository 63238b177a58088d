"""Heimdall Data Format."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA, load_value, read
from sourcekit import load_paths

from gapfolio.sources.hdf import Hdf
from samples import sample

FILE = DATA / "hdf" / "results.json"


def one(change: Callable[[Any], object]) -> Any:
    """Give the only finding of a control with a passed result after `change` was at it."""
    made = read("hdf/results.json")
    control = made["profiles"][1]["controls"][1]
    del control["results"][1:]
    change(control)
    made["profiles"] = [{"controls": [control]}]
    (finding,) = Hdf().findings(made)
    return finding


def test_results() -> None:
    loaded = load_paths(FILE)
    assert (loaded.result.source, loaded.result.problem) == ("hdf-json", "")
    assert sorted((row["check_raw"], row["status"], row["muted"]) for row in loaded.rows) == [
        ("S3.2", "fail", False),
        ("S3.2", "fail", False),
        ("aws-info", "fail", False),
        ("aws-manual", "not_applicable", False),
        ("aws-nothing", "error", False),
        ("aws-review", "manual", False),
        ("aws-root-mfa", "error", False),
        ("aws-root-mfa", "pass", False),
        ("aws-waived", "error", True),
        ("aws-waived-and-run", "fail", True),
    ]
    row = next(row for row in loaded.rows if row["resource"] == "arn:aws:s3:::example-bucket")
    assert (row["scanner"], row["scanner_version"]) == ("hdf", "2.10.0")
    assert (row["account"], row["region"]) == ("", "eu-central-1")
    assert (row["resource_type"], row["severity"]) == ("AwsS3Bucket", "high")
    assert (row["title"], row["detail"]) == ("Title of S3.2", "it is public")
    assert json.loads(row["frameworks"]) == {"nist": ["AC-3", "AC-6"], "cci": ["CCI-000213"]}
    assert row["observed_at"] == datetime(2026, 8, 1, 10)  # noqa: DTZ001


def test_each_listed_resource_is_a_finding() -> None:
    rows = [row for row in load_paths(FILE).rows if row["check_raw"] == "S3.2"]
    assert {(row["resource"], row["account"]) for row in rows} == {
        ("arn:aws:s3:::example-bucket", ""),
        ("AWS::::Account:111122223333", "111122223333"),
    }


def test_a_result_that_lists_none_is_known_by_its_sentence() -> None:
    finding = one(lambda _: None)
    assert finding.resource == finding.detail == "AWS Iam Root User is expected to have mfa enabled"


@pytest.mark.parametrize(
    ("impact", "severity"),
    [
        (0, "informational"),
        (0.1, "low"),
        (0.5, "medium"),
        (0.7, "high"),
        (1.0, "critical"),
        ("0.7", "unknown"),
        (None, "unknown"),
        (True, "unknown"),
        (-1, "unknown"),
    ],
)
def test_impacts(impact: Any, severity: str) -> None:
    assert one(lambda control: control.update(impact=impact)).severity == severity


def test_a_severity_by_name_wins() -> None:
    assert one(lambda control: control["tags"].update(severity="low")).severity == "low"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("passed", "pass"),
        ("failed", "fail"),
        ("skipped", "manual"),
        ("error", "error"),
        (7, "error"),
    ],
)
def test_status_words(word: Any, status: str) -> None:
    assert one(lambda control: control["results"][0].update(status=word)).status == status


@pytest.mark.parametrize(
    ("platform", "provider"),
    [("aws", "aws"), ("azure", "azure"), ("GCP", "gcp"), ("redhat", "aws"), (None, "aws")],
)
def test_platforms(platform: Any, provider: str) -> None:
    made = read("hdf/results.json")
    made["platform"]["name"] = platform
    assert {finding.provider for finding in Hdf().findings(made)} == {provider}


@pytest.mark.parametrize("broken", ["text", {"controls": "text"}, {"controls": [{"id": ""}]}])
def test_what_makes_no_sense_is_counted_and_the_rest_kept(tmp_path: Path, broken: Any) -> None:
    made = read("hdf/results.json")
    made["profiles"].insert(0, broken)
    loaded = load_value(tmp_path, made)
    assert loaded.result.skipped == {"unreadable JSON": 1}
    assert len(loaded.rows) == 10


def test_five_thousand_resources() -> None:
    listed = ", ".join(f"Type: T, Id: r{place}, Partition: aws" for place in range(5000))
    made = read("hdf/results.json")
    made["profiles"] = made["profiles"][1:]
    made["profiles"][0]["controls"] = made["profiles"][0]["controls"][:1]
    made["profiles"][0]["controls"][0]["results"][0]["code_desc"] = f"Resources: [{listed}]"
    assert len({finding.resource for finding in Hdf().findings(made)}) == 5000


@pytest.mark.timeout(20)
@pytest.mark.parametrize("words", ["Resources: [", "Type: ", "Type: a, Id: b, Region: "])
def test_a_hostile_sentence_does_not_hang(words: str) -> None:
    made = read("hdf/results.json")
    made["profiles"][1]["controls"][0]["results"][0]["code_desc"] = words * 100_000
    assert list(Hdf().findings(made))


def test_samples() -> None:
    name = "hdf/mitre/asff_mapper__asff-aws_foundational_security_best_practices_v1.0.0-hdf.json"
    rows = load_paths(sample(name)).rows
    assert [(row["check_raw"], row["status"], row["region"]) for row in rows] == [
        ("Config.1", "fail", "us-east-1"),
        ("S3.2", "pass", "us-east-1"),
    ]
    assert rows[0]["account"] == "123456789123"
    loaded = load_paths(sample("hdf/mitre/asff_mapper__prowler-hdf.json"))
    assert (loaded.result.findings, loaded.result.problem) == (10, "")
