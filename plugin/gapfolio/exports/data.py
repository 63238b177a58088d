"""The exports that a later audit reads back: `assessment.json` and `findings.parquet`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gapfolio.assess import document
from gapfolio.assess.engine import Engine
from gapfolio.model import Assessment


class JsonExporter:
    """Writes `assessment.json`; its JSON Schema is docs/assessment.schema.json."""

    name = "json"
    title = "assessment.json (everything the report says, with a published JSON Schema)"

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Sequence[Path]:
        """Write the file."""
        path = directory / "assessment.json"
        path.write_bytes(document.encode(assessment))
        return [path]


class ParquetExporter:
    """Writes `findings.parquet`, schema v1 in docs/findings-schema.md."""

    name = "parquet"
    title = "findings.parquet (every finding with its origin, schema v1)"

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Sequence[Path]:
        """Write the file; the same findings give the same bytes."""
        path = directory / "findings.parquet"
        engine.write("SELECT * FROM findings_sorted", path)
        return [path]
