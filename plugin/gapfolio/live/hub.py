"""The two programming interfaces of Security Hub, page by page, as AWS wrote them.

What is kept is the text of the answer, not what boto3 makes of it: boto3 drops every field that is
newer than itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from gapfolio.errors import InputError

PER_SECOND = 3.0
"""Requests for findings that AWS grants an account in a Region."""
PAGE = 100
"""Findings on a page, at most."""
FILTER_VALUES = 20
"""Values that one filter takes."""


@dataclass(frozen=True)
class Api:
    """One of the two interfaces."""

    location: str
    stem: str
    """What the names of its files begin with."""
    title: str
    operation: str
    method: str
    filters: Callable[[Sequence[str]], dict[str, Any]]
    """Gives the filter for findings of some Regions; for none, the filter for all."""
    aggregators: tuple[str, str, str]
    """Method that lists aggregators, key of the list, key of the ARN in it."""
    aggregator: tuple[str, str, str]
    """Method that describes one, key of its home Region, key of the Regions it names."""


@dataclass(frozen=True)
class Page:
    """Some findings as lines of NDJSON, and where the next ones are."""

    lines: bytes
    findings: int
    token: str
    """"" on the last page."""


class _Answer(msgspec.Struct):
    findings: list[msgspec.Raw] = msgspec.field(name="Findings", default_factory=list)
    token: str | None = msgspec.field(name="NextToken", default=None)


class Feed:
    """The findings of one Region; never more than `PER_SECOND` requests, repeated ones included."""

    def __init__(self, api: Api, client: Any, regions: Sequence[str]) -> None:
        if not hasattr(client, api.method):
            raise InputError(
                f"{api.location} the boto3 that is installed does not know {api.operation}: "
                "pip install --upgrade boto3"
            )
        self._call: Callable[..., object] = getattr(client, api.method)
        self._filters = api.filters(regions)
        self._body = b""
        self._next = 0.0
        events = client.meta.events
        events.register(f"before-send.securityhub.{api.operation}", self._pace)
        events.register(f"after-call.securityhub.{api.operation}", self._keep)

    def page(self, token: str) -> Page:
        """Read one page.

        Raises:
            botocore.exceptions.ClientError, BotoCoreError: as `trouble` reads them.
        """
        more = {"NextToken": token} if token else {}
        filters = {"Filters": self._filters} if self._filters else {}
        self._call(MaxResults=PAGE, **filters, **more)
        answer = msgspec.json.decode(self._body, type=_Answer)
        return Page(b"".join(map(_line, answer.findings)), len(answer.findings), answer.token or "")

    def _pace(self, **_: object) -> None:
        now = time.monotonic()
        if now < self._next:
            time.sleep(self._next - now)
        self._next = max(now, self._next) + 1 / PER_SECOND

    def _keep(self, http_response: Any, **_: object) -> None:
        self._body = http_response.content


def _line(raw: msgspec.Raw) -> bytes:
    """Put a finding on one line; in JSON a line break can only stand between tokens."""
    return bytes(raw).replace(b"\n", b" ").replace(b"\r", b" ") + b"\n"


def _asff_filters(regions: Sequence[str]) -> dict[str, Any]:
    """Active findings. Nothing else is left out: passed ones are RESOLVED, and count."""
    filters = {"RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}]}
    if regions:
        filters["Region"] = [{"Value": region, "Comparison": "EQUALS"} for region in regions]
    return filters


def _ocsf_filters(regions: Sequence[str]) -> dict[str, Any]:
    """Everything: no status is asked for, lest one of them is what a passed finding has."""
    if not regions:
        return {}
    wanted = [
        {"FieldName": "cloud.region", "Filter": {"Value": region, "Comparison": "EQUALS"}}
        for region in regions
    ]
    return {"CompositeFilters": [{"StringFilters": wanted, "Operator": "OR"}]}


ASFF = Api(
    location="securityhub:",
    stem="securityhub",
    title="Security Hub",
    operation="GetFindings",
    method="get_findings",
    filters=_asff_filters,
    aggregators=("list_finding_aggregators", "FindingAggregators", "FindingAggregatorArn"),
    aggregator=("get_finding_aggregator", "FindingAggregationRegion", "Regions"),
)
OCSF = Api(
    location="securityhub-v2:",
    stem="securityhub-v2",
    title="Security Hub V2",
    operation="GetFindingsV2",
    method="get_findings_v2",
    filters=_ocsf_filters,
    aggregators=("list_aggregators_v2", "AggregatorsV2", "AggregatorV2Arn"),
    aggregator=("get_aggregator_v2", "AggregationRegion", "LinkedRegions"),
)
