"""Scope and period: what was looked at, when, and against what."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from gapfolio.catalogue import Catalogue
from gapfolio.engagement import Folder
from gapfolio.model import Assessment, ScanResult
from gapfolio.report.view import formats

MOST_ACCOUNTS = 250
MOST_MISSING = 40
NAME = 60
"""Characters of an account's name."""


@dataclass(frozen=True, slots=True)
class AccountRow:
    """An account in scope."""

    id: str
    name: str
    about: str
    """Environment and owner."""
    regions: str
    findings: str
    assured: str
    possible: str
    coverage: str


@dataclass(frozen=True, slots=True)
class ScanRow:
    """All scans of one scanner version."""

    scanner: str
    accounts: str
    first: str
    last: str
    checks: str
    findings: str
    remarks: str


@dataclass(frozen=True, slots=True)
class Criteria:
    """A category of the catalogue, as the yardstick of the audit."""

    title: str
    practices: str
    criteria: str


@dataclass(frozen=True, slots=True)
class Scope:
    """Scope and period."""

    words: str
    window: str
    grace: int
    accounts: tuple[AccountRow, ...]
    accounts_total: str
    accounts_cut: bool
    declared: bool
    outside: tuple[tuple[str, str], ...]
    missing: str
    """Accounts of the organization that are not in scope; "" = none, or no list was given."""
    missing_count: str
    regions: str
    scans: tuple[ScanRow, ...]
    criteria: tuple[Criteria, ...]
    sources: tuple[str, ...]
    described: bool
    """True when any account has a name, owner or environment."""


def scope(assessment: Assessment, catalogue: Catalogue, folder: Folder) -> Scope:
    """Build the section."""
    form = folder.engagement.report.date_format
    period = assessment.period
    until = period.end + timedelta(days=period.grace_days)
    accounts = tuple(
        AccountRow(
            id=account.id,
            name=formats.short(account.name, NAME),
            about=formats.short(" · ".join(p for p in (account.environment, account.owner) if p)),
            regions=formats.listed(account.regions, 3) or "–",
            findings=formats.number(account.findings),
            assured=formats.score(account.score.assured),
            possible=formats.score(account.score.possible),
            coverage=formats.percent(account.score.coverage),
        )
        for account in assessment.accounts[:MOST_ACCOUNTS]
    )
    outside = sorted(assessment.accounts_out_of_scope.items(), key=lambda item: (-item[1], item[0]))
    return Scope(
        words=folder.notes.scope,
        window=f"{formats.day(period.start, form)} to {formats.day(until, form)}",
        grace=period.grace_days,
        accounts=accounts,
        accounts_total=formats.number(len(assessment.accounts)),
        accounts_cut=len(assessment.accounts) > MOST_ACCOUNTS,
        declared=bool(folder.engagement.accounts),
        outside=tuple((formats.short(account, NAME), formats.number(n)) for account, n in outside),
        missing=_missing(assessment.accounts_missing),
        missing_count=formats.counted(len(assessment.accounts_missing), "account"),
        regions=", ".join(assessment.regions),
        scans=_scans(assessment.scans, form, period.timezone),
        criteria=_criteria(assessment, catalogue),
        sources=tuple(dict.fromkeys(category.source for category in catalogue.categories)),
        described=any(account.name or account.about for account in accounts),
    )


def _missing(found: Mapping[str, str]) -> str:
    labels = [
        formats.short(f"{account} {name}".strip(), NAME) for account, name in sorted(found.items())
    ]
    cut = len(labels) > MOST_MISSING + 1
    listed = formats.listed(labels, MOST_MISSING)
    return f"{listed}, all in assessment.json" if cut else listed


def _scans(scans: list[ScanResult], form: str, zone: str) -> tuple[ScanRow, ...]:
    groups: dict[tuple[str, str], list[ScanResult]] = defaultdict(list)
    for scan in scans:
        groups[scan.scanner, scan.version].append(scan)
    return tuple(
        ScanRow(
            scanner=" ".join(part for part in key if part),
            accounts=formats.number(len({scan.account for scan in group})),
            first=formats.moment(min(scan.observed_at for scan in group), form, zone),
            last=formats.moment(max(scan.observed_at for scan in group), form, zone),
            checks=formats.number(max(scan.checks for scan in group)),
            findings=formats.number(sum(scan.findings for scan in group)),
            remarks=_remarks(group),
        )
        for key, group in sorted(groups.items())
    )


def _remarks(group: list[ScanResult]) -> str:
    superseded = sum(scan.superseded for scan in group)
    stale = sum(scan.stale for scan in group)
    parts = (
        f"{formats.counted(superseded, 'finding')} superseded by a newer run" if superseded else "",
        f"{formats.counted(stale, 'scan')} outside the period" if stale else "",
        "local clock without a time zone" if any(scan.naive for scan in group) else "",
    )
    return "; ".join(part for part in parts if part)


def _criteria(assessment: Assessment, catalogue: Catalogue) -> tuple[Criteria, ...]:
    used = {practice.id for practice in assessment.practices}
    rows = []
    for category in catalogue.categories:
        own = [practice for practice in category.practices if practice.id in used]
        if own:
            rows.append(
                Criteria(
                    title=category.title,
                    practices=formats.number(len(own)),
                    criteria=formats.number(sum(len(practice.criteria) for practice in own)),
                )
            )
    return tuple(rows)
