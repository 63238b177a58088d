"""`gapfolio attest`: state that a practice is met, or not, or does not apply."""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gapfolio.cli import declaring
from gapfolio.cli.summary import visible

if TYPE_CHECKING:
    from datetime import date

    from gapfolio.engagement import Proof
    from gapfolio.engagement.desk import Desk
    from gapfolio.model import Practice


@click.command()
@click.argument("name", metavar="PRACTICE")
@declaring.engagement
@click.option("--result", type=click.Choice(["pass", "fail"]), help="Whether it is met.")
@click.option("--not-applicable", is_flag=True, help="Declare that it does not apply, instead.")
@click.option(
    "--account", "accounts", multiple=True, help="Only in this account.  [default: all in scope]"
)
@click.option("--statement", default="", help="What is stated.")
@click.option("--reason", default="", help="With --not-applicable: why.")
@click.option(
    "--evidence",
    multiple=True,
    metavar="FILE|LINK",
    help="What it rests on: a file inside the engagement, or a link.",
)
@click.option("--copy", is_flag=True, help="Copy evidence from elsewhere to evidence/.")
@click.option("--by", default="", help="Who states it: name, role.")
@click.option("--from", "first", default="", metavar="DATE", help="First day.  [default: today]")
@click.option("--until", default="", metavar="DATE|DAYS", help="Last day, or such as 365d.")
def attest(
    name: str, directory: Path, not_applicable: bool, accounts: tuple[str, ...], **given: Any
) -> None:
    """Add an attestation to attestations.yaml: what a person states of a PRACTICE.

    Practices that no scanner sees in full ask for one; the question is shown. What is missing is
    asked for on a terminal. With --not-applicable, PRACTICE may be a criterion too.

    \b
    Examples:
      gapfolio attest IR-10 --result pass --statement 'Game day held on 3 June' \\
        --evidence evidence/game-day.pdf --by 'Jane Roe, CISO' --until 365d
      gapfolio attest NET-09 --not-applicable --reason 'No VPN or Direct Connect in use' \\
        --by 'Jane Roe, CISO' --until 2027-06-30
    """
    desk = declaring.opened(directory)
    for account in accounts:
        if wrong := desk.wrong("account", account):
            raise click.BadParameter(visible(wrong), param_hint="--account")
    if not_applicable:
        _refuse(given, ("result", "statement", "evidence", "copy"), "with --not-applicable")
        _declare(desk, name, list(accounts), given)
    else:
        _refuse(given, ("reason",), "without --not-applicable")
        _attest(desk, name, list(accounts), given)


def _refuse(given: dict[str, Any], names: tuple[str, ...], where: str) -> None:
    for name in names:
        if given[name]:
            raise click.UsageError(f"--{name} says nothing {where}")


def _attest(desk: Desk, name: str, accounts: list[str], given: dict[str, Any]) -> None:
    from gapfolio.engagement import Attestation

    practice = _practice(desk, name)
    click.echo(f"{practice.id}  {practice.title}\n\n{textwrap.fill(practice.attest, 100)}\n")
    needed = {
        "--result": given["result"],
        "--statement": given["statement"],
        "--by": given["by"],
        "--until": given["until"],
    }
    declaring.require(needed)
    ask = not all(needed.values())
    evidence = _Evidence(desk)
    proofs = [evidence.named(text, copy=given["copy"]) for text in given["evidence"]]
    result = given["result"] or click.prompt("Is it met", type=click.Choice(["pass", "fail"]))
    statement = declaring.said(
        given["statement"], "What do you state", declaring.text, "--statement"
    )
    if ask and not proofs:
        proofs = evidence.asked()
    by = declaring.said(given["by"], "Who states it (name, role)", declaring.text, "--by")
    first, last = _term(desk, given)
    attestation = Attestation(
        practice=practice.id,
        result="pass" if result == "pass" else "fail",
        accounts=accounts,
        statement=statement,
        evidence=proofs,
        by=by,
        valid_from=first,
        valid_until=last,
    )
    declaring.write(desk.attestations([attestation]), desk, evidence.copies, ask=ask)
    if outlook := declaring.outlook(desk, first, last):
        click.echo(f"\n{outlook.strip()}")


def _declare(desk: Desk, name: str, accounts: list[str], given: dict[str, Any]) -> None:
    from gapfolio.engagement import NotApplicable

    name = desk.canonical(name)
    key = "criterion" if "." in name else "practice"
    if wrong := desk.wrong(key, name):
        raise click.UsageError(visible(wrong))
    needed = {"--reason": given["reason"], "--by": given["by"], "--until": given["until"]}
    declaring.require(needed)
    reason = declaring.said(given["reason"], "Why does it not apply", declaring.text, "--reason")
    by = declaring.said(given["by"], "Who declares it (name, role)", declaring.text, "--by")
    first, last = _term(desk, given)
    declared = NotApplicable(
        practice=name if key == "practice" else "",
        criterion=name if key == "criterion" else "",
        accounts=accounts,
        reason=reason,
        by=by,
        declared=first,
        expires=last,
    )
    declaring.write(desk.not_applicable([declared]), desk, ask=not all(needed.values()))
    click.echo(
        f"\n{declaring.outlook(desk, first, last)}Where something of it fails, a report refuses "
        "this and says so."
    )


def _practice(desk: Desk, name: str) -> Practice:
    """Find a practice that can be attested.

    Raises:
        UsageError: there is none, or it is for scanners alone.
    """
    known = desk.canonical(name)
    if wrong := desk.wrong("practice", known):
        raise click.UsageError(visible(wrong))
    practice = desk.catalogue.practice(known)
    if practice is None or practice.evidence == "automated":
        raise click.UsageError(
            f"{known} is decided by scanner findings alone; accept a gap with gapfolio waive, or "
            "declare that it does not apply with --not-applicable"
        )
    return practice


def _term(desk: Desk, given: dict[str, Any]) -> tuple[date, date]:
    from gapfolio.engagement import days

    first = declaring.said(given["first"] or desk.today().isoformat(), "", days.day, "--from")
    last = declaring.said(
        given["until"],
        "Last day, such as 2027-06-30 or 365d",
        lambda text: days.ending(text, first),
        "--until",
    )
    return first, last


class _Evidence:
    """Evidence as it is named, with what is to be copied into the engagement for it."""

    def __init__(self, desk: Desk) -> None:
        self.copies: list[Path] = []
        self._desk = desk

    def named(self, text: str, *, copy: bool) -> Proof:
        """Make evidence of a flag."""
        from gapfolio.engagement import proofs
        from gapfolio.errors import EngagementError

        try:
            return proofs.proof(text, self._desk.directory, beside=Path())
        except proofs.OutsideError as error:
            if not copy:
                raise EngagementError(f"{error}, or give --copy") from error
            self.copies.append(error.path)
            return proofs.proof_of_copy(error.path, self._desk.directory)

    def asked(self) -> list[Proof]:
        """Ask for evidence until there is no more."""
        found: list[Proof] = []
        question = "Evidence: a file or a link, or nothing"
        while proof := declaring.optional(question, self._answered):
            found.append(proof)
            question = "More evidence, or nothing"
        return found

    def _answered(self, text: str) -> Proof:
        from gapfolio.engagement import proofs
        from gapfolio.errors import EngagementError

        try:
            return proofs.proof(text, self._desk.directory, beside=Path())
        except proofs.OutsideError as error:
            if not click.confirm(f"It is outside the engagement; copy it to {proofs.FOLDER}/?"):
                raise ValueError("it stays outside; name another, or nothing") from error
            return self.named(text, copy=True)
        except EngagementError as error:
            raise ValueError(str(error)) from error
