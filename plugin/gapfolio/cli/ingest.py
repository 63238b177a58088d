"""`gapfolio ingest`: findings of any scanner as Parquet, in a store that a report reads."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from gapfolio.cli import options, progress
from gapfolio.cli.summary import visible

if TYPE_CHECKING:
    from gapfolio.store.ingest import Told


@click.command()
@click.argument("locations", nargs=-1, metavar="[LOCATION]...")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    metavar="DIR",
    help="The store; made if there is none.",
)
@click.option(
    "--engagement",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Directory with gapfolio.toml.  [default: the current one]",
)
@click.option(
    "--period",
    default="",
    help="Of all inputs: 2026-Q3, 2026-07, 2026 or FROM..TO (ISO dates).  [default: the quarter "
    "of the newest finding of each]",
)
@click.option("--strict", is_flag=True, help="Stop at the first file with a problem.")
@options.access
def ingest(
    locations: tuple[str, ...],
    output: Path,
    engagement: Path | None,
    period: str,
    strict: bool,
    profile: str,
    regions: tuple[str, ...],
    role_arn: str,
) -> None:
    """Keep findings of any scanner as Parquet, by period and account.

    A LOCATION is what `gapfolio report` takes, and `gapfolio report DIR` reads the store like the
    inputs themselves. The same input again changes nothing; many calls may write to one store at
    once, and one that was interrupted goes on when it is given again.

    \b
    Examples:
      gapfolio ingest scans/ -o store
      gapfolio ingest s1.json s2.json.gz -o store --period 2026-Q3
      gapfolio report store -o packs/2026-Q3
    """
    from gapfolio.live.base import Access
    from gapfolio.store import ingest as work

    directory, rest = options.engagement_of(locations)
    wanted = work.Wanted(
        locations=rest,
        output=output,
        directory=engagement or directory,
        period=period,
        strict=strict,
        access=Access(profile, role_arn, regions),
    )
    with progress.shown() as told:
        done = work.ingest(wanted, told)
    _say(done, output)


def _say(done: Told, output: Path) -> None:
    """Say what was added, what was there already, and what was not read and why."""
    for notice in done.notices:
        _note(notice)
    for item in done.added:
        if item.problem:
            _note(f"{item.name}: {item.problem}")
    for name, why in done.refused.items():
        _note(f"{name}: not added: {why}")
    for new, words in ((True, "Added"), (False, "There already")):
        chosen = [item for item in done.added if item.new is new]
        inputs = [item for item in chosen if item.findings is not None]
        if not chosen:
            continue
        found = sum(item.findings or 0 for item in inputs)
        records = len(chosen) - len(inputs)
        periods = ", ".join(sorted({item.period for item in chosen}))
        click.echo(
            f"{words}: {_number(len(inputs), 'input')}, {_number(found, 'finding')}, "
            f"{_number(records, 'run record')} ({periods})"
        )
    click.echo(f"Store: {visible(str(output))}")


def _number(number: int, what: str) -> str:
    return f"{number:,} {what}{'s' * (number != 1)}"


def _note(text: str) -> None:
    click.echo(f"note: {visible(text)}", err=True)
