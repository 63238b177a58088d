"""ScoutSuite: one object with the services of an account and, in each, a rule's findings.

A rule lists the places that it flags and counts those that it checked, so a pass can only be told
of the whole account. A place is a path into the tree of the service
(`ec2.regions.eu-west-1.vpcs.vpc-1.security_groups.sg-1.rules.…`), and the tree knows the
resource's name and ARN.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from gapfolio.model import Finding, Status
from gapfolio.sources.base import Element, Kind, dig
from gapfolio.sources.codescan import UNREADABLE, moment, text

_ANY = "id"  # stands for any key in the path of a rule
_KEY_DOTS = 8  # a key may hold dots itself
_INDEX_DIGITS = 6
# words of ARNs that ScoutSuite makes up itself; a bucket's ARN it writes with /* behind
_OWN_WORDS = (
    (":vpc:", ":ec2:"),
    (":virtual-private-cloud/", ":vpc/"),
    (":flow-log/", ":vpc-flow-log/"),
    (":peering-connection/", ":vpc-peering-connection/"),
    (":amazon-machine-image/", ":image/"),
    (":elb:", ":elasticloadbalancing:"),
    (":load-balancer/", ":loadbalancer/"),
)


class ScoutSuite:
    """Results as `scout aws` writes them, with the JavaScript before them or without."""

    name = "scoutsuite-json"
    title = "ScoutSuite"
    recognised = "it has provider_code and services"
    lost = (
        "the configuration of resources, rationale, remedies and references, which resources of a "
        "rule pass, items taken out as exceptions, and calls that failed; a file of more than "
        "64 MiB is not read, so scan such an account with fewer --services at a time"
    )
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """The object that is the whole file."""
        return bool(text(element.get("provider_code"))) and isinstance(
            element.get("services"), Mapping
        )

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a flagged place; one a rule that flags none."""
        services = element.get("services")
        if not isinstance(services, Mapping):
            return
        run = _Run(
            version=text(dig(element, "last_run", "version")),
            provider=text(element.get("provider_code")).lower(),
            account=text(element.get("account_id")),
            time=moment(dig(element, "last_run", "time")),
            services=services,
        )
        for service, tree in services.items():
            rules = dig(tree, "findings")
            if isinstance(rules, Mapping):
                for name, said in rules.items():
                    if isinstance(said, Mapping):
                        yield from _findings(_Rule(run, str(service), str(name), said))
                    else:
                        yield UNREADABLE
            elif rules is not None or not isinstance(tree, Mapping | None):
                yield UNREADABLE


@dataclass(frozen=True)
class _Run:
    version: str
    provider: str
    account: str
    time: datetime | None
    services: Element


@dataclass(frozen=True)
class _Rule:
    run: _Run
    service: str
    name: str
    said: Element


@dataclass(frozen=True)
class _Place:
    resource: str = ""
    name: str = ""
    kind: str = ""
    region: str = ""


def _findings(rule: _Rule) -> Iterator[Finding]:
    written = rule.said.get("items")
    items = written if isinstance(written, list) else []
    for item in items:
        if isinstance(item, str):
            yield _finding(rule, _place(rule, item), "fail", item)
        else:
            yield UNREADABLE
    if not items:
        status = _verdict(rule.said, processed=isinstance(written, list))
        counts = ", ".join(
            f"{key}: {text(rule.said.get(key)) or 'not said'}"
            for key in ("checked_items", "flagged_items")
        )
        yield _finding(rule, _Place(rule.run.account), status, counts)


def _verdict(said: Element, *, processed: bool) -> Status:
    """Judge a rule that names no flagged place; one that could not be processed has no list."""
    checked, flagged = _count(said.get("checked_items")), _count(said.get("flagged_items"))
    if flagged:
        return "fail"
    if not processed or checked is None:
        return "error"
    return "pass" if checked else "not_applicable"


def _count(value: object) -> int | None:
    """Give a number of items; None for anything else."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _finding(rule: _Rule, place: _Place, status: Status, detail: str) -> Finding:
    return Finding(
        scanner="scoutsuite",
        scanner_version=rule.run.version,
        provider=rule.run.provider,
        check=rule.name,
        account=rule.run.account,
        region=place.region,
        resource=place.resource,
        resource_name=place.name,
        resource_type=place.kind,
        service=rule.service,
        status=status,
        title=text(rule.said.get("description")),
        detail=detail,
        frameworks=_frameworks(rule.said.get("compliance")),
        observed_at=rule.run.time,
    )


def _place(rule: _Rule, item: str) -> _Place:
    """Find the resource that a flagged item belongs to.

    An item goes as far as the rule looks, into the rule of a group or a key of a user, and may
    have a suffix; `display_path` says how far it is to the resource.
    """
    path, display = text(rule.said.get("path")), text(rule.said.get("display_path"))
    pattern = (display if display and path.startswith(display) else path).split(".")
    steps = _walk(rule.run.services, item)[: len(pattern)]
    node = steps[-1][1] if steps else None
    arn, name, region = (text(dig(node, key)) for key in ("arn", "name", "region"))
    words = item.split(".")
    found = ".".join(key for key, _ in steps)
    if len(steps) < len(pattern):  # not in the tree: the words, without a suffix
        found = max(found, ".".join(words[: len(pattern)]), key=len)
    if words[1:2] == ["regions"]:
        region = words[2] if len(words) > 2 else ""  # noqa: PLR2004
    return _Place(
        resource=_real(arn) or found,
        name=name,
        kind=next((word for word in reversed(pattern[1:]) if word != _ANY), ""),
        region=region,
    )


def _real(arn: str) -> str:
    """Give an ARN as AWS writes it, so that other scanners' findings meet it; `""` for none."""
    if not arn.startswith("arn:"):
        return ""
    for own, real in _OWN_WORDS:
        arn = arn.replace(own, real, 1)
    return arn.removesuffix("/*") if ":s3:::" in arn else arn


def _walk(node: object, path: str) -> list[tuple[str, object]]:
    """Follow a path through the tree as far as it goes: each key, and what lies there."""
    words, at = path.split("."), 0
    steps: list[tuple[str, object]] = []
    while at < len(words):
        key = _next_key(node, words[at : at + _KEY_DOTS])
        if key is None:
            break
        node = node[int(key)] if isinstance(node, list) else dig(node, key)
        steps.append((key, node))
        at += key.count(".") + 1
    return steps


def _next_key(node: object, words: list[str]) -> str | None:
    """Give the key, or the index, with which a path goes on; None where the tree ends."""
    if isinstance(node, Mapping):
        keys = (".".join(words[: end + 1]) for end in range(len(words)))
        return next((key for key in keys if key in node), None)
    if isinstance(node, list):
        index = words[0]
        fits = index.isascii() and index.isdecimal() and len(index) <= _INDEX_DIGITS
        return index if fits and int(index) < len(node) else None
    return None


def _frameworks(compliance: object) -> str:
    """Put `[{"name": …, "version": …, "reference": …}]` into the form of the findings table."""
    ids: dict[str, list[str]] = {}
    for entry in compliance if isinstance(compliance, list) else []:
        name, reference = text(dig(entry, "name")), text(dig(entry, "reference"))
        if name and reference:
            framework = f"{name} {text(dig(entry, 'version'))}".strip()
            ids.setdefault(framework, []).append(reference)
    return json.dumps(ids, ensure_ascii=False) if ids else ""
