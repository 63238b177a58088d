"""KICS, JSON: queries with the places in files where they found something.

Only findings are written, no passes. Files from before 1.4 lack the version, and those from before
1.5 the cloud provider, which then has to be told from the resource or the query's reference.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import partial

from gapfolio.model import Finding
from gapfolio.sources.base import Element, Kind
from gapfolio.sources.codescan import (
    UNREADABLE,
    each,
    known_provider,
    moment,
    named_provider,
    place,
    provider_of,
    severity,
    text,
    type_of,
)

_ABOUT_AWS = re.compile(r"/providers/hashicorp/aws/|/collections/(amazon|community)/aws/")
_INVENTORY = "TRACE"
_NO_NAME = "n/a"


class Kics:
    """Results as `kics scan --report-formats json` writes them."""

    name = "kics-json"
    title = "KICS JSON"
    recognised = "it has queries beside severity_counters, or files_scanned and queries_total"
    lost = (
        "code, remedies and descriptions of queries, and the bill of materials; queries without a "
        "result are not in the file"
    )
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """The counters tell its `queries` from anybody else's."""
        return "queries" in element and (
            "severity_counters" in element
            or ("files_scanned" in element and "queries_total" in element)
        )

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a query and place."""
        aws = False
        for found in each(element.get("queries"), partial(_query, element)):
            aws = aws or found.provider == "aws"
            yield found
        failed = text(element.get("files_failed_to_scan"))
        if failed not in ("", "0"):
            yield Finding(
                scanner="kics",
                scanner_version=text(element.get("kics_version")),
                provider="aws" if aws else "code",
                check="files_failed_to_scan",
                account="",
                resource="",
                status="error",
                title="KICS could not scan some files",
                detail=f"files that failed to scan: {failed}",
                observed_at=moment(element.get("end")) or moment(element.get("start")),
            )


def _query(report: Element, query: Element) -> Iterator[Finding]:
    check = text(query.get("query_id"))
    if not check:
        yield UNREADABLE
    elif query.get("severity") != _INVENTORY:
        yield from each(query.get("files"), partial(_finding, report, query, check))


def _finding(report: Element, query: Element, check: str, file: Element) -> Iterator[Finding]:
    kind, name = text(file.get("resource_type")), text(file.get("resource_name"))
    key = text(file.get("search_key"))
    address = f"{kind}.{name}" if kind and name not in ("", _NO_NAME) else key
    yield Finding(
        scanner="kics",
        scanner_version=text(report.get("kics_version")),
        provider=_provider(query, (kind, address, key)),
        check=check,
        account="",
        resource=place(address, text(file.get("file_name")), file.get("line")),
        resource_name=address,
        resource_type=kind or type_of(key.removeprefix("resource.")),
        status="fail",
        severity=severity(query.get("severity")),
        title=text(query.get("query_name")),
        detail=text(file.get("actual_value")),
        observed_at=moment(report.get("end")) or moment(report.get("start")),
        finding_uid=text(file.get("similarity_id")),
    )


def _provider(query: Element, addresses: tuple[str, ...]) -> str:
    platform = text(query.get("platform"))
    if "cloud_provider" in query:
        return (
            named_provider(text(query.get("cloud_provider")))
            or known_provider(platform)
            or platform.lower()
            or "code"
        )
    # the query on secrets finds them beside any resource
    if platform == "Common":
        return platform.lower()
    if _ABOUT_AWS.search(text(query.get("query_url"))):
        return "aws"
    by_address = (provider_of(address.removeprefix("resource.")) for address in addresses)
    return next(filter(None, by_address), "") or named_provider(platform) or "code"
