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
PRIORITIES: Final = {"critical": "Critical", "high": "High", "medium": "Medium", "low": "Low"}
SEVERITIES: Final = {
    "critical": "Critical",
    "high": "High",
    "medium": "Medium",
    "low": "Low",
    "informational": "Informational",
    "unknown": "Not rated",
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
    "both": "network ACLs (subnet level, stateless) and security groups (interface level, stateful)",
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

BLIND: Final = (
    "A failing finding that was removed from among passing ones before the file reached us: the "
    "cell then looks healthy. The evidence manifest names every file with its SHA-256, so the "
    "scanner's own copy can be compared.",
    "An account or Region that is left out of scope.",
    "How many resources fail within one cell: one open bucket and a hundred weigh the same until "
    "the last is closed. The numbers of findings stand beside each score for that reason.",
    "Whether a setting that is in place is also effective, and whether people follow the process.",
    "Whatever happened before or after the moment at which the scanner looked.",
)
"""What the score cannot see."""

LIMITS: Final = (
    "This is a point-in-time, automated review, not a certification. It states what scanners "
    "reported at the times listed under scope and period, judged on the last day of the period.",
    "The review rests on the output of the scanners named here. A scanner sees what the role it "
    "runs under may read and what its checks examine; a wrong verdict of a scanner is a wrong "
    "verdict here.",
    "No sample was drawn and nothing was tested by hand: a cell rests on every finding that was "
    "given for it, and on nothing else. Practices that only a person can judge rest on the "
    "attestations listed here and are not assessed where there are none.",
    "Muting a finding in a scanner changes no result here: a muted failure is counted as a failure.",
)

GLOSSARY: Final = (
    ("Absent", "A cell with nothing to assess: the check ran and found no such resource. It is out of all sums."),
    ("Assured", "The score when every unknown cell is taken as failed: what the evidence proves."),
    ("Attestation", "A dated, signed statement by a responsible person on what no scanner can see."),
    ("Automated part", "The score without attestation cells and without practices that only a person can judge."),
    ("Basis", "Whether a demand is what the article says, our reading of it, or advice of today."),
    ("Cell", "One criterion in one account in scope: the smallest thing that is judged."),
    ("Check", "A test that a scanner runs; it is primary evidence for one criterion at most."),
    ("Coverage", "The weighted share of cells with a verdict."),
    ("Criterion", "One thing that must hold, inside a practice."),
    ("Exception", "A failure that the client has accepted in writing, for a limited time."),
    ("Finding", "What a scanner said of one resource."),
    ("Muted", "A finding that somebody silenced in the scanner. Its result still counts."),
    ("Possible", "The score when every unknown cell is taken as passed: the best that could be true."),
    ("Practice", "A best practice of the article, with an identifier that never changes."),
    ("Priority", "The weight class of a practice: critical 10, high 6, medium 3, low 1."),
    ("Run record", "A file that says what a scanner run looked at, so that silence can be told from not looking."),
    ("Severity", "The scanner's own rating of a check. It is shown and never scored."),
    ("Stale", "Evidence from before the period or from after its days of grace. It proves nothing."),
    ("Unknown", "A cell without a verdict. It counts as failed in Assured and as passed in Possible."),
)  # fmt: skip
