"""Coverage: what was not assessed, why, and on whose word silence was read."""

from __future__ import annotations

import shlex
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import PurePath

from gapfolio.assess.score import LIMITED
from gapfolio.model import Assessment, PracticeResult, Reason, RunResult
from gapfolio.report.view import formats, practices
from gapfolio.report.view.practices import Item

MOST_RUNS = 100
_MOST_REGIONS = 20
_LONGEST_CALL = 600
ABSENT = frozenset({Reason.NOTHING_TO_ASSESS.name.lower(), Reason.DECLARED.name.lower()})
"""Reasons of cells that are absent; those of all others are unknown."""


@dataclass(frozen=True, slots=True)
class Gap:
    """A practice with cells that are unknown for one reason."""

    id: str
    cells: str


@dataclass(frozen=True, slots=True)
class ReasonRow:
    """Why cells have no verdict, over the whole report."""

    text: str
    cells: str
    practices: tuple[Gap, ...]


@dataclass(frozen=True, slots=True)
class Unseen:
    """A practice with criteria that no scanner in use can see."""

    id: str
    title: str
    statements: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunRow:
    """Run records or declarations that say the same of several accounts."""

    scanner: str
    accounts: str
    checks: str
    when: str
    regions: str
    exit_code: str
    called: str
    """Command line, with what was secret in it blotted out."""
    errors: str
    origin: str
    standing: str


@dataclass(frozen=True, slots=True)
class Coverage:
    """The coverage section."""

    coverage: str
    limited: bool
    automated: str
    unknown_points: str
    reasons: tuple[ReasonRow, ...]
    absent: str
    """Cells with nothing to assess."""
    declared_out: str
    """Cells that were declared not applicable; "" = none."""
    unseen: tuple[Unseen, ...]
    unseen_total: int
    runs: tuple[RunRow, ...]
    runs_more: int
    declared: bool
    if_executed: str


def coverage(assessment: Assessment, found: Sequence[Item], form: str) -> Coverage:
    """Build the section."""
    scores = assessment.scores
    scored = [item for item in found if item.result.priority]
    unseen = [
        Unseen(
            item.result.id,
            item.result.title,
            tuple(c.statement for c in item.result.criteria if not c.expected),
        )
        for item in scored
        if any(not criterion.expected for criterion in item.result.criteria)
    ]
    runs = _runs(assessment, form)
    declared = sum(practices.declared(item.result) for item in scored)
    return Coverage(
        coverage=formats.percent(scores.all.coverage),
        limited=scores.all.coverage < LIMITED,
        automated=formats.percent(scores.automated.coverage),
        unknown_points=formats.score(sum((item.unknown_points for item in scored), Fraction(0))),
        reasons=_reasons(scored),
        absent=formats.counted(scores.all.cells.absent - declared, "cell"),
        declared_out=formats.counted(declared, "cell") if declared else "",
        unseen=tuple(unseen),
        unseen_total=sum(len(row.statements) for row in unseen),
        runs=tuple(runs[:MOST_RUNS]),
        runs_more=max(0, len(runs) - MOST_RUNS),
        declared=any(run.declared for run in assessment.runs),
        if_executed=formats.interval(scores.if_executed) if scores.if_executed else "",
    )


def unknown_reasons(result: PracticeResult) -> dict[str, int]:
    """Count the unknown cells of a practice by the text of their reason."""
    reasons: dict[str, int] = defaultdict(int)
    for criterion in result.criteria:
        for name, cells in criterion.reasons.items():
            if name not in ABSENT:
                reasons[reason(name)] += cells
    for text, cells in attestation_reasons(result).items():
        reasons[text] += cells
    unexplained = result.cells.unknown - sum(reasons.values())
    if unexplained > 0:
        reasons[Reason.NO_CHECK.value] += unexplained
    return dict(reasons)


def attestation_reasons(result: PracticeResult) -> dict[str, int]:
    """Count the attestation cells of a practice that are unknown, by the text of their reason."""
    reasons = {
        reason(name): cells
        for name, cells in result.attestation_reasons.items()
        if name not in ABSENT
    }
    unexplained = result.attestation.unknown - sum(reasons.values())
    if unexplained > 0:
        name = Reason.NOT_ATTESTED.value
        reasons[name] = reasons.get(name, 0) + unexplained
    return reasons


def reason(name: str) -> str:
    """Give the sentence fragment for a reason as the assessment names it."""
    return Reason[name.upper()].value if name.upper() in Reason.__members__ else name


def _reasons(scored: Sequence[Item]) -> tuple[ReasonRow, ...]:
    cells: dict[str, int] = defaultdict(int)
    touched: dict[str, list[Gap]] = defaultdict(list)
    for item in scored:
        name = item.result.id
        for text, number in unknown_reasons(item.result).items():
            cells[text] += number
            touched[text].append(Gap(name, formats.number(number)))
    return tuple(
        ReasonRow(text, formats.number(number), tuple(touched[text]))
        for text, number in sorted(cells.items(), key=lambda pair: (-pair[1], pair[0]))
    )


def _runs(assessment: Assessment, form: str) -> list[RunRow]:
    groups: dict[tuple[str, ...], list[RunResult]] = defaultdict(list)
    for run in assessment.runs:
        groups[_said(run)].append(run)
    return [_run(group, form, assessment.period.timezone) for group in groups.values()]


def _said(run: RunResult) -> tuple[str, ...]:
    """Tell runs apart by all that is printed of them but the account and the time."""
    origin = run.origin if run.declared else f"{run.origin} {run.account}"
    looked = (str(run.checks), repr(run.regions), repr(run.arguments), _errors(run))
    return run.scanner, run.version, *looked, str(run.exit_code), origin, run.partial, run.void


def _run(group: list[RunResult], form: str, zone: str) -> RunRow:
    first = group[0]
    moments = [run.started for run in group if run.started]
    begun = formats.moment(min(moments, default=None), form, zone)
    last = formats.moment(max(moments, default=None), form, zone)
    return RunRow(
        scanner=f"{first.scanner} {first.version}".strip(),
        accounts=formats.listed([run.account for run in group], 3),
        checks=formats.number(first.checks),
        when=begun if begun == last else f"{begun} to {last}",
        regions=formats.listed(first.regions, _MOST_REGIONS) or "not said",
        exit_code="" if first.exit_code is None else str(first.exit_code),
        called=formats.short(shlex.join(first.arguments), _LONGEST_CALL),
        errors=_errors(first),
        origin=first.origin if first.declared else PurePath(first.origin).name,
        standing=_standing(first),
    )


def _errors(run: RunResult) -> str:
    if run.errors is None:
        return "not recorded"
    parts = [
        f"{service}{f' ({region})' if region else ''} {formats.number(count)}"
        for service, regions in run.errors.items()
        for region, count in regions.items()
    ]
    return ", ".join(parts) or "none"


def _standing(run: RunResult) -> str:
    if run.void:
        return f"void: {run.void}"
    if run.partial:
        return f"run record; {run.partial} left findings out, so silence proves nothing"
    return "declared by the auditor" if run.declared else "run record"
