"""`gapfolio questionnaire`: ask round what no scanner sees, and read the answers back."""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from gapfolio.cli import declaring
from gapfolio.cli.summary import visible

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from gapfolio.engagement.answers import Answers
    from gapfolio.engagement.desk import Desk


@click.command()
@declaring.engagement
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE.csv", help="Sheet to write."
)
@click.option("--all", "everything", is_flag=True, help="Also what is attested already.")
@click.option(
    "--import",
    "answered",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE.csv",
    help="Sheet with answers to read.",
)
def questionnaire(
    directory: Path, output: Path | None, everything: bool, answered: Path | None
) -> None:
    """Write the open manual practices as a sheet to send round, or read its answers.

    The sheet opens in any spreadsheet; fill in its last six columns. Answers are added to
    attestations.yaml and not_applicable.yaml, once.

    \b
    Examples:
      gapfolio questionnaire -o questions.csv
      gapfolio questionnaire --import questions.csv
    """
    if bool(output) == bool(answered):
        raise click.UsageError("name a sheet to write with -o, or one to read with --import")
    if answered and everything:
        raise click.UsageError("--all goes with -o only")
    desk = declaring.opened(directory)
    if answered:
        _import(answered, desk)
    elif output:
        _export(output, desk, everything=everything)


def _export(output: Path, desk: Desk, *, everything: bool) -> None:
    from gapfolio.engagement import questionnaire as sheets

    day = desk.judged_on()
    done = {} if everything else _answered(desk, day)
    asked = list(sheets.questions(desk.catalogue, desk.folder.engagement.accounts, done))
    if not asked:
        click.echo(f"Nothing is open on {day}; --all writes every question")
        return
    declaring.create(output, sheets.sheet(asked), "is there already and may hold answers")
    zoning = sum(question.practice.id in sheets.ZONING for question in asked)
    click.echo(
        f"Wrote {visible(str(output))}: {len(asked)} questions open on {day}, {zoning} of them on "
        "zones"
    )
    click.echo(f"Next, with the answers: gapfolio questionnaire --import {visible(str(output))}")


def _answered(desk: Desk, day: date) -> dict[str, set[str]]:
    """Give the accounts in which each practice is answered on a day; "" where none are listed."""
    from gapfolio.assess import declarations
    from gapfolio.engagement.terms import term

    scope = [account.id for account in desk.folder.engagement.accounts] or [""]
    done: dict[str, set[str]] = defaultdict(set)
    for result in declarations.attested(desk.folder, scope, day):
        if result.state == "valid":
            done[result.practice].update(result.accounts)
    for entry in desk.folder.not_applicable:
        if entry.value.practice and term(entry.value.declared, entry.value.expires, day) == "valid":
            done[entry.value.practice].update(entry.value.accounts or scope)
    return done


def _import(answered: Path, desk: Desk) -> None:
    from gapfolio.engagement import answer_sheet, answers, append

    name = str(answered)
    sheet = answer_sheet.parsed(answered.read_bytes(), name)
    if sheet.guessed:
        click.echo(
            f"note: {visible(name)} is not in UTF-8 and was read as {sheet.guessed}; look at "
            "letters with accents",
            err=True,
        )
    if sheet.ignored:
        click.echo(f"note: columns not read: {visible(', '.join(sheet.ignored))}", err=True)
    found, additions = answers.read(sheet, name, desk)
    append.write(additions)
    for addition in additions:
        click.echo(f"Wrote to {visible(str(addition.path))}, from line {addition.line} on")
    click.echo(_counted(found))
    for line in _beside_the_day(found, desk):
        click.echo(f"note: {line}", err=True)


def _beside_the_day(found: Answers, desk: Desk) -> Iterator[str]:
    """Name the rows whose terms do not touch the day that the report judges them on."""
    from gapfolio.engagement.terms import term

    day = desk.judged_on()
    terms = [(row, said.valid_from, said.valid_until) for row, said in found.attestations]
    terms += [(row, said.declared, said.expires) for row, said in found.not_applicable]
    for state in ("expired", "not yet valid"):
        rows = [str(row.number) for row, first, last in terms if term(first, last, day) == state]
        if rows:
            yield f"{state} on {day}, so of no effect in this period: row {', '.join(rows)}"


def _counted(found: Answers) -> str:
    from gapfolio.report.view.formats import counted

    return (
        f"{counted(len(found.attestations), 'attestation')} and "
        f"{counted(len(found.not_applicable), 'declaration')} that something does not apply added; "
        f"{found.on_file} already on file, {found.unanswered} without an answer"
    )
