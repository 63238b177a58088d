"""What happens when an armed Prowler run ends: the record, then the report in a process of its own.

Prowler's exit code stays what it was, and a failure of ours is told in a line on stderr. These are
guests in somebody else's process: no exception may leave them, whatever its kind.
"""

from __future__ import annotations

import argparse
import atexit
import os
import shlex
import subprocess
import sys
from pathlib import Path

from gapfolio.prowler import RUN_RECORD, record
from gapfolio.prowler.recorder import Recorder

_REFUSED = 2
"""Exit code of `gapfolio.prowler.preflight` when the report could not be made."""


def arm(parser: argparse.ArgumentParser, options: argparse.Namespace) -> None:
    """Listen to this run; without `--gapfolio-report` only the record is wanted (our wrapper).

    Options with which no report could be made end the run before it begins, as Prowler's own do.
    """
    if getattr(options, "gapfolio_report", None) is not None:
        problem = _problem(options)
        if problem:
            parser.error(problem)
    try:
        recorder = Recorder(sys.argv[1:], options)
    except Exception as error:  # noqa: BLE001 - a guest; this Prowler may be built otherwise
        _say(f"cannot follow this run ({_named(error)}), so no report will be made")
    else:
        atexit.register(_guarded, recorder, options)


def _problem(options: argparse.Namespace) -> str:
    """Say what would keep the report from being made; it is asked of a process of its own."""
    chosen = (
        options.gapfolio_report,
        options.gapfolio_theme or "",
        options.gapfolio_engagement or "",
    )
    line = [sys.executable, "-P", "-m", "gapfolio.prowler.preflight", *chosen]
    done = subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603 - our own
    return done.stderr.strip() if done.returncode == _REFUSED else ""


def _guarded(recorder: Recorder, options: argparse.Namespace) -> None:
    wrapped = getattr(options, "gapfolio_report", None) is None
    lost = "no run record could be written" if wrapped else "no report was made"
    try:
        if wrapped:
            _write_record(recorder)
        else:
            _report(recorder, options)
    except KeyboardInterrupt:
        _say(f"interrupted: {lost}; the scan's files are as Prowler left them")
    except Exception as error:  # noqa: BLE001 - a guest in somebody else's process
        _say(f"{lost}: {_named(error)}; the scan's files are as Prowler left them")


def _write_record(recorder: Recorder) -> None:
    made = recorder.finished()
    if made:
        record.write(made, Path(os.environ[RUN_RECORD]))


def _report(recorder: Recorder, options: argparse.Namespace) -> None:
    made = recorder.finished()
    if made is None or getattr(options, "fixer", False):
        return  # --list-*, --quick-inventory, no credentials, --fixer: no findings are to come
    place = recorder.place()
    found = place.findings(made)
    if made.exit_code not in record.SUCCESS:
        _say(
            f"the scan did not finish ({record.reason(made.exit_code)}), so no report was made; "
            + (f"what it wrote stays: {found[0]}" if found else "it left no findings file")
        )
        return
    if not found:
        _say(
            "the scan left no findings file that is whole (none found anything, -M asked for "
            "neither json-ocsf nor csv, or it could not be written), so no report was made"
        )
        return
    beside = place.path(record.SUFFIX)
    record.write(record.complete(made, place.files(), beside.parent), beside)
    arguments = ["report", str(found[0]), str(beside), "-o", options.gapfolio_report]
    if options.gapfolio_theme:
        arguments += ["--theme", options.gapfolio_theme]
    if options.gapfolio_engagement:
        arguments += ["--engagement", options.gapfolio_engagement]
    if _run(arguments):
        _say(
            "no report was made; the scan's files are complete; to make it: "
            + shlex.join(["gapfolio", *arguments])
        )


def _run(arguments: list[str]) -> int:
    """Run our program, from where it is installed and not from the working directory."""
    sys.stdout.flush()
    line = [sys.executable, "-P", "-m", "gapfolio", *arguments]
    try:
        return subprocess.run(line, check=False).returncode  # noqa: S603 - our own program
    except KeyboardInterrupt:
        return record.INTERRUPTED


def _named(error: Exception) -> str:
    return str(error) or type(error).__name__


def _say(text: str) -> None:
    print(f"gapfolio: {text}", file=sys.stderr)  # noqa: T201 - there is no click in here
