"""Prowler 4.0 to 5.x, OCSF JSON: class 2004, Detection Finding.

Prowler's status lives in `status_code`; `status` only tells whether the finding is muted (4.x wrote
other words there, and a wrong `status_id`). `time` is in seconds although OCSF says milliseconds;
before 4.5 there is only a naive local time. 4.0 has no check id outside the finding's uid.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from gapfolio.resources import text
from gapfolio.sources.base import Element, Kind, dig


def by_prowler(element: Element) -> bool:
    """Tell Prowler's own file from its findings in Security Hub, where the product has an ARN."""
    product = dig(element, "metadata", "product")
    uid = dig(product, "uid")
    return dig(product, "name") == "Prowler" and not str(uid or "").startswith("arn:")


class ProwlerOcsf:
    """Detection Findings as `prowler -M json-ocsf` writes them."""

    name = "prowler-ocsf"
    title = "Prowler 4–5 OCSF JSON"
    recognised = "class_uid is 2004 and metadata.product is Prowler, without an ARN"
    lost = "the raw resource, risk and remediation texts, and categories of the check"
    kind: Kind = "json"
    columns: ClassVar[Mapping[str, str]] = {
        "class_uid": "VARCHAR",
        "metadata": (
            "STRUCT(event_code VARCHAR, product STRUCT(name VARCHAR, uid VARCHAR, version VARCHAR))"
        ),
        "status_code": "VARCHAR",
        "status": "VARCHAR",
        "status_detail": "VARCHAR",
        "message": "VARCHAR",
        "severity": "VARCHAR",
        "time": "VARCHAR",
        "time_dt": "VARCHAR",
        "event_time": "VARCHAR",
        "cloud": (
            "STRUCT(provider VARCHAR, region VARCHAR, account STRUCT(uid VARCHAR, name VARCHAR))"
        ),
        "resources": (
            "STRUCT(uid VARCHAR, name VARCHAR, type VARCHAR, region VARCHAR, labels VARCHAR[],"
            ' "group" STRUCT(name VARCHAR))[]'
        ),
        "finding_info": "STRUCT(uid VARCHAR, title VARCHAR)",
        "unmapped": "STRUCT(compliance JSON, provider VARCHAR)",
    }

    def claims(self, element: Element) -> bool:
        """Class 2004 of the product Prowler, as it comes from Prowler itself."""
        return str(element.get("class_uid")) == "2004" and by_prowler(element)

    @cached_property
    def query(self) -> str:
        """See `prowler_ocsf.sql`."""
        return text("sources", "prowler_ocsf.sql")
