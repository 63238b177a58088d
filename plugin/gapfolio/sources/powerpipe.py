"""Powerpipe and Steampipe, JSON and CSV: controls of a benchmark, with a row for each resource.

In JSON the benchmarks are nested groups, and the file is one object. Which cloud it is stands in
the tag `plugin`, of the control or of a group around it. Nothing tells the time.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import partial

from gapfolio.model import Finding, Status
from gapfolio.sources.arns import account_of, named_region, region_of
from gapfolio.sources.base import Element, Kind, dig
from gapfolio.sources.codescan import UNREADABLE, each, severity, text

_STATUSES: dict[str, Status] = {
    "ok": "pass",
    "alarm": "fail",
    "error": "error",
    "info": "manual",
    "skip": "not_applicable",
}
_FAILED = ("8", "error")
_PREFIX = re.compile(r"\A(?:[A-Za-z0-9_-]{1,200}\.)?control\.")
_COLUMNS = frozenset(("group_id", "control_id", "reason", "resource", "status"))
_LOST = "which benchmarks a control stands in, tags and dimensions but for account and Region"


class PowerpipeJson:
    """Results as `powerpipe benchmark run --output json` or `steampipe check` writes them."""

    name = "powerpipe-json"
    title = "Powerpipe JSON"
    recognised = "it has group_id, groups and controls"
    lost = (
        f"{_LOST}; a control without a resource leaves nothing, and of a file of more than 64 MiB "
        "only the groups inside are read, so give the CSV instead"
    )
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """A group; one without anything in it is a run that failed."""
        return isinstance(element.get("group_id"), str) and any(
            isinstance(element.get(key), list) and element[key] for key in ("groups", "controls")
        )

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a control and resource, in each group that has the control."""
        waiting: list[tuple[object, str]] = [(element, "")]
        while waiting:
            group, cloud = waiting.pop()
            if not isinstance(group, Mapping):
                yield UNREADABLE
                continue
            cloud = _cloud(group) or cloud
            yield from each(group.get("controls"), partial(_control, cloud))
            inner = group.get("groups")
            if isinstance(inner, list):
                waiting += [(item, cloud) for item in reversed(inner)]
            elif inner is not None:
                yield UNREADABLE


class PowerpipeCsv:
    """Results as `powerpipe benchmark run --output csv` or `steampipe check` writes them."""

    name = "powerpipe-csv"
    title = "Powerpipe CSV"
    recognised = "the header has group_id, control_id, reason, resource and status"
    lost = f"{_LOST}; a file without a header is not read"
    kind: Kind = "csv"

    def claims(self, element: Element) -> bool:
        """Dimensions and tags are further columns."""
        return element.keys() >= _COLUMNS

    def findings(self, element: Element) -> Iterator[Finding]:
        """One."""
        control = {
            "control_id": element.get("control_id"),
            "title": element.get("control_title"),
            "severity": element.get("severity"),
            "tags": {key: element.get(key) for key in ("plugin", "service")},
        }
        yield _row(control, _cloud(control), element, element)


def _cloud(tagged: Element) -> str:
    return text(dig(tagged, "tags", "plugin")).lower()


def _control(cloud: str, control: Element) -> Iterator[Finding]:
    cloud = _cloud(control) or cloud
    yield from each(control.get("results"), partial(_result, control, cloud))
    error = control.get("run_error")
    if error or text(control.get("run_status")) in _FAILED:
        yield _row(control, cloud, {"status": "error", "reason": error}, {})


def _result(control: Element, cloud: str, result: Element) -> Iterator[Finding]:
    yield _row(control, cloud, result, _dimensions(result.get("dimensions")))


def _dimensions(written: object) -> dict[str, object]:
    """Put `[{"key": …, "value": …}]` into one object."""
    pairs = written if isinstance(written, list) else []
    return {text(dig(pair, "key")): dig(pair, "value") for pair in pairs}


def _row(control: Element, cloud: str, result: Element, dimensions: Element) -> Finding:
    check = _PREFIX.sub("", text(control.get("control_id")))
    if not check:
        return UNREADABLE
    resource = text(result.get("resource"))
    return Finding(
        scanner="powerpipe",
        provider=cloud or "aws",
        check=check,
        account=text(dimensions.get("account_id")) or account_of(resource),
        region=named_region(text(dimensions.get("region"))) or region_of(resource),
        resource=resource,
        service=text(dig(control, "tags", "service")).rpartition("/")[2].lower(),  # AWS/IAM
        status=_STATUSES.get(text(result.get("status")).lower(), "error"),
        severity=severity(control.get("severity")),
        title=text(control.get("title")),
        detail=text(result.get("reason")),
    )
