"""Measure what a user waits for first: help, import, and the demo from a cold start.

python benchmarks/startup.py [--runs 5]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tree import machine, measured

_PROGRAM = str(Path(sys.executable).with_name("gapfolio"))
_BARE = (sys.executable, "-c", "pass")
_IMPORT = (sys.executable, "-c", "import gapfolio")
_PAGES = (40, 110)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Measure start-up times and the demo.")
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    print(f"{machine()}; medians of {runs} runs (the demo: of {_few(runs)}).\n")
    print("| | target | measured | |\n|---|---:|---:|---|")
    bare = _median(_BARE, runs)
    _row("`gapfolio --help`", "< 0.4 s", _median([_PROGRAM, "--help"], runs), 0.4, "s")
    extra = (_median(_IMPORT, runs) - bare) * 1000
    _row("`import gapfolio`, without Python itself", "< 60 ms", extra, 60, "ms")
    _demo(_few(runs))


def _few(runs: int) -> int:
    return min(runs, 3)


def _median(command: Sequence[str], runs: int) -> float:
    measured(command)  # compiles and warms the cache
    return statistics.median(measured(command).seconds for _ in range(runs))


def _demo(runs: int) -> None:
    """Every run in a directory of its own, without caches of the program."""
    usages = []
    with tempfile.TemporaryDirectory() as scratch:
        for turn in range(runs):
            place = Path(scratch) / str(turn)
            place.mkdir()
            usages.append(measured([_PROGRAM, "demo"], place))
        report = place / "gapfolio-demo" / "report.pdf"
        size = report.stat().st_size / 1e6
        pages = page_count(report)
    seconds = statistics.median(usage.seconds for usage in usages)
    _row("`gapfolio demo`", "< 15 s", seconds, 15, "s")
    _row("its peak memory", "", max(usage.peak for usage in usages) / 1e6, None, "MB")
    met = "met" if _PAGES[0] <= pages <= _PAGES[1] else "**missed**"
    print(f"| pages of the demo report | {_PAGES[0]}–{_PAGES[1]} | {pages} | {met} |")
    _row("size of the demo report", "< 3 MB", size, 3, "MB")


def page_count(report: Path) -> int:
    """Count the pages of a PDF."""
    from pypdf import PdfReader  # noqa: PLC0415 - only the tests' extra has it

    return len(PdfReader(report).pages)


def _row(what: str, target: str, value: float, most: float | None, unit: str) -> None:
    met = "" if most is None else "met" if value < most else "**missed**"
    print(f"| {what} | {target} | {value:,.2f} {unit} | {met} |", flush=True)


if __name__ == "__main__":
    main()
