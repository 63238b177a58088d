"""`gapfolio pull`: keep what a live location says, so that an audit can be repeated without it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gapfolio.cli import options, progress
from gapfolio.cli.summary import visible

if TYPE_CHECKING:
    from gapfolio.live.base import Pulled


@click.command()
@click.argument("location", required=False)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="A directory, or a file that ends in .ndjson, .jsonl or .json.",
)
@options.access
@click.option(
    "--show-policy", is_flag=True, help="Print the least IAM policy as JSON, and read nothing."
)
def pull(
    location: str | None,
    output: Path | None,
    profile: str,
    regions: tuple[str, ...],
    role_arn: str,
    show_policy: bool,
) -> None:
    """Save what a live LOCATION says: securityhub:, securityhub-v2: or aws:.

    An interrupted pull goes on when the same command is given again; so does one in which a
    Region failed. Regions and [probe] of gapfolio.toml in the current directory are heeded.

    \b
    Examples:
      gapfolio pull securityhub: -o evidence/hub --aws-profile audit
      gapfolio pull --show-policy securityhub:
    """
    import json

    from gapfolio import engagement
    from gapfolio.live import keep, schemes
    from gapfolio.live.base import Access

    if location and not schemes.is_live(location):
        raise click.UsageError(f"{location}: is not a live location: {', '.join(schemes.SCHEMES)}")
    if show_policy:
        wanted = [location] if location else list(schemes.SCHEMES)
        click.echo(json.dumps(schemes.policy(wanted), indent=2))
        return
    if not location or not output:
        raise click.UsageError("name a live location, and where to with -o")
    settings = engagement.read(Path()).engagement
    access = Access(profile, role_arn, regions or tuple(settings.regions))
    try:
        with progress.shown() as told:
            pulled = keep.keep(location, access, output, settings.probe, told)
    except KeyboardInterrupt:
        click.echo("\nWhat was read is kept: the same command goes on from there.", err=True)
        raise
    _say(pulled, output)


def _say(pulled: Pulled, output: Path) -> None:
    for notice in pulled.notices:
        click.echo(f"note: {visible(notice)}", err=True)
    size = sum(file.stat().st_size for file in pulled.files)
    click.echo(f"Saved: {visible(str(output))} ({size:,} bytes)")
    location = output if output.is_dir() else f"'{output.with_suffix('')}.*'"
    click.echo(f"Next: gapfolio report {visible(str(location))}")
