"""`gapfolio score`: the score in the terminal, and a threshold for pipelines."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import click

from gapfolio.cli import options, progress, summary

if TYPE_CHECKING:
    from gapfolio import audit


@click.command()
@options.inputs
@options.threshold
@options.changed
@click.option("--json", "as_json", is_flag=True, help="Machine-readable, on standard output.")
def score(
    chosen: audit.Options,
    fail_under: Fraction | None,
    scope: str,
    fail_on: list[str],
    as_json: bool,
) -> None:
    """Print the score and the top gaps; write no files.

    --fail-under judges the exact score of the automated part (or, with --scope all, of
    everything); a score that is null, because nothing was assessed, fails it too.

    \b
    Examples:
      gapfolio score scan.ocsf.json
      gapfolio score scans/ --executed prowler=all --fail-under 60 --json
      gapfolio score scans/ --since packs/2026-Q2 --fail-on new-critical,worse
      gapfolio score securityhub: --aws-profile audit --region eu-central-1
    """
    from gapfolio.audit import opened

    with progress.shown() as told, opened(chosen, told) as done:
        assessment = done.assessment
    if as_json:
        click.echo(summary.as_json(assessment))
    else:
        summary.print_headline(assessment)
        summary.print_gaps(assessment)
        summary.print_notices(assessment)
    failed = options.under(assessment, fail_under, scope)
    if options.regressed(assessment, fail_on) or failed:
        sys.exit(options.THRESHOLD)
