"""Checkov: scan.json is what 3.3.30 wrote of a little Terraform, CloudFormation and Docker."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA, by_check, found, load_value, read, without
from sourcekit import load_paths

from gapfolio.sources.checkov import Checkov
from samples import sample

SCAN = DATA / "checkov" / "scan.json"


def test_a_real_scan_is_read_whole() -> None:
    loaded = load_paths(SCAN)
    assert loaded.result.source == "checkov-json"
    assert loaded.result.problem == ""
    assert loaded.result.elements == 3
    assert loaded.result.skipped == {
        "another provider: azure": 1,
        "another provider: dockerfile": 1,
    }
    rows = by_check(loaded)
    assert {
        check: (row["status"], row["muted"], row["resource"]) for check, row in rows.items()
    } == {
        "CKV_AWS_277": ("pass", False, "aws_security_group_rule.ssh (/infra/storage.tf:8)"),
        "CKV_AWS_24": ("fail", False, "aws_security_group_rule.ssh (/infra/storage.tf:8)"),
        "CKV2_AWS_6": ("fail", False, "aws_s3_bucket.logs (/infra/storage.tf:1)"),
        "CKV_AWS_21": ("fail", False, "aws_s3_bucket.logs (/infra/storage.tf:1)"),
        "CKV_AWS_3": ("error", True, "aws_ebs_volume.data (/infra/storage.tf:18)"),
        "CKV_AWS_26": ("fail", False, "AWS::SNS::Topic.Topic (/infra/topic.yaml:2)"),
    }
    row = rows["CKV_AWS_21"]
    assert (row["scanner"], row["scanner_version"]) == ("checkov", "3.3.30")
    assert (row["account"], row["region"], row["severity"]) == ("", "", "unknown")
    assert (row["resource_name"], row["resource_type"]) == ("aws_s3_bucket.logs", "aws_s3_bucket")
    assert row["title"] == "Ensure all data stored in the S3 bucket have versioning enabled"
    assert row["tags"] == ["team=ops"]
    assert row["observed_at"] is row["local_time"] is None
    assert rows["CKV_AWS_3"]["detail"] == "holds public data only"
    assert rows["CKV_AWS_26"]["resource_type"] == "AWS::SNS::Topic"


def test_one_kind_of_code_is_an_object(tmp_path: Path) -> None:
    loaded = load_value(tmp_path, read("checkov/scan.json")[1])
    assert loaded.row["check_raw"] == "CKV_AWS_26"


def test_a_run_that_found_nothing_to_look_at_is_empty() -> None:
    loaded = load_paths(DATA / "checkov" / "empty.json")
    assert (loaded.result.source, loaded.result.elements) == ("checkov-json", 1)
    assert (loaded.result.findings, loaded.result.problem) == (0, "")


def test_counts_of_findings_that_are_not_there_are_no_empty_run() -> None:
    summary = read("checkov/empty.json")
    assert Checkov().claims(summary)
    assert not Checkov().claims({**summary, "failed": 2})
    assert not Checkov().claims(without(summary, "checkov_version"))


def test_results_of_no_section_are_not_ours() -> None:
    assert Checkov().claims({"check_type": "terraform", "results": {"failed_checks": []}})
    assert not Checkov().claims({"check_type": "terraform", "results": {}})
    assert not Checkov().claims({"check_type": "terraform"})


def test_a_quiet_scan_has_failures_only(tmp_path: Path) -> None:
    report = read("checkov/scan.json")[0]
    report["results"] = {"failed_checks": report["results"]["failed_checks"]}
    assert {row["status"] for row in load_value(tmp_path, report).rows} == {"fail"}


@pytest.mark.parametrize(
    ("check", "resource", "kind", "provider"),
    [
        ("CKV_AWS_1", "x", "terraform", "aws"),
        ("CKV2_AWS_1", "x", "terraform", "aws"),
        ("CKV2_AZURE_1", "azurerm_storage_account.x", "terraform", "azure"),
        ("CKV_GCP_1", "google_sql.x", "terraform", "gcp"),
        ("CKV_K8S_1", "Pod.default.web", "kubernetes", "kubernetes"),
        ("CKV_SECRET_2", "25910f981e85ca04baf359199dd0bd4a3ae738b6", "secrets", "secrets"),
        ("CKV_OCI_1", "oci_identity_policy.x", "terraform", "oci"),
        ("OWN_1", "module.a.aws_s3_bucket.logs", "terraform", "aws"),
        ("CKV_OWN_1", "data.aws_iam_policy_document.p", "terraform", "aws"),
        ("OWN_2", "Topic", "cloudformation", "aws"),
        ("OWN_3", "job", "github_actions", "github_actions"),
        ("OWN_4", "x", "", "code"),
    ],
)
def test_the_provider(check: str, resource: str, kind: str, provider: str) -> None:
    def change(report: Any) -> None:
        report["check_type"] = kind
        report["results"]["failed_checks"] = [{"check_id": check, "resource": resource}]

    assert found(Checkov(), "checkov/scan.json", change)[-2].provider == provider


def test_what_a_platform_key_adds() -> None:
    def change(report: Any) -> None:
        report["results"]["failed_checks"][0].update(
            severity="HIGH",
            benchmarks={"CIS AWS V1.2": ["4.1"], "none": None},
            details=["port 22"],
            resource_address="module.net.aws_security_group_rule.ssh",
        )

    finding = found(Checkov(), "checkov/scan.json", change)[2]
    assert finding.severity == "high"
    assert finding.frameworks == '{"CIS AWS V1.2":["4.1"],"none":[]}'
    assert finding.detail == "port 22"
    assert finding.resource_name == "module.net.aws_security_group_rule.ssh"


def test_a_result_that_is_in_the_wrong_section_is_no_verdict() -> None:
    def change(report: Any) -> None:
        report["results"]["passed_checks"][0]["check_result"]["result"] = "FAILED"

    assert found(Checkov(), "checkov/scan.json", change)[0].status == "error"


def test_a_broken_record_is_counted_and_the_others_stay(tmp_path: Path) -> None:
    reports = read("checkov/scan.json")
    reports[0]["results"]["failed_checks"][0] = "CKV_AWS_24"
    reports[1]["results"] = "none"
    loaded = load_value(tmp_path, reports)
    assert loaded.result.skipped["unreadable JSON"] == 2
    assert set(by_check(loaded)) == {"CKV_AWS_277", "CKV2_AWS_6", "CKV_AWS_21", "CKV_AWS_3"}


def test_samples() -> None:
    many = load_paths(sample("checkov/DefectDojo/checkov__checkov-report-multiple-check_type.json"))
    assert many.result.findings == 25
    assert many.result.skipped == {"another provider: dockerfile": 3}
    assert "aws_db_instance.default (/infra/terraform/aws/db-app.tf:1)" in {
        row["resource"] for row in many.rows
    }
    empty = load_paths(sample("checkov/DefectDojo/checkov__checkov2-report-0-vuln.json"))
    assert (empty.result.findings, empty.result.problem) == (0, "")


def test_a_file_that_could_not_be_parsed_was_not_looked_at() -> None:
    report = {"check_type": "terraform", "results": {"parsing_errors": ["/b.tf"]}}
    (found,) = Checkov().findings(report)

    assert (found.check, found.status, found.resource) == ("parsing_errors", "error", "/b.tf")
