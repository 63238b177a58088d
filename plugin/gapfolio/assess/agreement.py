"""Whether results of queries are of one period and of the same findings as each other.

They were run one by one and saved by hand: one that was left over from another day is noticed by
the numbers that two results have in common.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from gapfolio.assess import results
from gapfolio.assess.given_cells import Cell
from gapfolio.catalogue import Catalogue
from gapfolio.engagement import evidence_window
from gapfolio.engine.base import Engine
from gapfolio.errors import InputError
from gapfolio.model import Period
from gapfolio.sources.locations import shown

_Rows = Mapping[str, Sequence[Mapping[str, Any]]]
_SHOWS = {"open_fail": "fails", "evaluated": "passes", "error": "errors", "manual": "manuals"}
"""Reason of a cell to the number of findings without which there is no such cell."""


def check(  # noqa: PLR0913, PLR0917 - what results are held against
    engine: Engine,
    paths: Mapping[str, Path],
    cells: Sequence[Cell],
    catalogue: Catalogue,
    period: Period,
    scope: Collection[str],
) -> None:
    """Hold results against each other.

    Args:
        engine: has the tables that `results.put` made.
        paths: name of each query to the file of its result, that of `cells` too.
        cells: as they were read.
        catalogue: tells of which practice a criterion is.
        period: that the report is on.
        scope: accounts in scope.

    Raises:
        InputError: two of them contradict each other, or one is of another period.
    """
    rows = {
        name: list(engine.rows(f"SELECT * FROM {results.table(name)}"))
        for name in paths
        if name != "cells"
    }
    practices = {c.id: p.id for p in catalogue.practices() for c in p.criteria}
    for name, complaint in (
        *_periods(rows, period, scope),
        *_totals(rows),
        *_cells(rows, cells),
        *_fails(rows, practices),
    ):
        raise InputError(
            f"{shown(paths[name])}: {complaint}; run the queries again on the same findings and "
            "save every result anew"
        )


def _periods(rows: _Rows, period: Period, scope: Collection[str]) -> Iterator[tuple[str, str]]:
    """Say which scans were judged by another period than that of the report."""
    starts, ends = evidence_window(period)
    for number, row in enumerate(rows.get("scans", ()), 1):
        if row["account"] not in scope:
            continue
        counts = starts <= row["seen_at"] < ends
        if int(row["stale"]) != (0 if counts else int(row["findings"])):
            what = "were left out as stale" if counts else "were not left out as stale"
            yield (
                "scans",
                (
                    f"row {number}: findings of {row['seen_at']:%Y-%m-%d} {what}, so this is a "
                    f"result of another period than {period.name}"
                ),
            )


def _totals(rows: _Rows) -> Iterator[tuple[str, str]]:
    """Say which results do not count the same findings."""
    if "counts" not in rows:
        return
    counts = {row["standing"]: int(row["findings"]) for row in rows["counts"]}
    every = sum(counts.values())
    for name, column, expected in (
        ("account_findings", "findings", every),
        ("scans", "findings", every),
        ("scans", "stale", counts.get("stale", 0)),
        ("scans", "superseded", counts.get("superseded", 0)),
        ("service_models", "findings", counts.get("current", 0)),
    ):
        if name in rows:
            found = sum(int(row[column]) for row in rows[name])
            if found != expected:
                yield name, f"{column} add up to {found:,}, and by counts they are {expected:,}"


def _cells(rows: _Rows, cells: Sequence[Cell]) -> Iterator[tuple[str, str]]:
    """Say which cells have no finding that shows what they say, or hide one that fails."""
    if "criterion_findings" not in rows:
        return
    found = {row["criterion"]: row for row in rows["criterion_findings"]}
    failing = {cell.criterion for cell in cells if cell.reason == "open_fail"}
    for cell in cells:
        number = int(found.get(cell.criterion, {}).get("fails", 0))
        shows = _SHOWS.get(cell.reason)
        if shows and not int(found.get(cell.criterion, {}).get(shows, 0)):
            yield (
                "criterion_findings",
                (
                    f"{shows} of {cell.criterion} are 0, and its cell in "
                    f"{cell.account or 'infrastructure code'} is {cell.state} ({cell.reason})"
                ),
            )
        elif cell.kind == "automated" and number and cell.criterion not in failing:
            yield (
                "criterion_findings",
                f"fails of {cell.criterion} are {number:,}, and none of its cells fails",
            )


def _fails(rows: _Rows, practices: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Say which results do not count the same open fails of a practice."""
    told: dict[str, Counter[str]] = {}
    for row in rows.get("criterion_findings", ()):
        practice = practices.get(row["criterion"], "")
        told.setdefault("criterion_findings", Counter())[practice] += int(row["fails"])
    for name in ("severities", "remediation"):
        for row in rows.get(name, ()):
            told.setdefault(name, Counter())[row["practice"]] += int(row["findings"])
    for row in rows.get("affected", ()):
        listed = told.setdefault("affected", Counter())
        listed[row["practice"]] = max(listed[row["practice"]], int(row["of_all"]))
    given = [
        name
        for name in ("criterion_findings", "severities", "affected", "remediation")
        if name in rows
    ]
    for name in given[1:]:
        first, second = told.get(given[0], Counter()), told.get(name, Counter())
        for practice in sorted(first.keys() | second.keys()):
            if first[practice] != second[practice]:
                yield (
                    name,
                    (
                        f"{practice} has {second[practice]:,} open fails, and by {given[0]} they "
                        f"are {first[practice]:,}"
                    ),
                )
