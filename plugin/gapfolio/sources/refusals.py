"""Scanner files that are known and not read, each with what to give instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gapfolio.sources.base import Element, Kind
from gapfolio.sources.passed_over import own_columns

UNKNOWN = "not a finding in a format that is read"


@dataclass(frozen=True)
class Refusal:
    """A kind of element that is recognised in order to refuse it well."""

    reason: str
    kind: Kind
    matches: Callable[[Element], bool]


REFUSALS = (
    Refusal(
        "Prowler compliance output, which repeats findings: give the findings file instead",
        "csv",
        lambda names: "REQUIREMENTS_ID" in names and "CHECKID" in names,
    ),
    Refusal(
        "Prowler compliance output, which repeats findings: give the findings file instead",
        "json",
        lambda element: str(element.get("class_uid")) == "2003",
    ),
    Refusal(
        "Prowler ASFF, which lacks manual checks: give the OCSF or CSV file of that scan instead",
        "json",
        lambda element: str(element.get("ProductArn")).endswith("product/prowler/prowler"),
    ),
    Refusal(
        "Prowler 2 output: scan again with Prowler 3 or later",
        "csv",
        lambda names: "TITLE_ID" in names and "CHECK_RESULT" in names,
    ),
    Refusal(
        "Prowler 2 output: scan again with Prowler 3 or later",
        "json",
        lambda element: "Control" in element and "Account Number" in element,
    ),
    Refusal(
        "a Prowler log, not its findings",
        "json",
        lambda element: element.keys() >= {"timestamp", "filename", "level", "module"},
    ),
    Refusal(
        "an output of Gapfolio itself",
        "csv",
        lambda names: own_columns(frozenset(names)),
    ),
    Refusal(
        "an output of Gapfolio itself",
        "json",
        lambda element: str(element.get("schema")).startswith("gapfolio."),
    ),
)


def refusal(element: Element, kind: Kind) -> str:
    """Say why an unclaimed element is not read."""
    for known in REFUSALS:
        if known.kind == kind and known.matches(element):
            return known.reason
    return UNKNOWN
