"""The queries of an assessment: each is one SELECT, whose result is a table of the same name."""

from __future__ import annotations

from gapfolio import resources

_COMMENT = "-- "


def queries() -> list[str]:
    """Name every query, sorted."""
    return sorted(path.stem for path in resources.folder("assess.queries").glob("*.sql"))


def query(name: str) -> str:
    """Read a query by name, without its closing semicolon."""
    return resources.text("assess.queries", f"{name}.sql").strip().rstrip(";")


def about(text: str) -> str:
    """Give the first sentence of the comment that a query begins with."""
    lines = text.splitlines()
    end = next((n for n, line in enumerate(lines) if not line.startswith(_COMMENT)), len(lines))
    comment = " ".join(line.removeprefix(_COMMENT).strip() for line in lines[:end])
    return comment.partition(". ")[0].removesuffix(".")
