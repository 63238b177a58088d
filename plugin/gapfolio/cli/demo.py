"""`gapfolio demo`: a report on the real scan that the package carries."""

from __future__ import annotations

from pathlib import Path

import click

from gapfolio.cli import progress, summary


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
    """Report on a real Prowler scan of a deliberately insecure test account.

    \b
    Example:
      gapfolio demo && xdg-open gapfolio-demo/report.pdf
    """
    from gapfolio import audit, publish, resources

    folder = resources.folder("demo")
    chosen = audit.Options(directory=folder)
    with progress.shown() as told, audit.opened(chosen, told) as opened:
        written = publish.publish(opened, output, theme_name=theme, progress=told)
    summary.print_headline(opened.assessment)
    click.echo(f"Report: {written.directory / 'report.pdf'} ({written.pages} pages)")
