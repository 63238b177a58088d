"""Prowler 3.x, CSV: `;` between cells.

Muting overwrote the status with WARNING, so such a finding is an `error` and `muted`; INFO marks
checks that a person must make. The file does not tell Prowler's version beyond its major.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from gapfolio.resources import text
from gapfolio.sources.base import Element, Kind

_SIGNATURE = frozenset(("ASSESSMENT_START_TIME", "FINDING_UNIQUE_ID", "CHECK_ID", "STATUS"))


class ProwlerCsvV3:
    """Findings as `prowler -M csv` wrote them in version 3."""

    name = "prowler-csv-v3"
    title = "Prowler 3 CSV"
    recognised = "the header has ASSESSMENT_START_TIME, FINDING_UNIQUE_ID, CHECK_ID and STATUS"
    lost = (
        "risk and remediation texts; the verdict of allow-listed findings (Prowler 3 overwrote it)"
    )
    kind: Kind = "csv"
    columns: ClassVar[Mapping[str, str]] = dict.fromkeys(
        (
            "ASSESSMENT_START_TIME",
            "FINDING_UNIQUE_ID",
            "PROVIDER",
            "CHECK_ID",
            "CHECK_TITLE",
            "STATUS",
            "STATUS_EXTENDED",
            "SERVICE_NAME",
            "SEVERITY",
            "RESOURCE_TYPE",
            "RESOURCE_TAGS",
            "COMPLIANCE",
            "ACCOUNT_ID",
            "ACCOUNT_NAME",
            "REGION",
            "RESOURCE_ID",
            "RESOURCE_ARN",
        ),
        "VARCHAR",
    )

    def claims(self, element: Element) -> bool:
        """A header with the columns that only Prowler 3 had."""
        return element.keys() >= _SIGNATURE

    @cached_property
    def query(self) -> str:
        """See `prowler_csv_v3.sql`."""
        return text("sources", "prowler_csv_v3.sql")
