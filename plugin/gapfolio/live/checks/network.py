"""NET-11 and NET-18: who may change the network, and whether network ACLs filter."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from gapfolio.live.checks.base import Thing, Verdict, account, check
from gapfolio.live.checks.naming import Names, as_list, few
from gapfolio.live.checks.places import Place
from gapfolio.live.checks.policies import ACTIONS, Holder, Statement, for_aws_only, holders

CHANGES = (
    "ec2:AcceptVpcPeeringConnection",
    "ec2:AttachInternetGateway",
    "ec2:AuthorizeSecurityGroupEgress",
    "ec2:AuthorizeSecurityGroupIngress",
    "ec2:CreateNetworkAclEntry",
    "ec2:CreateRoute",
    "ec2:CreateVpcPeeringConnection",
    "ec2:ModifySecurityGroupRules",
    "ec2:ReplaceNetworkAclAssociation",
    "ec2:ReplaceNetworkAclEntry",
    "ec2:ReplaceRoute",
    "ec2:ReplaceRouteTableAssociation",
)
"""Actions that open a way into or out of a network."""

OTHERS = (
    "ec2:AttachVolume",
    "ec2:CreateImage",
    "ec2:CreateSnapshot",
    "ec2:CreateVolume",
    "ec2:ModifyInstanceAttribute",
    "ec2:ReplaceIamInstanceProfileAssociation",
    "ec2:RunInstances",
    "ec2:TerminateInstances",
)
"""Actions of EC2 that have nothing to do with networks: who gets these as well got a wildcard."""

_EVERYWHERE = ("0.0.0.0/0",)
_FIXED = 32767
"""Number of the rule at the end that AWS adds and nobody can change."""


@check(
    "network-permissions-deliberate",
    title="Permission to change the network is given on purpose, not by a wildcard",
    criterion="NET-11.network-permissions-deliberate",
    service="iam",
    reach="global",
    rule="""For each user, group with members and role whose policies allow a network change
        (routes, internet gateways, peering, network ACLs, rules of security groups) on every
        resource. Fails if the statement that allows it also allows other EC2 work, such as
        ec2:* or everything but IAM: then the permission came along unasked. Passes if it
        names network actions, or if the name, or the tag purpose_tag, fits network_roles.
        One pass for the account if nobody has such a permission. Left out: administrators
        (CRED-05 judges them), roles that only an AWS service can assume, permissions that are
        confined by resource or condition, denied without a condition or cut off by a boundary.
        Service control policies are not seen: where one reserves network changes, waive the
        finding with it.""",
    settings=("network_roles", "purpose_tag"),
    actions=ACTIONS,
    severity="high",
)
def network_permissions_deliberate(place: Place) -> Iterator[Verdict]:
    """Look for network permissions that came with a wildcard."""
    names = Names(place.settings, "network_roles")
    nobody = True
    for holder in holders(place):
        changes = {action: holder.granted(action) for action in CHANGES}
        if holder.administrator or for_aws_only(holder) or not any(changes.values()):
            continue
        nobody = False
        sweeping = {s.policy for found in changes.values() for s in found if _sweeping(s, holder)}
        who = Thing(holder.arn, holder.type, holder.name, as_list(holder.tags))
        if sweeping and not names.fit(holder.name, holder.tags):
            text = f"{holder.kind} {holder.name} may change the network through {few(sweeping)}."
            yield who.says("fail", text)
        else:
            text = f"{holder.kind} {holder.name} may change the network, and is meant to."
            yield who.says("pass", text)
    if nobody:
        text = "No user, group or role but administrators may change the network everywhere."
        yield account(place.account).says("pass", text)


@check(
    "network-acls-filter",
    title="Network ACLs filter beside the security groups",
    criterion="NET-18.network-acls-filter",
    service="vpc",
    reach="regional",
    rule="""For each VPC with network interfaces. Passes if at least one subnet with interfaces
        is under a network ACL that does not simply allow all IPv4 traffic in and out. Fails if
        every such subnet hangs on an ACL that allows everything, as AWS delivers it: then security
        groups stand alone. That interfaces have security groups is not asked: all have.""",
    actions=("ec2:DescribeNetworkInterfaces", "ec2:DescribeNetworkAcls"),
    severity="low",
)
def network_acls_filter(place: Place) -> Iterator[Verdict]:
    """Look at the ACLs of subnets in use."""
    used: dict[str, set[str]] = {}
    for interface in place.all("ec2", "describe_network_interfaces", "NetworkInterfaces"):
        if interface.get("VpcId") and interface.get("SubnetId"):
            used.setdefault(str(interface["VpcId"]), set()).add(str(interface["SubnetId"]))
    if not used:
        return
    filtered = {
        str(association.get("SubnetId"))
        for acl in place.all("ec2", "describe_network_acls", "NetworkAcls")
        if _filters(acl)
        for association in acl.get("Associations") or ()
    }
    for vpc, subnets in sorted(used.items()):
        count = len(subnets & filtered)
        text = f"{count} of {len(subnets)} subnets in use of {vpc} are under an ACL that filters."
        thing = Thing(place.arn("ec2", f"vpc/{vpc}"), "AwsEc2Vpc", vpc)
        yield thing.says("pass" if count else "fail", text)


def _sweeping(statement: Statement, holder: Holder) -> bool:
    """Say whether a statement allows more than network changes."""
    return any(
        statement.covers(action.lower()) and statement in holder.granted(action)
        for action in OTHERS
    )


def _filters(acl: Mapping[str, Any]) -> bool:
    entries = acl.get("Entries") or ()
    return any(not _lets_all(entries, outward=way) for way in (False, True))


def _lets_all(entries: Iterable[Mapping[str, Any]], *, outward: bool) -> bool:
    """Say whether the first rule that decides anything allows everything."""
    rules = sorted(
        (
            entry
            for entry in entries
            if bool(entry.get("Egress")) == outward and entry.get("CidrBlock")
        ),
        key=lambda entry: int(entry.get("RuleNumber", _FIXED)),
    )
    for rule in rules:
        if rule.get("RuleAction") == "deny":
            return False
        if str(rule.get("Protocol")) == "-1" and rule["CidrBlock"] in _EVERYWHERE:
            return True
    return False
