"""`gapfolio.toml`: who is audited, for which period, and how the report looks."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from gapfolio.exports.tables.contract import Table
from gapfolio.model import Priority, Record

FILE = "gapfolio.toml"
DAYS: dict[str, int] = {"critical": 14, "high": 30, "medium": 90, "low": 180}
"""Days from the first day a gap was seen open to its due date, by priority of the practice."""


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
    profile: dict[str, Table] = msgspec.field(default_factory=dict)
    """Profiles of one's own, by name."""


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


class WaiverRules(Record, frozen=True, kw_only=True):
    """What the client allows of waivers."""

    longest_days: Annotated[int, msgspec.Meta(ge=1, le=3660)] = 365
    """Days between granting and expiry, at most."""


class Organization(Record, frozen=True, kw_only=True):
    """What the client's AWS organization says of itself."""

    accounts: str = ""
    """File as `aws organizations list-accounts` writes it; accounts that it has and that are not
    in scope are named in the report."""


class DaysByPriority(Record, frozen=True, kw_only=True):
    """Days from the first day a gap was seen open to its due date."""

    critical: Annotated[int, msgspec.Meta(ge=0)] = DAYS["critical"]
    high: Annotated[int, msgspec.Meta(ge=0)] = DAYS["high"]
    medium: Annotated[int, msgspec.Meta(ge=0)] = DAYS["medium"]
    low: Annotated[int, msgspec.Meta(ge=0)] = DAYS["low"]


class RemediationRule(Record, frozen=True, kw_only=True):
    """Who mends a gap, and by when; of all rules that match, the first that says it decides."""

    practice: str = ""
    """Pattern with `*`; "" = any."""
    account: str = ""
    priority: Priority | Literal[""] = ""
    owner: str = ""
    days: Annotated[int, msgspec.Meta(ge=0)] | None = None


class Remediation(Record, frozen=True, kw_only=True):
    """Owners and due dates of the remediation plan."""

    days: DaysByPriority = msgspec.field(default_factory=DaysByPriority)
    rules: list[RemediationRule] = msgspec.field(default_factory=list)


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
    waivers: WaiverRules = msgspec.field(default_factory=WaiverRules)
    organization: Organization = msgspec.field(default_factory=Organization)
    remediation: Remediation = msgspec.field(default_factory=Remediation)
