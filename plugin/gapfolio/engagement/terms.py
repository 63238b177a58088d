"""Terms of what a person declared: from a first day to a last one, judged on one day."""

from __future__ import annotations

from datetime import date
from typing import Literal

Term = Literal["valid", "expired", "not yet valid"]


def term(first: date, last: date, day: date) -> Term:
    """Give the state on a day; both ends belong to the term."""
    if day < first:
        return "not yet valid"
    return "valid" if day <= last else "expired"


def overlapping(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Tell whether two terms share a day."""
    return one[0] <= other[1] and other[0] <= one[1]
