"""Results by category with every practice, the accounts heat map and the risk matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gapfolio.assess.score import printed
from gapfolio.catalogue import Catalogue
from gapfolio.model import Assessment, CategoryResult, Counts, Score
from gapfolio.report.view import accounts, formats, names, practices, words
from gapfolio.report.view.names import Name
from gapfolio.report.view.practices import Item, Row
from gapfolio.report.view.summary import Bar, bar

ALL_ACCOUNTS = 45
"""So many accounts fit into the heat map; of more, the worst are shown."""
WORST_ACCOUNTS = 30


@dataclass(frozen=True, slots=True)
class Group:
    """A category with its practices."""

    anchor: Name
    findings: Name
    """Anchor of its chapter in the findings."""
    title: str
    intro: str
    score: str
    automated: str
    bar: Bar | None
    rows: tuple[Row, ...]
    weight: str
    passed: str
    failed: str
    unknown: str


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One number of the heat map."""

    text: str
    value: float | None


@dataclass(frozen=True, slots=True)
class HeatRow:
    """An account in the heat map."""

    label: str
    cells: tuple[HeatCell, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """Accounts × categories, Assured in each."""

    columns: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    total: int
    cut: bool
    lowest: str
    middle: str
    highest: str


@dataclass(frozen=True, slots=True)
class MatrixRow:
    """A priority of the risk matrix with the practices in each band of accounts failing."""

    priority: str
    weight: int
    cells: tuple[tuple[Row, ...], ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Priority × share of accounts failing."""

    bands: tuple[str, ...]
    rows: tuple[MatrixRow, ...]
    accounts: int


def titles(assessment: Assessment, catalogue: Catalogue, found: Sequence[Item]) -> dict[str, str]:
    """Name the categories in the order of the report: scored ones first, the foundation last."""
    named = {category.id: category.title for category in catalogue.categories}
    scored = {category.id: category.title for category in assessment.categories}
    everything = dict.fromkeys([*scored, *(item.result.category for item in found)])
    return {name: scored.get(name) or named.get(name) or name for name in everything}


def groups(
    assessment: Assessment, catalogue: Catalogue, found: Sequence[Item]
) -> tuple[Group, ...]:
    """Give the categories with their practices."""
    scores = {category.id: category for category in assessment.categories}
    intros = {category.id: category.intro for category in catalogue.categories}
    return tuple(
        _group(
            name,
            title,
            intros.get(name, ""),
            scores.get(name),
            [item for item in found if item.result.category == name],
        )
        for name, title in titles(assessment, catalogue, found).items()
    )


def _group(
    name: str, title: str, intro: str, result: CategoryResult | None, own: Sequence[Item]
) -> Group:
    scored = result if result and result.all.weight else None
    cells = scored.all.cells if scored else Counts()
    return Group(
        anchor=names.anchor("results", name),
        findings=names.anchor("findings", name),
        title=title,
        intro=intro,
        score=formats.interval(scored.all) if scored else "",
        automated=formats.interval(scored.automated) if scored else "",
        bar=bar(scored) if scored else None,
        rows=tuple(practices.row(item) for item in own),
        weight=formats.number(scored.all.weight) if scored else "",
        passed=formats.number(cells.passed),
        failed=formats.number(cells.failed),
        unknown=formats.number(cells.unknown),
    )


def heat(assessment: Assessment) -> Heat | None:
    """Give the heat map; None when no account has a score."""
    found = [account for account in assessment.accounts if account.score.weight]
    known = [a.score.assured for a in found if a.score.assured is not None]
    if not known:
        return None
    cut = len(found) > ALL_ACCOUNTS
    if cut:
        found.sort(key=lambda a: (-1 if a.score.assured is None else a.score.assured, a.id))
        found = found[:WORST_ACCOUNTS]
    columns = {c.id: c.title for c in assessment.categories if c.all.weight}
    rows = (
        HeatRow(
            label=accounts.label(account),
            cells=(
                _heat_cell(account.score),
                *(_heat_cell(account.categories.get(name)) for name in columns),
            ),
        )
        for account in found
    )
    return Heat(
        columns=("All", *columns.values()),
        rows=tuple(rows),
        total=len(assessment.accounts),
        cut=cut,
        lowest=formats.score(min(known)),
        middle=formats.score(median(known)),
        highest=formats.score(max(known)),
    )


def matrix(assessment: Assessment, found: Sequence[Item]) -> Matrix:
    """Sort the scored practices by priority and by the share of accounts in which they fail."""
    total = len(assessment.accounts)
    bands = ("No account", "Up to a quarter", "Up to half", "Over half", "Every account")
    rows = []
    for priority, label in words.PRIORITIES.items():
        cells: list[list[Row]] = [[] for _ in bands]
        weight = 0
        for item in found:
            if item.result.priority == priority:
                weight = item.result.weight
                place = _band(len(item.result.accounts_failing), total)
                cells[place].append(practices.row(item))
        rows.append(MatrixRow(label, weight, tuple(tuple(cell) for cell in cells)))
    return Matrix(
        bands=bands,
        rows=tuple(rows),
        accounts=total,
    )


def _band(failing: int, total: int) -> int:
    if not failing:
        return 0
    if failing >= total:
        return 4
    return 1 if 4 * failing <= total else 2 if 2 * failing <= total else 3


def _heat_cell(score: Score | None) -> HeatCell:
    if score is None or score.assured is None:
        return HeatCell("–", None)
    return HeatCell(str(printed(score.assured)), float(score.assured))
