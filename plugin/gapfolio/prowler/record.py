"""The run record of a Prowler run: written beside its findings, never over another file."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path

import msgspec

from gapfolio.errors import InputError
from gapfolio.hashing import sha256
from gapfolio.model import RunOutput, RunRecord
from gapfolio.prowler.errors import OUTPUT

FORMATS = {".ocsf.json": "ocsf", ".csv": "csv"}
"""Findings files that a report can be made from, best first: suffix, and Prowler's name of it."""
INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT."""
SUCCESS = (0, 3)
"""Prowler's exit codes for a finished scan: no failing finding, or some."""
_SELECTIVE = ("--status", "--resource-arn", "--resource-tag")
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


def selection(arguments: Sequence[str]) -> str:
    """Name the options by which a run left findings (not checks) out of its files; "" if none."""
    names = (argument.partition("=")[0] for argument in arguments)
    return " ".join(name for name in names if name.startswith(_SELECTIVE))


def reason(code: int | None) -> str:
    """Put the end of a Prowler run into words."""
    if code is None or code in (INTERRUPTED, -signal.SIGINT):
        return "it was interrupted"
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"


def findings(base: Callable[[str], Path], made: RunRecord) -> list[Path]:
    """Give the findings files that a run wrote to their end, the best first.

    Args:
        base: gives the path of an output by its suffix.
        made: the record; an output that failed is among its errors.
    """
    failed = {error.service for error in made.errors or ()}
    return [
        path
        for suffix, name in FORMATS.items()
        if (path := base(suffix)).is_file() and OUTPUT + name not in failed
    ]


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


def complete(record: RunRecord, paths: Iterable[Path], directory: Path) -> RunRecord:
    """Give a record with the outputs of its run."""
    return msgspec.structs.replace(record, outputs=outputs(paths, directory))


def write(record: RunRecord, path: Path) -> None:
    """Write a record whole, or not at all.

    Raises:
        InputError: a file of that name is there, and is left alone; or it cannot be written.
    """
    text = msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"
    if path.exists():
        raise InputError(
            f"{path}: is there already and stays as it is; use a fresh directory for each run"
        )
    draft = path.with_name(f".{path.name}.draft")
    try:
        draft.write_bytes(text)
        draft.replace(path)
    except OSError as error:
        with suppress(OSError):
            draft.unlink(missing_ok=True)
        raise InputError(f"{path}: cannot be written ({error.strerror or error})") from error
