"""Trivy, JSON: misconfigurations of code.

What else Trivy finds (vulnerabilities, secrets, licences) is about an image or a repository, not
about an account: it is passed on as of the provider `code`, so that it is counted and left out.
Reports of `trivy aws` are not read: they are of a live account, and Trivy counts as evidence for
code only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from gapfolio.model import Finding, Status
from gapfolio.sources.base import Element, Kind, dig
from gapfolio.sources.codescan import (
    UNREADABLE,
    each,
    known_provider,
    moment,
    named_provider,
    place,
    provider_of,
    severity,
    text,
    type_of,
)

_STATUSES: dict[str, Status] = {"PASS": "pass", "FAIL": "fail"}
_OTHERS = {"Vulnerabilities": "VulnerabilityID", "Secrets": "RuleID", "Licenses": "Name"}
_ID = re.compile(r"(?:AVD-)?([A-Z]+)-?\d")
_LIVE = "aws_account"


@dataclass(frozen=True)
class _Scan:
    """What holds for all of a report."""

    version: str
    created: datetime | None


class Trivy:
    """Reports as `trivy --format json` writes them since 0.20."""

    name = "trivy-json"
    title = "Trivy JSON"
    recognised = (
        "it has a numeric SchemaVersion, ArtifactName and an ArtifactType that is no account"
    )
    lost = (
        "packages, code, references and remedies; vulnerabilities, secrets and licences are "
        "counted only, and a target with nothing but a number of passed checks leaves no row"
    )
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """A report, also one without results: Trivy leaves the key out then."""
        version = element.get("SchemaVersion")
        return (
            isinstance(version, int)
            and not isinstance(version, bool)
            and "ArtifactName" in element
            and element.get("ArtifactType", _LIVE) != _LIVE
        )

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a misconfiguration, and one a finding that is not about the account."""
        scan = _Scan(
            version=text(dig(element, "Trivy", "Version")),
            created=moment(element.get("CreatedAt")),
        )
        yield from each(element.get("Results"), partial(_result, scan))


def _result(scan: _Scan, result: Element) -> Iterator[Finding]:
    yield from each(result.get("Misconfigurations"), partial(_misconfiguration, scan, result))
    yield from each(result.get("ExperimentalModifiedFindings"), partial(_modified, scan, result))
    for section, key in _OTHERS.items():
        yield from each(result.get(section), partial(_other, scan, result, key))


def _misconfiguration(
    scan: _Scan, result: Element, record: Element, *, muted: bool = False, why: str = ""
) -> Iterator[Finding]:
    check = text(record.get("ID")) or text(record.get("AVDID"))
    if not check:
        yield UNREADABLE
        return
    cause = record.get("CauseMetadata")
    address, target = text(dig(cause, "Resource")), text(result.get("Target"))
    status = text(record.get("Status"))
    yield Finding(
        scanner="trivy",
        scanner_version=scan.version,
        provider=_provider(check, text(dig(cause, "Provider")), address, text(result.get("Type"))),
        check=check,
        account="",
        resource=place(address, target, dig(cause, "StartLine")),
        resource_name=address,
        resource_type=type_of(address),
        service=text(dig(cause, "Service")),
        status=_STATUSES.get(status, "error"),
        muted=muted or status == "EXCEPTION",
        severity=severity(record.get("Severity")),
        title=text(record.get("Title")),
        detail="; ".join(filter(None, (text(record.get("Message")), why))),
        observed_at=scan.created,
    )


def _modified(scan: _Scan, result: Element, record: Element) -> Iterator[Finding]:
    """Read a finding that an ignore file took out (`--show-suppressed`)."""
    inner = record.get("Finding")
    if record.get("Type") != "misconfiguration":
        return
    why = text(record.get("Statement"))
    read = partial(_misconfiguration, scan, result, muted=True, why=why)
    yield from each([inner], read)


def _other(scan: _Scan, result: Element, key: str, record: Element) -> Iterator[Finding]:
    check, address = text(record.get(key)), text(record.get("PkgName"))
    if not check:
        yield UNREADABLE
        return
    yield Finding(
        scanner="trivy",
        scanner_version=scan.version,
        provider="code",
        check=check,
        account="",
        resource=place(address, text(result.get("Target")), record.get("StartLine")),
        status="event",
        severity=severity(record.get("Severity")),
        title=text(record.get("Title")),
        observed_at=scan.created,
    )


def _provider(check: str, named: str, address: str, kind: str) -> str:
    """Tell by the id; checks of one's own have ids that say nothing."""
    found = _ID.match(check)
    return (
        known_provider(found[1] if found else "")
        or named_provider(named)
        or provider_of(address)
        or named_provider(kind)
        or "code"
    )
