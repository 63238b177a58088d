"""Compare `gapfolio report` with Python's own `json.load` of the same file, side by side.

    python benchmarks/report.py [--findings 100000] [--runs 3]

Generates the file, runs everything in turns (A B C A B C …), and prints Markdown: medians, the
targets, and where the time goes. With more than 100,000 findings it also says how time grows.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from checks import known
from generate import Plan, write
from stages import Stage
from tree import Usage, machine, measured

DATA, ALL, JSON = "data", "all", "json"
BASE = 100_000
"""Findings that growth is measured against."""

_MB = 1e6
_LOAD = "import json, sys; json.load(open(sys.argv[1]))"
_FORMATS = {DATA: "html,csv,json,parquet", ALL: "pdf,html,csv,json,parquet"}
_NAMES = {
    DATA: f"`gapfolio report --format {_FORMATS[DATA]}`",
    ALL: f"`gapfolio report --format {_FORMATS[ALL]}`",
    JSON: '`python -c "import json; json.load(…)"`',
}
_STANDING = 4.5  # json.load keeps about so many bytes for each byte of the file
_LIBRARIES = ("duckdb", "weasyprint")
_QUIET = 0.7


@dataclass(frozen=True)
class Result:
    """What one file took: runs by case, and the steps of one more run."""

    findings: int
    size: int
    runs: dict[str, list[Usage]]
    stages: Sequence[Stage]

    def seconds(self, case: str) -> float:
        """The median of a case's wall times."""
        return statistics.median(usage.seconds for usage in self.runs[case])

    def cpu(self, case: str) -> float:
        """The median of a case's processor times."""
        return statistics.median(usage.cpu for usage in self.runs[case])

    def peak(self, case: str) -> float:
        """The median of a case's memory peaks, bytes."""
        return statistics.median(usage.peak for usage in self.runs[case])

    @property
    def pdf(self) -> float:
        """Seconds that the PDF adds: the difference of neighbouring runs, its median."""
        pairs = zip(self.runs[ALL], self.runs[DATA], strict=True)
        return statistics.median(both.seconds - data.seconds for both, data in pairs)


@dataclass(frozen=True)
class Target:
    """A figure to reach; `most` in the unit of `measured`."""

    what: str
    measured: float
    most: float
    unit: str

    def row(self) -> str:
        """As a row of the table."""
        met = "met" if self.measured <= self.most else "**missed**"
        digits = 0 if self.unit == "MB" else 2
        return (
            f"| {self.what} | ≤ {self.most:g} {self.unit} "
            f"| {self.measured:,.{digits}f} {self.unit} | {met} |"
        )


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    if (load := os.getloadavg()[0]) > _QUIET:
        _say(f"the machine is busy (load {load:.1f}): expect longer times than it can do")
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=arguments.directory) as scratch:
        place = Path(scratch)
        base = None
        if arguments.findings > BASE and not arguments.file:
            base = _measure(arguments, place, BASE)
        result = _measure(arguments, place, arguments.findings)
    print("\n".join(markdown(result, base, arguments.runs)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare gapfolio report with json.load.")
    parser.add_argument("--findings", type=int, default=BASE)
    parser.add_argument("--accounts", type=int, default=40)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--file", type=Path, help="measure with this file; generate none")
    parser.add_argument("--directory", type=Path, help="where the file and the reports go")
    parser.add_argument("--prowler", type=Path, help="directory of the prowler package")
    return parser.parse_args()


def _measure(arguments: argparse.Namespace, place: Path, findings: int) -> Result:
    """Measure one file in turns; what was generated is removed again."""
    source = arguments.file or place / f"{findings}.ocsf.json"
    if arguments.file:
        findings = _counted(source)
    else:
        plan = Plan(findings, arguments.accounts)
        _say(f"generating {findings:,} findings")
        write(plan, known(arguments.prowler), source)
    size = source.stat().st_size
    _say(f"{source.name}: {findings:,} findings, {size / _MB:,.0f} MB")
    cases = _cases(source, size, place)
    runs: dict[str, list[Usage]] = {case: [] for case in cases}
    for turn in range(arguments.runs):
        for case, command in cases.items():
            usage = measured(command, place)
            _say(f"run {turn + 1}: {case} {usage.seconds:.2f} s, {usage.peak / _MB:,.0f} MB")
            runs[case].append(usage)
            shutil.rmtree(place / "report", ignore_errors=True)
    stages = _staged(source, place)
    if not arguments.file:
        source.unlink()
    return Result(findings, size, runs, stages)


def _cases(source: Path, size: int, place: Path) -> dict[str, Sequence[str]]:
    path = str(source.resolve())
    program = Path(sys.executable).with_name("gapfolio")
    report = [str(program), "report", path, "-o", str(place / "report"), "--format"]
    cases: dict[str, Sequence[str]] = {
        DATA: [*report, _FORMATS[DATA]],
        ALL: [*report, _FORMATS[ALL]],
        JSON: [sys.executable, "-c", _LOAD, path],
    }
    if size * _STANDING > _memory():
        _say(f"json.load would need some {size * _STANDING / 1e9:.0f} GB: left out")
        del cases[JSON]
    return cases


def _memory() -> int:
    """Free memory, bytes."""
    lines = Path("/proc/meminfo").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) * 1024 for line in lines if line.startswith("MemAvailable"))


def _counted(source: Path) -> int:
    """The findings of a file that was not generated here; reading it warms the cache, too."""
    needle = b'"type_name": "Detection Finding'
    with source.open("rb") as stream:
        return sum(line.count(needle) for line in stream)


def _staged(source: Path, place: Path) -> Sequence[Stage]:
    command = [sys.executable, str(Path(__file__).with_name("stages.py"))]
    said = subprocess.run(
        [*command, str(source.resolve()), str(place / "report")],
        cwd=place,
        check=True,
        stdout=subprocess.PIPE,
    ).stdout
    shutil.rmtree(place / "report", ignore_errors=True)
    return [Stage(**stage) for stage in json.loads(said)]


def markdown(result: Result, base: Result | None, runs: int) -> Iterator[str]:
    """Everything as Markdown, line by line."""
    yield (
        f"{result.findings:,} findings, {result.size / _MB:,.0f} MB of Prowler OCSF; "
        f"median of {runs} runs in turns, file in the cache."
    )
    libraries = ", ".join(f"{name} {version(name)}" for name in _LIBRARIES)
    yield f"{machine()}; gapfolio {version('gapfolio')}, {libraries}."
    yield ""
    yield from _times(result)
    yield ""
    yield from _targets(result, base)
    yield ""
    yield from _steps(result)
    yield ""
    yield (
        "Memory: resident sets of the process and all its descendants added up, every 20 ms, "
        "the highest sum (shared pages count in each process)."
    )


def _times(result: Result) -> Iterator[str]:
    yield "| | time | processor time | peak memory | of `json.load` |"
    yield "|---|---:|---:|---:|---:|"
    for case in result.runs:
        share = f"{result.seconds(case) / result.seconds(JSON):.2f}" if JSON in result.runs else "–"
        yield (
            f"| {_NAMES[case]} | {result.seconds(case):.2f} s | {result.cpu(case):.2f} s "
            f"| {result.peak(case) / _MB:,.0f} MB | {share} |"
        )
    yield f"| the PDF (what it adds) | {result.pdf:.2f} s | | | |"


def _targets(result: Result, base: Result | None) -> Iterator[str]:
    yield "| target | at most | measured | |"
    yield "|---|---:|---:|---|"
    targets = [Target("the PDF", result.pdf, 10, "s")]
    if JSON in result.runs:
        load = result.seconds(JSON)
        targets += [
            Target("all but the PDF", result.seconds(DATA) / load, 0.4, "× json.load"),
            Target("everything", result.seconds(ALL) / load, 1, "× json.load"),
        ]
    most = 800 if result.findings <= BASE else 1500
    targets.append(Target("peak memory", result.peak(ALL) / _MB, most, "MB"))
    if base:
        targets.append(_growth(result, base))
    for target in targets:
        yield target.row()


def _growth(result: Result, base: Result) -> Target:
    """Time must grow no faster than the input; the PDF is the same for any number."""
    return Target(
        f"time for {result.findings:,} findings (PDF left out)",
        result.seconds(DATA) / base.seconds(DATA),
        round(result.size / base.size, 2),
        f"× that for {base.findings:,}",
    )


def _steps(result: Result) -> Iterator[str]:
    total = sum(stage.seconds for stage in result.stages)
    yield "| step | time | share | peak memory |"
    yield "|---|---:|---:|---:|"
    small = 0.0
    for stage in result.stages:
        if stage.seconds < total / 100:
            small += stage.seconds
            continue
        yield (
            f"| {stage.name} | {stage.seconds:.2f} s | {stage.seconds / total:.0%} "
            f"| {stage.peak / _MB:,.0f} MB |"
        )
    yield f"| steps under 1 % | {small:.2f} s | {small / total:.0%} | |"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
