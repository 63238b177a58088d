"""OCSF Compliance Findings (class 2003): one for each practice and account.

Written twice with the same records: a record a line, as pipelines and lakes read, and as one JSON
array, as tools read that import a file. What is not assessed is a Warning, which the schema defines
as a check without a result for lack of information; it is never a Pass.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain
from pathlib import Path
from typing import Any

import msgspec

from gapfolio import __version__
from gapfolio.engine.base import Engine
from gapfolio.exports import ids
from gapfolio.exports.base import Exported
from gapfolio.exports.records import verdicts
from gapfolio.exports.records.verdicts import State, Verdict
from gapfolio.exports.texts import line, lines
from gapfolio.model import Assessment

VERSION = "1.3.0"
"""Of the schema: nothing that is written is deprecated in it, and later readers take it."""
LINES = "compliance.ocsf.ndjson"
ARRAY = "compliance.ocsf.json"
_CLASS = 2003
_CREATE, _UPDATE, _CLOSE = (1, "Create"), (2, "Update"), (3, "Close")
_COMPLIANCE: dict[State, tuple[int, str]] = {
    "pass": (1, "Pass"),
    "unknown": (2, "Warning"),
    "fail": (3, "Fail"),
    "absent": (99, "Not Applicable"),
    "gone": (0, "Unknown"),
}
_LIFE: dict[State, tuple[int, str]] = {
    "pass": (4, "Resolved"),
    "unknown": (1, "New"),
    "fail": (1, "New"),
    "absent": (4, "Resolved"),
    "gone": (99, "Archived"),
}
_SEVERITY = {
    "critical": (5, "Critical"),
    "high": (4, "High"),
    "medium": (3, "Medium"),
    "low": (2, "Low"),
}
_INFORMATIONAL = (1, "Informational")
_AWS_ACCOUNT = (10, "AWS Account")


class OcsfExporter:
    """Writes the records of all accounts."""

    name = "ocsf"
    title = "OCSF Compliance Findings (class 2003), a record a practice and account"

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Exported:
        """Write the records as lines and as an array."""
        paths = [directory / LINES, directory / ARRAY]
        with paths[0].open("wb") as rows, paths[1].open("wb") as array:
            before = b"[\n"
            for record in records(assessment, engine):
                data = msgspec.json.encode(record)
                rows.write(data + b"\n")
                array.write(before + data)
                before = b",\n"
            array.write(b"[]\n" if before == b"[\n" else b"\n]\n")
        return Exported(paths)


def records(assessment: Assessment, engine: Engine) -> Iterator[dict[str, Any]]:
    """Give the records: what is under audit by practice and account, then what has left it."""
    moment = verdicts.judged_at(assessment)
    for verdict in chain(verdicts.verdicts(assessment, engine), verdicts.gone(assessment, engine)):
        yield _record(assessment, verdict, moment)


def _record(assessment: Assessment, verdict: Verdict, moment: datetime) -> dict[str, Any]:
    activity = _activity(assessment, verdict)
    life = _LIFE[verdict.state]
    severity = _severity(verdict)
    said = verdicts.sentence(verdict)
    record: dict[str, Any] = {
        "activity_id": activity[0],
        "activity_name": activity[1],
        "category_uid": 2,
        "category_name": "Findings",
        "class_uid": _CLASS,
        "class_name": "Compliance Finding",
        "type_uid": _CLASS * 100 + activity[0],
        "type_name": f"Compliance Finding: {activity[1]}",
        "time": _milliseconds(moment),
        "severity_id": severity[0],
        "severity": severity[1],
        "status_id": life[0],
        "status": life[1],
        "message": line(f"{verdict.practice.title} ({verdict.place}): {said}"),
        "metadata": _metadata(verdict),
        "finding_info": _info(assessment, verdict),
        "compliance": _compliance(assessment, verdict, said),
        "remediation": {"desc": lines("\n".join(verdict.practice.recommendation))},
        "unmapped": _unmapped(assessment, verdict),
    }
    if verdict.account:
        record |= _where(verdict)
    return record


def _activity(assessment: Assessment, verdict: Verdict) -> tuple[int, str]:
    if verdict.state == "gone":
        return _CLOSE
    return _UPDATE if assessment.change else _CREATE


def _severity(verdict: Verdict) -> tuple[int, str]:
    """Give the practice's priority where there is something to do, whatever a scanner thinks."""
    if verdict.state not in ("fail", "unknown"):
        return _INFORMATIONAL
    return _SEVERITY.get(verdict.practice.priority or "", _INFORMATIONAL)


def _metadata(verdict: Verdict) -> dict[str, Any]:
    return {
        "version": VERSION,
        "profiles": ["cloud"] if verdict.account else [],
        "product": {"name": "Gapfolio", "vendor_name": "Gapfolio", "version": __version__},
    }


def _info(assessment: Assessment, verdict: Verdict) -> dict[str, Any]:
    practice = verdict.practice
    times = {
        "first_seen_time": verdict.first_seen,
        "last_seen_time": verdict.seen_at,
    }
    return {
        "uid": ids.stable(assessment.client, "ocsf", verdict.key),
        "title": line(f"{practice.id} {practice.title}"),
        "desc": lines("\n".join(text for text in (practice.why, practice.effect) if text)),
        "types": [practice.category],
        **{name: _milliseconds(moment) for name, moment in times.items() if moment},
    }


def _compliance(assessment: Assessment, verdict: Verdict, said: str) -> dict[str, Any]:
    status = _COMPLIANCE[verdict.state]
    return {
        "control": verdict.practice.id,
        "requirements": [line(name) for name in verdict.practice.nist_800_53],
        "standards": [f"Gapfolio catalogue {assessment.versions['catalogue']}"],
        "status_id": status[0],
        "status": status[1],
        "status_code": verdict.state,
        "status_detail": line(said),
    }


def _unmapped(assessment: Assessment, verdict: Verdict) -> dict[str, Any]:
    """Give what the schema has no place for."""
    return {
        "period": assessment.period.name,
        "client": line(assessment.client),
        "priority": verdict.practice.priority or "",
        "cells": dict(sorted(verdict.cells.items())),
        "reasons": dict(sorted(verdict.reasons.items())),
        "findings": verdict.findings,
        "findings_accepted": verdict.accepted,
        "is_accepted": verdict.is_accepted,
        "waivers": [line(name) for name in verdict.waivers],
    }


def _where(verdict: Verdict) -> dict[str, Any]:
    name = line(verdict.account_name) or verdict.account
    account = {
        "uid": verdict.account,
        "name": name,
        "type_id": _AWS_ACCOUNT[0],
        "type": _AWS_ACCOUNT[1],
    }
    return {
        "cloud": {"provider": "AWS", "account": account},
        "resources": [{"uid": verdict.account, "name": name, "type": _AWS_ACCOUNT[1]}],
    }


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
