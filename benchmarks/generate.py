"""Write a realistic Prowler scan of any size.

    python benchmarks/generate.py --findings 100000 -o scan.ocsf.json

The same arguments give the same bytes. Memory does not grow with the number of findings: a finding
is a template of its check and status with the resource filled in.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import re
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from checks import Check, Json, Knowledge, demo_findings, known
from inventory import REGIONS, Account, Kind, Resource, Shelf, account, kind, mixed, number_of, uses

BEGUN = datetime(2026, 9, 14, 3, 12, 23, 383369, tzinfo=UTC)
"""When the first account was scanned; the next ones follow every eleven minutes."""

_SEVERITY = {"Informational": 1, "Low": 2, "Medium": 3, "High": 4, "Critical": 5}
_PASS_RATE = {"Low": 45, "Medium": 58, "High": 70, "Critical": 84}
_SLOT = re.compile(r'"<<\*(\w+)>>"|<<(\w+)>>')
_BLOCK = 1 << 20

Values = Mapping[str, str]
Template = tuple[list[str], list[tuple[int, str]]]
"""The text cut at its slots, and which piece is which slot."""


@dataclass(frozen=True)
class Plan:
    """What to generate."""

    findings: int
    accounts: int = 40
    regions: int = 4
    seed: int = 1
    form: str = "ocsf"


@dataclass(frozen=True)
class Verdict:
    """What a check said about one resource."""

    check: Check
    status: str
    muted: bool
    place: Account
    resource: Resource


class Samples:
    """What the demo scan shows of messages and of resources' configuration."""

    def __init__(self) -> None:
        self._messages: dict[tuple[str, str], str] = {}
        self._data: dict[tuple[str, str], Json] = {}
        self.manual: set[str] = set()
        for found in demo_findings():
            resource = found["resources"][0]
            slots = _slots_of(resource, found["cloud"]["account"]["uid"])
            check, status = found["metadata"]["event_code"], found["status_code"]
            self._messages.setdefault((check, status), slots(found["status_detail"]))
            if status == "MANUAL":
                self.manual.add(check)
            if data := resource["data"]["metadata"]:
                sort = resource["group"]["name"], resource["type"]
                self._data.setdefault(sort, json.loads(slots(json.dumps(data))))

    def message(self, check: Check, status: str) -> str:
        """The sentence on a resource, with slots."""
        said = {"PASS": "meets", "FAIL": "does not meet"}.get(status, "could not be checked for")
        return self._messages.get(
            (check.id, status),
            f"{check.service.upper()} resource <<name>> in <<region>> {said}: {check.title}.",
        )

    def data(self, check: Check) -> Json:
        """The configuration of a resource, with slots."""
        return self._data.get((check.service, check.resource_type), _INVENTED)


_INVENTED: Json = {
    "arn": "<<arn>>",
    "id": "<<name>>",
    "name": "<<name>>",
    "region": "<<region>>",
    "account": "<<account>>",
    "status": "ACTIVE",
    "created_at": "2025-11-03T09:41:07+00:00",
    "public": False,
    "encryption": {"enabled": True, "type": "KMS", "kms_key_arn": None},
    "logging": {"enabled": False, "destination": None, "level": "ERROR"},
    "vpc": {"vpc_id": "vpc-0a1b2c3d4e5f60718", "subnets": ["subnet-0a1b2c3d", "subnet-1b2c3d4e"]},
    "security_groups": ["sg-0f1e2d3c4b5a69788"],
    "policy": {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"AWS": "arn:aws:iam::<<account>>:root"},
                "Action": ["*"],
                "Resource": "<<arn>>",
            }
        ],
    },
    "tags": [],
}


def _slots_of(resource: Json, uid: str) -> Callable[[str], str]:
    """Replace what belongs to this resource by slots, the longest first."""
    parts = {resource["uid"]: "arn", resource["name"]: "name", resource["region"]: "region"}
    parts[uid] = "account"
    order = sorted(filter(None, parts), key=len, reverse=True)
    # a name like `t` must not be found inside of words
    pattern = re.compile("|".join(rf"(?<!\w){re.escape(part)}(?!\w)" for part in order))
    return lambda text: pattern.sub(lambda match: f"<<{parts[match[0]]}>>", text)


def cut(text: str) -> Template:
    """Cut a text at its slots: `<<name>>`, or `"<<*name>>"` with its quotes."""
    pieces: list[str] = []
    slots: list[tuple[int, str]] = []
    end = 0
    for match in _SLOT.finditer(text):
        pieces.append(text[end : match.start()])
        slots.append((len(pieces), match[1] or match[2]))
        pieces.append("")
        end = match.end()
    return [*pieces, text[end:]], slots


def filled(template: Template, values: Values) -> str:
    """Put values into a template."""
    pieces = template[0].copy()
    for place, name in template[1]:
        pieces[place] = values[name]
    return "".join(pieces)


class Ocsf:
    """The shape of `prowler -M json-ocsf`: objects with indent 4, glued by commas."""

    head, between, tail = "[", ",", "]"

    def __init__(self, version: str, samples: Samples) -> None:
        self._version = version
        self._samples = samples

    def template(self, check: Check, status: str) -> Template:
        """A finding of a check with a status, as Prowler 5.46 orders its fields."""
        message = self._samples.message(check, status)
        finding = {
            "message": message,
            "metadata": self._metadata(check),
            "severity_id": _SEVERITY[check.severity],
            "severity": check.severity,
            "status": "<<state>>",
            "status_code": status,
            "status_detail": message,
            "status_id": "<<*state_id>>",
            "unmapped": _unmapped(check),
            "activity_name": "Create",
            "activity_id": 1,
            "finding_info": _finding_info(check),
            "resources": [_resource(check, self._samples.data(check))],
            "category_name": "Findings",
            "category_uid": 2,
            "class_name": "Detection Finding",
            "class_uid": 2004,
            "cloud": _CLOUD,
            "remediation": {"desc": check.recommendation, "references": [check.url]},
            "risk_details": check.risk,
            "time": "<<*time>>",
            "time_dt": "<<time_dt>>",
            "type_uid": 200401,
            "type_name": "Detection Finding: Create",
        }
        return cut(json.dumps(finding, indent=4, ensure_ascii=False))

    def _metadata(self, check: Check) -> Json:
        return {
            "event_code": check.id,
            "product": {
                "name": "Prowler",
                "uid": "prowler",
                "vendor_name": "Prowler",
                "version": self._version,
            },
            "profiles": ["cloud", "datetime"],
            "tenant_uid": "<<organisation>>",
            "version": "1.5.0",
        }

    def values(self, verdict: Verdict) -> Values:
        """What fills the slots."""
        return {
            "labels": _labels(verdict.resource.tags),
            "state": "Suppressed" if verdict.muted else "New",
            "state_id": "3" if verdict.muted else "1",
        }


def _unmapped(check: Check) -> Json:
    return {
        "related_url": check.related_url,
        "categories": check.categories,
        "depends_on": check.depends_on,
        "related_to": check.related_to,
        "additional_urls": check.urls,
        "notes": check.notes,
        "compliance": check.compliance,
        "scan_id": "<<scan>>",
        "provider_uid": "<<account>>",
        "provider": "aws",
    }


def _finding_info(check: Check) -> Json:
    return {
        "analytic": {
            "category": check.service,
            "name": check.title,
            "type": "Rule",
            "type_id": 1,
            "uid": check.id,
        },
        **({"attacks": check.attacks} if check.attacks else {}),
        "created_time": "<<*time>>",
        "created_time_dt": "<<time_dt>>",
        "desc": check.description,
        "title": check.title,
        "types": check.types,
        "uid": _UID.format(check.id),
    }


def _resource(check: Check, data: Json) -> Json:
    return {
        "cloud_partition": "aws",
        "region": "<<region>>",
        "data": {"details": "", "metadata": data},
        "group": {"name": check.service},
        "labels": "<<*labels>>",
        "name": "<<name>>",
        "type": check.resource_type,
        "uid": "<<arn>>",
    }


def _labels(tags: Sequence[tuple[str, str]]) -> str:
    if not tags:
        return "[]"
    lines = ",\n".join(f'                "{key}:{value}"' for key, value in tags)
    return f"[\n{lines}\n            ]"


_UID = "prowler-aws-{}-<<account>>-<<region>>-<<name>>"
_CLOUD: Json = {
    "account": {
        "name": "<<account_name>>",
        "type": "AWS Account",
        "type_id": 10,
        "uid": "<<account>>",
        "labels": [],
    },
    "org": {
        "name": "<<organisation>>",
        "ou_uid": "ou-4x2k-<<unit>>",
        "ou_name": "<<unit>>",
        "uid": "<<organisation>>",
    },
    "provider": "aws",
    "region": "<<region>>",
}


class Csv:
    """The shape of `prowler -M csv`: semicolons, a header, cells of many lines."""

    between, tail = "", ""

    def __init__(self, version: str, samples: Samples) -> None:
        self._version = version
        self._samples = samples

    @property
    def head(self) -> str:
        """The header line."""
        anything = Check(*[""] * 9, *[()] * 5, {}, ())
        return _csv_line(list(self._row(anything, "")))

    def template(self, check: Check, status: str) -> Template:
        """A row of a check with a status."""
        return cut(_csv_line(list(self._row(check, status).values())))

    def values(self, verdict: Verdict) -> Values:
        """What fills the slots."""
        return {
            "tags": " | ".join(f"{key}={value}" for key, value in verdict.resource.tags),
            "muted": str(verdict.muted),
        }

    def _row(self, check: Check, status: str) -> dict[str, str]:
        code = {name: check.code.get(name, "") for name in ("NativeIaC", "Terraform", "CLI", "Other")}
        return {
            "AUTH_METHOD": "profile: audit",
            "TIMESTAMP": "<<csv_time>>",
            "ACCOUNT_UID": "<<account>>",
            "ACCOUNT_NAME": "<<account_name>>",
            "ACCOUNT_EMAIL": "aws+<<account_name>>@example.com",
            "ACCOUNT_ORGANIZATION_UID": "<<organisation>>",
            "ACCOUNT_ORGANIZATION_NAME": "<<organisation>>",
            "ACCOUNT_TAGS": "",
            "FINDING_UID": _UID.format(check.id),
            "PROVIDER": "aws",
            "CHECK_ID": check.id,
            "CHECK_TITLE": check.title,
            "CHECK_TYPE": " | ".join(check.types),
            "STATUS": status,
            "STATUS_EXTENDED": self._samples.message(check, status),
            "MUTED": "<<muted>>",
            "SERVICE_NAME": check.service,
            "SUBSERVICE_NAME": "",
            "SEVERITY": check.severity.lower(),
            "RESOURCE_TYPE": check.resource_type,
            "RESOURCE_UID": "<<arn>>",
            "RESOURCE_NAME": "<<name>>",
            "RESOURCE_DETAILS": "",
            "RESOURCE_TAGS": "<<tags>>",
            "PARTITION": "aws",
            "REGION": "<<region>>",
            "DESCRIPTION": check.description,
            "RISK": check.risk,
            "RELATED_URL": check.related_url,
            "REMEDIATION_RECOMMENDATION_TEXT": check.recommendation,
            "REMEDIATION_RECOMMENDATION_URL": check.url,
            "REMEDIATION_CODE_NATIVEIAC": code["NativeIaC"],
            "REMEDIATION_CODE_TERRAFORM": code["Terraform"],
            "REMEDIATION_CODE_CLI": code["CLI"],
            "REMEDIATION_CODE_OTHER": code["Other"],
            "COMPLIANCE": " | ".join(f"{k}: {', '.join(v)}" for k, v in check.compliance.items()),
            "CATEGORIES": " | ".join(check.categories),
            "DEPENDS_ON": " | ".join(check.depends_on),
            "RELATED_TO": " | ".join(check.related_to),
            "NOTES": check.notes,
            "PROWLER_VERSION": self._version,
            "ADDITIONAL_URLS": " | ".join(check.urls),
            "ACCOUNT_OU_UID": "ou-4x2k-<<unit>>",
            "ACCOUNT_OU_NAME": "<<unit>>",
        }


def _csv_line(cells: Sequence[str]) -> str:
    line = io.StringIO()
    csv.writer(line, delimiter=";").writerow(
        f"'{cell}" if cell.lstrip().startswith(("=", "+", "-", "@")) else cell for cell in cells
    )
    return line.getvalue()


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
    kinds = [kind(check.id, check.service, check.resource_type) for check in knowledge.checks]
    for number in range(plan.accounts):
        place = account(plan.seed, number)
        each = zip(knowledge.checks, kinds, counts(plan, place, kinds), strict=True)
        for check, sort, count in each:
            shelf = Shelf(plan.seed, place, sort, regions)
            rate, token = _pass_rate(check, place), number_of(check.id)
            for k in range(count):
                resource = shelf.resource(k)
                dice = mixed(resource.token, token)
                status = "PASS" if dice % 1000 < rate * 10 else "FAIL"
                if check.id in manual:
                    status = "MANUAL"
                muted = status == "FAIL" and (dice >> 20) % 80 == 0
                yield Verdict(check, status, muted, place, resource)


def _pass_rate(check: Check, place: Account) -> int:
    """Per cent; every check and every account has its own."""
    spread = number_of(check.id) % 61 - 30
    care = {"prod": 8, "staging": 2, "dev": -4}.get(place.environment, -10)
    return max(2, min(99, _PASS_RATE.get(check.severity, 60) + spread + care))


def texts(plan: Plan, knowledge: Knowledge) -> Iterator[str]:
    """The file, piece by piece."""
    samples = Samples()
    form = (Csv if plan.form == "csv" else Ocsf)(knowledge.version, samples)
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
    begun = BEGUN + timedelta(minutes=11 * place.number)
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
    )


def _at_least(least: int, most: int = sys.maxsize) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f"{text} is not from {least} to {most}")
        return int(text)

    return number


def main(words: Sequence[str] | None = None) -> None:
    """Write the file and say what it is."""
    parser = argparse.ArgumentParser(description="Write a realistic Prowler scan of any size.")
    parser.add_argument("--findings", type=_at_least(0), default=100_000)
    parser.add_argument("-o", "--output", type=Path, required=True)
    parser.add_argument("--accounts", type=_at_least(1), default=40)
    parser.add_argument("--regions", type=_at_least(1, len(REGIONS)), default=4)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--format", choices=["ocsf", "csv"], default="ocsf")
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
