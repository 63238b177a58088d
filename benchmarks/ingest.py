"""Compare `gapfolio ingest` with a bare DuckDB `CREATE TABLE … AS SELECT` of the same file.

    python benchmarks/ingest.py [--findings 1000000] [--runs 3]

The bare one reads the same columns with `read_json`, in a process of its own with the same limit of
memory, and keeps them in a table; `gapfolio ingest` besides tells formats apart, checks and hashes
the file, and writes Parquet. Both run in turns (A B A B …); prints Markdown: medians and targets.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from checks import known
from generate import Plan, write
from tree import Usage, machine, measured

_MB = 1e6
_MEMORY = "600MB"
_SHARE = 0.6
"""Of the bare one's speed, at least."""
_MOST = 1000
"""Megabytes, at most."""
_BARE = """
import sys, tempfile
import duckdb
from gapfolio.sources.prowler_ocsf import ProwlerOcsf
from gapfolio.sources.reader import MAX_OBJECT, name_of, quoted
columns = ", ".join(f"{name_of(k)}: {quoted(v)}" for k, v in ProwlerOcsf.columns.items())
with tempfile.TemporaryDirectory() as spill:
    con = duckdb.connect(config={"memory_limit": sys.argv[2], "temp_directory": spill})
    con.execute(
        f"CREATE TABLE t AS SELECT * FROM read_json({quoted(sys.argv[1])}, format = 'array', "
        f"columns = {{{columns}}}, maximum_object_size = {MAX_OBJECT})"
    )
"""


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=arguments.directory) as scratch:
        place = Path(scratch).resolve()
        scan = arguments.file or place / "scan.ocsf.json"
        if not arguments.file:
            _say(f"generating {arguments.findings:,} findings")
            write(Plan(arguments.findings, arguments.accounts), known(arguments.prowler), scan)
        program = str(Path(sys.executable).with_name("gapfolio"))
        cases = {
            "bare": [sys.executable, "-c", _BARE, str(scan), _MEMORY],
            "ingest": [program, "ingest", str(scan), "-o", str(place / "store")],
        }
        runs: dict[str, list[Usage]] = {name: [] for name in cases}
        size = 0
        for turn in range(arguments.runs):
            for name, command in cases.items():
                usage = measured(command, place)
                _say(f"run {turn + 1}: {name} {usage.seconds:.2f} s, {usage.peak / _MB:,.0f} MB")
                runs[name].append(usage)
                size = (
                    sum(path.stat().st_size for path in place.glob("store/findings/*/*/*")) or size
                )
                shutil.rmtree(place / "store", ignore_errors=True)
        print("\n".join(markdown(scan, size, runs)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Compare gapfolio ingest with bare DuckDB.")
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=40)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--file", type=Path, help="Prowler OCSF to measure with; generate none")
    parser.add_argument("--directory", type=Path, help="where the file and the store go")
    parser.add_argument("--prowler", type=Path, help="directory of the prowler package")
    return parser.parse_args()


def markdown(scan: Path, size: int, runs: dict[str, list[Usage]]) -> Iterator[str]:
    """Everything as Markdown, line by line."""
    of_json = scan.stat().st_size
    yield f"{of_json / _MB:,.0f} MB of Prowler OCSF, {size / _MB:,.0f} MB of Parquet."
    yield f"{machine()}."
    yield ""
    yield "| | time | processor time | peak memory | speed |"
    yield "|---|---:|---:|---:|---:|"
    names = {"bare": "`CREATE TABLE … AS SELECT … FROM read_json`", "ingest": "`gapfolio ingest`"}
    for name, usages in runs.items():
        seconds, cpu, peak = (
            statistics.median(values)
            for values in zip(*((u.seconds, u.cpu, u.peak) for u in usages), strict=True)
        )
        yield (
            f"| {names[name]} | {seconds:.2f} s | {cpu:.2f} s | {peak / _MB:,.0f} MB "
            f"| {of_json / _MB / seconds:,.0f} MB/s |"
        )
    share = statistics.median(
        bare.seconds / ours.seconds for bare, ours in zip(runs["bare"], runs["ingest"], strict=True)
    )
    peak = statistics.median(usage.peak for usage in runs["ingest"]) / _MB
    yield ""
    yield "| target | | measured | |"
    yield "|---|---:|---:|---|"
    yield f"| speed, of the bare one's | ≥ {_SHARE:.0%} | {share:.0%} | {_met(share >= _SHARE)} |"
    yield f"| peak memory | ≤ {_MOST} MB | {peak:,.0f} MB | {_met(peak <= _MOST)} |"


def _met(reached: bool) -> str:
    return "met" if reached else "**missed**"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
