"""CRED-13, CRED-15 and NET-15: how people reach hosts, with which keys and over which channel."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from gapfolio.live.checks.base import Thing, Verdict, check
from gapfolio.live.checks.naming import as_list, few, tags_of
from gapfolio.live.checks.places import Place, Whole
from gapfolio.live.checks.policies import ACTIONS, holders

_MD5 = 47
"""Length of an MD5 fingerprint with its colons; SHA-1 has 59, SHA-256 comes in base64."""
_SHA1 = 59
_SESSION_DAYS = 30
_SSH, _WINDOWS = (22,), (3389, 5985, 5986)
_SESSION = "ssm:StartSession"
_ZONES = 2


def instances(place: Place, *states: str) -> list[Mapping[str, Any]]:
    """Give the instances in these states (all states that are not final if none is named)."""
    wanted = states or ("pending", "running", "stopping", "stopped")
    found = place.all("ec2", "describe_instances", "Reservations")
    return [
        instance
        for reservation in found
        for instance in reservation.get("Instances") or ()
        if (instance.get("State") or {}).get("Name") in wanted
    ]


def host(place: Place, instance: Mapping[str, Any]) -> Thing:
    """Give an instance as the thing that is judged."""
    tags = tags_of(instance)
    arn = place.arn("ec2", f"instance/{instance['InstanceId']}")
    return Thing(arn, "AwsEc2Instance", tags.get("Name", ""), as_list(tags), place.region)


@check(
    "key-pairs-imported",
    title="EC2 key pairs are made by the customer and imported",
    criterion="CRED-13.key-pairs-imported",
    service="ec2",
    reach="regional",
    rule="""For each key pair of the Region, its fingerprint is read. Passes if AWS computed it as
        MD5: so it does for an RSA key that was imported. Fails if it is SHA-1: then AWS made the
        RSA key and its private half has been outside of the user's hands. Left to a person for
        ED25519 keys, whose fingerprint is the same either way. Silent without key pairs.""",
    actions=("ec2:DescribeKeyPairs",),
)
def key_pairs_imported(place: Place) -> Iterator[Verdict]:
    """Tell keys that users made from keys that AWS made."""
    for key in place.all("ec2", "describe_key_pairs", "KeyPairs"):
        name, mark = str(key.get("KeyName")), str(key.get("KeyFingerprint") or "")
        colons = mark.count(":")
        arn = place.arn("ec2", f"key-pair/{key.get('KeyPairId') or name}")
        thing = Thing(arn, "AwsEc2KeyPair", name, as_list(tags_of(key)))
        if colons and len(mark) == _MD5:
            yield thing.says("pass", f"Key pair {name} was imported.")
        elif colons and len(mark) == _SHA1:
            yield thing.says("fail", f"Key pair {name} was made by AWS, not by its user.")
        else:
            text = f"Whether key pair {name} was imported cannot be told from its fingerprint."
            yield thing.says("manual", text)


@check(
    "session-manager-in-use",
    title="Session Manager is used to reach instances",
    criterion="CRED-15.session-manager-in-use",
    service="ssm",
    reach="regional",
    rule="""In each Region with running instances. Passes if one of them is online in Systems
        Manager and somebody opened a session in the last 30 days (AWS keeps no more). Fails if
        none of them is online and at least one was started with a key pair: SSH is then the only
        way in. Left to a person otherwise: instances that nobody needs to enter are no gap.""",
    actions=("ec2:DescribeInstances", "ssm:DescribeInstanceInformation", "ssm:DescribeSessions"),
)
def session_manager_in_use(place: Place) -> Iterator[Verdict]:
    """Look for managed instances and for sessions to them."""
    running = {str(i["InstanceId"]): i for i in instances(place, "running")}
    if not running:
        return
    online = {
        str(item.get("InstanceId"))
        for item in place.all("ssm", "describe_instance_information", "InstanceInformationList")
        if item.get("PingStatus") == "Online"
    } & set(running)
    sessions = place.get("ssm", "describe_sessions", State="History", MaxResults=50)
    opened = [
        item
        for item in sessions.get("Sessions") or ()
        if (start := item.get("StartDate")) and (place.account.now - start).days <= _SESSION_DAYS
    ]
    hosts = Thing(place.arn("ec2", "instance/*"), "AwsEc2Instance")
    share = f"{len(online)} of {len(running)} running instances are online in Systems Manager"
    with_key = [name for name, item in running.items() if item.get("KeyName")]
    if online and opened:
        text = f"{share}; sessions were opened in the last {_SESSION_DAYS} days."
        yield hosts.says("pass", text)
    elif not online and with_key:
        text = f"{share}, and SSH keys lead to {few(with_key)}."
        yield hosts.says("fail", text)
    else:
        text = f"{share}; no session was opened in the last {_SESSION_DAYS} days."
        yield hosts.says("manual", text)


@check(
    "management-channel-apart",
    title="Administration comes from elsewhere than the users of a service",
    criterion="NET-15.management-channel-apart",
    service="ec2",
    reach="regional",
    rule="""For each running instance, interface by interface. Fails if a security group admits
        administration (SSH; on Windows RDP and WinRM) from an address range, prefix list or group
        from which, or from part of which, other TCP or UDP ports are admitted too: administrators
        then come the way that users come. Passes otherwise: another source, another interface, or
        no administration port at all (Session Manager). A group that admits its own
        members is left out, and so is ICMP.""",
    actions=("ec2:DescribeInstances", "ec2:DescribeSecurityGroups"),
)
def management_channel_apart(place: Place) -> Iterator[Verdict]:
    """Compare the sources of administration with those of everything else."""
    running = instances(place, "running")
    if not running:
        return
    found = place.all("ec2", "describe_security_groups", "SecurityGroups")
    groups = {str(group["GroupId"]): group for group in found}
    for instance in running:
        name = str(instance["InstanceId"])
        ports = _WINDOWS if instance.get("Platform") == "windows" else _SSH
        shared = sorted(_shared(instance, groups, ports))
        thing = host(place, instance)
        if shared:
            text = f"{name} takes administration from {few(shared)}, and its other traffic as well."
            yield thing.says("fail", text)
        else:
            text = f"{name} takes no administration from where its other traffic comes from."
            yield thing.says("pass", text)


@check(
    "sessions-confined-to-zone",
    title="Permission to open sessions is confined to a zone",
    criterion="NET-15.sessions-confined-to-zone",
    service="ssm",
    reach="account",
    rule="""Only where running instances carry two or more values of the tag zone_tag. For each
        user, group and role that may open Session Manager sessions, administrators aside: fails if
        a policy allows ssm:StartSession on every instance without a condition, so that one
        identity reaches every zone; passes if all such permissions name instances or carry a
        condition. Service control policies are not seen.""",
    settings=("zone_tag",),
    actions=("ec2:DescribeInstances", *ACTIONS),
)
def sessions_confined_to_zone(whole: Whole) -> Iterator[Verdict]:
    """Look for identities that can enter the hosts of every zone."""
    tag = whole.settings.zone_tag
    zones = {
        zone
        for zone in whole.each(
            lambda place: [tags_of(i).get(tag, "") for i in instances(place, "running")]
        )
        if zone
    }
    if len(zones) < _ZONES:
        return
    for holder in holders(whole.home):
        if holder.administrator:
            continue
        wide = holder.granted(_SESSION)
        who = Thing(holder.arn, holder.type, holder.name, as_list(holder.tags))
        if wide:
            policies = few(statement.policy for statement in wide)
            text = f"{holder.kind} {holder.name} may open sessions in every zone ({policies})."
            yield who.says("fail", text)
        elif holder.confined(_SESSION):
            text = f"{holder.kind} {holder.name} may open sessions to part of the instances only."
            yield who.says("pass", text)


def _shared(
    instance: Mapping[str, Any], groups: Mapping[str, Mapping[str, Any]], ports: tuple[int, ...]
) -> Iterator[str]:
    """Give the sources of administration from which something else is admitted as well."""
    interfaces = instance.get("NetworkInterfaces") or [{"Groups": instance.get("SecurityGroups")}]
    for interface in interfaces:
        own = {str(group["GroupId"]) for group in interface.get("Groups") or ()}
        administration: set[str] = set()
        service: set[str] = set()
        for group in own:
            for rule in groups.get(group, {}).get("IpPermissions") or ():
                sources = set(_sources(rule)) - own
                if _admits(rule, ports):
                    administration |= sources
                if _admits_others(rule, ports):
                    service |= sources
        yield from (
            source for source in administration if any(_holds(source, other) for other in service)
        )


def _sources(rule: Mapping[str, Any]) -> Iterable[str]:
    for key, name in (
        ("IpRanges", "CidrIp"),
        ("Ipv6Ranges", "CidrIpv6"),
        ("PrefixListIds", "PrefixListId"),
        ("UserIdGroupPairs", "GroupId"),
    ):
        for item in rule.get(key) or ():
            if item.get(name):
                yield str(item[name])


def _ports(rule: Mapping[str, Any]) -> range:
    """Give the TCP and UDP ports of a rule; all if it speaks of every protocol."""
    protocol = str(rule.get("IpProtocol"))
    if protocol == "-1":
        return range(65536)
    if protocol not in ("tcp", "udp", "6", "17"):
        return range(0)
    return range(int(rule.get("FromPort", 0)), int(rule.get("ToPort", 65535)) + 1)


def _admits(rule: Mapping[str, Any], ports: tuple[int, ...]) -> bool:
    if str(rule.get("IpProtocol")) in ("udp", "17"):
        return False
    return any(port in _ports(rule) for port in ports)


def _admits_others(rule: Mapping[str, Any], ports: tuple[int, ...]) -> bool:
    found = _ports(rule)
    own = sum(port in found for port in ports) if _admits(rule, ports) else 0
    return len(found) > own


def _holds(source: str, other: str) -> bool:
    """Say whether a source is another, or a range that holds it."""
    if source == other:
        return True
    if "/" not in source or "/" not in other:
        return False
    outer, inner = ip_network(source, strict=False), ip_network(other, strict=False)
    return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]
