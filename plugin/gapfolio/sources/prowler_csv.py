"""Prowler 4.0 to 5.x, CSV: `;` between cells, markdown over several lines inside them.

Columns are read by name (5.x added three at the end). `TIMESTAMP` is a naive local time, or
epoch seconds after `--unix-timestamp`. Prowler writes a `'` before a cell that a spreadsheet would
take for a formula; it is taken off again.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from gapfolio.resources import text
from gapfolio.sources.base import Element, Kind

_SIGNATURE = frozenset(("AUTH_METHOD", "TIMESTAMP", "FINDING_UID", "CHECK_ID", "STATUS"))


class ProwlerCsv:
    """Findings as `prowler -M csv` writes them."""

    name = "prowler-csv"
    title = "Prowler 4–5 CSV"
    recognised = "the header has AUTH_METHOD, TIMESTAMP, FINDING_UID, CHECK_ID and STATUS"
    lost = "risk and remediation texts, categories and notes of the check, and organisational units"
    kind: Kind = "csv"
    columns: ClassVar[Mapping[str, str]] = dict.fromkeys(
        (
            "TIMESTAMP",
            "ACCOUNT_UID",
            "ACCOUNT_NAME",
            "FINDING_UID",
            "PROVIDER",
            "CHECK_ID",
            "CHECK_TITLE",
            "STATUS",
            "STATUS_EXTENDED",
            "MUTED",
            "SERVICE_NAME",
            "SEVERITY",
            "RESOURCE_TYPE",
            "RESOURCE_UID",
            "RESOURCE_NAME",
            "RESOURCE_TAGS",
            "REGION",
            "COMPLIANCE",
            "PROWLER_VERSION",
        ),
        "VARCHAR",
    )

    def claims(self, element: Element) -> bool:
        """A header with the columns that Prowler 4 introduced."""
        return element.keys() >= _SIGNATURE

    @cached_property
    def query(self) -> str:
        """See `prowler_csv.sql`."""
        return text("sources", "prowler_csv.sql")
