"""Options that several commands share, and the audit that they open."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from gapfolio.model import Assessment

_F = TypeVar("_F", bound=Callable[..., Any])

_HIGHEST = 100
THRESHOLD = 3
"""Exit code when the score is under `--fail-under`."""


def inputs(command: Callable[..., None]) -> Callable[..., None]:
    """Add LOCATION... and everything that says how to read and scope it.

    The command gets them as one parameter, `chosen`: an `audit.Options`.
    """

    @wraps(command)
    def wrapped(
        locations: tuple[str, ...],
        engagement: Path | None,
        period: str,
        executed: tuple[str, ...],
        accounts: tuple[str, ...],
        strict: bool,
        **others: Any,
    ) -> None:
        from gapfolio import audit

        directory, rest = _engagement(locations)
        chosen = audit.Options(
            locations=rest,
            directory=engagement or directory,
            period=period,
            executed=executed,
            accounts=accounts,
            strict=strict,
        )
        command(chosen=chosen, **others)

    for decorate in reversed(
        (
            click.argument("locations", nargs=-1, metavar="[LOCATION]..."),
            click.option(
                "--engagement",
                type=click.Path(path_type=Path, exists=True, file_okay=False),
                help="Directory with gapfolio.toml.  [default: the current one]",
            ),
            click.option(
                "--period", default="", help="2026-Q3, 2026-07, 2026 or FROM..TO (ISO dates)."
            ),
            click.option(
                "--executed",
                multiple=True,
                metavar="SCANNER=all|FILE",
                help="Declare that a full scan ran (prowler=all), or name a run record or a list "
                "of check ids. Printed in the report as your declaration.",
            ),
            click.option("--account", "accounts", multiple=True, help="Only this account."),
            click.option("--strict", is_flag=True, help="Stop at the first file with a problem."),
        )
    ):
        wrapped = decorate(wrapped)
    return wrapped


def _percent(context: click.Context, option: click.Parameter, value: str | None) -> Fraction | None:
    """Read a number from 0 to 100 exactly, so that the threshold is not a rounded one."""
    if value is None:
        return None
    try:
        number = Fraction(value)
    except (ValueError, ZeroDivisionError) as error:
        raise click.BadParameter(f"{value!r} is not a number", context, option) from error
    if not 0 <= number <= _HIGHEST:
        raise click.BadParameter(f"{value} is not between 0 and 100", context, option)
    return number


def threshold(command: _F) -> _F:
    """Add `--fail-under` and what it judges."""
    command = click.option(
        "--scope",
        type=click.Choice(["automated", "all"]),
        default="automated",
        show_default=True,
        help="What --fail-under judges.",
    )(command)
    return click.option(
        "--fail-under",
        metavar="N",
        callback=_percent,
        help="Exit with 3 when Assured is under this (0 to 100).",
    )(command)


def under(assessment: Assessment, limit: Fraction | None, scope: str) -> bool:
    """Say on stderr, and give, whether the exact score is under the threshold or null."""
    if limit is None:
        return False
    scores = assessment.scores
    judged = scores.all if scope == "all" else scores.automated
    if judged.assured is not None and judged.assured >= limit:
        return False
    why = "null: nothing was assessed" if judged.assured is None else f"under {float(limit):.15g}"
    click.echo(f"Assured ({scope}) is {why}", err=True)
    return True


def _engagement(locations: tuple[str, ...]) -> tuple[Path, tuple[str, ...]]:
    """Give the engagement's directory and the locations that are left to read.

    One location that is an engagement stands for it; then its own inputs are read.
    """
    if len(locations) == 1 and (Path(locations[0]) / "gapfolio.toml").is_file():
        return Path(locations[0]), ()
    return Path(), locations
