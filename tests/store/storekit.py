"""Inputs for a store, and what the report says of them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import wholescan
from gapfolio import audit
from gapfolio.assess import document
from gapfolio.store import ingest
from gapfolio.store.ingest import Told, Wanted

DATA = Path(__file__).parents[1] / "data"
DEMO = Path(__file__).parents[2] / "plugin" / "gapfolio" / "demo"


def fill(store: Path, *locations: Path | str, **more: Any) -> Told:
    """Ingest locations."""
    return ingest.ingest(Wanted([str(location) for location in locations], store, **more))


def assessed(*locations: Path | str, **more: Any) -> bytes:
    """Give `assessment.json` of locations."""
    names = [str(location) for location in locations]
    with audit.opened(audit.Options(locations=names, **more)) as opened:
        return document.encode(opened.assessment)


def whole_scan(folder: Path) -> list[Path]:
    """Lay a scan and its run record into a folder; give them in the order of their names."""
    folder.mkdir(parents=True, exist_ok=True)
    return [
        Path(shutil.copy(path, folder)) for path in sorted((wholescan.RECORD, wholescan.PACKED))
    ]


def older(folder: Path, *, seconds: int = 86_400) -> Path:
    """Write the scan as it was a while before, with some of its verdicts the other way round."""
    elements = json.loads(wholescan.text())
    for place, element in enumerate(elements):
        element["time"] -= seconds
        element.pop("time_dt", None)
        if place % 3 == 0:
            element["status_code"] = "PASS" if element["status_code"] == "FAIL" else "FAIL"
    path = folder / "older.ocsf.json"
    path.write_text(json.dumps(elements), encoding="utf-8")
    return path


def tree(directory: Path) -> dict[str, bytes]:
    """Give every file of a directory, hidden ones and empty directories too."""
    return {
        path.relative_to(directory).as_posix(): path.read_bytes() if path.is_file() else b""
        for path in directory.rglob("*")
    }


def rewrite(path: Path, **values: Any) -> None:
    """Change keys of a JSON file."""
    path.write_text(json.dumps(json.loads(path.read_bytes()) | values), encoding="utf-8")


def parts(store: Path) -> Sequence[Path]:
    """Give the files of findings."""
    return sorted(store.glob("findings/*/*/*.parquet"))
