"""AWS Security Hub's own findings in OCSF."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nativekit import QUICK, broken, edited, fixture, loaded, siblings_stay, told
from sourcekit import both_ways, dumped, load_bytes, load_paths, ocsf

from gapfolio.errors import InputError
from gapfolio.sources.securityhub_ocsf import SecurityHubOcsf
from samples import sample

FINDINGS: list[dict[str, Any]] = fixture("securityhub_ocsf/findings.json")["Findings"]
CONTROL = FINDINGS[0]
THREAT = FINDINGS[6]
EXFILTRATION = "UnauthorizedAccess:IAMUser/InstanceCredentialExfiltration.OutsideAWS"


def row_of(tmp_path: Path, element: Any) -> dict[str, Any]:
    """Load one finding."""
    return load_bytes(tmp_path, dumped(element)).row


def test_every_finding_of_an_answer_is_read() -> None:
    found = loaded("securityhub_ocsf/findings.json")
    assert found.result.source == "securityhub-ocsf"
    assert (found.result.elements, found.result.problem) == (12, "")
    assert told(found.rows, "row", "scanner", "check_raw", "status", "muted") == [
        (1, "securityhub", "EC2.19", "fail", False),
        (2, "securityhub", "S3.1", "not_applicable", False),
        (3, "securityhub", "IAM.6", "fail", True),
        (4, "securityhub", "Config.1", "error", False),
        (5, "securityhub", "EC2.8", "not_applicable", False),
        (6, "securityhub", "GuardDuty Foundational Coverage", "pass", False),
        (7, "guardduty", "Execution:Runtime/NewBinaryExecuted", "event", False),
        (8, "guardduty", EXFILTRATION, "manual", False),
        (8, "guardduty", EXFILTRATION, "manual", False),
        (9, "securityhub", "Exposure/Potential Impact/Resource Hijacking", "event", False),
        (10, "inspector", "CVE-2023-44487", "event", True),
        (11, "macie", "SensitiveData:S3Object/Multiple", "event", False),
        (12, "sentrybox", "Unusual Behaviors/Door", "event", False),
    ]


def test_a_control_is_read_whole() -> None:
    row = loaded("securityhub_ocsf/findings.json").rows[0]
    assert row["source"] == "securityhub-ocsf"
    assert row["provider"] == "aws"
    assert row["account"] == "111122223333"
    assert row["region"] == "eu-central-1"
    assert row["resource"].endswith(":111122223333:security-group/sg-0123456789abcdef0")
    assert row["resource_type"] == "AWS::EC2::SecurityGroup"
    assert row["service"] == "ec2"
    assert row["severity"] == "critical"
    assert row["title"].startswith("Security groups should not")
    assert row["detail"] == "What it is about."
    assert row["tags"] == ["team=payments", "stage="]
    assert json.loads(row["frameworks"]) == {
        "CIS AWS Foundations Benchmark v1.2.0": ["4.1"],
        "NIST.800-53.r5": ["AC-4(21)", "SC-7"],
        "PCI DSS v4.0.1": ["1.3.1"],
        "standards/aws-foundational-security-best-practices/v/1.0.0": [],
    }
    # milliseconds; time moves where the finding changes, last_seen_time stays
    assert row["observed_at"] == datetime(2026, 9, 1, 10, 10, 0, 500000)  # noqa: DTZ001
    assert row["local_time"] is None
    assert row["finding_uid"].endswith(":security-control/EC2.19/finding/1")


def test_the_reason_of_a_verdict_is_told() -> None:
    row = loaded("securityhub_ocsf/findings.json").rows[1]
    assert row["detail"] == "The rule did not apply to the resources in its scope."


def test_events_of_the_event_bus_are_read_like_an_answer() -> None:
    events = loaded("securityhub_ocsf/events.jsonl")
    assert told(events.rows, "check_raw", "status", "resource") == told(
        loaded("securityhub_ocsf/findings.json").rows[:3], "check_raw", "status", "resource"
    )


@pytest.mark.parametrize(
    ("status", "activity", "verdict", "expected"),
    [
        ("New", "Create", "Pass", ("pass", False)),
        ("Resolved", "Update", "PASSED", ("pass", False)),
        ("Resolved", "Update", "Fail", ("fail", False)),
        ("Suppressed", "Update", "Pass", ("pass", True)),
        ("New", "Update", "Warning", ("error", False)),
        ("New", "Update", "Unknown", ("error", False)),
        ("New", "Update", "Other", ("error", False)),
        ("New", "Update", "", ("error", False)),
        ("Archived", "Update", "Fail", ("not_applicable", False)),
        ("Deleted", "Update", "Pass", ("not_applicable", False)),
        ("New", "Close", "Fail", ("not_applicable", False)),
        ("Archived", "Close", "", ("not_applicable", False)),
    ],
)
def test_the_verdict_of_a_control(
    tmp_path: Path, status: str, activity: str, verdict: str, expected: tuple[str, bool]
) -> None:
    made = edited(CONTROL, status=status, activity_name=activity, compliance__status=verdict)
    row = row_of(tmp_path, made)
    assert (row["status"], row["muted"]) == expected


def test_a_control_that_config_found_not_applicable(tmp_path: Path) -> None:
    reasons = [{"name": "CONFIG_RETURNS_NOT_APPLICABLE", "desc": "It does not apply."}]
    made = edited(CONTROL, compliance__status="Unknown", compliance__assessments=reasons)
    row = row_of(tmp_path, made)
    assert (row["status"], row["detail"]) == ("not_applicable", "It does not apply.")


def test_a_compliance_finding_without_any_verdict_is_an_error(tmp_path: Path) -> None:
    assert row_of(tmp_path, edited(CONTROL, compliance=None))["status"] == "error"


@pytest.mark.parametrize(
    ("status", "activity", "expected"),
    [
        ("New", "Create", ("event", False)),
        ("In Progress", "Update", ("event", False)),
        ("Suppressed", "Update", ("event", True)),
        ("Resolved", "Update", ("pass", False)),
        ("Archived", "Update", ("manual", False)),
        ("New", "Close", ("pass", False)),
    ],
)
def test_the_state_of_a_threat(
    tmp_path: Path, status: str, activity: str, expected: tuple[str, bool]
) -> None:
    row = row_of(tmp_path, edited(THREAT, status=status, activity_name=activity))
    assert (row["status"], row["muted"]) == expected


@pytest.mark.parametrize(
    ("types", "check"),
    [
        (["Threats", "Recon:EC2/PortProbeUnprotectedPort"], "Recon:EC2/PortProbeUnprotectedPort"),
        (["CryptoCurrency:EC2/BitcoinTool.B!DNS"], "CryptoCurrency:EC2/BitcoinTool.B!DNS"),
        (["TTPs/Discovery/Discovery:S3-MaliciousIPCaller"], "Discovery:S3/MaliciousIPCaller"),
    ],
)
def test_the_type_of_a_threat(tmp_path: Path, types: list[str], check: str) -> None:
    assert row_of(tmp_path, edited(THREAT, finding_info__types=types))["check_raw"] == check


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ({"type": "AWS::::Account", "uid": "111122223333"}, "AWS::::Account:111122223333"),
        ({"type": "AWS::S3::Bucket", "uid": "example"}, "example"),
        ({"uid": "x", "uid_alt": "arn:aws:s3:::example"}, "arn:aws:s3:::example"),
        ({"uid": "", "uid_alt": "", "name": "example"}, "example"),
        (
            {
                "type": "AWS::EC2::Instance",
                "uid": "i-0123456789abcdef0",
                "cloud_partition": "aws",
                "region": "eu-west-1",
                "owner": {"account": {"uid": "111122223333"}},
            },
            "arn:aws:ec2:eu-west-1:111122223333:instance/i-0123456789abcdef0",
        ),
        ({"type": "AWS::EC2::Instance", "uid": "i-0123456789abcdef0"}, "i-0123456789abcdef0"),
    ],
)
def test_what_a_resource_is_called(tmp_path: Path, resource: dict[str, Any], expected: str) -> None:
    row = row_of(tmp_path, edited(CONTROL, resources=[resource]))
    assert row["resource"] == expected


def test_account_and_region_come_from_the_resource_if_need_be(tmp_path: Path) -> None:
    row = row_of(tmp_path, edited(CONTROL, cloud=None))
    assert (row["provider"], row["account"], row["region"]) == (
        "aws",
        "111122223333",
        "eu-central-1",
    )
    made = edited(CONTROL, cloud=None, resources__0__owner=None, resources__0__region="global")
    row = row_of(tmp_path, made)
    assert (row["account"], row["region"]) == ("111122223333", "eu-central-1")


def test_a_finding_without_resources_leaves_a_row(tmp_path: Path) -> None:
    assert row_of(tmp_path, edited(CONTROL, resources=[]))["resource"] == ""


def test_a_finding_with_thousands_of_resources(tmp_path: Path) -> None:
    many = [{"uid": f"r{number}", "type": "AWS::S3::Bucket"} for number in range(5000)]
    found = load_bytes(tmp_path, dumped(edited(CONTROL, resources=many), CONTROL))
    assert (found.result.elements, found.result.findings) == (2, 5001)


def test_fatal_is_critical(tmp_path: Path) -> None:
    assert row_of(tmp_path, edited(CONTROL, severity="Fatal"))["severity"] == "critical"


def test_another_cloud_is_counted_apart(tmp_path: Path) -> None:
    found = load_bytes(tmp_path, dumped(CONTROL, edited(CONTROL, cloud__provider="Azure")))
    assert found.result.findings == 1
    assert found.result.skipped == {"another provider: azure": 1}


def test_prowlers_compliance_output_is_still_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="repeats findings: give the findings file instead"):
        load_bytes(tmp_path, dumped(ocsf(class_uid=2003)))


def test_another_product_in_the_same_class_is_not_taken_for_prowlers(tmp_path: Path) -> None:
    made = ocsf(class_uid=2003, metadata={"product": {"name": "Sentry Box"}})
    with pytest.raises(InputError, match="not a finding in a format that is read"):
        load_bytes(tmp_path, dumped(made))


def test_findings_that_security_hub_had_from_prowler_are_left_to_that(tmp_path: Path) -> None:
    made = edited(THREAT, metadata__product__name="Prowler")
    assert not SecurityHubOcsf().claims(made)


def test_the_two_ways_of_reading_agree(tmp_path: Path) -> None:
    usual, careful = both_ways(tmp_path, dumped(*FINDINGS))
    assert usual.rows == careful.rows


def test_a_sample_of_events(tmp_path: Path) -> None:
    path = sample("securityhub_v2_ocsf/cruxstack/fixtures__scenarios.json")
    events = [scenario["event_payload"] for scenario in json.loads(path.read_bytes())]
    found = load_bytes(tmp_path, "\n".join(map(json.dumps, events)).encode())
    assert {row["status"] for row in found.rows} == {"event"}
    assert told(found.rows, "scanner", "check_raw")[:3] == [
        ("guardduty", "Execution:Runtime/NewBinaryExecuted"),
        ("inspector", "CVE-2024-12345"),
        ("guardduty", "Trojan:EC2/DNSDataExfiltration"),
    ]
    assert all(row["observed_at"] for row in found.rows)


def test_the_sample_itself_wraps_no_findings() -> None:
    path = sample("securityhub_v2_ocsf/cruxstack/fixtures__scenarios.json")
    with pytest.raises(InputError, match="not a finding"):
        load_paths(path)


@QUICK
@given(bad=broken(*FINDINGS))
def test_a_broken_finding_costs_itself_at_most(tmp_path: Path, bad: Any) -> None:
    SecurityHubOcsf().claims(bad)
    siblings_stay(tmp_path, CONTROL, bad)


@QUICK
@given(bad=broken(*FINDINGS), good=st.sampled_from(FINDINGS))
def test_a_broken_finding_reads_the_same_in_both_ways(tmp_path: Path, bad: Any, good: Any) -> None:
    usual, careful = both_ways(tmp_path, dumped(good, bad))
    assert usual.rows == careful.rows
    assert usual.result.skipped == careful.result.skipped


def test_verdicts_of_ours_that_came_back_from_the_hub_are_no_findings(tmp_path: Path) -> None:
    ours = edited(CONTROL, metadata__product__name="Gapfolio")
    for order in ((THREAT, ours), (ours, THREAT)):
        loaded = load_bytes(tmp_path, dumped(*order))
        assert loaded.row["scanner"] == "guardduty"
        assert loaded.result.skipped == {"an output of Gapfolio itself": 1}
    with pytest.raises(InputError, match="an output of Gapfolio itself"):
        load_bytes(tmp_path, dumped(ours))
