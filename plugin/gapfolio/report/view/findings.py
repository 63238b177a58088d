"""Findings per practice: criteria, condition, cause, effect and recommendation.

A practice with a failing cell gets all five elements; any other gets a few lines.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

from gapfolio.engagement import Folder, PracticeNotes
from gapfolio.model import (
    Affected,
    Assessment,
    CriterionResult,
    Practice,
    PracticeResult,
    Step,
)
from gapfolio.report.view import formats, practices, words
from gapfolio.report.view.coverage import reason, unknown_reasons
from gapfolio.report.view.names import Name
from gapfolio.report.view.practices import Item
from gapfolio.report.view.words import Chip

SHOWN = 5
"""So many resources stand in the finding itself; the appendix lists up to 25."""
MOST_ACCOUNTS = 20
RESOURCE = 300
DETAIL = 120
"""Characters of a resource and of what a check said of it; findings.csv has them in full."""


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A criterion that fails."""

    statement: str
    basis: str
    """"" when the article says it."""
    chip: Chip
    remark: str
    """How many cells and findings, or why nobody knows."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A failing resource."""

    resource: str
    where: str
    severity: str
    check: str
    detail: str
    """What the check said of it, shortened."""
    origin: str
    muted: bool


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
    condition: str
    criteria: tuple[CriterionRow, ...]
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
    resources: tuple[Resource, ...]
    more: str
    response: str
    owner: str
    due: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """A category with its entries, failing ones first."""

    id: str
    title: str
    failing: tuple[Entry, ...]
    others: tuple[Entry, ...]


def chapters(
    assessment: Assessment, folder: Folder, found: Sequence[Item], titles: dict[str, str]
) -> tuple[Chapter, ...]:
    """Build the section; `titles` names the categories in their order."""
    names = {account.id: account.name for account in assessment.accounts}
    form = folder.engagement.report.date_format
    known = places(assessment)
    made = []
    for name, title in titles.items():
        entries = [
            _entry(item, folder.notes.practices.get(item.result.id), names, form, known)
            for item in found
            if item.result.category == name
        ]
        made.append(
            Chapter(
                id=name,
                title=title,
                failing=tuple(entry for entry in entries if entry.failing),
                others=tuple(entry for entry in entries if not entry.failing),
            )
        )
    return tuple(made)


@dataclass(frozen=True, slots=True)
class Places:
    """What need not be said of each resource, because the report says it once."""

    files: dict[str, int]
    """Input to its number in the evidence manifest."""
    single: bool
    """True: one account is in scope."""


def places(assessment: Assessment) -> Places:
    """Number the inputs as the evidence manifest does."""
    return Places(
        files={given.name: number for number, given in enumerate(assessment.inputs, 1)},
        single=len(assessment.accounts) == 1,
    )


def resource(affected: Affected, known: Places) -> Resource:
    """Print a failing resource; account and Region only where its name does not hold them."""
    account = "" if known.single or affected.account in affected.resource else affected.account
    region = "" if affected.region in affected.resource.split(":") else affected.region
    return Resource(
        resource=formats.short(affected.resource, RESOURCE),
        where=formats.short(" · ".join(part for part in (account, region) if part)),
        severity=words.SEVERITIES.get(affected.severity, affected.severity),
        check=formats.short(affected.check.partition(":")[2] or affected.check),
        detail=formats.short(affected.detail, DETAIL),
        origin=_origin(affected, known.files),
        muted=affected.muted,
    )


def _origin(affected: Affected, files: dict[str, int]) -> str:
    row = f"row {formats.number(affected.row)}"
    if len(files) == 1:
        return row
    return f"file {files[affected.input]}, {row}" if affected.input in files else ""


def truncation(shown: int, total: int) -> str:
    """Say how many of how many resources are listed."""
    if shown >= total:
        return ""
    return f"{formats.number(shown)} of {formats.number(total)}, all in findings.csv"


def _entry(
    item: Item,
    note: PracticeNotes | None,
    names: dict[str, str],
    form: str,
    known: Places,
) -> Entry:
    result, texts = item.result, item.texts
    failing = result.state == "fail"
    note = note or PracticeNotes()
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
        statements=tuple((c.statement, _basis(c)) for c in result.criteria),
        condition=_condition(result) if failing else _standing(result),
        criteria=tuple(_criterion(c) for c in result.criteria if c.cells.failed),
        others=_others(result) if failing else (),
        cause=note.cause,
        cause_hint=texts.cause,
        effect=note.effect or texts.effect,
        steps=tuple(texts.recommendation),
        superseded=texts.superseded,
        notes=tuple(texts.notes),
        attest=result.evidence != "automated",
        accounts=_accounts(result, names),
        resources=tuple(resource(affected, known) for affected in result.affected[:SHOWN]),
        more=_more(result),
        response=note.response,
        owner=note.owner,
        due=_due(note.due, form),
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


def _basis(criterion: CriterionResult) -> str:
    return "" if criterion.basis == "said" else words.BASIS[criterion.basis]


def _criterion(criterion: CriterionResult) -> CriterionRow:
    return CriterionRow(
        statement=criterion.statement,
        basis=_basis(criterion),
        chip=words.STATES["fail"],
        remark="; ".join(part for part in (_cells(criterion), _findings(criterion)) if part),
    )


def _cells(criterion: CriterionResult) -> str:
    cells = criterion.cells
    if cells.total == 1:
        return ""
    parts = ((cells.failed, "fail"), (cells.unknown, "not assessed"), (cells.passed, "pass"))
    verdicts = ", ".join(f"{formats.number(number)} {text}" for number, text in parts if number)
    return f"of {formats.number(cells.total)} accounts {verdicts}"


def _findings(criterion: CriterionResult) -> str:
    fails, passes = criterion.findings.get("fail", 0), criterion.findings.get("pass", 0)
    if not fails:
        return ""
    muted = criterion.findings.get("muted_fail", 0)
    silenced = f", {formats.number(muted)} of them muted" if muted else ""
    return f"{formats.number(fails)} of {formats.counted(fails + passes, 'finding')}{silenced}"


def _condition(result: PracticeResult) -> str:
    cells = result.cells
    parts = (
        (cells.failed, "fails" if cells.failed == 1 else "fail"),
        (cells.unknown, "is not assessed" if cells.unknown == 1 else "are not assessed"),
        (cells.passed, "passes" if cells.passed == 1 else "pass"),
    )
    verdicts = [f"{formats.number(number)} {verb}" for number, verb in parts if number]
    fails = result.findings.get("fail", 0)
    rated = formats.tally(result.severities, words.SEVERITIES)
    text = (
        f"Of {formats.counted(cells.total, 'cell')} {_joined(verdicts)}. "
        f"{formats.counted(fails, 'open failing finding')}"
        f"{f' ({rated}, as the scanner rates them)' if rated else ''}."
    )
    muted = result.findings.get("muted_fail", 0)
    return f"{text} {formats.number(muted)} of them muted in the scanner." if muted else text


def _standing(result: PracticeResult) -> str:
    """Say in one sentence why a practice without a failing cell stands where it stands."""
    cells = result.cells
    if result.state == "unscored":
        return "Understanding is no setting: the practice is reported and never scored."
    if result.state == "absent":
        return (
            f"Nothing to assess: the checks ran and found no such resource "
            f"({formats.counted(cells.absent, 'cell')})."
        )
    parts = []
    if cells.passed:
        whole = "" if cells.passed == cells.total else f" of {formats.number(cells.total)}"
        parts.append(f"Holds in {formats.number(cells.passed)}{whole} {_noun(cells.total)}")
    if cells.unknown:
        why = ", ".join(
            f"{text} ({formats.number(number)})" for text, number in unknown_reasons(result).items()
        )
        whole = "" if cells.unknown == cells.total else f" of {formats.number(cells.total)}"
        parts.append(
            f"Not assessed in {formats.number(cells.unknown)}{whole} {_noun(cells.total)}: {why}"
        )
    if cells.absent:
        parts.append(f"Nothing to assess in {formats.counted(cells.absent, 'further cell')}")
    return f"{'. '.join(parts)}."


def _noun(cells: int) -> str:
    return "cell" if cells == 1 else "cells"


def _others(result: PracticeResult) -> tuple[tuple[str, str], ...]:
    """Name the criteria that do not fail, by what became of them."""
    kinds: dict[str, list[str]] = {}
    for criterion in result.criteria:
        if not criterion.cells.failed:
            kinds.setdefault(_fate(criterion), []).append(criterion.statement)
    return tuple((label, " ".join(statements)) for label, statements in sorted(kinds.items()))


def _fate(criterion: CriterionResult) -> str:
    cells = criterion.cells
    if not criterion.expected:
        return "Not seen by any scanner in use"
    if cells.unknown:
        reasons = [reason(name) for name in criterion.reasons if name != "nothing_to_assess"]
        known = "Partly assessed" if cells.passed else "Not assessed"
        return f"{known}, {' and '.join(reasons)}"
    return "Held" if cells.passed else "Nothing to assess"


def _accounts(result: PracticeResult, names: dict[str, str]) -> str:
    """Name the accounts in which the practice fails, the shorter way round."""
    failing = result.accounts_failing
    rest = sorted(names.keys() - set(failing))
    if not failing or len(names) == 1:
        return ""
    count = f"{formats.number(len(failing))} of {formats.number(len(names))}"
    if not rest:
        return f"all {formats.number(len(names))} in scope"
    if len(rest) < len(failing):
        return f"{count}; not in {formats.listed(rest, MOST_ACCOUNTS)}"
    return f"{count}: {formats.listed(failing, MOST_ACCOUNTS)}"


def _more(result: PracticeResult) -> str:
    shown = min(SHOWN, len(result.affected))
    return truncation(shown, result.affected_total)


def _due(due: date | None, form: str) -> str:
    return formats.day(due, form) if due else ""


def _joined(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last
