"""What a report that was made from query results cannot tell, because a result was not given."""

from __future__ import annotations

from gapfolio.model import Assessment

CELLS = "cells"
TELLS = {
    "scans": "which scanners looked and when, and so whether a criterion lacks its cells",
    "counts": "how many findings there are, and where they stand",
    "account_findings": "the findings and Regions of each account",
    "criterion_findings": "the findings of each criterion and practice",
    "severities": "the findings by severity",
    "service_models": "the findings by responsibility model",
    "affected": "the resources that fail",
    "unmapped": "checks that stand in no practice",
    "conflicts": "what scanners disagree on",
    "muted": "what was muted in the scanners",
    "before_deployment": "findings on infrastructure code",
    "remediation": "what is to be done by whom and when",
    "waiver_use": "what each waiver covers",
    "waiver_overlaps": "which waivers overlap",
}
"""Queries whose results may be given beside `cells`, with what a report does not tell without."""
_SOURCE = "query result: "


def source(name: str) -> str:
    """Name the format of a query's result in the list of inputs."""
    return f"{_SOURCE}{name}"


def by_answers(assessment: Assessment) -> bool:
    """Say whether an assessment was made from query results, and so without findings."""
    return any(item.source.startswith(_SOURCE) for item in assessment.inputs)


def untold(assessment: Assessment) -> list[str]:
    """Name the queries whose results were not given; none where findings were read."""
    given = {item.source for item in assessment.inputs}
    return [name for name in TELLS if source(name) not in given] if by_answers(assessment) else []
