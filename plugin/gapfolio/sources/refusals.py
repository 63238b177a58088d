"""Scanner files that are known and not read, each with what to give instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from gapfolio.sources.asff import is_asff, is_own, is_summary
from gapfolio.sources.base import Element, Kind, dig
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
        lambda element: (
            str(element.get("class_uid")) == "2003"
            and dig(element, "metadata", "product", "name") == "Prowler"
        ),
    ),
    Refusal(
        "a summary of a result set, not a finding",
        "json",
        lambda element: is_asff(element) and is_summary(element),
    ),
    Refusal(
        "errors that ScoutSuite logged: give its scoutsuite_results file instead",
        "json",
        lambda element: element.keys() >= {"exception", "traceback", "additional_details"},
    ),
    Refusal(
        "Powerpipe output without a control: the run failed, or selected none",
        "json",
        lambda element: element.keys() >= {"group_id", "groups", "controls"},
    ),
    Refusal(
        "a Powerpipe snapshot: write the results with --output json or csv instead",
        "json",
        lambda element: element.keys() >= {"schema_version", "panels", "layout"},
    ),
    Refusal(
        "output of Wiz CLI, which scans code and images: give Wiz's issues as CSV instead",
        "json",
        lambda element: element.keys() >= {"scanOriginResource", "policies", "result"},
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
        lambda element: str(element.get("schema")).startswith("gapfolio.") or is_own(element),
    ),
    Refusal(
        "an output of Gapfolio itself",
        "json",
        lambda element: dig(element, "metadata", "product", "name") == "Gapfolio",
    ),
)


def refusal(element: Element, kind: Kind) -> str:
    """Say why an unclaimed element is not read."""
    for known in REFUSALS:
        if known.kind == kind and known.matches(element):
            return known.reason
    return UNKNOWN
