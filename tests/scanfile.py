"""Findings as the file that Prowler 5 would have written."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

from gapfolio.model import Finding


def write_findings(path: Path, findings: Sequence[Finding]) -> None:
    path.write_text(json.dumps([_element(item) for item in findings]), encoding="utf-8")


def _element(finding: Finding) -> dict[str, object]:
    assert finding.observed_at
    return {
        "class_uid": 2004,
        "metadata": {
            "event_code": finding.check,
            "product": {"name": "Prowler", "version": finding.scanner_version},
        },
        "status_code": "ERROR" if finding.status == "error" else finding.status.upper(),
        "status": "Suppressed" if finding.muted else "New",
        "severity": finding.severity,
        "time": int(finding.observed_at.timestamp()),
        "cloud": {
            "provider": "aws",
            "region": finding.region,
            "account": {"uid": finding.account, "name": ""},
        },
        "resources": [{"uid": finding.resource, "name": finding.resource_name}],
        "finding_info": {"uid": finding.finding_uid, "title": finding.title},
    }
