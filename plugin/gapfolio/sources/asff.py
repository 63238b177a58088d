"""AWS Security Finding Format: what Security Hub keeps, of its own controls and of other products.

The product decides what the scanner is and where its check id stands. A finding without
`Compliance` is a threat or a vulnerability: an event while it is open, a pass once it was handled.
ElectricEye archives each check that passes; there, and only there, an archived pass is a pass.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import ClassVar

from gapfolio.resources import text
from gapfolio.sources.base import Element, Kind, dig

_PROWLER = "product/prowler/prowler"
_REQUIRED = ("SchemaVersion", "GeneratorId")
_NAME = re.compile(r"ProductName\W+(\w[\w ]*)")

_FLAT: Mapping[str, tuple[str, str]] = {
    "SeverityLabel": ("Severity", "Label"),
    "ComplianceStatus": ("Compliance", "Status"),
    "WorkflowStatus": ("Workflow", "Status"),
    "ResourceId": ("Resources", "Id"),
    "ResourceType": ("Resources", "Type"),
    "ResourceRegion": ("Resources", "Region"),
}
"""Where ElectricEye takes the keys of its flattened findings from."""


def is_asff(element: Element) -> bool:
    """Say whether an element is a finding in the format, whoever wrote it."""
    product = element.get("ProductArn")
    return (
        isinstance(product, str)
        and product.startswith("arn:")
        and ":product/" in product
        and all(element.get(key) is not None for key in _REQUIRED)
    )


def is_prowlers(element: Element) -> bool:
    """Say whether a finding in the format is Prowler's."""
    return str(element.get("ProductArn")).endswith(_PROWLER)


def is_own(element: Element) -> bool:
    """Say whether a finding is a verdict of ours that was sent to Security Hub."""
    return str(element.get("GeneratorId")).startswith("gapfolio/")


def is_summary(element: Element) -> bool:
    """Say whether a finding only counts others, as MITRE SAF writes one for each result set."""
    types = dig(element, "FindingProviderFields", "Types")
    first = types[0] if isinstance(types, list) and types else None
    return (
        isinstance(first, str)
        and first.startswith("MITRE/SAF/")
        and element.get("Compliance") is None
    )


def mended(element: Element) -> Element:
    """Put into shape what others write where an object or a list of objects belongs.

    Nothing that DuckDB reads as it is may change here, or a file would read otherwise beside a
    broken finding than without it.
    """
    made: dict[str, object] = dict(element)
    if isinstance(element.get("ProductFields"), str):
        for key, (holder, name) in _FLAT.items():
            if key in element and holder not in element:
                held = made.get(holder)
                made[holder] = {**(held if isinstance(held, dict) else {}), name: element[key]}
    for key, mend in _MENDS.items():
        if made.get(key) is not None:
            made[key] = mend(made[key])
    return made


def _object(name: str) -> Callable[[object], object]:
    """Take text for the one member of an object that matters."""
    return lambda value: {name: value} if isinstance(value, str) else value


def _product(value: object) -> object:
    found = _NAME.search(value) if isinstance(value, str) else None
    return {"ProductName": found[1]} if found else value


def _types(value: object) -> object:
    return [value] if isinstance(value, str) else value


def _resources(value: object) -> object:
    several = value if isinstance(value, list) else [value]
    return [{"Id": one} if isinstance(one, str) else one for one in several]


_MENDS: Mapping[str, Callable[[object], object]] = {
    "Compliance": _object("Status"),
    "ProductFields": _product,
    "Resources": _resources,
    "Severity": _object("Label"),
    "Types": _types,
    "Workflow": _object("Status"),
}


class Asff:
    """Findings as `aws securityhub get-findings`, EventBridge and many tools write them."""

    name = "asff"
    title = "AWS Security Hub ASFF"
    recognised = "it has SchemaVersion, GeneratorId and the ProductArn of anything but Prowler"
    lost = (
        "remediation, notes, network, process, threat intelligence and package details, and the"
        " configuration of the resource"
    )
    snapshot = True
    kind: Kind = "json"
    columns: ClassVar[Mapping[str, str]] = {
        "SchemaVersion": "VARCHAR",
        "Id": "VARCHAR",
        "ProductArn": "VARCHAR",
        "ProductName": "VARCHAR",
        "GeneratorId": "VARCHAR",
        "AwsAccountId": "VARCHAR",
        "AwsAccountName": "VARCHAR",
        "Region": "VARCHAR",
        "Types": "VARCHAR[]",
        "LastObservedAt": "VARCHAR",
        "UpdatedAt": "VARCHAR",
        "CreatedAt": "VARCHAR",
        "Severity": "STRUCT(Label VARCHAR, Normalized VARCHAR)",
        "Title": "VARCHAR",
        "Description": "VARCHAR",
        "ProductFields": (
            "STRUCT(ProviderName VARCHAR, ProviderVersion VARCHAR, ProductName VARCHAR,"
            ' "Product Name" VARCHAR, Provider VARCHAR, ControlId VARCHAR, RuleId VARCHAR,'
            ' findingType VARCHAR, "aws/securityhub/ProductName" VARCHAR,'
            ' "aws/securityhub/SeverityLabel" VARCHAR, "aws/securityhub/annotation" VARCHAR,'
            ' "aws/config/ConfigRuleName" VARCHAR, "aws/inspector/ProductVersion" VARCHAR,'
            ' "aws/guardduty/service/additionalInfo/sample" VARCHAR)'
        ),
        "FindingProviderFields": "STRUCT(Severity STRUCT(Label VARCHAR), Types VARCHAR[])",
        "Resources": "STRUCT(Id VARCHAR, Type VARCHAR, Region VARCHAR, Tags JSON)[]",
        "Vulnerabilities": "STRUCT(Id VARCHAR)[]",
        "Compliance": (
            "STRUCT(Status VARCHAR, SecurityControlId VARCHAR, RelatedRequirements VARCHAR[],"
            " AssociatedStandards STRUCT(StandardsId VARCHAR)[],"
            " StatusReasons STRUCT(ReasonCode VARCHAR, Description VARCHAR)[])"
        ),
        "Workflow": "STRUCT(Status VARCHAR)",
        "RecordState": "VARCHAR",
    }

    def claims(self, element: Element) -> bool:
        """Any product's but Prowler's, which has a source of its own, and what is no finding."""
        return is_asff(element) and not any(
            is_other(element) for is_other in (is_prowlers, is_own, is_summary)
        )

    def mended(self, element: Element) -> Element:
        """See `mended`."""
        return mended(element)

    @cached_property
    def query(self) -> str:
        """See `asff.sql`."""
        return text("sources", "asff.sql")
