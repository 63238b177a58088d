"""Days are read in the ways in which people and spreadsheets write them, and never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapfolio.engagement import days

LAST = date(2026, 12, 31)


@pytest.mark.parametrize(
    "text",
    ["2026-02-30", "2026-1-1", "31.12.2026", "20261231", "2026-W01-1", "", "today", "२०२६-01-01"],
)
def test_a_command_takes_one_form_only(text: str) -> None:
    with pytest.raises(ValueError, match=r"no date|no such day"):
        days.day(text)


def test_an_end_is_a_day_or_a_number_of_days() -> None:
    assert days.day("2026-12-31") == LAST
    assert days.ending("2026-12-31", date(2026, 12, 31)) == LAST
    assert days.ending("30d", date(2026, 12, 1)) == LAST
    assert days.ending("30 d", date(2026, 12, 1)) == LAST


@pytest.mark.parametrize("text", ["2026-11-30", "-3d", "3w", "99999d", "90"])
def test_an_end_before_the_beginning_or_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"before the first day, 2026-12-01|no date"):
        days.ending(text, date(2026, 12, 1))


@pytest.mark.parametrize(
    "text",
    [
        *("2026-12-31", "2026/12/31", "2026-12-31 00:00:00", " 2026-12-31 ", "2026-12-31T00:00"),
        *("31.12.2026", "31. 12. 2026", "31/12/2026", "12/31/2026", "31-12-2026"),
        *("31 December 2026", "31-Dec-2026", "31. Dec. 2026", "December 31, 2026", "Dec 31 2026"),
    ],
)
def test_a_sheet_may_hold_a_day_in_any_form_that_can_only_be_one(text: str) -> None:
    assert days.from_sheet(text) == LAST


def test_a_day_that_could_be_two_is_refused_and_both_are_named() -> None:
    assert days.from_sheet("07/07/2026") == date(2026, 7, 7)
    with pytest.raises(ValueError, match="could be 7 January or 1 July; write it as"):
        days.from_sheet("01/07/2026")


@pytest.mark.parametrize(
    "text",
    ["30/02/2026", "13/13/2026", "1-Jul-26", "31 Nov 2026", "1 Juli 2026", "46204", "0/1/2026"],
)
def test_what_is_no_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"no date|no such day|no month"):
        days.from_sheet(text)


@given(st.dates(min_value=date(1000, 1, 1)))
def test_every_day_reads_back(day: date) -> None:
    assert days.day(day.isoformat()) == day
    assert days.from_sheet(day.isoformat()) == day
    assert days.from_sheet(f"{day:%d.%m.%Y}") == day
    assert days.from_sheet(f"{day.day} {day:%B %Y}") == day


@given(st.text())
def test_any_text_is_a_day_or_refused_on_one_line(text: str) -> None:
    for read in (days.day, days.from_sheet):
        told = ""
        try:
            read(text)
        except ValueError as error:
            told = str(error)
        assert told.isprintable()
