"""Where the time of a report goes: `python benchmarks/stages.py FILE DIRECTORY [FORMATS]`.

Runs a report in this process and notes when each step is announced to the progress bar. The peak
is the process's own (VmHWM, reset at each step); the PDF is made in a child, which is not in it.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

FORMATS = ("pdf", "html", "csv", "json", "parquet")

_HIGHEST = re.compile(r"VmHWM:\s+(\d+) kB")


@dataclass
class Stage:
    """A step: seconds, and the highest resident memory in bytes."""

    name: str
    seconds: float = 0.0
    peak: int = 0


class Recorder:
    """A progress callback that keeps time."""

    def __init__(self) -> None:
        self.stages = [Stage("starting")]
        self._since = time.perf_counter()

    def __call__(self, what: str, done: int, of: int) -> None:
        """Note that a step begins, or goes on."""
        if what.startswith("reading "):
            what = "reading"  # and not the path
        if what != self.stages[-1].name:
            self.close()
            self.stages.append(Stage(what))

    def close(self) -> None:
        """End the step that runs."""
        now = time.perf_counter()
        stage = self.stages[-1]
        stage.seconds, stage.peak = now - self._since, _highest()
        self._since = now


def _highest() -> int:
    """The highest resident memory since the last call."""
    found = _HIGHEST.search(Path("/proc/self/status").read_text(encoding="ascii"))
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    return int(found[1]) * 1024 if found else 0


def recorded(source: Path, target: Path, formats: Sequence[str] = FORMATS) -> Sequence[Stage]:
    """Make a report of `source` in `target` and say how long each step took."""
    recorder = Recorder()
    from gapfolio import audit, publish  # noqa: PLC0415 - the import is a step of its own

    options = audit.Options(locations=[str(source)])
    with audit.opened(options, recorder) as opened:
        publish.publish(opened, target, formats=formats, progress=recorder)
        recorder("closing", 0, 0)
    recorder.close()
    return recorder.stages


if __name__ == "__main__":
    formats = sys.argv[3].split(",") if sys.argv[3:] else FORMATS
    stages = recorded(Path(sys.argv[1]), Path(sys.argv[2]), formats)
    print(json.dumps([asdict(stage) for stage in stages]))
