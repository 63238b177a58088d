"""Records that tools import, a dictionary each: practices, gaps, exceptions, posture, remediation.

Findings are not among them: their table is written by the engine, row by row never seen here. The
fields of every record type are documented in docs/exports.md.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from gapfolio import resources
from gapfolio.assess.engine import Engine
from gapfolio.assess.score import printed
from gapfolio.model import Assessment, CriterionResult, PracticeResult, RemediationItem

Row = Mapping[str, object]
SEVERITIES = ("", "critical", "high", "medium", "low", "informational")
_POSTURE = {"pass": "pass", "fail": "fail", "unknown": "not_checked", "absent": "not_applicable"}
_ERRORS = frozenset(("error", "calls_failed", "damaged", "region_missing"))


def practices(assessment: Assessment, _: Engine) -> Iterator[Row]:
    """Give a record for each practice."""
    for practice in assessment.practices:
        cells = practice.cells
        yield {
            **_practice(assessment, practice),
            "key": practice.id,
            "evidence": practice.evidence,
            "state": practice.state,
            "assured": _percent(practice.assured),
            "possible": _percent(practice.possible),
            "coverage": _percent(practice.coverage),
            "cells": cells.total,
            "cells_passed": cells.passed,
            "cells_failed": cells.failed,
            "cells_unknown": cells.unknown,
            "cells_absent": cells.absent,
            "attestation_cells_unknown": practice.attestation.unknown,
            "accounts_failing": len(practice.accounts_failing),
            "account_ids_failing": " ".join(practice.accounts_failing),
            "findings_failed": practice.findings.get("fail", 0),
            "findings_muted": practice.findings.get("muted_fail", 0),
            "findings_passed": practice.findings.get("pass", 0),
            **{f"failed_{s}": practice.severities.get(s, 0) for s in SEVERITIES if s},
        }


def gaps(assessment: Assessment, engine: Engine) -> Iterator[Row]:
    """Give a record for each criterion and account that fails, and for each that was closed.

    The key, `criterion:account`, is the same in every period, whatever the order of the input.
    """
    places = {p.id: p for p in assessment.practices}
    plan = {(item.practice, item.account): item for item in assessment.remediation}
    details = _details(engine)
    for row in engine.rows(_query("gaps")):
        where = (row["criterion"], row["account"])
        practice = places[row["practice"]]
        item = plan.get((practice.id, row["account"]))
        accepted = row["accepted"] == row["findings"]
        yield {
            **_gap(assessment, practice, *where),
            "state": "accepted" if accepted else "open",
            "findings": int(row["findings"]),
            "accepted": int(row["accepted"]),
            "resources": "\n".join(details[(*where, "resource")]),
            "resources_total": int(row["resources"]),
            "severity": SEVERITIES[int(row["severity"])],
            "first_seen": row["first_seen"],
            "open_since": row["open_since"],
            "status_date": row["seen_at"],
            **_planned(item),
            **_listed(details, where),
        }
    yield from _closed(assessment, engine, places)


def exceptions(assessment: Assessment, _: Engine) -> Iterator[Row]:
    """Give a record for each waiver."""
    for waiver in assessment.exceptions.waivers:
        selects = "; ".join(f"{name} {', '.join(v)}" for name, v in waiver.selects.items())
        yield {
            "key": waiver.id,
            "period": assessment.period.name,
            "client": assessment.client,
            "name": f"{waiver.id}: {selects}",
            "selects": selects,
            "reason": waiver.reason,
            "owner": waiver.owner,
            "approver": waiver.approver,
            "ticket": waiver.ticket,
            "granted": waiver.granted,
            "expires": waiver.expires,
            "state": waiver.state,
            "days_left": waiver.days_left,
            "findings": waiver.findings,
            "practices": " ".join(waiver.practices),
            "accounts": " ".join(waiver.accounts),
        }


def posture(assessment: Assessment, engine: Engine) -> Iterator[Row]:
    """Give a record for each cell of a criterion, what was not assessed included."""
    statements = {c.id: (p, c) for p in assessment.practices for c in p.criteria}
    names = {account.id: account.name for account in assessment.accounts}
    for row in engine.rows(
        "SELECT criterion, account, state, reason FROM cells WHERE criterion <> '' "
        "ORDER BY criterion, account"
    ):
        practice, criterion = statements[row["criterion"]]
        result = "error" if row["reason"] in _ERRORS else _POSTURE[row["state"]]
        yield {
            "key": f"{criterion.id}:{row['account']}",
            "period": assessment.period.name,
            "practice": practice.id,
            "practice_title": practice.title,
            "criterion": criterion.id,
            "statement": criterion.statement,
            "account": row["account"],
            "account_name": names.get(row["account"], ""),
            "state": row["state"],
            "result": result,
            "reason": row["reason"].replace("_", " "),
            "status_date": assessment.period.end,
        }


def remediation(assessment: Assessment, _: Engine) -> Iterator[Row]:
    """Give a record for each practice and account of the remediation plan."""
    for item in assessment.remediation:
        yield {
            "key": f"{item.practice}:{item.account}",
            "period": assessment.period.name,
            "practice": item.practice,
            "priority": item.priority,
            "account": item.account,
            "findings_open": item.findings,
            "findings_accepted": item.accepted,
            "attested": "true" if item.attested else "false",
            "open_since": item.open_since,
            **_planned(item),
        }


RECORDS: dict[str, Callable[[Assessment, Engine], Iterator[Row]]] = {
    "practices": practices,
    "gaps": gaps,
    "exceptions": exceptions,
    "posture": posture,
    "remediation": remediation,
}
"""Record type to its rows, sorted by key or in catalogue order."""


def _query(name: str) -> str:
    return resources.text("exports", f"{name}.sql").strip()


def _practice(assessment: Assessment, practice: PracticeResult) -> dict[str, object]:
    return {
        "period": assessment.period.name,
        "client": assessment.client,
        "practice": practice.id,
        "practice_title": practice.title,
        "category": practice.category,
        "priority": practice.priority or "",
        "weight": practice.weight,
        "why": practice.why,
        "effect": practice.effect,
        "recommendation": "\n".join(practice.recommendation),
        "nist_800_53": " ".join(practice.nist_800_53),
    }


def _gap(
    assessment: Assessment, practice: PracticeResult, criterion: str, account: str
) -> dict[str, object]:
    about = next((a for a in assessment.accounts if a.id == account), None)
    statement = _statement(practice.criteria, criterion)
    return {
        **_practice(assessment, practice),
        "key": f"{criterion}:{account}",
        "name": f"{practice.id} {practice.title}: {account or 'infrastructure code'}",
        "criterion": criterion,
        "statement": statement,
        "account": account,
        "account_name": about.name if about else "",
        "account_owner": about.owner if about else "",
        "environment": about.environment if about else "",
    }


def _statement(criteria: list[CriterionResult], name: str) -> str:
    return next((criterion.statement for criterion in criteria if criterion.id == name), "")


def _planned(item: RemediationItem | None) -> dict[str, object]:
    return {
        "owner": item.owner if item else "",
        "due": item.due if item else None,
        "days_overdue": item.overdue if item else 0,
    }


def _details(engine: Engine) -> dict[tuple[str, str, str], list[str]]:
    details: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in engine.rows(_query("gap_details")):
        details[row["criterion"], row["account"], row["kind"]].append(row["value"])
    for row in engine.rows(_query("gap_resources")):
        details[row["criterion"], row["account"], "resource"].append(row["resource"])
    return details


def _listed(
    details: Mapping[tuple[str, str, str], list[str]], where: tuple[str, str]
) -> dict[str, object]:
    found = {
        kind: details.get((*where, kind), []) for kind in ("check", "service", "region", "waiver")
    }
    return {
        "checks": " ".join(found["check"]),
        "scanners": " ".join(sorted({check.partition(":")[0] for check in found["check"]})),
        "services": " ".join(found["service"]),
        "regions": " ".join(found["region"]),
        "waivers": " ".join(found["waiver"]),
        "frameworks": _frameworks(details.get((*where, "frameworks"), [])),
    }


def _frameworks(texts: list[str]) -> str:
    """Merge what the scanner said of other frameworks: `CIS-3.0: 1.5 1.6; SOC2: cc_6_1`."""
    merged: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for name, ids in json.loads(text).items():
            merged[name].update(ids)
    return "; ".join(f"{name}: {' '.join(sorted(ids))}" for name, ids in sorted(merged.items()))


def _closed(
    assessment: Assessment, engine: Engine, places: Mapping[str, PracticeResult]
) -> Iterator[Row]:
    for row in engine.rows(_query("closed_gaps")):
        practice = places.get(row["practice"])
        if practice is None:  # the catalogue has it no more
            continue
        yield {
            **_gap(assessment, practice, row["criterion"], row["account"]),
            "state": "unproven" if row["unproven"] else "closed",
            "findings": 0,
            "accepted": 0,
            "resources": "",
            "resources_total": 0,
            "severity": "",
            "first_seen": row["first_seen"],
            "open_since": row["open_since"],
            "status_date": assessment.period.end,
            "cause": row["cause"],
            **_planned(None),
        }


def _percent(share: Any) -> str:
    return "" if share is None else str(printed(100 * share))


def day(value: object) -> date | None:
    """Give the day of a date or time; None where there is none."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None
