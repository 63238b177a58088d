"""Limitations, scanner conflicts, unmapped checks, notices; and the evidence behind it all."""

from __future__ import annotations

from dataclasses import dataclass

from gapfolio.catalogue import Catalogue
from gapfolio.engagement import Folder
from gapfolio.model import Assessment, Conflict, InputResult, Unmapped, Verdict
from gapfolio.report.view import formats, words
from gapfolio.report.view.affected import truncation

MOST_CONFLICTS = 25
MOST_VERDICTS = 4
"""Checks shown on each side of a conflict."""
MOST_UNMAPPED = 60
MOST_INPUTS = 100
WORDS = 160
"""Characters of what a scanner says in a conflict."""
PROSE = 500
"""Characters of a sentence that quotes what somebody else wrote."""

COUNTS = {
    "findings": "Findings read",
    "current": "Used in this assessment",
    "duplicate": "The same finding given twice",
    "superseded": "Superseded by a newer run",
    "stale": "Outside the period and its days of grace",
    "no_account": "Of no account that is named",
    "out_of_scope": "Of accounts or Regions out of scope",
    "unmapped": "Of checks that the catalogue does not score",
    "muted": "Muted in the scanner (counted all the same)",
    "undated": "Without a usable time",
}


@dataclass(frozen=True, slots=True)
class VerdictRow:
    """What one check says of a matter, with one example."""

    check: str
    words: str
    where: str
    """Resource, Region and number of findings."""
    source: str
    """Input and row of the example."""


@dataclass(frozen=True, slots=True)
class ConflictRow:
    """Scanners that disagree."""

    criterion: str
    matter: str
    account: str
    passed_by: tuple[VerdictRow, ...]
    failed_by: tuple[VerdictRow, ...]
    more: str
    """That there are more checks than are shown."""


@dataclass(frozen=True, slots=True)
class UnmappedRow:
    """A check that the catalogue puts beside no practice."""

    check: str
    title: str
    reason: str
    findings: str


@dataclass(frozen=True, slots=True)
class Limits:
    """The limitations section."""

    own: str
    notices: tuple[str, ...]
    counts: tuple[tuple[str, str], ...]
    conflicts: tuple[ConflictRow, ...]
    conflicts_more: str
    code: tuple[UnmappedRow, ...]
    """Checks of infrastructure code: they count in the criterion that takes all of them."""
    code_more: str
    unknown: tuple[UnmappedRow, ...]
    unknown_more: str
    excluded: tuple[UnmappedRow, ...]
    excluded_more: str


@dataclass(frozen=True, slots=True)
class InputRow:
    """A file that was given."""

    name: str
    sha256: str
    size: str
    source: str
    elements: str
    findings: str
    remarks: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The evidence manifest."""

    inputs: tuple[InputRow, ...]
    more: str
    versions: tuple[tuple[str, str], ...]
    mappings: tuple[tuple[str, str], ...]


def limits(assessment: Assessment, folder: Folder) -> Limits:
    """Build the limitations section."""
    code = [_unmapped(row) for row in assessment.unmapped if row.scored_as_code]
    unscored = [row for row in assessment.unmapped if not row.scored_as_code]
    unknown = [_unmapped(row) for row in unscored if not row.reason]
    excluded = [_unmapped(row) for row in unscored if row.reason]
    conflicts = assessment.conflicts
    return Limits(
        own=folder.notes.limitations,
        notices=tuple(formats.short(notice, PROSE) for notice in assessment.notices),
        counts=tuple(
            (label, formats.number(assessment.counts[name]))
            for name, label in COUNTS.items()
            if assessment.counts.get(name) or name in ("findings", "current")
        ),
        conflicts=tuple(_conflict(conflict) for conflict in conflicts[:MOST_CONFLICTS]),
        conflicts_more=truncation(MOST_CONFLICTS, len(conflicts), "assessment.json"),
        code=tuple(code[:MOST_UNMAPPED]),
        code_more=truncation(MOST_UNMAPPED, len(code), "assessment.json"),
        unknown=tuple(unknown[:MOST_UNMAPPED]),
        unknown_more=truncation(MOST_UNMAPPED, len(unknown), "assessment.json"),
        excluded=tuple(excluded[:MOST_UNMAPPED]),
        excluded_more=truncation(MOST_UNMAPPED, len(excluded), "assessment.json"),
    )


def evidence(assessment: Assessment, catalogue: Catalogue) -> Evidence:
    """Build the evidence manifest."""
    names = {
        "gapfolio": "Gapfolio",
        "catalogue": "Catalogue",
        "findings_schema": "Findings schema",
        "score": "Score policy",
    }
    return Evidence(
        inputs=tuple(_input(row) for row in assessment.inputs[:MOST_INPUTS]),
        more=truncation(MOST_INPUTS, len(assessment.inputs), "evidence.json"),
        versions=tuple(
            (names.get(name, name), version) for name, version in assessment.versions.items()
        ),
        mappings=tuple(sorted(catalogue.sources.items())),
    )


def _conflict(conflict: Conflict) -> ConflictRow:
    hidden = sum(
        max(0, len(said) - MOST_VERDICTS) for said in (conflict.passed_by, conflict.failed_by)
    )
    return ConflictRow(
        criterion=conflict.criterion,
        matter=formats.short(conflict.matter) or "the account",
        account=conflict.account,
        passed_by=tuple(_verdict(said) for said in conflict.passed_by[:MOST_VERDICTS]),
        failed_by=tuple(_verdict(said) for said in conflict.failed_by[:MOST_VERDICTS]),
        more=f"and {formats.number(hidden)} more checks, see assessment.json" if hidden else "",
    )


def _verdict(said: Verdict) -> VerdictRow:
    number = f"{formats.number(said.findings)} findings, e.g." if said.findings > 1 else ""
    where = (said.region, formats.short(said.resource))
    return VerdictRow(
        check=formats.short(said.check),
        words=formats.short(said.detail, WORDS),
        where=" ".join(part for part in (number, " · ".join(filter(None, where))) if part),
        source=f"{formats.short(said.input)}, row {formats.number(said.row)}",
    )


def _unmapped(row: Unmapped) -> UnmappedRow:
    return UnmappedRow(
        check=formats.short(row.check),
        title=formats.short(row.title),
        reason=row.reason,
        findings=formats.tally(row.findings, words.STATUSES),
    )


def _input(row: InputResult) -> InputRow:
    skipped = "; ".join(f"{formats.number(n)} left out: {why}" for why, n in row.skipped.items())
    return InputRow(
        name=formats.short(row.name),
        sha256=row.sha256,
        size=formats.size(row.bytes),
        source=row.source or "not recognised",
        elements=formats.number(row.elements),
        findings=formats.number(row.findings),
        remarks=formats.short("; ".join(part for part in (row.problem, skipped) if part), PROSE),
    )
