"""The exceptions register: what was accepted, by whom and until when, and what scanners muted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gapfolio.model import Assessment, Muted, Score, WaiverResult
from gapfolio.report.view import accounts, formats, words
from gapfolio.report.view.affected import places, truncation
from gapfolio.report.view.words import Chip

MOST_WAIVERS = 60
"""Waivers shown of each state."""
MOST_MUTED = 40
NAME = 80
"""Characters of an id, a person or a ticket."""
REASON = 600
MOST_VALUES = 8
"""Values shown of one selector."""
MOST_PRACTICES = 12

STATES = {
    "valid": "Valid on the last day of the period",
    "not yet valid": "Not yet valid: what they select is open",
    "expired": "Expired: what they select is open again",
}
"""States in the order of the register, with the caption of their table."""


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """A waiver as the register lists it."""

    id: str
    chip: Chip
    ticket: str
    selects: tuple[tuple[str, str], ...]
    """Selector and what it asks; all of them must match."""
    reason: str
    covers: str
    overlaps: str
    owner: str
    approver: str
    granted: str
    expires: str
    left: str
    """Days left, since when it is open again, or when it begins."""


@dataclass(frozen=True, slots=True)
class Group:
    """The waivers of one state."""

    caption: str
    rows: tuple[WaiverRow, ...]
    more: str


@dataclass(frozen=True, slots=True)
class MutedRow:
    """Findings of one check in one account that were muted in the scanner."""

    check: str
    account: str
    practice: str
    findings: str
    waived: str


@dataclass(frozen=True, slots=True)
class Line:
    """A score as a line of a table."""

    assured: str
    possible: str
    coverage: str


@dataclass(frozen=True, slots=True)
class Register:
    """The exceptions register."""

    total: int
    groups: tuple[Group, ...]
    longest: str
    idle: str
    """How many valid waivers cover nothing; "" = none."""
    headline: Line
    accepted: Line | None
    """With accepted risk; None where there is no waiver."""
    muted: tuple[MutedRow, ...]
    muted_sentence: str
    muted_more: str


def register(assessment: Assessment, form: str) -> Register:
    """Build the section; `form` is the date format."""
    found, known = assessment.exceptions, accounts.names(assessment)
    idle = sum(waiver.state == "valid" and not waiver.findings for waiver in found.waivers)
    muted = sorted(found.muted, key=lambda m: (-m.findings, m.scanner, m.check, m.account))
    accepted = assessment.scores.accepted
    return Register(
        total=len(found.waivers),
        groups=tuple(_groups(found.waivers, known, assessment.period.end, form)),
        longest=formats.counted(found.longest_days, "day"),
        idle=formats.counted(idle, "valid waiver") if idle else "",
        headline=_line(assessment.scores.all),
        accepted=_line(accepted) if accepted else None,
        muted=tuple(_muted(row, known) for row in muted[:MOST_MUTED]),
        muted_sentence=_muted_sentence(muted),
        muted_more=truncation(MOST_MUTED, len(muted), places(assessment).listed),
    )


def _groups(
    waivers: Sequence[WaiverResult], known: Mapping[str, str], end: date, form: str
) -> Iterator[Group]:
    """Group by state; what ends next comes first, and of the expired what ended last."""
    ordered = sorted(waivers, key=lambda waiver: (abs(waiver.days_left), waiver.id))
    for state, caption in STATES.items():
        own = [waiver for waiver in ordered if waiver.state == state]
        if own:
            yield Group(
                caption,
                tuple(_row(waiver, known, end, form) for waiver in own[:MOST_WAIVERS]),
                truncation(MOST_WAIVERS, len(own), "assessment.json"),
            )


def _row(waiver: WaiverResult, known: Mapping[str, str], end: date, form: str) -> WaiverRow:
    return WaiverRow(
        id=formats.short(waiver.id, NAME),
        chip=words.TERMS[waiver.state],
        ticket=formats.short(waiver.ticket, NAME),
        selects=tuple(
            (words.SELECTORS.get(name, name), _values(values))
            for name, values in waiver.selects.items()
        ),
        reason=formats.short(waiver.reason, REASON),
        covers=_covers(waiver, known),
        overlaps=formats.listed((formats.short(name, NAME) for name in waiver.overlaps), 6),
        owner=formats.short(waiver.owner, NAME),
        approver=formats.short(waiver.approver, NAME),
        granted=formats.day(waiver.granted, form),
        expires=formats.day(waiver.expires, form),
        left=_left(waiver, end, form),
    )


def _values(values: Sequence[str]) -> str:
    shown = [formats.short(value, 160) for value in values]
    return " or ".join(shown) if len(shown) <= MOST_VALUES else formats.listed(shown, MOST_VALUES)


def _covers(waiver: WaiverResult, known: Mapping[str, str]) -> str:
    """Say what a waiver covers today, or what it would if it were valid."""
    if not waiver.findings:
        return {
            "valid": "Covers nothing: no open failing finding matches what it selects.",
            "expired": "No open failing finding matches what it selected.",
            "not yet valid": "No open failing finding matches what it selects.",
        }[waiver.state]
    findings = formats.counted(waiver.findings, "open failing finding")
    verb = {
        "valid": f"Covers {findings}",
        "expired": f"Covered what are now {findings}",
        "not yet valid": f"Will cover {findings}",
    }[waiver.state]
    if waiver.state == "expired" and waiver.findings == 1:
        verb = f"Covered what is now {findings}"
    where = accounts.named(waiver.accounts or [""], known)
    noun = "practice" if len(waiver.practices) == 1 else "practices"
    return f"{verb} in {where}; {noun} {formats.listed(waiver.practices, MOST_PRACTICES)}."


def _left(waiver: WaiverResult, end: date, form: str) -> str:
    if waiver.state == "expired":
        return f"open again since {formats.day(waiver.expires + timedelta(days=1), form)}"
    if waiver.state == "not yet valid":
        return f"begins {formats.counted((waiver.granted - end).days, 'day')} after the period"
    return f"{formats.counted(waiver.days_left, 'day')} left" if waiver.days_left else "last day"


def _line(score: Score) -> Line:
    return Line(
        assured=formats.score(score.assured),
        possible=formats.score(score.possible),
        coverage=formats.percent(score.coverage),
    )


def _muted(row: Muted, known: Mapping[str, str]) -> MutedRow:
    return MutedRow(
        check=formats.short(f"{row.scanner}: {row.check}"),
        account=known.get(row.account, row.account) or accounts.CODE,
        practice=row.practice or "none",
        findings=formats.number(row.findings),
        waived=formats.number(row.waived),
    )


def _muted_sentence(muted: Sequence[Muted]) -> str:
    findings, waived = sum(m.findings for m in muted), sum(m.waived for m in muted)
    if not findings:
        return ""
    verb = "was" if findings == 1 else "were"
    also = f"a valid waiver covers {formats.number(waived)} of them as well" if waived else ""
    none = "no waiver covers it" if findings == 1 else "no waiver covers any of them"
    return (
        f"{formats.counted(findings, 'finding')} that did not pass {verb} muted in the scanner; "
        f"{also or none}."
    )
