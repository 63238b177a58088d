"""`gapfolio export`: files that GRC tools import, from an evidence pack."""

from __future__ import annotations

import sys
from pathlib import Path

import click


@click.command()
@click.argument("profile", required=False)
@click.argument("pack", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Directory of the files.")
@click.option("--raw", is_flag=True, help="Do not make cells safe for spreadsheets.")
@click.option("--list", "listed", is_flag=True, help="List the profiles.")
@click.option(
    "--check",
    "checked",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Check FILE against PROFILE instead: headers, values, dates, lengths, keys.",
)
def export(
    profile: str | None,
    pack: Path | None,
    output: Path | None,
    raw: bool,
    listed: bool,
    checked: Path | None,
) -> None:
    """Write what another tool imports, from PACK.

    Without PACK the newest one of the engagement in the current directory is taken.

    \b
    Examples:
      gapfolio export --list
      gapfolio export ciso-assistant packs/2026-Q3 -o import/
      gapfolio export fedramp-poam --check import/poam.csv
    """
    from gapfolio.exports import desk

    if listed:
        for name, title in desk.titles(Path()).items():
            click.echo(f"{name:<16} {title}")
        return
    if not profile:
        raise click.UsageError("name a PROFILE; gapfolio export --list has them")
    if checked:
        faults = desk.check(checked, profile, Path())
        for fault in faults:
            click.echo(fault)
        click.echo(f"{checked}: {f'{len(faults)} faults' if faults else 'as agreed'}")
        sys.exit(1 if faults else 0)
    made = desk.export(profile, pack, output, Path(), raw=raw)
    for path in made.files:
        click.echo(f"wrote {path}")
    for note in made.notes:
        click.echo(f"note: {note}", err=True)
