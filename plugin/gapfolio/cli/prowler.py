"""`gapfolio prowler`: run Prowler and report on it in one go."""

from __future__ import annotations

import sys
from fractions import Fraction
from pathlib import Path

import click

from gapfolio.cli import options, progress, summary


@click.command(context_settings={"ignore_unknown_options": False})
@click.argument("arguments", nargs=-1, metavar="-- aws [PROWLER OPTIONS]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("gapfolio-report"),
    show_default=True,
    help="Directory of the pack.",
)
@click.option(
    "--scan",
    "scan_directory",
    type=click.Path(path_type=Path),
    help="Fresh directory for Prowler's own files.  [default: prowler-TIME beside the pack]",
)
@click.option(
    "--from",
    "earlier",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Do not run Prowler; report on a directory of its earlier output.",
)
@click.option("--theme", default="", help="A theme's directory, or neutral or contrast.")
@click.option("--period", default="", help="2026-Q3, 2026-07, 2026 or FROM..TO (ISO dates).")
@options.threshold
def prowler(
    arguments: tuple[str, ...],
    output: Path,
    scan_directory: Path | None,
    earlier: Path | None,
    theme: str,
    period: str,
    fail_under: Fraction | None,
    scope: str,
) -> None:
    """Run Prowler with your own options, then write the audit report.

    The exit code is 0, or 3 when Assured is under --fail-under; Prowler's own code goes into the
    run record.

    \b
    Examples:
      gapfolio prowler -o packs/2026-Q3 -- aws --profile audit -f eu-central-1
      gapfolio prowler --from output/ -o packs/2026-Q3
    """
    from gapfolio import audit, publish
    from gapfolio.prowler import wrapper

    if bool(arguments) == bool(earlier):
        raise click.UsageError("give Prowler's arguments after --, or --from DIR, not both")
    place = earlier or scan_directory or _fresh(output)
    if not earlier:
        wrapper.run(arguments, place)
    chosen = audit.Options(locations=[str(place)], period=period)
    with progress.shown() as told, audit.opened(chosen, told) as opened:
        written = publish.publish(opened, output, theme_name=theme, progress=told)
    summary.print_headline(opened.assessment)
    summary.print_notices(opened.assessment)
    click.echo(f"Scan: {place}")
    click.echo(f"Report: {written.directory}, {written.pages} pages")
    if options.under(opened.assessment, fail_under, scope):
        sys.exit(options.THRESHOLD)


def _fresh(output: Path) -> Path:
    from datetime import UTC, datetime

    return output.with_name(f"prowler-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
