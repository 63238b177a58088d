"""Write a realistic Prowler scan, or a Security Hub export, of any size.

    python benchmarks/generate.py --findings 100000 -o scan.ocsf.json
    python benchmarks/generate.py --begun 2026-12-14 --changed 0.05 -o next.ocsf.json

The second is the same organisation a quarter later. The same arguments give the same bytes. Memory
does not grow with the number of findings: a finding is a template of its check and status with the
resource filled in.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from checks import Check, Knowledge, known
from formats import Asff, Csv, Form, Ocsf, Samples, Template, Verdict, filled
from inventory import REGIONS, Account, Kind, Shelf, account, kind, mixed, number_of, uses

BEGUN = datetime(2026, 9, 14, 3, 12, 23, 383369, tzinfo=UTC)
"""When the first account was scanned; the next ones follow every eleven minutes."""

_PASS_RATE = {"Low": 45, "Medium": 58, "High": 70, "Critical": 84}
_BLOCK = 1 << 20
_FORMS: dict[str, Callable[[Knowledge, Samples], Form]] = {"ocsf": Ocsf, "csv": Csv, "asff": Asff}


@dataclass(frozen=True)
class Plan:
    """What to generate.

    Attributes:
        findings: how many, exactly.
        accounts: among which they are dealt out.
        regions: of `REGIONS`, the first ones.
        seed: of the organisation; plans that share it are of the same one.
        form: one of `_FORMS`.
        begun: when the first account was scanned.
        changed: from 0 to 1: the share of resources that others have replaced, and of passes and
            fails on the rest that are the other way round, since a plan with 0. What a smaller
            share changes, a larger one changes, too.
    """

    findings: int
    accounts: int = 40
    regions: int = 4
    seed: int = 1
    form: str = "ocsf"
    begun: datetime = BEGUN
    changed: float = 0


def shares(weights: Sequence[float], total: int, start: float) -> Iterator[int]:
    """Deal `total` out in proportion to weights; the sum is exact.

    Args:
        weights: of which one is over 0.
        total: what is dealt out.
        start: from 0 to under 1: who gets the odd ones.
    """
    step = total / sum(weights)
    position, dealt = start, 0
    for number, weight in enumerate(weights, 1):
        position += weight * step
        until = total if number == len(weights) else min(int(position), total)
        yield until - dealt
        dealt = until


def counts(plan: Plan, place: Account, kinds: Sequence[Kind]) -> Sequence[int]:
    """How many findings each check leaves in an account."""
    quota = plan.findings // plan.accounts + (place.number < plan.findings % plan.accounts)
    used = [uses(plan.seed, place, sort.service, plan.accounts) for sort in kinds]
    once = [
        {"account": 1, "region": plan.regions, "resource": 0}[sort.scope] * there
        for sort, there in zip(kinds, used, strict=True)
    ]
    many = [
        sort.weight * there * (sort.scope == "resource")
        for sort, there in zip(kinds, used, strict=True)
    ]
    start = mixed(plan.seed, place.number) / 2**64
    rest = quota - sum(once)
    if rest < 0:
        both = [one or several for one, several in zip(once, many, strict=True)]
        return list(shares(both, quota, start))
    dealt = shares(many, rest, start)
    return [one + several for one, several in zip(once, dealt, strict=True)]


def verdicts(plan: Plan, knowledge: Knowledge, manual: set[str]) -> Iterator[Verdict]:
    """Every finding of the organisation, account after account and check after check."""
    regions = REGIONS[: plan.regions]
    kinds = [kind(check) for check in knowledge.checks]
    for number in range(plan.accounts):
        place = account(plan.seed, number)
        each = zip(knowledge.checks, kinds, counts(plan, place, kinds), strict=True)
        for check, sort, count in each:
            if not count:
                continue
            shelf = Shelf(plan.seed, place, sort, regions)
            rate, token = _pass_rate(check, place), number_of(check.id)
            for k in range(count):
                resource = shelf.resource(k)
                if sort.scope == "resource" and _chosen(plan, resource.token):
                    resource = shelf.resource(k + plan.findings)  # no other has that number
                dice = mixed(resource.token, token)
                passed = (dice % 1000 < rate * 10) is not _chosen(plan, resource.token, token)
                status = "PASS" if passed else "FAIL"
                if check.id in manual:
                    status = "MANUAL"
                muted = status == "FAIL" and (dice >> 20) % 80 == 0
                yield Verdict(check, status, muted, place, resource)


def _chosen(plan: Plan, *numbers: int) -> bool:
    """Tell whether this is one of what has changed."""
    return plan.changed > 0 and mixed(*numbers, 11) < plan.changed * 2**64


def _pass_rate(check: Check, place: Account) -> int:
    """Per cent; every check and every account has its own."""
    spread = number_of(check.id) % 61 - 30
    care = {"prod": 8, "staging": 2, "dev": -4}.get(place.environment, -10)
    return max(2, min(99, _PASS_RATE.get(check.severity, 60) + spread + care))


def texts(plan: Plan, knowledge: Knowledge) -> Iterator[str]:
    """The file, piece by piece."""
    samples = Samples()
    form: Form = _FORMS[plan.form](knowledge, samples)
    templates: dict[tuple[str, str], Template] = {}
    scan: dict[str, str] = {}
    separator = form.head
    place = None
    for verdict in verdicts(plan, knowledge, samples.manual):
        if verdict.place is not place:
            place = verdict.place
            scan = _scan(plan, place)
        key = verdict.check.id, verdict.status
        if key not in templates:
            templates[key] = form.template(verdict.check, verdict.status)
        resource = verdict.resource
        scan |= {"name": resource.name, "arn": resource.arn, "region": resource.region}
        scan |= form.values(verdict)
        yield separator
        yield filled(templates[key], scan)
        separator = form.between
    yield form.tail if place else form.head + form.tail


def _scan(plan: Plan, place: Account) -> dict[str, str]:
    """The values that are the same in a whole account."""
    begun = plan.begun + timedelta(minutes=11 * place.number)
    milliseconds = int(begun.timestamp() * 1000)
    uid = f"{milliseconds:012x}7{mixed(plan.seed, place.number, 7):016x}"
    naive = begun.replace(tzinfo=None)
    return {
        "account": place.uid,
        "account_name": place.name,
        "unit": place.unit,
        "organisation": "o-exampleorg1",
        "scan": f"{uid[:8]}-{uid[8:12]}-{uid[12:16]}-a{uid[16:19]}-{uid[19:]}{'0' * 2}",
        "time": str(int(begun.timestamp())),
        "time_dt": naive.isoformat(),
        "observed": f"{naive.isoformat(timespec='milliseconds')}Z",
        "csv_time": str(naive),
    }


def write(plan: Plan, knowledge: Knowledge, target: Path) -> int:
    """Write the file; return its size in bytes."""
    with target.open("w", encoding="utf-8", newline="", buffering=_BLOCK) as stream:
        stream.writelines(texts(plan, knowledge))
    return target.stat().st_size


def _plan(arguments: argparse.Namespace) -> Plan:
    return Plan(
        findings=arguments.findings,
        accounts=arguments.accounts,
        regions=arguments.regions,
        seed=arguments.seed,
        form=arguments.format,
        begun=on(arguments.begun),
        changed=arguments.changed,
    )


def on(day: date) -> datetime:
    """When the first account is scanned on a day."""
    return datetime.combine(day, BEGUN.timetz())


def _at_least(least: int, most: int = sys.maxsize) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not from {least} to {most}")
        return int(text)

    return number


def _share(text: str) -> float:
    if not 0 <= float(text) <= 1:
        raise argparse.ArgumentTypeError(f"{text} is not from 0 to 1")
    return float(text)


def main(words: Sequence[str] | None = None) -> None:
    """Write the file and say what it is."""
    parser = argparse.ArgumentParser(description="Write a realistic scan of any size.")
    parser.add_argument("--findings", type=_at_least(0), default=100_000)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--accounts", type=_at_least(1), default=40)
    parser.add_argument("--regions", type=_at_least(1, len(REGIONS)), default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--begun", type=date.fromisoformat, default=BEGUN.date(), metavar="DATE")
    parser.add_argument("--changed", type=_share, default=0.0, metavar="SHARE")
    parser.add_argument("--format", choices=list(_FORMS), default="ocsf")
    parser.add_argument("--prowler", type=Path, help="directory of the prowler package")
    arguments = parser.parse_args(words)
    begun = time.perf_counter()
    knowledge = known(arguments.prowler)
    size = write(_plan(arguments), knowledge, arguments.output)
    seconds = time.perf_counter() - begun
    print(
        f"{arguments.output}: {arguments.findings:,} findings of {len(knowledge.checks)} checks "
        f"({knowledge.origin}), {arguments.accounts} accounts, {arguments.regions} Regions: "
        f"{size / 1e6:,.1f} MB in {seconds:.1f} s ({size / 1e6 / seconds:.0f} MB/s)",
        file=sys.stderr,
    )


if __name__ == "__main__":
    main()
