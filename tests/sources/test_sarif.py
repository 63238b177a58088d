"""SARIF: of Checkov (checkov.sarif is what 3.3.30 wrote), and what the format allows."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA, by_check, found, load_value, read
from sourcekit import load_paths

from gapfolio.model import Finding
from gapfolio.sources.codescan import UNREADABLE
from gapfolio.sources.sarif import Sarif
from samples import sample


def one(result: dict[str, Any], *rules: dict[str, Any]) -> Finding:
    """Give the finding of one result of one run."""

    def change(log: Any) -> None:
        driver = {"name": "Tool", "version": "1", "rules": list(rules)}
        log["runs"] = [{"tool": {"driver": driver}, "results": [result]}]

    (finding,) = found(Sarif(), "sarif/clean.sarif", change)
    return finding


def test_a_real_log() -> None:
    loaded = load_paths(DATA / "sarif" / "checkov.sarif")
    assert (loaded.result.source, loaded.result.problem) == ("sarif", "")
    assert loaded.result.skipped == {"another provider: code": 1}
    rows = by_check(loaded)
    assert {check: (row["resource"], row["muted"]) for check, row in rows.items()} == {
        "Checkov:CKV_AWS_24": ("infra/storage.tf:8", False),
        "Checkov:CKV2_AWS_6": ("infra/storage.tf:1", False),
        "Checkov:CKV_AWS_21": ("infra/storage.tf:1", False),
        "Checkov:CKV_AWS_3": ("infra/storage.tf:18", True),
        "Checkov:CKV_AWS_26": ("infra/topic.yaml:2", False),
    }
    assert {row["status"] for row in loaded.rows} == {"fail"}
    row = rows["Checkov:CKV_AWS_24"]
    assert (row["scanner"], row["scanner_version"], row["account"]) == ("sarif", "3.3.30", "")
    title = "Ensure no security groups allow ingress from 0.0.0.0:0 to port 22"
    assert (row["severity"], row["title"], row["detail"]) == ("high", title, title)


def test_a_log_without_results_is_empty() -> None:
    loaded = load_paths(DATA / "sarif" / "clean.sarif")
    assert (loaded.result.source, loaded.result.elements) == ("sarif", 1)
    assert (loaded.result.findings, loaded.result.problem) == (0, "")


def test_several_runs_and_locations() -> None:
    loaded = load_paths(DATA / "sarif" / "many.sarif")
    assert loaded.result.skipped["another provider: code"] == 2
    trivy = [row for row in loaded.rows if row["check_raw"] == "Trivy:AWS-0107"]
    assert [row["resource"] for row in trivy] == ["infra/network.tf:4", "infra/storage.tf:8"]
    assert {row["observed_at"] for row in trivy} == {datetime(2026, 8, 15, 12)}  # noqa: DTZ001
    assert {row["severity"] for row in trivy} == {"critical"}
    named = next(row for row in loaded.rows if row["resource_name"])
    assert named["resource"] == "aws_s3_bucket.logs (infra/storage.tf:1)"
    assert named["resource_type"] == "aws_s3_bucket"
    assert (named["title"], named["detail"]) == ("exampleRule", "logs has no owner, {9}.")
    assert by_check(loaded)["terrascan:AC_AWS_0207/1"]["title"] == "exampleRule"


def test_a_run_without_a_tool_keeps_the_rule() -> None:
    assert by_check(load_paths(DATA / "sarif" / "many.sarif"))["AWS006"]["severity"] == "low"


def test_a_result_of_no_tool_and_no_rule_is_unreadable() -> None:
    assert load_paths(DATA / "sarif" / "many.sarif").result.skipped["unreadable JSON"] == 1


@pytest.mark.parametrize(
    ("given", "status", "muted"),
    [
        ({}, "fail", False),
        ({"kind": "fail"}, "fail", False),
        ({"kind": "pass"}, "pass", False),
        ({"kind": "notApplicable"}, "not_applicable", False),
        ({"kind": "review"}, "manual", False),
        ({"kind": "open"}, "error", False),
        ({"kind": "informational"}, "error", False),
        ({"kind": "new word"}, "error", False),
        ({"baselineState": "new"}, "fail", False),
        ({"baselineState": "absent"}, "not_applicable", False),
        ({"kind": "pass", "baselineState": "absent"}, "not_applicable", False),
        ({"suppressions": []}, "fail", False),
        ({"suppressions": None}, "fail", False),
        ({"suppressions": [{"kind": "inSource"}]}, "fail", True),
        ({"suppressions": [{"kind": "external", "status": "accepted"}]}, "fail", True),
        ({"suppressions": [{"status": "accepted"}, {"status": "rejected"}]}, "fail", False),
        ({"suppressions": [{"status": "underReview"}]}, "fail", False),
        ({"suppressions": [{"status": ["accepted"]}]}, "fail", False),
        ({"kind": "pass", "suppressions": [{"kind": "inSource"}]}, "pass", True),
    ],
)
def test_status(given: dict[str, Any], status: str, muted: bool) -> None:
    finding = one({"ruleId": "AWS-1", **given})
    assert (finding.status, finding.muted) == (status, muted)


@pytest.mark.parametrize(
    ("result", "rule", "severity"),
    [
        ({}, {}, "unknown"),
        ({"level": "error"}, {}, "high"),
        ({"level": "note"}, {"defaultConfiguration": {"level": "error"}}, "low"),
        ({}, {"defaultConfiguration": {"level": "warning"}}, "medium"),
        ({"level": "none"}, {}, "informational"),
        ({"level": "panic"}, {}, "unknown"),
        ({"level": "note"}, {"properties": {"security-severity": "9.8"}}, "critical"),
        ({}, {"properties": {"security-severity": 7}}, "high"),
        ({}, {"properties": {"security-severity": "5.5"}}, "medium"),
        ({}, {"properties": {"security-severity": "0.1"}}, "low"),
        ({"level": "note"}, {"properties": {"security-severity": "0.0"}}, "unknown"),
        ({}, {"properties": {"security-severity": "severe"}}, "unknown"),
        (
            {"properties": {"security-severity": "4.0"}},
            {"properties": {"security-severity": "9.0"}},
            "medium",
        ),
    ],
)
def test_severity(result: dict[str, Any], rule: dict[str, Any], severity: str) -> None:
    assert one({"ruleId": "AWS-1", **result}, {"id": "AWS-1", **rule}).severity == severity


@pytest.mark.parametrize(
    ("rule", "tags", "provider"),
    [
        ("AWS-0107", [], "aws"),
        ("AVD-AWS-0107", [], "aws"),
        ("AWS017", [], "aws"),
        ("CKV_AWS_1", [], "aws"),
        ("CKV2_AWS_1", [], "aws"),
        ("AC_AWS_0207", [], "aws"),
        ("aws-s3-enable-versioning", [], "aws"),
        ("terraform.aws.security.aws-s3-bucket", [], "aws"),
        ("f996f3cb-00fc-480c-8973-8ab04d44a8cc", ["terraform", "AWS"], "aws"),
        ("CKV_AZURE_1", [], "code"),
        ("js/sql-injection", ["security"], "code"),
        ("lawsuit", ["awsome"], "code"),
        ("aws-access-key-id", ["secret"], "code"),
        ("aws-sdk:MIT", ["license"], "code"),
    ],
)
def test_the_provider(rule: str, tags: list[str], provider: str) -> None:
    assert one({"ruleId": rule, "properties": {"tags": tags}}).provider == provider
    assert one({"ruleIndex": 0}, {"id": rule, "properties": {"tags": tags}}).provider == provider


@pytest.mark.parametrize(
    "result",
    [
        {"ruleId": "AWS-2"},
        {"ruleIndex": 1},
        {"ruleId": "AWS-2", "ruleIndex": 1},
        {"rule": {"id": "AWS-2"}},
        {"rule": {"index": 1}},
        {"ruleId": "AWS-2", "ruleIndex": -1},
        {"ruleId": "AWS-2", "ruleIndex": 99},
        {"ruleId": "AWS-2", "ruleIndex": "1"},
    ],
)
def test_the_rule_of_a_result(result: dict[str, Any]) -> None:
    finding = one(result, {"id": "AWS-1", "name": "One"}, {"id": "AWS-2", "name": "Two"})
    assert (finding.check, finding.title) == ("Tool:AWS-2", "Two")


def test_a_rule_of_an_extension() -> None:
    def change(log: Any) -> None:
        tool = {
            "driver": {"name": "Tool", "rules": [{"id": "AWS-1", "name": "One"}]},
            "extensions": [{}, {"name": "Pack", "rules": [{"id": "AWS-2", "name": "Two"}]}],
        }
        reference = {"index": 0, "toolComponent": {"index": 1}}
        results = [{"rule": reference}, {"ruleId": "AWS-2"}]
        log["runs"] = [{"tool": tool, "results": results}]

    findings = found(Sarif(), "sarif/clean.sarif", change)
    assert {(finding.check, finding.title) for finding in findings} == {("Tool:AWS-2", "Two")}


def test_a_result_without_a_rule_has_the_tool_for_its_check() -> None:
    finding = one({"message": {"markdown": "**odd**"}})
    assert (finding.check, finding.detail, finding.provider) == ("Tool", "**odd**", "code")


def test_addresses() -> None:
    location = {"logicalLocations": [{"index": 0}]}

    def change(log: Any) -> None:
        log["runs"] = [
            {
                "tool": {"driver": {"name": "Tool"}},
                "logicalLocations": [{"fullyQualifiedName": "module.a.aws_s3_bucket.b"}],
                "results": [{"ruleId": "AWS-1", "guid": "g", "locations": [location]}],
            }
        ]

    (finding,) = found(Sarif(), "sarif/clean.sarif", change)
    assert finding.resource == finding.resource_name == "module.a.aws_s3_bucket.b"
    assert (finding.resource_type, finding.finding_uid) == ("aws_s3_bucket", "g")


@pytest.mark.parametrize(
    ("element", "claimed"),
    [
        ({"version": "2.1.0", "runs": []}, True),
        ({"$schema": "https://json.schemastore.org/sarif-2.1.0.json", "runs": None}, True),
        ({"version": "1.0.0", "runs": []}, False),
        ({"version": "2.1.0"}, False),
        ({"runs": []}, False),
        ({"version": ["2.1.0"], "runs": {}}, False),
    ],
)
def test_logs_are_told_from_other_objects(element: dict[str, Any], claimed: bool) -> None:
    assert Sarif().claims(element) is claimed


def test_a_broken_record_is_counted_and_the_others_stay(tmp_path: Path) -> None:
    log = read("sarif/checkov.sarif")
    log["runs"][0]["results"][0] = "CKV_AWS_24"
    log["runs"].extend([None, {"results": {}}])
    loaded = load_value(tmp_path, log)
    assert loaded.result.skipped["unreadable JSON"] == 1
    assert loaded.result.findings == 4


def test_a_big_log(tmp_path: Path) -> None:
    log = read("sarif/checkov.sarif")
    (run,) = log["runs"]
    template = json.dumps(run["results"][0])
    run["results"] = [
        json.loads(template.replace("storage.tf", f"{number}.tf")) for number in range(20_000)
    ]
    loaded = load_value(tmp_path, log)
    assert (loaded.result.findings, loaded.result.problem) == (20_000, "")


def test_samples() -> None:
    for name in ("sarif__njsscan.sarif", "sarif__SuppressionTestCurrent.sarif"):
        loaded = load_paths(sample(f"sarif/DefectDojo/{name}"))
        assert (loaded.result.source, loaded.result.problem) == ("sarif", "")
        assert set(loaded.result.skipped) == {"another provider: code"}
    flaws = read_sample("sarif/mitre/sarif_mapper__sample_input_report__sarif_input.sarif")
    assert len(flaws) == 77
    assert UNREADABLE not in flaws
    assert {finding.status for finding in flaws} == {"fail"}


def read_sample(name: str) -> list[Finding]:
    """Give the findings of a sample, those that are not about AWS included."""
    return list(Sarif().findings(json.loads(sample(name).read_bytes())))


def test_a_run_that_failed_was_no_look_at_everything() -> None:
    passed = {"ruleId": "CKV_AWS_20", "kind": "pass", "message": {"text": "x"}}
    run = {
        "tool": {"driver": {"name": "checkov"}},
        "results": [passed],
        "invocations": [{"executionSuccessful": False}],
    }
    found = list(Sarif().findings({"version": "2.1.0", "runs": [run]}))

    assert [(one.check, one.status, one.provider) for one in found] == [
        ("checkov:CKV_AWS_20", "pass", "aws"),
        ("checkov:execution", "error", "aws"),
    ]
