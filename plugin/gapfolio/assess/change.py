"""What became of the previous period: what was opened, closed and is still open, and why.

The previous evidence pack is the only memory: its findings are compared by key with the present
ones, and so is what it could not say anything of, which stays open until somebody looks. A finding
that has gone from the files counts as fixed only where it now passes; else the cause says whether
anybody looked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path
from typing import Any

from gapfolio import catalogue
from gapfolio.assess.queries import query
from gapfolio.engine.base import Engine
from gapfolio.errors import PackError
from gapfolio.history import Pack, Past, PastPractice
from gapfolio.model import Assessment, Change, Moved, PeriodScores, PracticeChange, PracticeResult

_PREVIOUS = {
    "finding_key": "VARCHAR",
    "status": "VARCHAR",
    "first_seen": "TIMESTAMP",
    "open_since": "TIMESTAMP",
}
_CLOSED = {
    "practice": "VARCHAR",
    "criterion": "VARCHAR",
    "finding_key": "VARCHAR",
    "scanner": "VARCHAR",
    "check_id": "VARCHAR",
    "account": "VARCHAR",
    "region": "VARCHAR",
    "resource": "VARCHAR",
    "severity": "VARCHAR",
    "title": "VARCHAR",
    "first_seen": "TIMESTAMP",
    "open_since": "TIMESTAMP",
    "waiver": "VARCHAR",
    "cause": "VARCHAR",
}
_NEEDED = ("finding_key", "standing", "status", "first_seen", "open_since", "waiver")
_STEPS = ("previous", "present", "opened", "closed", "acceptance", "open_since")


def compare(engine: Engine, assessment: Assessment, packs: Sequence[Pack]) -> Change | None:
    """Compare an assessment with earlier packs, the newest first; None where there is none.

    Args:
        engine: still holds the tables of the assessment; gets `previous` and `open_since`.
        assessment: of the present period.
        packs: any number.
    """
    if not packs:
        nothing_before(engine)
        return None
    before = packs[0]
    engine.attach("previous_pack", before.findings)
    engine.attach("previous_closed", before.closed)
    _check_columns(engine, before)
    engine.put("previous_accounts", {"account": "VARCHAR"}, [(a.id,) for a in before.past.accounts])
    for name in _STEPS:
        engine.derive(name, query(name))
    moves = list(engine.rows(query("moves")))
    still = {row["practice"]: int(row["findings"]) for row in engine.rows(query("still_open"))}
    return Change(
        since=before.past.period.name,
        pack=_name(before.directory),
        sha256=before.sha256,
        trend=[*(_scores(pack.past) for pack in reversed(packs)), _present(assessment)],
        practices=_practices(assessment, before.past, moves, still),
        opened=_causes(moves, "opened"),
        closed=_causes(moves, "closed"),
        still_open=sum(still.values()),
        accepted=_causes(moves, "accepted"),
        moved=[_moved(row) for row in moves],
        remarks=_remarks(assessment, before.past),
    )


def nothing_before(engine: Engine) -> None:
    """Create `previous`, `closed` and `open_since` as they are in a first report."""
    engine.put("previous", _PREVIOUS, [])
    engine.put("closed", _CLOSED, [])
    engine.derive("open_since", query("open_since"))


def _check_columns(engine: Engine, pack: Pack) -> None:
    """Refuse findings of an older schema, by what they lack.

    Raises:
        PackError: a column is missing.
    """
    there = engine.columns("previous_pack")
    missing = [name for name in _NEEDED if name not in there]
    if missing:
        raise PackError(
            f"{pack.findings}: has no {', '.join(missing)}: an earlier version made it; report on "
            "that period again with this version, or move the pack away"
        )


def _name(directory: Path) -> str:
    return directory.resolve().name


def _causes(moves: Sequence[dict[str, Any]], move: str, practice: str = "") -> dict[str, int]:
    """Count what moved by cause; each group says its own number in its first row."""
    causes: dict[str, int] = defaultdict(int)
    for row in moves:
        mine = not practice or row["practice"] == practice
        if mine and row["move"] == move and int(row["place"]) == 1:
            causes[row["cause"]] += int(row["of_all"])
    return dict(sorted(causes.items()))


def _moved(row: dict[str, Any]) -> Moved:
    return Moved(
        key=row["finding_key"],
        practice=row["practice"],
        check=f"{row['scanner']}:{row['check_id']}",
        account=row["account"],
        region=row["region"],
        resource=row["resource"],
        cause=row["cause"],
        move=row["move"],
    )


def _practices(
    assessment: Assessment,
    before: Past,
    moves: Sequence[dict[str, Any]],
    still: dict[str, int],
) -> list[PracticeChange]:
    earlier = {practice.id: practice for practice in before.practices}
    was, now = _declared_out(before), _declared_out(assessment)
    return [
        _practice(
            result,
            earlier.get(result.id),
            moves,
            still.get(result.id, 0),
            declared=now.get(result.id, 0) > was.get(result.id, 0),
        )
        for result in assessment.practices
        if result.priority
    ]


def _declared_out(told: Assessment | Past) -> dict[str, int]:
    """Give the number of cells that declarations take out of the sums, by practice."""
    cells: dict[str, int] = defaultdict(int)
    for item in told.not_applicable:
        cells[item.practice] += item.cells
    return cells


def _practice(
    result: PracticeResult,
    was: PastPractice | None,
    moves: Sequence[dict[str, Any]],
    still: int,
    *,
    declared: bool,
) -> PracticeChange:
    before = (was.assured, was.possible, was.coverage) if was else (None, None, None)
    now = (result.assured, result.possible, result.coverage)
    closed = _causes(moves, "closed", result.id)
    return PracticeChange(
        id=result.id,
        before=before,
        now=now,
        opened=_causes(moves, "opened", result.id),
        closed=closed,
        still_open=still,
        accepted=_causes(moves, "accepted", result.id),
        caution=_caution(
            before,
            now,
            closed,
            gained=was is not None and result.cells.passed > was.cells.passed,
            declared=declared,
        ),
    )


def _caution(
    before: tuple[Fraction | None, ...],
    now: tuple[Fraction | None, ...],
    closed: dict[str, int],
    *,
    gained: bool,
    declared: bool,
) -> str:
    """Say in words that a practice looks better only because less was assessed.

    `gained`: more of its cells pass; `declared`: more of them are declared not to apply.
    """
    unproven = closed.get("no longer assessed", 0) + closed.get("out of scope", 0)
    better = any(
        new is not None and old is not None and new > old
        for old, new in zip(before[:2], now[:2], strict=True)
    )
    less = before[2] is not None and now[2] is not None and now[2] < before[2]
    if better and unproven and not closed.get("fixed"):
        return (
            "It looks better only because less was assessed: nothing shows that a gap was closed."
        )
    if better and declared:
        if gained:
            return "Part of what looks better is declared not applicable."
        return "It looks better only because more of it is declared not applicable."
    if better and (less or unproven):
        return "Part of what looks better was not assessed again."
    if now[0] is None and before[0] is not None:
        why = (
            "it is declared not applicable" if declared else "nothing was found to assess this time"
        )
        return f"It left the sums: {why}."
    return ""


def _scores(past: Past) -> PeriodScores:
    return PeriodScores(
        period=past.period.name,
        end=past.period.end,
        all=past.scores.all,
        automated=past.scores.automated,
        categories={category.id: category.all for category in past.categories},
        policy=f"{past.scores.policy} v{past.scores.version}",
        catalogue=past.versions.get("catalogue", ""),
        accounts=len(past.accounts),
    )


def _present(assessment: Assessment) -> PeriodScores:
    return PeriodScores(
        period=assessment.period.name,
        end=assessment.period.end,
        all=assessment.scores.all,
        automated=assessment.scores.automated,
        categories={category.id: category.all for category in assessment.categories},
        policy=f"{assessment.scores.policy} v{assessment.scores.version}",
        catalogue=catalogue.VERSION,
        accounts=len(assessment.accounts),
    )


def _remarks(assessment: Assessment, before: Past) -> list[str]:
    """Say why the two periods do not compare in full."""
    remarks = []
    versions = (before.versions.get("catalogue", ""), assessment.versions["catalogue"])
    if versions[0] != versions[1]:
        remarks.append(
            f"The catalogue changed from {versions[0] or 'an unknown version'} to {versions[1]}."
        )
    if before.versions.get("score") != assessment.versions["score"]:
        remarks.append(
            f"The score policy changed from {before.versions.get('score', 'an unknown one')} to "
            f"{assessment.versions['score']}: the scores of the two periods do not compare."
        )
    was, now = {a.id for a in before.accounts}, {a.id for a in assessment.accounts}
    if now - was:
        remarks.append(f"Accounts that are newly in scope: {', '.join(sorted(now - was))}.")
    if was - now:
        remarks.append(f"Accounts that are no longer in scope: {', '.join(sorted(was - now))}.")
    regions = set(before.regions) - set(assessment.regions)
    if assessment.regions and regions:
        remarks.append(f"Regions that are no longer in scope: {', '.join(sorted(regions))}.")
    elif regions:
        remarks.append("Regions in scope are no longer declared, so none is missed.")
    out = sum(_declared_out(before).values()), sum(_declared_out(assessment).values())
    if out[1] > out[0]:
        remarks.append(
            f"Cells that are declared not applicable, and so out of every sum: {out[1]:,}, "
            f"before {out[0]:,}."
        )
    return remarks
