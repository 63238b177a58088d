"""The run record of a Prowler run: written beside its findings, never over another file."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from gapfolio.errors import InputError
from gapfolio.hashing import sha256
from gapfolio.model import RunOutput, RunRecord

FINDINGS = (".ocsf.json", ".csv")
"""Suffixes of the findings files that a report can be made from, best first."""
_SECRET = ("key", "token", "secret", "password", "credential", "external-id", "shodan", "-N", "-I")


def without_secrets(arguments: Sequence[str]) -> list[str]:
    """Give a command line with the values of options that may be secret blotted out."""
    kept: list[str] = []
    hide = False
    for argument in arguments:
        name, found, _ = argument.partition("=")
        secret = name.startswith("-") and (
            name in _SECRET or any(word in name.lower() for word in _SECRET[:-2])
        )
        if argument.startswith("-"):
            kept.append(f"{name}=***" if secret and found else argument)
            hide = secret and not found
        else:
            kept.append("***" if hide else argument)
    return kept


def outputs(paths: Iterable[Path], directory: Path) -> list[RunOutput]:
    """Hash the files of a run; paths are kept relative to the record's directory."""
    return [
        RunOutput(
            path=Path(os.path.relpath(path, directory)).as_posix(),
            sha256=sha256(path),
            bytes=path.stat().st_size,
        )
        for path in sorted(paths)
    ]


def complete(
    record: RunRecord, paths: Iterable[Path], directory: Path, exit_code: int | None = None
) -> RunRecord:
    """Give a record with the outputs of its run, and Prowler's exit code where it is known."""
    return msgspec.structs.replace(record, outputs=outputs(paths, directory), exit_code=exit_code)


def write(record: RunRecord, path: Path) -> None:
    """Write a record.

    Raises:
        InputError: a file of that name is there; it is left alone.
    """
    text = msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"
    try:
        with path.open("xb") as file:
            file.write(text)
    except FileExistsError as error:
        raise InputError(
            f"{path}: is there already and stays as it is; use a fresh directory for each run"
        ) from error
