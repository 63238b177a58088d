"""The cells as OSCAL tells them: what was looked at, where, with which files and result.

Rows are read as they are needed: there are as many as criteria times accounts, and no more than 25
resources and files beside each.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby
from typing import Any

from gapfolio import resources
from gapfolio.engine.base import Engine
from gapfolio.exports.formats.oscal.text import token
from gapfolio.model import Assessment, CriterionResult, PracticeResult, Reason

Place = tuple[str, str, str]
"""Practice, criterion and account."""


@dataclass(frozen=True, slots=True)
class File:
    """A file that speaks of a cell."""

    name: str
    sha256: str
    findings: int
    fails: int


@dataclass(frozen=True, slots=True)
class Cell:
    """A criterion, or what a person attests of a practice, in an account."""

    practice: PracticeResult
    criterion: CriterionResult | None
    """None: an attestation, or a practice at which no scanner in use looks."""
    account: str
    """Account id; "" for infrastructure code."""
    is_attestation: bool
    state: str
    reason: Reason
    findings: int = 0
    fails: int = 0
    accepted: int = 0
    resources_total: int = 0
    seen_at: datetime | None = None
    """Of the newest finding, UTC."""
    resources: Sequence[str] = ()
    files: Sequence[File] = ()
    files_total: int = 0
    scanners: Sequence[str] = ()

    @property
    def objective(self) -> str:
        """Name what is asked: a token, the same in every period."""
        if self.criterion:
            return token(self.criterion.id)
        return token(f"{self.practice.id}{'_attestation' * self.is_attestation}")

    @property
    def gap(self) -> str:
        """Give the key that the gap has if the cell fails; a cell of no scanner never does."""
        return f"{self.criterion.id if self.criterion else self.practice.id}:{self.account}"

    @property
    def statement(self) -> str:
        """Say what must hold."""
        if self.criterion:
            return self.criterion.statement
        return f"{self.practice.title}{' (attested)' * self.is_attestation}"


def cells(assessment: Assessment, engine: Engine) -> Iterator[Cell]:
    """Give every cell, sorted by practice, criterion and account, with what stands beside it."""
    failing, files, scanners = (_Beside(engine, n) for n in ("resources", "evidence", "scanners"))
    for cell in bare(assessment, engine):
        place = (cell.practice.id, cell.criterion.id if cell.criterion else "", cell.account)
        spoken = files.of(place)
        yield replace(
            cell,
            resources=[row["resource"] for row in failing.of(place)],
            files=[
                File(row["input"], row["input_sha256"], int(row["findings"]), int(row["fails"]))
                for row in spoken
            ],
            files_total=int(spoken[0]["files"]) if spoken else 0,
            scanners=[row["scanner"] for row in scanners.of(place)],
        )


def bare(assessment: Assessment, engine: Engine) -> Iterator[Cell]:
    """Give every cell in the same order, without resources, files and scanners."""
    practices = {practice.id: practice for practice in assessment.practices}
    criteria = {c.id: c for practice in assessment.practices for c in practice.criteria}
    for row in engine.rows(_query("cells")):
        yield Cell(
            practice=practices[row["practice"]],
            criterion=criteria[row["criterion"]] if row["criterion"] else None,
            account=row["account"],
            is_attestation=row["kind"] == "attestation",
            state=row["state"],
            reason=Reason[row["reason"].upper()],
            findings=int(row["findings"]),
            fails=int(row["fails"]),
            accepted=int(row["accepted"]),
            resources_total=int(row["resources"]),
            seen_at=row["seen_at"],
        )


def inventory(engine: Engine) -> Iterator[tuple[str, str]]:
    """Give account and id of every resource that stands beside a cell, sorted."""
    listed = _query("resources")
    for row in engine.rows(
        f"SELECT DISTINCT account, resource FROM ({listed}) AS listed ORDER BY account, resource"
    ):
        yield row["account"], row["resource"]


def _query(name: str) -> str:
    return resources.text("exports.formats.oscal", f"{name}.sql").strip()


def _place(row: dict[str, Any]) -> Place:
    return row["practice"], row["criterion"], row["account"]


class _Beside:
    """Rows of a query in the order of the cells, of which each cell takes its own."""

    def __init__(self, engine: Engine, name: str) -> None:
        self._groups = groupby(engine.rows(_query(name)), key=_place)
        self._next = next(self._groups, None)

    def of(self, place: Place) -> list[dict[str, Any]]:
        """Give the rows of a place, which is none before the last one asked for."""
        while self._next and self._next[0] < place:
            self._next = next(self._groups, None)
        if not self._next or self._next[0] != place:
            return []
        found = list(self._next[1])
        self._next = next(self._groups, None)
        return found
