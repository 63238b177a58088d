"""What happens when an armed Prowler run ends: the record, then the report in a process of its own.

Prowler's exit code stays what it was, and a failure of ours is one message on stderr.
"""

from __future__ import annotations

import argparse
import atexit
import os
import subprocess
import sys
from pathlib import Path

from gapfolio.errors import GapfolioError
from gapfolio.prowler import RUN_RECORD, record
from gapfolio.prowler.recorder import Recorder


def arm(namespace: argparse.Namespace | None) -> None:
    """Listen to this run; without a namespace only the record is wanted (our wrapper)."""
    recorder = Recorder(sys.argv[1:])
    atexit.register(_guarded, recorder, namespace)


def _guarded(recorder: Recorder, namespace: argparse.Namespace | None) -> None:
    try:
        if namespace is None:
            _write_record(recorder)
        else:
            _report(recorder, namespace)
    except (GapfolioError, OSError, AttributeError, TypeError, ValueError) as error:
        # AttributeError and its like: this Prowler keeps its things elsewhere
        _say(f"no report was made: {error}; the scan's files are as Prowler left them")


def _write_record(recorder: Recorder) -> None:
    made = recorder.finished()
    if made:
        record.write(made, Path(os.environ[RUN_RECORD]))


def _report(recorder: Recorder, namespace: argparse.Namespace) -> None:
    made = recorder.finished()
    if made is None or getattr(namespace, "fixer", False):
        return  # --list-*, no credentials, --fixer: there are no findings to come
    base = recorder.base(namespace)
    found = record.findings(base, made)
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
    beside = base(".run.json")
    record.write(record.complete(made, found, beside.parent), beside)
    target = namespace.gapfolio_report
    command = [sys.executable, "-m", "gapfolio", "report", str(found[0]), str(beside), "-o", target]
    if namespace.gapfolio_theme:
        command += ["--theme", namespace.gapfolio_theme]
    if namespace.gapfolio_engagement:
        command += ["--engagement", namespace.gapfolio_engagement]
    sys.stdout.flush()
    done = subprocess.run(command, check=False)  # noqa: S603 - our own program
    if done.returncode:
        _say(f"no report was made; the scan's files are complete: {found[0]}")


def _say(text: str) -> None:
    print(f"gapfolio: {text}", file=sys.stderr)  # noqa: T201 - there is no click in here
