"""The remediation plan: who mends what, and by when, from the rules of the engagement."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from fnmatch import fnmatchcase
from typing import Any

from gapfolio.assess.queries import query
from gapfolio.engagement import Folder, PracticeNotes, Remediation
from gapfolio.engine.base import Engine
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
    found = {(row["practice"], row["account"]): row for row in engine.rows(query("remediation"))}
    attested = dict(_attested(assessment))
    items = [
        _item(
            place,
            found.get(place, {}),
            attested.get(place),
            priorities[place[0]],
            owners.get(place[1], ""),
            folder,
            assessment,
        )
        for place in {**found, **attested}
    ]
    return sorted(items, key=_rank)


def _attested(assessment: Assessment) -> Iterator[tuple[tuple[str, str], date]]:
    """Give the gaps that a person attested, with the day since when nobody attested otherwise."""
    for stated in assessment.attestations:
        if stated.state != "valid" or stated.result != "fail":
            continue
        for account in stated.counts_in:
            own = [
                other
                for other in assessment.attestations
                if other.practice == stated.practice
                and account in other.accounts
                and other.valid_from <= stated.valid_from
            ]
            passed = [o.valid_from for o in own if o.result == "pass"]
            failed = [o.valid_from for o in own if o.result == "fail"]
            since = [day for day in failed if not passed or day > max(passed)]
            yield (stated.practice, account), min([*since, stated.valid_from])


def _rank(item: RemediationItem) -> tuple[Any, ...]:
    urgency = _ORDER.index(item.priority)
    return (-item.overdue, item.due or date.max, urgency, item.practice, item.account)


def _item(  # noqa: PLR0913, PLR0917 - what an item is made of
    place: tuple[str, str],
    row: dict[str, Any],
    attested: date | None,
    priority: Priority,
    account_owner: str,
    folder: Folder,
    assessment: Assessment,
) -> RemediationItem:
    practice, account = place
    noted = folder.notes.practices.get(practice, PracticeNotes())
    owner, days = _ruled(folder.engagement.remediation, practice, account, priority)
    days_open = [attested, row["open_since"].date() if row.get("open_since") else None]
    since = min((day for day in days_open if day), default=None)
    due = (noted.due or since + timedelta(days=days)) if since else None
    return RemediationItem(
        practice=practice,
        priority=priority,
        account=account,
        findings=int(row.get("findings", 0)),
        attested=attested is not None,
        accepted=int(row.get("accepted", 0)),
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
