"""tfsec, JSON: `{"results": [...]}`, and `{"results": null}` where nothing was found.

Since 1.0 `status` is a number; before that there was `passed`, with other words for severities,
which are not ours and are not translated. Passes are there only with --include-passed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

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
    text,
    type_of,
)

_STATUSES: dict[str, tuple[Status, bool]] = {
    "0": ("fail", False),
    "1": ("pass", False),
    # ignored ones were overridden, whatever they had been
    "2": ("error", True),
    "failed": ("fail", False),
    "passed": ("pass", False),
    "ignored": ("error", True),
}
_OWN_KEYS = frozenset(("rule_id", "rule_description", "rule_provider"))


class Tfsec:
    """Results as `tfsec --format json` writes them."""

    name = "tfsec-json"
    title = "tfsec JSON"
    recognised = "its results have rule_id and rule_provider; or null results are all it has"
    lost = (
        "impact, remedies and links; version and time are not in the file, passed checks only if "
        "tfsec was asked for them"
    )
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """By the first result that is an object; an empty file has no key but `results`."""
        results = element.get("results", "")
        if not results:
            return element.keys() == {"results"} and (results is None or results == [])
        if not isinstance(results, list):
            return False
        first = next((item for item in results if isinstance(item, Mapping)), {})
        return len(first.keys() & _OWN_KEYS) > 1 and "rule_id" in first

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a result."""
        yield from each(element.get("results"), _finding)


def _finding(record: Element) -> Iterator[Finding]:
    check = text(record.get("rule_id"))
    if not check:
        yield UNREADABLE
        return
    address = text(record.get("resource"))
    path = text(dig(record, "location", "filename"))
    status, muted = _status(record)
    yield Finding(
        scanner="tfsec",
        provider=named_provider(text(record.get("rule_provider")))
        or provider_of(address)
        or known_provider(check.split("-", maxsplit=1)[0])
        or "code",
        check=check,
        account="",
        resource=place(address, path, dig(record, "location", "start_line")),
        resource_name=address,
        resource_type=type_of(address),
        service=text(record.get("rule_service")),
        status=status,
        muted=muted,
        severity=severity(record.get("severity")),
        title=text(record.get("rule_description")),
        detail=text(record.get("description")),
    )


def _status(record: Element) -> tuple[Status, bool]:
    """Give the verdict; tfsec wrote only failures while it had neither key for it."""
    if "status" in record:
        return _STATUSES.get(text(record["status"]).lower(), ("error", False))
    passed = record.get("passed", False)
    if isinstance(passed, bool):
        return ("pass" if passed else "fail"), False
    return "error", False
