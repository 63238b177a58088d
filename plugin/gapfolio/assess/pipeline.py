"""Findings in, `Assessment` out: prepare the small tables, run the queries, count, score.

Everything here is a few thousand rows; the findings themselves stay in the engine.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from gapfolio.assess import declarations, tables, waivers
from gapfolio.assess.collect import collect
from gapfolio.assess.queries import query
from gapfolio.assess.request import Request
from gapfolio.engagement import groups, period_of, quarter, zone
from gapfolio.engine.base import Engine
from gapfolio.errors import EngagementError, InputError
from gapfolio.model import Assessment, Period, RunRecord

_CODE_ONLY = (
    "no account is in scope: this is on infrastructure code, and says nothing of an account"
)
STEPS = (
    "failed_services",
    "valid_runs",
    "looks",
    "spoken",
    "outdated",
    "standing",
    "check_runs",
    "evidence",
    "executed",
    "missing_regions",
    "damaged",
    "open_tags",
    "waived",
    "accepted",
    "judged",
    "excused",
    "cells",
)
"""Queries that become tables, in this order."""


def prepare(engine: Engine, request: Request) -> None:
    """Turn the loaded rows (`numbered`) into the table `findings`."""
    tables.put_aliases(engine, request.catalogue)
    tables.put_local_times(engine, zone(request.folder.engagement))
    tables.put_inputs(engine, request.inputs, request.runs)
    tables.put_formats(engine, request.snapshots)
    for name in ("scan_clock", "snapshots", "findings"):
        engine.derive(name, query(name))


def assess(
    engine: Engine, request: Request, progress: Callable[[str], None] = lambda _: None
) -> Assessment:
    """Assess the table `findings`.

    Raises:
        InputError: no account is in scope and nothing is known of code, so nothing can be said.
        EngagementError: the period, an account or a declaration makes no sense.
    """
    engagement = request.folder.engagement
    period = _period(engine, request, request.period or engagement.period)
    scans = list(
        engine.rows(
            "SELECT scanner, scanner_version, account, max(seen_at) AS seen_at, "
            "max(CASE WHEN is_snapshot THEN 1 ELSE 0 END) AS is_snapshot "
            "FROM findings GROUP BY scanner, scanner_version, account "
            "ORDER BY scanner, scanner_version, account"
        )
    )
    scope = _scope(request, scans)
    accounts = [id_ for id_ in scope if not request.accounts or id_ in request.accounts]
    if request.accounts:
        request = replace(request, folder=groups.concerning(request.folder, accounts))
    if not accounts:
        request = replace(request, notices=list(dict.fromkeys([*request.notices, _CODE_ONLY])))
    runs = [*request.runs, *_declared(request, scans)]
    runs += _supposed(scans, runs)
    versions = _versions(scans, runs)
    tables.put_catalogue(engine, request.catalogue, versions)
    tables.put_scope(engine, period, accounts, engagement.regions)
    tables.put_runs(engine, runs, request.inputs, request.catalogue)
    waivers.put(engine, request.folder, request.catalogue, period.end)
    attested = declarations.attested(request.folder, accounts, period.end)
    declarations.put(engine, attested, request.folder, request.catalogue, accounts, period.end)
    for name in STEPS:
        progress(name)
        engine.derive(name, query(name))
    return collect(
        engine,
        request,
        period=period,
        accounts=accounts,
        runs=runs,
        scanners=sorted(versions),
        attested=attested,
        scope=scope,
    )


def sort_findings(engine: Engine) -> None:
    """Create `findings_sorted`, which the exporters read: everything, in a stable order."""
    engine.sort("findings_sorted", query("findings_sorted"))


def _period(engine: Engine, request: Request, text: str) -> Period:
    if text:
        return period_of(text, request.folder.engagement)
    # the date of a file says little of its findings: it decides only where there is no other
    told = "own_at IS NOT NULL OR local_time IS NOT NULL"
    seen = next(
        engine.rows(
            f"SELECT coalesce(max(CASE WHEN {told} THEN seen_at END), max(seen_at)) AS newest "
            "FROM findings"
        )
    )["newest"]
    started = [run.record.started for run in request.runs if run.record.started and not run.void]
    moments = [tables.utc(moment) for moment in (seen, *started) if moment]
    if not moments:
        raise InputError(_nothing(request))
    return quarter(max(moments), request.folder.engagement)


def _nothing(request: Request) -> str:
    """Say in which files there was no finding, and what became of their content."""
    names = [item.name for item in request.inputs]
    more = f" and {len(names) - 1} more files" if len(names) > 1 else ""
    told = f" ({'; '.join(request.notices)})" if request.notices else ""
    return (
        f"{names[0] if names else 'run records'}{more}: no finding to report on{told}; if that is "
        "right, name --period and list the accounts in gapfolio.toml"
    )


def _scope(request: Request, scans: Sequence[dict[str, Any]]) -> list[str]:
    """Give the accounts in scope; none only where all that can be reported on is code.

    Raises:
        InputError: there is none.
        EngagementError: the report is to be on one that is not in scope.
    """
    found = [scan["account"] for scan in scans]
    declared = [account.id for account in request.folder.engagement.accounts]
    looked = [run.record.account for run in request.runs if not run.void]
    scope = declared or sorted({account for account in (*found, *looked) if account})
    if not scope:
        scope = list(request.accounts)
    if request.accounts:
        strange = sorted(set(request.accounts) - set(scope))
        if strange:
            raise EngagementError(
                f"--account {strange[0]}: not in scope; in scope are {', '.join(scope) or 'none'}"
            )
    code = set(request.catalogue.of_kind("code"))
    if not scope and not any(scan["scanner"] in code for scan in scans):
        raise InputError(
            "no account is in scope: the findings name none; say whose they are with "
            "--account ID, or list accounts in gapfolio.toml"
        )
    return scope


def _versions(scans: Sequence[dict[str, Any]], runs: Sequence[tables.Run]) -> dict[str, set[str]]:
    """Give the scanners in use with their versions; a scan that left nothing is in use too."""
    used: dict[str, set[str]] = {}
    for scan in scans:
        used.setdefault(scan["scanner"], set()).add(scan["scanner_version"])
    for run in runs:
        if not run.void:
            used.setdefault(run.record.scanner, set()).add(run.record.version)
    return used


def _declared(request: Request, scans: Sequence[dict[str, Any]]) -> list[tables.Run]:
    """Turn each declaration into a record for every scan that has none of its own."""
    recorded = {(run.record.scanner, run.record.account) for run in request.runs if not run.void}
    names = sorted({scan["scanner"] for scan in scans})
    declared: list[tables.Run] = []
    for declaration in request.executed:
        if declaration.scanner not in names:
            raise EngagementError(
                f"{declaration.text}: there are no findings of {declaration.scanner}, only of: "
                f"{', '.join(names) or 'none'}"
            )
        own = [scan for scan in scans if scan["scanner"] == declaration.scanner]
        if all(scan["is_snapshot"] for scan in own):
            raise EngagementError(
                f"{declaration.text}: {declaration.scanner} leaves a finding for everything it "
                "evaluates, so its silence shows that it did not look; leave the declaration out"
            )
        declared += [
            tables.Run(_full(scan, declaration.checks), origin=declaration.text)
            for scan in scans
            if scan["scanner"] == declaration.scanner
            and (declaration.scanner, scan["account"]) not in recorded
        ]
    return declared


def _supposed(scans: Sequence[dict[str, Any]], runs: Sequence[tables.Run]) -> list[tables.Run]:
    """Suppose a full run for each scan without a record: "if this was a full scan: X".

    Exports of a service are left out: what it evaluates is set there, not by a run.
    """
    recorded = {(run.record.scanner, run.record.account) for run in runs if not run.void}
    return [
        tables.Run(_full(scan), origin="", supposed=True)
        for scan in scans
        if scan["account"]
        and not scan["is_snapshot"]
        and (scan["scanner"], scan["account"]) not in recorded
    ]


def _full(scan: dict[str, Any], checks: Sequence[str] | None = None) -> RunRecord:
    return RunRecord(
        scanner=scan["scanner"],
        version=scan["scanner_version"],
        account=scan["account"],
        checks="all" if checks is None else list(checks),
        errors=[],
        started=scan["seen_at"],
        declared=True,
    )
