"""Results by category with every practice, the accounts heat map and the risk matrix."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from gapfolio.assess.score import printed
from gapfolio.catalogue import Catalogue
from gapfolio.model import AccountResult, Assessment, Score
from gapfolio.report.view import formats, practices, words
from gapfolio.report.view.practices import Item, Row
from gapfolio.report.view.summary import Bar, bar

ALL_ACCOUNTS = 45
"""So many accounts fit into the heat map; of more, the worst are shown."""
WORST_ACCOUNTS = 30
LABEL = 34
"""Characters that fit beside a row of the heat map."""


@dataclass(frozen=True, slots=True)
class Group:
    """A category with its practices."""

    id: str
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
    most: int
    accounts: int
    failing: int


def groups(
    assessment: Assessment, catalogue: Catalogue, found: Sequence[Item]
) -> tuple[Group, ...]:
    """Give the categories in catalogue order, the unscored foundation last."""
    scores = {category.id: category for category in assessment.categories}
    about = {category.id: category for category in catalogue.categories}
    names = dict.fromkeys([*scores, *(item.result.category for item in found)])
    made = []
    for name in names:
        own = [item for item in found if item.result.category == name]
        result, texts = scores.get(name), about.get(name)
        scored = result is not None and result.all.weight > 0
        cells = result.all.cells if result is not None and scored else None
        made.append(
            Group(
                id=name,
                title=(result.title if result else "") or (texts.title if texts else name),
                intro=texts.intro if texts else "",
                score=formats.interval(result.all) if result and scored else "",
                automated=formats.interval(result.automated) if result and scored else "",
                bar=bar(result) if result and scored else None,
                rows=tuple(practices.row(item) for item in own),
                weight=formats.number(result.all.weight) if result and scored else "–",
                passed=formats.number(cells.passed) if cells else "–",
                failed=formats.number(cells.failed) if cells else "–",
                unknown=formats.number(cells.unknown) if cells else "–",
            )
        )
    return tuple(made)


def heat(assessment: Assessment) -> Heat | None:
    """Give the heat map; None when no account has a score."""
    accounts = [account for account in assessment.accounts if account.score.weight]
    known = [a.score.assured for a in accounts if a.score.assured is not None]
    if not known:
        return None
    cut = len(accounts) > ALL_ACCOUNTS
    if cut:
        accounts.sort(key=lambda a: (-1 if a.score.assured is None else a.score.assured, a.id))
        accounts = accounts[:WORST_ACCOUNTS]
    names = {c.id: c.title for c in assessment.categories if c.all.weight}
    rows = (
        HeatRow(
            label=_label(account),
            cells=(
                _heat_cell(account.score),
                *(_heat_cell(account.categories.get(name)) for name in names),
            ),
        )
        for account in accounts
    )
    return Heat(
        columns=("All", *names.values()),
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
        most=max((len(cell) for row in rows for cell in row.cells[1:]), default=0),
        accounts=total,
        failing=sum(bool(item.result.accounts_failing) for item in found),
    )


def _label(account: AccountResult) -> str:
    text = f"{account.id} {account.name}".strip()
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


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
