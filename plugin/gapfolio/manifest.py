"""The two lists of a pack, as files: `manifest.json` (every file of it) and `evidence.json`."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

import msgspec

from gapfolio import __version__, decoding
from gapfolio.errors import PackError
from gapfolio.model import Assessment, Record

_SCHEMA = "gapfolio.manifest/1"
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


class _Header(msgspec.Struct, frozen=True):
    """What the manifest of any version has."""

    schema: str
    versions: dict[str, str] = {}


def read_manifest(data: bytes, name: str) -> Manifest:
    """Read the content of a pack's `manifest.json`.

    Args:
        data: the content.
        name: the pack, for the message.

    Raises:
        PackError: it is none, or one of another schema; then the version that made it is named.
    """
    try:
        header = decoding.decode(data, _Header, "json")
    except decoding.MalformedError as error:
        raise PackError(f"{name}: {MANIFEST}: cannot be read: {error}") from error
    maker = header.versions.get("gapfolio", "an unknown version")
    if header.schema != _SCHEMA:
        raise PackError(
            f"{name}: {MANIFEST}: is of schema {header.schema}, this version reads {_SCHEMA}; "
            f"the pack was made by gapfolio {maker}, use it with that"
        )
    try:
        return decoding.decode(data, Manifest, "json")
    except decoding.MalformedError as error:
        other = f" (made by gapfolio {maker}, this is {__version__})" * (maker != __version__)
        raise PackError(f"{name}: {MANIFEST}: cannot be read: {error}{other}") from error


def edition(assessment: Assessment) -> str:
    """Say which report of its period an assessment is; "" = the whole one."""
    redacted = f"redacted: {', '.join(assessment.redacted)}" if assessment.redacted else ""
    return "; ".join(words for words in (assessment.part, redacted) if words)


class Declared(Record, frozen=True, kw_only=True):
    """`runs/declared.json`: what the auditor declared as executed, where it was a list."""

    schema: Literal["gapfolio.declared/1"] = "gapfolio.declared/1"
    checks: dict[str, list[str]]
    """The declaration's own words to the checks that it names."""
