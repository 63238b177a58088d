"""Small tables in the engine that give each value its pseudonym."""

from __future__ import annotations

from collections.abc import Callable
from itertools import islice
from typing import Any

from gapfolio.engine.base import Engine

_BATCH = 50_000


def put(
    engine: Engine, name: str, query: str, rewrite: Callable[[Any], object], kind: str = "VARCHAR"
) -> None:
    """Create a table (value, pseudonym).

    Args:
        engine: gets the table; values pass through Python in batches.
        name: of the table.
        query: SELECT of a column `value`, each once.
        rewrite: value to pseudonym.
        kind: SQL type of both.
    """
    columns = {"value": kind, "pseudonym": kind}
    parts: list[str] = []
    values = engine.rows(query)
    while rows := list(islice(values, _BATCH)):
        parts.append(f"{name}_{len(parts)}")
        engine.put(parts[-1], columns, [(row["value"], rewrite(row["value"])) for row in rows])
    if not parts:
        engine.put(name, columns, [])
        return
    engine.derive(
        name, " UNION ALL ".join(f"SELECT value, pseudonym FROM {part}" for part in parts)
    )
    for part in parts:
        engine.put(part, columns, [])
