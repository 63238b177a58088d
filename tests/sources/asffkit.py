"""Findings in the AWS Security Finding Format, to be bent by the tests."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sourcekit import DATA

FIXTURES = DATA.parent / "securityhub"

CONTROL: dict[str, Any] = {
    "SchemaVersion": "2018-10-08",
    "Id": "arn:aws:securityhub:eu-central-1:111122223333:security-control/IAM.9/finding/1",
    "ProductArn": "arn:aws:securityhub:eu-central-1::product/aws/securityhub",
    "ProductName": "Security Hub",
    "Region": "eu-central-1",
    "GeneratorId": "security-control/IAM.9",
    "AwsAccountId": "111122223333",
    "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
    "CreatedAt": "2026-03-02T08:14:51.224Z",
    "UpdatedAt": "2026-08-14T05:10:58.412Z",
    "Severity": {"Label": "CRITICAL", "Normalized": 90},
    "Title": "MFA should be enabled for the root user",
    "Description": "This control checks whether MFA is enabled for the root user.",
    "ProductFields": {"aws/securityhub/ProductName": "Security Hub"},
    "Resources": [
        {
            "Type": "AwsAccount",
            "Id": "AWS::::Account:111122223333",
            "Partition": "aws",
            "Region": "eu-central-1",
            "Tags": {"team": "ops"},
        }
    ],
    "Compliance": {
        "Status": "FAILED",
        "SecurityControlId": "IAM.9",
        "RelatedRequirements": ["NIST.800-53.r5 IA-2(1)"],
        "AssociatedStandards": [{"StandardsId": "standards/nist-800-53/v/5.0.0"}],
        "StatusReasons": [{"ReasonCode": "X", "Description": "Because."}],
    },
    "WorkflowState": "NEW",
    "Workflow": {"Status": "NEW"},
    "RecordState": "ACTIVE",
    "FindingProviderFields": {"Severity": {"Label": "CRITICAL"}, "Types": ["x"]},
}
"""A control finding as Security Hub writes it, cut down to what is read."""

THREAT: dict[str, Any] = {
    key: value for key, value in CONTROL.items() if key not in ("Compliance", "ProductFields")
} | {
    "Id": "arn:aws:guardduty:eu-central-1:111122223333:detector/1/finding/1",
    "ProductArn": "arn:aws:securityhub:eu-central-1::product/aws/guardduty",
    "ProductName": "GuardDuty",
    "GeneratorId": "arn:aws:guardduty:eu-central-1:111122223333:detector/1",
    "Types": ["TTPs/Discovery/Recon:EC2-Portscan"],
}
"""A finding of GuardDuty."""


def asff(
    change: Callable[[dict[str, Any]], object] = lambda _: None,
    /,
    base: Mapping[str, Any] = CONTROL,
    **top: Any,
) -> dict[str, Any]:
    """Make a finding; `change` edits it in place, keywords replace top-level keys."""
    made: dict[str, Any] = copy.deepcopy(dict(base))
    change(made)
    made.update(top)
    return made


def of_product(product: str, **top: Any) -> dict[str, Any]:
    """Make a threat of any product: `aws/macie`, or `default` for what is sent to one's own."""
    own = product == "default"
    tail = "111122223333:product/111122223333/default" if own else f":product/{product}"
    return asff(
        base={key: value for key, value in THREAT.items() if key != "ProductName"},
        **{"ProductArn": f"arn:aws:securityhub:eu-central-1:{tail}", "GeneratorId": "made-it"}
        | top,
    )


def without(finding: Mapping[str, Any], *keys: str) -> dict[str, Any]:
    """Leave out top-level keys."""
    return {key: value for key, value in finding.items() if key not in keys}


def wrapped(*findings: Mapping[str, Any], indent: int | None = None) -> bytes:
    """Write findings as `aws securityhub get-findings` does."""
    return json.dumps({"Findings": findings, "NextToken": "abc]}"}, indent=indent).encode()


def event(*findings: Mapping[str, Any]) -> bytes:
    """Write findings as EventBridge does."""
    made = {
        "version": "0",
        "detail-type": "Security Hub Findings - Imported",
        "resources": ["arn:aws:securityhub:eu-central-1::product/aws/securityhub/1"],
        "detail": {"findings": findings},
    }
    return json.dumps(made).encode()


def fixture(name: str) -> Path:
    """Give a file of the repository."""
    return FIXTURES / name
