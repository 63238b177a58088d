"""Both engines say the same, to the byte."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
import wholescan
from gapfolio import audit, publish
from gapfolio.assess import document
from gapfolio.assess.spark import SparkEngine
from gapfolio.store import ingest

DATA = Path(__file__).parents[1] / "data"
DEMO = Path(__file__).parents[2] / "plugin" / "gapfolio" / "demo"


def stored(store: Path, *locations: Path) -> str:
    told = ingest.ingest(ingest.Wanted([str(place) for place in locations], store))
    assert not told.refused
    return str(store)


def assessed(engine: str, **options: Any) -> bytes:
    with audit.opened(audit.Options(engine=engine, master="running", **options)) as opened:
        return document.encode(opened.assessment)


@pytest.mark.usefixtures("running")
def test_a_whole_scan_with_its_record(tmp_path: Path) -> None:
    store = stored(tmp_path / "store", wholescan.FOLDER)

    assert assessed("spark", locations=[store]) == assessed("duckdb", locations=[store])
