"""Failing resources as the report lists them, and how a list says that it was cut."""

from __future__ import annotations

from dataclasses import dataclass

from gapfolio.assess.untold import by_answers
from gapfolio.model import Affected, Assessment
from gapfolio.report.view import formats, words

SHOWN = 5
"""So many resources stand in the finding itself; the appendix lists up to 15."""
RESOURCE = 300
DETAIL = 120
"""Characters of a resource and of what a check said of it; findings.csv has them in full."""


@dataclass(frozen=True, slots=True)
class Resource:
    """A failing resource."""

    resource: str
    where: str
    severity: str
    check: str
    detail: str
    """What the check said of it, shortened."""
    origin: str
    muted: bool


@dataclass(frozen=True, slots=True)
class Places:
    """What need not be said of each resource, because the report says it once."""

    files: dict[str, int]
    """Input to its number in the evidence manifest."""
    single: bool
    """True: one account is in scope."""
    listed: str = "findings.csv"
    """File with all findings; "" if none was written."""


def places(assessment: Assessment) -> Places:
    """Number the inputs as the evidence manifest does."""
    return Places(
        files={given.name: number for number, given in enumerate(assessment.inputs, 1)},
        single=len(assessment.accounts) == 1,
        listed="" if by_answers(assessment) else "findings.csv",
    )


def resource(affected: Affected, known: Places) -> Resource:
    """Print a failing resource; account and Region only where its name does not hold them."""
    account = "" if known.single or affected.account in affected.resource else affected.account
    region = "" if affected.region in affected.resource.split(":") else affected.region
    return Resource(
        resource=formats.short(affected.resource, RESOURCE),
        where=formats.short(" · ".join(part for part in (account, region) if part)),
        severity=words.SEVERITIES.get(affected.severity, affected.severity),
        check=formats.short(affected.check.partition(":")[2] or affected.check),
        detail=formats.short(affected.detail, DETAIL),
        origin=_origin(affected, known.files),
        muted=affected.muted,
    )


def _origin(affected: Affected, files: dict[str, int]) -> str:
    row = f"row {formats.number(affected.row)}"
    if len(files) == 1:
        return row
    return f"file {files[affected.input]}, {row}" if affected.input in files else ""


def truncation(shown: int, total: int, where: str = "findings.csv") -> str:
    """Say how many of how many are listed, and where the rest is, if anywhere; "" where all are."""
    if shown >= total:
        return ""
    return (
        f"{formats.number(shown)} of {formats.number(total)}{f', all in {where}' if where else ''}"
    )
