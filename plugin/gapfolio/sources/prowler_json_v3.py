"""Prowler 3.x, native JSON: a list of objects with keys in PascalCase.

The words of the status are those of its CSV (INFO: manual, WARNING: muted, verdict lost). The file
does not tell Prowler's version beyond its major.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from gapfolio.resources import text
from gapfolio.sources.base import Element, Kind


class ProwlerJsonV3:
    """Findings as `prowler -M json` wrote them in version 3."""

    name = "prowler-json-v3"
    title = "Prowler 3 JSON"
    recognised = "it has CheckID and FindingUniqueId"
    lost = (
        "risk and remediation texts; the verdict of allow-listed findings (Prowler 3 overwrote it)"
    )
    kind: Kind = "json"
    columns: ClassVar[Mapping[str, str]] = {
        "AssessmentStartTime": "VARCHAR",
        "FindingUniqueId": "VARCHAR",
        "Provider": "VARCHAR",
        "CheckID": "VARCHAR",
        "CheckTitle": "VARCHAR",
        "ServiceName": "VARCHAR",
        "Status": "VARCHAR",
        "StatusExtended": "VARCHAR",
        "Severity": "VARCHAR",
        "ResourceType": "VARCHAR",
        "Compliance": "JSON",
        "AccountId": "VARCHAR",
        "OrganizationsInfo": "STRUCT(account_details_name VARCHAR)",
        "Region": "VARCHAR",
        "ResourceId": "VARCHAR",
        "ResourceArn": "VARCHAR",
        "ResourceTags": "JSON",
    }

    def claims(self, element: Element) -> bool:
        """Both keys hold something: `null` counts as missing."""
        return element.get("CheckID") is not None and element.get("FindingUniqueId") is not None

    @cached_property
    def query(self) -> str:
        """See `prowler_json_v3.sql`."""
        return text("sources", "prowler_json_v3.sql")
