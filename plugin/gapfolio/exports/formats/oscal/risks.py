"""Risks: a gap each, with what is known of its severity, what to do by when, and its history."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gapfolio.exports.formats.oscal.source import Source, origin
from gapfolio.exports.formats.oscal.text import NS, end_of, filled, moment
from gapfolio.model import WaiverResult

Gap = Mapping[str, Any]
STATUS = {
    "open": "open",
    "accepted": "deviation-approved",
    "closed": "closed",
    "unproven": "open",  # nothing shows that it was closed
}
_NIST = "http://csrc.nist.gov/ns/oscal"


def risk_id(source: Source, key: str) -> str:
    """Give the UUID of the risk of a gap."""
    return source.uid("risk", key)


def risk(source: Source, gap: Gap, observed: str | None) -> dict[str, object]:
    """Give the risk of a gap; `observed` is the UUID of the observation, if there is one."""
    texts = source.texts
    return filled(
        uuid=risk_id(source, gap["key"]),
        title=texts.line(gap["name"]),
        description=texts.prose(gap["statement"], gap["why"]),
        statement=texts.prose(gap["effect"] or gap["statement"]),
        props=names(source, gap),
        status=STATUS[gap["state"]],
        origins=origin(source, gap["scanners"]),
        characterizations=list(_characterizations(source, gap)),
        deadline=end_of(gap["scheduled"]),
        remediations=list(_responses(source, gap)),
        risk_log=filled(entries=list(_log(source, gap))),
        related_observations=[{"observation-uuid": observed}] if observed else [],
    )


def names(source: Source, gap: Gap) -> list[dict[str, str]]:
    """Give what identifies a gap and its state, in properties."""
    return source.texts.props(
        key=gap["key"],
        practice=gap["practice"],
        criterion=gap["criterion"],
        account_id=gap["account"],
        state=gap["state"],
    )


def _characterizations(source: Source, gap: Gap) -> Iterator[dict[str, object]]:
    """Give the priority, which is the catalogue's, and the severity, which is the scanners'."""
    if gap["priority"]:
        facet = {"name": "priority", "system": NS, "value": gap["priority"]}
        yield {"origin": origin(source, [])[0], "facets": [facet]}
    if gap["severity"] not in ("", "unknown"):
        facet = {"name": "severity", "system": _NIST, "value": gap["severity"]}
        yield {"origin": origin(source, gap["scanners"])[0], "facets": [facet]}


# --- what is to be done ----------------------------------------------------------------------


def _responses(source: Source, gap: Gap) -> Iterator[dict[str, object]]:
    if gap["state"] == "closed":
        return
    if gap["recommendation"]:
        yield {
            "uuid": source.uid("recommendation", gap["key"]),
            "lifecycle": "recommendation",
            "title": "Recommendation",
            "description": source.texts.steps(gap["recommendation"]),
        }
    if gap["due"]:
        yield _planned(source, gap)
    for waiver in _waivers(source, gap):
        yield _acceptance(source, gap, waiver)


def _waivers(source: Source, gap: Gap) -> list[WaiverResult]:
    return [source.waivers[name] for name in gap["waivers"] if name in source.waivers]


def _planned(source: Source, gap: Gap) -> dict[str, object]:
    texts = source.texts
    return filled(
        uuid=source.uid("plan", gap["key"]),
        lifecycle="planned",
        title="Close the gap",
        description=texts.prose(f"By {gap['due']}: {gap['owner'] or 'nobody is named for it'}."),
        props=texts.props(owner=gap["owner"]),
        tasks=[_milestone(source, "The gap is closed", end_of(gap["due"]), gap["key"])],
    )


def _acceptance(source: Source, gap: Gap, waiver: WaiverResult) -> dict[str, object]:
    texts, key = source.texts, (gap["key"], waiver.id)
    return filled(
        uuid=source.uid("acceptance", *key),
        lifecycle="planned",
        title=texts.line(f"Risk accepted until {waiver.expires}: waiver {waiver.id}"),
        description=texts.prose(waiver.reason),
        props=[
            {"name": "type", "value": "accept"},
            *texts.props(
                waiver=waiver.id,
                owner=waiver.owner,
                approver=waiver.approver,
                ticket=waiver.ticket,
                granted=waiver.granted,
                expires=waiver.expires,
                state=waiver.state,
            ),
        ],
        tasks=[_milestone(source, "The waiver ends", end_of(waiver.expires), *key)],
    )


def _milestone(source: Source, title: str, when: str | None, *key: str) -> dict[str, object]:
    return filled(
        uuid=source.uid("milestone", *key),
        type="milestone",
        title=title,
        timing={"on-date": {"date": when}} if when else None,
    )


# --- what happened ---------------------------------------------------------------------------


def _log(source: Source, gap: Gap) -> Iterator[dict[str, object]]:
    """Give when it was opened, accepted and closed, as far as that is known."""
    yield from _entry(source, gap, "Open", gap["open_since"], "status-update", "open")
    if gap["state"] == "accepted":
        for waiver in _waivers(source, gap):
            title = f"Accepted by {waiver.approver}: waiver {waiver.id}"
            yield from _entry(
                source, gap, title, waiver.granted, "dr-approved", "deviation-approved"
            )
    when = gap["status_date"] or source.judged
    if gap["state"] == "closed":
        kind = "remediated" if gap["cause"] == "fixed" else "closed"
        yield from _entry(source, gap, f"Closed: {gap['cause']}", when, kind, "closed")
    elif gap["state"] == "unproven":
        title = f"Not shown to be closed: {gap['cause']}"
        yield from _entry(source, gap, title, when, "status-update", "open")


def _entry(  # noqa: PLR0913, PLR0917 - what an entry is made of
    source: Source, gap: Gap, title: str, when: object, kind: str, status: str
) -> Iterator[dict[str, object]]:
    start = moment(when)
    if start:
        yield {
            "uuid": source.uid("entry", gap["key"], title, start),
            "title": source.texts.line(title),
            "start": start,
            "props": [{"name": "type", "value": kind}],
            "status-change": status,
        }
