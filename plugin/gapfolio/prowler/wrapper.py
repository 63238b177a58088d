"""Runs Prowler for the user, in a fresh directory, and leaves a run record beside its output.

Only Prowler's public contract is used (options, file suffixes, exit codes), so it works with a
Prowler of any environment. Where our plugin lives in the same environment, it writes the precise
record from inside; elsewhere the checks are asked of Prowler and errors are unknown.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import msgspec

from gapfolio.errors import InputError
from gapfolio.model import RunRecord
from gapfolio.prowler import RUN_RECORD, line, outside, record

NAME = "scan"
"""File name without suffix of everything that a wrapped run writes."""
_EXTENSIBLE = (5, 30)
"""Prowler version from which on it loads our plugin."""


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


def command(
    prowler: Path, arguments: Sequence[str], options: argparse.Namespace, directory: Path
) -> list[str]:
    """Give the command line: the user's arguments, our output place, and a format we can read.

    Raises:
        InputError: the arguments would leave us nothing to report on.
    """
    if options.output_directory or options.output_filename:
        raise InputError(f"-o and -F after --: the output goes to {directory}; name it with --scan")
    ours = [name for name in vars(options) if name.startswith("gapfolio_")]
    for name in ours:
        if getattr(options, name) is not None:
            raise InputError(
                f"--{name.replace('_', '-')} after --: this command makes the report itself; give "
                "-o, --theme and --engagement before --"
            )
    made = [str(prowler), *arguments, "-o", str(directory), "-F", NAME]
    formats = options.output_formats
    if not formats:
        return [*made, "-M", "csv", "json-ocsf"]
    if not {"json-ocsf", "csv"} & set(formats):
        raise InputError(f"-M {' '.join(formats)}: add json-ocsf, which the report is made from")
    return made


def passed_through(arguments: Sequence[str]) -> int:
    """Run Prowler for something else than a scan, as if it had been called; give its exit code.

    Raises:
        InputError: Prowler is missing.
    """
    return _call([str(find()), *arguments], {})


def run(arguments: Sequence[str], directory: Path) -> Scan:
    """Run Prowler with its output passed through, and write `run.json` beside its files.

    Raises:
        InputError: Prowler is missing, too old, was killed, or did not finish; says what was kept.
    """
    options = line.read(arguments)
    prowler = find()
    words = command(prowler, arguments, options, directory)
    answer = None if _inside(prowler) else outside.ask(prowler, arguments, options)
    fresh = _make(directory)
    place = record.Place(directory, NAME)
    beside = directory / "record.part"
    started = datetime.now(UTC)
    try:
        done = _call(words, {RUN_RECORD: str(beside)})
        made = _precise(beside, len(arguments))
        if made and made.exit_code == record.INTERRUPTED:
            done = record.INTERRUPTED
        if done not in record.SUCCESS:
            raise InputError(_unfinished(place, done))
        if made is None:
            answer = answer or outside.ask(prowler, arguments, options)
            made = outside.made(answer, arguments, options, place, started)
        found = place.findings(made)
        if not found:
            raise InputError(_nothing(place))
    except BaseException:
        _tidy(directory, fresh)
        raise
    made = msgspec.structs.replace(made, exit_code=done)
    record.write(record.complete(made, place.files(), directory), directory / "run.json")
    return Scan(directory, found, done)


def _inside(prowler: Path) -> bool:
    """Tell whether our plugin runs inside this Prowler: it is in the same environment."""
    if prowler.parent != Path(sys.executable).parent:
        return False
    try:
        numbers = re.findall(r"\d+", version("prowler"))
    except PackageNotFoundError:
        return False
    return tuple(map(int, numbers[:2])) >= _EXTENSIBLE


def _make(directory: Path) -> bool:
    """Make the directory of the scan, or take one that is empty; tell whether it is new."""
    try:
        fresh = not directory.exists()
        directory.mkdir(parents=True, exist_ok=True)
        full = any(directory.iterdir())
    except OSError as error:
        raise InputError(f"{directory}: cannot be used ({error.strerror})") from error
    if full:
        raise InputError(f"{directory}: is not empty; each run needs a fresh directory")
    return fresh


def _tidy(directory: Path, fresh: bool) -> None:
    """Take away what a failed run left empty; a file of Prowler's stays."""
    with suppress(OSError):
        (directory / "record.part").unlink(missing_ok=True)
    for empty in (directory / record.COMPLIANCE, *([directory] if fresh else ())):
        with suppress(OSError):
            empty.rmdir()


def _kept(place: record.Place) -> bool:
    return any(place.path(suffix).is_file() for suffix in record.FORMATS)


def _nothing(place: record.Place) -> str:
    if _kept(place):
        return (
            "prowler could not write its findings to the end; what there is stays in "
            f"{place.directory}; free some space and scan again"
        )
    return (
        "prowler finished without any finding, so there is no file to report on and nothing to "
        "say of the account"
    )


def _unfinished(place: record.Place, code: int) -> str:
    """Say why a run is not reported on, and what is left of it."""
    kept = f"what it wrote is in {place.directory}" if _kept(place) else "it left no findings"
    return f"prowler did not finish ({record.reason(code)}); {kept}; no report was made"


def _call(words: Sequence[str], more: dict[str, str]) -> int:
    """Run Prowler; Ctrl-C reaches it as well, and it is given the time to end by itself."""
    try:
        process = subprocess.Popen(words, env={**os.environ, **more})  # noqa: S603 - asked for
    except OSError as error:
        raise InputError(f"{words[0]}: cannot be run ({error.strerror})") from error
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


def _precise(path: Path, words: int) -> RunRecord | None:
    """Read what our plugin wrote from inside Prowler, where it is installed there.

    Of the arguments the first `words` are the user's; the rest, we added.
    """
    if not path.is_file():
        return None
    text = path.read_bytes()
    path.unlink()
    try:
        made = msgspec.json.decode(text, type=RunRecord)
    except msgspec.DecodeError:  # of a plugin that writes another schema
        return None
    return msgspec.structs.replace(made, arguments=made.arguments[:words])
