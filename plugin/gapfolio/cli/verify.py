"""`gapfolio verify`: is a pack whole, who signed it, and do its scores follow?"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from gapfolio.cli import progress
from gapfolio.cli.summary import visible


@click.command()
@click.argument("pack", type=click.Path(path_type=Path))
@click.option(
    "--recompute", is_flag=True, help="Work the scores out anew from the pack alone, and compare."
)
@click.option(
    "--trust",
    "trust",
    multiple=True,
    type=click.Path(path_type=Path),
    metavar="CERT",
    help="Certificate (PEM or DER) that signatures must go back to.",
)
def verify(pack: Path, recompute: bool, trust: tuple[Path, ...]) -> None:
    """Check an evidence pack: a directory, or the archive of one.

    Every file that was changed, is missing or was added is named, and so is whatever does not fit
    together. Exits with 0 if the pack is whole, else with 1.

    \b
    Examples:
      gapfolio verify packs/2026-Q3
      gapfolio verify packs/2026-Q3.zip --recompute --trust our-root.pem
    """
    from gapfolio.verify import verify as check

    with progress.shown() as told:
        verdict = check(pack, recompute=recompute, trust=trust, progress=told)
    manifest = verdict.manifest
    click.echo(visible(f"{manifest.client or 'No client named'}, {manifest.period}: {pack}"))
    for fact in verdict.facts:
        click.echo(f"  {visible(fact)}")
    for problem in verdict.problems:
        click.echo(f"wrong: {visible(problem)}", err=True)
    if not verdict.whole:
        number = len(verdict.problems)
        click.echo(f"NOT WHOLE: {number} problem{'s' * (number != 1)}", err=True)
        sys.exit(1)
    click.echo("Whole.")
