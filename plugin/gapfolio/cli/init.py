"""`gapfolio init`: an engagement folder to fill in."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("directory", default=Path(), type=click.Path(path_type=Path, file_okay=False))
@click.option("--client", default="", help="Who is audited.")
@click.option("--period", default="", help="2026-Q3, 2026-07, 2026 or FROM..TO (ISO dates).")
@click.option(
    "--accounts-from",
    "organization",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Put the accounts of the client's AWS organization in scope: FILE is what aws "
    "organizations list-accounts --output json writes.",
)
def init(directory: Path, client: str, period: str, organization: Path | None) -> None:
    """Write an engagement into DIRECTORY, or into the current one: every file commented.

    gapfolio.toml, notes.yaml, waivers.yaml, attestations.yaml, not_applicable.yaml and a theme.
    What is there already is never overwritten.

    \b
    Examples:
      gapfolio init audits/acme --client "Acme" --period 2026-Q3
      gapfolio init audits/acme --accounts-from organization.json
    """
    from gapfolio import starter
    from gapfolio.cli.summary import visible
    from gapfolio.engagement import organization as accounts

    answers = starter.Answers(client, period, accounts.read(organization) if organization else {})
    for path in starter.write(directory, answers):
        click.echo(f"wrote {visible(str(path))}")
    click.echo(
        f"Next: put the scanners' output into {visible(str(directory / 'scans'))}, fill in "
        "gapfolio.toml, then run gapfolio check and gapfolio report there"
    )
