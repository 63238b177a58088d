"""`gapfolio init`: an engagement folder to fill in."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("directory", type=click.Path(path_type=Path))
def init(directory: Path) -> None:
    """Write gapfolio.toml, notes.yaml and a commented theme into DIRECTORY.

    Existing files are never overwritten.

    \b
    Example:
      gapfolio init audits/acme && cd audits/acme && gapfolio report
    """
    from gapfolio import starter

    for path in starter.write(directory):
        click.echo(f"wrote {path}")
    click.echo(f"Next: edit {directory / 'gapfolio.toml'}, then run gapfolio report in {directory}")
