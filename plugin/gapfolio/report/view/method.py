"""Method and formula, with one practice of this report worked through by hand."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gapfolio.assess.score import NAME
from gapfolio.model import Assessment, PracticeResult, Score
from gapfolio.report.view import formats, practices
from gapfolio.report.view.names import Name
from gapfolio.report.view.practices import Item


@dataclass(frozen=True, slots=True)
class Weight:
    """A priority with its weight and how often it occurs."""

    priority: str
    weight: int
    practices: int
    total: int


@dataclass(frozen=True, slots=True)
class Example:
    """One practice, worked through."""

    id: str
    title: str
    anchor: Name
    weight: int
    passed: int
    failed: int
    unknown: int
    absent: int
    total: int
    low_mean: str
    low: str
    low_product: str
    high_mean: str
    high: str
    high_product: str
    coverage: str
    whole_low: bool
    whole_high: bool


@dataclass(frozen=True, slots=True)
class Sums:
    """The sums over all scored practices from which the headline follows."""

    practices: int
    left_out: int
    weight: int
    assured_sum: str
    possible_sum: str
    coverage_sum: str
    assured: str
    possible: str
    coverage: str


@dataclass(frozen=True, slots=True)
class Method:
    """The method section."""

    policy: str
    builtin: bool
    weights: tuple[Weight, ...]
    weight_total: int
    practices_total: int
    example: Example | None
    sums: Sums | None
    accepted: str
    """The second line, with accepted risk; "" where there is no waiver."""
    longest: str
    """How long a waiver may last."""


def method(assessment: Assessment, found: Sequence[Item]) -> Method:
    """Build the section; the worked example only where the built-in policy was used."""
    scored = [item.result for item in found if item.result.priority]
    counted = [result for result in scored if result.cells.total]
    builtin = assessment.scores.policy == NAME
    accepted = assessment.scores.accepted
    weights = tuple(
        Weight(label, weight, n := sum(r.weight == weight for r in counted), n * weight)
        for label, weight in practices.weights()
    )
    return Method(
        policy=assessment.versions.get("score", assessment.scores.policy),
        builtin=builtin,
        weights=weights,
        weight_total=sum(weight.total for weight in weights),
        practices_total=len(counted),
        example=_example(counted) if builtin and counted else None,
        sums=_sums(assessment.scores.all, counted, len(scored)) if builtin else None,
        accepted=formats.interval(accepted) if accepted else "",
        longest=formats.counted(assessment.exceptions.longest_days, "day"),
    )


def _example(counted: Sequence[PracticeResult]) -> Example:
    """Take the practice that shows most: passed, failed and unknown cells, and few of them."""

    def telling(result: PracticeResult) -> tuple[int, int, int]:
        cells = result.cells
        kinds = sum(bool(n) for n in (cells.passed, cells.failed, cells.unknown, cells.absent))
        return kinds, min(cells.passed, 2), -cells.total

    best = max(counted, key=telling)
    cells = best.cells
    low, high = best.assured or Fraction(0), best.possible or Fraction(0)
    low_mean = Fraction(cells.passed, cells.total)
    high_mean = Fraction(cells.passed + cells.unknown, cells.total)
    return Example(
        id=best.id,
        title=best.title,
        anchor=practices.anchor(best.id),
        weight=best.weight,
        passed=cells.passed,
        failed=cells.failed,
        unknown=cells.unknown,
        absent=cells.absent,
        total=cells.total,
        low_mean=formats.decimals(low_mean),
        low=formats.decimals(low),
        low_product=formats.decimals(best.weight * low),
        high_mean=formats.decimals(high_mean),
        high=formats.decimals(high),
        high_product=formats.decimals(best.weight * high),
        coverage=formats.decimals(Fraction(cells.known, cells.total)),
        whole_low=low_mean == 1,
        whole_high=high_mean == 1,
    )


def _sums(score: Score, counted: Sequence[PracticeResult], scored: int) -> Sums | None:
    if score.assured is None or score.possible is None:
        return None
    return Sums(
        practices=len(counted),
        left_out=scored - len(counted),
        weight=score.weight,
        assured_sum=formats.decimals(score.assured * score.weight / 100),
        possible_sum=formats.decimals(score.possible * score.weight / 100),
        coverage_sum=formats.decimals(score.coverage * score.weight / 100),
        assured=formats.score(score.assured),
        possible=formats.score(score.possible),
        coverage=formats.percent(score.coverage),
    )
