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
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gapfolio.errors import InputError
from gapfolio.model import RunRecord
from gapfolio.prowler import RUN_RECORD, record

NAME = "scan"
"""File name without suffix of everything that a wrapped run writes."""
SUCCESS = (0, 3)
"""Prowler's exit codes for a finished scan: no failing finding, or some."""
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
        InputError: Prowler is missing, was killed, or did not finish; says what was kept.
    """
    prowler = find()
    if directory.exists() and any(directory.iterdir()):
        raise InputError(f"{directory}: is not empty; each run needs a fresh directory")
    directory.mkdir(parents=True, exist_ok=True)
    beside = directory / "record.part"
    started = datetime.now(UTC)
    done = _call(command(prowler, arguments, directory), {RUN_RECORD: str(beside)})
    found = [p for suffix in record.FINDINGS if (p := directory / f"{NAME}{suffix}").is_file()]
    if done not in SUCCESS:
        kept = f"what it wrote is in {directory}" if found else "it left no findings"
        raise InputError(f"prowler ended with {_reason(done)}; {kept}; no report was made")
    if not found:
        raise InputError(
            "prowler finished without any finding, so there is no file to report on and nothing "
            "to say of the account"
        )
    made = _precise(beside) or _asked(prowler, arguments, found[0], started)
    record.write(record.complete(made, found, directory, done), directory / "run.json")
    return Scan(directory, found, done)


def _call(line: Sequence[str], more: dict[str, str]) -> int:
    try:
        return subprocess.run(line, env={**os.environ, **more}, check=False).returncode  # noqa: S603
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        raise InputError(f"{line[0]}: cannot be run ({error.strerror})") from error


def _reason(code: int) -> str:
    if code < 0:
        return f"signal {-code}"
    return "an interrupt" if code == 130 else f"exit code {code}"  # noqa: PLR2004 - 128 + SIGINT


def _precise(path: Path) -> RunRecord | None:
    """Read what our plugin wrote from inside Prowler, where it is installed there."""
    if not path.is_file():
        return None
    made = msgspec.json.decode(path.read_bytes(), type=RunRecord)
    path.unlink()
    return made


def _asked(prowler: Path, arguments: Sequence[str], findings: Path, started: datetime) -> RunRecord:
    """Make a record from outside: the checks are Prowler's answer, its errors are not known."""
    listed = subprocess.run(  # noqa: S603 - the program the user asked us to run
        [str(prowler), *arguments, "--list-checks-json"],
        capture_output=True,
        text=True,
        check=False,
    )
    version = subprocess.run(  # noqa: S603
        [str(prowler), "--version"], capture_output=True, text=True, check=False
    )
    number = re.search(r"\d+(\.\d+)+", version.stdout)
    return RunRecord(
        scanner="prowler",
        version=number[0] if number else "",
        account=_account(findings),
        arguments=record.without_secrets(arguments),
        checks=_listed(listed.stdout),
        errors=None,
        started=started,
        ended=datetime.now(UTC),
    )


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
