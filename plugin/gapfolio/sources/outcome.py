"""What passes between the parts of the loader: a task in, an outcome back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from gapfolio.sources.base import Source
from gapfolio.sources.locations import Input


@dataclass(frozen=True)
class Task:
    """One input to be read into `raw`."""

    con: duckdb.DuckDBPyConnection
    place: int
    """Its `input_id`."""
    item: Input
    sources: Sequence[Source]
    scratch: Path
    """A private directory for links and spools."""
    tick: Callable[[float], None] | None = None
    """To be called with the part of the input that is done, 0 to 1; None: nobody watches."""

    def link(self) -> Path:
        """Give the file a name without characters that DuckDB would take for a pattern."""
        link = self.scratch / f"input{self.place}"
        if not link.is_symlink():
            link.symlink_to(self.item.path.absolute())
        return link


@dataclass
class Outcome:
    """What was read from an input and what was not."""

    sources: list[str] = field(default_factory=list)
    elements: int = 0
    findings: int = 0
    skipped: Counter[str] = field(default_factory=Counter)
    problem: str = ""


def advice(sources: Sequence[Source]) -> str:
    """Name the formats that are read."""
    return "formats that are read: " + ", ".join(source.title for source in sources)
