"""Records of gaps: a criterion and an account in which it does not hold, or did not."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from typing import Any

from gapfolio import resources
from gapfolio.engine.base import Engine
from gapfolio.exports.records.fields import SEVERITIES
from gapfolio.exports.records.gap_words import in_words
from gapfolio.model import Assessment, AttestationResult, PracticeResult, WaiverResult

Row = Mapping[str, Any]
_RISK = {"critical": "High", "high": "High", "medium": "Moderate", "low": "Low"}
_LABEL = 36
"""Characters of a label at most, as GRC tools take them."""
_UNLABELLED = re.compile(r"[^\w-]+", re.ASCII)


def gaps(assessment: Assessment, engine: Engine) -> Iterator[Row]:
    """Give a record for each gap that is open, and for each that was until the previous pack.

    The key, `criterion:account`, is the same in every period, whatever the order of the input; that
    of a gap that a person attested is `practice:account`. Sorted by criterion and account.
    """
    claims = [*_found(engine), *_gone(assessment, engine), *_attested(assessment)]
    known = {practice.id for practice in assessment.practices}
    about = _About(assessment, engine)
    for claim in sorted(claims, key=lambda c: (c["criterion"] or c["practice"], c["account"])):
        if claim["practice"] in known:  # the catalogue may have one no more
            yield about.record(claim)


def practice_fields(assessment: Assessment, practice: PracticeResult) -> dict[str, object]:
    """Give what a record says of its practice and period."""
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
        "recommendation": practice.recommendation,
        "nist_800_53": practice.nist_800_53,
    }


def day(value: object) -> date | None:
    """Give the day of a date or time; None where there is none."""
    if isinstance(value, datetime):
        return value.date()
    return value if isinstance(value, date) else None


def _found(engine: Engine) -> Iterator[Row]:
    """Give the gaps in which findings fail."""
    for row in engine.rows(_query("gaps")):
        accepted = row["accepted"] == row["findings"]
        yield {
            **_counted(row),
            "state": "accepted" if accepted else "open",
            "accepted": int(row["accepted"]),
            "status_date": row["seen_at"],
        }


def _gone(assessment: Assessment, engine: Engine) -> Iterator[Row]:
    """Give the gaps in which findings failed until the previous pack, and none does now."""
    for row in engine.rows(_query("closed_gaps")):
        yield {
            **_counted(row),
            "state": "unproven" if row["unproven"] else "closed",
            "cause": row["cause"],
            "status_date": row["seen_at"] or assessment.period.end,
        }


def _counted(row: Row) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("practice", "criterion", "account")},
        "findings": int(row["findings"]),
        "resources_total": int(row["resources"]),
        "severity": SEVERITIES[int(row["severity"]) - 1],
        "first_seen": row["first_seen"],
        "open_since": row["open_since"],
    }


def _attested(assessment: Assessment) -> Iterator[Row]:
    """Give the gaps that persons attested, until others attest that there is none."""
    stated: dict[tuple[str, str], list[AttestationResult]] = defaultdict(list)
    for entry in assessment.attestations:
        for account in entry.accounts:
            stated[entry.practice, account].append(entry)
    for (practice, account), entries in stated.items():
        failed = [e for e in entries if e.result == "fail" and e.state != "not yet valid"]
        if not failed:
            continue
        newest = max(failed, key=lambda entry: entry.valid_from)
        now = next((entry for entry in entries if account in entry.counts_in), newest)
        state, cause = "open", ""
        if now.state != "valid":
            state, cause = "unproven", f"the attestation is {now.state}"
        elif now.result == "pass":
            state, cause = "closed", "attested"
        yield {
            "practice": practice,
            "criterion": "",
            "account": account,
            "state": state,
            "cause": cause,
            "statement": newest.statement,
            "resources": [account],
            "resources_total": 1,
            "first_seen": min(entry.valid_from for entry in failed),
            "open_since": min(entry.valid_from for entry in failed),
            "status_date": now.valid_from,
        }


class _About:
    """Everything that is said of a gap beside what its claim says: looked up, and in words."""

    def __init__(self, assessment: Assessment, engine: Engine) -> None:
        self._assessment = assessment
        self._practices = {p.id: p for p in assessment.practices}
        self._statements = {c.id: c.statement for p in assessment.practices for c in p.criteria}
        self._accounts = {account.id: account for account in assessment.accounts}
        self._plan = {(item.practice, item.account): item for item in assessment.remediation}
        self._waivers = {waiver.id: waiver for waiver in assessment.exceptions.waivers}
        self._details = _details(engine)
        self._resources = _Resources(engine)

    def record(self, claim: Row) -> Row:
        """Give the record of a claim; claims come sorted by criterion and account."""
        practice = self._practices[claim["practice"]]
        record = {**_NOTHING, **practice_fields(self._assessment, practice), **self._named(claim)}
        if claim["criterion"]:
            record |= self._listed(claim["criterion"], claim["account"])
        record |= claim
        record["risk"] = _risk(record["severity"], practice)
        record["labels"] = [
            _UNLABELLED.sub("_", text)[:_LABEL]
            for text in (practice.id, *record["scanners"], record["environment"])
            if text
        ]
        waivers = [self._waivers[name] for name in record["waivers"] if name in self._waivers]
        record |= self._planned(record)
        record |= _dates(record, waivers)
        return {**record, **in_words(record, waivers)}

    def _named(self, claim: Row) -> dict[str, Any]:
        account, what = claim["account"], claim["criterion"] or claim["practice"]
        title = self._practices[claim["practice"]].title
        place = self._accounts.get(account)
        return {
            "key": f"{what}:{account}",
            "name": f"{what} in {account or 'infrastructure code'}: {title}",
            "statement": self._statements.get(claim["criterion"], ""),
            "account_name": place.name if place else "",
            "account_owner": place.owner if place else "",
            "environment": place.environment if place else "",
        }

    def _listed(self, criterion: str, account: str) -> dict[str, Any]:
        found = {
            name: self._details.get((criterion, account, kind), []) for kind, name in _KINDS.items()
        }
        return {
            **found,
            "scanners": sorted({check.partition(":")[0] for check in found["checks"]}),
            "resources": self._resources.of(criterion, account),
            "frameworks": _merged(self._details.get((criterion, account, "frameworks"), [])),
        }

    def _planned(self, record: Row) -> dict[str, Any]:
        item = self._plan.get((record["practice"], record["account"]))
        is_due = record["state"] == "open"
        return {
            "owner": (item.owner if item else "") or record["account_owner"],
            "due": item.due if item and is_due else None,
            "days_overdue": item.overdue if item and is_due else 0,
        }


class _Resources:
    """The first resources of each gap: read along with the gaps, and never all held."""

    def __init__(self, engine: Engine) -> None:
        self._rows = engine.rows(_query("gap_resources"))
        self._next = next(self._rows, None)

    def of(self, criterion: str, account: str) -> list[str]:
        """Give those of a gap, which is behind all that were asked for before."""
        found = []
        while self._next and _place(self._next) <= (criterion, account):
            if _place(self._next) == (criterion, account):
                found.append(self._next["resource"])
            self._next = next(self._rows, None)
        return found


def _place(row: Row) -> tuple[str, str]:
    return row["criterion"], row["account"]


_KINDS = {"check": "checks", "service": "services", "region": "regions", "waiver": "waivers"}
_NOTHING: Row = {
    "cause": "",
    "findings": 0,
    "accepted": 0,
    "resources_total": 0,
    "severity": "",
    "frameworks": "",
    **{name: [] for name in (*_KINDS.values(), "scanners", "resources")},
}


def _query(name: str) -> str:
    return resources.text("exports.records", f"{name}.sql").strip()


def _details(engine: Engine) -> dict[tuple[str, str, str], list[str]]:
    details: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for row in engine.rows(_query("gap_details")):
        details[row["criterion"], row["account"], row["kind"]].append(row["value"])
    return details


def _merged(texts: Iterable[str]) -> str:
    """Merge what the scanner said of other frameworks: `CIS-3.0: 1.5 1.6; SOC2: cc_6_1`."""
    merged: dict[str, set[str]] = defaultdict(set)
    for text in texts:
        for name, ids in json.loads(text).items():
            merged[name].update(ids)
    return "; ".join(f"{name}: {' '.join(sorted(ids))}" for name, ids in sorted(merged.items()))


def _risk(severity: str, practice: PracticeResult) -> str:
    if severity in ("", "unknown"):
        return _RISK[practice.priority or "low"]
    return _RISK.get(severity, "Low")


def _dates(record: Row, waivers: Iterable[WaiverResult]) -> dict[str, object]:
    ends = min((waiver.expires for waiver in waivers), default=None)
    scheduled = ends if record["state"] == "accepted" else record["due"]
    is_gone = record["state"] in ("closed", "unproven")
    return {"scheduled": scheduled, "deadline": record["status_date"] if is_gone else scheduled}
