"""What the commands share that add to an engagement: its folder, dates, and asking for the rest."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from gapfolio.cli.summary import visible

if TYPE_CHECKING:
    from datetime import date

    from gapfolio.engagement.append import Addition
    from gapfolio.engagement.desk import Desk

_F = TypeVar("_F", bound=Callable[..., Any])
_T = TypeVar("_T")


def engagement(command: _F) -> _F:
    """Add `--engagement DIR`, as `directory`."""
    return click.option(
        "--engagement",
        "directory",
        type=click.Path(path_type=Path, exists=True, file_okay=False),
        default=Path(),
        help="Directory with gapfolio.toml.  [default: the current one]",
    )(command)


def opened(directory: Path) -> Desk:
    """Open the engagement of a directory, with the catalogue that it uses.

    Raises:
        GapfolioError: there is none, or one of both is wrong.
    """
    from gapfolio import catalogue, plugins
    from gapfolio.engagement import desk

    folder = desk.folder(directory)
    own = [directory / name for name in folder.engagement.mappings]
    loaded = catalogue.load([*plugins.mapping_directories(plugins.manager()), *own])
    return desk.Desk(directory, folder, loaded)


def asks() -> bool:
    """Tell whether somebody sits there who can be asked."""
    return sys.stdin.isatty()


def require(given: Mapping[str, str | bool]) -> None:
    """Refuse to go on without a flag that nobody can be asked for."""
    missing = [flag for flag, value in given.items() if not str(value or "").strip()]
    if missing and not asks():
        raise click.UsageError(
            f"missing: {', '.join(missing)} (on a terminal, you are asked for what is missing)"
        )


def said(value: str, question: str, read: Callable[[str], _T], flag: str) -> _T:
    """Read what a flag says, or ask until there is something that can be read.

    `read` raises ValueError with what is wrong.
    """

    def checked(text: str) -> _T:
        try:
            return read(text)
        except ValueError as error:
            raise click.UsageError(visible(str(error))) from error

    if value.strip():
        try:
            return read(value)
        except ValueError as error:
            raise click.BadParameter(visible(str(error)), param_hint=flag) from error
    answer: _T = click.prompt(question, value_proc=checked)
    return answer


def optional(question: str, read: Callable[[str], _T]) -> _T | None:
    """Ask for what may be left empty."""

    def checked(text: str) -> _T | None:
        try:
            return read(text) if text.strip() else None
        except ValueError as error:
            raise click.UsageError(visible(str(error))) from error

    answer: _T | None = click.prompt(question, default="", show_default=False, value_proc=checked)
    return answer


def text(value: str) -> str:
    """Take any text that is not blank."""
    if not value.strip():
        raise ValueError("write something")
    return value


def write(addition: Addition, desk: Desk, copies: Sequence[Path] = (), *, ask: bool) -> None:
    """Show an entry, ask whether it is right if it was asked for, write it and say where.

    `copies` are copied into the engagement's `evidence/` first.
    """
    from gapfolio.engagement import append, proofs

    if ask:
        click.echo(f"\n{visible(addition.text)}")
        click.confirm(f"Write this to {addition.path}?", default=True, abort=True)
    for source in copies:
        proofs.copy(source, desk.directory)
    append.write([addition])
    click.echo(f"Wrote to {visible(str(addition.path))}, line {addition.line}:")
    if not ask:
        click.echo(f"\n{visible(addition.text)}", nl=False)


def create(path: Path, content: str | bytes, why: str) -> None:
    """Write a new file, under a temporary name first.

    Raises:
        EngagementError: it exists already, and `why` it is not overwritten.
    """
    from gapfolio.errors import EngagementError

    if path.exists():
        raise EngagementError(f"{path}: {why}; name another file with -o")
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        draft.write_bytes(content if isinstance(content, bytes) else content.encode())
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def outlook(desk: Desk, first: date, last: date) -> str:
    """Say whether a term holds when the engagement's period ends; "" where it names none."""
    from gapfolio.engagement.terms import term

    if not desk.folder.engagement.period:
        return ""
    day = desk.judged_on()
    state = {"valid": "holds", "expired": "has ended", "not yet valid": "has not begun"}
    return f"It {state[term(first, last, day)]} on {day}, the last day of the period. "
