"""`gapfolio demo`: a report on the real scans that the package carries."""

from __future__ import annotations

from pathlib import Path

import click

from gapfolio.cli import progress, summary

BEFORE = "2026-Q2"
"""The quarter that the demo's report is compared with."""


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("gapfolio-demo"),
    show_default=True,
    help="Directory of the pack.",
)
@click.option("--theme", default="", help="A theme's directory, or neutral or contrast.")
def demo(output: Path, theme: str) -> None:
    """Report on three test accounts, which Prowler scanned in two quarters.

    \b
    Example:
      gapfolio demo && xdg-open gapfolio-demo/report.pdf
    """
    from tempfile import TemporaryDirectory

    from gapfolio import audit, publish, resources

    folder = resources.folder("demo")
    earlier = audit.Options(
        directory=folder, locations=[str(folder / "scans" / BEFORE)], period=BEFORE
    )
    with TemporaryDirectory(prefix="gapfolio-") as scratch, progress.shown() as told:
        since = Path(scratch) / BEFORE
        with audit.opened(earlier, told) as opened:
            publish.publish(opened, since, formats=("json", "parquet"), progress=told)
        with audit.opened(audit.Options(directory=folder, since=since), told) as opened:
            written = publish.publish(opened, output, theme_name=theme, progress=told)
    summary.print_headline(opened.assessment)
    click.echo(f"Report: {written.directory / 'report.pdf'} ({written.pages} pages)")
