"""Where the time of a comparison goes: `python benchmarks/comparison.py SCAN PACK`.

Assesses a scan in this process, then compares it with a pack of an earlier period and those beside
it, and notes what each query took. The peak is the process's own (VmHWM, reset at each step).
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from stages import Recorder, Stage

if TYPE_CHECKING:
    from gapfolio.engine.base import Engine

BEFORE = "before it: reading and assessing the scan"


class Announcing:
    """An engine that tells which query it is about to run."""

    def __init__(self, engine: Engine, told: Recorder) -> None:
        from gapfolio.assess.queries import queries, query  # noqa: PLC0415 - loads DuckDB

        self._engine = engine
        self._told = told
        self._names = {query(name): name for name in queries()}

    def __getattr__(self, name: str) -> Any:
        """Everything else is the engine's own."""
        return getattr(self._engine, name)

    def derive(self, table: str, query: str) -> None:
        """Create a table from a SELECT."""
        self._told(f"{table}.sql", 0, 0)
        self._engine.derive(table, query)

    def rows(self, query: str) -> Iterator[dict[str, Any]]:
        """Give the rows of a SELECT; one without a file belongs to the step that runs."""
        if query in self._names:
            self._told(f"{self._names[query]}.sql", 0, 0)
        return self._engine.rows(query)


def recorded(scan: Path, pack: Path) -> Sequence[Stage]:
    """Compare `scan` with `pack` and say how long each step took; the first is not part of it."""
    from gapfolio import audit, history  # noqa: PLC0415 - importing belongs to the first step
    from gapfolio.assess import change  # noqa: PLC0415

    recorder = Recorder()
    recorder(BEFORE, 0, 0)
    with audit.opened(audit.Options(locations=[str(scan)])) as opened:
        recorder("hashing and decoding the packs", 0, 0)
        packs = history.before(opened.assessment, None, pack)
        recorder("opening the findings", 0, 0)
        engine = cast("Engine", Announcing(opened.engine, recorder))
        change.compare(engine, opened.assessment, packs)
        recorder.close()
    return recorder.stages[1:]


if __name__ == "__main__":
    print(json.dumps([asdict(stage) for stage in recorded(Path(sys.argv[1]), Path(sys.argv[2]))]))
