"""Trivy: misconfigurations of code, and what it finds besides."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA, by_check, found, load_value, read, without
from sourcekit import load_paths

from gapfolio.sources.trivy import Trivy
from samples import sample


def test_misconfigurations_of_code() -> None:
    loaded = load_paths(DATA / "trivy" / "config.json")
    assert (loaded.result.source, loaded.result.problem) == ("trivy-json", "")
    assert loaded.result.skipped == {
        "another provider: azure": 1,
        "another provider: dockerfile": 1,
    }
    rows = by_check(loaded)
    assert {
        check: (row["status"], row["muted"], row["resource"]) for check, row in rows.items()
    } == {
        "AWS-0107": ("fail", False, "aws_security_group_rule.ssh (storage.tf:8)"),
        "AVD-AWS-0086": ("pass", False, "storage.tf"),
        "AWS-0089": ("error", True, "aws_s3_bucket.logs (storage.tf:1)"),
        "USER-0001": ("fail", False, 'module.data["a.b"].aws_s3_bucket.this (storage.tf:3)'),
        "AWS-0132": ("fail", True, "aws_s3_bucket.logs (storage.tf:1)"),
    }
    row = rows["AWS-0107"]
    assert (row["scanner"], row["scanner_version"], row["account"]) == ("trivy", "0.72.0", "")
    assert (row["severity"], row["service"]) == ("critical", "ec2")
    assert row["resource_type"] == "aws_security_group_rule"
    assert row["title"] == "An ingress security group rule allows traffic from /0"
    assert row["detail"] == "Security group rule allows ingress from public internet."
    assert row["observed_at"] == datetime(2026, 8, 15, 12, 0, 0, 123456)  # noqa: DTZ001
    assert rows["USER-0001"]["severity"] == "unknown"
    assert rows["AWS-0132"]["detail"] == "accepted until the migration"


def test_a_clean_report_has_no_results_at_all() -> None:
    loaded = load_paths(DATA / "trivy" / "clean.json")
    assert (loaded.result.source, loaded.result.elements) == ("trivy-json", 1)
    assert (loaded.result.findings, loaded.result.problem) == (0, "")


def test_what_is_not_about_the_account_is_counted_and_left_out() -> None:
    loaded = load_paths(DATA / "trivy" / "image.json")
    assert loaded.result.skipped == {"another provider: code": 3}
    assert (loaded.rows, loaded.result.problem) == ([], "")


@pytest.mark.parametrize(
    ("check", "named", "resource", "kind", "provider"),
    [
        ("AVD-AWS-0107", "", "", "terraform", "aws"),
        ("AWS-0107", "Custom", "", "terraform", "aws"),
        ("AWS018", "", "", "", "aws"),
        ("AVD-GCP-0001", "Google", "", "terraform", "gcp"),
        ("KSV014", "Kubernetes", "", "helm", "kubernetes"),
        ("DS002", "", "", "dockerfile", "dockerfile"),
        ("OPNSTK-0001", "OpenStack", "", "terraform", "openstack"),
        ("own", "AWS", "", "terraform", "aws"),
        ("own", "", "aws_s3_bucket.logs", "terraform", "aws"),
        ("own", "Custom", "", "cloudformation", "aws"),
        ("own", "Custom", "", "terraform", "terraform"),
        ("own", "", "", "", "code"),
    ],
)
def test_the_provider(check: str, named: str, resource: str, kind: str, provider: str) -> None:
    def change(report: Any) -> None:
        cause = {"Provider": named, "Resource": resource}
        report["Results"] = [
            {"Type": kind, "Misconfigurations": [{"ID": check, "CauseMetadata": cause}]}
        ]

    (finding,) = found(Trivy(), "trivy/config.json", change)
    assert finding.provider == provider
    assert finding.status == "error"  # it does not say


def test_the_old_id_stands_in_for_the_new_one() -> None:
    def change(report: Any) -> None:
        record = report["Results"][1]["Misconfigurations"][1]
        del record["ID"]

    assert found(Trivy(), "trivy/config.json", change)[1].check == "AVD-AWS-0086"


def test_times() -> None:
    def when(value: Any) -> datetime | None:
        return found(Trivy(), "trivy/config.json", lambda made: made.update(CreatedAt=value))[
            0
        ].observed_at

    assert when("2026-08-15T12:00:00Z") == datetime(2026, 8, 15, 12, tzinfo=UTC)
    assert when("0001-01-01T00:00:00Z") is None
    assert when("9999-12-31T23:59:59-14:00") is None
    assert when("yesterday") is None
    assert when(5) is None


def test_reports_are_told_from_asff_and_other_objects() -> None:
    report = read("trivy/clean.json")
    assert Trivy().claims(report)
    assert not Trivy().claims({**report, "SchemaVersion": "2018-10-08"})
    assert not Trivy().claims({**report, "SchemaVersion": True})
    assert not Trivy().claims(without(report, "SchemaVersion"))
    assert not Trivy().claims(without(report, "ArtifactType"))
    assert not Trivy().claims({"SchemaVersion": 2, "Results": []})
    assert not Trivy().claims({**report, "ArtifactType": "aws_account"})


def test_a_broken_record_is_counted_and_the_others_stay(tmp_path: Path) -> None:
    report = read("trivy/config.json")
    report["Results"][1]["Misconfigurations"][0] = None
    report["Results"][1]["ExperimentalModifiedFindings"] = "none"
    report["Results"].append([])
    loaded = load_value(tmp_path, report)
    assert loaded.result.skipped["unreadable JSON"] == 1
    assert set(by_check(loaded)) == {"AVD-AWS-0086", "AWS-0089", "USER-0001"}


def test_samples() -> None:
    golden = "trivy/aquasecurity/integration__testdata__dockerfile-custom-policies.json.golden"
    assert load_paths(sample(golden)).result.skipped == {"another provider: dockerfile": 2}
    licences = load_paths(sample("trivy/DefectDojo/trivy__license_scheme.json"))
    assert licences.result.skipped == {"another provider: code": 19}
