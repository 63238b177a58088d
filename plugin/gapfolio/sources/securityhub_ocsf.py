"""AWS Security Hub since 2025 ("V2"), OCSF JSON: its controls and what other services sent it.

Compliance Findings have a verdict; vulnerabilities, detections and data findings are events while
they are open and a pass once they were handled. What is closed is kept for a while: a control's
finding then tells nothing of today. Times are in milliseconds.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from gapfolio.resources import text
from gapfolio.sources import aws
from gapfolio.sources.base import Element, Kind

_CLASSES = frozenset(("2002", "2003", "2004", "2006"))


class SecurityHubOcsf:
    """Findings as `aws securityhub get-findings-v2` and EventBridge have them."""

    name = "securityhub-ocsf"
    title = "AWS Security Hub OCSF JSON"
    recognised = (
        "class_uid is 2002, 2003, 2004 or 2006 and metadata.product.uid an ARN with productv2, of"
        " anything but Prowler"
    )
    lost = (
        "remediation, evidence, packages and scores of vulnerabilities, the findings that an"
        " exposure is made of, and the configuration of the resource"
    )
    snapshot = True
    kind: Kind = "json"
    columns: ClassVar[Mapping[str, str]] = {
        "class_uid": "VARCHAR",
        "activity_name": "VARCHAR",
        "metadata": (
            "STRUCT(uid VARCHAR, product STRUCT(uid VARCHAR, name VARCHAR, version VARCHAR))"
        ),
        "cloud": (
            "STRUCT(provider VARCHAR, region VARCHAR, account STRUCT(uid VARCHAR, name VARCHAR))"
        ),
        "compliance": (
            "STRUCT(control VARCHAR, status VARCHAR, status_detail VARCHAR, standards VARCHAR[],"
            ' requirements VARCHAR[], assessments STRUCT(name VARCHAR, "desc" VARCHAR)[])'
        ),
        "finding_info": (
            'STRUCT(uid VARCHAR, title VARCHAR, "desc" VARCHAR, types VARCHAR[],'
            " analytic STRUCT(name VARCHAR), modified_time VARCHAR, modified_time_dt VARCHAR,"
            " created_time VARCHAR, created_time_dt VARCHAR)"
        ),
        "resources": (
            "STRUCT(uid VARCHAR, uid_alt VARCHAR, name VARCHAR, type VARCHAR, region VARCHAR,"
            " cloud_partition VARCHAR, owner STRUCT(account STRUCT(uid VARCHAR)),"
            " tags STRUCT(name VARCHAR, value VARCHAR)[])[]"
        ),
        "vulnerabilities": "STRUCT(cve STRUCT(uid VARCHAR))[]",
        "severity": "VARCHAR",
        "status": "VARCHAR",
        "status_detail": "VARCHAR",
        "message": "VARCHAR",
        "time": "VARCHAR",
        "time_dt": "VARCHAR",
    }

    def claims(self, element: Element) -> bool:
        """A class of findings, of a product that Security Hub knows by the new kind of ARN."""
        return str(element.get("class_uid")) in _CLASSES and aws.hub_product(element, ":productv2/")

    @cached_property
    def query(self) -> str:
        """See `securityhub_ocsf.sql`."""
        return text("sources", "securityhub_ocsf.sql")
