"""Event patterns of EventBridge: which events of the security services a rule lets through."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True)
class Event:
    """The parts of an event by which rules usually choose."""

    source: str
    type: str
    name: str = ""
    """API call, for events that CloudTrail reports."""

    def value(self, path: tuple[str, ...]) -> str | None:
        """Give the value at a key of the event; None where it is not known."""
        return {
            ("source",): self.source,
            ("detail-type",): self.type,
            ("detail", "eventName"): self.name or None,
        }.get(path)


_CALL = "AWS API Call via CloudTrail"

FINDINGS = (
    Event("aws.guardduty", "GuardDuty Finding"),
    Event("aws.securityhub", "Security Hub Findings - Imported"),
    Event("aws.securityhub", "Security Hub Findings - Custom Action"),
    Event("aws.securityhub", "Findings Imported V2"),
    Event("aws.inspector2", "Inspector2 Finding"),
    Event("aws.macie", "Macie Finding"),
    Event("aws.access-analyzer", "Access Analyzer Finding"),
    Event("aws.config", "Config Rules Compliance Change"),
    Event("aws.health", "AWS Health Event"),
    Event("aws.health", "AWS Health Abuse Event"),
    Event("aws.trustedadvisor", "Trusted Advisor Check Item Refresh Notification"),
)
"""What the security services of AWS report."""

CHANGES = (
    *(
        Event("aws.cloudtrail", _CALL, name)
        for name in ("StopLogging", "DeleteTrail", "UpdateTrail", "PutEventSelectors")
    ),
    *(
        Event("aws.iam", _CALL, name)
        for name in (
            "AttachGroupPolicy",
            "AttachRolePolicy",
            "AttachUserPolicy",
            "CreateAccessKey",
            "CreateLoginProfile",
            "CreatePolicyVersion",
            "CreateUser",
            "DeactivateMFADevice",
            "PutRolePolicy",
            "PutUserPolicy",
            "UpdateAssumeRolePolicy",
        )
    ),
    *(
        Event("aws.ec2", _CALL, name)
        for name in (
            "AuthorizeSecurityGroupIngress",
            "CreateNetworkAclEntry",
            "CreateRoute",
            "DeleteFlowLogs",
            "ModifyImageAttribute",
            "ModifySnapshotAttribute",
        )
    ),
    *(
        Event("aws.s3", _CALL, name)
        for name in ("DeleteBucketPublicAccessBlock", "PutBucketAcl", "PutBucketPolicy")
    ),
    *(Event("aws.kms", _CALL, name) for name in ("DisableKey", "ScheduleKeyDeletion")),
    *(
        Event("aws.config", _CALL, name)
        for name in ("DeleteConfigurationRecorder", "StopConfigurationRecorder")
    ),
    *(Event("aws.guardduty", _CALL, name) for name in ("DeleteDetector", "UpdateDetector")),
    Event("aws.signin", "AWS Console Sign In via CloudTrail", "ConsoleLogin"),
)
"""Changes that matter to security, as CloudTrail reports them."""

_EVERYDAY = (
    Event("aws.ec2", "EC2 Instance State-change Notification"),
    Event("aws.s3", "Object Created"),
    Event("aws.s3", _CALL, "PutObject"),
    Event("aws.ecs", "ECS Task State Change"),
    Event("aws.autoscaling", "EC2 Instance Launch Successful"),
    Event("com.example", "Order Placed"),
)


class Pattern:
    """An event pattern; keys that are not looked at are taken to match."""

    def __init__(self, text: str) -> None:
        try:
            found = json.loads(text)
        except ValueError:
            found = None
        self._pattern: Mapping[str, Any] | None = found if isinstance(found, Mapping) else None

    def takes(self, events: Iterable[Event]) -> bool:
        """Say whether one of these events gets through."""
        return self._pattern is not None and any(
            _admits(self._pattern, event, ()) for event in events
        )

    @property
    def chooses(self) -> bool:
        """Whether everyday events are kept out."""
        return not self.takes(_EVERYDAY)


def _admits(pattern: Mapping[str, Any], event: Event, path: tuple[str, ...]) -> bool:
    for key, wanted in pattern.items():
        if key == "$or":
            choices = wanted if isinstance(wanted, list) else []
            if not any(isinstance(c, Mapping) and _admits(c, event, path) for c in choices):
                return False
        elif isinstance(wanted, Mapping):
            if not _admits(wanted, event, (*path, key)):
                return False
        elif (value := event.value((*path, key))) is not None and not any(
            _fits(one, value) for one in (wanted if isinstance(wanted, list) else [wanted])
        ):
            return False
    return True


_TESTS: dict[str, Callable[[str, str], bool]] = {
    "prefix": str.startswith,
    "suffix": str.endswith,
    "equals-ignore-case": lambda value, wanted: value.lower() == wanted.lower(),
    "wildcard": fnmatchcase,
}


def _fits(wanted: object, value: str) -> bool:
    """Say whether a value fits one matcher; an unknown kind of matcher is taken to fit."""
    if not isinstance(wanted, Mapping):
        return wanted == value
    for kind, operand in wanted.items():
        if kind == "exists":
            return bool(operand)
        if kind == "anything-but":
            return not _excludes(operand, value)
        if kind in _TESTS and isinstance(operand, str):
            return _TESTS[kind](value, operand)
    return True


def _excludes(operand: object, value: str) -> bool:
    if isinstance(operand, Mapping):
        return _fits(operand, value)
    return value in (operand if isinstance(operand, list) else [operand])
