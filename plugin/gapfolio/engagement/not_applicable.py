"""`not_applicable.yaml`: what somebody declares not to apply, with a reason and an end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

import msgspec

from gapfolio.engagement.entries import Entry, blank
from gapfolio.model import AccountId, Record

FILE = "not_applicable.yaml"
_SAID = ("reason", "by")


class NotApplicable(Record, frozen=True, kw_only=True):
    """A practice or criterion that does not apply; refused where it fails."""

    practice: str = ""
    criterion: str = ""
    accounts: list[AccountId] = msgspec.field(default_factory=list)
    """Empty = all in scope."""
    reason: str
    by: str
    declared: date = msgspec.field(name="date")
    expires: date
    """The last day on which it holds."""


def faults(declared: Sequence[Entry[NotApplicable]]) -> Iterator[str]:
    """Say what is wrong with the declarations in themselves."""
    for entry in declared:
        said = entry.value
        yield from blank(entry, _SAID)
        if bool(said.practice) == bool(said.criterion):
            yield entry.fault("practice: name a practice or a criterion, one of them")
        if said.expires < said.declared:
            yield entry.fault(f"expires: {said.expires} is before its date, {said.declared}")
