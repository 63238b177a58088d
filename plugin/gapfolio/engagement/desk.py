"""Where entries are added to an engagement: judged as a report would judge them, then written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from gapfolio.catalogue import Catalogue
from gapfolio.engagement import against, append, attestations, not_applicable, waivers
from gapfolio.engagement.append import Addition
from gapfolio.engagement.attestations import Attestation
from gapfolio.engagement.entries import Entry
from gapfolio.engagement.folder import Folder, inspect
from gapfolio.engagement.not_applicable import NotApplicable
from gapfolio.engagement.notes import Notes
from gapfolio.engagement.periods import period_of, zone
from gapfolio.engagement.settings import FILE, Remediation
from gapfolio.engagement.waivers import Waiver
from gapfolio.errors import EngagementError

T = TypeVar("T", bound=msgspec.Struct)
_ANY = Waiver(id="", reason="", owner="", approver="", granted=date.min, expires=date.min)
_ID = re.compile(r"W-(\d{4})-(\d+)")


def folder(directory: Path) -> Folder:
    """Read the engagement of a directory, whose settings at least must be right.

    Raises:
        EngagementError: there is none, or they are not.
    """
    settings = directory / FILE
    if not settings.is_file():
        raise EngagementError(
            f"{settings}: there is no such file; run gapfolio init {directory}, or name the "
            "engagement's directory with --engagement"
        )
    found, faults = inspect(directory)
    for fault in faults:
        if fault.startswith(f"{settings}: "):
            raise EngagementError(fault)
    return found


@dataclass(frozen=True)
class Desk:
    """An engagement that is being added to."""

    directory: Path
    folder: Folder
    catalogue: Catalogue

    def today(self) -> date:
        """Give the day it is in the engagement's time zone."""
        return datetime.now(zone(self.folder.engagement)).date()

    def judged_on(self) -> date:
        """Give the day on which terms are judged: the period's last day, else today."""
        engagement = self.folder.engagement
        return period_of(engagement.period, engagement).end if engagement.period else self.today()

    def canonical(self, name: str) -> str:
        """Give the id of a practice or criterion in its own letter case, others as they are."""
        practice = self.catalogue.practice(name.partition(".")[0])
        if practice is None:
            return name
        names = [practice.id, *(criterion.id for criterion in practice.criteria)]
        return next((known for known in names if known.lower() == name.lower()), name)

    def wrong(self, key: str, name: str) -> str:
        """Say what is wrong with the value of a waiver's selector; "" if nothing is."""
        entry = Entry(Path(), 0, msgspec.structs.replace(_ANY, **{key: name}))
        found = against.faults(self._with("waivers", [entry]), self.catalogue)
        return next((fault.removeprefix(entry.fault(f"{key}: ")) for fault in found), "")

    def too_long(self, first: date, last: date) -> str:
        """Say why a waiver may not hold for so long; "" if it may."""
        longest = self.folder.engagement.waivers.longest_days
        if (last - first).days <= longest:
            return ""
        return (
            f"{last} is more than {longest} days after {first} (waivers.longest_days); let it end "
            "earlier, to be looked at again"
        )

    def next_id(self, year: int) -> str:
        """Give the next free id for a waiver of a year, such as `W-2026-03`."""
        found = (_ID.fullmatch(entry.value.id) for entry in self.folder.waivers)
        used = [int(match[2]) for match in found if match and int(match[1]) == year]
        return f"W-{year}-{max(used, default=0) + 1:02}"

    def waivers(self, new: Sequence[Waiver]) -> Addition:
        """Prepare waivers to be added; see `append.prepared`."""
        longest = self.folder.engagement.waivers.longest_days
        return self._prepared("waivers", waivers.FILE, new, lambda e: waivers.faults(e, longest))

    def attestations(self, new: Sequence[Attestation]) -> Addition:
        """Prepare attestations to be added; see `append.prepared`."""
        own = lambda e: attestations.faults(e, self.directory)  # noqa: E731
        return self._prepared("attestations", attestations.FILE, new, own)

    def not_applicable(self, new: Sequence[NotApplicable]) -> Addition:
        """Prepare declarations to be added; see `append.prepared`."""
        return self._prepared("not_applicable", not_applicable.FILE, new, not_applicable.faults)

    def _prepared(
        self,
        key: str,
        file: str,
        new: Sequence[T],
        own: Callable[[Sequence[Entry[T]]], Iterable[str]],
    ) -> Addition:
        def faults(entries: Sequence[Entry[T]]) -> Iterator[str]:
            yield from own(entries)
            yield from against.faults(self._with(key, entries), self.catalogue)

        return append.prepared(self.directory / file, new, faults)

    def _with(self, key: str, entries: Sequence[Entry[Any]]) -> Folder:
        """Give the engagement with nothing in it but these entries, to be judged alone."""
        settings = msgspec.structs.replace(self.folder.engagement, remediation=Remediation())
        empty = Folder(settings, Notes(), self.directory)
        own: dict[str, Any] = {key: tuple(entries)}
        return replace(empty, **own)
