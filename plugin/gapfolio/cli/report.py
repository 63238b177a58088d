"""`gapfolio report`: the evidence pack with the PDF."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gapfolio.cli import options, progress, summary

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from gapfolio import audit
    from gapfolio.redaction import Copy


def _kinds(_: click.Context, __: click.Parameter, value: str | None) -> list[str]:
    if value is None:
        return []
    from gapfolio.redaction import KINDS

    names = sorted({name.strip() for name in value.split(",")})
    for name in names:
        if name not in KINDS:
            raise click.BadParameter(f"{name!r}: write {', '.join(KINDS)}, joined by commas")
    return names


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
@click.option(
    "--redact",
    "kinds",
    callback=_kinds,
    metavar="KIND,…",
    help="Write a copy for a wider circle: accounts, arns (resources) and tags as pseudonyms, "
    "the same ones next quarter.",
)
@click.option(
    "--redact-key",
    type=click.Path(path_type=Path, dir_okay=False),
    help="The key to the pseudonyms, made if there is none.  [default: redaction.key in the "
    "engagement, else beside the pack]",
)
def report(
    chosen: audit.Options,
    output: Path | None,
    theme: str,
    formats: str,
    zipped: bool,
    kinds: list[str],
    redact_key: Path | None,
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
      gapfolio report audits/acme --redact accounts,arns,tags
    """
    from gapfolio import publish
    from gapfolio.audit import opened

    names = [name.strip() for name in formats.split(",") if name.strip()]
    if not names:
        raise click.UsageError("--format names nothing to write")
    if redact_key and not kinds:
        raise click.UsageError("--redact-key goes with --redact")
    with (
        progress.shown() as told,
        opened(chosen, told) as done,
        _redacted(done, kinds, redact_key, output, told) as copy,
    ):
        given = copy.audit if copy else done
        written = publish.publish(
            given,
            output or publish.default_directory(given),
            formats=names,
            theme_name=theme,
            zipped=zipped,
            progress=told,
        )
    summary.print_headline(done.assessment)
    summary.print_notices(done.assessment)
    pages = f", {written.pages} pages" if written.pages else ""
    click.echo(f"Report: {written.directory}{pages}")
    for note in written.notes:
        click.echo(f"note: {summary.visible(note)}", err=True)
    summary.print_archive(written.directory, written.archive)
    if copy:
        _print_key(copy)


def _redacted(
    done: audit.Audit,
    kinds: list[str],
    named: Path | None,
    output: Path | None,
    told: audit.Progress,
) -> AbstractContextManager[Copy | None]:
    from gapfolio import redaction

    if not kinds:
        return nullcontext()
    key = redaction.place(named, done.folder.directory, output)
    return redaction.copied(done, kinds, key, told)


def _print_key(copy: Copy) -> None:
    """Say where the key and the names are, and that neither is for the readers of the copy."""
    key = copy.key
    made = " (new: the next copy needs it, to have the same pseudonyms)" if key.made else ""
    click.echo(f"Key to the pseudonyms: {key.path}{made}")
    click.echo(f"What they stand for: {key.names}; keep both apart from the copy")
