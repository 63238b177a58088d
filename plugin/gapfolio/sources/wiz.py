"""Wiz, CSV: its issues, and the vulnerability findings that it exports under another header.

Issues are of the rules of Wiz; a resolved one is a pass, unless it was closed because the rule or
the resource is gone. Vulnerabilities are events. Files hold all clouds of a customer.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from gapfolio.model import Finding, Status
from gapfolio.sources.arns import account_of, named_region, region_of
from gapfolio.sources.base import Element, Kind
from gapfolio.sources.codescan import UNREADABLE, moment, severity, tags, text

_ISSUE = frozenset(
    ("Issue ID", "Control ID", "Resource external ID", "Resource Platform", "Status")
)
_VULNERABILITY = frozenset(("WizURL", "Name", "FindingStatus", "ProviderUniqueId", "CloudPlatform"))
_OPEN = frozenset(("OPEN", "IN_PROGRESS"))
_CLOSED = "RESOLVED"
_ACCEPTED = frozenset(("IGNORED", "REJECTED"))
_GONE = ("OBJECT_", "CONTROL_")  # OBJECT_DELETED, CONTROL_DISABLED: nothing was repaired
_ACCOUNT_DIGITS = 12


class WizIssues:
    """Issues as Wiz exports them."""

    name = "wiz-issues-csv"
    title = "Wiz issues CSV"
    recognised = (
        "the header has Issue ID, Control ID, Resource external ID, Resource Platform and Status"
    )
    lost = (
        "projects, notes, tickets, due dates, remedies and the resource's own JSON; a resource "
        "that never broke a rule is not in the file"
    )
    snapshot = True  # each issue has its own times
    kind: Kind = "csv"

    def claims(self, element: Element) -> bool:
        """Columns of the report on issues."""
        return element.keys() >= _ISSUE

    def findings(self, element: Element) -> Iterator[Finding]:
        """One."""
        check = text(element.get("Control ID")) or text(element.get("Title"))
        if not check:
            yield UNREADABLE
            return
        word = _word(element.get("Status"))
        resource = text(element.get("Resource external ID")) or text(element.get("Resource Name"))
        yield Finding(
            scanner="wiz",
            provider=_provider(element.get("Resource Platform")),
            check=check,
            account=_account(text(element.get("Subscription ID")), resource),
            account_name=text(element.get("Subscription Name")),
            region=_region(text(element.get("Resource Region")), resource),
            resource=resource,
            resource_name=text(element.get("Resource Name")),
            resource_type=text(element.get("Resource Type")),
            status=_status(word, _word(element.get("Resolution")), "fail"),
            muted=word in _ACCEPTED,
            severity=severity(element.get("Severity")),
            title=text(element.get("Title")),
            detail=text(element.get("Description")),
            tags=_tags(text(element.get("Resource Tags"))),
            observed_at=(
                moment(element.get("Updated At"))
                or moment(element.get("Resolved Time"))
                or moment(element.get("Created At"))
            ),
            finding_uid=text(element.get("Issue ID")),
        )


class WizVulnerabilities:
    """Vulnerability findings as Wiz exports them."""

    name = "wiz-vulnerabilities-csv"
    title = "Wiz vulnerabilities CSV"
    recognised = "the header has WizURL, Name, FindingStatus, ProviderUniqueId and CloudPlatform"
    lost = (
        "projects, links, remedies, exploits and related issues; packages of one resource with "
        "the same CVE are one finding"
    )
    snapshot = True  # each finding has its own times
    kind: Kind = "csv"

    def claims(self, element: Element) -> bool:
        """Columns of the report on vulnerabilities."""
        return element.keys() >= _VULNERABILITY

    def findings(self, element: Element) -> Iterator[Finding]:
        """One."""
        check = text(element.get("Name"))
        if not check:
            yield UNREADABLE
            return
        word = _word(element.get("FindingStatus"))
        resource = text(element.get("ProviderUniqueId")) or text(element.get("AssetName"))
        account = text(element.get("SubscriptionExternalId"))
        package = f"{text(element.get('DetailedName'))} {text(element.get('Version'))}".strip()
        path, fixed = text(element.get("LocationPath")), text(element.get("FixedVersion"))
        yield Finding(
            scanner="wiz",
            provider=_provider(element.get("CloudPlatform")),
            check=check,
            account=_account(account, resource),
            account_name=text(element.get("SubscriptionName")),
            region=_region(text(element.get("AssetRegion")), resource),
            resource=resource,
            resource_name=text(element.get("AssetName")),
            status=_status(word, _word(element.get("ResolutionReason")), "event"),
            muted=word in _ACCEPTED,
            severity=severity(element.get("VendorSeverity") or element.get("CVSSSeverity")),
            title=f"{check} in {package}" if package else check,
            detail="; ".join(filter(None, (path, fixed and f"fixed in {fixed}"))),
            tags=_tags(text(element.get("Tags"))),
            observed_at=moment(element.get("LastDetected")),
            finding_uid=text(element.get("ID")),
        )


def _word(value: object) -> str:
    return text(value).strip().upper().replace(" ", "_")


def _status(word: str, resolution: str, open_one: Status) -> Status:
    if word in _OPEN or word in _ACCEPTED:
        return open_one
    if word != _CLOSED:
        return "error"
    return "not_applicable" if resolution.startswith(_GONE) else "pass"


def _provider(platform: object) -> str:
    return text(platform).strip().lower() or "aws"


def _account(written: str, resource: str) -> str:
    """Give the account; Wiz may write its own id of a subscription instead."""
    if len(written) == _ACCOUNT_DIGITS and written.isdecimal():
        return written
    return account_of(resource) or written


def _region(written: str, resource: str) -> str:
    return named_region(written) or region_of(resource)


def _tags(written: str) -> list[str]:
    try:
        return tags(json.loads(written)) if written else []
    except (ValueError, RecursionError):
        return []
