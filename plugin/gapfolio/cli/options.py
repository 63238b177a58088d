"""Options that several commands share, and the audit that they open."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

_F = TypeVar("_F", bound=Callable[..., Any])

THRESHOLD = 3
"""Exit code when the score is under `--fail-under`."""


def inputs(command: _F) -> _F:
    """Add LOCATION... and everything that says how to read and scope it."""
    for decorate in reversed(
        (
            click.argument("locations", nargs=-1, metavar="[LOCATION]..."),
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
        command = decorate(command)
    return command


def directory(locations: tuple[str, ...]) -> Path:
    """Give the engagement's directory: the one location that is one, else the current one."""
    if len(locations) == 1 and (Path(locations[0]) / "gapfolio.toml").is_file():
        return Path(locations[0])
    return Path()
