"""Gaps in sentences, for the columns of a target that are read by people."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from gapfolio.model import WaiverResult

Row = Mapping[str, Any]
_HOLDS = {
    "open": "Does not hold",
    "accepted": "Does not hold, and the risk is accepted,",
    "closed": "Did not hold",
    "unproven": "Did not hold, and nothing shows that it does now,",
}

_ENDED = {"closed": "No longer open", "unproven": "Not shown to be closed"}


def in_words(record: Row, waivers: Sequence[WaiverResult]) -> dict[str, str]:
    """Give description, milestone, deviation and comment of the record of a gap."""
    accepted = record["state"] == "accepted"
    return {
        "description": "\n".join(_description(record)),
        "milestone": _milestone(record),
        "deviation": "\n".join(map(_deviation, waivers)) if accepted else "",
        "comment": "\n".join(_comment(record, waivers)),
    }


def _description(record: Row) -> Iterator[str]:
    where = record["account"] or "infrastructure code"
    if record["account_name"]:
        where = f"{record['account_name']} ({where})"
    yield f"{_HOLDS[record['state']]} in {where}: {record['statement']}"
    if record["findings"]:
        yield f"Findings: {record['findings']:,}, resources: {record['resources_total']:,}."
    yield from (record[name] for name in ("why", "effect") if record[name])


def _milestone(record: Row) -> str:
    if not record["scheduled"]:
        return ""
    accepted = record["state"] == "accepted"
    what = "The waiver ends; renew it or mend the gap." if accepted else "The gap is closed."
    return f"(1) {record['scheduled']}: {what}"


def _deviation(waiver: WaiverResult) -> str:
    return (
        f"Operational Requirement: waiver {waiver.id}, accepted by {waiver.approver} until "
        f"{waiver.expires}: {waiver.reason}"
    )


def _comment(record: Row, waivers: Sequence[WaiverResult]) -> Iterator[str]:
    if record["cause"]:
        yield f"{_ENDED[record['state']]}: {record['cause']}."
    for waiver in waivers:
        yield f"Waiver {waiver.id}, until {waiver.expires}."
    if record["accepted"] and record["state"] == "open":
        yield f"Waivers cover {record['accepted']:,} of {record['findings']:,} findings."
    if record["frameworks"]:
        yield f"Other frameworks: {record['frameworks']}"
    if record["resources_total"] > len(record["resources"]):
        yield (
            f"{len(record['resources']):,} of {record['resources_total']:,} resources are listed; "
            "all are in findings.csv."
        )
