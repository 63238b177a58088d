"""The arithmetic of the score, by hand."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest

from gapfolio.assess.score import AssuredPolicy, gap, printed, value
from gapfolio.model import Counts, Score


def cells(passed: int, failed: int = 0, unknown: int = 0, absent: int = 0) -> Counts:
    return Counts(passed=passed, failed=failed, unknown=unknown, absent=absent)


def test_a_practice_with_one_gap_is_worth_at_most_half() -> None:
    assert value(9, 9) == 1
    assert value(8, 9) == Fraction(8, 18)
    assert value(0, 9) == 0


def test_the_example_of_the_method_section_by_hand() -> None:
    score = AssuredPolicy().score(
        [
            (10, cells(1, failed=1)),
            (6, cells(2)),
            (3, cells(1, unknown=1)),
            (1, cells(0, absent=4)),
        ]
    )

    # Σw = 19; assured: 10·¼ + 6·1 + 3·¼ = 9.25; possible: 10·¼ + 6·1 + 3·1 = 11.5
    assert score.weight == 19
    assert score.assured == Fraction(925, 19)
    assert score.possible == Fraction(1150, 19)
    # coverage: 10·1 + 6·1 + 3·½ = 17.5
    assert score.coverage == Fraction(1750, 19)


def test_absent_cells_are_out_of_all_sums() -> None:
    with_absent = AssuredPolicy().score([(10, cells(1, failed=1, absent=5))])
    without = AssuredPolicy().score([(10, cells(1, failed=1))])

    assert with_absent.assured == without.assured
    assert with_absent.coverage == without.coverage


@pytest.mark.parametrize(
    "practices",
    [
        pytest.param([], id="no practice"),
        pytest.param([(10, cells(0, unknown=3))], id="nothing assessed"),
        pytest.param([(10, cells(0, absent=3))], id="nothing to assess"),
    ],
)
def test_there_is_no_number_when_nothing_was_assessed(practices: list[tuple[int, Counts]]) -> None:
    score = AssuredPolicy().score(practices)

    assert score.assured is None
    assert score.possible is None
    assert score.coverage == 0
    assert gap(score) is None


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (Fraction(573, 10), "57.3"),
        (Fraction(1145, 20), "57.3"),
        (Fraction(5724, 100), "57.2"),
        (Fraction(5725, 100), "57.3"),
        (Fraction(100), "100.0"),
        (Fraction(99996, 1000), "100.0"),
        (Fraction(0), "0.0"),
        (Fraction(1, 3), "0.3"),
    ],
)
def test_numbers_are_printed_with_one_decimal_half_up(number: Fraction, text: str) -> None:
    assert str(printed(number)) == text


def test_the_parts_of_the_gap_add_up_as_printed() -> None:
    score = Score(
        assured=Fraction(5725, 100),
        possible=Fraction(7594, 100),
        coverage=Fraction(81),
        weight=1,
        cells=Counts(),
    )
    parts = gap(score)

    assert parts == (Decimal("24.1"), Decimal("18.6"))
    assert printed(Fraction(5725, 100)) + sum(parts) == 100
