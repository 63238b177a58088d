"""`gapfolio score`: the score in the terminal, and a threshold for pipelines."""

from __future__ import annotations

import sys
from fractions import Fraction
from typing import TYPE_CHECKING

import click

from gapfolio.cli import options, progress, summary

if TYPE_CHECKING:
    from gapfolio.model import Score

_HIGHEST = 100


def _percent(context: click.Context, option: click.Parameter, value: str | None) -> Fraction | None:
    """Read a number from 0 to 100 exactly, so that the threshold is not a rounded one."""
    if value is None:
        return None
    try:
        number = Fraction(value)
    except (ValueError, ZeroDivisionError) as error:
        raise click.BadParameter(f"{value!r} is not a number", context, option) from error
    if not 0 <= number <= _HIGHEST:
        raise click.BadParameter(f"{value} is not between 0 and 100", context, option)
    return number


@click.command()
@options.inputs
@click.option(
    "--fail-under",
    metavar="N",
    callback=_percent,
    help="Exit with 3 when Assured is under this (0 to 100).",
)
@click.option(
    "--scope",
    type=click.Choice(["automated", "all"]),
    default="automated",
    show_default=True,
    help="What --fail-under judges.",
)
@click.option("--json", "as_json", is_flag=True, help="Machine-readable, on standard output.")
def score(
    locations: tuple[str, ...],
    period: str,
    executed: tuple[str, ...],
    accounts: tuple[str, ...],
    strict: bool,
    fail_under: Fraction | None,
    scope: str,
    as_json: bool,
) -> None:
    """Print the score and the top gaps; write no files.

    --fail-under judges the exact score of the automated part (or, with --scope all, of
    everything); a score that is null, because nothing was assessed, fails it too.

    \b
    Examples:
      gapfolio score scan.ocsf.json
      gapfolio score scans/ --executed prowler=all --fail-under 60 --json
    """
    from gapfolio import audit

    chosen = audit.Options(
        locations=locations,
        directory=options.directory(locations),
        period=period,
        executed=executed,
        accounts=accounts,
        strict=strict,
    )
    with progress.shown() as told, audit.opened(chosen, told) as opened:
        assessment = opened.assessment
    if as_json:
        click.echo(summary.as_json(assessment))
    else:
        summary.print_headline(assessment)
        summary.print_gaps(assessment)
        summary.print_notices(assessment)
    judged = assessment.scores.all if scope == "all" else assessment.scores.automated
    if fail_under is not None and _under(judged, fail_under):
        number = "null: nothing was assessed" if judged.assured is None else f"under {fail_under}"
        click.echo(f"Assured ({scope}) is {number}", err=True)
        sys.exit(options.THRESHOLD)


def _under(judged: Score, threshold: Fraction) -> bool:
    return judged.assured is None or judged.assured < threshold
