"""IR-02: templates from which a trusted environment for forensics can be built."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gapfolio.live.checks.base import Thing, Verdict, check
from gapfolio.live.checks.buckets import Bucket, buckets
from gapfolio.live.checks.central import ACTIONS, RULE, missing
from gapfolio.live.checks.naming import Names, tags_of
from gapfolio.live.checks.places import Place, Whole
from gapfolio.live.checks.reading import UnansweredError

_STATES = (
    "CREATE_COMPLETE",
    "DELETE_COMPLETE",
    "IMPORT_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
)
_TYPE = re.compile(r"AWS::[A-Za-z0-9]+::[A-Za-z0-9]+")
_NETWORK = {"AWS::EC2::SecurityGroup", "AWS::EC2::Subnet", "AWS::EC2::VPC"}
_MACHINE = {
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::EC2::Instance",
    "AWS::EC2::LaunchTemplate",
}
_ENDINGS = (".json", ".template", ".yaml", ".yml")
_KEYS = 1000


@dataclass(frozen=True)
class _Stack:
    name: str
    id: str
    state: str
    region: str
    known: bool
    types: frozenset[str]
    """Resource types of its template; empty if it is not a clean room by name."""


@check(
    "clean-room-template",
    title="A CloudFormation template for a clean room is at hand",
    criterion="IR-02.clean-room-template",
    service="cloudformation",
    reach="account",
    rule=f"""A stack is a clean room if its name or its tag purpose_tag fits clean_room; so is a
        stack deleted in the last 90 days, as after a trial. Passes if the templates of such stacks
        in one Region describe a network (VPC, subnet or security group) and a machine
        (instance, launch template or Auto Scaling group), or if a bucket whose name or tag fits
        holds an object that ends in .yaml, .yml, .json or .template (only names are listed, no
        object is read). Fails if there are such stacks, but without network and machine. {RULE}, or
        where there are stacks with other names and clean_room is not set. Else it fails.""",
    settings=("clean_room", "purpose_tag", "response_accounts"),
    actions=(
        "cloudformation:DescribeStacks",
        "cloudformation:GetTemplate",
        "cloudformation:ListStacks",
        "s3:GetBucketLocation",
        "s3:GetBucketTagging",
        "s3:ListAllMyBuckets",
        "s3:ListBucket",
        *ACTIONS,
    ),
)
def clean_room_template(whole: Whole) -> Iterator[Verdict]:
    """Look for clean rooms that were built, or can be."""
    names = Names(whole.settings, "clean_room")
    stacks = whole.each(lambda place: _stacks(place, names))
    known = [stack for stack in stacks if stack.known]
    whole_rooms = {
        region
        for region in {stack.region for stack in known}
        if _is_room([stack for stack in known if stack.region == region])
    }
    for stack in known:
        thing = Thing(stack.id, "AwsCloudFormationStack", stack.name, region=stack.region)
        if stack.region in whole_rooms:
            state = stack.state.lower().replace("_", " ")
            yield thing.says("pass", f"Stack {stack.name} describes a clean room ({state}).")
        elif not whole_rooms:
            text = f"Stack {stack.name} describes no network with a machine in it."
            yield thing.says("fail", text)
    found = list(_kept_templates(whole, names))
    yield from found
    if not known and not found and whole.complete:
        yield missing(whole, "template of a clean room", names, len(stacks))


def _is_room(stacks: list[_Stack]) -> bool:
    types = frozenset[str]().union(*(stack.types for stack in stacks))
    return bool(types & _NETWORK) and bool(types & _MACHINE)


def _stacks(place: Place, names: Names) -> Iterator[_Stack]:
    listed = place.all(
        "cloudformation", "list_stacks", "StackSummaries", StackStatusFilter=list(_STATES)
    )
    if not listed:
        return
    described = place.all("cloudformation", "describe_stacks", "Stacks")
    tags = {str(stack["StackId"]): tags_of(stack) for stack in described}
    for stack in listed:
        name, stack_id = str(stack["StackName"]), str(stack["StackId"])
        known = names.fit(name, tags.get(stack_id))
        types = _types(place, stack_id) if known else frozenset[str]()
        state = str(stack.get("StackStatus"))
        yield _Stack(name, stack_id, state, place.region, known, types)


def _types(place: Place, stack: str) -> frozenset[str]:
    body = place.get("cloudformation", "get_template", StackName=stack).get("TemplateBody")
    return frozenset(_TYPE.findall(body if isinstance(body, str) else repr(body)))


def _kept_templates(whole: Whole, names: Names) -> Iterator[Verdict]:
    for bucket in buckets(whole, lambda bucket: names.fit(bucket.name, bucket.tags)):
        try:
            keys = _keys(whole, bucket)
        except UnansweredError as error:
            whole.unread.append((error, bucket.thing.resource))
            continue
        templates = sorted(key for key in keys if key.lower().endswith(_ENDINGS))
        if templates:
            yield bucket.thing.says("pass", f"Bucket {bucket.name} holds {templates[0]}.")


def _keys(whole: Whole, bucket: Bucket) -> list[str]:
    page: Mapping[str, Any] = whole.home.get(
        "s3", "list_objects_v2", Bucket=bucket.name, MaxKeys=_KEYS
    )
    return [str(item["Key"]) for item in page.get("Contents") or ()]
