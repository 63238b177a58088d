"""Compare `gapfolio verify` with `sha256sum` of the same files, side by side.

    python benchmarks/verify.py [--findings 1000000] [--runs 5] [--pack DIRECTORY] [--recompute]

Makes a pack (or takes one), runs both in turns, and prints Markdown: medians and the target.
"""

from __future__ import annotations

import argparse
import json
import os
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
_LEAST = 0.5
_QUIET = 0.7
_VERIFY, _SUM, _AGAIN = "gapfolio verify", "sha256sum", "gapfolio verify --recompute"


@dataclass(frozen=True)
class Result:
    """What every command took, run by run."""

    findings: int
    files: int
    size: int
    runs: dict[str, list[Usage]]

    def seconds(self, case: str) -> float:
        """The median of a case's wall times."""
        return statistics.median(usage.seconds for usage in self.runs[case])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="Compare gapfolio verify with sha256sum.")
    parser.add_argument("--findings", type=int, default=1_000_000)
    parser.add_argument("--accounts", type=int, default=40)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--pack", type=Path, help="measure this pack; make none")
    parser.add_argument("--recompute", action="store_true", help="measure that, too")
    parser.add_argument("--directory", type=Path, help="where the scan and the pack go")
    parser.add_argument("--prowler", type=Path, help="directory of the prowler package")
    arguments = parser.parse_args()
    if (load := os.getloadavg()[0]) > _QUIET:
        _say(f"the machine is busy (load {load:.1f}): expect longer times than it can do")
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=arguments.directory) as scratch:
        pack = arguments.pack or _made(arguments, Path(scratch))
        result = _measure(pack.resolve(), arguments.runs, arguments.recompute)
    print("\n".join(_markdown(result, arguments.runs)))


def _made(arguments: argparse.Namespace, place: Path) -> Path:
    """Make a pack with everything in it; the scan is removed again."""
    scan, pack = place / "scan.ocsf.json", place / "pack"
    _say(f"generating {arguments.findings:,} findings")
    write(Plan(arguments.findings, arguments.accounts), known(arguments.prowler), scan)
    _say("writing the report")
    measured([_PROGRAM, "report", str(scan), "-o", str(pack)], place)
    scan.unlink()
    return pack


def _measure(pack: Path, runs: int, recompute: bool) -> Result:
    manifest = json.loads((pack / "manifest.json").read_bytes())
    paths = [entry["path"] for entry in manifest["files"]]
    commands: dict[str, Sequence[str]] = {
        _VERIFY: [_PROGRAM, "verify", str(pack)],
        _SUM: ["sha256sum", *paths],
    }
    if recompute:
        commands[_AGAIN] = [_PROGRAM, "verify", str(pack), "--recompute"]
    measured(commands[_SUM], pack)  # puts the files into the page cache
    taken: dict[str, list[Usage]] = {case: [] for case in commands}
    for turn in range(runs):
        for case, command in commands.items():
            usage = measured(command, pack)
            _say(f"run {turn + 1}: {case} {usage.seconds:.2f} s, {usage.peak / _MB:,.0f} MB")
            taken[case].append(usage)
    findings = json.loads((pack / "assessment.json").read_bytes())["counts"]["findings"]
    size = sum(entry["bytes"] for entry in manifest["files"])
    return Result(findings, len(paths), size, taken)


def _markdown(result: Result, runs: int) -> Iterator[str]:
    yield (
        f"A pack of {result.findings:,} findings: {result.files} files, "
        f"{result.size / _MB:,.0f} MB; median of {runs} runs in turns, files in the cache."
    )
    yield f"{machine()}."
    yield ""
    yield "| | time | processor time | peak memory | speed |"
    yield "|---|---:|---:|---:|---:|"
    for case, usages in result.runs.items():
        cpu = statistics.median(usage.cpu for usage in usages)
        peak = statistics.median(usage.peak for usage in usages)
        yield (
            f"| `{case}` | {result.seconds(case):.2f} s | {cpu:.2f} s | {peak / _MB:,.0f} MB "
            f"| {result.size / _MB / result.seconds(case):,.0f} MB/s |"
        )
    share = result.seconds(_SUM) / result.seconds(_VERIFY)
    met = "met" if share >= _LEAST else "**missed**"
    yield ""
    yield f"Target: at least {_LEAST} of the speed of sha256sum. Measured: {share:.2f}, {met}."


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
