"""`gapfolio report`: the evidence pack with the PDF."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gapfolio.cli import options, progress, summary

if TYPE_CHECKING:
    from gapfolio import audit


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
@click.option("--zip", "zipped", is_flag=True, help="Also write the pack as one archive, PACK.zip.")
def report(
    chosen: audit.Options,
    output: Path | None,
    theme: str,
    formats: str,
    zipped: bool,
) -> None:
    """Write the audit report and the evidence pack behind it.

    A LOCATION is a file, a glob, a directory or - (standard input); gzip is read as it is.
    securityhub:, securityhub-v2: and aws: are read live. Without a LOCATION, the inputs of
    gapfolio.toml in the current directory are read.

    \b
    Examples:
      gapfolio report scan.ocsf.json
      gapfolio report scans/ -o packs/2026-Q3 --executed prowler=all
      gapfolio report securityhub: --aws-profile audit --region eu-central-1
    """
    from gapfolio import publish
    from gapfolio.audit import opened

    names = [name.strip() for name in formats.split(",") if name.strip()]
    if not names:
        raise click.UsageError("--format names nothing to write")
    with progress.shown() as told, opened(chosen, told) as done:
        written = publish.publish(
            done,
            output or publish.default_directory(done),
            formats=names,
            theme_name=theme,
            zipped=zipped,
            progress=told,
        )
    summary.print_headline(done.assessment)
    summary.print_notices(done.assessment)
    pages = f", {written.pages} pages" if written.pages else ""
    click.echo(f"Report: {written.directory}{pages}")
    summary.print_archive(written.directory, written.archive)
