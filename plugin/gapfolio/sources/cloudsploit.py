"""CloudSploit, JSON and CSV: one record a plugin, resource and Region.

Neither names the account or a time, and neither has a severity. WARN means that the plugin saw
something that it does not judge, UNKNOWN that a call failed: neither is a verdict. OK where there
is nothing to look at is none either. The CSV has the title of a plugin where the JSON has its id.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from gapfolio.model import Finding, Status
from gapfolio.sources.arns import account_of, named_region, region_of
from gapfolio.sources.base import Element, Kind
from gapfolio.sources.codescan import UNREADABLE, text, texts

_STATUSES: dict[str, Status] = {"OK": "pass", "FAIL": "fail"}
_NOTHING = "N/A"
_ABSENT = re.compile(
    r"No\b.*\b(founds?|present|to check|available|exists?|configured|created)\b", re.IGNORECASE
)
_GOOD = re.compile(
    r"\b(public|open|unencrypted|insecure|sensitive|vulnerabilities|active findings|using|with"
    r"|routes between)\b",
    re.IGNORECASE,
)
"""What is well when there is none of it: no public AMIs, no users with passwords."""
_KEYS = frozenset(("plugin", "category", "status", "resource", "region"))
_COLUMNS = frozenset(("category", "title", "resource", "region", "statusWord", "message"))
_LOST = (
    "descriptions, what was suppressed on the command line, and what WARN says, which is no "
    "verdict; neither account, time nor severity is in the file"
)
_RESOURCES = (
    ("/subscriptions/", "azure"),
    ("projects/", "gcp"),
    ("ocid1.", "oracle"),
)
_REGIONS = (
    (re.compile(r"[a-z]{2}(-[a-z]{2,20}){1,3}-[0-9]{1,2}"), "aws"),
    (re.compile(r"[a-z]{2,20}-[a-z]{2,20}[0-9]{1,2}(-[a-z])?"), "gcp"),
    (re.compile(r"(?!any\Z)[a-z]{3,30}[0-9]?"), "azure"),
)


class CloudSploitJson:
    """Results as `cloudsploit --json` writes them."""

    name = "cloudsploit-json"
    title = "CloudSploit JSON"
    recognised = "it has plugin, category, status, resource and region"
    lost = f"{_LOST}; its JUnit output is not read"
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """Its five keys that nobody else has together."""
        return element.keys() >= _KEYS and isinstance(element.get("plugin"), str)

    def findings(self, element: Element) -> Iterator[Finding]:
        """One."""
        yield _finding(element, text(element.get("plugin")), text(element.get("status")))


class CloudSploitCsv:
    """Results as `cloudsploit --csv` writes them."""

    name = "cloudsploit-csv"
    title = "CloudSploit CSV"
    recognised = "the header has category, title, resource, region, statusWord and message"
    lost = f"{_LOST}; the plugin is known by its title only"
    kind: Kind = "csv"

    def claims(self, element: Element) -> bool:
        """`statusWord` is no other scanner's."""
        return element.keys() >= _COLUMNS

    def findings(self, element: Element) -> Iterator[Finding]:
        """One."""
        yield _finding(element, text(element.get("title")), text(element.get("statusWord")))


def _finding(record: Element, check: str, status: str) -> Finding:
    if not check:
        return UNREADABLE
    resource = text(record.get("resource"))
    resource = "" if resource == _NOTHING else resource
    message = text(record.get("message"))
    written = record.get("region")
    region = named_region(next(iter(texts(written)), "") or text(written))
    return Finding(
        scanner="cloudsploit",
        provider=_provider(resource, region),
        check=check,
        account=account_of(resource),
        region=region or region_of(resource),
        resource=resource,
        service=text(record.get("category")).replace(" ", "").lower(),
        status=_status(status, resource, message),
        title=text(record.get("title")),
        detail=message,
    )


def _status(word: str, resource: str, message: str) -> Status:
    """Tell a verdict from OK for want of anything to look at ("No RDS instances found")."""
    status = _STATUSES.get(word.upper(), "error")
    nothing = not resource and _ABSENT.match(message) and not _GOOD.search(message)
    return "not_applicable" if status == "pass" and nothing else status


def _provider(resource: str, region: str) -> str:
    """Tell the cloud, which is not named, by a resource or else by a Region."""
    if resource.startswith("arn:"):
        return "aws"
    for start, provider in _RESOURCES:
        if resource.startswith(start):
            return provider
    return next((provider for form, provider in _REGIONS if form.fullmatch(region)), "aws")
