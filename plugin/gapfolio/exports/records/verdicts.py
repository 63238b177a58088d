"""What is said of each practice in each account: the record of targets that know no findings.

The state is that of the worst cell: `fail`, else `unknown`, else `pass`, else `absent`. What is
only partly assessed is unknown, never a pass.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any, Literal

from gapfolio import resources
from gapfolio.engine.base import Engine
from gapfolio.exports.texts import line, short
from gapfolio.model import Assessment, PracticeResult, Reason, WaiverResult
from gapfolio.report.view.formats import counted

State = Literal["fail", "unknown", "pass", "absent", "gone"]
"""`gone`: the account was under audit in the previous period, and is not now."""
CODE = "infrastructure code"
"""What stands for the account of findings on code, which have none."""
STATES: tuple[State, ...] = ("fail", "unknown", "pass", "absent")
"""The worst first."""
_NAMED = 10
_REASON = 300


@dataclass(frozen=True, slots=True)
class Verdict:
    """A practice in an account."""

    practice: PracticeResult
    account: str
    """Account id; "" for infrastructure code."""
    account_name: str
    state: State
    cells: Mapping[str, int]
    """Number of its cells by state."""
    reasons: Mapping[str, int]
    """Why the cells of its state are in it: name of a `Reason` in small letters, to number."""
    failing: tuple[str, ...] = ()
    """Criteria that fail, "" for a gap that a person attested."""
    findings: int = 0
    """Open failing findings."""
    accepted: int = 0
    """Those of them that a valid waiver covers."""
    is_accepted: bool = False
    """It fails, and valid waivers cover every open finding of every failing cell."""
    waivers: tuple[str, ...] = ()
    first_seen: datetime | None = None
    """UTC, like the others: of its oldest current finding."""
    open_since: datetime | None = None
    seen_at: datetime | None = None
    """Of its newest current finding."""

    @property
    def key(self) -> str:
        """What identifies it in every period."""
        return f"{self.practice.id}:{self.account}"

    @property
    def place(self) -> str:
        """Name the account for people."""
        return self.account or CODE


def verdicts(assessment: Assessment, engine: Engine) -> Iterator[Verdict]:
    """Give a verdict for each practice and account, sorted by both."""
    practices = {practice.id: practice for practice in assessment.practices}
    names = {account.id: account.name for account in assessment.accounts}
    waived = _waived(engine)
    cells = engine.rows(_query("verdict_cells"))
    for (name, account), group in groupby(cells, lambda row: (row["practice"], row["account"])):
        rows = list(group)
        yield _verdict(practices[name], account, names.get(account, ""), rows, waived)


def gone(assessment: Assessment, engine: Engine) -> Iterator[Verdict]:
    """Give what was open in accounts that have left the scope, sorted by practice and account."""
    practices = {practice.id: practice for practice in assessment.practices}
    for row in engine.rows(_query("verdict_gone")):
        if row["practice"] in practices:  # else the catalogue has it no more
            yield Verdict(
                practice=practices[row["practice"]],
                account=row["account"],
                account_name="",
                state="gone",
                cells={},
                reasons={},
                first_seen=utc(row["first_seen"]),
            )


def sentence(verdict: Verdict) -> str:
    """Say on one line what the verdict is and why."""
    cells = verdict.cells
    total = counted(sum(cells.values()) - cells.get("absent", 0), "cell")
    if verdict.state == "gone":
        return "The account is no longer under audit."
    if verdict.state == "pass":
        return f"Passes: {total} assessed, nothing fails."
    if verdict.state == "absent":
        return f"Nothing to assess: {_why(verdict)}."
    if verdict.state == "unknown":
        return f"Not assessed: {cells['unknown']:,} of {total} unknown ({_why(verdict)})."
    text = f"Fails: {cells['fail']:,} of {total}"
    named = [name for name in verdict.failing if name]
    if named:
        more = len(named) - _NAMED
        text += f" ({', '.join(named[:_NAMED])}{f' and {more:,} more' if more > 0 else ''})"
    if verdict.findings:
        text += f", {counted(verdict.findings, 'open finding')}"
    if "" in verdict.failing:
        text += ", attested as a gap"
    if verdict.accepted:
        text += f"; {verdict.accepted:,} accepted ({', '.join(verdict.waivers)})"
    if cells.get("unknown"):
        text += f"; {counted(cells['unknown'], 'cell')} unknown"
    return f"{text}."


def acceptance(assessment: Assessment, waivers: tuple[str, ...]) -> str:
    """Say on one line who accepted what, until when and why."""
    if not waivers:
        return ""
    known: dict[str, WaiverResult] = {waiver.id: waiver for waiver in assessment.exceptions.waivers}
    return "; ".join(
        f"{name}: {short(line(known[name].reason), _REASON)} (owner {known[name].owner}, approved "
        f"by {known[name].approver}, until {known[name].expires})"
        for name in waivers
        if name in known
    )


def reason(name: str) -> str:
    """Give the words for the reason of a cell."""
    return Reason[name.upper()].value


def judged_at(assessment: Assessment) -> datetime:
    """Give the moment that what is said is of, in UTC: never the clock.

    The newest evidence of the period, or the day from which a later declaration holds.
    """
    found = [_aware(scan.observed_at) for scan in assessment.scans if not scan.stale]
    days: list[date] = [w.granted for w in assessment.exceptions.waivers if w.state == "valid"]
    days += [a.valid_from for a in assessment.attestations if a.state == "valid"]
    days += [n.declared for n in assessment.not_applicable if n.state == "valid"]
    moments = [*found, *(_midnight(day) for day in days)]
    return max(moments, default=_midnight(assessment.period.end)).replace(microsecond=0)


def utc(value: object) -> datetime | None:
    """Give a time of a table, which is in UTC and does not say so."""
    return _aware(value) if isinstance(value, datetime) else None


def _verdict(
    practice: PracticeResult,
    account: str,
    name: str,
    rows: list[dict[str, Any]],
    waived: Mapping[tuple[str, str], list[str]],
) -> Verdict:
    cells = Counter(str(row["state"]) for row in rows)
    state = next(state for state in STATES if cells[state])
    failing = [row for row in rows if row["state"] == "fail"]
    said = rows[0]
    return Verdict(
        practice=practice,
        account=account,
        account_name=name,
        state=state,
        cells=dict(cells),
        reasons=dict(Counter(str(row["reason"]) for row in rows if row["state"] == state)),
        failing=tuple(str(row["criterion"]) for row in failing),
        findings=int(said["fails"]),
        accepted=int(said["accepted"]),
        is_accepted=bool(failing) and all(row["is_accepted"] for row in failing),
        waivers=tuple(waived.get((practice.id, account), ())),
        first_seen=utc(said["first_seen"]),
        open_since=utc(said["open_since"]),
        seen_at=utc(said["seen_at"]),
    )


def _waived(engine: Engine) -> Mapping[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in engine.rows(_query("verdict_waivers")):
        found[row["practice"], row["account"]].append(row["waiver"])
    return found


def _why(verdict: Verdict) -> str:
    return ", ".join(reason(name) for name in sorted(verdict.reasons))


def _query(name: str) -> str:
    return resources.text("exports.records", f"{name}.sql").strip()


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), UTC)


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
