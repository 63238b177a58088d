"""From what the user named, or the engagement does, to files that can be read: found or pulled."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from gapfolio import engagement as engagements
from gapfolio import plugins
from gapfolio.errors import EngagementError, InputError
from gapfolio.live import reading, schemes
from gapfolio.live.base import Access
from gapfolio.sources import locations

if TYPE_CHECKING:
    import pluggy

    from gapfolio.sources.base import Source

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, done, of how many); `of` 0 = not known."""


@dataclass(frozen=True)
class Wanted:
    """What is to be read, apart by how that is done."""

    files: Sequence[str]
    live: Sequence[str]
    accounts: dict[str, str]
    """Files whose findings name no account, with the account that the engagement says."""
    named: bool
    """By the user; else by the engagement."""

    def __bool__(self) -> bool:
        return bool(self.files or self.live or self.accounts)


def wanted(named: Sequence[str], directory: Path, folder: engagements.Folder) -> Wanted:
    """Tell files, live locations, and files with their account; an engagement's relative to it.

    Raises:
        EngagementError: an input is given two accounts.
        InputError: there is nothing to read.
    """
    found = _wanted(named, directory, folder)
    if not found:
        raise InputError(
            "nothing to read: name files or directories, or list inputs in gapfolio.toml"
        )
    return found


def _wanted(named: Sequence[str], directory: Path, folder: engagements.Folder) -> Wanted:
    if named:
        return Wanted(*_split(named), {}, named=True)
    inputs = folder.engagement.inputs
    files, live = _split([item for item in inputs if isinstance(item, str)])
    accounts: dict[str, str] = {}
    for item in inputs:
        if isinstance(item, engagements.AccountInput):
            if schemes.is_live(item.path) or item.path == locations.STDIN:
                raise EngagementError(f"gapfolio.toml: inputs: {item.path} is not a file")
            path = str(directory / item.path)
            if accounts.setdefault(path, item.account) != item.account:
                raise EngagementError(f"gapfolio.toml: inputs: {item.path} has two accounts")
    return Wanted([str(directory / name) for name in files], live, accounts, named=False)


def found(what: Wanted, directory: Path) -> locations.Expansion:
    """Find the files to read.

    Raises:
        InputError: there is none; of an engagement it is said where they are expected.
    """
    try:
        expansion = locations.expand(what.files, sys.stdin.buffer, what.accounts)
    except InputError as error:
        if what.named:
            raise
        raise InputError(
            f"{error} (inputs of gapfolio.toml); put the scanners' output there"
        ) from error
    if not what.named:
        _name_from(directory, expansion.inputs)
    return expansion


def pulled(
    what: Wanted,
    access: Access,
    folder: engagements.Folder,
    scratch: Path,
    progress: Progress,
) -> reading.Live:
    """Read what is live into files in `scratch`.

    Raises:
        GapfolioError: with a message for the user.
    """
    return reading.read(what.live, access, folder.engagement, scratch, progress)


def sources(pm: pluggy.PluginManager) -> list[Source]:
    """Give every format that a plugin offers."""
    offers: dict[str, plugins.Offer[Source]] = plugins.collect(
        pm.hook.register_sources, lambda source: source.name
    )
    return [offer.thing for offer in offers.values()]


def passed_over(expansion: locations.Expansion, but: str = "") -> list[str]:
    """Say which files of directories were not read, and why; not those that are `but`."""
    return [
        f"{n} file{'s' * (n != 1)} passed over: {why}"
        for why, n in expansion.skipped.items()
        if n and why != but
    ]


def _split(named: Sequence[str]) -> tuple[list[str], list[str]]:
    """Tell files from live locations."""
    live = [location for location in named if schemes.is_live(location)]
    return [location for location in named if location not in live], live


def _name_from(directory: Path, inputs: list[locations.Input]) -> None:
    """Name an engagement's inputs from its folder: the pack is the same wherever that lies."""
    prefix = f"{locations.shown(directory)}/"
    inputs[:] = [replace(item, name=item.name.removeprefix(prefix)) for item in inputs]
