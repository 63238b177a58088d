"""Runs Prowler for the user, in a fresh directory, and leaves a run record beside its output.

Only Prowler's public contract is used (options, file suffixes, exit codes), so it works with any
Prowler since 3.16 in any environment. Where our plugin lives in the same environment, it writes
the precise record from inside; elsewhere the checks are asked of Prowler and errors are unknown.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gapfolio.errors import InputError
from gapfolio.model import RunRecord
from gapfolio.prowler import RUN_RECORD, record

NAME = "scan"
"""File name without suffix of everything that a wrapped run writes."""
OLDEST = (3, 16)
"""Prowler version from which on the options used here exist."""
_USAGE = 2
_OURS = {"-o", "--output-directory", "-F", "--output-filename"}
_FORMATS = {"-M", "--output-formats", "--output-modes"}
_ACCOUNT = re.compile(r"\b\d{12}\b")


@dataclass(frozen=True)
class Scan:
    """A finished run of Prowler."""

    directory: Path
    findings: list[Path]
    exit_code: int


def find() -> Path:
    """Find `prowler` beside the running Python, else on PATH.

    Raises:
        InputError: there is none.
    """
    beside = Path(sys.executable).with_name("prowler")
    found = str(beside) if beside.is_file() else shutil.which("prowler")
    if not found:
        raise InputError(
            "prowler is not installed here and not on PATH; install it (pip install prowler), or "
            "report on earlier output with gapfolio prowler --from DIR"
        )
    return Path(found)


def command(prowler: Path, arguments: Sequence[str], directory: Path) -> list[str]:
    """Give the command line: the user's arguments, our output place, and a format we can read.

    Raises:
        InputError: the arguments are not those of a scan, or say where the output goes.
    """
    if not arguments or arguments[0] != "aws":
        raise InputError("after -- come Prowler's own arguments, beginning with aws")
    for argument in arguments:
        if argument.partition("=")[0] in _OURS:
            raise InputError(f"{argument}: the output goes to {directory}; name it with our -o")
    made = [str(prowler), *arguments, "-o", str(directory), "-F", NAME]
    formats = _formats(arguments)
    if formats is None:
        return [*made, "-M", "csv", "json-ocsf"]
    if not {"json-ocsf", "csv"} & set(formats):
        raise InputError(f"-M {' '.join(formats)}: add json-ocsf, which the report is made from")
    return made


def run(arguments: Sequence[str], directory: Path) -> Scan:
    """Run Prowler with its output passed through, and write `run.json` beside its files.

    Raises:
        InputError: Prowler is missing, too old, was killed, or did not finish; says what was kept.
    """
    prowler = find()
    _make(directory)
    beside = directory / "record.part"
    started = datetime.now(UTC)
    done = _call(command(prowler, arguments, directory), {RUN_RECORD: str(beside)})
    made = _precise(beside)
    if made and made.exit_code == record.INTERRUPTED:
        done = record.INTERRUPTED
    if done not in record.SUCCESS:
        raise InputError(_unfinished(prowler, directory, done))
    made = made or _asked(prowler, arguments, directory, started)
    found = record.findings(_base(directory), made)
    if not found:
        kept = _kept(directory)
        raise InputError(
            f"prowler could not write its findings to the end; what there is stays in {directory}; "
            "free some space and scan again"
            if kept
            else "prowler finished without any finding, so there is no file to report on and "
            "nothing to say of the account"
        )
    made = msgspec.structs.replace(made, exit_code=done)
    record.write(record.complete(made, found, directory), directory / "run.json")
    return Scan(directory, found, done)


def _make(directory: Path) -> None:
    """Make the directory of the scan, or take one that is empty."""
    try:
        directory.mkdir(parents=True, exist_ok=True)
        full = any(directory.iterdir())
    except OSError as error:
        raise InputError(f"{directory}: cannot be used ({error.strerror})") from error
    if full:
        raise InputError(f"{directory}: is not empty; each run needs a fresh directory")


def _base(directory: Path) -> Callable[[str], Path]:
    return lambda suffix: directory / f"{NAME}{suffix}"


def _kept(directory: Path) -> list[Path]:
    return [path for suffix in record.FORMATS if (path := _base(directory)(suffix)).is_file()]


def _unfinished(prowler: Path, directory: Path, code: int) -> str:
    """Say why a run is not reported on, and what is left of it."""
    if code == _USAGE and (version := _version(prowler)) and _numbers(version) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        return f"{prowler}: Prowler {version} is too old; {oldest} or later is needed"
    kept = f"what it wrote is in {directory}" if _kept(directory) else "it left no findings"
    return f"prowler did not finish ({record.reason(code)}); {kept}; no report was made"


def _call(line: Sequence[str], more: dict[str, str]) -> int:
    """Run Prowler; Ctrl-C reaches it as well, and it is given the time to end by itself."""
    try:
        process = subprocess.Popen(line, env={**os.environ, **more})  # noqa: S603 - asked for
    except OSError as error:
        raise InputError(f"{line[0]}: cannot be run ({error.strerror})") from error
    with process:
        interrupted = False
        while True:
            try:
                code = process.wait()
            except KeyboardInterrupt:
                if interrupted:  # a second time: at once
                    process.kill()
                interrupted = True
            else:
                return record.INTERRUPTED if interrupted else code


def _precise(path: Path) -> RunRecord | None:
    """Read what our plugin wrote from inside Prowler, where it is installed there."""
    if not path.is_file():
        return None
    text = path.read_bytes()
    path.unlink()
    try:
        return msgspec.json.decode(text, type=RunRecord)
    except msgspec.DecodeError:  # of a plugin that writes another schema
        return None


def _asked(
    prowler: Path, arguments: Sequence[str], directory: Path, started: datetime
) -> RunRecord:
    """Make a record from outside: the checks are Prowler's answer, its errors are not known."""
    ended = datetime.now(UTC)
    kept = _kept(directory)
    return RunRecord(
        scanner="prowler",
        version=_version(prowler),
        account=_account(kept[0]) if kept else "",
        arguments=record.without_secrets(arguments),
        checks=_listed(_output([str(prowler), *arguments, "--list-checks-json"])),
        errors=None,
        started=started,
        ended=ended,
        partial=record.selection(arguments),
    )


def _version(prowler: Path) -> str:
    number = re.search(r"\d+(\.\d+)+", _output([str(prowler), "--version"]))
    return number[0] if number else ""


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _output(line: Sequence[str]) -> str:
    done = subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603 - as above
    return done.stdout


def _listed(text: str) -> list[str]:
    """Read the checks from `--list-checks-json`; none when it said something else."""
    start = text.find("{")
    try:
        found = json.loads(text[start:]) if start >= 0 else {}
    except json.JSONDecodeError:
        return []
    names = found.get("aws", []) if isinstance(found, dict) else []
    return sorted(name for name in names if isinstance(name, str))


def _account(findings: Path) -> str:
    """Give the account of a scan: the one that most of the first findings name."""
    with findings.open(encoding="utf-8", errors="replace") as file:
        numbers = _ACCOUNT.findall(file.read(200_000))
    return max(set(numbers), key=numbers.count) if numbers else ""


def _formats(arguments: Sequence[str]) -> list[str] | None:
    for place, argument in enumerate(arguments):
        name, found, value = argument.partition("=")
        if name in _FORMATS:
            if found:
                return [value]
            rest = arguments[place + 1 :]
            end = next((i for i, word in enumerate(rest) if word.startswith("-")), len(rest))
            return list(rest[:end])
    return None
