"""Periods of an audit, in the engagement's time zone."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from gapfolio.engagement.settings import FILE, Engagement
from gapfolio.errors import EngagementError
from gapfolio.model import Period

_YEARS = (1970, 9000)


def zone(engagement: Engagement) -> ZoneInfo:
    """Give the engagement's time zone.

    Raises:
        EngagementError: when no such zone exists.
    """
    try:
        return ZoneInfo(engagement.timezone)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:  # OSError: a directory of zones
        raise EngagementError(
            f"{FILE}: timezone: there is no zone {engagement.timezone!r}; write e.g. Europe/Berlin"
        ) from error


def period_of(text: str, engagement: Engagement) -> Period:
    """Read a period such as `2026-Q3`, `2026-07`, `2026` or `2026-07-01..2026-09-30`.

    Raises:
        EngagementError: when it is none of these.
    """
    try:
        start, end = _bounds(text)
    except ValueError as error:
        raise EngagementError(
            f"period {text!r}: write 2026-Q3, 2026-07, 2026 or 2026-07-01..2026-09-30"
        ) from error
    return Period(
        name=text,
        start=start,
        end=end,
        grace_days=engagement.grace_days,
        timezone=engagement.timezone,
    )


def quarter(moment: datetime, engagement: Engagement) -> Period:
    """Give the calendar quarter of a moment (UTC, naive or aware) in the engagement's zone."""
    utc = moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo("UTC"))
    local = utc.astimezone(zone(engagement))
    return period_of(f"{local.year}-Q{(local.month + 2) // 3}", engagement)


def evidence_window(period: Period) -> tuple[datetime, datetime]:
    """Give the moments (UTC, naive) from which and before which evidence counts."""
    local = ZoneInfo(period.timezone)
    after = period.end + timedelta(days=1 + period.grace_days)
    start, stop = (
        datetime.combine(day, time(), local).astimezone(ZoneInfo("UTC")).replace(tzinfo=None)
        for day in (period.start, after)
    )
    return start, stop


def _bounds(text: str) -> tuple[date, date]:
    start, end = _named(text)
    if end < start or not _YEARS[0] <= start.year <= end.year <= _YEARS[1]:
        raise ValueError(text)
    return start, end


def _named(text: str) -> tuple[date, date]:
    if match := re.fullmatch(r"(\d{4})-Q([1-4])", text):
        return _months(int(match[1]), 3 * int(match[2]) - 2, 3)
    if match := re.fullmatch(r"(\d{4})-(\d{2})", text):
        return _months(int(match[1]), int(match[2]), 1)
    if match := re.fullmatch(r"(\d{4})", text):
        return _months(int(match[1]), 1, 12)
    first, found, last = text.partition("..")
    if not found:
        raise ValueError(text)
    return date.fromisoformat(first), date.fromisoformat(last)


def _months(year: int, month: int, number: int) -> tuple[date, date]:
    last = month + number - 1
    return date(year, month, 1), date(year, last, monthrange(year, last)[1])
