"""Findings per practice: criteria, condition, cause, effect and recommendation.

A practice with a failing cell gets all five elements; any other gets a few lines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gapfolio.engagement import Folder, PracticeNotes
from gapfolio.model import Assessment, AttestationResult, Practice, PracticeResult, Step
from gapfolio.report.view import affected, attestations, condition, formats, practices, words
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
    attested: str
    """Who stated what, and where a person must still state something."""
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
    known = _known(assessment, folder)
    made = []
    for name, title in titles.items():
        entries = [_entry(item, known) for item in found if item.result.category == name]
        made.append(
            Chapter(
                anchor=anchors.anchor("findings", name),
                title=title,
                failing=tuple(entry for entry in entries if entry.failing),
                others=tuple(entry for entry in entries if not entry.failing),
            )
        )
    return tuple(made)


@dataclass(frozen=True, slots=True)
class _Known:
    """What the entries look up."""

    accounts: dict[str, str]
    places: affected.Places
    notes: dict[str, PracticeNotes]
    attestations: Sequence[AttestationResult]
    accepted: dict[str, int]
    """Practice to its open findings that a valid waiver covers."""
    form: str


def _known(assessment: Assessment, folder: Folder) -> _Known:
    accepted: dict[str, int] = defaultdict(int)
    for gap in assessment.remediation:
        accepted[gap.practice] += gap.accepted
    return _Known(
        accounts={account.id: account.name for account in assessment.accounts},
        places=affected.places(assessment),
        notes=folder.notes.practices,
        attestations=assessment.attestations,
        accepted=accepted,
        form=folder.engagement.report.date_format,
    )


def _entry(item: Item, known: _Known) -> Entry:
    result, texts = item.result, item.texts
    failing = result.state == "fail"
    note = known.notes.get(result.id) or PracticeNotes()
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
        found=_found(result, known.accepted.get(result.id, 0)),
        criteria=tuple(condition.criterion_row(c) for c in result.criteria if c.cells.failed),
        others=condition.others(result) if failing else (),
        cause=note.cause,
        cause_hint=texts.cause,
        effect=note.effect or texts.effect,
        steps=tuple(texts.recommendation),
        superseded=texts.superseded,
        notes=tuple(texts.notes),
        attested=attestations.said_of(item, known.attestations, known.form),
        accounts=condition.accounts(result, known.accounts),
        deployed=condition.before_deployment(result),
        resources=tuple(affected.resource(row, known.places) for row in shown),
        more=affected.truncation(len(shown), result.affected_total, known.places.listed),
        response=note.response,
        owner=note.owner,
        due=formats.day(note.due, known.form) if note.due else "",
    )


def _found(result: PracticeResult, accepted: int) -> str:
    """Say what was found, and how much of it is accepted."""
    if result.state != "fail":
        return condition.standing(result)
    text = condition.condition(result)
    covered = f" A valid waiver covers {formats.counted(accepted, 'of them', 'of them')}."
    return f"{text}{covered if accepted else ''}"


def _score(result: PracticeResult) -> str:
    if result.assured is None or result.possible is None:
        return ""
    return (
        f"{formats.score(100 * result.assured)} (possible {formats.score(100 * result.possible)}, "
        f"coverage {formats.percent(100 * (result.coverage or Fraction(0)))})"
    )


def _credentials(texts: Practice) -> str:
    return ", ".join(words.CREDENTIALS.get(name, name) for name in texts.credential_types)
