"""The run record of a Prowler run: written beside its findings, never over another file."""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gapfolio.errors import InputError
from gapfolio.hashing import sha256
from gapfolio.model import RunOutput, RunRecord
from gapfolio.prowler.errors import OUTPUT

FORMATS = {".ocsf.json": "ocsf", ".csv": "csv"}
"""Findings files that a report can be made from, best first: suffix, and Prowler's name of it."""
SUFFIX = ".run.json"
COMPLIANCE = "compliance"
"""Directory beside the findings in which Prowler puts a file for each framework."""
INTERRUPTED = 130
"""Exit code after Ctrl-C: 128 + SIGINT."""
SUCCESS = (0, 3)
"""Prowler's exit codes for a finished scan: no failing finding, or some."""
_SELECTIVE = ("status", "resource_arn", "resource_tag")
_SECRET = ("shodan", "external_id")
_SECRET_WORDS = ("key", "token", "secret", "password", "credential")
_BLOT = "***"
_TELLING = 4
"""Characters from which on a secret is looked for inside of other words as well."""


@dataclass(frozen=True)
class Place:
    """Where Prowler puts the files of a run."""

    directory: Path
    prefix: str
    """File name without suffix."""

    def path(self, suffix: str) -> Path:
        """Give the path of an output by its suffix."""
        return self.directory / f"{self.prefix}{suffix}"

    def files(self) -> list[Path]:
        """Give every file of the run: findings, other formats, and those of each framework."""
        found = _beginning(self.directory, f"{self.prefix}.")
        found += _beginning(self.directory / COMPLIANCE, f"{self.prefix}_")
        return [path for path in found if path.is_file() and not path.name.endswith(SUFFIX)]

    def findings(self, made: RunRecord) -> list[Path]:
        """Give the findings files that were written to their end, the best first.

        An output that failed is among the errors of the record.
        """
        failed = {error.service for error in made.errors or ()}
        return [
            path
            for suffix, name in FORMATS.items()
            if (path := self.path(suffix)).is_file() and OUTPUT + name not in failed
        ]


def _beginning(directory: Path, prefix: str) -> list[Path]:
    try:
        return [path for path in directory.iterdir() if path.name.startswith(prefix)]
    except OSError:  # Prowler made none
        return []


def secrets(options: argparse.Namespace) -> set[str]:
    """Give the values of options that are secret."""
    found: set[str] = set()
    for name, value in vars(options).items():
        if name in _SECRET or any(word in name for word in _SECRET_WORDS):
            values = value if isinstance(value, list) else [value]
            found |= {item for item in values if isinstance(item, str) and item}
    return found


def without_secrets(arguments: Sequence[str], hidden: Collection[str]) -> list[str]:
    """Give a command line with secret values blotted out, wherever and however they stand in it.

    Beside the `hidden` values, whatever follows an option that is called like a secret.
    """
    kept: list[str] = []
    hide = False
    for argument in arguments:
        option = argument.startswith("-")
        name, found, _ = argument.partition("=")
        secret = name.startswith("--") and any(word in name.lower() for word in _SECRET_WORDS)
        if hide and not option:
            kept.append(_BLOT)
        elif secret and found:
            kept.append(f"{name}={_BLOT}")
        else:
            kept.append(_blotted(argument, hidden))
        hide = secret and not found
    return kept


def _blotted(argument: str, hidden: Collection[str]) -> str:
    for value in sorted(hidden, key=len, reverse=True):
        if argument == value or len(value) >= _TELLING:
            argument = argument.replace(value, _BLOT)
        elif argument.startswith("-") and argument.endswith(value):  # -Iabc, --ext=abc
            argument = argument.removesuffix(value) + _BLOT
    return argument


def selection(options: argparse.Namespace) -> str:
    """Name the options by which a run left findings (not checks) out of its files; "" if none."""
    return " ".join(
        f"--{name.replace('_', '-')}" for name in _SELECTIVE if getattr(options, name, None)
    )


def reason(code: int | None) -> str:
    """Put the end of a Prowler run into words."""
    if code is None or code in (INTERRUPTED, -signal.SIGINT):
        return "it was interrupted"
    return f"killed by signal {-code}" if code < 0 else f"exit code {code}"


def complete(record: RunRecord, paths: Iterable[Path], directory: Path) -> RunRecord:
    """Give a record with the outputs of its run, hashed; their paths are relative to it."""
    outputs = [
        RunOutput(
            path=Path(os.path.relpath(path, directory)).as_posix(),
            sha256=sha256(path),
            bytes=path.stat().st_size,
        )
        for path in sorted(paths)
    ]
    return msgspec.structs.replace(record, outputs=outputs)


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
