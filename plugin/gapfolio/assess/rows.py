"""Rows of a query as nested dictionaries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from gapfolio.assess.queries import query
from gapfolio.engine.base import Engine


def grouped(engine: Engine, name: str, key: str) -> dict[str, list[dict[str, Any]]]:
    """Give the rows of a named query by the value of one column."""
    groups: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in engine.rows(query(name)):
        groups[row[key]].append(row)
    return groups


def nested(rows: Iterable[dict[str, Any]], outer: str, inner: str) -> dict[str, dict[str, int]]:
    """Give the column `findings` by the values of two others."""
    counts: dict[str, dict[str, int]] = defaultdict(dict)
    for row in rows:
        counts[row[outer]][row[inner]] = int(row["findings"])
    return dict(counts)
