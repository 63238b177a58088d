"""Amazon GuardDuty, its own findings: as the API, EventBridge and the export to S3 write them.

The API writes keys in PascalCase, the other two in camelCase. A finding is an event while it is
open. Whether a person archived it or a suppression rule, it does not tell: that is left to a
person. A sample finding, which anybody can have generated, is about nothing that happened.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from gapfolio.model import Finding, Severity, Status
from gapfolio.sources import aws
from gapfolio.sources.aws import at
from gapfolio.sources.base import Element, Kind
from gapfolio.sources.codescan import text

_TYPE = re.compile("[A-Za-z]+:[A-Za-z0-9]+/.+", re.DOTALL)
_LEVELS: tuple[tuple[float, Severity], ...] = (
    (9, "critical"),
    (7, "high"),
    (4, "medium"),
    (0.1, "low"),
)
_HIGHEST = 10
_IDS = (
    "Arn",
    "FunctionArn",
    "DbInstanceArn",
    "DbShardGroupArn",
    "SnapshotArn",
    "ImageArn",
    "RecoveryPointArn",
    "GuardrailArn",
    "VolumeArn",
    "InstanceId",
    "AccessKeyId",
    "PrincipalId",
    "UserName",
    "Id",
    "Name",
)
"""Keys that hold the id of what a finding is about, the best first."""

_NAMES = ("Name", "FunctionName", "DbInstanceIdentifier", "DbShardGroupIdentifier", "UserName")


class GuardDuty:
    """Findings as `aws guardduty get-findings`, EventBridge and S3 have them."""

    name = "guardduty"
    title = "Amazon GuardDuty JSON"
    recognised = (
        "it has a schema version, an account and a service, and a type such as"
        " Recon:EC2/Portscan, in PascalCase or camelCase, perhaps in an EventBridge event"
    )
    lost = (
        "the action with its addresses, processes and evidence, counts, and the resource's"
        " configuration; whether a person or a suppression rule archived it"
    )
    snapshot = True
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """By the keys that every finding has in either case."""
        finding = aws.opened(element)
        return (
            bool(text(at(finding, "SchemaVersion")))
            and bool(text(at(finding, "AccountId")))
            and at(finding, "Service") is not None
            and _TYPE.fullmatch(text(at(finding, "Type"))) is not None
        )

    def findings(self, element: Element) -> Iterator[Finding]:
        """One a resource: several buckets, volumes, or all that an attack sequence touched."""
        finding = aws.opened(element)
        service = at(finding, "Service")
        sample = _is_sample(finding)
        detail = text(at(finding, "Description"))
        for resource, name, kind, tags in _resources(finding):
            yield Finding(
                scanner="guardduty",
                check=text(at(finding, "Type")),
                account=text(at(finding, "AccountId")),
                region=aws.region(at(finding, "Region"), at(finding, "Arn"), resource),
                resource=resource,
                resource_name=name,
                resource_type=kind,
                service=aws.service(resource),
                status=_status(service, sample=sample),
                severity=_severity(at(finding, "Severity")),
                title=text(at(finding, "Title")),
                detail=f"A sample finding, nothing that happened. {detail}" if sample else detail,
                tags=tags,
                observed_at=aws.newest(at(finding, "UpdatedAt"), at(service, "EventLastSeen"))
                or aws.moment(at(finding, "CreatedAt")),
                finding_uid=text(at(finding, "Arn")) or text(at(finding, "Id")),
            )


def _status(service: object, *, sample: bool) -> Status:
    if sample:
        return "not_applicable"
    # by a person who handled it or by a suppression rule: only a person can tell
    return "manual" if str(at(service, "Archived")).lower() == "true" else "event"


def _severity(value: object) -> Severity:
    try:
        number = float(text(value))
    except ValueError:
        return "unknown"
    if not number <= _HIGHEST:
        return "unknown"
    return next((word for least, word in _LEVELS if number >= least), "unknown")


def _is_sample(finding: Element) -> bool:
    """Say whether GuardDuty made the finding up, as `create-sample-findings` has it do."""
    more = at(finding, "Service", "AdditionalInfo")
    if str(at(more, "Sample")).lower() == "true":
        return True
    try:
        value = json.loads(text(at(more, "Value")))
    except (ValueError, RecursionError):
        value = None
    return at(value, "Sample") is True or text(at(finding, "Title")).startswith("[SAMPLE]")


def _resources(finding: Element) -> Iterator[tuple[str, str, str, list[str]]]:
    """Yield what the finding is about: id, name, type and tags, each resource once."""
    kind = text(at(finding, "Resource", "ResourceType"))
    met: set[str] = set()
    for thing in _things(finding, kind):
        resource = text(at(thing, "Uid")) or _first(thing, _IDS)
        if not resource or resource in met:
            continue
        met.add(resource)
        name = _first(thing, _NAMES)
        yield (
            _as_arn(finding, thing, resource),
            "" if name == resource else name,
            text(at(thing, "ResourceType")) or kind,
            aws.tags(at(thing, "Tags")),
        )
    if not met:
        yield "", "", kind, []


def _things(finding: Element, kind: str) -> Iterator[object]:
    """Yield the descriptions of the resources that the finding is about, the right ones alone."""
    sequence = at(finding, "Service", "Detection", "Sequence", "Resources")
    if isinstance(sequence, list) and sequence:
        yield from sequence
        return
    resource = at(finding, "Resource")
    details = {
        str(key).lower().removesuffix("details"): value
        for key, value in (resource.items() if isinstance(resource, Mapping) else ())
        if isinstance(value, Mapping | list) and value
    }
    if kind == "S3Object" and (objects := list(_objects(details.get("s3bucket")))):
        yield from objects
        return
    chosen = details.get(kind.lower()) or next(iter(details.values()), None)
    volumes = at(chosen, "ScannedVolumeDetails")
    things = volumes if isinstance(volumes, list) and volumes else chosen
    yield from things if isinstance(things, list) else [things]


def _objects(buckets: object) -> Iterator[object]:
    for bucket in buckets if isinstance(buckets, list) else []:
        objects = at(bucket, "S3ObjectDetails")
        for item in objects if isinstance(objects, list) else []:
            yield {"Arn": at(item, "ObjectArn"), "Name": at(item, "Key")}


def _first(thing: object, keys: tuple[str, ...]) -> str:
    return next(filter(None, (text(at(thing, key)) for key in keys)), "")


def _as_arn(finding: Element, thing: object, resource: str) -> str:
    """Name instances and access keys as Security Hub names those of the same finding."""
    if resource == text(at(thing, "InstanceId")):
        where = [text(at(finding, key)) for key in ("Partition", "Region", "AccountId")]
        if all(where):
            return f"arn:{where[0]}:ec2:{where[1]}:{where[2]}:instance/{resource}"
    if resource == text(at(thing, "AccessKeyId")):
        return f"AWS::IAM::AccessKey:{resource}"
    return resource
