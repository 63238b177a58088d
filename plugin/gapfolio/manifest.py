"""The two lists of a pack, as files: `manifest.json` (every file of it) and `evidence.json`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from gapfolio.model import Assessment, Record

MANIFEST = "manifest.json"
EVIDENCE = "evidence.json"
SIGNATURE = "manifest.json.p7s"
REPORT = "report.pdf"
ASSESSMENT = "assessment.json"
FINDINGS = "findings.parquet"
CELLS = "cells.parquet"
CLOSED = "closed.parquet"
DECLARED = "runs/declared.json"
"""Checks of declarations that named a list: `--executed prowler=checks.txt`."""


class FileEntry(Record, frozen=True, kw_only=True):
    """A file with its hash."""

    path: str
    sha256: str
    bytes: int


class Evidence(Record, frozen=True, kw_only=True):
    """`evidence.json`: what the report rests on; it is embedded in the PDF."""

    schema: Literal["gapfolio.evidence/1"] = "gapfolio.evidence/1"
    client: str
    period: str
    versions: dict[str, str]
    inputs: list[FileEntry]
    files: list[FileEntry]


class Manifest(Record, frozen=True, kw_only=True):
    """`manifest.json`: every file of the pack."""

    schema: Literal["gapfolio.manifest/1"] = "gapfolio.manifest/1"
    client: str
    period: str
    edition: str = ""
    """Which report of the period it is: "" = the whole one, else what part or copy of it."""
    created: datetime | None = None
    """The date that metadata carry; it is never that of the clock."""
    versions: dict[str, str]
    files: list[FileEntry]


def edition(assessment: Assessment) -> str:
    """Say which report of its period an assessment is; "" = the whole one."""
    redacted = f"redacted: {', '.join(assessment.redacted)}" if assessment.redacted else ""
    return "; ".join(words for words in (assessment.part, redacted) if words)


class Declared(Record, frozen=True, kw_only=True):
    """`runs/declared.json`: what the auditor declared as executed, where it was a list."""

    schema: Literal["gapfolio.declared/1"] = "gapfolio.declared/1"
    checks: dict[str, list[str]]
    """The declaration's own words to the checks that it names."""
