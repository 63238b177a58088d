"""What a report of a store of many findings takes, without `findings.csv`.

    python benchmarks/store.py [--findings 10000000] [--runs 1] [--store DIR]

Generates scans of a million findings each, puts them into a store one after the other, and reports
on it. Prints Markdown: time and memory of `gapfolio score` and of a whole `gapfolio report`, the
targets, and where the time goes (`stages.py`).
"""

from __future__ import annotations

import argparse
import json
import shutil
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from checks import known
from generate import Plan, write
from report import Target
from stages import Stage
from tree import Usage, machine, measured

FORMATS = "pdf,html,json"
"""All that a report writes but the lists of findings."""
WHOLE = f"{FORMATS},parquet"
"""All but CSV: with findings.parquet, which is sorted."""
_PROGRAM = str(Path(sys.executable).with_name("gapfolio"))
_BATCH = 1_000_000
_MB = 1e6


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=arguments.directory) as scratch:
        place = Path(scratch).resolve()
        store = (arguments.store or place / "store").resolve()
        if not store.exists():
            fill(store, arguments.findings, arguments.accounts, place, arguments.prowler)
        report = [_PROGRAM, "report", str(store), "-o", str(place / "report"), "--format"]
        cases = {
            "gapfolio score": [_PROGRAM, "score", str(store)],
            f"gapfolio report --format {FORMATS}": [*report, FORMATS],
            f"gapfolio report --format {WHOLE}": [*report, WHOLE],
        }
        runs: dict[str, list[Usage]] = {name: [] for name in cases}
        for turn in range(arguments.runs):
            for name, command in cases.items():
                usage = measured(command, place)
                _say(f"run {turn + 1}: {name} {usage.seconds:.1f} s, {usage.peak / _MB:,.0f} MB")
                runs[name].append(usage)
                shutil.rmtree(place / "report", ignore_errors=True)
        stages = _staged(store, place)
        print("\n".join(markdown(store, runs, stages)))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure a report of a store of findings.")
    parser.add_argument("--findings", type=int, default=10 * _BATCH)
    parser.add_argument("--accounts", type=int, default=40, help="in each million")
    parser.add_argument("--runs", type=int, default=1)
    parser.add_argument("--store", type=Path, help="made there and kept; taken if it is there")
    parser.add_argument("--directory", type=Path, help="where the scans and the reports go")
    parser.add_argument("--prowler", type=Path, help="directory of the prowler package")
    return parser.parse_args()


def fill(store: Path, findings: int, accounts: int, place: Path, prowler: Path | None) -> None:
    """Make a store of so many findings; of the scans only one is there at a time."""
    knowledge = known(prowler)
    for number, begun in enumerate(range(0, findings, _BATCH), 1):
        scan = place / f"scan-{number:03d}.ocsf.json"
        write(Plan(min(_BATCH, findings - begun), accounts, seed=number), knowledge, scan)
        usage = measured([_PROGRAM, "ingest", str(scan), "-o", str(store)], place)
        _say(f"ingested {scan.name}: {usage.seconds:.1f} s, {usage.peak / _MB:,.0f} MB")
        scan.unlink()


def _staged(store: Path, place: Path) -> Sequence[Stage]:
    words = [str(Path(__file__).with_name("stages.py")), str(store), str(place / "report"), FORMATS]
    said = subprocess.run(
        [sys.executable, *words], cwd=place, check=True, stdout=subprocess.PIPE
    ).stdout
    shutil.rmtree(place / "report", ignore_errors=True)
    return [Stage(**stage) for stage in json.loads(said)]


def markdown(store: Path, runs: dict[str, list[Usage]], stages: Sequence[Stage]) -> Iterator[str]:
    """Everything as Markdown, line by line."""
    inputs = [json.loads(path.read_bytes()) for path in store.glob("inputs/*/*.json")]
    findings = sum(entry["result"]["findings"] for entry in inputs)
    size = sum(path.stat().st_size for path in store.glob("findings/*/*/*.parquet"))
    of_json = sum(entry["result"]["bytes"] for entry in inputs)
    yield (
        f"{findings:,} findings of {len(inputs)} scans: {size / _MB:,.0f} MB of Parquet, of "
        f"{of_json / _MB:,.0f} MB of Prowler OCSF."
    )
    yield f"{machine()}."
    yield ""
    yield "| | time | processor time | peak memory |"
    yield "|---|---:|---:|---:|"
    for name, usages in runs.items():
        seconds, cpu, peak = (
            statistics.median(values)
            for values in zip(*((u.seconds, u.cpu, u.peak) for u in usages), strict=True)
        )
        yield f"| `{name}` | {seconds:.1f} s | {cpu:.1f} s | {peak / _MB:,.0f} MB |"
    yield ""
    yield "| target | at most | measured | |"
    yield "|---|---:|---:|---|"
    for name, usages in runs.items():
        if "report" not in name:
            continue
        written = name.rpartition(" ")[2]
        seconds = statistics.median(usage.seconds for usage in usages)
        peak = statistics.median(usage.peak for usage in usages) / _MB
        yield Target(f"time, {written}", seconds, 180, "s").row()
        yield Target(f"peak memory, {written}", peak, 2000, "MB").row()
    yield ""
    yield "| step, in one process | time | peak memory |"
    yield "|---|---:|---:|"
    for stage in stages:
        yield f"| {stage.name} | {stage.seconds:.1f} s | {stage.peak / _MB:,.0f} MB |"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
