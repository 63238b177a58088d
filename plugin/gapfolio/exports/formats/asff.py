"""AWS Security Finding Format: a custom finding for each practice and account.

How a verdict is told is decided by what AWS says of the values: `FAILED` and `PASSED` are results,
`WARNING` is a check for which information is missing (not assessed), `NOT_AVAILABLE` is what AWS
Config calls not applicable (nothing to assess), and is archived as AWS archives such findings.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from gapfolio import __version__
from gapfolio.engine.base import Engine
from gapfolio.exports import ids
from gapfolio.exports.base import Exported
from gapfolio.exports.records import verdicts
from gapfolio.exports.records.verdicts import State, Verdict
from gapfolio.exports.texts import Cut
from gapfolio.model import Assessment
from gapfolio.report.view.formats import counted

FILE = "asff.json"
REGION = "us-east-1"
"""The Region of the file's findings where the engagement names none."""
_TYPE = "Software and Configuration Checks/AWS Security Best Practices"
_STATUS: Mapping[State, str] = {
    "fail": "FAILED",
    "unknown": "WARNING",
    "pass": "PASSED",
    "absent": "NOT_AVAILABLE",
    "gone": "NOT_AVAILABLE",
}
_CLOSED = ("absent", "gone")
_PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}
_ACCOUNT = re.compile(r"\d{12}")
_MOST_REQUIREMENTS = 32
_LONGEST = {
    "Id": 512,
    "GeneratorId": 512,
    "Title": 256,
    "Description": 1024,
    "Remediation": 512,
    "AwsAccountName": 50,
    "ProductFields": 2048,
    "RelatedRequirements": 64,
}
"""Characters that AWS takes."""


class AsffExporter:
    """Writes the findings of all accounts as one JSON array, a finding a line."""

    name = "asff"
    title = "custom findings for AWS Security Hub (ASFF); --send imports them"

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Exported:
        """Write the file; infrastructure code is left out, since it is in no account."""
        path = directory / FILE
        hub = Hub(assessment, next(iter(assessment.regions), REGION))
        left_out = 0
        with path.open("wb") as file:
            before = b"["
            for verdict in every(assessment, engine):
                if not sendable(verdict):
                    left_out += 1
                    continue
                file.write(before + b"\n" + msgspec.json.encode(hub.finding(verdict)))
                before = b","
            file.write(b"[]\n" if before == b"[" else b"\n]\n")
        return Exported([path], [*hub.cut.notes(FILE), *_left(left_out)])


def every(assessment: Assessment, engine: Engine) -> Iterator[Verdict]:
    """Give what is under audit by practice and account, then what has left it."""
    yield from chain(verdicts.verdicts(assessment, engine), verdicts.gone(assessment, engine))


def sendable(verdict: Verdict) -> bool:
    """Say whether a verdict is of an account, as AWS numbers them."""
    return _ACCOUNT.fullmatch(verdict.account) is not None


class Hub:
    """Writes verdicts as findings for the hubs of a Region."""

    def __init__(self, assessment: Assessment, region: str) -> None:
        self._assessment = assessment
        self._region = region
        self._partition = partition_of(region)
        self._updated = verdicts.judged_at(assessment)
        self.cut = Cut()
        """Counts the texts that were too long."""

    def finding(self, verdict: Verdict) -> dict[str, Any]:
        """Give a verdict as a finding of its account."""
        practice, account = verdict.practice, verdict.account
        severity = _severity(verdict)
        types = [_TYPE]
        open_ = verdict.state in ("fail", "unknown")
        return {
            "SchemaVersion": "2018-10-08",
            "Id": f"gapfolio/{ids.stable(self._assessment.client, 'asff', verdict.key)}",
            "ProductArn": (
                f"arn:{self._partition}:securityhub:{self._region}:{account}:"
                f"product/{account}/default"
            ),
            "ProductName": "Gapfolio",
            "CompanyName": "Gapfolio",
            "GeneratorId": self._text("GeneratorId", f"gapfolio/{practice.id}"),
            "AwsAccountId": account,
            "Types": types,
            "Severity": severity,
            "FindingProviderFields": {"Severity": severity, "Types": types},
            "Title": self._text("Title", f"{practice.id} {practice.title}"),
            "Description": self._text("Description", _description(verdict)),
            "ProductFields": self._fields(verdict),
            "Resources": [self._resource(account)],
            "Compliance": self._compliance(verdict),
            "Workflow": {"Status": "NEW" if open_ else "RESOLVED"},
            "RecordState": "ARCHIVED" if verdict.state in _CLOSED else "ACTIVE",
            **self._times(verdict),
            **self._optional(verdict),
        }

    def _text(self, place: str, text: str) -> str:
        return self.cut(place, text, _LONGEST[place])

    def _times(self, verdict: Verdict) -> dict[str, str]:
        created = min(verdict.first_seen or self._updated, self._updated)
        times = {
            "CreatedAt": created,
            "UpdatedAt": self._updated,
            "FirstObservedAt": verdict.open_since,
            "LastObservedAt": verdict.seen_at,
        }
        return {name: _time(moment) for name, moment in times.items() if moment}

    def _resource(self, account: str) -> dict[str, str]:
        return {
            "Type": "AwsAccount",
            "Id": f"AWS::::Account:{account}",
            "Partition": self._partition,
            "Region": self._region,
        }

    def _compliance(self, verdict: Verdict) -> dict[str, Any]:
        compliance: dict[str, Any] = {"Status": _STATUS[verdict.state]}
        related = [
            self._text("RelatedRequirements", f"NIST.800-53.r5 {name}")
            for name in verdict.practice.nist_800_53[:_MOST_REQUIREMENTS]
        ]
        if related:
            compliance["RelatedRequirements"] = related
        if verdict.state != "pass" and verdict.reasons:
            compliance["StatusReasons"] = [
                {"ReasonCode": name.upper(), "Description": verdicts.reason(name)}
                for name in sorted(verdict.reasons)
            ]
        return compliance

    def _fields(self, verdict: Verdict) -> dict[str, str]:
        assessment = self._assessment
        cells = ", ".join(f"{number} {state}" for state, number in sorted(verdict.cells.items()))
        values = {
            "ProviderName": "Gapfolio",
            "ProviderVersion": __version__,
            "gapfolio/Practice": verdict.practice.id,
            "gapfolio/Category": verdict.practice.category,
            "gapfolio/Catalogue": assessment.versions["catalogue"],
            "gapfolio/Period": assessment.period.name,
            "gapfolio/State": verdict.state,
            "gapfolio/Cells": cells,
            "gapfolio/OpenFindings": str(verdict.findings),
            "gapfolio/AcceptedFindings": str(verdict.accepted),
            "gapfolio/AcceptedRisk": verdicts.acceptance(assessment, verdict.waivers),
        }
        return {
            key: self._text("ProductFields", text) for key, text in values.items() if text.strip()
        }

    def _optional(self, verdict: Verdict) -> dict[str, Any]:
        """Give what AWS wants filled or left out."""
        found: dict[str, Any] = {}
        if name := self._text("AwsAccountName", verdict.account_name):
            found["AwsAccountName"] = name
        if advice := self._text("Remediation", " ".join(verdict.practice.recommendation)):
            found["Remediation"] = {"Recommendation": {"Text": advice}}
        return found


def partition_of(region: str) -> str:
    """Give the partition that a Region belongs to."""
    return next((name for start, name in _PARTITIONS.items() if region.startswith(start)), "aws")


def _severity(verdict: Verdict) -> dict[str, str]:
    """Give the practice's priority; where there is nothing to do, what AWS gives a pass."""
    priority = verdict.practice.priority or "informational"
    urgent = verdict.state in ("fail", "unknown")
    return {"Label": priority.upper() if urgent else "INFORMATIONAL", "Original": priority}


def _description(verdict: Verdict) -> str:
    practice = verdict.practice
    return " ".join((verdicts.sentence(verdict), practice.why, practice.effect))


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{moment.microsecond // 1000:03}Z"


def _left(number: int) -> list[str]:
    return [f"{FILE}: {counted(number, 'verdict')} left out: of no AWS account"] if number else []
