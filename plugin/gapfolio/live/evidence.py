"""What a pull from Security Hub proves: the run records.

Security Hub leaves a finding for every control that it has evaluated, also where the account has
no such resource: then it is a PASSED finding on the account itself, with the reason
CONFIG_EVALUATIONS_EMPTY. A control that is silent has therefore *not* been evaluated: it is
disabled, new, or waits for AWS Config. That a control is enabled proves nothing beyond that, so
enablement is not asked for at all, and a record never turns silence into "nothing to assess".

A record names a Region only where a control finding of that account came from it, and a check only
if the control was evaluated (PASSED or FAILED, not WARNING and not NOT_AVAILABLE) in every one of
these Regions; controls of global services are evaluated where their service is recorded, and one
Region is enough. What a record adds to the findings is then: these Regions were read to their end,
and where such a control has no verdict on any resource, that is because there is none.

Regions that could not be read to the end, or from which no control finding of the account came,
go into a second record. It proves nothing (`partial`), but its errors make every cell of that
account unknown that has no open fail, unless the Regions under audit are declared without them.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from gapfolio.hashing import sha256
from gapfolio.live.unread import EVERY_SERVICE
from gapfolio.model import RunError, RunOutput, RunRecord
from gapfolio.sources.base import dig
from gapfolio.sources.jsontext import decode

SCANNER = "securityhub"
NO_FINDING = "no control finding of this account came from it"
_PARTIAL = "Regions that were not read"
_GLOBAL = (
    "Account.",
    "CloudFront.",
    "GlobalAccelerator.",
    "IAM.",
    "Route53.",
)
"""Controls of services that are not Regional."""
_ACCOUNT = re.compile(r"[0-9]{12}")  # it becomes part of a file name
_GONE = ("archived", "deleted")


@dataclass(frozen=True)
class Reading:
    """A file of findings: the Regions that it speaks of, and why it is not whole ("" if it is)."""

    regions: Sequence[str]
    file: Path | None
    why: str = ""


@dataclass
class _Account:
    evaluated: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """Region to controls, from readings that are whole."""
    at_work: set[str] = field(default_factory=set)
    """Controls that were evaluated anywhere."""


def records(
    readings: Iterable[Reading], arguments: list[str], started: datetime, ended: datetime
) -> dict[str, RunRecord]:
    """Give the run records of a pull, by the end of their file names."""
    readings = list(readings)
    outputs = [
        RunOutput(path=file.name, sha256=sha256(file), bytes=file.stat().st_size)
        for file in dict.fromkeys(reading.file for reading in readings)
        if file
    ]
    whole = sorted({region for r in readings if not r.why for region in r.regions})
    broken = {region: r.why for r in readings if r.why for region in r.regions}
    made = {}
    for account, found in sorted(_accounts(readings).items()):
        seen = sorted(found.evaluated)
        unread = broken | {r: NO_FINDING for r in whole if r not in seen and r not in broken}
        base = RunRecord(
            scanner=SCANNER,
            account=account,
            regions=[region for region in seen if region not in broken],
            arguments=arguments,
            checks=sorted(_everywhere(found.evaluated)),
            errors=[],
            started=started,
            ended=ended,
            outputs=outputs,
        )
        if base.regions:
            made[f"run-{account}"] = base
        if unread:
            made[f"run-{account}-unread"] = _unread(base, found, unread)
    return made


def missing(made: Iterable[RunRecord]) -> dict[tuple[str, ...], list[str]]:
    """Give the accounts of which no control finding came from some Regions, by these."""
    found: dict[tuple[str, ...], list[str]] = {}
    for record in made:
        regions = tuple(e.region for e in record.errors or () if e.message == NO_FINDING)
        if regions:
            found.setdefault(regions, []).append(record.account)
    return found


def _unread(base: RunRecord, found: _Account, unread: Mapping[str, str]) -> RunRecord:
    return RunRecord(
        scanner=base.scanner,
        account=base.account,
        regions=sorted(unread),
        arguments=base.arguments,
        checks=sorted(found.at_work - _global(found.evaluated)),
        errors=[
            RunError(service=EVERY_SERVICE, region=region, message=why)
            for region, why in sorted(unread.items())
        ],
        started=base.started,
        ended=base.ended,
        outputs=base.outputs,
        partial=_PARTIAL,
    )


def _everywhere(evaluated: Mapping[str, set[str]]) -> set[str]:
    """Give the controls that were evaluated in every Region, or need only one."""
    if not evaluated:
        return set()
    return set.intersection(*evaluated.values()) | _global(evaluated)


def _global(evaluated: Mapping[str, set[str]]) -> set[str]:
    """Give the controls of global services that were evaluated: no other Region is missed."""
    anywhere = set().union(*evaluated.values())
    return {control for control in anywhere if control.startswith(_GLOBAL)}


def _accounts(readings: Iterable[Reading]) -> dict[str, _Account]:
    """Read every finding once and keep what it says of its control."""
    found: dict[str, _Account] = defaultdict(_Account)
    for reading in readings:
        if reading.file is None:
            continue
        with reading.file.open("rb") as lines:
            for line in lines:
                account, region, control = _control(decode(line) or {})
                if not (_ACCOUNT.fullmatch(account) and control):
                    continue
                found[account].at_work.add(control)
                if not reading.why and region:
                    found[account].evaluated[region].add(control)
    return found


def _control(finding: Mapping[str, object]) -> tuple[str, str, str]:
    """Give account, Region and control of a finding in which a control was evaluated."""
    return _ocsf(finding) if "class_uid" in finding else _asff(finding)


def _asff(finding: Mapping[str, object]) -> tuple[str, str, str]:
    status = dig(finding, "Compliance", "Status")
    own = str(finding.get("ProductArn")).endswith(":product/aws/securityhub")
    if not own or status not in ("PASSED", "FAILED") or finding.get("RecordState") == "ARCHIVED":
        return "", "", ""
    resources = finding.get("Resources")
    first = resources[0] if isinstance(resources, list) and resources else None
    control = _text(dig(finding, "Compliance", "SecurityControlId"))
    return (
        _text(finding.get("AwsAccountId")),
        _text(finding.get("Region")) or _text(dig(first, "Region")),
        control or _text(finding.get("GeneratorId")).removeprefix("security-control/"),
    )


def _ocsf(finding: Mapping[str, object]) -> tuple[str, str, str]:
    status = _text(dig(finding, "compliance", "status")).lower()
    own = "/aws/securityhub" in _text(dig(finding, "metadata", "product", "uid"))
    closed = _text(finding.get("activity_name")).lower() == "close"
    gone = closed or _text(finding.get("status")).lower() in _GONE
    if not own or status not in ("pass", "fail") or gone:
        return "", "", ""
    return (
        _text(dig(finding, "cloud", "account", "uid")),
        _text(dig(finding, "cloud", "region")),
        _text(dig(finding, "compliance", "control")),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
