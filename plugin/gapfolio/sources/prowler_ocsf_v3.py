"""Prowler 3.x, OCSF JSON: class 2001, Security Finding of OCSF 1.0.0-rc.3.

Muting overwrote the status with `Other`, so such a finding is an `error` and `muted`; `Unknown` was
written for checks that a person must make. Times are naive local times.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from gapfolio.resources import text
from gapfolio.sources.base import Element, Kind
from gapfolio.sources.prowler_ocsf import by_prowler


class ProwlerOcsfV3:
    """Security Findings as `prowler -M json-ocsf` wrote them in version 3."""

    name = "prowler-ocsf-v3"
    title = "Prowler 3 OCSF JSON"
    recognised = "class_uid is 2001 and metadata.product.name is Prowler"
    lost = "risk and remediation texts, and the minor version of Prowler where it is not written"
    kind: Kind = "json"
    columns: ClassVar[Mapping[str, str]] = {
        "class_uid": "VARCHAR",
        "metadata": (
            "STRUCT(original_time VARCHAR,"
            " product STRUCT(name VARCHAR, uid VARCHAR, version VARCHAR,"
            " feature STRUCT(uid VARCHAR)))"
        ),
        "status": "VARCHAR",
        "status_detail": "VARCHAR",
        "message": "VARCHAR",
        "severity": "VARCHAR",
        "time": "VARCHAR",
        "cloud": (
            "STRUCT(provider VARCHAR, region VARCHAR, account STRUCT(uid VARCHAR, name VARCHAR))"
        ),
        "resources": (
            "STRUCT(uid VARCHAR, name VARCHAR, type VARCHAR, region VARCHAR, labels JSON[],"
            ' "group" STRUCT(name VARCHAR))[]'
        ),
        "finding": "STRUCT(uid VARCHAR, title VARCHAR)",
        "compliance": "STRUCT(status VARCHAR, requirements VARCHAR[])",
    }

    def claims(self, element: Element) -> bool:
        """Class 2001 of the product Prowler, as it comes from Prowler itself."""
        return str(element.get("class_uid")) == "2001" and by_prowler(element)

    @cached_property
    def query(self) -> str:
        """See `prowler_ocsf_v3.sql`."""
        return text("sources", "prowler_ocsf_v3.sql")
