"""What is to be mended, grouped: the same practice, the same owner, the same due date."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from gapfolio.model import WEIGHTS, Assessment, RemediationItem


@dataclass(frozen=True, slots=True)
class Gap:
    """A practice with all accounts in which the same person mends it by the same day."""

    practice: str
    weight: int
    owner: str
    due: date | None
    overdue: int
    """Days past the due date on the last day of the period."""
    accounts: tuple[str, ...]
    findings: int
    accepted: int
    since: date | None
    attested: bool = False
    """True: no scanner found any of it, a person attested it."""

    @property
    def settled(self) -> bool:
        """True where nothing is due, because all of it is accepted."""
        return self.due is None and 0 < self.findings == self.accepted

    @property
    def rank(self) -> tuple[date, bool, int, str, str]:
        """Order gaps: by due date, what is accepted last, then by weight and name."""
        return self.due or date.max, self.settled, -self.weight, self.practice, self.owner

    @property
    def places(self) -> int:
        """Count its accounts; infrastructure code counts like one."""
        return len(self.accounts) or 1


def gaps(assessment: Assessment) -> list[Gap]:
    """Give what fails: the earliest due date first, then what has none."""
    return sorted(_found(assessment.remediation), key=lambda gap: gap.rank)


def _found(items: list[RemediationItem]) -> Iterator[Gap]:
    groups: dict[tuple[str, str, date | None], list[RemediationItem]] = defaultdict(list)
    for item in items:
        groups[item.practice, item.owner, item.due].append(item)
    for (practice, owner, due), group in groups.items():
        yield Gap(
            practice=practice,
            weight=WEIGHTS[group[0].priority],
            owner=owner,
            due=due,
            overdue=max(item.overdue for item in group),
            accounts=tuple(sorted(item.account for item in group)),
            findings=sum(item.findings for item in group),
            accepted=sum(item.accepted for item in group),
            attested=all(item.attested and not item.findings for item in group),
            since=min((item.open_since for item in group if item.open_since), default=None),
        )
