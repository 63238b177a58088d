"""The shapes in which findings are written, as templates to fill.

A template is made of the very text that `json` or `csv` would write, cut at its slots: filling one
in costs a few microseconds, whatever the length of a check's texts.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from checks import Check, Json, Knowledge, demo_findings
from inventory import Account, Resource, kind, mixed, number_of

_SEVERITY = {"Informational": 1, "Low": 2, "Medium": 3, "High": 4, "Critical": 5}
_SLOT = re.compile(r'"<<\*(\w+)>>"|<<(\w+)>>')

Values: TypeAlias = Mapping[str, str]
Template: TypeAlias = tuple[list[str], list[tuple[int, str]]]
"""The text cut at its slots, and which piece is which slot."""


@dataclass(frozen=True)
class Verdict:
    """What a check said about one resource."""

    check: Check
    status: str
    muted: bool
    place: Account
    resource: Resource


class Form(Protocol):
    """One way of writing findings; `head`, `between` and `tail` go around them."""

    head: str
    between: str
    tail: str

    def template(self, check: Check, status: str) -> Template:
        """A finding of a check with a status."""

    def values(self, verdict: Verdict) -> Values:
        """What fills the slots of one verdict, beside those of its account and resource."""


class Samples:
    """What the demo scan shows of messages and of resources' configuration."""

    def __init__(self) -> None:
        self._messages: dict[tuple[str, str], str] = {}
        self._data: dict[tuple[str, str], Json] = {}
        self.manual: set[str] = set()
        for found in demo_findings():
            resource = found["resources"][0]
            slots = _slots_of(resource, found["cloud"]["account"]["uid"])
            check, status = found["metadata"]["event_code"], found["status_code"]
            self._messages.setdefault((check, status), slots(found["status_detail"]))
            if status == "MANUAL":
                self.manual.add(check)
            if data := resource["data"]["metadata"]:
                sort = resource["group"]["name"], resource["type"]
                self._data.setdefault(sort, json.loads(slots(json.dumps(data))))

    def message(self, check: Check, status: str) -> str:
        """The sentence on a resource, with slots."""
        said = {"PASS": "meets", "FAIL": "does not meet"}.get(status, "could not be checked for")
        return self._messages.get(
            (check.id, status),
            f"{check.service.upper()} resource <<name>> {said}: {check.title}.",
        )

    def data(self, check: Check) -> Json:
        """The configuration of a resource, with slots; an account or a Region has none."""
        invented = _INVENTED if kind(check).scope == "resource" else {}
        return self._data.get((check.service, check.resource_type), invented)


_INVENTED: Json = {
    "arn": "<<arn>>",
    "id": "<<name>>",
    "name": "<<name>>",
    "region": "<<region>>",
    "account": "<<account>>",
    "status": "ACTIVE",
    "created_at": "2025-11-03T09:41:07+00:00",
    "public": False,
    "encryption": {"enabled": True, "type": "KMS", "kms_key_arn": None},
    "logging": {"enabled": False, "destination": None, "level": "ERROR"},
    "vpc": {"vpc_id": "vpc-0a1b2c3d4e5f60718", "subnets": ["subnet-0a1b2c3d", "subnet-1b2c3d4e"]},
    "security_groups": ["sg-0f1e2d3c4b5a69788"],
    "policy": {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::<<account>>:root"},
                "Action": ["*"],
                "Resource": "<<arn>>",
            }
        ],
    },
    "tags": [],
}


def _slots_of(resource: Json, uid: str) -> Callable[[str], str]:
    """Replace what belongs to this resource by slots, the longest first."""
    parts = {resource["uid"]: "arn", resource["name"]: "name", resource["region"]: "region"}
    parts[uid] = "account"
    order = sorted(filter(None, parts), key=len, reverse=True)
    # a name like `t` must not be found inside of words
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(part)}(?!\w)" for part in order))
    return lambda text: pattern.sub(lambda match: f"<<{parts[match[0]]}>>", text)


def cut(text: str) -> Template:
    """Cut a text at its slots: `<<name>>`, or `"<<*name>>"` with its quotes."""
    pieces: list[str] = []
    slots: list[tuple[int, str]] = []
    end = 0
    for match in _SLOT.finditer(text):
        pieces.append(text[end : match.start()])
        slots.append((len(pieces), match[1] or match[2]))
        pieces.append("")
        end = match.end()
    return [*pieces, text[end:]], slots


def filled(template: Template, values: Values) -> str:
    """Put values into a template."""
    pieces = template[0].copy()
    for place, name in template[1]:
        pieces[place] = values[name]
    return "".join(pieces)


class Ocsf:
    """The shape of `prowler -M json-ocsf`: objects with indent 4, glued by commas."""

    head, between, tail = "[", ",", "]"

    def __init__(self, knowledge: Knowledge, samples: Samples) -> None:
        self._version = knowledge.version
        self._samples = samples

    def template(self, check: Check, status: str) -> Template:
        """A finding of a check with a status, as Prowler 5.46 orders its fields."""
        message = self._samples.message(check, status)
        finding = {
            "message": message,
            "metadata": self._metadata(check),
            "severity_id": _SEVERITY[check.severity],
            "severity": check.severity,
            "status": "<<state>>",
            "status_code": status,
            "status_detail": message,
            "status_id": "<<*state_id>>",
            "unmapped": _unmapped(check),
            "activity_name": "Create",
            "activity_id": 1,
            "finding_info": _finding_info(check),
            "resources": [_resource(check, self._samples.data(check))],
            "category_name": "Findings",
            "category_uid": 2,
            "class_name": "Detection Finding",
            "class_uid": 2004,
            "cloud": _CLOUD,
            "remediation": {"desc": check.recommendation, "references": [check.url]},
            "risk_details": check.risk,
            "time": "<<*time>>",
            "time_dt": "<<time_dt>>",
            "type_uid": 200401,
            "type_name": "Detection Finding: Create",
        }
        return cut(json.dumps(finding, indent=4, ensure_ascii=False))

    def _metadata(self, check: Check) -> Json:
        return {
            "event_code": check.id,
            "product": {
                "name": "Prowler",
                "uid": "prowler",
                "vendor_name": "Prowler",
                "version": self._version,
            },
            "profiles": ["cloud", "datetime"],
            "tenant_uid": "<<organisation>>",
            "version": "1.5.0",
        }

    def values(self, verdict: Verdict) -> Values:
        """What fills the slots."""
        return {
            "labels": _labels(verdict.resource.tags),
            "state": "Suppressed" if verdict.muted else "New",
            "state_id": "3" if verdict.muted else "1",
        }


def _unmapped(check: Check) -> Json:
    return {
        "related_url": check.related_url,
        "categories": check.categories,
        "depends_on": check.depends_on,
        "related_to": check.related_to,
        "additional_urls": check.urls,
        "notes": check.notes,
        "compliance": check.compliance,
        "scan_id": "<<scan>>",
        "provider_uid": "<<account>>",
        "provider": "aws",
    }


def _finding_info(check: Check) -> Json:
    return {
        "analytic": {
            "category": check.service,
            "name": check.title,
            "type": "Rule",
            "type_id": 1,
            "uid": check.id,
        },
        **({"attacks": check.attacks} if check.attacks else {}),
        "created_time": "<<*time>>",
        "created_time_dt": "<<time_dt>>",
        "desc": check.description,
        "title": check.title,
        "types": check.types,
        "uid": _UID.format(check.id),
    }


def _resource(check: Check, data: Json) -> Json:
    return {
        "cloud_partition": "aws",
        "region": "<<region>>",
        "data": {"details": "", "metadata": data},
        "group": {"name": check.service},
        "labels": "<<*labels>>",
        "name": "<<name>>",
        "type": check.resource_type,
        "uid": "<<arn>>",
    }


def _labels(tags: Sequence[tuple[str, str]]) -> str:
    if not tags:
        return "[]"
    lines = ",\n".join(f'                "{key}:{value}"' for key, value in tags)
    return f"[\n{lines}\n            ]"


_UID = "prowler-aws-{}-<<account>>-<<region>>-<<name>>"
_CLOUD: Json = {
    "account": {
        "name": "<<account_name>>",
        "type": "AWS Account",
        "type_id": 10,
        "uid": "<<account>>",
        "labels": [],
    },
    "org": {
        "name": "<<organisation>>",
        "ou_uid": "ou-4x2k-<<unit>>",
        "ou_name": "<<unit>>",
        "uid": "<<organisation>>",
    },
    "provider": "aws",
    "region": "<<region>>",
}


class Csv:
    """The shape of `prowler -M csv`: semicolons, a header, cells of many lines."""

    between, tail = "", ""

    def __init__(self, knowledge: Knowledge, samples: Samples) -> None:
        self._version = knowledge.version
        self._samples = samples
        self.head = _csv_line(list(self._row(knowledge.checks[0], "")))

    def template(self, check: Check, status: str) -> Template:
        """A row of a check with a status."""
        return cut(_csv_line(list(self._row(check, status).values())))

    def values(self, verdict: Verdict) -> Values:
        """What fills the slots."""
        return {
            "tags": " | ".join(f"{key}={value}" for key, value in verdict.resource.tags),
            "muted": str(verdict.muted),
        }

    def _row(self, check: Check, status: str) -> dict[str, str]:
        code = {
            name: check.code.get(name, "") for name in ("NativeIaC", "Terraform", "CLI", "Other")
        }
        return {
            "AUTH_METHOD": "profile: audit",
            "TIMESTAMP": "<<csv_time>>",
            "ACCOUNT_UID": "<<account>>",
            "ACCOUNT_NAME": "<<account_name>>",
            "ACCOUNT_EMAIL": "aws+<<account_name>>@example.com",
            "ACCOUNT_ORGANIZATION_UID": "<<organisation>>",
            "ACCOUNT_ORGANIZATION_NAME": "<<organisation>>",
            "ACCOUNT_TAGS": "",
            "FINDING_UID": _UID.format(check.id),
            "PROVIDER": "aws",
            "CHECK_ID": check.id,
            "CHECK_TITLE": check.title,
            "CHECK_TYPE": " | ".join(check.types),
            "STATUS": status,
            "STATUS_EXTENDED": self._samples.message(check, status),
            "MUTED": "<<muted>>",
            "SERVICE_NAME": check.service,
            "SUBSERVICE_NAME": "",
            "SEVERITY": check.severity.lower(),
            "RESOURCE_TYPE": check.resource_type,
            "RESOURCE_UID": "<<arn>>",
            "RESOURCE_NAME": "<<name>>",
            "RESOURCE_DETAILS": "",
            "RESOURCE_TAGS": "<<tags>>",
            "PARTITION": "aws",
            "REGION": "<<region>>",
            "DESCRIPTION": check.description,
            "RISK": check.risk,
            "RELATED_URL": check.related_url,
            "REMEDIATION_RECOMMENDATION_TEXT": check.recommendation,
            "REMEDIATION_RECOMMENDATION_URL": check.url,
            "REMEDIATION_CODE_NATIVEIAC": code["NativeIaC"],
            "REMEDIATION_CODE_TERRAFORM": code["Terraform"],
            "REMEDIATION_CODE_CLI": code["CLI"],
            "REMEDIATION_CODE_OTHER": code["Other"],
            "COMPLIANCE": " | ".join(f"{k}: {', '.join(v)}" for k, v in check.compliance.items()),
            "CATEGORIES": " | ".join(check.categories),
            "DEPENDS_ON": " | ".join(check.depends_on),
            "RELATED_TO": " | ".join(check.related_to),
            "NOTES": check.notes,
            "PROWLER_VERSION": self._version,
            "ADDITIONAL_URLS": " | ".join(check.urls),
            "ACCOUNT_OU_UID": "ou-4x2k-<<unit>>",
            "ACCOUNT_OU_NAME": "<<unit>>",
        }


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";").writerow(
        f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) else cell for cell in cells
    )
    return line.getvalue()


class Asff:
    """What `aws securityhub get-findings` prints: consolidated control findings in a wrapper."""

    head, between, tail = '{\n    "Findings": [', ",", "]\n}\n"

    def __init__(self, _: Knowledge, samples: Samples) -> None:
        self._samples = samples

    def template(self, check: Check, status: str) -> Template:
        """A control finding; the control's number is Security Hub's where Prowler names it."""
        control = _control(check)
        finding = {
            "SchemaVersion": "2018-10-08",
            "Id": _CONTROL_ARN.format(f"security-control/{control}/finding/<<uuid>>"),
            "ProductArn": "arn:aws:securityhub:<<region>>::product/aws/securityhub",
            "ProductName": "Security Hub",
            "CompanyName": "AWS",
            "Region": "<<region>>",
            "GeneratorId": f"security-control/{control}",
            "AwsAccountId": "<<account>>",
            "AwsAccountName": "<<account_name>>",
            "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
            "FirstObservedAt": "2026-03-02T08:14:51.224Z",
            "LastObservedAt": "<<observed>>",
            "CreatedAt": "2026-03-02T08:14:51.224Z",
            "UpdatedAt": "<<observed>>",
            "ProcessedAt": "<<observed>>",
            "Severity": {"Label": "<<severity>>", "Normalized": "<<*normalized>>"}
            | {"Original": "<<severity>>"},
            "Title": check.title,
            "Description": check.description,
            "Remediation": {"Recommendation": {"Text": check.recommendation, "Url": check.url}},
            "ProductFields": {
                "RelatedAWSResources:0/name": f"securityhub-{check.id.replace('_', '-')}-1f2e3d4c",
                "RelatedAWSResources:0/type": "AWS::Config::ConfigRule",
                "aws/securityhub/ProductName": "Security Hub",
                "aws/securityhub/CompanyName": "AWS",
                "aws/securityhub/annotation": self._samples.message(check, status),
                "Resources:0/Id": "<<arn>>",
                "aws/securityhub/FindingId": (
                    "arn:aws:securityhub:<<region>>::product/aws/securityhub/"
                    + _CONTROL_ARN.format(f"security-control/{control}/finding/<<uuid>>")
                ),
            },
            "Resources": [
                {
                    "Type": check.resource_type,
                    "Id": "<<arn>>",
                    "Partition": "aws",
                    "Region": "<<region>>",
                    "Tags": "<<*tags>>",
                    "Details": {"Other": self._samples.data(check)},
                }
            ],
            "Compliance": {
                "Status": _COMPLIANCE.get(status, "NOT_AVAILABLE"),
                "RelatedRequirements": [
                    f"{name}/{uid}"
                    for name, uids in list(check.compliance.items())[:4]
                    for uid in uids[:4]
                ],
                "SecurityControlId": control,
                "AssociatedStandards": [
                    {"StandardsId": "standards/aws-foundational-security-best-practices/v/1.0.0"},
                    {"StandardsId": "standards/nist-800-53/v/5.0.0"},
                ],
            },
            "WorkflowState": "NEW",
            "Workflow": {"Status": "<<workflow>>"},
            "RecordState": "ACTIVE",
            "FindingProviderFields": {
                "Severity": {"Label": "<<severity>>", "Original": "<<severity>>"},
                "Types": ["Software and Configuration Checks/Industry and Regulatory Standards"],
            },
        }
        return cut(json.dumps(finding, indent=4, ensure_ascii=False))

    def values(self, verdict: Verdict) -> Values:
        """What fills the slots; a pass is informational, as Security Hub writes it."""
        passed = verdict.status == "PASS"
        label = "INFORMATIONAL" if passed else verdict.check.severity.upper()
        number = number_of(verdict.check.id)
        token = "".join(f"{mixed(verdict.resource.token, number, half):016x}" for half in (1, 2))
        workflow = "RESOLVED" if passed else "NEW"
        return {
            "uuid": f"{token[:8]}-{token[8:12]}-{token[12:16]}-{token[16:20]}-{token[20:]}",
            "tags": json.dumps(dict(verdict.resource.tags), ensure_ascii=False),
            "severity": label,
            "normalized": str(_NORMALIZED[label]),
            "workflow": "SUPPRESSED" if verdict.muted else workflow,
        }


def _control(check: Check) -> str:
    """The control that Prowler names for a check, else one made up."""
    for name, uids in check.compliance.items():
        if name.startswith("AWS-Foundational-Security-Best-Practices"):
            for uid in uids:
                if re.fullmatch(r"[A-Za-z0-9]+\.[0-9]+", uid):
                    return uid
    return f"{check.service.upper()}.{100 + number_of(check.id) % 900}"


_CONTROL_ARN = "arn:aws:securityhub:<<region>>:<<account>>:{}"
_COMPLIANCE = {"PASS": "PASSED", "FAIL": "FAILED"}
_NORMALIZED = {"INFORMATIONAL": 0, "LOW": 1, "MEDIUM": 40, "HIGH": 70, "CRITICAL": 90}
