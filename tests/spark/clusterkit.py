"""Stores, and audits of them by either engine."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from gapfolio import audit
from gapfolio.store import ingest


def stored(store: Path, *locations: Path, **more: Any) -> str:
    told = ingest.ingest(ingest.Wanted([str(place) for place in locations], store, **more))
    assert not told.refused
    return str(store)


@contextmanager
def opened(engine: str, **options: Any) -> Iterator[audit.Audit]:
    with audit.opened(audit.Options(engine=engine, master="running", **options)) as done:
        assert done.engine.name == engine
        yield done
