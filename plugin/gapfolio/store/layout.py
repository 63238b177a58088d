"""Where a store keeps what: its paths, its records, and whether they are whole.

    gapfolio-store.json                                     the marker: which schema this is
    findings/period=2026-Q3/account=123456789012/S.parquet  findings of an input, by its SHA-256
    inputs/period=2026-Q3/S.json                            what the report says of that input
    runs/period=2026-Q3/S.json, S.entry.json                a run record as it is, and its name

An input is in the store exactly when its file in `inputs` is there, and a run record when its
`.entry.json` is: they are written last, and name the others with their SHA-256.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path, PurePosixPath
from typing import TypeVar

import msgspec

from gapfolio import decoding
from gapfolio.errors import InputError
from gapfolio.hashing import sha256
from gapfolio.model import InputResult, Record
from gapfolio.sources import passed_over
from gapfolio.sources.locations import shown

MARKER = passed_over.STORE
SCHEMA = "gapfolio.store/1"
FINDINGS_SCHEMA = "1"
"""Version of `COLUMNS`; raised when one goes or changes its meaning."""
NO_ACCOUNT = "none"
"""Partition of rows that name no account; in the rows it stays empty."""
WORK = ".work-"
"""Beginning of the directories in which files are made before they are moved into place."""

COLUMNS = {
    "input_sha256": "VARCHAR",
    "input_row": "BIGINT",
    "place": "BIGINT",
    "source": "VARCHAR",
    "scanner": "VARCHAR",
    "scanner_version": "VARCHAR",
    "provider": "VARCHAR",
    "check_raw": "VARCHAR",
    "account": "VARCHAR",
    "account_name": "VARCHAR",
    "region": "VARCHAR",
    "resource": "VARCHAR",
    "resource_name": "VARCHAR",
    "resource_type": "VARCHAR",
    "service": "VARCHAR",
    "status": "VARCHAR",
    "muted": "BOOLEAN",
    "severity": "VARCHAR",
    "title": "VARCHAR",
    "detail": "VARCHAR",
    "tags": "VARCHAR[]",
    "frameworks": "VARCHAR",
    "observed_at": "TIMESTAMP",
    "local_time": "TIMESTAMP",
    "finding_uid": "VARCHAR",
}
"""Columns of the Parquet files, in their order, with DuckDB's names of their types."""

_T = TypeVar("_T", bound="Entry")


class Marker(Record, frozen=True, kw_only=True):
    """`gapfolio-store.json`."""

    schema: str = SCHEMA
    findings_schema: str = FINDINGS_SCHEMA


class Entry(Record, frozen=True, kw_only=True):
    """What every file of `inputs` and every `.entry.json` says first."""

    schema: str = SCHEMA
    findings_schema: str = FINDINGS_SCHEMA
    period: str


class Part(Record, frozen=True, kw_only=True):
    """A Parquet file of an input."""

    path: str
    """From the store's directory on."""
    sha256: str
    rows: int
    places: int
    """The highest `place` in it, and one."""


class StoredInput(Entry, frozen=True, kw_only=True):
    """An input as it was read."""

    result: InputResult
    account: str = ""
    """Of findings that name none, as the engagement says it of this file; "" = it does not."""
    nameless: dict[str, int]
    """Scanner to its number of findings that name no account."""
    findings: list[Part]
    notices: list[str] = msgspec.field(default_factory=list)
    """What a live location said besides."""


class StoredRun(Entry, frozen=True, kw_only=True):
    """A run record's name, and what was found beside it."""

    name: str
    sha256: str
    changed: str = ""
    """Why it is void: an output beside it was changed since the run; "" if none was."""


class _Header(msgspec.Struct, frozen=True):
    """What a record of any version has."""

    schema: str = ""
    findings_schema: str = ""


def is_store(location: str | Path) -> bool:
    """Say whether a location is a store; whether it can be read is another matter."""
    return (Path(location) / MARKER).is_file()


def check(directory: Path) -> None:
    """Refuse a store of another version.

    Raises:
        InputError: it is older, newer, or its marker cannot be read.
    """
    _decoded(directory / MARKER, Marker)


def findings(directory: Path, period: str, account: str, digest: str) -> Path:
    """Give the place of the findings of an input in an account."""
    partition = f"account={account or NO_ACCOUNT}"
    return directory / "findings" / f"period={period}" / partition / f"{digest}.parquet"


def input_entry(directory: Path, period: str, digest: str) -> Path:
    """Give the place of what is said of an input."""
    return directory / "inputs" / f"period={period}" / f"{digest}.json"


def run_record(directory: Path, period: str, digest: str) -> Path:
    """Give the place of a run record."""
    return directory / "runs" / f"period={period}" / f"{digest}.json"


def run_entry(directory: Path, period: str, digest: str) -> Path:
    """Give the place of a run record's name."""
    return run_record(directory, period, digest).with_suffix(".entry.json")


def periods(directory: Path) -> list[str]:
    """Name the periods that the store has something of, sorted."""
    found = {
        path.parent.name.removeprefix("period=")
        for pattern in ("inputs/period=*/*.json", "runs/period=*/*.entry.json")
        for path in directory.glob(pattern)
    }
    return sorted(found)


def inputs(directory: Path, period: str = "*") -> list[StoredInput]:
    """Give the inputs of a period, in the order of their names.

    Raises:
        InputError: what is said of one cannot be read.
    """
    made = list(_entries(directory.glob(f"inputs/period={period}/*.json"), StoredInput))
    for entry in made:
        for part in entry.findings:
            if not _in_place(part, entry):
                raise InputError(
                    f"{shown(input_entry(directory, entry.period, entry.result.sha256))}: names "
                    f"{shown(part.path)}, where no findings of it lie; {_again(entry.result.name)} "
                    "into a new directory"
                )
    return sorted(made, key=lambda entry: (*_order(entry.result.name), entry.result.sha256))


def _in_place(part: Part, entry: StoredInput) -> bool:
    """Say whether findings lie where they belong: a store may come from somebody else."""
    match PurePosixPath(part.path).parts:
        case ("findings", of, account, name):
            named = of == f"period={entry.period}" and name == f"{entry.result.sha256}.parquet"
            return named and account.startswith("account=")
    return False


def runs(directory: Path, period: str = "*") -> list[StoredRun]:
    """Give the run records of a period, in the order of their names.

    Raises:
        InputError: what is said of one cannot be read.
    """
    made = _entries(directory.glob(f"runs/period={period}/*.entry.json"), StoredRun)
    return sorted(made, key=lambda entry: (*_order(entry.name), entry.sha256))


def broken(directory: Path, entries: Iterable[StoredInput]) -> str:
    """Say what is wrong with the findings of inputs, naming the file; `""` if they are whole."""
    parts = [(part, entry.result.name) for entry in entries for part in entry.findings]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        wrong = pool.map(lambda pair: _wrong(directory / pair[0].path, pair[0].sha256), parts)
        for (part, name), what in zip(parts, wrong, strict=True):
            if what:
                return f"{shown(directory / part.path)}: {what}; {_again(name)}"
    return ""


def run_path(directory: Path, entry: StoredRun) -> Path:
    """Give the file of a run record, which must be as it was.

    Raises:
        InputError: it is missing or was changed.
    """
    path = run_record(directory, entry.period, entry.sha256)
    if what := _wrong(path, entry.sha256):
        raise InputError(f"{shown(path)}: {what}; {_again(entry.name)}")
    return path


def _again(name: str) -> str:
    return f"`gapfolio ingest` of {name} writes it again"


def _wrong(path: Path, digest: str) -> str:
    try:
        same = sha256(path) == digest
    except FileNotFoundError:
        return "is missing from the store"
    except OSError as error:
        return f"cannot be read ({error.strerror or error})"
    return "" if same else "was changed or is not complete"


def _order(name: str) -> tuple[list[str]]:
    """Order names as a directory is read: folder by folder."""
    return (name.split("/"),)


def _entries(paths: Iterable[Path], kind: type[_T]) -> Iterator[_T]:
    for path in paths:
        entry = _decoded(path, kind)
        if f"period={entry.period}" != path.parent.name:
            raise InputError(f"{shown(path)}: is of {entry.period} and lies in {path.parent.name}")
        yield entry


_R = TypeVar("_R", bound=Record)


def _decoded(path: Path, kind: type[_R]) -> _R:
    try:
        data = path.read_bytes()
        header = decoding.decode(data, _Header, "json")
        for what, found, ours in (
            ("store", header.schema, SCHEMA),
            ("findings", header.findings_schema, FINDINGS_SCHEMA),
        ):
            if found != ours:
                raise InputError(
                    f"{shown(path)}: is of the {what} schema {found or 'unknown'}, this version "
                    f"reads {ours}; ingest the inputs again into a new directory"
                )
        return decoding.decode(data, kind, "json")
    except OSError as error:
        raise InputError(f"{shown(path)}: cannot be read ({error.strerror or error})") from error
    except decoding.MalformedError as error:
        raise InputError(
            f"{shown(path)}: is no record of a store that can be read: {error}"
        ) from error
