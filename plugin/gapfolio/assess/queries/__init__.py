"""The queries of an assessment: each is one SELECT, whose result is a table of the same name."""

from __future__ import annotations

from gapfolio import resources


def queries() -> list[str]:
    """Name every query, sorted."""
    return sorted(path.stem for path in resources.folder("assess.queries").glob("*.sql"))


def query(name: str) -> str:
    """Read a query by name, without its closing semicolon."""
    return resources.text("assess.queries", f"{name}.sql").strip().rstrip(";")
