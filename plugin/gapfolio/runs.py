"""Run records beside the findings: read, and checked against the files they speak of."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from pathlib import Path

from gapfolio import decoding
from gapfolio.assess.tables import Run
from gapfolio.errors import InputError
from gapfolio.hashing import sha256
from gapfolio.model import InputResult, RunRecord


def read(path: Path) -> RunRecord:
    """Read a `run.json`.

    Raises:
        InputError: it cannot be read or breaks the schema; the message names file and key.
    """
    try:
        return decoding.decode(path.read_bytes(), RunRecord, "json")
    except decoding.MalformedError as error:
        raise InputError(f"{path}: not a run record: {error}") from error
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def standing(
    paths: Iterable[Path], inputs: Sequence[InputResult], base: Path = Path()
) -> list[Run]:
    """Read run records and say of each whether it stands; they are named from `base`.

    A record is void when an output it names has changed since, or when none of its outputs is
    among the inputs: then it speaks of other findings than those that were read.
    """
    given = {item.sha256 for item in inputs}
    return [
        Run(record, named(path, base), void(record, changed(record, path.parent), given))
        for path in paths
        for record in [read(path)]
    ]


def named(path: Path, base: Path) -> str:
    """Name a file from `base`, if it is inside; else as it was given."""
    inside = path.is_relative_to(base)
    return (path.relative_to(base) if inside else path).as_posix()


def changed(record: RunRecord, directory: Path) -> str:
    """Say which output that lies in `directory` is not what the run left; `""` if all are."""
    for output in record.outputs:
        path = directory / output.path
        if path.is_file() and sha256(path) != output.sha256:
            return f"{output.path} has changed since the run"
    return ""


def void(record: RunRecord, changed: str, given: Collection[str]) -> str:
    """Say why a record proves nothing; `""` if it stands.

    Args:
        record: of a run.
        changed: what `changed` says of it.
        given: SHA-256 of the inputs that were read.
    """
    if not record.outputs:
        return "it names no output"
    if changed:
        return changed
    if not any(output.sha256 in given for output in record.outputs):
        return "none of the outputs it names was given"
    return ""
