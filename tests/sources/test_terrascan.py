"""Terrascan: violations, skipped ones, and rules that passed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA, by_check, found, load_value, read
from sourcekit import load_paths

from gapfolio.sources.terrascan import Terrascan
from samples import sample


def test_results() -> None:
    loaded = load_paths(DATA / "terrascan" / "scan.json")
    assert (loaded.result.source, loaded.result.problem) == ("terrascan-json", "")
    assert loaded.result.skipped == {
        "another provider: azure": 1,
        "another provider: kubernetes": 1,
    }
    rows = by_check(loaded)
    assert {
        check: (row["status"], row["muted"], row["resource"]) for check, row in rows.items()
    } == {
        "AC_AWS_0227": ("fail", False, "aws_security_group_rule.ssh (storage.tf:8)"),
        "AC_AWS_0415": ("fail", True, "aws_ebs_volume.data (storage.tf:18)"),
        "AC_AWS_0214": ("pass", False, ""),
        "OWN_1": ("fail", False, "aws_s3_bucket.logs (storage.tf:1)"),
    }
    row = rows["AC_AWS_0415"]
    assert (row["scanner"], row["account"], row["severity"]) == ("terrascan", "", "medium")
    assert (row["resource_name"], row["resource_type"]) == ("data", "aws_ebs_volume")
    assert (row["title"], row["detail"]) == (
        "Ensure it is as it should be",
        "holds public data only",
    )
    assert row["observed_at"] == datetime(2026, 8, 15, 12, 0, 0, 83208)  # noqa: DTZ001


def test_old_ids() -> None:
    loaded = load_paths(DATA / "terrascan" / "old.json")
    assert loaded.row["check_raw"] == "AWS.S3Bucket.DS.High.1043"
    assert loaded.result.skipped == {
        "another provider: gcp": 1,
        "another provider: kubernetes": 1,
    }


def test_a_clean_scan_is_empty() -> None:
    loaded = load_paths(DATA / "terrascan" / "clean.json")
    assert (loaded.result.source, loaded.result.elements) == ("terrascan-json", 1)
    assert (loaded.result.findings, loaded.result.problem) == (0, "")


@pytest.mark.parametrize(
    ("check", "kind", "iac", "provider"),
    [
        ("AC_AWS_0001", "", "terraform", "aws"),
        ("accurics.azure.NS.161", "", "terraform", "azure"),
        ("AC_DOCKER_0001", "", "docker", "dockerfile"),
        ("AC_GITHUB_0001", "github_repository", "terraform", "github"),
        ("own", "AWS::S3::Bucket", "cft", "aws"),
        ("own", "", "cft", "aws"),
        ("own", "", "k8s", "kubernetes"),
        ("own", "", "terraform", "code"),
    ],
)
def test_the_provider(check: str, kind: str, iac: str, provider: str) -> None:
    def change(report: Any) -> None:
        report["results"] = {
            "violations": [{"rule_id": check, "resource_type": kind, "resource_name": "x"}],
            "scan_summary": {"iac_type": iac},
        }

    (finding,) = found(Terrascan(), "terrascan/clean.json", change)
    assert finding.provider == provider


def test_a_broken_record_is_counted_and_the_others_stay(tmp_path: Path) -> None:
    report = read("terrascan/scan.json")
    report["results"]["violations"][0] = []
    report["results"]["passed_rules"] = "all"
    loaded = load_value(tmp_path, report)
    assert loaded.result.skipped["unreadable JSON"] == 1
    assert set(by_check(loaded)) == {"AC_AWS_0415", "OWN_1"}


def test_samples() -> None:
    loaded = load_paths(sample("terrascan/DefectDojo/terrascan__many_findings.json"))
    assert (loaded.result.source, loaded.result.problem) == ("terrascan-json", "")
    assert loaded.result.skipped == {"another provider: gcp": 9}
