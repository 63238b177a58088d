"""Amazon Inspector, its own findings: as the API, EventBridge and exports to S3 write them.

A finding is an event while it is active, a muted one if a suppression rule hides it, and a pass
once it is closed. The check is the vulnerability: `CVE-2024-3094`; a rule of the code scan; else
the kind of finding.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from gapfolio.model import Finding, Status
from gapfolio.sources import aws, codescan
from gapfolio.sources.base import Element, Kind, dig
from gapfolio.sources.codescan import UNREADABLE, text

_STATUS: dict[str, Status] = {"ACTIVE": "event", "SUPPRESSED": "event", "CLOSED": "pass"}
_CVE = re.compile("CVE-[0-9]{4}-[0-9]+")
_TYPES = frozenset(("NETWORK_REACHABILITY", "PACKAGE_VULNERABILITY", "CODE_VULNERABILITY"))


class Inspector:
    """Findings as `aws inspector2 list-findings` and EventBridge have them."""

    name = "inspector"
    title = "Amazon Inspector JSON"
    recognised = (
        "it has findingArn, awsAccountId and a type such as PACKAGE_VULNERABILITY, perhaps in an"
        " EventBridge event"
    )
    lost = "scores, packages and their fixed versions, network paths, code places and remediation"
    snapshot = True
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """By the keys that every finding has."""
        finding = aws.opened(element)
        return bool(
            text(finding.get("findingArn"))
            and text(finding.get("awsAccountId"))
            and text(finding.get("type")).upper().replace(" ", "_") in _TYPES
        )

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a resource."""
        finding = aws.opened(element)
        listed = finding.get("resources")
        if listed is not None and not isinstance(listed, list):
            yield UNREADABLE
        resources = listed if isinstance(listed, list) and listed else [{}]
        for resource in resources:
            if isinstance(resource, Mapping):
                yield _found(finding, resource, element.get("time"))
            else:
                yield UNREADABLE


def _found(finding: Element, resource: Element, sent: object) -> Finding:
    status = text(finding.get("status")).upper()
    account = text(finding.get("awsAccountId"))
    kind = text(resource.get("type"))
    region = aws.region(resource.get("region"), finding.get("findingArn"))
    uid = text(resource.get("id"))
    partition = text(resource.get("partition"))
    if kind == "AWS_EC2_INSTANCE" and uid.startswith("i-") and partition and region:
        uid = f"arn:{partition}:ec2:{region}:{account}:instance/{uid}"
    return Finding(
        scanner="inspector",
        check=_check(finding),
        account=account,
        region=region,
        resource=uid,
        resource_type=kind,
        service=aws.service(uid),
        provider=_provider(resource, kind),
        status=_STATUS.get(status, "error"),
        muted=status == "SUPPRESSED",
        severity=codescan.severity(finding.get("severity")),
        title=text(finding.get("title")),
        detail=text(finding.get("description")).strip(),
        tags=aws.tags(resource.get("tags")),
        # EventBridge writes these without a zone, for people
        observed_at=aws.newest(finding.get("lastObservedAt"), finding.get("updatedAt"))
        or aws.moment(sent),
        finding_uid=text(finding.get("findingArn")),
    )


def _check(finding: Element) -> str:
    named = text(dig(finding, "packageVulnerabilityDetails", "vulnerabilityId"))
    if named:
        return named
    if found := _CVE.search(text(finding.get("title"))):
        return found[0]
    rule = text(dig(finding, "codeVulnerabilityDetails", "ruleId"))
    return rule or text(finding.get("type")).upper().replace(" ", "_")


def _provider(resource: Element, kind: str) -> str:
    """Give the cloud of a resource: Inspector also looks at other clouds."""
    written = text(resource.get("provider")).lower()
    if written:
        return written
    if kind.startswith("Microsoft."):
        return "azure"
    return "gcp" if ".googleapis.com/" in kind else "aws"
