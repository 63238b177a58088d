"""A practice as every section needs it: its result, its texts and the points it costs."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from gapfolio.catalogue import Catalogue
from gapfolio.model import (
    WEIGHTS,
    Assessment,
    Counts,
    Practice,
    PracticeResult,
    Reason,
    Step,
)
from gapfolio.report.view import formats, names, words
from gapfolio.report.view.names import Name
from gapfolio.report.view.words import Chip


@dataclass(frozen=True, slots=True)
class Item:
    """A result with its catalogue entry."""

    result: PracticeResult
    texts: Practice
    failed_points: Fraction
    """Points of 100 that its failing cells cost."""
    unknown_points: Fraction
    """Points that its unknown cells leave open."""

    @property
    def chip(self) -> Chip:
        """Its state as printed."""
        if self.result.state == "absent" and declared(self.result) == self.result.cells.absent:
            return words.NOT_APPLICABLE
        return words.STATES[self.result.state]


@dataclass(frozen=True, slots=True)
class Row:
    """A practice as a line of a table."""

    id: str
    title: str
    chip: Chip
    priority: str
    weight: str
    scored: bool
    """False: it is in no sum."""
    cells: Counts
    assured: str
    """g, 0–1."""
    possible: str
    failed_points: str
    unknown_points: str
    accounts: str
    anchor: Name


def items(assessment: Assessment, catalogue: Catalogue) -> list[Item]:
    """Join results and texts, in catalogue order."""
    texts = {practice.id: practice for practice in catalogue.practices()}
    total = assessment.scores.all.weight
    return [
        _item(result, texts.get(result.id) or _without_texts(result), total)
        for result in assessment.practices
    ]


def declared(result: PracticeResult) -> int:
    """Count the cells of a practice that left the sums because somebody declared it."""
    nothing = Reason.NOTHING_TO_ASSESS.name.lower()
    empty = sum(criterion.reasons.get(nothing, 0) for criterion in result.criteria)
    return max(0, result.cells.absent - empty)


def row(item: Item) -> Row:
    """Print a practice as a line of a table."""
    result = item.result
    return Row(
        id=result.id,
        title=result.title,
        chip=item.chip,
        priority=words.PRIORITIES.get(result.priority or "", "–"),
        weight=str(result.weight) if result.priority else "–",
        scored=result.assured is not None,
        cells=result.cells,
        assured="–" if result.assured is None else formats.decimals(result.assured),
        possible="–" if result.possible is None else formats.decimals(result.possible),
        failed_points=formats.score(item.failed_points),
        unknown_points=formats.score(item.unknown_points),
        accounts=formats.number(len(result.accounts_failing)),
        anchor=anchor(result.id),
    )


def anchor(practice: str) -> Name:
    """Name the place in the document where a practice is discussed."""
    return names.anchor("practice", practice)


def worst_first(found: list[Item]) -> list[Item]:
    """Sort by what failures cost, then by what is unknown, then by id."""
    return sorted(found, key=lambda i: (-i.failed_points, -i.unknown_points, i.result.id))


def _item(result: PracticeResult, texts: Practice, total: int) -> Item:
    share = Fraction(100 * result.weight, total) if total else Fraction(0)
    if result.assured is None or result.possible is None:
        return Item(result, texts, Fraction(0), Fraction(0))
    return Item(
        result,
        texts,
        failed_points=share * (1 - result.possible),
        unknown_points=share * (result.possible - result.assured),
    )


def _without_texts(result: PracticeResult) -> Practice:
    """Stand in for a practice that the catalogue at hand does not have."""
    return Practice(
        id=result.id,
        title=result.title,
        why="",
        section="",
        evidence=result.evidence,
        basis="said",
        priority=result.priority,
        nist_800_53=[],
        effect="",
        recommendation=[Step(do="See the catalogue that this assessment was made with.")],
    )


def weights() -> list[tuple[str, int]]:
    """Give the priorities with their weights, heaviest first."""
    return [(label, WEIGHTS[name]) for name, label in words.PRIORITIES.items()]
