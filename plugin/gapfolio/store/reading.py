"""Reads a period of a store, as if its inputs had been named."""

from __future__ import annotations

import glob
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from gapfolio import resources, runs
from gapfolio.assess.tables import Run
from gapfolio.engine.base import Engine
from gapfolio.errors import InputError
from gapfolio.model import RunRecord
from gapfolio.sources import completing
from gapfolio.sources.load import complaint
from gapfolio.sources.locations import shown
from gapfolio.store import layout
from gapfolio.store.layout import COLUMNS, StoredInput, StoredRun


@dataclass(frozen=True)
class KeptRun:
    """A run record of the store."""

    entry: StoredRun
    path: Path
    record: RunRecord

    def standing(self, given: Collection[str]) -> Run:
        """Give it with whether it stands, by the SHA-256 of the inputs."""
        void = runs.void(self.record, self.entry.changed, given)
        return Run(self.record, self.entry.name, void)


@dataclass(frozen=True)
class Kept:
    """What a store has of a period."""

    directory: Path
    inputs: Sequence[StoredInput]
    runs: Sequence[KeptRun]

    @property
    def notices(self) -> list[str]:
        """What live locations said, once each."""
        return list(dict.fromkeys(words for entry in self.inputs for words in entry.notices))


def period(directory: Path, wanted: str) -> str:
    """Choose the period to report on: the one that is wanted, or the only one.

    Raises:
        InputError: there is none, not the one, or more than one.
    """
    layout.check(directory)
    there = layout.periods(directory)
    if not there:
        raise InputError(f"{shown(directory)}: this store is empty; fill it with `gapfolio ingest`")
    if wanted in there:
        return wanted
    if wanted:
        raise InputError(
            f"{shown(directory)}: has nothing of the period {wanted}; it has {', '.join(there)}"
        )
    if len(there) > 1:
        raise InputError(
            f"{shown(directory)}: has several periods ({', '.join(there)}); choose one with "
            "--period"
        )
    return there[0]


def opened(directory: Path, period: str, *, strict: bool = False) -> Kept:
    """Read what the store says of a period, and hold every file against it.

    Args:
        directory: of the store.
        period: as `period` gave it.
        strict: refuse an input that could not be read whole.

    Raises:
        InputError: a file is missing, changed, cut off or of another version, which is named; or
            no input could be read.
    """
    inputs = layout.inputs(directory, period)
    wrong = [complaint(entry.result) for entry in inputs if entry.result.problem]
    if wrong and strict:
        raise InputError(wrong[0])
    if inputs and all(entry.result.problem and not entry.result.findings for entry in inputs):
        raise InputError("\n".join(wrong))
    if what := layout.broken(directory, inputs):
        raise InputError(what)
    records = [
        (entry, layout.run_path(directory, entry)) for entry in layout.runs(directory, period)
    ]
    kept = [KeptRun(entry, path, runs.read(path)) for entry, path in records]
    return Kept(directory, inputs, kept)


def put(
    engine: Engine, kept: Kept, accounts: Sequence[str], without: Collection[str], link: Path
) -> list[str]:
    """Make the findings the table `numbered`.

    Args:
        engine: where to.
        kept: what of.
        accounts: those that the auditor named; findings without one are of the only one.
        without: scanners whose findings have no account by nature (infrastructure code).
        link: what may be made to name the store by, if its own name has characters of a pattern.

    Returns:
        What was done about findings without an account, or what is to do.
    """
    only = accounts[0] if len(accounts) == 1 else ""
    _put_origins(engine, kept.inputs, only)
    engine.put("accountless", {"scanner": "VARCHAR"}, [(name,) for name in sorted(without)])
    parts = [part.path for entry in kept.inputs for part in entry.findings]
    if parts:
        engine.attach("stored", *_paths(kept.directory, parts, link))
    else:
        engine.put("stored", COLUMNS, [])
    engine.view("numbered", resources.text("store", "numbered.sql").strip().rstrip(";"))
    return _told(kept.inputs, only, without)


def _put_origins(engine: Engine, inputs: Iterable[StoredInput], only: str) -> None:
    rows: list[tuple[object, ...]] = []
    before = 1
    for place, entry in enumerate(inputs):
        rows.append((entry.result.sha256, place, before, entry.account, only))
        before += max((part.places for part in entry.findings), default=0)
    columns = {
        "sha256": "VARCHAR",
        "input_id": "INTEGER",
        "rows_before": "BIGINT",
        "account": "VARCHAR",
        "only_account": "VARCHAR",
    }
    engine.put("origins", columns, rows)


def _paths(directory: Path, parts: Iterable[str], link: Path) -> list[Path]:
    if glob.has_magic(str(directory)):
        link.symlink_to(directory.absolute())
        directory = link
    return [directory / part for part in parts]


def _told(inputs: Sequence[StoredInput], only: str, without: Collection[str]) -> list[str]:
    """Say what became of findings that name no account, as it is said of files."""
    told = []
    left: dict[str, int] = {}
    for entry in inputs:
        nameless = {name: n for name, n in entry.nameless.items() if name not in without}
        if entry.account and nameless:
            name = entry.result.name
            told.append(completing.taken(name, entry.account, sum(nameless.values())))
        elif not entry.account:
            for scanner, number in nameless.items():
                left[scanner] = left.get(scanner, 0) + number
    for scanner, number in sorted(left.items()):
        told.append(
            completing.taken(scanner, only, number)
            if only
            else completing.left_out(scanner, number)
        )
    return told
