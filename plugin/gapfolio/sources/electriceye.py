"""ElectricEye, its CSV and OCSF; what it writes as ASFF, flattened or not, is read as that.

A finding that passes is archived and resolved as soon as it is made, so neither word means
anything here. In CSV the id of a finding is the resource's with the name of the check behind it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime

from gapfolio.model import Finding, Status
from gapfolio.sources.arns import account_of, named_region, region_of
from gapfolio.sources.base import Element, Kind, dig
from gapfolio.sources.codescan import UNREADABLE, severity, text, texts

_CHECK = re.compile(r"\s*\[([^\]]{1,200})\]")
_COLUMNS = frozenset(("Id", "Title", "ProductArn", "AwsAccountId", "Compliance Status"))
_CLASS = "2003"
_LAST_SECOND = 4102444800  # 2100; beyond it is no epoch in seconds
_STANDARDS = 100
# ids of other clouds' checks begin with the cloud: GCP.GCE.1
_CLOUDS = frozenset(("azure", "gcp", "m365", "oci", "salesforce", "servicenow", "snowflake"))


class ElectricEyeCsv:
    """Findings as `-o csv` writes them."""

    name = "electriceye-csv"
    title = "ElectricEye CSV"
    recognised = "the header has Id, Title, ProductArn, AwsAccountId and Compliance Status"
    lost = "remedies and confidence; resource type, requirements and time are not in the file"
    kind: Kind = "csv"

    def claims(self, element: Element) -> bool:
        """A header with names out of ASFF."""
        return element.keys() >= _COLUMNS

    def findings(self, element: Element) -> Iterator[Finding]:
        """One."""
        title, uid = text(element.get("Title")), text(element.get("Id"))
        found = _CHECK.match(title)
        if not found:
            yield UNREADABLE
            return
        cloud = found[1].partition(".")[0].lower()
        resource = uid.rpartition("/")[0] or uid
        yield Finding(
            scanner="electriceye",
            provider=cloud if cloud in _CLOUDS else "aws",
            check=found[1],
            account=text(element.get("AwsAccountId")) or account_of(resource),
            region=region_of(resource),
            resource=resource,
            status=_status(element.get("Compliance Status")),
            severity=severity(element.get("Severity")),
            title=title,
            detail=text(element.get("Description")),
            finding_uid=uid,
        )


class ElectricEyeOcsf:
    """Findings as `-o ocsf_v1_4_0` writes them (and 1.1.0 before)."""

    name = "electriceye-ocsf"
    title = "ElectricEye OCSF"
    recognised = "it has class_uid 2003 and metadata.product.name ElectricEye"
    lost = "remedies, confidence, and the configuration of the resource"
    snapshot = True  # each finding has its own time
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """By its class and product."""
        return (
            text(element.get("class_uid")) == _CLASS
            and dig(element, "metadata", "product", "name") == "ElectricEye"
            and dig(element, "metadata", "product", "uid") is None
        )

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a resource; there is one."""
        title = text(dig(element, "finding_info", "title"))
        found = _CHECK.match(title)
        check = text(dig(element, "compliance", "control")) or (found[1] if found else "")
        if not check:
            yield UNREADABLE
            return
        listed = element.get("resources")
        resources = listed if isinstance(listed, list) and listed else [element.get("resource")]
        for resource in resources:
            uid = text(dig(resource, "uid"))
            region = text(dig(element, "cloud", "region")) or text(dig(resource, "region"))
            yield Finding(
                scanner="electriceye",
                scanner_version=text(dig(element, "metadata", "product", "version")),
                provider=text(dig(element, "cloud", "provider")).lower() or "aws",
                check=check,
                account=text(dig(element, "cloud", "account", "uid")) or account_of(uid),
                region=named_region(region) or region_of(uid),
                resource=uid,
                resource_type=text(dig(resource, "type")),
                status=_status(dig(element, "compliance", "status")),
                severity=severity(element.get("severity")),
                title=title,
                detail=text(dig(element, "finding_info", "desc")),
                frameworks=_frameworks(element.get("compliance")),
                observed_at=_moment(element.get("time")),
                finding_uid=text(dig(element, "finding_info", "uid")),
            )


def _status(word: object) -> Status:
    """Read PASSED, Pass, and the PASSSED of a few checks."""
    kind = text(word).lower()[:4]
    return "pass" if kind == "pass" else "fail" if kind == "fail" else "error"


def _moment(epoch: object) -> datetime | None:
    if not isinstance(epoch, int | float) or not 0 < epoch < _LAST_SECOND:
        return None
    return datetime.fromtimestamp(epoch, UTC)


def _frameworks(compliance: object) -> str:
    """Put requirements (`NIST CSF V1.1 PR.DS-1`) under the standards that they begin with."""
    if not isinstance(compliance, Mapping):
        return ""
    standards = sorted(texts(compliance.get("standards")), key=len, reverse=True)[:_STANDARDS]
    ids: dict[str, list[str]] = {}
    for requirement in texts(compliance.get("requirements")):
        standard = next((name for name in standards if requirement.startswith(f"{name} ")), "")
        if standard:
            ids.setdefault(standard, []).append(requirement.removeprefix(standard).strip())
    return json.dumps(ids, ensure_ascii=False) if ids else ""
