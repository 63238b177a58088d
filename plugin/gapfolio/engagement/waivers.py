"""`waivers.yaml`: risks that the client has accepted, each by somebody and for a limited time.

A waiver never changes the score; it stands beside it, and a failure it covers is still a failure.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Annotated

import msgspec

from gapfolio.engagement.entries import Entry, blank
from gapfolio.engagement.terms import overlapping
from gapfolio.model import Record

FILE = "waivers.yaml"
SELECTORS = ("practice", "criterion", "check", "account", "region", "resource", "tag")
_SAID = ("reason", "owner", "approver")
_Text = Annotated[str, msgspec.Meta(min_length=1)]
Selector = _Text | Annotated[list[_Text], msgspec.Meta(min_length=1)] | None
"""One value, or several of which one must match; None = not asked."""


class Waiver(Record, frozen=True, kw_only=True):
    """A risk that was accepted; all selectors that are given must match."""

    id: _Text
    practice: Selector = None
    criterion: Selector = None
    check: Selector = None
    """`scanner:check`, or the id of a check of any scanner."""
    account: Selector = None
    region: Selector = None
    resource: Selector = None
    """ARN or id; `*` stands for any text, `?` for one character."""
    tag: Selector = None
    """As the scanner wrote it, such as `env=dev`; with `*` and `?`."""
    reason: str
    owner: str
    approver: str
    ticket: str = ""
    granted: date
    expires: date
    """The last day on which it holds."""

    def selects(self) -> dict[str, list[str]]:
        """Give the selectors that are asked, each with its values."""
        given = {name: getattr(self, name) for name in SELECTORS}
        return {
            name: sorted(set(value)) if isinstance(value, list) else [value]
            for name, value in given.items()
            if value is not None
        }


def faults(waivers: Sequence[Entry[Waiver]], longest_days: int) -> Iterator[str]:
    """Say what is wrong with the waivers in themselves."""
    lines: dict[str, int] = {}
    for entry in waivers:
        waiver = entry.value
        yield from blank(entry, _SAID)
        if waiver.id in lines:
            yield entry.fault(f"id: {waiver.id} stands in line {lines[waiver.id]} already")
        lines.setdefault(waiver.id, entry.line)
        if not waiver.selects():
            yield entry.fault(f"{waiver.id}: selects nothing; name one of {', '.join(SELECTORS)}")
        yield from _term_faults(entry, longest_days)
    yield from _overlaps(waivers)


def _term_faults(entry: Entry[Waiver], longest_days: int) -> Iterator[str]:
    waiver = entry.value
    if waiver.expires < waiver.granted:
        yield entry.fault(
            f"expires: {waiver.expires} is before the day it was granted, {waiver.granted}"
        )
    elif waiver.expires - waiver.granted > timedelta(days=longest_days):
        yield entry.fault(
            f"expires: {waiver.expires} is more than {longest_days} days after {waiver.granted} "
            "(waivers.longest_days); let it end earlier, to be looked at again"
        )


def _overlaps(waivers: Sequence[Entry[Waiver]]) -> Iterator[str]:
    """Find waivers of the very same, of which nobody could say which one holds."""
    seen: dict[str, list[Entry[Waiver]]] = {}
    for entry in waivers:
        one = entry.value
        same = seen.setdefault(repr(one.selects()), [])
        for other in same:
            before = other.value
            if overlapping((one.granted, one.expires), (before.granted, before.expires)):
                yield entry.fault(
                    f"{one.id}: selects the same as {before.id} in line {other.line}, and their "
                    "terms overlap; end the first where the second begins"
                )
        same.append(entry)
