"""AWS Trusted Advisor: results of its checks, and the recommendations of its newer API.

Yellow (`warning`, "investigation recommended") and red (`error`, "action recommended") are verdicts
on a resource, so both are a fail; `not_available` is none. A result lists what was flagged, not
what is well. The names of its columns stand elsewhere, so they are shown as one text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from gapfolio.model import Finding, Status
from gapfolio.sources import aws
from gapfolio.sources.base import Element, Kind
from gapfolio.sources.codescan import UNREADABLE, each, text, texts

_STATUS: dict[str, Status] = {"ok": "pass", "warning": "fail", "error": "fail"}
_LISTS = (
    "summaries",
    "recommendationSummaries",
    "organizationRecommendationSummaries",
    "recommendationResourceSummaries",
    "organizationRecommendationResourceSummaries",
)
_SINGLE = ("result", "recommendation")
_CHECK = ":check/"


class TrustedAdvisor:
    """Results as `aws support` and `aws trustedadvisor` give them."""

    name = "trustedadvisor"
    title = "AWS Trusted Advisor JSON"
    recognised = (
        "it has checkId and a resources summary, or the ARN of a recommendation with its resources,"
        " alone or in an answer of the API"
    )
    lost = "savings, pillars, and the names of the columns of flagged resources"
    snapshot = True
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """By the keys of a result or a recommendation, alone or in a list."""
        return any(map(_is_known, _held(_opened(element))))

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a flagged resource, or a check where nothing is flagged or told."""
        opened = _opened(element)
        checks = {
            text(item.get("arn")): _check(item)
            for item in _held(opened)
            if isinstance(item, Mapping) and "resourcesAggregates" in item
        }
        if _is_known(opened):
            yield from _read(opened, checks)
            return
        for key in _SINGLE:
            found = opened.get(key)
            if isinstance(found, Mapping):
                yield from _read(found, checks)
        for key in _LISTS:
            yield from each(opened.get(key), lambda item: _read(item, checks))


def _opened(element: Element) -> Element:
    """Take an answer out of the `data` that recorded answers stand in."""
    data = element.get("data")
    return data if isinstance(data, Mapping) else element


def _held(opened: Element) -> Iterator[object]:
    """Yield an object and what it may hold of results."""
    yield opened
    for key in _SINGLE:
        yield opened.get(key)
    for key in _LISTS:
        found = opened.get(key)
        yield from found if isinstance(found, list) else []


def _is_known(item: object) -> bool:
    if not isinstance(item, Mapping):
        return False
    if text(item.get("checkId")):
        return "resourcesSummary" in item or "flaggedResources" in item
    if ":trustedadvisor:" in text(item.get("recommendationArn")):
        return True
    return ":trustedadvisor:" in text(item.get("arn")) and "resourcesAggregates" in item


def _read(item: Element, checks: Mapping[str, str]) -> Iterator[Finding]:
    if not _is_known(item):
        yield UNREADABLE
    elif "checkId" in item:
        yield from _of_result(item)
    elif "recommendationArn" in item:
        yield _of_resource(item, checks)
    else:
        yield _of_recommendation(item)


def _of_result(result: Element) -> Iterator[Finding]:
    flagged = result.get("flaggedResources")
    if flagged:
        yield from each(flagged, lambda item: iter([_of_flagged(result, item)]))
        return
    word = text(result.get("status"))
    counts = result.get("resourcesSummary")
    said = ", ".join(
        f"{key.removeprefix('resources').lower()} {text(value)}"
        for key, value in (counts.items() if isinstance(counts, Mapping) else ())
    )
    yield Finding(
        scanner="trustedadvisor",
        check=text(result.get("checkId")),
        account="",
        resource="",
        status=_STATUS.get(word.lower(), "error"),
        detail="; ".join(filter(None, (word, said and f"resources: {said}"))),
        observed_at=aws.moment(result.get("timestamp")),
    )


def _of_flagged(result: Element, item: Element) -> Finding:
    columns = texts(item.get("metadata"))
    word = text(item.get("status")) or text(result.get("status"))
    uid = text(item.get("resourceId"))
    arn = next((cell for cell in columns if cell.startswith("arn:")), "")
    return Finding(
        scanner="trustedadvisor",
        check=text(result.get("checkId")),
        account=aws.account(None, arn),
        region=aws.region(item.get("region"), arn),
        resource=arn or uid,
        service=aws.service(arn),
        status=_STATUS.get(word.lower(), "error"),
        muted=item.get("isSuppressed") is True,
        detail=f"{word}: {', '.join(columns)}" if columns else word,
        observed_at=aws.moment(result.get("timestamp")),
        finding_uid=uid,
    )


def _of_recommendation(item: Element) -> Finding:
    word = text(item.get("status"))
    counts = item.get("resourcesAggregates")
    said = ", ".join(
        f"{key.removesuffix('Count')} {text(value)}"
        for key, value in (counts.items() if isinstance(counts, Mapping) else ())
    )
    no_data = item.get("statusReason") == "no_data_ok"
    return Finding(
        scanner="trustedadvisor",
        check=_check(item),
        account=aws.account(None, item.get("arn")),
        resource="",
        status="not_applicable" if no_data else _STATUS.get(word.lower(), "error"),
        muted=item.get("lifecycleStage") == "dismissed",
        title=text(item.get("name")),
        detail="; ".join(filter(None, (word, said and f"resources: {said}"))),
        observed_at=aws.newest(item.get("lastUpdatedAt")) or aws.moment(item.get("createdAt")),
        finding_uid=text(item.get("arn")),
    )


def _of_resource(item: Element, checks: Mapping[str, str]) -> Finding:
    recommendation = text(item.get("recommendationArn"))
    resource = text(item.get("awsResourceId"))
    word = text(item.get("status"))
    columns = item.get("metadata")
    said = ", ".join(
        f"{key}: {text(value)}"
        for key, value in (columns.items() if isinstance(columns, Mapping) else ())
    )
    return Finding(
        scanner="trustedadvisor",
        check=checks.get(recommendation) or recommendation,
        account=aws.account(item.get("accountId"), recommendation, resource),
        region=aws.region(item.get("regionCode"), resource),
        resource=resource or text(item.get("id")),
        service=aws.service(resource),
        status=_STATUS.get(word.lower(), "error"),
        muted=item.get("exclusionStatus") == "excluded",
        detail=f"{word}: {said}" if said else word,
        observed_at=aws.moment(item.get("lastUpdatedAt")),
        finding_uid=text(item.get("arn")),
    )


def _check(item: Element) -> str:
    """Give the check's id; recommendations by people have none but their name."""
    _, found, uid = text(item.get("checkArn")).rpartition(_CHECK)
    return uid if found else text(item.get("name")) or text(item.get("arn"))
