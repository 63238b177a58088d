"""Counts the cells and gathers everything that a report may say into one `Assessment`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from zoneinfo import ZoneInfo

from gapfolio import __version__, catalogue
from gapfolio.assess import declarations, waivers
from gapfolio.assess.practices import judged
from gapfolio.assess.queries import query
from gapfolio.assess.request import Request
from gapfolio.assess.rows import nested
from gapfolio.assess.tables import Run, executed
from gapfolio.assess.tally import Tally, count
from gapfolio.engine.base import Engine
from gapfolio.model import (
    AccountResult,
    Assessment,
    AttestationResult,
    CategoryResult,
    Conflict,
    Period,
    PracticeResult,
    RunResult,
    ScanResult,
    Score,
    Scored,
    Unmapped,
    Verdict,
)

FINDINGS_SCHEMA = 1
SEVERITIES = ("critical", "high", "medium", "low", "informational", "unknown")
_WORDS = 300
"""Characters of a scanner's sentence on what scanners disagree on."""


def collect(  # noqa: PLR0913 - what one assessment is made of
    engine: Engine,
    request: Request,
    *,
    period: Period,
    accounts: Sequence[str],
    runs: Sequence[Run],
    scanners: Collection[str],
    attested: Sequence[AttestationResult],
    scope: Sequence[str],
) -> Assessment:
    """Build the Assessment from the derived tables.

    `scanners` are those in use; `accounts` are those of the `scope` that the report is on.
    """
    engagement = request.folder.engagement
    tally = count(engine)
    practices = judged(engine, request.catalogue, tally, scanners)
    scored = [p for p in practices if p.priority]
    accounts_seen = _accounts_seen(engine)
    counts = _counts(engine)
    return Assessment(
        versions={
            "gapfolio": __version__,
            "catalogue": catalogue.VERSION,
            "findings_schema": str(FINDINGS_SCHEMA),
            "score": f"{request.policy.name} v{request.policy.version}",
        },
        client=engagement.client,
        title=engagement.report.title,
        status=engagement.status,
        period=period,
        accounts=_accounts(request, accounts, accounts_seen, scored, tally),
        accounts_out_of_scope={
            account: sum(number for number in regions.values())
            for account, (_, regions) in accounts_seen.items()
            if account and account not in scope
        },
        regions=list(engagement.regions),
        scores=_scores(request, scored, tally, runs),
        categories=_categories(request, scored, tally),
        practices=practices,
        inputs=list(request.inputs),
        runs=[_run(run, request) for run in runs if not run.supposed],
        scans=_scans(engine),
        counts=counts,
        service_models=nested(engine.rows(query("service_models")), "model", "status"),
        unmapped=_unmapped(engine, request),
        conflicts=_conflicts(engine),
        blanks=[],
        notices=[*request.notices],
        exceptions=waivers.exceptions(engine, request.folder, period.end),
        attestations=list(attested),
        not_applicable=declarations.not_applicable(engine, request.folder, accounts, period.end),
        accounts_missing=_missing(request, scope),
        part=_part(request, accounts, scope),
    )


def _part(request: Request, accounts: Sequence[str], scope: Sequence[str]) -> str:
    """Say on which part of the scope the report is; nothing where it is on all of it."""
    if len(accounts) == len(scope):
        return ""
    return f"{len(accounts)} of {len(scope)} accounts in scope ({request.part})"


def _missing(request: Request, scope: Sequence[str]) -> dict[str, str]:
    """Give the organization's accounts that are not in scope, id to name."""
    organization = request.folder.organization or {}
    return {id_: name for id_, name in sorted(organization.items()) if id_ not in scope}


def _scores(
    request: Request, practices: Sequence[PracticeResult], tally: Tally, runs: Sequence[Run]
) -> Scored:
    supposed = any(run.supposed for run in runs)
    return Scored(
        policy=request.policy.name,
        version=request.policy.version,
        all=request.policy.score((p.weight, p.cells) for p in practices),
        automated=_automated(request, practices),
        accepted=request.policy.score((p.weight, tally.accepted[p.id]) for p in practices)
        if request.folder.waivers
        else None,
        if_executed=request.policy.score((p.weight, tally.supposed[p.id]) for p in practices)
        if supposed
        else None,
    )


def _automated(request: Request, practices: Iterable[PracticeResult]) -> Score:
    return request.policy.score(
        (p.weight, p.automated_cells) for p in practices if p.evidence != "manual"
    )


def _categories(
    request: Request, practices: Sequence[PracticeResult], tally: Tally
) -> list[CategoryResult]:
    results = []
    for category in request.catalogue.categories:
        own = [p for p in practices if p.category == category.id]
        if not own:
            continue
        states: dict[str, int] = defaultdict(int)
        severities: dict[str, int] = dict.fromkeys(SEVERITIES, 0)
        for practice in own:
            states[practice.state] += 1
            for severity, number in practice.severities.items():
                severities[severity] += number
        results.append(
            CategoryResult(
                id=category.id,
                title=category.title,
                all=request.policy.score((p.weight, p.cells) for p in own),
                automated=_automated(request, own),
                practices=dict(states),
                severities=severities,
            )
        )
    return results


def _accounts(
    request: Request,
    accounts: Sequence[str],
    seen: Mapping[str, tuple[str, dict[str, int]]],
    practices: Sequence[PracticeResult],
    tally: Tally,
) -> list[AccountResult]:
    described = {account.id: account for account in request.folder.engagement.accounts}
    results = []
    for account in accounts:
        name, regions = seen.get(account, ("", {}))
        about = described.get(account)
        cells = {p.id: tally.of(p.id, account=account) for p in practices}
        results.append(
            AccountResult(
                id=account,
                name=(about.name if about else "") or name,
                owner=about.owner if about else "",
                environment=about.environment if about else "",
                findings=sum(regions.values()),
                regions=sorted(region for region in regions if region),
                score=request.policy.score((p.weight, cells[p.id]) for p in practices),
                categories={
                    category: request.policy.score(
                        (p.weight, cells[p.id]) for p in practices if p.category == category
                    )
                    for category in dict.fromkeys(p.category for p in practices)
                },
            )
        )
    return results


def _accounts_seen(engine: Engine) -> dict[str, tuple[str, dict[str, int]]]:
    seen: dict[str, tuple[str, dict[str, int]]] = {}
    for row in engine.rows(query("account_findings")):
        name, regions = seen.get(row["account"], ("", {}))
        seen[row["account"]] = (
            name or row["account_name"],
            {**regions, row["region"]: int(row["findings"])},
        )
    return seen


def _scans(engine: Engine) -> list[ScanResult]:
    grouped: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in engine.rows(query("scans")):
        key = (row["scanner"], row["scanner_version"], row["account"], row["seen_at"])
        grouped[key].append(row)
    return [
        ScanResult(
            scanner=scanner,
            version=version,
            account=account,
            observed_at=seen_at.replace(tzinfo=ZoneInfo("UTC")),
            naive=any(row["naive"] for row in rows),
            regions=[row["region"] for row in rows if row["region"]],
            checks=max(int(row["checks"]) for row in rows),
            findings=sum(int(row["findings"]) for row in rows),
            superseded=sum(int(row["superseded"]) for row in rows),
            stale=any(int(row["stale"]) for row in rows),
        )
        for (scanner, version, account, seen_at), rows in grouped.items()
    ]


def _run(run: Run, request: Request) -> RunResult:
    record = run.record
    errors: dict[str, dict[str, int]] = {}
    for error in sorted(record.errors or (), key=lambda e: (e.service, e.region)):
        regions = errors.setdefault(error.service, {})
        regions[error.region] = regions.get(error.region, 0) + error.count
    return RunResult(
        scanner=record.scanner,
        version=record.version,
        account=record.account,
        regions=record.regions,
        arguments=record.arguments,
        checks=len(executed(record, request.catalogue)),
        errors=None if record.errors is None else errors,
        started=record.started,
        ended=record.ended,
        exit_code=record.exit_code,
        declared=record.declared,
        partial=record.partial,
        void=run.void,
        origin=run.origin,
    )


def _unmapped(engine: Engine, request: Request) -> list[Unmapped]:
    grouped: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    titles: dict[tuple[str, str], str] = {}
    code: set[tuple[str, str]] = set()
    for row in engine.rows(query("unmapped")):
        key = (row["scanner"], row["check_id"])
        grouped[key][row["status"]] = int(row["findings"])
        titles[key] = row["title"]
        if row["scored_as_code"]:
            code.add(key)
    return [
        Unmapped(
            scanner=key[0],
            check=key[1],
            title=titles[key],
            reason=request.catalogue.out_of_scope.get(key, ""),
            findings=findings,
            scored_as_code=key in code,
        )
        for key, findings in grouped.items()
    ]


def _conflicts(engine: Engine) -> list[Conflict]:
    grouped: dict[tuple[str, str, str], dict[str, list[Verdict]]] = {}
    for row in engine.rows(query("conflicts")):
        key = (row["criterion"], row["account"], row["matter"])
        said = grouped.setdefault(key, {"pass": [], "fail": []})
        said[row["status"]].append(_verdict(row))
    return [
        Conflict(
            criterion=criterion,
            account=account,
            matter=matter,
            passed_by=said["pass"],
            failed_by=said["fail"],
        )
        for (criterion, account, matter), said in grouped.items()
    ]


def _verdict(row: Mapping[str, Any]) -> Verdict:
    words = " ".join((row["detail"] or row["title"] or "").split())
    return Verdict(
        check=f"{row['scanner']}:{row['check_id']}",
        findings=int(row["findings"]),
        region=row["region"],
        resource=row["resource"],
        detail=words if len(words) <= _WORDS else f"{words[: _WORDS - 1]}…",
        input=row["input"],
        row=int(row["input_row"]),
    )


def _counts(engine: Engine) -> dict[str, int]:
    counts = dict.fromkeys(
        ("findings", "current", "duplicate", "superseded", "stale", "out_of_scope", "muted"), 0
    )
    for row in engine.rows(query("counts")):
        counts["findings"] += int(row["findings"])
        counts[row["standing"]] = int(row["findings"])
        counts["muted"] += int(row["muted"])
        counts["undated"] = counts.get("undated", 0) + int(row["undated"])
    return counts
