"""What is to be done, by whom and by when; and management's answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from gapfolio.engagement import Folder, PracticeNotes
from gapfolio.model import Assessment, Step
from gapfolio.report.view import accounts, formats, practices, words
from gapfolio.report.view.gaps import Gap, gaps
from gapfolio.report.view.practices import Item, Row

MOST_GAPS = 6
"""Lines of one practice; what is more is summed up in one."""
LINES = 120
"""Lines of all practices together, about; where many fail, each gets fewer."""
SOON = timedelta(days=30)
OWNER = 60
"""Characters of an owner."""


@dataclass(frozen=True, slots=True)
class Job:
    """A practice that one person mends by one day, in one or more accounts."""

    row: Row
    due: str
    mark: str
    """How long it is overdue; "" = it is not."""
    settled: bool
    """True: all of it is accepted, nothing is due."""
    owner: str
    accounts: str
    findings: str
    """How many are open; "" where a person attested the gap."""
    accepted: str
    since: str


@dataclass(frozen=True, slots=True)
class DueBar:
    """How many gaps of one priority are due when."""

    title: str
    overdue: int
    soon: int
    later: int
    others: str
    """Those without a date, in words."""


@dataclass(frozen=True, slots=True)
class Task:
    """A practice to mend or to find out about."""

    place: int
    row: Row
    action: str
    owner: str
    due: str
    """Owner and day as the notes say them."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Management's words on one practice."""

    row: Row
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Remediation plan and management response."""

    sentence: str
    bars: tuple[DueBar, ...]
    jobs: tuple[Job, ...]
    cut: bool
    """True: some lines sum up several owners or dates."""
    single: bool
    """True: one account is in scope, so that it need not be named."""
    mend: tuple[Task, ...]
    settle: tuple[Task, ...]
    response: str
    answers: tuple[Answer, ...]


def plan(assessment: Assessment, found: Sequence[Item], folder: Folder) -> Plan:
    """Build the plan: what is overdue comes first, then what is due first."""
    notes, form = folder.notes, folder.engagement.report.date_format
    open_gaps = gaps(assessment)
    lines = _lines(open_gaps)
    items = {item.result.id: item for item in found}
    known = accounts.names(assessment)
    mend = practices.worst_first([i for i in found if i.result.state == "fail"])
    settle = [i for i in found if i.result.state in ("unknown", "partly")]
    settle.sort(key=lambda i: (-i.unknown_points, i.result.id))
    return Plan(
        sentence=_sentence(open_gaps),
        bars=_bars(open_gaps, found, assessment.period.end),
        jobs=tuple(_job(line, items[line[0].practice], known, form) for line in lines),
        cut=any(len(line) > 1 for line in lines),
        single=len(assessment.accounts) == 1,
        mend=tuple(
            _task(place, item, _first(item.texts.recommendation), notes.practices, form)
            for place, item in enumerate(mend, 1)
        ),
        settle=tuple(
            _task(place, item, _question(item), notes.practices, form)
            for place, item in enumerate(settle, len(mend) + 1)
        ),
        response=notes.management_response,
        answers=tuple(
            Answer(practices.row(item), note.response)
            for item in found
            if (note := notes.practices.get(item.result.id)) and note.response
        ),
    )


def _lines(found: Sequence[Gap]) -> list[list[Gap]]:
    """Give the lines of the table, of one gap each, or of all that a practice has too many."""
    by_practice: dict[str, list[Gap]] = defaultdict(list)
    for gap in found:
        by_practice[gap.practice].append(gap)
    allowed = max(1, min(MOST_GAPS, LINES // max(1, len(by_practice)) - 1))
    lines: list[list[Gap]] = []
    for own in by_practice.values():
        most = allowed if len(own) > allowed + 1 else len(own)
        lines += [[gap] for gap in own[:most]]
        if own[most:]:
            lines.append(own[most:])
    return sorted(lines, key=lambda line: line[0].rank)


def _job(line: Sequence[Gap], item: Item, known: Mapping[str, str], form: str) -> Job:
    first = line[0]
    where = sorted({account for gap in line for account in gap.accounts})
    overdue = max(gap.overdue for gap in line)
    findings, accepted = sum(gap.findings for gap in line), sum(gap.accepted for gap in line)
    since = min((gap.since for gap in line if gap.since), default=None)
    owners = {gap.owner for gap in line}
    several = f"{formats.number(len(line))} more owners or dates"
    return Job(
        row=practices.row(item),
        due=_dates([gap.due for gap in line if gap.due], form),
        mark=_mark(overdue, several=len(line) > 1),
        settled=all(gap.settled for gap in line),
        owner=formats.short(first.owner, OWNER) if len(owners) == 1 else several,
        accounts=_accounts(where, known),
        findings=formats.number(findings) if findings else "",
        accepted=formats.number(accepted) if accepted else "",
        since=formats.day(since, form) if since else "",
    )


def _dates(days: Sequence[date], form: str) -> str:
    if not days:
        return ""
    first, last = formats.day(min(days), form), formats.day(max(days), form)
    return first if first == last else f"{first} to {last}"


def _mark(overdue: int, *, several: bool) -> str:
    if not overdue:
        return ""
    return f"overdue by {'up to ' if several else ''}{formats.counted(overdue, 'day')}"


def _accounts(found: Sequence[str], known: Mapping[str, str]) -> str:
    if len(found) > 1 and len(found) == len(known) and all(found):
        return f"all {formats.number(len(found))}"
    labels = [known.get(account, account) or accounts.CODE for account in found]
    most = 3
    return ", ".join(labels) if len(labels) <= most else formats.counted(len(labels), "account")


def _sentence(found: Sequence[Gap]) -> str:
    """Say how much is to be mended, how much of it is overdue, and for how much nobody is named."""
    total = sum(gap.places for gap in found)
    if not total:
        return ""
    overdue = sum(gap.places for gap in found if gap.overdue)
    nobody = sum(gap.places for gap in found if not gap.owner and not gap.settled)
    settled = sum(gap.places for gap in found if gap.settled)
    parts = [
        f"{formats.counted(overdue, 'is', 'are')} overdue" if overdue else "none is overdue",
        f"for {formats.number(nobody)} nobody is named" if nobody else "",
        f"{formats.counted(settled, 'is', 'are')} accepted in full and not due" if settled else "",
    ]
    return f"Of {formats.counted(total, 'gap')}, {'; '.join(part for part in parts if part)}."


def _bars(found: Sequence[Gap], items: Sequence[Item], end: date) -> tuple[DueBar, ...]:
    """Count the gaps of each priority by when they are due; none where nothing has a date."""
    priorities = {item.result.id: item.result.priority for item in items}
    bars = []
    for name, title in words.PRIORITIES.items():
        own = [gap for gap in found if priorities.get(gap.practice) == name]
        dated = [(gap.due, gap.places) for gap in own if gap.due]
        accepted = sum(gap.places for gap in own if gap.settled)
        undated = sum(gap.places for gap in own if not gap.due) - accepted
        others = [
            f"{formats.number(number)} {text}"
            for number, text in ((accepted, "accepted"), (undated, "without a date"))
            if number
        ]
        bars.append(
            DueBar(
                title=title,
                overdue=sum(n for due, n in dated if due < end),
                soon=sum(n for due, n in dated if end <= due <= end + SOON),
                later=sum(n for due, n in dated if due > end + SOON),
                others=", ".join(others),
            )
        )
    return tuple(bars) if any(gap.due for gap in found) else ()


def _task(place: int, item: Item, action: str, notes: dict[str, PracticeNotes], form: str) -> Task:
    note = notes.get(item.result.id, PracticeNotes())
    return Task(
        place=place,
        row=practices.row(item),
        action=action,
        owner=formats.short(note.owner, OWNER),
        due=formats.day(note.due, form) if note.due else "",
    )


def _first(steps: Sequence[Step]) -> str:
    return steps[0].do if steps else ""


def _question(item: Item) -> str:
    """Say what would settle a practice that nobody has judged."""
    unattested = item.result.attestation.unknown
    unseen = item.result.automated_cells.unknown
    if unattested and unseen:
        return "Give evidence from a full scan, and attest."
    if unattested:
        return "Attest."
    return "Give evidence from a full scan with a run record."
