"""`gapfolio export`: files that GRC tools import, from an evidence pack."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gapfolio.cli import options
from gapfolio.cli.summary import visible

if TYPE_CHECKING:
    from gapfolio.exports.formats.sending import Sent
    from gapfolio.live.base import Access

_SENT = "asff"
"""The profile that can be sent."""


@click.command()
@click.argument("name", required=False, metavar="[PROFILE]")
@click.argument("pack", required=False, type=click.Path(path_type=Path, exists=True))
@click.option("-o", "--output", type=click.Path(path_type=Path), help="Directory of the files.")
@click.option("--raw", is_flag=True, help="Do not make cells safe for spreadsheets.")
@click.option("--list", "listed", is_flag=True, help="List the profiles.")
@click.option(
    "--check",
    "checked",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="Check FILE against PROFILE instead: headers, values, dates, lengths, keys.",
)
@click.option("--profile", "against", default="", metavar="PROFILE", help="The one of --check.")
@click.option("--send", is_flag=True, help="asff: import into Security Hub, and write no file.")
@click.option("--dry-run", is_flag=True, help="asff: print what --send would, and call nothing.")
@options.access
def export(
    name: str | None,
    pack: Path | None,
    output: Path | None,
    raw: bool,
    listed: bool,
    checked: Path | None,
    against: str,
    send: bool,
    dry_run: bool,
    profile: str,
    regions: tuple[str, ...],
    role_arn: str,
) -> None:
    """Write what another tool imports, from PACK.

    Without PACK the newest one of the engagement in the current directory is taken.
    With --send, {account} in --role-arn stands for the account whose findings are sent.

    \b
    Examples:
      gapfolio export --list
      gapfolio export ciso-assistant packs/2026-Q3 -o import/
      gapfolio export --check import/poam.csv --profile fedramp-poam
      gapfolio export asff --dry-run --region eu-central-1
      gapfolio export asff --send --region eu-central-1 \\
        --role-arn 'arn:aws:iam::{account}:role/hub-import'
    """
    from gapfolio.exports import desk
    from gapfolio.live import base

    if listed:
        _list()
        return
    if against and (name or not checked):
        raise click.UsageError("--profile goes with --check FILE; else PROFILE is the first word")
    name = name or against
    if not name:
        raise click.UsageError("name a PROFILE; gapfolio export --list has them")
    if checked:
        if pack or output or raw or send or dry_run:
            raise click.UsageError("--check reads its FILE only: leave out PACK and what writes")
        sys.exit(0 if _check(checked, name) else 1)
    if send or dry_run:
        if name != _SENT or output or raw:
            raise click.UsageError(f"--send and --dry-run are for {_SENT}, and write no file")
        sys.exit(0 if _send(pack, base.Access(profile, role_arn, regions), dry_run=dry_run) else 1)
    if profile or regions or role_arn:
        raise click.UsageError("--aws-profile, --region and --role-arn go with --send or --dry-run")
    made = desk.export(name, pack, output, Path(), raw=raw)
    for path in made.files:
        click.echo(f"wrote {path}")
    for note in made.notes:
        click.echo(f"note: {note}", err=True)


def _list() -> None:
    """List the profiles, and apart from them what every report has anyway."""
    from gapfolio.exports import desk

    titles = desk.titles(Path())
    width = max(map(len, titles))
    for names, head in (
        ([name for name in titles if name not in desk.STANDARD], ""),
        (desk.STANDARD, "\nIn every evidence pack already:"),
    ):
        if head:
            click.echo(head)
        for name in names:
            click.echo(visible(f"{name:<{width}}  {titles[name]}"))


def _check(path: Path, name: str) -> bool:
    """Check a file and tell its faults; give whether there is none."""
    from gapfolio.exports import desk
    from gapfolio.exports.tables import check
    from gapfolio.report.view.formats import counted

    faults = desk.check(path, name, Path())
    for fault in faults:
        click.echo(visible(fault))
    more = " or more; the first are shown" if len(faults) == check.MOST else ""
    found = f"{counted(len(faults), 'fault')}{more}" if faults else f"as {name} has it"
    click.echo(visible(f"{path}: {found}"))
    return not faults


def _send(pack: Path | None, access: Access, *, dry_run: bool) -> bool:
    """Send, or show what would be sent; give whether all of it was taken."""
    from gapfolio.exports.formats import sending

    whole = True
    for sent in sending.send(pack, Path(), access, dry_run=dry_run):
        if dry_run:
            _show(sent)
        else:
            _report(sent)
        whole = whole and sent.whole
    return whole


def _show(sent: Sent) -> None:
    from gapfolio.report.view.formats import counted

    for finding in sent.findings:
        told = (
            finding["AwsAccountId"],
            finding["RecordState"],
            finding["Compliance"]["Status"],
            finding["Severity"]["Label"],
            finding["Title"],
        )
        click.echo(visible("  ".join(told)))
    how = f"as {sent.role}" if sent.role else f"with credentials of {sent.account}"
    click.echo(
        f"{sent.account}: would send {counted(len(sent.findings), 'finding')} to {sent.region} in "
        f"{counted(sent.calls, 'call')}, {how}"
    )


def _report(sent: Sent) -> None:
    click.echo(f"{sent.account}: {sent.taken:,} of {len(sent.findings):,} findings taken")
    for failure in sent.failures:
        words = f"{sent.account}: {failure.id} ({failure.what}) not taken: {failure.reason}"
        click.echo(visible(words), err=True)
    if sent.refused:
        click.echo(visible(f"{sent.account}: not sent: {sent.refused}"), err=True)
