"""Counted cells, as the sums of the score need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from gapfolio.assess.queries import query
from gapfolio.engine.base import Engine
from gapfolio.model import Counts

Kind = Literal["automated", "attestation"]


@dataclass
class Tally:
    """Counted cells of every practice, as the sums need them."""

    cells: dict[tuple[str, str, str], Counts] = field(default_factory=dict)
    """(practice, account, kind) → cells."""
    supposed: dict[str, Counts] = field(default_factory=dict)
    """Practice → all its cells, if the scans without a record had been full ones."""

    accepted: dict[str, Counts] = field(default_factory=dict)
    """Practice → all its cells, those taken as passed whose open fails all have a valid waiver."""

    def of(
        self, practice: str, *, account: str | None = None, kinds: Iterable[Kind] | None = None
    ) -> Counts:
        """Add up the cells of a practice, of one account or of some kinds only."""
        wanted = set(kinds or ("automated", "attestation"))
        total = Counts()
        for place, kind in self._places[practice]:
            if kind in wanted and account in (None, place):
                total = total + self.cells[practice, place, kind]
        return total

    @property
    def _places(self) -> Mapping[str, list[tuple[str, str]]]:
        if not hasattr(self, "_index"):
            index: dict[str, list[tuple[str, str]]] = defaultdict(list)
            for practice, account, kind in self.cells:
                index[practice].append((account, kind))
            self._index = index
        return self._index


def count(engine: Engine) -> Tally:
    """Count the cells of every practice in every account."""
    made = Tally()
    for row in engine.rows(query("practice_accounts")):
        key = (row["practice"], row["account"], row["kind"])
        made.cells[key] = Counts(
            passed=int(row["passed"]),
            failed=int(row["failed"]),
            unknown=int(row["unknown"]),
            absent=int(row["absent"]),
        )
        waived = int(row["accepted"])
        made.accepted[row["practice"]] = made.accepted.get(row["practice"], Counts()) + Counts(
            passed=int(row["passed"]) + waived,
            failed=int(row["failed"]) - waived,
            unknown=int(row["unknown"]),
            absent=int(row["absent"]),
        )
        moved = int(row["unknown"]) - int(row["unknown_supposed"])
        made.supposed[row["practice"]] = made.supposed.get(row["practice"], Counts()) + Counts(
            passed=int(row["passed"]),
            failed=int(row["failed"]),
            unknown=int(row["unknown_supposed"]),
            absent=int(row["absent"]) + moved,
        )
    return made
