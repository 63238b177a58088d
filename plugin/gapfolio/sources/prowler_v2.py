"""Prowler 2, CSV and JSON: the shell script of before 2022.

The check id stands in brackets before the title (`[check11] Avoid the use of …`). WARNING is a
FAIL on the allow-list; nothing else becomes one. INFO is for a person to look at, but also how the
script told that a call was denied. Up to 2.3 the CSV had other column names; resources have been
named since 2.5.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from gapfolio.model import Finding, Status
from gapfolio.sources.base import Element, Kind
from gapfolio.sources.codescan import UNREADABLE, moment, severity, text

_STATUSES: dict[str, Status] = {
    "PASS": "pass",
    "FAIL": "fail",
    "WARNING": "fail",
    "INFO": "manual",
}
_MUTED = "WARNING"
_TITLE = re.compile(r"\s*\[([^\]\s]{1,100})\]\s*(.*)", re.DOTALL)
_DENIED = re.compile(r"access ?denied|unauthorized|not authorized", re.IGNORECASE)
_LOST = (
    "risk, remedies, CAF epic, Scored and Level, and Prowler's exact version; before 2.5 resources "
    "are not named, so findings of one check and Region are one"
)


class ProwlerCsvV2:
    """Findings as `prowler -M csv` wrote them in version 2."""

    name = "prowler-csv-v2"
    title = "Prowler 2 CSV"
    recognised = "the header has ACCOUNT_NUM, TITLE_ID and TITLE_TEXT"
    lost = f"{_LOST}; before 2.5 there is no time"
    kind: Kind = "csv"

    def claims(self, element: Element) -> bool:
        """Columns that version 3 renamed."""
        return element.keys() >= {"ACCOUNT_NUM", "TITLE_ID", "TITLE_TEXT"}

    def findings(self, element: Element) -> Iterator[Finding]:
        """One."""
        yield _finding(
            _Row(
                title=text(element.get("TITLE_TEXT")) or text(element.get("TITLE_ID")),
                status=text(element.get("CHECK_RESULT")) or text(element.get("RESULT")),
                detail=text(element.get("CHECK_RESULT_EXTENDED")) or text(element.get("NOTES")),
                severity=element.get("CHECK_SEVERITY"),
                account=text(element.get("ACCOUNT_NUM")),
                account_name=text(element.get("ACCOUNT_DETAILS_NAME")),
                region=text(element.get("REGION")),
                resource=text(element.get("CHECK_RESOURCE_ID")),
                kind=text(element.get("CHECK_ASFF_RESOURCE_TYPE")),
                service=text(element.get("CHECK_SERVICENAME")),
                time=element.get("PROWLER_START_TIME"),
            )
        )


class ProwlerJsonV2:
    """Findings as `prowler -M json` wrote them in version 2, one a line."""

    name = "prowler-json-v2"
    title = "Prowler 2 JSON"
    recognised = "it has Control, Account Number and Status"
    lost = f"{_LOST}; the type of the resource is not in the file"
    snapshot = True  # each finding has the time at which it was made
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """Its keys hold blanks, as nobody else's do."""
        return all(element.get(key) is not None for key in ("Control", "Account Number", "Status"))

    def findings(self, element: Element) -> Iterator[Finding]:
        """One."""
        yield _finding(
            _Row(
                title=text(element.get("Control")) or text(element.get("Control ID")),
                status=text(element.get("Status")),
                detail=text(element.get("Message")),
                severity=element.get("Severity"),
                account=text(element.get("Account Number")),
                account_name=text(element.get("Account Name")),
                region=text(element.get("Region")),
                resource=text(element.get("Resource ID")),
                kind="",
                service=text(element.get("Service")),
                time=element.get("Timestamp"),
            )
        )


class _Row(NamedTuple):
    title: str
    status: str
    detail: str
    severity: object
    account: str
    account_name: str
    region: str
    resource: str
    kind: str
    service: str
    time: object


def _finding(row: _Row) -> Finding:
    found = _TITLE.match(row.title)
    check, title = (found[1], found[2]) if found else (row.title.strip(), row.title)
    if not check:
        return UNREADABLE
    word = row.status.upper()
    status = _STATUSES.get(word, "error")
    if status == "manual" and _DENIED.search(row.detail):
        status = "error"
    return Finding(
        scanner="prowler",
        scanner_version="2",
        check=check,
        account=row.account,
        account_name=row.account_name,
        region=row.region,
        resource=row.resource,
        resource_name=row.resource,
        resource_type=row.kind,
        service=row.service,
        status=status,
        muted=word == _MUTED,
        severity=severity(row.severity),
        title=title,
        detail=row.detail,
        observed_at=moment(row.time),
    )
