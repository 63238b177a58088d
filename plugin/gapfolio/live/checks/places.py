"""Where a check looks: one Region of the account, or all of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeVar

from gapfolio.engagement import Probe
from gapfolio.live.checks.reading import Reader, UnansweredError

_T = TypeVar("_T")


@dataclass(frozen=True)
class Account:
    """The account under audit, and how the client names things in it."""

    id: str
    partition: str
    settings: Probe
    now: datetime
    """When the run began (UTC); ages are counted from it."""

    @property
    def arn(self) -> str:
        """The account as a resource."""
        return f"arn:{self.partition}:iam::{self.id}:root"


@dataclass(frozen=True)
class Place:
    """One Region of the account; for global services the one that they are called in."""

    account: Account
    reader: Reader

    @property
    def region(self) -> str:
        """The Region's name."""
        return self.reader.region

    @property
    def settings(self) -> Probe:
        """How the client names things."""
        return self.account.settings

    def get(self, service: str, operation: str, **parameters: Any) -> dict[str, Any]:
        """See `Reader.get`."""
        return self.reader.get(service, operation, **parameters)

    def all(self, service: str, operation: str, key: str, **parameters: Any) -> list[Any]:
        """See `Reader.all`."""
        return self.reader.all(service, operation, key, **parameters)

    def pages(self, service: str, operation: str, **parameters: Any) -> list[dict[str, Any]]:
        """See `Reader.pages`."""
        return self.reader.pages(service, operation, **parameters)

    def some(
        self, service: str, operation: str, key: str, keep: tuple[str, ...], **parameters: Any
    ) -> list[dict[str, Any]]:
        """See `Reader.some`."""
        return self.reader.some(service, operation, key, keep, **parameters)

    def arn(self, service: str, resource: str) -> str:
        """Write the ARN of a Regional resource of the account."""
        account = self.account
        return f"arn:{account.partition}:{service}:{self.region}:{account.id}:{resource}"


@dataclass
class Whole:
    """All Regions of the account that are read."""

    account: Account
    home: Place
    """Where global services are called."""
    places: tuple[Place, ...]
    unread: list[tuple[UnansweredError, str]] = field(default_factory=list)
    """What this check was not told, and the resource that it asked about ("" = a Region)."""

    @property
    def settings(self) -> Probe:
        """How the client names things."""
        return self.account.settings

    @property
    def complete(self) -> bool:
        """Whether every call was answered: only then "there is none" is known."""
        return not self.unread

    def each(self, look: Callable[[Place], Iterable[_T]]) -> list[_T]:
        """Gather what a function finds in each Region; one that fails is noted, and left out."""
        found: list[_T] = []
        for place in self.places:
            try:
                found += list(look(place))
            except UnansweredError as error:
                self.unread.append((error, ""))
        return found

    def within(self, region: str) -> bool:
        """Say whether a Region is one of those that are read."""
        return any(place.region == region for place in self.places)
