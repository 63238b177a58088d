"""Evidence packs to try things on: made once a session, copied for each test."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gapfolio import audit, pack, publish
from gapfolio.assess import document
from gapfolio.report.pdf import Attachment, render

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
TOML = """client = "Acme"
period = "2026-Q4"
inputs = ["scan.json"]
"""
SCAN = Path(__file__).parent / "data" / "prowler" / "5.46.0" / "scan.ocsf.json"
PAGE = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Audit</title></head>'


def engagement(home: Path, more: str = "") -> Path:
    """Write an engagement folder with one small scan."""
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(SCAN, home / "scan.json")
    (home / "gapfolio.toml").write_text(TOML + more, encoding="utf-8")
    return home


def report(
    home: Path,
    target: Path,
    formats: Sequence[str] = ("csv", "json", "parquet"),
    *,
    zipped: bool = False,
    **options: Any,
) -> Path:
    """Write the pack of an engagement, without a PDF as long as none is asked for."""
    with audit.opened(audit.Options(directory=home, **options)) as opened:
        publish.publish(opened, target, formats=formats, zipped=zipped)
    return target


@cache
def _made() -> TemporaryDirectory[str]:
    made = TemporaryDirectory(prefix="packs-")
    target = report(engagement(Path(made.name) / "home"), Path(made.name) / "pack")
    shutil.copytree(target, Path(made.name) / "with-pdf")
    add_pdf(Path(made.name) / "with-pdf")
    return made


def whole(place: Path) -> Path:
    """Copy a whole pack to a place; its PDF has one page and carries what a report's does."""
    return shutil.copytree(Path(_made().name) / "with-pdf", place)


def add_pdf(target: Path, swap: Callable[[str, bytes], bytes] = lambda _, data: data) -> None:
    """Add a PDF to a pack, as the last step before its manifest; `swap` changes what it carries."""
    carried = [
        Attachment(name, swap(name, (target / name).read_bytes()), name)
        for name in ("assessment.json", "evidence.json", "practices.csv")
    ]
    made = render(f"{PAGE}<h1>Audit</h1>", roots=[], created=NOON, attachments=carried)
    (target / "report.pdf").write_bytes(made.pdf)
    list_again(target)


def list_again(target: Path) -> None:
    """Write the manifest anew, as somebody would who covers up a change."""
    assessment = document.decode((target / "assessment.json").read_bytes())
    (target / pack.MANIFEST).unlink(missing_ok=True)
    pack.write_manifest(assessment, target)


def rewrite(path: Path, change: Callable[[Any], None]) -> None:
    """Change the content of a JSON file."""
    content = json.loads(path.read_bytes())
    change(content)
    path.write_text(json.dumps(content, indent=2), encoding="utf-8")
