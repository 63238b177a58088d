"""AWS Security Finding Format: Security Hub's controls, other services' findings, other tools'."""

from __future__ import annotations

import gzip
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from asffkit import CONTROL, THREAT, asff, event, fixture, of_product, without, wrapped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sourcekit import both_ways, dumped, load_bytes, load_paths, number, ocsf

from gapfolio.errors import InputError
from gapfolio.sources import salvage
from gapfolio.sources.asff import Asff
from gapfolio.sources.elements import Elements
from gapfolio.sources.jsontext import decode
from samples import sample, samples

SAMPLES = samples(
    "asff", "securityhub", "eventbridge", "custodian_placebo", "electriceye", "asff_hdf_reverse"
)


def row_of(tmp_path: Path, finding: dict[str, Any]) -> dict[str, Any]:
    """Load a finding."""
    return load_bytes(tmp_path, dumped(finding)).row


def status_of(tmp_path: Path, finding: dict[str, Any]) -> tuple[str, bool]:
    """Load a finding and give its status, and whether it is muted."""
    row = row_of(tmp_path, finding)
    return row["status"], row["muted"]


def test_every_column_of_a_control_finding(tmp_path: Path) -> None:
    row = row_of(tmp_path, asff(AwsAccountName="payments"))
    assert row == {
        "source": "asff",
        "scanner": "securityhub",
        "scanner_version": "",
        "input_id": 0,
        "row": 1,
        "provider": "aws",
        "check_raw": "IAM.9",
        "account": "111122223333",
        "account_name": "payments",
        "region": "eu-central-1",
        "resource": "AWS::::Account:111122223333",
        "resource_name": "",
        "resource_type": "AwsAccount",
        "service": "iam",
        "status": "fail",
        "muted": False,
        "severity": "critical",
        "title": "MFA should be enabled for the root user",
        "detail": "Because.",
        "tags": ["team=ops"],
        "frameworks": '{"NIST.800-53.r5":["IA-2(1)"],"standards/nist-800-53/v/5.0.0":[]}',
        "observed_at": datetime(2026, 8, 14, 5, 10, 58, 412000),  # noqa: DTZ001
        "local_time": None,
        "finding_uid": CONTROL["Id"],
    }


# --- shapes of files -------------------------------------------------------------------------


@pytest.mark.parametrize(
    "content",
    [
        dumped(CONTROL, THREAT),
        dumped(CONTROL, THREAT, indent=4),
        wrapped(CONTROL, THREAT),
        wrapped(CONTROL, THREAT, indent=4),
        wrapped(CONTROL, THREAT).replace(b"Findings", b"findings"),
        event(CONTROL, THREAT),
        json.dumps({"status_code": 200, "data": {"Findings": [CONTROL, THREAT]}}).encode(),
        gzip.compress(wrapped(CONTROL, THREAT)),
        json.dumps(CONTROL).encode() + b"\n" + json.dumps(THREAT).encode() + b"\n",
        b"\xef\xbb\xbf" + wrapped(CONTROL, THREAT),
    ],
)
def test_every_shape_of_file_is_read_by_duckdb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setattr(salvage, "read", lambda *_: pytest.fail("salvaged"))
    loaded = load_bytes(tmp_path, content)
    assert [(row["row"], row["scanner"]) for row in loaded.rows] == [
        (1, "securityhub"),
        (2, "guardduty"),
    ]
    assert loaded.result.elements == loaded.result.findings == 2
    assert loaded.result.problem == ""


@pytest.mark.parametrize(
    "content",
    [
        wrapped(CONTROL) + wrapped(THREAT),
        wrapped(CONTROL) + b"\n" + event(THREAT) + b"\n",
        b"[" + wrapped(CONTROL) + b"," + wrapped(THREAT) + b"]",
        wrapped(CONTROL) + json.dumps(THREAT).encode(),
        dumped(CONTROL) + b"\n" + wrapped(THREAT),
        json.dumps({"Findings": [CONTROL], "Others": [THREAT], "findings": []}).encode()
        + wrapped(THREAT),
        wrapped(CONTROL, THREAT).decode().encode("utf-16"),
        gzip.compress(wrapped(CONTROL)) + gzip.compress(wrapped(THREAT)),
        json.dumps(CONTROL, indent=2).encode() + json.dumps(THREAT, indent=2).encode(),
    ],
)
def test_every_mixture_of_shapes_is_read_whole(tmp_path: Path, content: bytes) -> None:
    loaded = load_bytes(tmp_path, content)
    assert [(row["row"], row["scanner"]) for row in loaded.rows] == [
        (1, "securityhub"),
        (2, "guardduty"),
    ]
    assert loaded.result.problem == ""


def test_a_single_finding_is_read(tmp_path: Path) -> None:
    for indent in (None, 4):
        loaded = load_bytes(tmp_path, json.dumps(CONTROL, indent=indent).encode())
        assert loaded.row["check_raw"] == "IAM.9"
        assert loaded.result.problem == ""


@pytest.mark.parametrize(
    "content", [wrapped(), event(), wrapped() + wrapped(), b"[" + wrapped() + b"]"]
)
def test_a_wrapper_without_findings_is_an_empty_file(tmp_path: Path, content: bytes) -> None:
    for packed in (content, gzip.compress(content)):
        result = load_bytes(tmp_path, packed).result
        assert (result.elements, result.findings, result.problem, result.source) == (0, 0, "", "")


def test_more_than_findings_behind_the_array_is_passed_over(tmp_path: Path) -> None:
    content = json.dumps({"Findings": [CONTROL], "Others": [THREAT] * 3, "x": [[]]}).encode()
    usual, careful = both_ways(tmp_path, content)
    assert usual.rows == careful.rows
    assert len(usual.rows) == 1


def test_a_cut_off_wrapper_keeps_what_is_whole_and_says_so(tmp_path: Path) -> None:
    content = wrapped(*(asff(Id=str(place)) for place in range(20)))
    for at in range(len(content) // 4, len(content) - 1, len(content) // 17):
        loaded = load_bytes(tmp_path, content[:at])
        assert "it ends " in loaded.result.problem
        assert [row["finding_uid"] for row in loaded.rows] == list(
            map(str, range(len(loaded.rows)))
        )


def test_a_cut_off_gzip_of_a_wrapper_says_so(tmp_path: Path) -> None:
    content = gzip.compress(wrapped(*(asff(Id=str(place)) for place in range(500))))
    loaded = load_bytes(tmp_path, content[:-100])
    assert "its compressed data are cut off" in loaded.result.problem


def test_a_full_disk_is_no_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: type("Usage", (), {"free": 10}))
    assert load_bytes(tmp_path, wrapped(CONTROL, THREAT)).result.findings == 2


def test_progress_of_a_wrapped_file_never_goes_back_and_ends_whole(tmp_path: Path) -> None:
    seen: list[int] = []
    content = wrapped(*(asff(Id=str(place)) for place in range(3000)))
    load_bytes(tmp_path, content, progress=lambda done, *_: seen.append(done))
    assert seen == sorted(seen)
    assert seen[-1] == len(content)


def test_the_elements_of_a_wrapper_may_be_of_several_formats(tmp_path: Path) -> None:
    prowler = asff(
        ProductArn="arn:aws:securityhub:eu-central-1::product/prowler/prowler",
        GeneratorId="prowler-iam_root_mfa_enabled",
    )
    loaded = load_bytes(tmp_path, wrapped(CONTROL, {"other": "tool"}, prowler, ocsf(), THREAT))
    assert [(row["row"], row["source"]) for row in loaded.rows] == [
        (1, "asff"),
        (3, "prowler-asff"),
        (4, "prowler-ocsf"),
        (5, "asff"),
    ]
    assert loaded.result.skipped == {"not a finding in a format that is read": 1}
    assert loaded.result.problem == ""


def test_findings_in_a_wrapper_that_nobody_knows_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="not a finding in a format that is read"):
        load_bytes(tmp_path, b'{"findings": [{"title": "x"}, {"title": "y"}]}')


def test_the_wrapper_of_other_formats_is_opened_too(tmp_path: Path) -> None:
    content = json.dumps({"Findings": [number(1), number(2)]}).encode()
    loaded = load_bytes(tmp_path, content)
    assert [row["row"] for row in loaded.rows] == [1, 2]
    assert loaded.result.source == "prowler-ocsf"


# --- what is read ----------------------------------------------------------------------------


def test_consolidated_controls() -> None:
    rows = load_paths(fixture("consolidated.json")).rows
    assert [(row["check_raw"], row["status"], row["muted"]) for row in rows] == [
        ("EC2.18", "fail", False),
        ("IAM.9", "pass", False),
        ("EC2.18", "pass", False),
        ("S3.8", "fail", True),
        ("EC2.19", "not_applicable", False),
        ("IAM.22", "not_applicable", False),
        ("CloudTrail.1", "error", False),
        ("Config.1", "error", False),
        ("EC2.8", "not_applicable", False),
    ]
    assert {row["severity"] for row in rows if row["status"] == "pass"} == {"informational"}
    assert [row["account"] for row in rows].count("444455556666") == 1
    assert rows[0]["tags"] == ["team=ops", "cost=centre=12"]
    assert rows[0]["detail"] == "EC2.18 said this of the resource."
    assert rows[6]["detail"].startswith("Multi-Region CloudTrail trails are not")
    assert json.loads(rows[0]["frameworks"]) == {
        "NIST.800-53.r5": ["AC-4", "SC-7(5)"],
        "PCI DSS v4.0.1": ["1.3.1"],
        "CIS AWS Foundations Benchmark v3.0.0": ["5.2"],
        "standards/aws-foundational-security-best-practices/v/1.0.0": [],
        "standards/nist-800-53/v/5.0.0": [],
    }


def test_legacy_controls_keep_the_id_of_their_standard() -> None:
    rows = load_paths(fixture("legacy.json")).rows
    assert [row["check_raw"] for row in rows] == [
        "arn:aws:securityhub:::ruleset/cis-aws-foundations-benchmark/v/1.2.0/rule/1.9",
        "aws-foundational-security-best-practices/v/1.0.0/IAM.7",
        "pci-dss/v/3.2.1/PCI.IAM.8",
    ]
    assert [row["service"] for row in rows] == ["", "iam", "iam"]
    assert {row["status"] for row in rows} == {"fail"}
    assert {row["severity"] for row in rows} == {"medium"}
    assert {row["region"] for row in rows} == {"eu-central-1"}
    assert {row["resource"] for row in rows} == {"AWS::::Account:111122223333"}


@pytest.mark.parametrize(
    ("generator", "control", "fields", "check"),
    [
        ("security-control/S3.8", "s3.8", {}, "s3.8"),
        ("security-control/S3.8", None, {}, "S3.8"),
        ("security-control/S3.8", "", {"ControlId": "S3.9"}, "S3.8"),
        ("nist-800-53/v/5.0.0/S3.8", None, {"ControlId": "S3.9"}, "nist-800-53/v/5.0.0/S3.8"),
        ("nist-800-53/v/5.0.0/S3.8", "S3.8", {}, "S3.8"),
        ("odd", None, {"ControlId": "PCI.IAM.1"}, "PCI.IAM.1"),
        ("odd", None, {"RuleId": "1.3"}, "1.3"),
        ("odd", None, {}, "odd"),
        ("odd", ["IAM.6", "IAM.7"], {}, "IAM.6"),
        ("odd", {"a": 1}, {}, '{"a":1}'),
    ],
)
def test_where_the_control_is_found(
    tmp_path: Path, generator: str, control: Any, fields: dict[str, str], check: str
) -> None:
    compliance = {"Status": "FAILED", "SecurityControlId": control}
    made = asff(GeneratorId=generator, Compliance=compliance, ProductFields=fields)
    assert row_of(tmp_path, made)["check_raw"] == check


EMPTY = [{"ReasonCode": "CONFIG_EVALUATIONS_EMPTY", "Description": "Nothing to evaluate."}]


@pytest.mark.parametrize(
    ("changes", "status", "muted"),
    [
        ({}, "fail", False),
        ({"Compliance": {"Status": "PASSED"}}, "pass", False),
        ({"Compliance": {"Status": "passed"}}, "pass", False),
        ({"Compliance": {"Status": "PASSED", "StatusReasons": EMPTY}}, "not_applicable", False),
        ({"Compliance": {"Status": "FAILED", "StatusReasons": EMPTY}}, "fail", False),
        ({"Compliance": {"Status": "WARNING"}}, "error", False),
        ({"Compliance": {"Status": "NOT_AVAILABLE"}}, "error", False),
        ({"Compliance": {"Status": "Odd"}}, "error", False),
        ({"Compliance": {"Status": None}}, "error", False),
        ({"Compliance": {}}, "error", False),
        ({"Compliance": None}, "error", False),
        ({"Workflow": {"Status": "SUPPRESSED"}}, "fail", True),
        ({"Workflow": {"Status": "SUPPRESSED"}, "Compliance": {"Status": "PASSED"}}, "pass", True),
        ({"Workflow": {"Status": "RESOLVED"}}, "fail", False),
        ({"Workflow": {"Status": "NOTIFIED"}}, "fail", False),
        ({"Workflow": None, "WorkflowState": "DEFERRED"}, "fail", False),
        ({"RecordState": "ARCHIVED"}, "not_applicable", False),
        ({"RecordState": "ARCHIVED", "Compliance": {"Status": "PASSED"}}, "not_applicable", False),
        ({"RecordState": "ARCHIVED", "Compliance": None}, "not_applicable", False),
        ({"RecordState": None}, "fail", False),
    ],
)
def test_status_of_a_control(
    tmp_path: Path, changes: dict[str, Any], status: str, muted: bool
) -> None:
    assert status_of(tmp_path, asff(**changes)) == (status, muted)


@pytest.mark.parametrize(
    ("changes", "status", "muted"),
    [
        ({}, "event", False),
        ({"RecordState": "ARCHIVED"}, "manual", False),
        ({"Workflow": {"Status": "RESOLVED"}}, "pass", False),
        ({"Workflow": {"Status": "NOTIFIED"}}, "event", False),
        ({"Workflow": {"Status": "SUPPRESSED"}}, "event", True),
        ({"Workflow": {"Status": "SUPPRESSED"}, "RecordState": "ARCHIVED"}, "manual", True),
        ({"Workflow": None, "RecordState": None}, "event", False),
        (
            {"ProductFields": {"aws/guardduty/service/additionalInfo/sample": "true"}},
            "not_applicable",
            False,
        ),
    ],
)
def test_status_of_a_threat(
    tmp_path: Path, changes: dict[str, Any], status: str, muted: bool
) -> None:
    assert status_of(tmp_path, asff(base=THREAT, **changes)) == (status, muted)


@pytest.mark.parametrize(
    ("severity", "more", "word"),
    [
        ({"Label": "LOW", "Normalized": 90}, {}, "low"),
        ({"Label": "Informational"}, {}, "informational"),
        ({"Normalized": 0}, {}, "informational"),
        ({"Normalized": 1}, {}, "low"),
        ({"Normalized": 39}, {}, "low"),
        ({"Normalized": 40}, {}, "medium"),
        ({"Normalized": 69.9}, {}, "medium"),
        ({"Normalized": "70"}, {}, "high"),
        ({"Normalized": 89}, {}, "high"),
        ({"Normalized": 90}, {}, "critical"),
        ({"Normalized": -1}, {}, "unknown"),
        ({"Normalized": "much"}, {}, "unknown"),
        ({"Product": 8}, {}, "unknown"),
        ({"Label": "odd"}, {}, "unknown"),
        (None, {}, "unknown"),
        ("HIGH", {}, "high"),
        (None, {"FindingProviderFields": {"Severity": {"Label": "HIGH"}}}, "high"),
        ({"Normalized": 10}, {"ProductFields": {"aws/securityhub/SeverityLabel": "LOW"}}, "low"),
    ],
)
def test_severity(tmp_path: Path, severity: Any, more: dict[str, Any], word: str) -> None:
    made = without(asff(Severity=severity), "FindingProviderFields") | more
    assert row_of(tmp_path, made)["severity"] == word


@pytest.mark.parametrize(
    ("last", "updated", "moment"),
    [
        (None, "2026-08-14T05:10:58Z", (2026, 8, 14, 5, 10, 58)),
        ("2026-08-15T05:10:58Z", "2026-08-14T05:10:58Z", (2026, 8, 15, 5, 10, 58)),
        (None, "2026-08-14T05:10:58.4Z", (2026, 8, 14, 5, 10, 58, 400000)),
        (None, "2026-08-14T05:10:58.412345678Z", (2026, 8, 14, 5, 10, 58, 412345)),
        (None, "2026-08-14T05:10:58.000+05:30", (2026, 8, 13, 23, 40, 58)),
        (None, "2026-08-14T05:10:58.938789-05:00", (2026, 8, 14, 10, 10, 58, 938789)),
        ("", "", (2026, 3, 2, 8, 14, 51, 224000)),
        ("tomorrow", None, None),
    ],
)
def test_when_it_was_observed(
    tmp_path: Path, last: Any, updated: Any, moment: tuple[int, ...] | None
) -> None:
    row = row_of(tmp_path, asff(LastObservedAt=last, UpdatedAt=updated))
    assert row["observed_at"] == (datetime(*moment) if moment else None)  # type: ignore[arg-type]  # noqa: DTZ001
    assert row["local_time"] is None


@pytest.mark.parametrize(
    ("region", "resource", "product", "expected"),
    [
        ("eu-west-1", {"Region": "us-east-1"}, "us-west-2", "eu-west-1"),
        (None, {"Region": "us-east-1"}, "us-west-2", "us-east-1"),
        ("", {"Id": "arn:aws:ec2:ap-south-1:111122223333:x/y"}, "us-west-2", "ap-south-1"),
        (None, {"Id": "arn:aws:s3:::bucket"}, "us-west-2", "us-west-2"),
        (None, {"Id": "x"}, "", ""),
    ],
)
def test_the_region(
    tmp_path: Path, region: Any, resource: dict[str, str], product: str, expected: str
) -> None:
    arn = f"arn:aws:securityhub:{product}::product/aws/securityhub"
    row = row_of(tmp_path, asff(Region=region, Resources=[resource], ProductArn=arn))
    assert row["region"] == expected


@pytest.mark.parametrize(
    ("account", "resource", "expected"),
    [
        ("444455556666", "arn:aws:ec2:eu-central-1:111122223333:x/y", "444455556666"),
        (444455556666, "x", "444455556666"),
        (None, "arn:aws:ec2:eu-central-1:111122223333:x/y", "111122223333"),
        ("", "AWS::::Account:111122223333", "111122223333"),
        (None, "arn:aws:s3:::bucket", ""),
        (None, None, ""),
    ],
)
def test_the_account(tmp_path: Path, account: Any, resource: Any, expected: str) -> None:
    row = row_of(tmp_path, asff(AwsAccountId=account, Resources=[{"Id": resource}]))
    assert row["account"] == expected


def test_each_resource_is_a_row(tmp_path: Path) -> None:
    many = [
        {"Id": f"arn:aws:s3:::bucket-{place:04}", "Type": "AwsS3Bucket"} for place in range(5000)
    ]
    usual, careful = both_ways(tmp_path, wrapped(CONTROL, asff(Resources=many), THREAT))
    assert usual.rows == careful.rows
    assert usual.result.findings == 5002
    assert usual.result.elements == 3
    assert usual.rows[1]["resource"] == "arn:aws:s3:::bucket-0000"
    assert usual.rows[5000]["resource"] == "arn:aws:s3:::bucket-4999"
    assert {row["row"] for row in usual.rows[1:5001]} == {2}


@pytest.mark.parametrize("resources", [None, [], [None], ["", {}]])
def test_a_finding_without_a_resource_is_a_row(tmp_path: Path, resources: Any) -> None:
    rows = load_bytes(tmp_path, dumped(asff(Resources=resources))).rows
    assert {row["resource"] for row in rows} == {""}


@pytest.mark.parametrize(
    ("written", "tags"),
    [
        ({"a": "1", "b=c": "2", "d": None}, ["a=1", "b=c=2", "d="]),
        ([{"Key": "a", "Value": "1"}, {"Value": "2"}, 3], ["a=1"]),
        ("a=1", []),
        (None, []),
        ({}, []),
    ],
)
def test_tags(tmp_path: Path, written: Any, tags: list[str]) -> None:
    row = row_of(tmp_path, asff(Resources=[{"Id": "x", "Tags": written}]))
    assert row["tags"] == tags


@pytest.mark.parametrize(
    ("compliance", "frameworks"),
    [
        ({}, ""),
        ({"RelatedRequirements": []}, ""),
        ({"RelatedRequirements": ["A 1", "A 2", "A 1"]}, {"A": ["1", "1", "2"]}),
        (
            {"RelatedRequirements": ["PCI DSS v3/8.2.4", "NIST AC-2(1)"]},
            {"PCI DSS v3": ["8.2.4"], "NIST": ["AC-2(1)"]},
        ),
        (
            {"RelatedRequirements": ["alone", "A 1", "A B 2", "A 3"]},
            {"alone": [], "A": ["1", "3"], "A B": ["2"]},
        ),
        ({"RelatedRequirements": ["A", "A 1"]}, {"A": ["1"]}),
        ({"RelatedRequirements": ['"', "\\ 1", "", None]}, {'"': [], "\\": ["1"]}),
        ({"AssociatedStandards": [{"StandardsId": "s"}, {}, {"StandardsId": ""}]}, {"s": []}),
    ],
)
def test_frameworks(tmp_path: Path, compliance: dict[str, Any], frameworks: Any) -> None:
    row = row_of(tmp_path, asff(Compliance={"Status": "FAILED", **compliance}))
    assert (row["frameworks"] and json.loads(row["frameworks"])) == frameworks


# --- products --------------------------------------------------------------------------------


def test_what_other_products_send() -> None:
    rows = load_paths(fixture("products.jsonl")).rows
    assert [(row["scanner"], row["check_raw"], row["status"]) for row in rows] == [
        ("guardduty", "Recon:EC2/Portscan", "event"),
        ("guardduty", "Recon:EC2/Portscan", "event"),
        ("guardduty", "Policy:IAMUser/RootCredentialUsage", "manual"),
        ("guardduty", "Recon:EC2/Portscan", "not_applicable"),
        ("macie", "Policy:IAMUser/S3BucketPublic", "event"),
        ("inspector", "CVE-2024-3094", "event"),
        ("inspector", "NETWORK_REACHABILITY", "event"),
        ("config", "restricted-ssh", "fail"),
        ("firewallmanager", "arn:aws:fms:us-east-1:111122223333:policy/0f1e2d3c", "fail"),
        ("accessanalyzer", "ExternalAccess", "event"),
        ("accessanalyzer", "UnusedPermission", "fail"),
        ("health", "AWS_SECURITY_NOTIFICATION", "event"),
        ("systemsmanagerpatchmanager", "generator", "pass"),
        ("crowdstrikefalcon", "falcon", "event"),
        ("trivy", "CVE-2019-1549", "event"),
        ("cloudcustodian", "s3-open", "fail"),
        ("electriceye", "Lambda.1", "pass"),
        ("powerpipe", "iam_root_user_mfa_enabled", "fail"),
    ]
    assert {row["account"] for row in rows} == {"111122223333"}
    assert {row["region"] for row in rows} == {"us-east-1"}
    assert [row["muted"] for row in rows].count(True) == 1
    assert rows[-1]["observed_at"] == datetime(2026, 8, 2, 10)  # noqa: DTZ001
    assert rows[-1]["scanner_version"] == "1.2.3"


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        (
            "TTPs/Command and Control/Backdoor:EC2-C&CActivity.B!DNS",
            "Backdoor:EC2/C&CActivity.B!DNS",
        ),
        (
            "TTPs/Initial Access/UnauthorizedAccess:EC2-SSHBruteForce",
            "UnauthorizedAccess:EC2/SSHBruteForce",
        ),
        ("TTPs/Policy:IAMUser-RootCredentialUsage", "Policy:IAMUser/RootCredentialUsage"),
        (
            "Unusual Behaviors/User/UnauthorizedAccess:IAMUser-ConsoleLogin",
            "UnauthorizedAccess:IAMUser/ConsoleLogin",
        ),
        ("TTPs/PenTest:IAMUser/KaliLinux", "PenTest:IAMUser/KaliLinux"),
        (
            "TTPs/AttackSequence:IAM/CompromisedCredentials",
            "AttackSequence:IAM/CompromisedCredentials",
        ),
        ("TTPs/Discovery/IAMUser-AnomalousBehavior", "Discovery:IAMUser/AnomalousBehavior"),
        (
            "TTPs/Initial Access/IAMUser-AnomalousBehavior",
            "InitialAccess:IAMUser/AnomalousBehavior",
        ),
        ("TTPs/Discovery/RDS-TorIPCaller", "Discovery:RDS/TorIPCaller"),
        ("TTPs/Impact:S3-AnomalousBehavior.Delete", "Impact:S3/AnomalousBehavior.Delete"),
        (
            "TTPs/AnomalousBehavior/PrivilegeEscalation:Kubernetes-RoleBindingCreated",
            "PrivilegeEscalation:Kubernetes/AnomalousBehavior.RoleBindingCreated",
        ),
        ("TTPs/DefenseEvasion/EC2:Unusual-DNS-Resolver", "DefenseEvasion:EC2/UnusualDNSResolver"),
        ("Execution:EC2/MaliciousFile!Snapshot", "Execution:EC2/MaliciousFile!Snapshot"),
        ("Odd", "Odd"),
        (None, "made-it"),
    ],
)
def test_the_type_of_a_threat_is_guarddutys_own(tmp_path: Path, written: Any, kind: str) -> None:
    made = of_product("aws/guardduty", Types=written and [written, "TTPs/Another:EC2-One"])
    assert row_of(tmp_path, made)["check_raw"] == kind


@pytest.mark.parametrize(
    ("more", "scanner"),
    [
        ({}, "default"),
        ({"ProductName": "Default"}, "default"),
        ({"ProductName": "My Own-Tool 2"}, "myowntool2"),
        ({"ProductFields": {"aws/securityhub/ProductName": "Default"}}, "default"),
        ({"ProductFields": {"aws/securityhub/ProductName": "Other"}}, "other"),
        (
            {"ProductFields": {"ProviderName": "CloudCustodian"}, "ProductName": "x"},
            "cloudcustodian",
        ),
        ({"ProductFields": {"ProviderName": "Steampipe"}}, "powerpipe"),
        ({"ProductName": "日本"}, "default"),
        ({"ProductFields": "{'ProductName': 'ElectricEye', 'Provider': 'AWS'}"}, "electriceye"),
    ],
)
def test_the_scanner_of_findings_that_were_sent_as_ones_own(
    tmp_path: Path, more: dict[str, Any], scanner: str
) -> None:
    assert row_of(tmp_path, of_product("default", **more))["scanner"] == scanner


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"Compliance": {"Status": "PASSED"}, "RecordState": "ARCHIVED"}, "pass"),
        ({"Compliance": {"Status": "PASSSED"}, "RecordState": "ARCHIVED"}, "pass"),
        ({"Compliance": {"Status": "FAILED"}, "RecordState": "ACTIVE"}, "fail"),
        ({"Compliance": {"Status": "FAILED"}, "RecordState": "ARCHIVED"}, "not_applicable"),
        ({}, "error"),
    ],
)
def test_electriceye_archives_what_passes(
    tmp_path: Path, changes: dict[str, Any], status: str
) -> None:
    made = of_product("default", ProductFields={"ProductName": "ElectricEye"}, **changes)
    assert row_of(tmp_path, made)["status"] == status


def test_electriceyes_other_clouds_are_counted(tmp_path: Path) -> None:
    made = of_product("default", ProductFields={"ProductName": "ElectricEye", "Provider": "GCP"})
    loaded = load_bytes(tmp_path, dumped(CONTROL, made))
    assert loaded.result.skipped == {"another provider: gcp": 1}


@pytest.mark.parametrize(
    ("title", "generator", "check"),
    [
        ("[CloudTrail.1] Trails should be multi-Region", "arn:x", "CloudTrail.1"),
        (
            "no brackets",
            "arn:aws:x/y/cloudtrail-multi-region-check",
            "cloudtrail-multi-region-check",
        ),
    ],
)
def test_where_the_check_of_electriceye_is(
    tmp_path: Path, title: str, generator: str, check: str
) -> None:
    fields = {"ProductName": "ElectricEye"}
    made = of_product("default", Title=title, GeneratorId=generator, ProductFields=fields)
    assert row_of(tmp_path, made)["check_raw"] == check


def test_powerpipes_findings_of_one_control_are_told_apart_by_resource(tmp_path: Path) -> None:
    several = [
        of_product(
            "default",
            Id="aws_compliance.control.s3_bucket_logging",
            GeneratorId="powerpipe-s3_bucket_logging",
            Region=None,
            ProductFields={"ProviderName": "Powerpipe"},
            Compliance={"Status": status},
            Resources=[{"Type": "Other", "Id": f"arn:aws:s3:::bucket-{status}"}],
        )
        for status in ("FAILED", "NOT_AVAILABLE", "PASSED", "WARNING")
    ]
    rows = load_bytes(tmp_path, dumped(*several)).rows
    assert {row["check_raw"] for row in rows} == {"s3_bucket_logging"}
    assert {row["region"] for row in rows} == {"eu-central-1"}
    assert [row["status"] for row in rows] == ["fail", "error", "pass", "error"]


@pytest.mark.parametrize(
    ("product", "more", "check"),
    [
        ("aws/inspector", {"Title": "CVE-2022-3643 - kernel"}, "CVE-2022-3643"),
        ("aws/inspector", {"Vulnerabilities": [{"Id": "GHSA-x"}, {"Id": "y"}]}, "GHSA-x"),
        ("aws/inspector", {"Types": ["a/Code Vulnerability"]}, "CODE_VULNERABILITY"),
        (
            "aws/config",
            {"Title": "restricted-ssh", "Compliance": {"Status": "FAILED"}},
            "restricted-ssh",
        ),
        (
            "aws/config",
            {"ProductFields": {"aws/config/ConfigRuleName": "securityhub-a-b-0a1b2c3d"}},
            "a-b",
        ),
        (
            "aws/access-analyzer",
            {"Types": ["a/b/Unused IAM User Password"]},
            "UnusedIAMUserPassword",
        ),
        (
            "aquasecurity/aquasecurity",
            {
                "ProductFields": {"Product Name": "Trivy"},
                "GeneratorId": "Trivy",
                "Id": "x/CVE-2021-1",
            },
            "CVE-2021-1",
        ),
        (
            "aquasecurity/aquasecurity",
            {"ProductFields": {"Product Name": "Trivy"}, "GeneratorId": "Trivy/AVD-AWS-0107"},
            "AVD-AWS-0107",
        ),
        ("some/thing", {"GeneratorId": "as/written"}, "as/written"),
    ],
)
def test_the_check_of_other_products(
    tmp_path: Path, product: str, more: dict[str, Any], check: str
) -> None:
    assert row_of(tmp_path, of_product(product, **more))["check_raw"] == check


def test_findings_of_saf_are_those_of_its_controls_and_summaries_are_none(tmp_path: Path) -> None:
    made = of_product(
        "default",
        GeneratorId="arn:aws:securityhub:us-east-2:111122223333:ruleset/set/stig/rule/V-71859",
        FindingProviderFields={"Types": ["MITRE/SAF/2.6.29-hdf2asff", "x"]},
        Compliance={"Status": "FAILED"},
        Resources=[{"Id": "AWS::::Account:111122223333"}, {"Id": "V-71859 Validation Code"}],
    )
    summary = without(made, "Compliance") | {"GeneratorId": "x/set/stig"}
    for order in ((made, summary), (summary, made)):
        loaded = load_bytes(tmp_path, dumped(*order))
        assert (loaded.row["scanner"], loaded.row["check_raw"]) == ("hdf", "V-71859")
        assert loaded.result.skipped == {"a summary of a result set, not a finding": 1}
    with pytest.raises(InputError, match="a summary of a result set"):
        load_bytes(tmp_path, dumped(summary))


def test_verdicts_of_ours_that_came_back_from_the_hub_are_no_findings(tmp_path: Path) -> None:
    found = of_product("some/thing", GeneratorId="as/written")
    ours = of_product("default", GeneratorId="gapfolio/NET-01", Compliance={"Status": "FAILED"})
    for order in ((found, ours), (ours, found)):
        loaded = load_bytes(tmp_path, dumped(*order))
        assert loaded.row["check_raw"] == "as/written"
        assert loaded.result.skipped == {"an output of Gapfolio itself": 1}
    with pytest.raises(InputError, match="an output of Gapfolio itself"):
        load_bytes(tmp_path, dumped(ours))


# --- bent findings ---------------------------------------------------------------------------


def test_bent_findings_are_read_as_far_as_they_go() -> None:
    loaded = load_paths(fixture("bent.json"))
    assert loaded.result.problem == ""
    told = [
        (row["scanner"], row["check_raw"], row["status"], row["severity"]) for row in loaded.rows
    ]
    assert told == [
        ("sometool", "text", "fail", "low"),
        ("securityhub", "IAM.6", "pass", "high"),
        ("securityhub", "EC2.2", "error", "high"),
        ("securityhub", "EC2.3", "fail", "unknown"),
        ("securityhub", "EC2.3", "fail", "unknown"),
        ("securityhub", "EC2.3", "fail", "unknown"),
        ("guardduty", "generator", "event", "unknown"),
        ("securityhub", "EC2.4", "error", "unknown"),
        ("electriceye", "Lambda.1", "pass", "low"),
    ]
    assert loaded.rows[0]["muted"]
    assert loaded.rows[2]["resource"] == "arn:aws:ec2:us-east-1:111122223333:security-group/sg-1"
    assert loaded.rows[-1]["resource"] == "arn:aws:lambda:us-east-1:111122223333:function:demo"


@pytest.mark.parametrize("value", ["x", "", 5, True, [], ["x"], {}, {"x": []}, [[[]]], [{}], None])
def test_any_value_in_any_field_costs_that_field_only(tmp_path: Path, value: Any) -> None:
    keys = [key for key in Asff.columns if key != "AwsAccountId"]  # another account, another test
    odd = [asff(**{key: value}) for key in keys]
    usual, careful = both_ways(tmp_path, wrapped(CONTROL, *odd, THREAT))
    assert usual.rows == careful.rows
    required = {"SchemaVersion", "GeneratorId"} if value is None else set()
    lost = sum(key in {"ProductArn"} | required for key in keys)
    assert len({row["row"] for row in usual.rows}) == len(odd) + 2 - lost
    assert not usual.result.problem


def test_deep_nesting_costs_one_finding(tmp_path: Path) -> None:
    deep = b'{"SchemaVersion": ' + b'{"a":' * 10_000 + b"1" + b"}" * 10_001
    content = wrapped(CONTROL, {"here": 1}, THREAT).replace(b'{"here": 1}', deep)
    loaded = load_bytes(tmp_path, content)
    assert [row["row"] for row in loaded.rows] == [1, 3]
    assert loaded.result.skipped == {"nested deeper than 200 levels": 1}


@pytest.mark.parametrize(
    "element",
    [
        without(CONTROL, "ProductArn"),
        without(CONTROL, "GeneratorId"),
        without(CONTROL, "SchemaVersion"),
        asff(ProductArn=["arn:aws:securityhub:x::product/aws/securityhub"]),
        asff(ProductArn={"arn:": ":product/"}),
        asff(ProductArn="x"),
        asff(GeneratorId=None),
    ],
)
def test_what_lacks_a_key_is_no_finding_wherever_it_stands(
    tmp_path: Path, element: dict[str, Any]
) -> None:
    assert not Asff().claims(element)
    for order in ((CONTROL, element), (element, CONTROL)):
        loaded = load_bytes(tmp_path, wrapped(*order))
        assert len(loaded.rows) == 1
        assert loaded.result.skipped == {"not a finding in a format that is read": 1}


# --- real files ------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.name)
def test_samples_read_the_same_in_both_ways(tmp_path: Path, path: Path) -> None:
    try:
        usual, careful = both_ways(tmp_path, path.read_bytes())
    except InputError:
        return
    assert usual.rows == careful.rows
    assert usual.result.skipped == careful.result.skipped
    for row in usual.rows:
        assert row["check_raw"] or row["source"] != "asff"


@pytest.mark.parametrize(
    ("name", "scanner", "checks"),
    [
        (
            "securityhub/DefectDojo/awssecurityhub__guardduty.json",
            "guardduty",
            [
                "DefenseEvasion:EC2/UnusualDNSResolver",
                "Recon:EC2/Portscan",
                "UnauthorizedAccess:EC2/SSHBruteForce",
                "Discovery:IAMUser/AnomalousBehavior",
            ],
        ),
        (
            "securityhub/DefectDojo/awssecurityhub__missing_account_id.json",
            "inspector",
            ["CVE-2024-1234"],
        ),
        (
            "eventbridge/cloud-custodian/tests__data__cwe__event-securityhub-lambda-cross.json",
            "cloudcustodian",
            ["lambda-finding"],
        ),
        ("electriceye/jonrau1/electriceye_outputs_block1.json", "electriceye", ["Lambda.1"]),
        ("electriceye/jonrau1/electriceye_outputs_block2.json", "electriceye", ["Lambda.1"]),
    ],
)
def test_what_samples_say(name: str, scanner: str, checks: list[str]) -> None:
    rows = load_paths(sample(name)).rows
    assert {row["scanner"] for row in rows} == {scanner}
    assert [row["check_raw"] for row in rows] == checks


ELEMENTS = [
    element
    for path in [*SAMPLES, *fixture("").iterdir()]
    for _, data in Elements(io.BytesIO(path.read_bytes()))
    if (element := decode(data)) is not None and Asff().claims(element)
]
VALUE = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**40), 2**40) | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Name every place in a value."""
    inside = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    return [path, *(place for key, held in inside for place in paths_of(held, (*path, key)))]


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_mutated_findings_are_read_the_same_in_both_ways(
    tmp_path: Path, data: st.DataObject
) -> None:
    element = json.loads(json.dumps(data.draw(st.sampled_from(ELEMENTS))))
    for _ in range(data.draw(st.integers(1, 4))):
        path = data.draw(st.sampled_from(paths_of(element)[1:] or [("x",)]))
        holder = element
        for key in path[:-1]:
            holder = holder[key]
        if data.draw(st.booleans()):
            holder[path[-1]] = data.draw(VALUE)
        elif isinstance(holder, dict):
            holder.pop(path[-1], None)
    content = json.dumps({"Findings": [CONTROL, element, THREAT]}).encode()
    usual, careful = both_ways(tmp_path, content)
    assert usual.rows == careful.rows
    assert usual.result == careful.result
    assert {row["row"] for row in usual.rows} >= {1, 3}


def test_findings_are_dated_by_their_export() -> None:
    assert Asff.snapshot
