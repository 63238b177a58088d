"""What the sources of AWS's own services share: times, ARNs, tags, and EventBridge's envelope.

Nothing in a file is trusted to be of the right type.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from gapfolio.sources import codescan
from gapfolio.sources.arns import account_of, named_region, region_of
from gapfolio.sources.base import Element, dig
from gapfolio.sources.codescan import text

_SERVICE = re.compile(r"arn:[^:]*:([a-z0-9-]+):")
_CLOUDFORMATION = re.compile("(?:AWS|Aws)::([A-Za-z0-9]+)::")
_ACCOUNT = re.compile("[0-9]{12}")
_NUMBER = re.compile("[0-9]{9,14}(?:[.][0-9]*)?")
_MILLISECONDS = 1e11
"""Epochs from here on are in milliseconds: as seconds they would be of the year 5138."""
_OTHERS = ("Prowler", "Gapfolio")
"""Products whose findings have a source of their own, or are no findings but verdicts of ours."""
_START = datetime(1970, 1, 1, tzinfo=UTC)


def opened(element: Element) -> Element:
    """Take the detail out of an EventBridge event; anything else stays as it is."""
    detail = element.get("detail")
    if isinstance(element.get("detail-type"), str) and isinstance(detail, Mapping):
        return detail
    return element


def hub_product(element: Element, mark: str) -> bool:
    """Tell an OCSF finding that came through Security Hub: its product has an ARN.

    Args:
        element: any OCSF element.
        mark: what the ARN has: `:product/` in Security Lake, `:productv2/` in Security Hub V2.
    """
    uid, name = (dig(element, "metadata", "product", key) for key in ("uid", "name"))
    by_hub = isinstance(uid, str) and uid.startswith("arn:") and mark in uid
    return by_hub and name not in _OTHERS


def at(value: object, *path: str) -> object:
    """Follow keys, given in PascalCase, through objects that have them so or in camelCase."""
    for key in path:
        if not isinstance(value, Mapping):
            return None
        found = value.get(key)
        value = value.get(key[0].lower() + key[1:]) if found is None else found
    return value


def moment(value: object) -> datetime | None:
    """Read a time: ISO 8601 or, as the first version of the AWS CLI wrote it, an epoch."""
    written = text(value)
    if not _NUMBER.fullmatch(written):
        return codescan.moment(value)
    number = float(written)
    return _START + timedelta(seconds=number / 1000 if number >= _MILLISECONDS else number)


def newest(*values: object) -> datetime | None:
    """Give the latest of some times; None if there is none among them."""
    return max(filter(None, map(moment, values)), default=None)


def account(written: object, *others: object) -> str:
    """Give the account as it is written, else the first among ids and ARNs; `""` if none is."""
    if said := text(written):
        return said
    found = (
        value if _ACCOUNT.fullmatch(value) else account_of(value) for value in map(text, others)
    )
    return next(filter(None, found), "")


def region(written: object, *arns: object) -> str:
    """Give the Region as it is written, else the first in an ARN; `""` if there is none."""
    if said := named_region(text(written)):
        return said
    return next(filter(None, map(region_of, map(text, arns))), "")


def service(resource: str, resource_type: str = "") -> str:
    """Give the service of an ARN or of a CloudFormation type, as ARNs name it; `""` if unknown."""
    if found := _SERVICE.match(resource):
        return found[1]
    named = _CLOUDFORMATION.match(resource_type) or _CLOUDFORMATION.match(resource)
    return named[1].lower() if named else ""


def tags(value: object) -> list[str]:
    """Give tags as `key=value`, be they an object or a list of keys with values."""
    if not isinstance(value, list):
        return codescan.tags(value)
    pairs = (
        (
            text(tag.get("Key") or tag.get("key") or tag.get("name")),
            text(tag.get("Value") or tag.get("value")),
        )
        for tag in value
        if isinstance(tag, Mapping)
    )
    return [f"{key}={worth}" for key, worth in pairs if key]
