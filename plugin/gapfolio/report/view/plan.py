"""What is to be done: remediation plan, attestations and management's answers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gapfolio.engagement import Folder, PracticeNotes
from gapfolio.model import Step
from gapfolio.report.view import formats, practices
from gapfolio.report.view.practices import Item, Row


@dataclass(frozen=True, slots=True)
class Task:
    """A practice to mend or to find out about."""

    place: int
    row: Row
    action: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True)
class Attestation:
    """A practice on which a person must state something."""

    row: Row
    text: str
    open: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Management's words on one practice."""

    row: Row
    text: str


@dataclass(frozen=True, slots=True)
class Plan:
    """Remediation plan, attestations and management response."""

    mend: tuple[Task, ...]
    settle: tuple[Task, ...]
    attestations: tuple[Attestation, ...]
    response: str
    answers: tuple[Answer, ...]


def plan(found: Sequence[Item], folder: Folder) -> Plan:
    """Build the plan: what costs most points comes first."""
    notes, form = folder.notes, folder.engagement.report.date_format
    mend = practices.worst_first([i for i in found if i.result.state == "fail"])
    settle = [i for i in found if i.result.state in ("unknown", "partly")]
    settle.sort(key=lambda i: (-i.unknown_points, i.result.id))
    return Plan(
        mend=tuple(
            _task(place, item, _first(item.texts.recommendation), notes.practices, form)
            for place, item in enumerate(mend, 1)
        ),
        settle=tuple(
            _task(place, item, _question(item), notes.practices, form)
            for place, item in enumerate(settle, len(mend) + 1)
        ),
        attestations=tuple(
            Attestation(practices.row(item), item.texts.attest, open=True)
            for item in found
            if item.result.evidence != "automated"
        ),
        response=notes.management_response,
        answers=tuple(
            Answer(practices.row(item), note.response)
            for item in found
            if (note := notes.practices.get(item.result.id)) and note.response
        ),
    )


def _task(place: int, item: Item, action: str, notes: dict[str, PracticeNotes], form: str) -> Task:
    note = notes.get(item.result.id, PracticeNotes())
    return Task(
        place=place,
        row=practices.row(item),
        action=action,
        owner=note.owner,
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
