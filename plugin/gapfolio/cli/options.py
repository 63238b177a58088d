"""Options that several commands share, and the audit that they open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from fractions import Fraction
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from gapfolio.model import Assessment

_F = TypeVar("_F", bound=Callable[..., Any])

_HIGHEST = 100
EVENTS = {
    "new-critical": "findings of critical practices opened",
    "new": "findings opened",
    "worse": "the score got worse",
}
"""What `--fail-on` takes, with what is said when it happened."""
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
        group: str,
        strict: bool,
        since: Path | None,
        profile: str,
        regions: tuple[str, ...],
        role_arn: str,
        engine: str,
        master: str,
        cells: Path | None,
        **others: Any,
    ) -> None:
        from gapfolio import audit
        from gapfolio.live.base import Access

        if (engine == "spark") is not bool(master):
            raise click.UsageError("--engine spark and --master URL go together")

        directory, rest = engagement_of(locations)
        chosen = audit.Options(
            locations=rest,
            directory=engagement or directory,
            period=period,
            executed=executed,
            accounts=accounts,
            group=group,
            strict=strict,
            since=since,
            access=Access(profile, role_arn, regions),
            engine=engine,
            master=master,
            cells=cells,
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
            click.option(
                "--group",
                default="",
                metavar="FIELD=VALUE",
                help="Only the accounts that gapfolio.toml describes so: environment=production, "
                "owner=…, name=prod-*.",
            ),
            click.option("--strict", is_flag=True, help="Stop at the first file with a problem."),
            click.option(
                "--since",
                type=click.Path(path_type=Path, exists=True, file_okay=False),
                help="Evidence pack of an earlier period to compare with.  [default: the newest "
                "in the engagement]",
            ),
            access,
            click.option(
                "--engine",
                type=click.Choice(["duckdb", "spark"]),
                default="duckdb",
                show_default=True,
                help="What runs the queries; spark reads a store that `gapfolio ingest` wrote.",
            ),
            click.option(
                "--master", default="", metavar="URL", help="Of Spark: spark://HOST:7077."
            ),
            click.option(
                "--cells",
                type=click.Path(path_type=Path, exists=True),
                metavar="FILE|DIR",
                help="In place of findings: the result of `gapfolio sql cells` from Athena or "
                "another engine (.csv, .parquet), or a directory of results named after queries.",
            ),
        )
    ):
        wrapped = decorate(wrapped)
    return wrapped


def access(command: _F) -> _F:
    """Add how AWS is reached: `profile`, `regions` and `role_arn`."""
    for decorate in reversed(
        (
            click.option(
                "--aws-profile", "profile", default="", help="For live locations: AWS profile."
            ),
            click.option(
                "--region",
                "regions",
                multiple=True,
                help="For live locations: only this Region.  [default: regions of gapfolio.toml, "
                "else all that are enabled]",
            ),
            click.option("--role-arn", default="", help="For live locations: role to assume."),
        )
    ):
        command = decorate(command)
    return command


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


def _events(_: click.Context, __: click.Parameter, value: str) -> list[str]:
    names = [name.strip() for name in value.split(",") if name.strip()]
    if value and not names:
        raise click.BadParameter(f"names no event; write {', '.join(EVENTS)}, joined by commas")
    for name in names:
        if name not in EVENTS:
            raise click.BadParameter(f"{name!r}: write {', '.join(EVENTS)}, joined by commas")
    return names


def changed(command: _F) -> _F:
    """Add `--fail-on`: what must not have happened since the earlier pack."""
    return click.option(
        "--fail-on",
        default="",
        callback=_events,
        metavar="EVENT,…",
        help="Exit with 3 when, since the earlier pack, a finding of a critical practice opened "
        "(new-critical), any finding opened (new), or the score got worse (worse).",
    )(command)


def regressed(assessment: Assessment, wanted: Sequence[str]) -> bool:
    """Say on stderr, and give, whether anything of `--fail-on` has happened.

    Raises:
        PackError: there is nothing to compare with.
    """
    from gapfolio.errors import PackError

    if not wanted:
        return False
    change = assessment.change
    if change is None:
        raise PackError("--fail-on needs an earlier evidence pack; name one with --since")
    critical = {p.id for p in assessment.practices if p.priority == "critical"}
    opened = {row.id: sum(row.opened.values()) for row in change.practices}
    before, now = change.trend[-2].all.assured, change.trend[-1].all.assured
    found = {
        "new-critical": sum(number for name, number in opened.items() if name in critical),
        "new": sum(opened.values()),
        "worse": int(before is not None and (now is None or now < before)),
    }
    for name in wanted:
        if found[name]:
            number = "" if name == "worse" else f"{found[name]:,} "
            click.echo(f"Since {change.since}: {number}{EVENTS[name]}", err=True)
    return any(found[name] for name in wanted)


def engagement_of(locations: tuple[str, ...]) -> tuple[Path, tuple[str, ...]]:
    """Give the engagement's directory and the locations that are left to read.

    One location that is an engagement stands for it; then its own inputs are read.
    """
    if len(locations) == 1 and (Path(locations[0]) / "gapfolio.toml").is_file():
        return Path(locations[0]), ()
    return Path(), locations
