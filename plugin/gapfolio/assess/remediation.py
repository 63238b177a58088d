"""The remediation plan: who mends what, and by when, from the rules of the engagement."""

from __future__ import annotations

from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Any

from gapfolio.assess.engine import Engine, query
from gapfolio.engagement import Folder, PracticeNotes, Remediation
from gapfolio.model import Assessment, Priority, RemediationItem

_ORDER = ("critical", "high", "medium", "low")


def plan(engine: Engine, assessment: Assessment, folder: Folder) -> list[RemediationItem]:
    """Give what fails of each practice in each account, overdue first.

    Args:
        engine: has the tables of the assessment, and `open_since`.
        assessment: of the present period.
        folder: rules and notes.
    """
    priorities = {p.id: p.priority for p in assessment.practices if p.priority}
    owners = {account.id: account.owner for account in assessment.accounts}
    items = [
        _item(row, priorities[row["practice"]], owners.get(row["account"], ""), folder, assessment)
        for row in engine.rows(query("remediation"))
    ]
    return sorted(items, key=_rank)


def _rank(item: RemediationItem) -> tuple[Any, ...]:
    urgency = _ORDER.index(item.priority)
    return (-item.overdue, item.due or date.max, urgency, item.practice, item.account)


def _item(
    row: dict[str, Any],
    priority: Priority,
    account_owner: str,
    folder: Folder,
    assessment: Assessment,
) -> RemediationItem:
    practice, account = row["practice"], row["account"]
    noted = folder.notes.practices.get(practice, PracticeNotes())
    owner, days = _ruled(folder.engagement.remediation, practice, account, priority)
    since: date | None = row["open_since"].date() if row["open_since"] else None
    due = (noted.due or since + timedelta(days=days)) if since else None
    return RemediationItem(
        practice=practice,
        priority=priority,
        account=account,
        findings=int(row["findings"]),
        accepted=int(row["accepted"]),
        owner=noted.owner or owner or account_owner,
        open_since=since,
        due=due,
        overdue=max(0, (assessment.period.end - due).days) if due else 0,
    )


def _ruled(rules: Remediation, practice: str, account: str, priority: Priority) -> tuple[str, int]:
    """Give owner ("" = no rule says it) and days; the first rule that matches and says it."""
    matching = [
        rule
        for rule in rules.rules
        if (not rule.practice or fnmatchcase(practice, rule.practice))
        and rule.account in ("", account)
        and rule.priority in ("", priority)
    ]
    owner = next((rule.owner for rule in matching if rule.owner), "")
    days = next((rule.days for rule in matching if rule.days is not None), None)
    return owner, getattr(rules.days, priority) if days is None else days
