"""The exports that a later audit reads back: `assessment.json` and the Parquet files."""

from __future__ import annotations

from pathlib import Path

from gapfolio.assess import document
from gapfolio.engine.base import Engine
from gapfolio.exports.base import Exported
from gapfolio.manifest import ASSESSMENT, CELLS, CLOSED, FINDINGS
from gapfolio.model import Assessment

_QUERIES = {
    FINDINGS: "SELECT * FROM findings_sorted",
    CELLS: "SELECT practice, criterion, account, kind, state, reason, is_accepted FROM cells "
    "ORDER BY practice, criterion, account, kind",
    CLOSED: "SELECT finding_key, practice, criterion, scanner, check_id, account, region, "
    "resource, severity, title, first_seen, open_since, waiver, cause FROM closed "
    "ORDER BY practice, criterion, finding_key",
}


class JsonExporter:
    """Writes `assessment.json`; its JSON Schema is docs/assessment.schema.json."""

    name = "json"
    title = "assessment.json (everything the report says, with a published JSON Schema)"
    reads_findings = False

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Exported:
        """Write the file."""
        path = directory / ASSESSMENT
        path.write_bytes(document.encode(assessment))
        return Exported([path])


class ParquetExporter:
    """Writes findings, cells and what was closed; docs/findings-schema.md explains the columns."""

    name = "parquet"
    title = "findings.parquet, cells.parquet, closed.parquet (every finding with its origin)"

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Exported:
        """Write the files; the same findings give the same bytes."""
        for name, query in _QUERIES.items():
            engine.write(query, directory / name)
        return Exported([directory / name for name in _QUERIES])
