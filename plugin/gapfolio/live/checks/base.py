"""What a check of the probe is: a rule in words, and a function that reads and judges."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from gapfolio.live.checks.places import Account, Place, Whole
from gapfolio.model import Severity, Status

Reach: TypeAlias = Literal["global", "regional", "account"]
"""`global`: once, the service has no Regions. `regional`: a verdict in each Region. `account`:
one verdict, from all Regions together."""


@dataclass(frozen=True)
class Verdict:
    """What a check says of one resource."""

    status: Status
    thing: Thing
    detail: str
    """One sentence on this resource, for the report."""


@dataclass(frozen=True)
class Thing:
    """A resource that is judged."""

    resource: str
    """ARN where there is one, else the id."""
    kind: str
    """Type of the resource, e.g. `AwsEc2Instance`."""
    name: str = ""
    tags: tuple[str, ...] = ()
    region: str = ""
    """Only of checks that are not regional; "" = the account as a whole."""

    def says(self, status: Status, detail: str) -> Verdict:
        """Judge it."""
        return Verdict(status, self, detail)


def account(of: Account) -> Thing:
    """Give the account itself as the thing that is judged."""
    return Thing(of.arn, "AwsAccount", of.id)


@dataclass(frozen=True)
class Check:
    """A check as the registry and docs/probe.md know it."""

    id: str
    title: str
    criterion: str
    """Criterion of the catalogue that it is evidence for."""
    service: str
    """AWS service as the catalogue labels it; not always that of the API that is called."""
    reach: Reach
    rule: str
    """When it passes, fails and leaves the answer to a person, in words."""
    settings: tuple[str, ...]
    """Keys of `[probe]` that change its verdict."""
    actions: tuple[str, ...]
    """IAM actions that it needs; nothing but reads."""
    severity: Severity
    run: Callable[[Any], Iterator[Verdict]]
    """Takes a `Place`, or a `Whole` if its reach is `account`."""


_Judge: TypeAlias = Callable[[Place], Iterator[Verdict]] | Callable[[Whole], Iterator[Verdict]]


def check(  # noqa: PLR0913 - one argument for each thing that docs/probe.md says of a check
    name: str,
    *,
    title: str,
    criterion: str,
    service: str,
    reach: Reach,
    rule: str,
    actions: tuple[str, ...],
    settings: tuple[str, ...] = (),
    severity: Severity = "medium",
) -> Callable[[_Judge], Check]:
    """Make a check of a function; `name` is its id."""

    def made(judge: _Judge) -> Check:
        words = " ".join(rule.split())
        return Check(
            name,
            title,
            criterion,
            service,
            reach,
            words,
            settings,
            actions,
            severity,
            judge,
        )

    return made
