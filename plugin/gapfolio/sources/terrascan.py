"""Terrascan, JSON: violations, skipped violations and, if asked for, rules that passed.

A rule passes when nothing violates it, also where there is nothing that could, and it names no
resource. What was skipped had been evaluated: it is a muted failure.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

from gapfolio.model import Finding, Status
from gapfolio.sources.base import Element, Kind, dig
from gapfolio.sources.codescan import (
    UNREADABLE,
    each,
    known_provider,
    moment,
    place,
    provider_of,
    severity,
    text,
)

_SECTIONS: dict[str, Status] = {
    "violations": "fail",
    "skipped_violations": "fail",
    "passed_rules": "pass",
}
_SUMMARY = frozenset(("policies_validated", "violated_policies", "scanned_at", "iac_type"))
_TOKEN = re.compile(r"[._]")


class Terrascan:
    """Results as `terrascan scan -o json` writes them."""

    name = "terrascan-json"
    title = "Terrascan JSON"
    recognised = "its results have a scan_summary with policies_validated or iac_type"
    lost = "categories, errors of the scan, and vulnerabilities of images; it has no version"
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """By its summary, which is there whatever was found."""
        summary = dig(element, "results", "scan_summary")
        return isinstance(summary, Mapping) and bool(summary.keys() & _SUMMARY)

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a violation, and one a rule that passed."""
        results = element.get("results")
        for section in _SECTIONS:
            yield from each(dig(results, section), partial(_finding, results, section))


def _finding(results: object, section: str, record: Element) -> Iterator[Finding]:
    check = text(record.get("rule_id"))
    if not check:
        yield UNREADABLE
        return
    kind, name = text(record.get("resource_type")), text(record.get("resource_name"))
    address = ".".join(filter(None, (kind, name)))
    yield Finding(
        scanner="terrascan",
        provider=_provider(check, address, text(dig(results, "scan_summary", "iac_type"))),
        check=check,
        account="",
        resource=place(address, text(record.get("file")), record.get("line")),
        resource_name=name,
        resource_type=kind,
        status=_SECTIONS[section],
        muted=section == "skipped_violations",
        severity=severity(record.get("severity")),
        title=text(record.get("description")) or text(record.get("rule_name")),
        detail=text(record.get("skip_comment")),
        observed_at=moment(dig(results, "scan_summary", "scanned_at")),
    )


def _provider(check: str, address: str, kind: str) -> str:
    """Tell by the id: AC_AWS_0207, and of old AWS.S3Bucket.… and accurics.gcp.NS.109."""
    by_id = map(known_provider, _TOKEN.split(check)[:2])
    return next(filter(None, by_id), "") or provider_of(address) or known_provider(kind) or "code"
