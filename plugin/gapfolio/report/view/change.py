"""What became of the previous period, as the report tells it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from gapfolio.model import Assessment, Change, Moved, PeriodScores, PracticeChange
from gapfolio.report.view import formats, practices
from gapfolio.report.view.names import Name
from gapfolio.report.view.practices import Item

RESOURCE = 120
EXAMPLES = 5
"""Findings of each cause that the report names."""
CAUSES = {
    "fixed": "fixed: the same check now passes on the same resource",
    "resource gone": "resource gone: the check looked again and no longer finds it",
    "no longer applicable": "no longer applicable: the check says so",
    "no longer assessed": "no longer assessed: nobody looked, or the scanner could not decide",
    "in a superseded scan only": "in a superseded scan only: a newer scan of the period has it not",
    "out of scope": "out of scope: its account is no longer under audit",
    "mapping changed": "mapping changed: the check now belongs elsewhere in the catalogue",
    "newly failing": "newly failing: it passed before",
    "newly found": "newly found: it was not in the previous pack",
    "now decided": "now decided: the scanner could not, or left it to a person",
    "account newly in scope": "account newly in scope",
    "waived": "waived: a valid waiver now covers it",
    "waiver expired": "waiver expired: it was accepted, and is open again",
    "waiver withdrawn": "waiver withdrawn: it was accepted, and no waiver on file covers it now",
}
"""Causes with what they mean, in the order in which the report lists them."""
VERBS = {"opened": "opened", "closed": "closed", "accepted": "still open"}


@dataclass(frozen=True, slots=True)
class Point:
    """One period of the chart."""

    period: str
    low: float | None
    high: float | None
    assured: str
    possible: str
    coverage: str
    accounts: str
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """How many findings moved for one cause."""

    text: str
    number: str


@dataclass(frozen=True, slots=True)
class Row:
    """A practice that moved."""

    id: str
    title: str
    anchor: Name
    before: str
    now: str
    trend: str
    """`better`, `worse`, or "" where the value stayed."""
    opened: str
    closed: str
    still: str
    accepted: str
    """Waivers that came or went, by cause."""
    caution: str


@dataclass(frozen=True, slots=True)
class Example:
    """A finding that moved."""

    practice: str
    verb: str
    cause: str
    resource: str
    where: str


@dataclass(frozen=True, slots=True)
class ChangeView:
    """The section; without an earlier pack there is none."""

    since: str
    pack: str
    sha256: str
    sentence: str
    points: tuple[Point, ...]
    titles: tuple[str, ...]
    """Categories, as the points have them."""
    opened: tuple[Cause, ...]
    closed: tuple[Cause, ...]
    still_open: str
    accepted: tuple[Cause, ...]
    """Of those still open, where a waiver came or went."""
    rows: tuple[Row, ...]
    same: str
    examples: tuple[Example, ...]
    remarks: tuple[str, ...]


def change(
    assessment: Assessment, items: Sequence[Item], titles: Mapping[str, str]
) -> ChangeView | None:
    """Build the section; `titles` names the categories in their order."""
    found = assessment.change
    if found is None:
        return None
    scored = {n for scores in found.trend for n, s in scores.categories.items() if s.weight}
    titles = {name: title for name, title in titles.items() if name in scored}
    named = {item.result.id: item.result.title for item in items}
    moved = [row for row in found.practices if _moved(row)]
    return ChangeView(
        since=found.since,
        pack=found.pack,
        sha256=found.sha256,
        sentence=_sentence(found),
        points=tuple(_point(scores, titles) for scores in found.trend),
        titles=tuple(titles.values()),
        opened=_causes(found.opened),
        closed=_causes(found.closed),
        still_open=formats.number(found.still_open),
        accepted=_causes(found.accepted),
        rows=tuple(_row(row, named.get(row.id, "")) for row in moved),
        same=formats.counted(len(found.practices) - len(moved), "practice"),
        examples=tuple(_example(row) for row in _first(found.moved)),
        remarks=tuple(found.remarks),
    )


def _first(moved: Sequence[Moved]) -> Iterator[Moved]:
    """Give the first few of each cause; the assessment has the first few of each practice."""
    shown: Counter[tuple[str, str]] = Counter()
    for row in moved:
        shown[row.move, row.cause] += 1
        if shown[row.move, row.cause] <= EXAMPLES:
            yield row


def _moved(row: PracticeChange) -> bool:
    return row.before[:2] != row.now[:2] or bool(row.opened or row.closed or row.accepted)


def _sentence(found: Change) -> str:
    """Say in one sentence what happened to the score and to the findings."""
    before, now = found.trend[-2].all, found.trend[-1].all
    opened, closed = sum(found.opened.values()), sum(found.closed.values())
    fixed = found.closed.get("fixed", 0)
    text = (
        f"Since {found.since}, {formats.counted(opened, 'finding')} opened and "
        f"{formats.number(closed)} closed, {formats.number(fixed)} of them fixed; "
        f"{formats.number(found.still_open)} are still open."
    )
    if before.assured is None or now.assured is None:
        return text
    step = now.assured - before.assured
    word = "rose" if step > 0 else "fell" if step < 0 else "stayed"
    scores = f"{formats.score(before.assured)} to {formats.score(now.assured)}"
    told = f"stayed at {formats.score(now.assured)}" if not step else f"{word} from {scores}"
    coverage = ""
    if before.coverage != now.coverage:
        coverage = (
            f", with coverage {formats.percent(before.coverage)} then and "
            f"{formats.percent(now.coverage)} now"
        )
    return f"Assured {told}{coverage}. {text}"


def _point(scores: PeriodScores, titles: Mapping[str, str]) -> Point:
    whole = scores.all
    return Point(
        period=scores.period,
        low=None if whole.assured is None else round(float(whole.assured), 1),
        high=None if whole.possible is None else round(float(whole.possible), 1),
        assured=formats.score(whole.assured),
        possible=formats.score(whole.possible),
        coverage=formats.percent(whole.coverage),
        accounts=formats.number(scores.accounts),
        categories=tuple(
            formats.score(scores.categories[name].assured) if name in scores.categories else "–"
            for name in titles
        ),
    )


def _causes(counts: Mapping[str, int]) -> tuple[Cause, ...]:
    known = [name for name in CAUSES if name in counts]
    others = sorted(set(counts) - set(CAUSES))
    return tuple(
        Cause(CAUSES.get(name, name), formats.number(counts[name])) for name in (*known, *others)
    )


def _row(row: PracticeChange, title: str) -> Row:
    return Row(
        id=row.id,
        title=title,
        anchor=practices.anchor(row.id),
        before=_interval(row.before),
        now=_interval(row.now),
        trend=_trend(row),
        opened=formats.number(sum(row.opened.values())),
        closed=formats.number(sum(row.closed.values())),
        still=formats.number(row.still_open),
        accepted=formats.tally(row.accepted, {name: name for name in CAUSES}),
        caution=row.caution,
    )


def _trend(row: PracticeChange) -> str:
    pairs = [(old, new) for old, new in zip(row.before[:2], row.now[:2], strict=True)]
    steps = [new - old for old, new in pairs if old is not None and new is not None]
    if any(step < 0 for step in steps):
        return "worse" if all(step <= 0 for step in steps) else "mixed"
    return "better" if any(step > 0 for step in steps) else ""


def _interval(values: tuple[Fraction | None, ...]) -> str:
    low, high = values[:2]
    if low is None or high is None:
        return "–"
    return f"{formats.decimals(low)} – {formats.decimals(high)}"


def _example(row: Moved) -> Example:
    where = ", ".join(part for part in (row.account, row.region, row.check) if part)
    return Example(
        practice=row.practice,
        verb=VERBS[row.move],
        cause=row.cause,
        resource=formats.short(row.resource, RESOURCE),
        where=where,
    )
