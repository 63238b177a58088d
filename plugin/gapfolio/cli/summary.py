"""What the terminal says of an assessment."""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING, Any

import click
import msgspec

from gapfolio.assess.score import LIMITED, gap, printed

if TYPE_CHECKING:
    from pathlib import Path

    from gapfolio.model import Assessment, PracticeResult, Score

_GAPS = 10


def headline(assessment: Assessment) -> str:
    """Give the headline: `Assured 57.3 (possible 75.9, coverage 81.0 %) · automated part 71.2`."""
    everything, automated = assessment.scores.all, assessment.scores.automated
    if everything.assured is None or everything.possible is None:
        return "Not scored: nothing was assessed (coverage 0 %)"
    text = (
        f"Assured {printed(everything.assured)} (possible {printed(everything.possible)}, "
        f"coverage {printed(everything.coverage)} %)"
    )
    if automated.assured is not None:
        text += f" · automated part {printed(automated.assured)}"
    return text + (" · limited coverage" if everything.coverage < LIMITED else "")


def print_headline(assessment: Assessment) -> None:
    """Print headline, gap, accepted risk, and what a record of undeclared runs would change."""
    click.echo(headline(assessment))
    split = gap(assessment.scores.all)
    if split:
        click.echo(f"Gap: {split[0]} points are failures, {split[1]} are unknown")
    out = sum(declared.cells for declared in assessment.not_applicable)
    if out:
        click.echo(f"Declared not applicable: {out:,} cells, out of every sum and of the coverage")
    accepted = assessment.scores.accepted
    if accepted and accepted.assured is not None:
        valid = sum(waiver.state == "valid" for waiver in assessment.exceptions.waivers)
        click.echo(
            f"With accepted risk: {printed(accepted.assured)} "
            f"({valid} valid waiver{'s' * (valid != 1)}; the score itself does not follow them)"
        )
    late = sum(item.overdue > 0 for item in assessment.remediation)
    if late:
        click.echo(
            f"Overdue: {late} of {len(assessment.remediation)} items of the remediation plan"
        )
    supposed = assessment.scores.if_executed
    if supposed and supposed.assured is not None and supposed != assessment.scores.all:
        click.echo(
            f"If this was a full scan: {printed(supposed.assured)} "
            f"(coverage {printed(supposed.coverage)} %); declare it with --executed "
            f"{_undeclared(assessment)}=all"
        )


def _undeclared(assessment: Assessment) -> str:
    """Name the scanner that a declaration would help most."""
    declared = {run.scanner for run in assessment.runs}
    names = [s.scanner for s in assessment.scans if s.account and s.scanner not in declared]
    return "prowler" if "prowler" in names or not names else names[0]


def print_notices(assessment: Assessment) -> None:
    """Print to stderr what was not read, and what the catalogue does not know."""
    for notice in assessment.notices:
        _note(notice)
    for run in assessment.runs:
        if run.void:
            _note(f"run record {run.origin} proves nothing: {run.void}")
    strange = [i for i in assessment.unmapped if not i.reason and not i.scored_as_code]
    if strange:
        names = ", ".join(item.check for item in strange[:3])
        more = f" and {len(strange) - 3} more" if len(strange) > 3 else ""  # noqa: PLR2004
        _note(f"checks the catalogue does not know: {names}{more}")


def visible(text: str) -> str:
    """Write what a terminal would obey, or not show, as escapes: the text comes from strangers."""
    return "".join(
        char if char.isprintable() or char == "\n" else char.encode("unicode_escape").decode()
        for char in text
    )


def print_archive(pack: Path, written: Path | None) -> None:
    """Say where the archive of a pack is, or that there is one of the pack as it was."""
    from gapfolio import archive

    old = archive.place(pack)
    if written:
        click.echo(f"Archive: {written}")
    elif old.exists():
        _note(f"{old} holds the pack as it was before; --zip writes it anew")


def _note(text: str) -> None:
    click.echo(f"note: {visible(text)}", err=True)


def print_gaps(assessment: Assessment) -> None:
    """Print a table of the practices that cost most."""
    from rich import box
    from rich.console import Console
    from rich.table import Table

    worst = sorted(
        (p for p in assessment.practices if p.assured is not None and p.assured < 1),
        key=lambda p: (-p.weight * (1 - (p.assured or Fraction(0))), p.id),
    )
    if not worst:
        return
    table = Table(
        title=f"Top gaps ({min(_GAPS, len(worst))} of {len(worst)}), in cells and findings",
        title_justify="left",
        box=box.SIMPLE_HEAD,
        expand=True,
        pad_edge=False,
    )
    for name in ("Practice", "Priority"):
        table.add_column(name, no_wrap=True, min_width=8)
    for name in ("Fail", "Unknown", "Findings"):
        table.add_column(name, justify="right", no_wrap=True, min_width=len(name))
    table.add_column("Title", ratio=1)
    for practice in worst[:_GAPS]:
        table.add_row(
            practice.id,
            practice.priority,
            str(practice.cells.failed),
            str(practice.cells.unknown),
            f"{practice.findings.get('fail', 0):,}",
            practice.title,
        )
    Console().print(table)


def as_json(assessment: Assessment) -> str:
    """Give the score as JSON: numbers, or null where nothing was assessed."""
    document = {
        "schema": "gapfolio.score/1",
        "period": assessment.period.name,
        "score": {
            "all": _score(assessment.scores.all),
            "automated": _score(assessment.scores.automated),
            "accepted": _score(assessment.scores.accepted) if assessment.scores.accepted else None,
        },
        "declared_not_applicable": sum(item.cells for item in assessment.not_applicable),
        "part": assessment.part,
        "categories": {
            category.id: {"all": _score(category.all), "automated": _score(category.automated)}
            for category in assessment.categories
        },
        "practices": {practice.id: _practice(practice) for practice in assessment.practices},
        "findings": assessment.counts,
        "notices": assessment.notices,
    }
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode()


def _score(score: Score) -> dict[str, float | None]:
    return {
        "assured": _number(score.assured),
        "possible": _number(score.possible),
        "coverage": None if score.assured is None else float(score.coverage),
    }


def _practice(practice: PracticeResult) -> dict[str, Any]:
    return {
        "state": practice.state,
        "priority": practice.priority,
        "assured": _number(practice.assured, 100),
        "possible": _number(practice.possible, 100),
        "coverage": _number(practice.coverage, 100),
        "cells": msgspec.to_builtins(practice.cells),
        "criteria": {
            criterion.id: {
                "cells": msgspec.to_builtins(criterion.cells),
                "reasons": criterion.reasons,
                "findings": criterion.findings,
            }
            for criterion in practice.criteria
            if criterion.expected
        },
    }


def _number(value: Fraction | None, times: int = 1) -> float | None:
    return None if value is None else float(times * value)
