"""Records that tools import, a dictionary each: one for each row of a table.

Findings are not among them: their table is written by the engine, row by row never seen here. The
fields of every record type are documented in docs/exports.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from gapfolio.assess.score import printed
from gapfolio.engine.base import Engine
from gapfolio.exports.records.fields import SEVERITIES
from gapfolio.exports.records.gaps import gaps, practice_fields
from gapfolio.model import Assessment, Reason, WaiverResult
from gapfolio.report.view.formats import counted

Row = Mapping[str, Any]
_POSTURE = {"pass": "pass", "fail": "fail", "unknown": "not_checked", "absent": "not_applicable"}
_ERRORS = frozenset((Reason.ERROR, Reason.CALLS_FAILED, Reason.DAMAGED))
_OF_CRITERION = ("period", "client", "practice", "practice_title", "statement", "status_date")
_WORST = ("fail", "error", "not_checked", "pass", "not_applicable")


def practices(assessment: Assessment, _: Engine) -> Iterator[Row]:
    """Give a record for each practice."""
    for practice in assessment.practices:
        cells = practice.cells
        yield {
            **practice_fields(assessment, practice),
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
            "account_ids_failing": practice.accounts_failing,
            "findings_failed": practice.findings.get("fail", 0),
            "findings_muted": practice.findings.get("muted_fail", 0),
            "findings_passed": practice.findings.get("pass", 0),
            **{f"failed_{s}": practice.severities.get(s, 0) for s in SEVERITIES[:-1]},
        }


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
            "practices": waiver.practices,
            "accounts": waiver.accounts,
            "comment": "\n".join(_terms(waiver)),
        }


def _terms(waiver: WaiverResult) -> Iterator[str]:
    yield f"Owner: {waiver.owner}. Approved by {waiver.approver}, granted {waiver.granted}."
    if waiver.ticket:
        yield f"Ticket: {waiver.ticket}"
    if not waiver.findings:
        yield "It selects no open finding."
        return
    does = "It covers" if waiver.state == "valid" else "It would cover, but does not,"
    where = ", ".join(waiver.practices)
    yield f"{does} {counted(waiver.findings, 'open finding')}{f' of {where}' * bool(where)}."


def posture(assessment: Assessment, engine: Engine) -> Iterator[Row]:
    """Give a record for each cell of a criterion, what was not assessed included."""
    statements = {c.id: (p, c) for p in assessment.practices for c in p.criteria}
    names = {account.id: account.name for account in assessment.accounts}
    for row in engine.rows(
        "SELECT criterion, account, state, reason FROM cells WHERE criterion <> '' "
        "ORDER BY criterion, account"
    ):
        practice, criterion = statements[row["criterion"]]
        reason = Reason[row["reason"].upper()]
        yield {
            "key": f"{criterion.id}:{row['account']}",
            "period": assessment.period.name,
            "client": assessment.client,
            "practice": practice.id,
            "practice_title": practice.title,
            "criterion": criterion.id,
            "statement": criterion.statement,
            "account": row["account"],
            "account_name": names.get(row["account"], ""),
            "state": row["state"],
            "result": "error" if reason in _ERRORS else _POSTURE[row["state"]],
            "reason": reason.value,
            "status_date": assessment.period.end,
        }


def criteria(assessment: Assessment, engine: Engine) -> Iterator[Row]:
    """Give a record for each criterion: the worst of its accounts."""
    found: dict[str, list[Row]] = defaultdict(list)
    for row in posture(assessment, engine):
        found[row["criterion"]].append(row)
    for name, rows in found.items():
        yield {
            **{field: rows[0][field] for field in _OF_CRITERION},
            **_worst(rows),
            "key": name,
            "accounts": len(rows),
        }


def _worst(rows: Sequence[Row]) -> dict[str, object]:
    result = min((row["result"] for row in rows), key=_WORST.index)
    same = [row for row in rows if row["result"] == result]
    accounts = [row["account"] for row in same if row["account"]]
    where = f": {' '.join(accounts)}" if accounts else ""
    return {
        "result": result,
        "accounts_of_result": accounts,
        "actual": f"{result.replace('_', ' ')} in {len(same)} of {len(rows)}{where}",
        "reason": "; ".join(dict.fromkeys(row["reason"] for row in same)),
    }


def remediation(assessment: Assessment, _: Engine) -> Iterator[Row]:
    """Give a record for each practice and account of the remediation plan."""
    for item in assessment.remediation:
        yield {
            "key": f"{item.practice}:{item.account}",
            "period": assessment.period.name,
            "client": assessment.client,
            "practice": item.practice,
            "priority": item.priority,
            "account": item.account,
            "findings_open": item.findings,
            "findings_accepted": item.accepted,
            "attested": "true" if item.attested else "false",
            "open_since": item.open_since,
            "owner": item.owner,
            "due": item.due,
            "days_overdue": item.overdue,
        }


RECORDS: dict[str, Callable[[Assessment, Engine], Iterator[Row]]] = {
    "practices": practices,
    "gaps": gaps,
    "exceptions": exceptions,
    "posture": posture,
    "criteria": criteria,
    "remediation": remediation,
}
"""Record type to its rows, sorted by key or in catalogue order."""


def _percent(share: Any) -> str:
    return "" if share is None else str(printed(100 * share))
