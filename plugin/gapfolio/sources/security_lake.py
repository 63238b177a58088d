"""Amazon Security Lake: Security Hub's findings in OCSF 1.0.0-rc.2 and 1.1, as Parquet or JSON.

They are translated from ASFF, so the words of the verdict are ASFF's, an old control is told by its
generator, and what has no place in OCSF stands under its ASFF name in `unmapped`, the state of the
record among it. A lake keeps every update of a finding.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from gapfolio.resources import text
from gapfolio.sources import aws
from gapfolio.sources.base import Element, Kind

_CLASSES = frozenset(("2001", "2002", "2003", "2004"))
_RESOURCE = "STRUCT(uid VARCHAR, name VARCHAR, type VARCHAR, region VARCHAR, labels VARCHAR[])"
_FINDING = 'STRUCT(uid VARCHAR, title VARCHAR, "desc" VARCHAR, types VARCHAR[])'


class SecurityLake:
    """Security Hub's findings as Security Lake stores them."""

    name = "security-lake"
    title = "Amazon Security Lake (Security Hub findings)"
    recognised = (
        "class_uid is 2001 to 2004 and metadata.product.uid the ARN of a product of Security Hub,"
        " of any but Prowler"
    )
    lost = (
        "remediation, network, process and package details, and the configuration of the resource"
    )
    snapshot = True
    kind: Kind = "json"
    columns: ClassVar[Mapping[str, str]] = {
        "class_uid": "VARCHAR",
        "activity_name": "VARCHAR",
        "metadata": (
            "STRUCT(product STRUCT(uid VARCHAR, name VARCHAR, version VARCHAR,"
            " feature STRUCT(uid VARCHAR)))"
        ),
        "cloud": (
            "STRUCT(provider VARCHAR, region VARCHAR, account_uid VARCHAR,"
            " account STRUCT(uid VARCHAR, name VARCHAR))"
        ),
        "compliance": (
            "STRUCT(control VARCHAR, status VARCHAR, status_detail VARCHAR, status_code VARCHAR,"
            " standards VARCHAR[], requirements VARCHAR[])"
        ),
        "finding": _FINDING,
        "finding_info": _FINDING,
        "resource": _RESOURCE,
        "resources": f"{_RESOURCE}[]",
        "vulnerabilities": "STRUCT(cve STRUCT(uid VARCHAR))[]",
        "severity": "VARCHAR",
        "state": "VARCHAR",
        "status": "VARCHAR",
        "message": "VARCHAR",
        "time": "VARCHAR",
        "time_dt": "VARCHAR",
        "unmapped": "JSON",
    }

    def claims(self, element: Element) -> bool:
        """A class of findings, of a product that Security Hub knows by the old kind of ARN."""
        return str(element.get("class_uid")) in _CLASSES and aws.hub_product(element, ":product/")

    @cached_property
    def query(self) -> str:
        """See `security_lake.sql`."""
        return text("sources", "security_lake.sql")
