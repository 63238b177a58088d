"""What comparing with earlier packs costs.

    python benchmarks/change.py packs [--findings 1000000] [--runs 3]
    python benchmarks/change.py trend [--periods 8] [--accounts 200] [--runs 5]

`packs`: `gapfolio score`, and `gapfolio report` of the data, of one quarter alone and compared with
a pack of as many findings of the quarter before. `trend`: `gapfolio report` of many accounts alone,
and with the packs of all the quarters that a trend shows. Both run in turns (A B A B …); one more
comparison, with a clock at every query, says where its time goes (`comparison.py`). Prints
Markdown: medians and the targets.
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
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from checks import Knowledge, known
from comparison import BEFORE
from generate import BEGUN, Plan, on, write
from report import Target
from stages import Stage
from tree import Usage, machine, measured

_PROGRAM = str(Path(sys.executable).with_name("gapfolio"))
_DATA = "json,parquet"
"""Formats that a pack needs to be compared with."""
_MB = 1e6
_QUIET = 0.7


@dataclass(frozen=True)
class Pair:
    """A command without the earlier packs and with them, run by run."""

    name: str
    alone: list[Usage]
    compared: list[Usage]

    @property
    def adds(self) -> float:
        """Seconds that the packs add: the difference of neighbouring runs, its median."""
        both = zip(self.alone, self.compared, strict=True)
        return statistics.median(after.seconds - before.seconds for before, after in both)

    @property
    def adds_cpu(self) -> float:
        """Seconds of processor time that they add, likewise; what else runs disturbs it less."""
        both = zip(self.alone, self.compared, strict=True)
        return statistics.median(after.cpu - before.cpu for before, after in both)

    @property
    def peak(self) -> float:
        """The median of the memory peaks with the packs, bytes."""
        return statistics.median(usage.peak for usage in self.compared)

    def rows(self) -> Iterator[str]:
        """As rows of the table."""
        for name, usages in ((self.name, self.alone), (f"{self.name} --since", self.compared)):
            seconds, cpu, peak = (
                statistics.median(values)
                for values in zip(*((u.seconds, u.cpu, u.peak) for u in usages), strict=True)
            )
            yield f"| `{name}` | {seconds:.2f} s | {cpu:.2f} s | {peak / _MB:,.0f} MB |"
        yield f"| the packs (what they add) | {self.adds:.2f} s | {self.adds_cpu:.2f} s | |"


@dataclass(frozen=True)
class Result:
    """What was measured: in words, in turns and from inside."""

    what: str
    pairs: Sequence[Pair]
    stages: Sequence[Stage]

    @property
    def inside(self) -> float:
        """Seconds that the comparison took by its own clock."""
        return sum(stage.seconds for stage in self.stages if stage.name != BEFORE)


def main() -> None:
    """Measure and print."""
    arguments = _arguments()
    if (load := os.getloadavg()[0]) > _QUIET:
        _say(f"the machine is busy (load {load:.1f}): expect longer times than it can do")
    with tempfile.TemporaryDirectory(prefix="benchmark-", dir=arguments.directory) as scratch:
        lines = arguments.measure(arguments, Path(scratch).resolve())
    print("\n".join(lines))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure comparing with earlier packs.")
    commands = parser.add_subparsers(required=True)
    _command(commands, "packs", _packs, findings=1_000_000, accounts=40, runs=3)
    trend = _command(commands, "trend", _trend, findings=20_000, accounts=200, runs=5)
    trend.add_argument("--periods", type=int, default=8)
    trend.add_argument("--no-pdf", action="store_true", help="leave the report with the PDF out")
    return parser.parse_args()


def _command(
    commands: argparse._SubParsersAction[argparse.ArgumentParser],
    name: str,
    measure: Callable[[argparse.Namespace, Path], list[str]],
    **defaults: int,
) -> argparse.ArgumentParser:
    parser = commands.add_parser(name)
    parser.set_defaults(measure=measure)
    for option, default in defaults.items():
        parser.add_argument(f"--{option}", type=int, default=default)
    parser.add_argument("--changed", type=float, default=0.05, help="from quarter to quarter")
    parser.add_argument("--directory", type=Path, help="where the scans and the packs go")
    parser.add_argument("--prowler", type=Path, help="directory of the prowler package")
    return parser


def _packs(arguments: argparse.Namespace, place: Path) -> list[str]:
    """Two packs of as many findings each."""
    knowledge = known(arguments.prowler)
    findings, accounts = arguments.findings, arguments.accounts
    pack = _pack(Plan(findings, accounts, begun=on(quarter(1))), knowledge, place)
    scan = _scan(Plan(findings, accounts, changed=arguments.changed), knowledge, place)
    score = [_PROGRAM, "score", str(scan)]
    report = [_PROGRAM, "report", str(scan), "-o", str(place / "report"), "--format", _DATA]
    scored = _pair("gapfolio score", score, pack, arguments.runs, place)
    reported = _pair(f"gapfolio report --format {_DATA}", report, pack, arguments.runs, place)
    result = Result(
        f"Two quarters of {findings:,} findings each, {arguments.changed:.0%} of the resources and "
        f"of the verdicts on the rest changed; median of {arguments.runs} runs in turns.",
        [scored, reported],
        _inside(scan, pack),
    )
    targets = [
        Target("the comparison: what `--since` adds to `gapfolio score`", scored.adds, 30, "s"),
        Target("the comparison by its own clock", result.inside, 30, "s"),
        *(
            Target(f"peak memory: `{pair.name} --since`", pair.peak / _MB, 1500, "MB")
            for pair in (scored, reported)
        ),
    ]
    return list(markdown(result, targets))


def _trend(arguments: argparse.Namespace, place: Path) -> list[str]:
    """As many periods as a trend shows, of many accounts."""
    knowledge = known(arguments.prowler)
    findings, accounts, changed = arguments.findings, arguments.accounts, arguments.changed
    last = arguments.periods - 1

    def plan(number: int) -> Plan:
        begun = on(quarter(last - number))
        return Plan(findings, accounts, begun=begun, changed=changed * number)

    packs = [_pack(plan(number), knowledge, place) for number in range(last)]
    scan = _scan(plan(last), knowledge, place)
    pairs = []
    for formats in ("html,json",) if arguments.no_pdf else ("html,json", "pdf,html,json"):
        report = [_PROGRAM, "report", str(scan), "-o", str(place / "report"), "--format", formats]
        name = f"gapfolio report --format {formats}"
        pairs.append(_pair(name, report, packs[-1], arguments.runs, place))
    result = Result(
        f"{arguments.periods} quarters of {accounts} accounts and {findings:,} findings each, "
        f"{changed:.0%} of the resources and of the verdicts on the rest changed from one to the "
        f"next; median of {arguments.runs} runs in turns.",
        pairs,
        _inside(scan, packs[-1]),
    )
    targets = [Target(f"what the packs add: `{pair.name}`", pair.adds, 2, "s") for pair in pairs]
    return list(markdown(result, targets))


def quarter(ago: int) -> date:
    """The day in an earlier quarter that is as far into it as the first scan is into its own."""
    months = BEGUN.year * 12 + BEGUN.month - 1 - 3 * ago
    return date(months // 12, months % 12 + 1, BEGUN.day)


def _scan(plan: Plan, knowledge: Knowledge, place: Path) -> Path:
    target = place / f"{plan.begun:%Y-%m}.ocsf.json"
    _say(f"generating {plan.findings:,} findings of {plan.begun:%B %Y}")
    write(plan, knowledge, target)
    return target


def _pack(plan: Plan, knowledge: Knowledge, place: Path) -> Path:
    """Make the pack of a scan; the scan is removed again."""
    scan = _scan(plan, knowledge, place)
    target = place / "packs" / f"{plan.begun.year}-Q{(plan.begun.month + 2) // 3}"
    _say(f"making the pack of {target.name}")
    measured([_PROGRAM, "report", str(scan), "-o", str(target), "--format", _DATA], place)
    scan.unlink()
    return target


def _pair(name: str, command: Sequence[str], pack: Path, runs: int, place: Path) -> Pair:
    """Run a command without the pack and with it, in turns; a report it writes is removed."""
    pair = Pair(name, [], [])
    cases: Sequence[tuple[list[Usage], Sequence[str]]] = (
        (pair.alone, ()),
        (pair.compared, ("--since", str(pack))),
    )
    for turn in range(runs):
        for usages, words in cases:
            usage = measured([*command, *words], place)
            told = " ".join((name, *words[:1]))
            _say(f"run {turn + 1}: {told} {usage.seconds:.2f} s, {usage.peak / _MB:,.0f} MB")
            usages.append(usage)
            shutil.rmtree(place / "report", ignore_errors=True)
    return pair


def _inside(scan: Path, pack: Path) -> Sequence[Stage]:
    command = [sys.executable, str(Path(__file__).with_name("comparison.py")), str(scan), str(pack)]
    said = subprocess.run(command, cwd=scan.parent, check=True, stdout=subprocess.PIPE).stdout
    return [Stage(**stage) for stage in json.loads(said)]


def markdown(result: Result, targets: Sequence[Target]) -> Iterator[str]:
    """Everything as Markdown, line by line."""
    yield result.what
    yield f"{machine()}."
    yield ""
    yield "| | time | processor time | peak memory |"
    yield "|---|---:|---:|---:|"
    for pair in result.pairs:
        yield from pair.rows()
    yield ""
    yield "| target | at most | measured | |"
    yield "|---|---:|---:|---|"
    for target in targets:
        yield target.row()
    yield ""
    yield "| step, in one process | time | peak memory |"
    yield "|---|---:|---:|"
    for stage in result.stages:
        yield f"| {stage.name} | {stage.seconds:.2f} s | {stage.peak / _MB:,.0f} MB |"
    yield f"| the comparison | {result.inside:.2f} s | |"


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
