"""Checkov, JSON: an object, or a list of one for each kind of code that was found.

A skipped check was not evaluated, so its verdict is lost. Without a platform key there is no
severity, and there is never a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

import msgspec

from gapfolio.model import Finding, Status
from gapfolio.sources.base import Element, Kind, dig
from gapfolio.sources.codescan import (
    UNREADABLE,
    each,
    known_provider,
    named_provider,
    place,
    provider_of,
    severity,
    tags,
    text,
    texts,
    type_of,
)

_SECTIONS: dict[str, tuple[str, Status]] = {
    "passed_checks": ("PASSED", "pass"),
    "failed_checks": ("FAILED", "fail"),
    "skipped_checks": ("SKIPPED", "error"),
}
_COUNTS = ("passed", "failed", "skipped")
_SUMMARY = frozenset((*_COUNTS, "checkov_version"))
_ID = re.compile(r"CKV2?_([A-Za-z0-9]+)_")


class Checkov:
    """Checks of code as `checkov -o json` writes them."""

    name = "checkov-json"
    title = "Checkov JSON"
    recognised = "it has check_type and results, or only the counts that an empty run leaves"
    lost = "the code itself, guidelines, and what a skipped check would have said"
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """A report on one kind of code, or the bare summary of a run that found none."""
        if isinstance(element.get("check_type"), str) and "results" in element:
            results = element["results"]
            return not isinstance(results, Mapping) or bool(results.keys() & _SECTIONS.keys())
        # with other counts it is a summary whose findings are somewhere else
        return element.keys() >= _SUMMARY and not any(element[key] for key in _COUNTS)

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a check and resource."""
        if "check_type" not in element:
            return
        results = element.get("results")
        if not isinstance(results, Mapping):
            yield UNREADABLE
            return
        found: list[Finding] = []
        for section in _SECTIONS:
            found += each(results.get(section), partial(_finding, element, section))
        yield from found
        yield from _unparsed(results.get("parsing_errors"), found)


def _unparsed(paths: object, found: Sequence[Finding]) -> Iterator[Finding]:
    """Say of each file that Checkov could not parse that nobody looked at it."""
    cloud = "aws" if any(one.provider == "aws" for one in found) or not found else "code"
    for path in texts(paths):
        yield Finding(
            scanner="checkov",
            provider=cloud,
            check="parsing_errors",
            account="",
            resource=path,
            status="error",
            title="Checkov could not parse the file",
        )


def _finding(report: Element, section: str, record: Element) -> Iterator[Finding]:
    check = text(record.get("check_id"))
    if not check:
        yield UNREADABLE
        return
    address = text(record.get("resource_address")) or text(record.get("resource"))
    path = text(record.get("repo_file_path")) or text(record.get("file_path"))
    lines = texts(record.get("file_line_range"))
    result, status = _SECTIONS[section]
    if text(dig(record, "check_result", "result")) not in (result, ""):
        status = "error"
    yield Finding(
        scanner="checkov",
        scanner_version=text(dig(report, "summary", "checkov_version")),
        provider=_provider(check, address, text(report.get("check_type"))),
        check=check,
        account="",
        resource=place(address, path, lines[0] if lines else None),
        resource_name=address,
        resource_type=type_of(address),
        status=status,
        muted=section == "skipped_checks",
        severity=severity(record.get("severity")),
        title=text(record.get("check_name")),
        detail=_detail(record),
        tags=tags(record.get("entity_tags")),
        frameworks=_frameworks(record.get("benchmarks")),
    )


def _provider(check: str, address: str, check_type: str) -> str:
    """Tell by the id; checks of one's own have ids that say nothing, so there by the resource."""
    found = _ID.match(check)
    token = found[1] if found else ""
    return (
        known_provider(token)
        or provider_of(address)
        or named_provider(token)
        or named_provider(check_type)
        or "code"
    )


def _detail(record: Element) -> str:
    """Say why it was skipped, else what was found, else which attributes were looked at."""
    comment = text(dig(record, "check_result", "suppress_comment"))
    found = "; ".join(texts(record.get("details")))
    keys = ", ".join(texts(dig(record, "check_result", "evaluated_keys")))
    return comment or found or (keys and f"evaluated: {keys}")


def _frameworks(benchmarks: object) -> str:
    if not isinstance(benchmarks, Mapping):
        return ""
    ids = {str(name): texts(listed) for name, listed in benchmarks.items()}
    return msgspec.json.encode(ids).decode() if any(ids.values()) else ""
