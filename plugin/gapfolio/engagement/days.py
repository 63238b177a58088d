"""Days as people write them: in a command, and in a sheet that a spreadsheet has saved anew."""

from __future__ import annotations

import re
from datetime import date, timedelta

_ISO = re.compile(r"(\d{4})[-/](\d{1,2})[-/](\d{1,2})(?:[ T]00:00(?::00)?)?")
_DOTTED = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})")
_SLASHED = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})")
_DAY_FIRST = re.compile(r"(\d{1,2})[. -]\s?([A-Za-z]{3,9})[. ,-]\s?(\d{4})")
_MONTH_FIRST = re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}),? (\d{4})")
_MONTHS = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def day(text: str) -> date:
    """Read a day that is written as `2026-12-31`.

    Raises:
        ValueError: it is not; the message says why.
    """
    if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text, re.ASCII):
        raise ValueError(f"{text!r} is no date; write it as 2026-12-31")
    return _built(text, *map(int, text.split("-")))


def ending(text: str, first: date) -> date:
    """Read the last day of a term: a day, or a number of days after the first such as `90d`.

    Raises:
        ValueError: it is neither, or before the first day; the message says why.
    """
    if days := re.fullmatch(r"(\d{1,4})\s?d", text, re.ASCII):
        return first + timedelta(days=int(days[1]))
    last = day(text)
    if last < first:
        raise ValueError(f"{text} is before the first day, {first}")
    return last


def from_sheet(text: str) -> date:
    """Read a day as spreadsheets write it in any country, if it can only be one.

    Raises:
        ValueError: it is none, or could be two; the message says which.
    """
    text = " ".join(text.split())
    if found := _ISO.fullmatch(text):
        return _built(text, int(found[1]), int(found[2]), int(found[3]))
    if found := _DOTTED.fullmatch(text):  # nobody writes the month first with points
        return _built(text, int(found[3]), int(found[2]), int(found[1]))
    if found := _SLASHED.fullmatch(text):
        return _one_of_two(text, int(found[1]), int(found[2]), int(found[3]))
    if found := _DAY_FIRST.fullmatch(text):
        return _built(text, int(found[3]), _month(text, found[2]), int(found[1]))
    if found := _MONTH_FIRST.fullmatch(text):
        return _built(text, int(found[3]), _month(text, found[1]), int(found[2]))
    raise ValueError(f"{text!r} is no date; write it as 2026-12-31")


def _one_of_two(text: str, first: int, second: int, year: int) -> date:
    """Read `31/12/2026` or `12/31/2026`, which countries write in different order."""
    found = {
        _built(text, year, month, number)
        for number, month in ((first, second), (second, first))
        if month <= len(_MONTHS)
    }
    if not found:
        raise ValueError(f"{text!r}: there is no such day")
    if len(found) > 1:
        one, other = (f"{item.day} {item:%B}" for item in sorted(found))
        raise ValueError(f"{text!r} could be {one} or {other}; write it as 2026-12-31")
    return found.pop()


def _month(text: str, name: str) -> int:
    for number, month in enumerate(_MONTHS, 1):
        if month.startswith(name.lower()):
            return number
    raise ValueError(f"{text!r}: there is no month {name}; write it as 2026-12-31")


def _built(text: str, year: int, month: int, number: int) -> date:
    try:
        return date(year, month, number)
    except ValueError as error:
        raise ValueError(f"{text!r}: there is no such day") from error
