"""The score, version 1: arithmetic on counted cells, exact, small enough to redo by hand.

- m = mean of a practice's cells (pass 1, fail 0); g = 1 if m = 1, else m/2, so that one gap keeps
  a practice at half or less and every fix moves it.
- w = weight of the practice's priority (critical 10, high 6, medium 3, low 1).
- Assured = 100·Σw·g(unknown→0)/Σw, Possible = 100·Σw·g(unknown→1)/Σw,
  Coverage = 100·Σw·(known cells/cells)/Σw.

A practice whose cells are all absent leaves every sum.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

from gapfolio.model import Counts, Score

VERSION = 1
NAME = "assured"
LIMITED = 70
"""Coverage (percent) under which "limited coverage" stands beside the score."""


def value(passed: int, total: int) -> Fraction:
    """Give g, 0–1, for a practice with `passed` of `total` cells (total > 0)."""
    mean = Fraction(passed, total)
    return mean if mean == 1 else mean / 2


def assured(cells: Counts) -> Fraction | None:
    """Give g with every unknown cell taken as failed; None when there is no cell."""
    return value(cells.passed, cells.total) if cells.total else None


def possible(cells: Counts) -> Fraction | None:
    """Give g with every unknown cell taken as passed; None when there is no cell."""
    return value(cells.passed + cells.unknown, cells.total) if cells.total else None


def coverage(cells: Counts) -> Fraction | None:
    """Give the share of cells with a verdict, 0–1; None when there is no cell."""
    return Fraction(cells.known, cells.total) if cells.total else None


class AssuredPolicy:
    """The built-in `ScorePolicy`."""

    name = NAME
    version = VERSION

    def score(self, practices: Iterable[tuple[int, Counts]]) -> Score:
        """Score weighted practices; assured and possible are None when nothing was assessed."""
        low = high = known = Fraction(0)
        weight = 0
        cells = Counts()
        for weighs, counts in practices:
            cells = cells + counts
            share = coverage(counts)
            if share is None:
                continue
            weight += weighs
            low += weighs * value(counts.passed, counts.total)
            high += weighs * value(counts.passed + counts.unknown, counts.total)
            known += weighs * share
        if not known:
            return Score(
                assured=None, possible=None, coverage=Fraction(0), weight=weight, cells=cells
            )
        return Score(
            assured=100 * low / weight,
            possible=100 * high / weight,
            coverage=100 * known / weight,
            weight=weight,
            cells=cells,
        )


def printed(number: Fraction) -> Decimal:
    """Round to one decimal, half up, as every printed score is."""
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def gap(score: Score) -> tuple[Decimal, Decimal] | None:
    """Split what is missing to 100 into (failures, unknown); both add up with the printed score.

    The unknown part is derived from the printed numbers: Possible − Assured.
    """
    if score.assured is None or score.possible is None:
        return None
    return Decimal(100) - printed(score.possible), printed(score.possible) - printed(score.assured)
