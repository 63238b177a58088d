"""`gapfolio report`: the evidence pack with the PDF."""

from __future__ import annotations

from pathlib import Path

import click

from gapfolio.cli import options, progress, summary


@click.command()
@options.inputs
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Directory of the pack.")
@click.option("--theme", default="", help="A theme's directory, or neutral or contrast.")
@click.option(
    "--format",
    "formats",
    default="pdf,html,csv,json,parquet",
    show_default=True,
    help="What to write, joined by commas.",
)
def report(
    locations: tuple[str, ...],
    period: str,
    executed: tuple[str, ...],
    accounts: tuple[str, ...],
    strict: bool,
    output: Path | None,
    theme: str,
    formats: str,
) -> None:
    """Write the audit report and the evidence pack behind it.

    A LOCATION is a file, a glob, a directory or - (standard input); gzip is read as it is.
    Without one, the inputs of gapfolio.toml in the current directory are read.

    \b
    Examples:
      gapfolio report scan.ocsf.json
      gapfolio report scans/ -o packs/2026-Q3 --executed prowler=all
    """
    from gapfolio import audit, publish

    chosen = audit.Options(
        locations=locations,
        directory=options.directory(locations),
        period=period,
        executed=executed,
        accounts=accounts,
        strict=strict,
    )
    with progress.shown() as told, audit.opened(chosen, told) as opened:
        written = publish.publish(
            opened,
            output or _default(opened),
            formats=[name.strip() for name in formats.split(",") if name.strip()],
            theme_name=theme,
            progress=told,
        )
    summary.print_headline(opened.assessment)
    summary.print_notices(opened.assessment)
    pages = f", {written.pages} pages" if written.pages else ""
    click.echo(f"Report: {written.directory}{pages}")


def _default(opened: object) -> Path:
    from gapfolio.audit import Audit

    assert isinstance(opened, Audit)  # noqa: S101
    if opened.folder.directory is None:
        return Path("gapfolio-report")
    return opened.folder.directory / "packs" / opened.assessment.period.name
