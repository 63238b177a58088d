"""The `csv` export: practices, findings and remediation, documented in docs/csv.md."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

from gapfolio.assess.engine import Engine
from gapfolio.assess.score import printed
from gapfolio.exports import tabular
from gapfolio.exports.base import Exported
from gapfolio.model import Assessment, PracticeResult, RemediationItem

PRACTICE_COLUMNS = (
    "key",
    "period",
    "client",
    "practice",
    "category",
    "title",
    "priority",
    "weight",
    "evidence",
    "state",
    "assured",
    "possible",
    "coverage",
    "cells",
    "cells_passed",
    "cells_failed",
    "cells_unknown",
    "cells_absent",
    "attestation_cells_unknown",
    "accounts_failing",
    "account_ids_failing",
    "findings_failed",
    "findings_muted",
    "findings_passed",
    "failed_critical",
    "failed_high",
    "failed_medium",
    "failed_low",
    "failed_informational",
)
REMEDIATION_COLUMNS = (
    "key",
    "period",
    "practice",
    "priority",
    "account",
    "owner",
    "open_since",
    "due",
    "days_overdue",
    "findings_open",
    "findings_accepted",
    "attested",
)
FINDING_COLUMNS = {
    "key": "finding_key",
    "practice": "practice",
    "criterion": "criterion",
    "standing": "standing",
    "status": "status",
    "muted": "muted",
    "severity": "severity",
    "scanner": "scanner",
    "check": "check_id",
    "account": "account",
    "account_name": "account_name",
    "region": "region",
    "service": "service",
    "service_model": "service_model",
    "resource": "resource",
    "resource_name": "resource_name",
    "resource_type": "resource_type",
    "title": "title",
    "detail": "detail",
    "tags": "tags",
    "seen_at": "seen_at",
    "first_seen": "first_seen",
    "open_since": "open_since",
    "waiver": "waiver",
    "scanner_version": "scanner_version",
    "input": "input",
    "input_sha256": "input_sha256",
    "input_row": "input_row",
}
"""Column of findings.csv to column of the findings table."""

_PLAIN = {
    "muted": "CASE WHEN muted THEN 'true' ELSE 'false' END",
    "seen_at": "strftime(seen_at, '%Y-%m-%dT%H:%M:%SZ')",
    "first_seen": "coalesce(strftime(first_seen, '%Y-%m-%dT%H:%M:%SZ'), '')",
    "open_since": "coalesce(strftime(open_since, '%Y-%m-%dT%H:%M:%SZ'), '')",
    "input_row": "input_row",
}
_OURS = frozenset(
    ("finding_key", "practice", "criterion", "standing", "status", "severity", "service_model")
)
"""Columns with words of our own, which need no care."""


class CsvExporter:
    """Writes `practices.csv`, `findings.csv` and `remediation.csv`."""

    name = "csv"
    title = "practices.csv, findings.csv and remediation.csv (RFC 4180, UTF-8, stable keys)"

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Exported:
        """Write the files."""
        practices = directory / "practices.csv"
        tabular.write(
            practices,
            PRACTICE_COLUMNS,
            (_practice_row(assessment, practice) for practice in assessment.practices),
        )
        findings = directory / "findings.csv"
        engine.write(findings_query(), findings)
        tabular.end_lines_with_crlf(findings)
        remediation = directory / "remediation.csv"
        tabular.write(
            remediation,
            REMEDIATION_COLUMNS,
            (_remediation_row(assessment, item) for item in assessment.remediation),
        )
        return Exported([practices, findings, remediation])


def findings_query() -> str:
    """Give the SELECT behind findings.csv: every finding, sorted, each cell safe."""
    columns = ", ".join(
        f"{_expression(column)} AS {name}" for name, column in FINDING_COLUMNS.items()
    )
    return f"SELECT {columns} FROM findings_sorted"


def _expression(column: str) -> str:
    if column in _OURS:
        return column
    if column == "tags":
        return tabular.safe_sql("array_to_string(tags, ' | ')")
    return _PLAIN.get(column) or tabular.safe_sql(column)


def _practice_row(assessment: Assessment, practice: PracticeResult) -> list[object]:
    cells, severities = practice.cells, practice.severities
    return [
        practice.id,
        assessment.period.name,
        assessment.client,
        practice.id,
        practice.category,
        practice.title,
        practice.priority,
        practice.weight,
        practice.evidence,
        practice.state,
        _percent(practice.assured),
        _percent(practice.possible),
        _percent(practice.coverage),
        cells.total,
        cells.passed,
        cells.failed,
        cells.unknown,
        cells.absent,
        practice.attestation.unknown,
        len(practice.accounts_failing),
        " ".join(practice.accounts_failing),
        practice.findings.get("fail", 0),
        practice.findings.get("muted_fail", 0),
        practice.findings.get("pass", 0),
        *(severities.get(name, 0) for name in ("critical", "high", "medium", "low")),
        severities.get("informational", 0),
    ]


def _remediation_row(assessment: Assessment, item: RemediationItem) -> list[object]:
    return [
        f"{item.practice}:{item.account}",
        assessment.period.name,
        item.practice,
        item.priority,
        item.account,
        item.owner,
        item.open_since or "",
        item.due or "",
        item.overdue,
        item.findings,
        item.accepted,
        "true" if item.attested else "false",
    ]


def _percent(share: Fraction | None) -> str:
    return "" if share is None else str(printed(100 * share))
