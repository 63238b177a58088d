"""An engagement folder: who is audited, for which period, and the auditor's own words.

`gapfolio.toml` is optional: without it a report has one unnamed client, every account that the
findings show, and the calendar quarter of the newest finding. Unknown keys are errors.
"""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Annotated, Literal, TypeVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from gapfolio import decoding
from gapfolio.errors import EngagementError
from gapfolio.model import Period, Record

FILE = "gapfolio.toml"
NOTES = "notes.yaml"
_YEARS = (1970, 9000)
_T = TypeVar("_T")


class Person(Record, frozen=True, kw_only=True):
    """Somebody who prepared, reviewed or approved the report."""

    name: str
    role: str = ""
    organisation: str = ""


class People(Record, frozen=True, kw_only=True):
    """The people of the document control page."""

    prepared: list[Person] = msgspec.field(default_factory=list)
    reviewed: list[Person] = msgspec.field(default_factory=list)
    approved: list[Person] = msgspec.field(default_factory=list)


class Account(Record, frozen=True, kw_only=True):
    """An account under audit."""

    id: str
    name: str = ""
    owner: str = ""
    environment: str = ""


class ReportSettings(Record, frozen=True, kw_only=True):
    """How the report looks."""

    title: str = "Cloud security audit report"
    theme: str = "neutral"
    page: Literal["A4", "Letter"] = "A4"
    date_format: str = "%d %B %Y"
    tlp: Literal["", "TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"] = ""
    language: str = "en"
    version: str = "0.1"
    distribution: list[str] = msgspec.field(default_factory=list)
    sections_off: list[str] = msgspec.field(default_factory=list)


class Export(Record, frozen=True, kw_only=True):
    """Exports to write with every report."""

    profiles: list[str] = msgspec.field(default_factory=list)


class Probe(Record, frozen=True, kw_only=True):
    """How the client names what the AWS probe looks for (docs/probe.md).

    Lists of names hold patterns with `*`, compared without regard to case. An empty one stands for
    built-in names; what fits none of these is left to a person, not failed.
    """

    responder_roles: list[str] = msgspec.field(default_factory=list)
    break_glass: list[str] = msgspec.field(default_factory=list)
    network_roles: list[str] = msgspec.field(default_factory=list)
    clean_room: list[str] = msgspec.field(default_factory=list)
    response_rules: list[str] = msgspec.field(default_factory=list)
    response_workflows: list[str] = msgspec.field(default_factory=list)
    quarantine_groups: list[str] = msgspec.field(default_factory=list)
    artefact_buckets: list[str] = msgspec.field(default_factory=list)
    response_accounts: list[Annotated[str, msgspec.Meta(pattern="^[0-9]{12}$")]] = msgspec.field(
        default_factory=list
    )
    """Accounts that respond for all others; empty = not said."""
    purpose_tag: str = "purpose"
    """Tag whose value counts like a name."""
    zone_tag: str = "zone"
    owner_tags: list[str] = msgspec.field(
        default_factory=lambda: ["owner", "owned-by", "team", "contact", "work-queue"]
    )
    classification_tags: list[str] = msgspec.field(
        default_factory=lambda: [
            "classification",
            "data-classification",
            "data-class",
            "confidentiality",
        ]
    )
    criticality_tags: list[str] = msgspec.field(
        default_factory=lambda: ["criticality", "business-criticality", "business-impact"]
    )
    snapshot_days: Annotated[int, msgspec.Meta(ge=1)] = 31
    history_days: Annotated[int, msgspec.Meta(ge=1)] = 365
    restore_days: Annotated[int, msgspec.Meta(ge=1)] = 365


class AccountInput(Record, frozen=True, kw_only=True):
    """An input whose findings name no account, with the account that they are of."""

    path: str
    account: Annotated[str, msgspec.Meta(pattern="^[0-9]{12}$")]


class Engagement(Record, frozen=True, kw_only=True):
    """`gapfolio.toml`."""

    client: str = ""
    period: str = ""
    """`2026-Q3`, `2026-07`, `2026` or two dates with `..`; "" = quarter of the newest finding."""
    timezone: str = "UTC"
    grace_days: Annotated[int, msgspec.Meta(ge=0, le=366)] = 30
    status: Literal["draft", "final"] = "draft"
    accounts: list[Account] = msgspec.field(default_factory=list)
    """Accounts in scope; empty = every account that the findings show."""
    regions: list[str] = msgspec.field(default_factory=list)
    """Regions in scope; empty = not declared."""
    inputs: list[str | AccountInput] = msgspec.field(default_factory=list)
    mappings: list[str] = msgspec.field(default_factory=list)
    executed: list[str] = msgspec.field(default_factory=list)
    """Declarations such as `prowler=all`."""
    policy: str = "assured"
    people: People = msgspec.field(default_factory=People)
    report: ReportSettings = msgspec.field(default_factory=ReportSettings)
    export: Export = msgspec.field(default_factory=Export)
    probe: Probe = msgspec.field(default_factory=Probe)


class PracticeNotes(Record, frozen=True, kw_only=True):
    """The auditor's words on one practice."""

    cause: str = ""
    effect: str = ""
    response: str = ""
    """What management answers to this practice."""
    owner: str = ""
    due: date | None = None


class Notes(Record, frozen=True, kw_only=True):
    """`notes.yaml`: what only a person can write."""

    conclusion: str = ""
    scope: str = ""
    limitations: str = ""
    management_response: str = ""
    practices: dict[str, PracticeNotes] = msgspec.field(default_factory=dict)


@dataclass(frozen=True)
class Folder:
    """An engagement with the directory it was read from (None = there is none)."""

    engagement: Engagement
    notes: Notes
    directory: Path | None = None

    def files(self) -> list[Path]:
        """Give the engagement's own files that exist, for the evidence pack."""
        if self.directory is None:
            return []
        names = (FILE, NOTES, "waivers.yaml", "attestations.yaml", "not_applicable.yaml")
        return [self.directory / name for name in names if (self.directory / name).is_file()]


def read(directory: Path) -> Folder:
    """Read the engagement in a directory; one without `gapfolio.toml` is empty.

    Raises:
        EngagementError: naming file and key of what is wrong.
    """
    path = directory / FILE
    if not path.is_file():
        return Folder(Engagement(), Notes())
    engagement = _decode(path, Engagement)
    zone(engagement)
    seen: set[str] = set()
    for account in engagement.accounts:
        if not re.fullmatch(r"[0-9]{12}", account.id):
            raise EngagementError(f"{path}: accounts: {account.id!r} is not a 12-digit account id")
        if account.id in seen:
            raise EngagementError(f"{path}: accounts: {account.id} is listed twice")
        seen.add(account.id)
    if engagement.period:
        period_of(engagement.period, engagement)
    notes = directory / NOTES
    return Folder(
        engagement, _decode(notes, Notes) if notes.is_file() else Notes(), directory.resolve()
    )


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


def _decode(path: Path, kind: type[_T]) -> _T:
    try:
        syntax: Literal["toml", "yaml"] = "toml" if path.suffix == ".toml" else "yaml"
        return decoding.decode(path.read_bytes(), kind, syntax)
    except decoding.MalformedError as error:
        raise EngagementError(f"{path}: {error}") from error
    except OSError as error:
        raise EngagementError(f"{path}: cannot be read ({error.strerror})") from error
