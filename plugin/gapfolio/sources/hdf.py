"""Heimdall Data Format (MITRE SAF, and InSpec's own JSON): profiles of controls with results.

A result names what it looked at in a sentence. What was converted from ASFF names its resources
there, of which one row each is made. A control that an overlay repeats has its results in one of
the two profiles only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from functools import partial

from gapfolio.model import Finding, Severity, Status
from gapfolio.sources.arns import account_of, named_region, region_of
from gapfolio.sources.base import Element, Kind, dig
from gapfolio.sources.codescan import UNREADABLE, each, moment, severity, text, texts

_STATUSES: dict[str, Status] = {
    "passed": "pass",
    "failed": "fail",
    "skipped": "manual",
    "error": "error",
}
# InSpec's own names for ranges of impact
_IMPACTS: tuple[tuple[float, Severity], ...] = (
    (0.9, "critical"),
    (0.7, "high"),
    (0.4, "medium"),
    (0.1, "low"),
    (0.0, "informational"),
)
_LISTED = "Resources: ["
_RESOURCE = re.compile(
    r"Type: (?P<kind>[^,\]]{0,200}), Id: (?P<id>[^,\]]{1,2048})(?:, Partition: [^,\]]{0,20})?"
    r"(?:, Region: (?P<region>[^,\]]{0,40}))?"
)
_ACCOUNT = re.compile(r"AWS::::Account:([0-9]{12})")
_CLOUDS = {
    "azure": "azure",
    "gcp": "gcp",
    "google": "gcp",
    "kubernetes": "kubernetes",
    "k8s": "kubernetes",
}
_FRAMEWORKS = ("nist", "cci")


class Hdf:
    """Results as SAF CLI, Heimdall Tools and `inspec exec --reporter json` write them."""

    name = "hdf-json"
    title = "Heimdall Data Format"
    recognised = "it has platform, profiles and statistics"
    lost = (
        "code, fix and check texts, attestations, and who the scanner was: its control ids are "
        "not those of the scanner that the file was converted from"
    )
    snapshot = True  # each result has its own time
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """The object that is the whole file."""
        return (
            isinstance(element.get("platform"), Mapping)
            and isinstance(element.get("profiles"), list)
            and "statistics" in element
        )

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a result, and for each resource that it lists."""
        seen = _with_results(element)
        yield from each(element.get("profiles"), partial(_profile, element, seen))


def _with_results(element: Element) -> frozenset[str]:
    """Find the controls that have results in some profile."""
    profiles = element.get("profiles")
    listed = (dig(profile, "controls") for profile in _list(profiles))
    return frozenset(
        text(dig(control, "id"))
        for controls in listed
        for control in _list(controls)
        if dig(control, "results")
    )


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _profile(report: Element, seen: frozenset[str], profile: Element) -> Iterator[Finding]:
    yield from each(profile.get("controls"), partial(_control, report, seen))


def _control(report: Element, seen: frozenset[str], control: Element) -> Iterator[Finding]:
    check = text(control.get("id"))
    if not check:
        yield UNREADABLE
    elif control.get("results") or check not in seen:
        results = control.get("results") or [{"status": "error", "message": "no result"}]
        yield from each(results, partial(_result, report, control, check))


def _result(report: Element, control: Element, check: str, result: Element) -> Iterator[Finding]:
    described = text(result.get("code_desc"))
    said, _, listed = described.partition(_LISTED)
    found = [match.groupdict("") for match in _RESOURCE.finditer(listed)]
    waiver = control.get("waiver_data")
    for resource in found or [{"id": described, "kind": "", "region": ""}]:
        account = _ACCOUNT.match(resource["id"])
        yield Finding(
            scanner="hdf",
            scanner_version=text(report.get("version")),
            provider=_CLOUDS.get(text(dig(report, "platform", "name")).lower(), "aws"),
            check=check,
            account=account[1] if account else account_of(resource["id"]),
            region=named_region(resource["region"]) or region_of(resource["id"]),
            resource=resource["id"],
            resource_type=resource["kind"],
            status=_status(control, result),
            muted=isinstance(waiver, Mapping) and bool(waiver),
            severity=_severity(control),
            title=text(control.get("title")),
            detail="; ".join(filter(None, (said.rstrip("; "), _message(result)))),
            frameworks=_frameworks(control.get("tags")),
            observed_at=moment(result.get("start_time")),
        )


def _message(result: Element) -> str:
    return text(result.get("message")) or text(result.get("skip_message"))


def _status(control: Element, result: Element) -> Status:
    """Judge a result; one that was left out by a waiver, or ended in a defect, has no verdict."""
    if result.get("backtrace") or dig(control, "waiver_data", "skipped_due_to_waiver"):
        return "error"
    status = _STATUSES.get(text(result.get("status")).lower(), "error")
    # an impact of 0 is how a control says that it does not apply; a verdict stands all the same
    return "not_applicable" if status == "manual" and control.get("impact") == 0 else status


def _severity(control: Element) -> Severity:
    named = severity(dig(control, "tags", "severity"))
    impact = control.get("impact")
    if named != "unknown" or isinstance(impact, bool) or not isinstance(impact, int | float):
        return named
    return next((name for least, name in _IMPACTS if impact >= least), "unknown")


def _frameworks(tagged: object) -> str:
    ids = {name: texts(dig(tagged, name)) for name in _FRAMEWORKS}
    kept = {name: listed for name, listed in ids.items() if listed}
    return json.dumps(kept, ensure_ascii=False) if kept else ""
