"""cfn_nag, JSON: a list of CloudFormation templates with the rules that each violates.

A warning is a violation too, only of a rule that cfn_nag thinks less of. A template that could not
be read is reported as a violation of the rule FATAL.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from itertools import zip_longest

from gapfolio.model import Finding
from gapfolio.sources.base import Element, Kind
from gapfolio.sources.codescan import UNREADABLE, each, place, text

_FATAL = "FATAL"


class CfnNag:
    """Results as `cfn_nag_scan --output-format json` writes them."""

    name = "cfn-nag-json"
    title = "cfn_nag JSON"
    recognised = "it has filename and file_results"
    lost = (
        "kinds of elements; rules that hold, suppressed rules, severity, version and time are not "
        "in the file"
    )
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """A template, also one without violations."""
        return "filename" in element and "file_results" in element

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a rule and resource that violates it."""
        results = element.get("file_results")
        if isinstance(results, Mapping):
            path = text(element.get("filename"))
            yield from each(results.get("violations"), partial(_violation, path))
        else:
            yield UNREADABLE


def _violation(path: str, record: Element) -> Iterator[Finding]:
    check = text(record.get("id"))
    if not check:
        yield UNREADABLE
        return
    names, lines = record.get("logical_resource_ids"), record.get("line_numbers")
    listed = names if isinstance(names, list) and names else [""]
    numbers = lines[: len(listed)] if isinstance(lines, list) else []
    detail = " ".join(filter(None, (text(record.get("type")), text(record.get("name")))))
    for name, line in zip_longest(listed, numbers):
        address = text(name)
        yield Finding(
            scanner="cfn_nag",
            check=check,
            account="",
            resource=place(address, path, line),
            resource_name=address,
            status="error" if check == _FATAL else "fail",
            title=text(record.get("message")),
            detail=detail,
        )
