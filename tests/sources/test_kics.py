"""KICS: queries and the places where they found something."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest
from codescankit import DATA, by_check, found, load_value, read, without
from sourcekit import load_paths

from gapfolio.sources.kics import Kics
from samples import sample


def test_results() -> None:
    loaded = load_paths(DATA / "kics" / "scan.json")
    assert (loaded.result.source, loaded.result.problem) == ("kics-json", "")
    assert loaded.result.skipped == {
        "another provider: azure": 1,
        "another provider: dockerfile": 1,
    }
    assert {(row["check_raw"][:8], row["resource"]) for row in loaded.rows} == {
        ("4728cd65", "aws_security_group_rule.ssh (infra/storage.tf:13)"),
        ("4728cd65", "aws_security_group[web].ingress.cidr_blocks (infra/network.tf:4)"),
        ("f861041c", "aws_s3_bucket.example-logs (infra/storage.tf:1)"),
    }
    assert {row["status"] for row in loaded.rows} == {"fail"}
    row = by_check(loaded)["f861041c-8c9f-4156-acfc-5e6e524f5884"]
    assert (row["scanner"], row["scanner_version"], row["account"]) == ("kics", "v2.1.20", "")
    assert (row["severity"], row["resource_type"]) == ("informational", "aws_s3_bucket")
    assert (row["title"], row["detail"]) == (
        "S3 Bucket Logging Disabled",
        "'logging' is undefined",
    )
    assert row["observed_at"] == datetime(2026, 8, 15, 12, 0, 0, 250000)  # noqa: DTZ001
    assert row["finding_uid"] == "c" * 64


def test_old_files_name_neither_version_nor_provider() -> None:
    loaded = load_paths(DATA / "kics" / "old.json")
    assert loaded.result.problem == ""
    assert loaded.result.skipped == {
        "another provider: common": 1,
        "another provider: kubernetes": 1,
    }
    assert {row["title"]: row["resource_type"] for row in loaded.rows} == {
        "S3 Bucket Without Server-side-encryption": "aws_s3_bucket",
        "SNS Topic Without Encryption": "",
        "EC2 Key Pair": "",
    }
    assert {row["observed_at"] for row in loaded.rows} == {None}


def test_a_clean_scan_is_empty() -> None:
    loaded = load_paths(DATA / "kics" / "clean.json")
    assert (loaded.result.source, loaded.result.elements) == ("kics-json", 1)
    assert (loaded.result.findings, loaded.result.problem) == (0, "")


def test_an_inventory_is_no_finding() -> None:
    def change(report: dict[str, object]) -> None:
        report["queries"] = report["bill_of_materials"]

    assert found(Kics(), "kics/scan.json", change) == []


@pytest.mark.parametrize(
    ("cloud", "platform", "provider"),
    [
        ("AWS", "CloudFormation", "aws"),
        ("GCP", "Terraform", "gcp"),
        ("ALICLOUD", "Terraform", "alicloud"),
        ("COMMON", "Dockerfile", "dockerfile"),
        ("COMMON", "Kubernetes", "kubernetes"),
        ("COMMON", "Common", "common"),
        ("COMMON", "OpenAPI", "openapi"),
        ("", "", "code"),
    ],
)
def test_the_provider(cloud: str, platform: str, provider: str) -> None:
    def change(report: dict[str, object]) -> None:
        file = {"file_name": "a.tf", "search_key": "aws_s3_bucket[logs]"}
        report["queries"] = [
            {"query_id": "q", "cloud_provider": cloud, "platform": platform, "files": [file]}
        ]

    (finding,) = found(Kics(), "kics/scan.json", change)
    assert finding.provider == provider


def test_queries_without_the_counters_are_not_ours() -> None:
    report = read("kics/clean.json")
    assert Kics().claims(without(report, "severity_counters"))
    assert Kics().claims(without(report, "files_scanned", "queries_total"))
    assert not Kics().claims(without(report, "severity_counters", "queries_total"))
    assert not Kics().claims(without(report, "queries"))


def test_a_broken_record_is_counted_and_the_others_stay(tmp_path: Path) -> None:
    report = read("kics/scan.json")
    report["queries"][0]["files"] = {"file_name": "x"}
    report["queries"].append({"query_name": "without an id"})
    loaded = load_value(tmp_path, report)
    assert loaded.result.skipped["unreadable JSON"] == 1
    assert set(by_check(loaded)) == {"f861041c-8c9f-4156-acfc-5e6e524f5884"}


def test_samples() -> None:
    loaded = load_paths(sample("kics/DefectDojo/kics__many_findings.json"))
    assert loaded.result.problem == ""
    assert loaded.result.findings + sum(loaded.result.skipped.values()) == 18
    assert loaded.result.skipped["another provider: common"] == 1


def test_files_that_failed_to_scan_are_an_error() -> None:
    report = {"queries": [], "severity_counters": {}, "files_failed_to_scan": 2}
    (found,) = Kics().findings(report)

    assert (found.check, found.status) == ("files_failed_to_scan", "error")
    assert found.detail == "files that failed to scan: 2"
