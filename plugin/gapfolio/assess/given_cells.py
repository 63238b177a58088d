"""Cells that another engine computed: read, and held against the catalogue and the scope.

Nothing is taken for granted: an account, a criterion or a state that is not known is an error, and
so is a cell that is missing, because it would leave the sums in silence.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from itertools import product
from pathlib import Path

import msgspec

from gapfolio.assess import results
from gapfolio.catalogue import Catalogue
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.errors import InputError
from gapfolio.model import Reason
from gapfolio.sources.locations import shown

_COLUMNS = {
    "practice": "VARCHAR",
    "criterion": "VARCHAR",
    "account": "VARCHAR",
    "kind": "VARCHAR",
    "state": "VARCHAR",
    "state_supposed": "VARCHAR",
    "reason": "VARCHAR",
    "is_accepted": "BOOLEAN",
}
_KINDS = ("automated", "attestation")
_STATES = {"open_fail": "fail", "evaluated": "pass", "nothing_to_assess": "absent"}
"""Reason to the only state that goes with it; any other is unknown."""
_NO_CHECK = "no_check"
_DECLARED = "declared"
_JUDGED = {name: kind for name, kind in _COLUMNS.items() if kind == "VARCHAR"} | {"fails": "BIGINT"}


class Cell(msgspec.Struct, frozen=True):
    """A cell, as the query `cells` gives it."""

    practice: str
    criterion: str
    account: str
    kind: str
    state: str
    state_supposed: str
    reason: str
    is_accepted: bool

    @property
    def place(self) -> tuple[str, str, str]:
        """What it is a cell of."""
        return self.practice, self.criterion, self.account

    @property
    def words(self) -> str:
        """Its place for a message."""
        return f"{self.criterion or self.practice} in {self.account or 'infrastructure code'}"


def read(engine: DuckDBEngine, path: Path) -> list[Cell]:
    """Read a result of the query `cells`.

    Raises:
        InputError: it cannot be read, or its columns are others.
    """
    results.put_columns(engine, path, "cells", _COLUMNS)
    cells = [Cell(**row) for row in engine.rows(f"SELECT * FROM {results.table('cells')}")]
    if not cells:
        raise InputError(f"{shown(path)}: has no cell")
    return cells


def put(  # noqa: PLR0913, PLR0917 - what cells are held against
    engine: DuckDBEngine,
    cells: Sequence[Cell],
    path: Path,
    catalogue: Catalogue,
    scope: Sequence[str],
    accounts: Collection[str],
) -> None:
    """Make the cells of these accounts the tables `judged` and `accepted`.

    Cells of attestations stay as they are judged here; those of the file must not say otherwise.

    Args:
        engine: has `judged` and `criteria` as they are without findings.
        cells: as they were read.
        path: their file, for messages.
        catalogue: tells practices and criteria.
        scope: all accounts in scope; each must have every cell.
        accounts: those that the report is on.

    Raises:
        InputError: a cell is wrong or missing; it is named.
    """
    rows = list(engine.rows("SELECT * FROM judged WHERE kind = 'attestation'"))
    expected = [
        row["criterion"]
        for row in engine.rows("SELECT criterion FROM criteria WHERE is_expected AND NOT is_code")
    ]
    here = {(row["practice"], row["account"]): str(row["state"]) for row in rows}
    for complaint in (
        *_wrong(cells, catalogue, scope),
        *_contrary(cells, here),
        *_missing(cells, catalogue, scope, expected),
    ):
        raise InputError(f"{shown(path)}: {complaint}")
    kept = [c for c in cells if c.kind == "automated" and c.account in {*accounts, ""}]
    attested = [tuple(row[name] for name in _JUDGED) for row in rows]
    engine.put("judged", _JUDGED, [*attested, *map(_judged, kept)])
    engine.put(
        "accepted",
        {"n": "BIGINT", "practice": "VARCHAR", "criterion": "VARCHAR", "account": "VARCHAR"}
        | {"waiver": "VARCHAR"},
        [(n, *cell.place, "") for n, cell in enumerate(kept) if cell.is_accepted],
    )


def _judged(cell: Cell) -> tuple[object, ...]:
    values = cell.kind, cell.state, cell.state_supposed, cell.reason
    return (*cell.place, *values, int(cell.state == "fail"))


def _wrong(cells: Sequence[Cell], catalogue: Catalogue, scope: Sequence[str]) -> Iterator[str]:
    """Say what is wrong with single cells."""
    practices = {practice.id: practice for practice in catalogue.practices()}
    code = {c.id for p in practices.values() for c in p.criteria if c.takes == "code"}
    seen = set[tuple[str, ...]]()
    for number, cell in enumerate(cells, 1):
        practice = practices.get(cell.practice)
        criteria = [c.id for c in practice.criteria] if practice else []
        if practice is None or practice.priority is None:
            what = f"there is no scored practice {cell.practice!r} in this catalogue"
        elif cell.criterion not in ("", *criteria):
            what = f"there is no criterion {cell.criterion!r} in {cell.practice}"
        elif cell.account not in scope and (cell.account or cell.criterion not in code):
            what = f"account {cell.account!r} is not in scope"
        elif cell.account and cell.criterion in code:
            what = f"{cell.criterion} is about infrastructure code, not about an account"
        elif (*cell.place, cell.kind) in seen:
            what = f"{cell.words} has two {cell.kind} cells"
        else:
            what = _odd(cell)
        if what:
            yield f"row {number}: {what}"
        seen.add((*cell.place, cell.kind))


def _odd(cell: Cell) -> str:
    """Say in what a cell contradicts itself; `""` if it does not."""
    if cell.kind not in _KINDS:
        return f"kind {cell.kind!r} is none of {', '.join(_KINDS)}"
    if cell.reason == _DECLARED:
        return (
            f"{cell.words} is declared not applicable; leave declarations out of the query, those "
            "of not_applicable.yaml are applied here"
        )
    if cell.reason.upper() not in Reason.__members__:
        return f"reason {cell.reason!r} is not known"
    if cell.kind == "attestation":
        return f"{cell.words}: an attestation is of a practice" if cell.criterion else ""
    return _odd_state(cell)


def _odd_state(cell: Cell) -> str:
    """Say what does not go with the reason of a cell that findings decide."""
    state = _STATES.get(cell.reason, "unknown")
    supposed = (state, "absent") if cell.reason == "unseen" else (state,)
    if cell.state != state:
        what = f"{cell.state!r} with the reason {cell.reason}, which means {state!r}"
    elif bool(cell.criterion) == (cell.reason == _NO_CHECK):
        what = f"reason {cell.reason} is wrong for it"
    elif cell.state_supposed not in supposed:
        what = f"state_supposed {cell.state_supposed!r} does not go with {state!r}"
    elif cell.is_accepted and state != "fail":
        what = "is_accepted is true, and nothing fails"
    else:
        return ""
    return f"{cell.words}: {what}"


def _contrary(cells: Sequence[Cell], here: dict[tuple[str, str], str]) -> Iterator[str]:
    """Say which cells of attestations are not as they are judged here; unknown says nothing."""
    for number, cell in enumerate(cells, 1):
        state = here.get((cell.practice, cell.account), "unknown")
        if cell.kind == "attestation" and cell.state not in ("unknown", state):
            yield (
                f"row {number}: {cell.words} is attested as {cell.state!r}, and by the "
                f"engagement it is {state!r}; attestations are judged here"
            )


def _missing(
    cells: Sequence[Cell],
    catalogue: Catalogue,
    scope: Sequence[str],
    expected: Sequence[str],
) -> Iterator[str]:
    """Say which cells there should be: each criterion in each account, each practice somewhere."""
    there = {cell.place for cell in cells if cell.kind == "automated"}
    criteria = {place[:2] for place in there if place[2]}
    for (practice, criterion), account in product(sorted(criteria), scope):
        if (practice, criterion, account) not in there:
            yield f"{criterion or practice} has no cell for account {account}"
    practices = {practice for practice, _, _ in there}
    for found in catalogue.practices():
        if found.priority and found.evidence != "manual" and found.id not in practices:
            yield f"practice {found.id} has no automated cell in any account"
    for criterion in expected:
        if not any(criterion == name for _, name in criteria):
            yield f"{criterion} has no cell, and a scanner in use looks at it"
