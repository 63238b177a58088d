"""Compare `gapfolio export` with a bare COPY of the same findings by DuckDB, side by side.

    python benchmarks/exports.py [--findings 1000000] [--runs 5] [--pack DIRECTORY]
        [--profile generic]

Makes a pack (or takes one), runs both in turns, and prints Markdown: medians, minima and the
targets. The export writes the other tables of the profile, too, and makes every cell safe for
spreadsheets; the COPY writes the columns of `findings.csv` as they are.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from checks import known
from generate import Plan, write
from tree import Usage, machine, measured

_PROGRAM = str(Path(sys.executable).with_name("gapfolio"))
_MB = 1e6
_QUIET = 0.7
_ROWS = 100_000
"""Rows a second at least."""
_PEAK = 500
"""Megabytes at most."""
_COPY = """\
import duckdb, sys
duckdb.execute(f\"\"\"
COPY (
    SELECT * EXCLUDE (check_raw, observed_at, local_time, naive, source, finding_uid)
    FROM read_parquet('{sys.argv[1]}')
) TO '{sys.argv[2]}' (FORMAT csv, HEADER, FORCE_QUOTE *)
\"\"\")
"""


@dataclass(frozen=True)
class Result:
    """What every command took, run by run, and how much it wrote."""

    findings: int
    size: dict[str, int]
    runs: dict[str, list[Usage]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Compare gapfolio export with DuckDB's COPY.")
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=40)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--profile", default="generic")
    parser.add_argument("--pack", type=Path, help="measure this pack; make none")
    parser.add_argument("--directory", type=Path, help="where the scan and the pack go")
    parser.add_argument("--prowler", type=Path, help="directory of the prowler package")
    arguments = parser.parse_args()
    if (load := os.getloadavg()[0]) > _QUIET:
        _say(f"the machine is busy (load {load:.1f}): expect longer times than it can do")
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=arguments.directory) as scratch:
        place = Path(scratch).resolve()
        pack = arguments.pack or _made(arguments, place)
        result = _measure(pack.resolve(), arguments.profile, arguments.runs, place)
    print("\n".join(_markdown(result, arguments.runs)))


def _made(arguments: argparse.Namespace, place: Path) -> Path:
    """Make a pack with the data that exports are made of; the scan is removed again."""
    scan, pack = place / "scan.ocsf.json", place / "pack"
    _say(f"generating {arguments.findings:,} findings")
    write(Plan(arguments.findings, arguments.accounts), known(arguments.prowler), scan)
    _say("writing the report")
    command = [_PROGRAM, "report", str(scan), "-o", str(pack), "--format", "json,parquet"]
    measured(command, place)
    scan.unlink()
    return pack


def _measure(pack: Path, profile: str, runs: int, place: Path) -> Result:
    target = place / "written"
    findings = str(pack / "findings.parquet")
    commands: dict[str, Sequence[str]] = {
        f"gapfolio export {profile}": [_PROGRAM, "export", profile, str(pack), "-o", str(target)],
        "COPY by DuckDB": [sys.executable, "-c", _COPY, findings, str(target / "findings.csv")],
    }
    size: dict[str, int] = {}
    taken: dict[str, list[Usage]] = {case: [] for case in commands}
    for turn in range(runs):
        for case, command in commands.items():
            target.mkdir()
            usage = measured(command, place)
            _say(f"run {turn + 1}: {case} {usage.seconds:.2f} s, {usage.peak / _MB:,.0f} MB")
            taken[case].append(usage)
            size[case] = sum(path.stat().st_size for path in target.iterdir())
            shutil.rmtree(target)
    counts = json.loads((pack / "assessment.json").read_bytes())["counts"]
    return Result(counts["findings"], size, taken)


def _markdown(result: Result, runs: int) -> Iterator[str]:
    yield f"A pack of {result.findings:,} findings; median of {runs} runs in turns, and the least."
    yield f"{machine()}."
    yield ""
    yield "| | written | time | least | processor time | peak memory | findings a second |"
    yield "|---|---:|---:|---:|---:|---:|---:|"
    for case, usages in result.runs.items():
        seconds = statistics.median(usage.seconds for usage in usages)
        cpu = statistics.median(usage.cpu for usage in usages)
        yield (
            f"| `{case}` | {result.size[case] / _MB:,.0f} MB | {seconds:.2f} s "
            f"| {min(usage.seconds for usage in usages):.2f} s | {cpu:.2f} s "
            f"| {_peak(usages):,.0f} MB | {result.findings / seconds:,.0f} |"
        )
    ours = next(iter(result.runs.values()))
    rate = result.findings / statistics.median(usage.seconds for usage in ours)
    yield ""
    yield f"Target: at least {_ROWS:,} findings/s. Measured: {rate:,.0f}, {_met(rate >= _ROWS)}"
    yield f"Target: at most {_PEAK} MB. Measured: {_peak(ours):,.0f}, {_met(_peak(ours) <= _PEAK)}"


def _peak(usages: Sequence[Usage]) -> float:
    """Give the median of the peaks of memory in megabytes."""
    return statistics.median(usage.peak for usage in usages) / _MB


def _met(well: bool) -> str:
    return "met." if well else "**missed.**"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
