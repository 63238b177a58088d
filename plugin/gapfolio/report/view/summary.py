"""Executive summary: the score as an interval, what is missing, and where most of it is lost."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

from gapfolio.assess.score import LIMITED, gap, printed
from gapfolio.assess.untold import untold
from gapfolio.engagement import Folder
from gapfolio.model import Assessment, CategoryResult, Score
from gapfolio.report.view import formats, practices, words
from gapfolio.report.view.practices import Item, Row

TOP = 10


@dataclass(frozen=True, slots=True)
class Gauge:
    """A score as the gauge draws it."""

    low: float
    high: float
    assured: str
    possible: str
    missing: str
    failed: str
    unknown: str
    coverage: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A category in the two bar charts."""

    id: str
    title: str
    passed: int
    failed: int
    unknown: int
    score: str
    low: float | None
    high: float | None
    severities: tuple[tuple[str, str, int], ...]
    """Name, label and number of open failing findings."""


@dataclass(frozen=True, slots=True)
class Fact:
    """A number that the first page shows large, with what it counts."""

    value: str
    text: str


@dataclass(frozen=True, slots=True)
class Summary:
    """The executive summary."""

    headline: str
    gauge: Gauge | None
    limited: bool
    facts: tuple[Fact, ...]
    bars: tuple[Bar, ...]
    top: tuple[Row, ...]
    top_points: str
    failing: int
    accepted: str
    if_executed: str
    conclusion: str


def summary(assessment: Assessment, folder: Folder, found: Sequence[Item]) -> Summary:
    """Build the executive summary."""
    scores = assessment.scores
    failing = [item for item in found if item.result.state == "fail"]
    top = practices.worst_first(failing)[:TOP]
    return Summary(
        headline=formats.headline(scores),
        gauge=gauge(scores.all),
        limited=scores.all.coverage < LIMITED,
        facts=_facts(assessment, found),
        bars=tuple(bar(category) for category in assessment.categories if category.all.weight),
        top=tuple(practices.row(item) for item in top),
        top_points=formats.score(sum((item.failed_points for item in top), Fraction(0))),
        failing=len(failing),
        accepted=formats.interval(scores.accepted) if scores.accepted else "",
        if_executed=formats.interval(scores.if_executed) if scores.if_executed else "",
        conclusion=folder.notes.conclusion,
    )


def gauge(score: Score) -> Gauge | None:
    """Give the gauge of a score; None when nothing was assessed."""
    parts = gap(score)
    if parts is None or score.assured is None or score.possible is None:
        return None
    return Gauge(
        low=float(printed(score.assured)),
        high=float(printed(score.possible)),
        assured=str(printed(score.assured)),
        possible=str(printed(score.possible)),
        missing=str(100 - printed(score.assured)),
        failed=str(parts[0]),
        unknown=str(parts[1]),
        coverage=str(printed(score.coverage)),
    )


def bar(category: CategoryResult) -> Bar:
    """Give a category as the bar charts draw it."""
    score = category.all
    return Bar(
        id=category.id,
        title=category.title,
        passed=score.cells.passed,
        failed=score.cells.failed,
        unknown=score.cells.unknown,
        score=formats.interval(score),
        low=None if score.assured is None else float(printed(score.assured)),
        high=None if score.possible is None else float(printed(score.possible)),
        severities=tuple(
            (name, label, category.severities.get(name, 0))
            for name, label in words.SEVERITIES.items()
        ),
    )


def _facts(assessment: Assessment, found: Sequence[Item]) -> tuple[Fact, ...]:
    scored = [item.result for item in found if item.result.priority]
    states = [result.state for result in scored]
    failing = [account for account in assessment.accounts if account.score.cells.failed]
    findings = sum(result.findings.get("fail", 0) for result in scored)
    total = formats.number(len(scored))
    accounts = formats.counted(len(assessment.accounts), "account")
    open_ = Fact(
        formats.number(findings),
        f"open failing findings in {formats.number(len(failing))} of {accounts}",
    )
    if "criterion_findings" in untold(assessment):
        open_ = Fact(formats.number(len(failing)), f"of {accounts} with a failing cell")
    return (
        Fact(f"{states.count('fail')}", f"of {total} practices have a failing cell"),
        Fact(
            f"{states.count('unknown') + states.count('partly')}",
            "more are not, or only partly, assessed",
        ),
        Fact(f"{states.count('pass')}", "hold in every cell"),
        open_,
    )
