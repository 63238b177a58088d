"""AWS IAM Access Analyzer: who outside can reach a resource, and which access is never used.

That somebody outside, or inside, has access is an event while the access is there, and a pass once
it is gone (resolved). Unused access is a verdict: a fail while it is there, a pass once resolved.
What was archived is still there; it is muted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gapfolio.model import Finding, Status
from gapfolio.sources import aws
from gapfolio.sources.base import Element, Kind
from gapfolio.sources.codescan import text

_EXTERNAL = "ExternalAccess"
_UNUSED = "Unused"
_STATES = frozenset(("ACTIVE", "ARCHIVED", "RESOLVED"))
_WORD = re.compile("(?<=[a-z])(?=[A-Z])")


class AccessAnalyzer:
    """Findings as `aws accessanalyzer list-findings` (and -v2) and EventBridge have them."""

    name = "accessanalyzer"
    title = "AWS IAM Access Analyzer JSON"
    recognised = (
        "it has analyzedAt, resourceType and a status, and the account that owns the resource,"
        " perhaps in an EventBridge event"
    )
    lost = "the conditions of the access, and when each unused permission was last used"
    snapshot = True
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """By the keys that every finding has."""
        finding = _opened(element)
        return bool(
            "analyzedAt" in finding
            and text(finding.get("resourceType"))
            and text(finding.get("status")).upper() in _STATES
            and (finding.get("resourceOwnerAccount") or finding.get("accountId"))
        )

    def findings(self, element: Element) -> Iterator[Finding]:
        """Yield the only one, of the only resource."""
        finding = _opened(element)
        check = text(finding.get("findingType")) or _EXTERNAL
        state = text(finding.get("status")).upper()
        resource = text(finding.get("resource"))
        kind = text(finding.get("resourceType"))
        unused = check.startswith(_UNUSED)
        gone = str(finding.get("isDeleted")).lower() == "true"
        yield Finding(
            scanner="accessanalyzer",
            check=check,
            account=aws.account(finding.get("resourceOwnerAccount"), finding.get("accountId")),
            region=aws.region(finding.get("region"), resource),
            resource=resource,
            resource_type=kind,
            service=aws.service(resource, kind),
            status=_status(finding, "RESOLVED" if gone else state, unused=unused),
            muted=state == "ARCHIVED",
            title=f"{_WORD.sub(' ', check)}: {kind}",
            detail=_detail(finding),
            observed_at=aws.newest(finding.get("updatedAt"), finding.get("analyzedAt")),
            finding_uid=text(finding.get("id")),
        )


def _opened(element: Element) -> Element:
    """Take the finding out of an event, or out of the answer of `get-finding`."""
    finding = element.get("finding")
    return finding if isinstance(finding, Mapping) else aws.opened(element)


def _status(finding: Element, state: str, *, unused: bool) -> Status:
    if finding.get("error"):
        return "error"
    if state == "RESOLVED":
        return "pass"
    return "fail" if unused else "event"


def _detail(finding: Element) -> str:
    """Say who may do what, or why it is not known."""
    if error := text(finding.get("error")):
        return f"the analyzer reports: {error}"
    principal = finding.get("principal")
    who = ", ".join(
        f"{key} {text(value)}"
        for key, value in (principal.items() if isinstance(principal, Mapping) else ())
    )
    action = finding.get("action")
    what = ", ".join(map(text, action)) if isinstance(action, list) else ""
    public = "public access" if str(finding.get("isPublic")).lower() == "true" else ""
    return "; ".join(filter(None, (public, who, what)))
