"""Findings per practice: criteria, condition, cause, effect and recommendation.

A practice with a failing cell gets all five elements; any other gets a few lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gapfolio.engagement import Folder, PracticeNotes
from gapfolio.model import Assessment, Practice, PracticeResult, Step
from gapfolio.report.view import affected, condition, formats, practices, words
from gapfolio.report.view import names as anchors
from gapfolio.report.view.names import Name
from gapfolio.report.view.practices import Item
from gapfolio.report.view.words import Chip


@dataclass(frozen=True, slots=True)
class Entry:
    """A practice as this section prints it."""

    id: str
    title: str
    anchor: Name
    chip: Chip
    failing: bool
    priority: str
    priority_reason: str
    weight: str
    score: str
    evidence: str
    section: str
    basis: str
    basis_note: str
    nist: str
    credentials: str
    layer: str
    why: str
    statements: tuple[tuple[str, str], ...]
    """Criteria with their basis, for practices that do not fail."""
    found: str
    criteria: tuple[condition.CriterionRow, ...]
    others: tuple[tuple[str, str], ...]
    """What became of the other criteria, and which they are."""
    cause: str
    cause_hint: str
    effect: str
    steps: tuple[Step, ...]
    superseded: str
    notes: tuple[str, ...]
    attest: bool
    """True: a person must state something as well."""
    accounts: str
    deployed: str
    """What scans of infrastructure code found; "" where they said nothing."""
    resources: tuple[affected.Resource, ...]
    more: str
    response: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A category with its entries, failing ones first."""

    anchor: Name
    title: str
    failing: tuple[Entry, ...]
    others: tuple[Entry, ...]


def chapters(
    assessment: Assessment, folder: Folder, found: Sequence[Item], titles: dict[str, str]
) -> tuple[Chapter, ...]:
    """Build the section; `titles` names the categories in their order."""
    names = {account.id: account.name for account in assessment.accounts}
    form = folder.engagement.report.date_format
    known = affected.places(assessment)
    made = []
    for name, title in titles.items():
        entries = [
            _entry(item, folder.notes.practices.get(item.result.id), names, form, known)
            for item in found
            if item.result.category == name
        ]
        made.append(
            Chapter(
                anchor=anchors.anchor("findings", name),
                title=title,
                failing=tuple(entry for entry in entries if entry.failing),
                others=tuple(entry for entry in entries if not entry.failing),
            )
        )
    return tuple(made)


def _entry(
    item: Item,
    note: PracticeNotes | None,
    names: dict[str, str],
    form: str,
    known: affected.Places,
) -> Entry:
    result, texts = item.result, item.texts
    failing = result.state == "fail"
    note = note or PracticeNotes()
    shown = result.affected[: affected.SHOWN]
    return Entry(
        id=result.id,
        title=result.title,
        anchor=practices.anchor(result.id),
        chip=item.chip,
        failing=failing,
        priority=words.PRIORITIES.get(result.priority or "", ""),
        priority_reason=texts.priority_reason,
        weight=str(result.weight),
        score=_score(result),
        evidence=words.EVIDENCE[result.evidence],
        section=texts.section,
        basis=words.BASIS[texts.basis],
        basis_note=texts.basis_note,
        nist=", ".join(texts.nist_800_53),
        credentials=_credentials(texts),
        layer=words.LAYERS.get(texts.network_layer, ""),
        why=texts.why,
        statements=tuple((c.statement, condition.basis(c)) for c in result.criteria),
        found=condition.condition(result) if failing else condition.standing(result),
        criteria=tuple(condition.criterion_row(c) for c in result.criteria if c.cells.failed),
        others=condition.others(result) if failing else (),
        cause=note.cause,
        cause_hint=texts.cause,
        effect=note.effect or texts.effect,
        steps=tuple(texts.recommendation),
        superseded=texts.superseded,
        notes=tuple(texts.notes),
        attest=result.evidence != "automated",
        accounts=condition.accounts(result, names),
        deployed=condition.before_deployment(result),
        resources=tuple(affected.resource(row, known) for row in shown),
        more=affected.truncation(len(shown), result.affected_total),
        response=note.response,
        owner=note.owner,
        due=formats.day(note.due, form) if note.due else "",
    )


def _score(result: PracticeResult) -> str:
    if result.assured is None or result.possible is None:
        return ""
    return (
        f"{formats.score(100 * result.assured)} (possible {formats.score(100 * result.possible)}, "
        f"coverage {formats.percent(100 * (result.coverage or Fraction(0)))})"
    )


def _credentials(texts: Practice) -> str:
    return ", ".join(words.CREDENTIALS.get(name, name) for name in texts.credential_types)
