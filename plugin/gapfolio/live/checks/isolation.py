"""IR-07: an instance can be cut off, and the service goes on without it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gapfolio.live.checks.base import Thing, Verdict, check
from gapfolio.live.checks.hosts import instances
from gapfolio.live.checks.naming import Names, few, tags_of
from gapfolio.live.checks.places import Place

_LOOPBACK = ("127.0.0.1/32", "::1/128")


@check(
    "quarantine-group",
    title="Each VPC with instances has a security group for quarantine",
    criterion="IR-07.quarantine-group",
    service="vpc",
    reach="regional",
    rule="""For each VPC with running instances. A security group is for quarantine if its name or
        its tag purpose_tag fits quarantine_groups. Passes if one of them admits and lets out
        nothing but traffic with named security groups (of forensic hosts); a rule for the loopback
        address counts as none. Fails if those there are let address ranges through. If there is
        none: left to a person where quarantine_groups is not set and another group without rules
        could serve; else it fails.""",
    settings=("quarantine_groups", "purpose_tag"),
    actions=("ec2:DescribeInstances", "ec2:DescribeSecurityGroups"),
    severity="high",
)
def quarantine_group(place: Place) -> Iterator[Verdict]:
    """Look for a group that cuts an instance off."""
    names = Names(place.settings, "quarantine_groups")
    used = {str(instance.get("VpcId")) for instance in instances(place, "running")} - {"None"}
    if not used:
        return
    groups = place.all("ec2", "describe_security_groups", "SecurityGroups")
    for vpc in sorted(used):
        own = [group for group in groups if group.get("VpcId") == vpc]
        known = [g for g in own if names.fit(str(g.get("GroupName")), tags_of(g))]
        tight = [str(group["GroupId"]) for group in known if _tight(group)]
        bare = [str(g["GroupId"]) for g in own if g not in known and _tight(g)]
        thing = Thing(place.arn("ec2", f"vpc/{vpc}"), "AwsEc2Vpc", vpc)
        if tight:
            yield thing.says("pass", f"{vpc} has the quarantine group {tight[0]}.")
        elif known:
            loose = few(str(group["GroupId"]) for group in known)
            yield thing.says(
                "fail", f"The quarantine group of {vpc} lets traffic through: {loose}."
            )
        elif bare and not names.declared:
            text = f"{vpc} has no group named for quarantine; {few(bare)} has no rules{names.hint}."
            yield thing.says("manual", text)
        else:
            yield thing.says("fail", f"{vpc} has no quarantine group.")


@check(
    "targets-replaceable",
    title="Instances behind a load balancer can be taken out",
    criterion="IR-07.targets-replaceable",
    service="elbv2",
    reach="regional",
    rule="""For each target group of instances that a load balancer (Application, Network or
        Gateway) uses and that has targets which are not draining. Passes with two or more targets,
        or if the only one belongs to an Auto Scaling group, which replaces it. Fails if the only
        target is an instance of its own: to take it out is to stop the service. Targets given by
        address, and Classic Load Balancers, are not looked at.""",
    actions=(
        "autoscaling:DescribeAutoScalingInstances",
        "elasticloadbalancing:DescribeTargetGroups",
        "elasticloadbalancing:DescribeTargetHealth",
    ),
)
def targets_replaceable(place: Place) -> Iterator[Verdict]:
    """Look for services that hang on one instance."""
    for group in place.all("elbv2", "describe_target_groups", "TargetGroups"):
        if group.get("TargetType") != "instance" or not group.get("LoadBalancerArns"):
            continue
        arn, name = str(group["TargetGroupArn"]), str(group.get("TargetGroupName"))
        health = place.all(
            "elbv2", "describe_target_health", "TargetHealthDescriptions", TargetGroupArn=arn
        )
        targets = {
            str(item["Target"]["Id"])
            for item in health
            if (item.get("TargetHealth") or {}).get("State") != "draining"
        }
        if not targets:
            continue
        thing = Thing(arn, "AwsElbv2TargetGroup", name)
        if len(targets) > 1 or targets & _scaled(place):
            text = f"{few(targets)} can be taken out of {name}."
            yield thing.says("pass", text)
        else:
            yield thing.says("fail", f"{name} has no other target than {few(targets)}.")


def _scaled(place: Place) -> set[str]:
    """Give the instances of Auto Scaling groups."""
    found = place.all("autoscaling", "describe_auto_scaling_instances", "AutoScalingInstances")
    return {str(item["InstanceId"]) for item in found}


def _tight(group: Mapping[str, Any]) -> bool:
    rules = [*(group.get("IpPermissions") or ()), *(group.get("IpPermissionsEgress") or ())]
    return not any(_lets_ranges(rule) for rule in rules)


def _lets_ranges(rule: Mapping[str, Any]) -> bool:
    ranges = {str(item.get("CidrIp")) for item in rule.get("IpRanges") or ()}
    ranges |= {str(item.get("CidrIpv6")) for item in rule.get("Ipv6Ranges") or ()}
    return bool(ranges - set(_LOOPBACK)) or bool(rule.get("PrefixListIds"))
