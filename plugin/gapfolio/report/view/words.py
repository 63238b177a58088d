"""The words of the report: labels, fixed sentences and the glossary, all in one place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Chip:
    """A state as it is printed: sign and text carry it, colour only helps."""

    kind: str
    """CSS class."""
    sign: str
    text: str


STATES: Final = {
    "fail": Chip("fail", "✗", "Fail"),
    "unknown": Chip("unknown", "?", "Not assessed"),
    "partly": Chip("partly", "?", "Partly assessed"),
    "pass": Chip("pass", "✓", "Pass"),
    "absent": Chip("absent", "–", "Nothing to assess"),
    "unscored": Chip("absent", "○", "Reported, not scored"),
}
NOT_APPLICABLE: Final = Chip("absent", "–", "Not applicable")
"""In place of "Nothing to assess" where somebody declared it."""

TERMS: Final = {
    "valid": Chip("pass", "✓", "Valid"),
    "not yet valid": Chip("unknown", "○", "Not yet valid"),
    "expired": Chip("fail", "✗", "Expired"),
    "void": Chip("fail", "✗", "Void"),
}
"""States of what somebody declared, on the last day of the period."""

RESULTS: Final = {
    "pass": Chip("pass", "✓", "Attested"),
    "fail": Chip("fail", "✗", "Attested as a gap"),
}
REDACTED: Final = {"accounts": "account ids", "arns": "resource names", "tags": "tags"}
SELECTORS: Final = {"region": "Region"}
"""Selectors of a waiver where they are not spelt as they are in the file."""

PRIORITIES: Final = {"critical": "Critical", "high": "High", "medium": "Medium", "low": "Low"}
SEVERITIES: Final = {
    "critical": "Critical",
    "high": "High",
    "medium": "Medium",
    "low": "Low",
    "informational": "Informational",
    "unknown": "Not rated",
}
FINDINGS: Final = {
    "fail": "failing",
    "pass": "passing",
    "error": "not decided",
    "manual": "left to a person",
    "not_applicable": "not applicable",
}
EVIDENCE: Final = {
    "automated": "automated",
    "manual": "attestation only",
    "both": "automated and attestation",
}
BASIS: Final = {
    "said": "the article says it",
    "reading": "our reading",
    "today": "advice of today",
}
"""Where a demand comes from, so that nobody takes our reading for the article's word."""

STATUSES: Final = {
    "fail": "Fail",
    "pass": "Pass",
    "manual": "Manual",
    "not_applicable": "Not applicable",
    "error": "Error",
    "event": "Event",
}
CREDENTIALS: Final = {
    "password": "passwords",
    "mfa": "multi-factor authentication",
    "access-key": "access keys",
    "key-pair": "key pairs",
    "x509": "X.509 certificates",
}
LAYERS: Final = {
    "network-acl": "network ACLs (subnet level, stateless, inbound and outbound rules apart)",
    "security-group": "security groups (interface level, stateful)",
    "both": "network ACLs (subnet level, stateless), security groups (interface level, stateful)",
    "other": "neither network ACLs nor security groups",
}
TLP: Final = {
    "TLP:RED": "For the named recipients only; they pass it on to nobody.",
    "TLP:AMBER+STRICT": "For those in the recipient's own organisation who need to know it.",
    "TLP:AMBER": "For those in the recipient's organisation and its clients who need to know it.",
    "TLP:GREEN": "For the recipient's community; not for publication.",
    "TLP:CLEAR": "May be passed on without limit.",
}


@dataclass(frozen=True, slots=True)
class ModelText:
    """One of the three service types with who answers for what."""

    title: str
    examples: str
    provider: str
    customer: str


MODELS: Final = {
    "infrastructure": ModelText(
        "Infrastructure services",
        "EC2, EBS, VPC, Auto Scaling",
        "Buildings, hardware, the hypervisor and the network fabric.",
        "The operating system and its patches, identities on the host, firewall rules, "
        "applications, data and its encryption.",
    ),
    "container": ModelText(
        "Container services",
        "RDS, EMR, Elastic Beanstalk",
        "All of the above, and the operating system and the platform on it.",
        "Network controls around the service, platform identities apart from IAM, data, "
        "backups and their encryption.",
    ),
    "abstracted": ModelText(
        "Abstracted services",
        "S3, DynamoDB, SQS, SES, IAM",
        "Everything up to the service's own interface.",
        "Who may call the interface, how data is classified and encrypted, what is logged.",
    ),
}
