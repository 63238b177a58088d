"""Prowler 2.4 to 5.x, ASFF: from its file, or back from Security Hub.

The status is the verdict of Prowler in the words of Security Hub: WARNING (MUTED in 4.0) for what
is muted, whose verdict is lost, and NOT_AVAILABLE for what a person must check. 3.3 wrote its own
words with ED behind them.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import ClassVar

from gapfolio.resources import text
from gapfolio.sources.asff import is_asff, is_prowlers, mended
from gapfolio.sources.base import Element, Kind


class ProwlerAsff:
    """Findings as `prowler -M json-asff` writes them, and `--security-hub` sends them."""

    name = "prowler-asff"
    title = "Prowler 2–5 ASFF"
    recognised = "it has SchemaVersion, GeneratorId and a ProductArn that ends in prowler/prowler"
    lost = (
        "manual checks since version 5 and the verdict of what is muted are not in the file; of a"
        " long text or list only the beginning is"
    )
    kind: Kind = "json"
    columns: ClassVar[Mapping[str, str]] = {
        "SchemaVersion": "VARCHAR",
        "Id": "VARCHAR",
        "ProductArn": "VARCHAR",
        "GeneratorId": "VARCHAR",
        "AwsAccountId": "VARCHAR",
        "AwsAccountName": "VARCHAR",
        "Region": "VARCHAR",
        "UpdatedAt": "VARCHAR",
        "CreatedAt": "VARCHAR",
        "Severity": "STRUCT(Label VARCHAR)",
        "Title": "VARCHAR",
        "Description": "VARCHAR",
        "ProductFields": "STRUCT(ProviderVersion VARCHAR, ProwlerResourceName VARCHAR)",
        "Resources": "STRUCT(Id VARCHAR, Type VARCHAR, Region VARCHAR, Tags JSON)[]",
        "Compliance": "STRUCT(Status VARCHAR, RelatedRequirements VARCHAR[])",
        "Workflow": "STRUCT(Status VARCHAR)",
        "RecordState": "VARCHAR",
    }

    def claims(self, element: Element) -> bool:
        """By the product."""
        return is_asff(element) and is_prowlers(element)

    def mended(self, element: Element) -> Element:
        """See `gapfolio.sources.asff.mended`."""
        return mended(element)

    @cached_property
    def query(self) -> str:
        """See `prowler_asff.sql`."""
        return text("sources", "prowler_asff.sql")
