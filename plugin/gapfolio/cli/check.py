"""`gapfolio check`: is an engagement right, and what is left to fill before it is signed?"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from textwrap import indent, wrap
from typing import TYPE_CHECKING

import click

from gapfolio.cli import options, progress, summary
from gapfolio.cli.summary import visible

if TYPE_CHECKING:
    from gapfolio.review import Blanks, Review

_WIDTH = 90
"""Columns of a list of practices."""


@click.command()
@click.argument(
    "directory", default=Path(), type=click.Path(path_type=Path, exists=True, file_okay=False)
)
@click.option("--final", is_flag=True, help="List every blank that is left, and where to fill it.")
@click.option("--no-inputs", is_flag=True, help="Look at the engagement's own files only.")
@options.access
def check(
    directory: Path,
    final: bool,
    no_inputs: bool,
    profile: str,
    regions: tuple[str, ...],
    role_arn: str,
) -> None:
    """Check the engagement in DIRECTORY, or in the current one.

    Errors are what a report refuses: unknown keys, wrong dates, names that stand for nothing.
    Where there are none, the inputs are read as a report reads them, live ones too, and remarks
    say what became of waivers, attestations and accounts. Exits with 1 if there is an error or,
    with --final, a blank.

    \b
    Examples:
      gapfolio check
      gapfolio check audits/acme --final
    """
    from gapfolio.live.base import Access
    from gapfolio.review import review

    if final and no_inputs:
        raise click.UsageError("--final needs the findings, which --no-inputs leaves out")
    access = None if no_inputs else Access(profile, role_arn, regions)
    with progress.shown() as told:
        found = review(directory, access, told)
    _print("Errors", found.errors)
    _print("Remarks", found.remarks)
    if final:
        _print("Blanks", [_listed(blanks) for blanks in found.blanks])
    if found.assessment:
        summary.print_notices(found.assessment)
    click.echo(_summary(found, final=final))
    if found.errors or (final and (found.blanks or not found.assessment)):
        sys.exit(1)


def _print(title: str, items: Sequence[str]) -> None:
    texts = [indent(visible(item), "  ") for item in items]
    if texts:
        click.echo("\n".join([title, *texts, ""]))


def _listed(blanks: Blanks) -> str:
    names = wrap(", ".join(blanks.practices), _WIDTH, break_on_hyphens=False)
    below = [*(f"  {text}" for text in blanks.texts), *(f"    {line}" for line in names)]
    return "\n".join([blanks.place, *below])


def _summary(found: Review, *, final: bool) -> str:
    """Count what was found, and say whether the report is ready."""
    from gapfolio.report.view.formats import counted

    text = f"{counted(len(found.errors), 'error')}, {counted(len(found.remarks), 'remark')}"
    if not final:
        return text
    if not found.assessment:
        return f"{text}; not ready: blanks are known when the findings are read"
    text += f", {counted(sum(len(blanks.texts) for blanks in found.blanks), 'blank')}"
    if found.blanks:
        return f"{text}; not ready"
    draft = found.assessment.status == "draft"
    return f"{text}; ready" + '; set status = "final" in gapfolio.toml' * draft
