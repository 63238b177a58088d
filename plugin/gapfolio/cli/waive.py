"""`gapfolio waive`: accept a risk for a limited time, or draft that from a Prowler mutelist."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gapfolio.cli import declaring
from gapfolio.cli.summary import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from gapfolio.engagement.desk import Desk
    from gapfolio.prowler.mutelist import Drafts

_NOTES = 20
_DRAFT = "waivers.draft.yaml"
_FILE = "waivers.yaml"
_SELECTORS = {
    "practice": "Practice, such as CRED-09",
    "criterion": "Criterion, such as CRED-09.console-users-mfa",
    "check": "Check, such as prowler:iam_root_mfa_enabled",
    "account": "Account, 12 digits",
    "region": "Region, such as eu-central-1",
    "resource": "Resource: ARN or id, with * and ?",
    "tag": "Tag, such as env=dev, with * and ?",
}
"""What a waiver can select, with how it is asked for."""


def _selectors(command: Any) -> Any:
    for name, help_text in reversed(_SELECTORS.items()):
        command = click.option(f"--{name}", multiple=True, help=f"{help_text}.")(command)
    return command


@click.command()
@declaring.engagement
@_selectors
@click.option("--reason", default="", help="Why the risk is accepted.")
@click.option("--owner", default="", help="Who owns the risk.")
@click.option("--approver", default="", help="Who accepted it.")
@click.option("--ticket", default="", help="Where it is tracked.")
@click.option("--granted", default="", metavar="DATE", help="First day.  [default: today]")
@click.option("--expires", default="", metavar="DATE|DAYS", help="Last day, or such as 90d.")
@click.option("--id", "name", default="", help="[default: the next free one, such as W-2026-03]")
@click.option(
    "--from-mutelist",
    "mutelist",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="Draft waivers from a Prowler mutelist instead.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    help="Where the draft goes, - for the terminal.  [default: waivers.draft.yaml in the "
    "engagement]",
)
def waive(
    directory: Path, mutelist: Path | None, output: Path | None, name: str, **given: Any
) -> None:
    """Add a waiver to waivers.yaml: a risk that somebody accepts until a day.

    Selectors narrow it down; all kinds that are given must match, and one kind may be repeated.
    What is missing is asked for on a terminal. A waiver never lifts the score.

    \b
    Examples:
      gapfolio waive --practice CRED-09 --resource 'arn:aws:iam::*:user/legacy-*' \\
        --reason 'Replaced in October' --owner 'Platform team' --approver 'Jane Roe, CISO' \\
        --expires 90d
      gapfolio waive --from-mutelist mutelist.yaml
    """
    if mutelist:
        if name or any(given.values()):
            raise click.UsageError("--from-mutelist goes with --engagement and -o only")
        _draft(mutelist, directory, output)
        return
    if output:
        raise click.UsageError("-o goes with --from-mutelist only")
    _waive(declaring.opened(directory), name, given)


def _waive(desk: Desk, name: str, given: dict[str, Any]) -> None:
    from gapfolio.engagement import Waiver, days

    selected = {key: [_known(desk, key, text) for text in given[key]] for key in _SELECTORS}
    needed = {f"--{key}": given[key] for key in ("reason", "owner", "approver", "expires")}
    declaring.require({"--practice or another selector": any(selected.values()), **needed})
    if not any(selected.values()):
        selected = _asked(desk)
    said = partial(declaring.said, read=declaring.text)
    reason = said(given["reason"], "Why is the risk accepted", flag="--reason")
    owner = said(given["owner"], "Who owns the risk", flag="--owner")
    approver = said(given["approver"], "Who accepts it", flag="--approver")
    first = declaring.said(
        given["granted"] or desk.today().isoformat(), "First day", days.day, "--granted"
    )
    last = declaring.said(
        given["expires"],
        "Last day, such as 2026-12-31 or 90d",
        partial(_last, desk, first),
        "--expires",
    )
    waiver = Waiver(
        id=name.strip() or desk.next_id(first.year),
        **{key: names[0] if len(names) == 1 else names for key, names in selected.items() if names},
        reason=reason,
        owner=owner,
        approver=approver,
        ticket=given["ticket"],
        granted=first,
        expires=last,
    )
    asked = not all(needed.values()) or not any(given[key] for key in _SELECTORS)
    declaring.write(desk.waivers([waiver]), desk, ask=asked)
    click.echo(
        f"\n{declaring.outlook(desk, first, last)}A waiver never lifts the score: what it covers "
        "stays open, and is listed as accepted."
    )


def _last(desk: Desk, first: date, text: str) -> date:
    """Read the last day; what is wrong with it is better said before the next question."""
    from gapfolio.engagement import days

    last = days.ending(text, first)
    if wrong := desk.too_long(first, last):
        raise ValueError(wrong)
    return last


def _known(desk: Desk, key: str, text: str) -> str:
    """Give a selector's value in the letter case of the catalogue, or refuse it."""
    try:
        return _read(desk, key, text)
    except ValueError as error:
        raise click.BadParameter(visible(str(error)), param_hint=f"--{key}") from error


def _read(desk: Desk, key: str, text: str) -> str:
    if not text.strip():
        raise ValueError("is empty")
    name = desk.canonical(text) if key in ("practice", "criterion") else text
    if wrong := desk.wrong(key, name):
        raise ValueError(wrong)
    return name


def _asked(desk: Desk) -> dict[str, list[str]]:
    """Ask what is waived, until something is selected."""
    while True:
        click.echo("What is waived? Leave empty what makes no difference.")
        answers = {
            key: declaring.optional(f"  {question}", partial(_read, desk, key))
            for key, question in _SELECTORS.items()
        }
        if selected := {key: [answer] for key, answer in answers.items() if answer}:
            return selected
        click.echo("Select something: a waiver for everything would say nothing.")


def _draft(mutelist: Path, directory: Path, output: Path | None) -> None:
    from gapfolio.prowler.mutelist import drafted

    desk = declaring.opened(directory)
    today = desk.today()
    drafts = drafted(
        mutelist.read_bytes(),
        mutelist.name,
        desk.catalogue,
        today=today,
        first=int(desk.next_id(today.year).rpartition("-")[2]),
        longest=desk.folder.engagement.waivers.longest_days,
    )
    target = output or directory / _DRAFT
    if str(target) == "-":
        click.echo(drafts.text, nl=False)
    else:
        declaring.create(target, drafts.text, "is there already and may hold your work")
        click.echo(f"Wrote {visible(str(target))}", err=True)
    for note in drafts.notes[:_NOTES]:
        click.echo(f"note: {note}", err=True)
    if len(drafts.notes) > _NOTES:
        click.echo(f"note: {len(drafts.notes) - _NOTES} more stand in the draft", err=True)
    for line in _counted(drafts):
        click.echo(line, err=True)


def _counted(drafts: Drafts) -> Iterator[str]:
    """Say what became of the mutes."""
    number = drafts.complete + drafts.narrower
    yield f"Mutes drafted as waivers: {number}, {drafts.narrower} of them without a part"
    yield f"Commented out, as they would cover more than the mute: {drafts.commented_out}"
    yield f"Not drafted, as they cover nothing that the catalogue knows: {drafts.empty}"
    yield f"Next: fill in owner, approver and expires, and move each waiver to {_FILE}"
