"""Numbers, dates and counts as the report prints them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from gapfolio.assess.score import printed
from gapfolio.model import Score, Scored

NARROW = "\N{NO-BREAK SPACE}"


def number(value: int) -> str:
    """Print a count: 4,310."""
    return f"{value:,}"


def counted(value: int, one: str, many: str = "") -> str:
    """Print a count with its noun: `1 cell`, `4,310 cells`."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def score(value: Fraction | None) -> str:
    """Print a score of 0–100 with one decimal; a dash where there is none."""
    return "–" if value is None else str(printed(value))


def percent(value: Fraction | None) -> str:
    """Print a percentage of 0–100."""
    return "–" if value is None else f"{printed(value)}{NARROW}%"


def decimals(value: Fraction, places: int = 3) -> str:
    """Print an exact number with so many decimals, half up."""
    exact = Decimal(value.numerator) / Decimal(value.denominator)
    return f"{exact.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP):,}"


def interval(value: Score) -> str:
    """Print a score with its interval: `Assured 57.3 (possible 75.9, coverage 81.0 %)`."""
    if value.assured is None or value.possible is None:
        return f"Not scored (coverage {printed(value.coverage)} %)"
    return (
        f"Assured {printed(value.assured)} (possible {printed(value.possible)}, "
        f"coverage {printed(value.coverage)} %)"
    )


def headline(scores: Scored) -> str:
    """Print the line that stands for the whole report."""
    part = scores.automated.assured
    return (
        f"{interval(scores.all)} · automated part {'not scored' if part is None else printed(part)}"
    )


def day(value: date, form: str) -> str:
    """Print a date in the engagement's format, a leading day without its zero."""
    text = value.strftime(form)
    return text.removeprefix("0") if form.startswith("%d ") else text


def moment(value: datetime | None, form: str, zone: str) -> str:
    """Print a moment to the minute, in a time zone; a dash where there is none."""
    if value is None:
        return "–"
    aware = value if value.tzinfo else value.replace(tzinfo=ZoneInfo("UTC"))
    local = aware.astimezone(ZoneInfo(zone))
    return f"{day(local.date(), form)}, {local:%H:%M}"


def size(value: int) -> str:
    """Print a number of bytes: 812 B, 3.1 MB."""
    for unit, bytes_in in (("GB", 10**9), ("MB", 10**6), ("kB", 10**3)):
        if value >= bytes_in:
            return f"{printed(Fraction(value, bytes_in))}{NARROW}{unit}"
    return f"{value}{NARROW}B"


def tally(counts: Mapping[str, int], labels: Mapping[str, str]) -> str:
    """Print counts by name, in the order of the labels, without zeros: `2 critical, 3 high`."""
    return ", ".join(
        f"{number(counts[name])} {label.lower()}"
        for name, label in labels.items()
        if counts.get(name)
    )


def short(text: str, most: int = 120) -> str:
    """Cut what would not fit into a line or a cell, and say how much was cut."""
    return text if len(text) <= most else f"{text[:most]}… (+{number(len(text) - most)} characters)"


def listed(items: Iterable[str], most: int = 20) -> str:
    """Print a list in one line, cut after `most` items with the number of the rest."""
    names = list(items)
    if len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {number(len(names) - most)} more"
