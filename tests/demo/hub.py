"""Security Hub findings of the demo, made up from what Prowler said of the same resources.

Security Hub is not in moto: its controls do not run there. So each finding here repeats the verdict
of a Prowler check on the same resource, but for the few that the demo is to disagree on. They go
through moto, and come back through `gapfolio pull securityhub:` like real ones.
"""

from __future__ import annotations

import csv
import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from account import Account

from gapfolio import resources

CONTROLS = {
    "IAM.3": ("iam_rotate_access_key_90_days", "AwsIamUser"),
    "IAM.5": ("iam_user_mfa_enabled_console_access", "AwsIamUser"),
    "EC2.2": ("ec2_securitygroup_default_restrict_traffic", "AwsEc2SecurityGroup"),
    "EC2.6": ("vpc_flow_logs_enabled", "AwsEc2Vpc"),
    "EC2.7": ("ec2_ebs_default_encryption", "AwsAccount"),
    "EC2.8": ("ec2_instance_imdsv2_enabled", "AwsEc2Instance"),
    "EC2.13": (
        "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22",
        "AwsEc2SecurityGroup",
    ),
    "EC2.14": (
        "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_3389",
        "AwsEc2SecurityGroup",
    ),
    "S3.5": ("s3_bucket_secure_transport_policy", "AwsS3Bucket"),
    "S3.8": ("s3_bucket_level_public_access_block", "AwsS3Bucket"),
    "CloudTrail.2": ("cloudtrail_kms_encryption_enabled", "AwsCloudTrailTrail"),
    "CloudTrail.4": ("cloudtrail_log_file_validation_enabled", "AwsCloudTrailTrail"),
    "ELB.6": ("elbv2_deletion_protection", "AwsElbv2LoadBalancer"),
    "KMS.4": ("kms_cmk_rotation_enabled", "AwsKmsKey"),
    "RDS.3": ("rds_instance_storage_encrypted", "AwsRdsDbInstance"),
}
"""By control: the Prowler check whose verdict it repeats, and the type of its resources."""
OTHERWISE = {("S3.8", "example-prod-uploads"): "PASSED"}
"""Where Security Hub says something else than Prowler."""
SUPPRESSED = {("EC2.8", "shop-2")}
"""What somebody suppressed in Security Hub, by control and name of the resource."""
_VERDICTS = {"PASS": "PASSED", "FAIL": "FAILED"}


def fill(account: Account, scan: Path) -> None:
    """Put findings of now into the account's Security Hub, after Prowler's packed ones."""
    found = _findings(account, json.loads(gzip.decompress(scan.read_bytes())))
    if account.name == "production":
        found.append(_threat(found))
    for region in sorted({finding["Region"] for finding in found}):
        batch = [finding for finding in found if finding["Region"] == region]
        answer = account.client("securityhub", region).batch_import_findings(Findings=batch)
        if answer["FailedCount"]:
            raise RuntimeError(answer["FailedFindings"])


def _findings(account: Account, scan: list[dict[str, Any]]) -> list[dict[str, Any]]:
    table = resources.folder("mappings.checks") / "securityhub.csv"
    known = {row["id"]: row for row in csv.DictReader(table.read_text("utf-8").splitlines())}
    found: dict[str, dict[str, Any]] = {}
    for control in CONTROLS:
        for item in scan:
            about_root = "<root_account>" in item["finding_info"]["uid"]
            same = item["metadata"]["event_code"] == CONTROLS[control][0]
            if same and item["status_code"] in _VERDICTS and not about_root:
                made = _finding(account.id, known[control], item)
                if made["Id"] not in found or made["Compliance"]["Status"] == "FAILED":
                    found[made["Id"]] = made
    return list(found.values())


def _finding(account: str, control: dict[str, str], item: dict[str, Any]) -> dict[str, Any]:
    name, region = _name(item), item["cloud"]["region"]
    kind = CONTROLS[control["id"]][1]
    verdict = OTHERWISE.get((control["id"], name), _VERDICTS[item["status_code"]])
    workflow = "RESOLVED" if verdict == "PASSED" else "NEW"
    if (control["id"], name) in SUPPRESSED:
        workflow = "SUPPRESSED"
    uid = item["resources"][0]["uid"]
    unique = uuid5(NAMESPACE_URL, f"{control['id']} {region} {uid}")
    place = f"arn:aws:securityhub:{region}:{account}:security-control/{control['id']}"
    now = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"{place}/finding/{unique}",
        "ProductArn": f"arn:aws:securityhub:{region}::product/aws/securityhub",
        "ProductName": "Security Hub",
        "CompanyName": "AWS",
        "Region": region,
        "GeneratorId": f"security-control/{control['id']}",
        "AwsAccountId": account,
        "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
        "CreatedAt": now,
        "UpdatedAt": now,
        "Severity": {
            "Label": control["severity"].upper() if verdict == "FAILED" else "INFORMATIONAL"
        },
        "Title": control["title"],
        "Description": f"Control {control['id']} of Security Hub.",
        "Resources": [
            {
                "Type": kind,
                "Id": f"AWS::::Account:{account}" if kind == "AwsAccount" else uid,
                "Partition": "aws",
                "Region": region,
            }
        ],
        "Compliance": {
            "Status": verdict,
            "SecurityControlId": control["id"],
            "AssociatedStandards": [
                {"StandardsId": "standards/aws-foundational-security-best-practices/v/1.0.0"}
            ],
        },
        "Workflow": {"Status": workflow},
        "RecordState": "ACTIVE",
    }


def _name(item: dict[str, Any]) -> str:
    """Give a resource's Name tag, or else its name."""
    resource = item["resources"][0]
    tags = dict(label.split(":", 1) for label in resource["labels"] if ":" in label)
    return str(tags.get("Name", resource["name"]))


def _threat(found: list[dict[str, Any]]) -> dict[str, Any]:
    """Give a finding of GuardDuty's on the first instance, which is the bastion."""
    host = next(item for item in found if item["Resources"][0]["Type"] == "AwsEc2Instance")
    detector = f"arn:aws:guardduty:{host['Region']}:{host['AwsAccountId']}:detector/1"
    kept = {key: value for key, value in host.items() if key != "Compliance"}
    return kept | {
        "Id": f"{detector}/finding/1",
        "ProductArn": f"arn:aws:securityhub:{host['Region']}::product/aws/guardduty",
        "ProductName": "GuardDuty",
        "CompanyName": "Amazon",
        "GeneratorId": detector,
        "Types": ["TTPs/Discovery/Recon:EC2-PortProbeUnprotectedPort"],
        "Severity": {"Label": "LOW", "Normalized": 20},
        "Title": "An unprotected port of an EC2 instance is being probed",
        "Description": "Known malicious hosts probe an unprotected port of the instance.",
        "Workflow": {"Status": "NEW"},
    }
