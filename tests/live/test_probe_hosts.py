"""Hosts, networks and alarms: the finer points of the rules, on canned answers."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import probekit
import pytest
from probekit import ACCOUNT, HOME, verdicts
from probeseeds import allow

from gapfolio.engagement import Probe
from gapfolio.live import probe

ANYONE = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
OFFICE = {"IpRanges": [{"CidrIp": "198.51.100.0/24"}]}
INSIDE = {"IpRanges": [{"CidrIp": "10.0.0.0/8"}]}
SUBNET = {"IpRanges": [{"CidrIp": "10.1.2.0/24"}]}
EVERYTHING = {"IpProtocol": "-1"}


def tcp(first: int, *last: int, **source: Any) -> dict[str, Any]:
    return {
        "IpProtocol": "tcp",
        "FromPort": first,
        "ToPort": max(first, *last) if last else first,
        **source,
    }


def group(name: str, *rules: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"GroupId": name, "GroupName": name, "IpPermissions": list(rules), **more}


def instance(name: str = "i-1", *interfaces: list[str], **more: Any) -> dict[str, Any]:
    return {
        "InstanceId": name,
        "VpcId": "vpc-1",
        "State": {"Name": "running"},
        "NetworkInterfaces": [
            {"Groups": [{"GroupId": one} for one in groups]} for groups in interfaces
        ],
        **more,
    }


def hosts(*instances: dict[str, Any]) -> dict[str, Any]:
    return {"ec2.DescribeInstances": {"Reservations": [{"Instances": list(instances)}]}}


def statuses(findings: list[dict[str, Any]]) -> list[str]:
    return [finding["status"] for finding in findings]


# --- key pairs and Session Manager -----------------------------------------------------------


@pytest.mark.parametrize(
    ("fingerprint", "status"),
    [
        (":".join(["ab"] * 16), "pass"),
        (":".join(["ab"] * 20), "fail"),
        ("8Kx3mJcsTx8tNhLvKb2w3Lq3cEhYzv0p1mN0a0WqZ9k=", "manual"),
        ("", "manual"),
    ],
)
def test_the_fingerprint_tells_where_a_key_comes_from(
    tmp_path: Path, fingerprint: str, status: str
) -> None:
    key = {"KeyName": "k", "KeyPairId": "key-1", "KeyFingerprint": fingerprint}
    [found] = verdicts(
        tmp_path, "key-pairs-imported", {"ec2.DescribeKeyPairs": {"KeyPairs": [key]}}
    )

    assert found["status"] == status
    assert found["resource"] == f"arn:aws:ec2:{HOME}:{ACCOUNT}:key-pair/key-1"
    assert (found["region"], found["resource_name"]) == (HOME, "k")


@pytest.mark.parametrize(
    ("keyed", "online", "days", "status"),
    [
        (True, True, 3, "pass"),
        (True, True, 40, "manual"),
        (True, False, None, "fail"),
        (False, False, None, "manual"),
    ],
)
def test_sessions_are_needed_only_where_keys_are(
    tmp_path: Path, keyed: bool, online: bool, days: int | None, status: str
) -> None:
    listed = [{"InstanceId": "i-1", "PingStatus": "Online" if online else "ConnectionLost"}]
    sessions = [] if days is None else [{"StartDate": probe.now() - timedelta(days=days)}]
    found = verdicts(
        tmp_path,
        "session-manager-in-use",
        {
            **hosts(instance(**({"KeyName": "k"} if keyed else {}))),
            "ssm.DescribeInstanceInformation": {"InstanceInformationList": listed},
            "ssm.DescribeSessions": {"Sessions": sessions},
        },
    )

    assert statuses(found) == [status]


@pytest.mark.parametrize(
    "name", ["session-manager-in-use", "management-channel-apart", "quarantine-group"]
)
def test_without_running_instances_there_is_nothing_to_say(tmp_path: Path, name: str) -> None:
    assert verdicts(tmp_path, name, hosts(instance(State={"Name": "stopped"}))) == []


# --- the management channel ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ([tcp(22, **OFFICE), tcp(443, **ANYONE)], "pass"),
        ([tcp(443, **ANYONE)], "pass"),
        ([tcp(22, **ANYONE)], "pass"),
        ([tcp(22, **ANYONE), tcp(443, **ANYONE)], "fail"),
        ([tcp(22, **INSIDE), tcp(5432, **SUBNET)], "fail"),
        ([tcp(22, **SUBNET), tcp(5432, **INSIDE)], "pass"),
        ([{**EVERYTHING, **INSIDE}], "fail"),
        ([tcp(0, 65535, **INSIDE)], "fail"),
        ([{**EVERYTHING, "UserIdGroupPairs": [{"GroupId": "sg-1"}]}], "pass"),
        ([{**EVERYTHING, "UserIdGroupPairs": [{"GroupId": "sg-9"}]}], "fail"),
        ([tcp(22, PrefixListIds=[{"PrefixListId": "pl-1"}]), tcp(443, **ANYONE)], "pass"),
        (
            [tcp(22, **OFFICE), {"IpProtocol": "icmp", "FromPort": -1, "ToPort": -1, **OFFICE}],
            "pass",
        ),
        ([tcp(22, Ipv6Ranges=[{"CidrIpv6": "::/0"}]), tcp(443, **ANYONE)], "pass"),
        ([tcp(3389, **OFFICE), tcp(443, **OFFICE)], "pass"),
    ],
)
def test_administration_comes_from_elsewhere(
    tmp_path: Path, rules: list[dict[str, Any]], status: str
) -> None:
    answers = hosts(instance("i-1", ["sg-1"])) | {
        "ec2.DescribeSecurityGroups": {"SecurityGroups": [group("sg-1", *rules)]}
    }

    assert statuses(verdicts(tmp_path, "management-channel-apart", answers)) == [status]


def test_a_second_interface_is_a_channel_of_its_own(tmp_path: Path) -> None:
    groups = [group("sg-1", tcp(22, **INSIDE)), group("sg-2", tcp(443, **INSIDE))]
    made = {"ec2.DescribeSecurityGroups": {"SecurityGroups": groups}}
    dual = hosts(instance("i-1", ["sg-1"], ["sg-2"])) | made
    single = hosts(instance("i-1", ["sg-1", "sg-2"])) | made

    assert statuses(verdicts(tmp_path / "a", "management-channel-apart", dual)) == ["pass"]
    assert statuses(verdicts(tmp_path / "b", "management-channel-apart", single)) == ["fail"]


def test_windows_is_administered_over_its_own_ports(tmp_path: Path) -> None:
    groups = [group("sg-1", tcp(3389, **OFFICE), tcp(443, **OFFICE))]
    answers = hosts(instance("i-1", ["sg-1"], Platform="windows")) | {
        "ec2.DescribeSecurityGroups": {"SecurityGroups": groups}
    }
    [found] = verdicts(tmp_path, "management-channel-apart", answers)

    assert found["status"] == "fail"
    assert "198.51.100.0/24" in found["detail"]


# --- network ACLs ----------------------------------------------------------------------------


def entry(
    number: int, action: str = "allow", cidr: str = "0.0.0.0/0", **more: Any
) -> dict[str, Any]:
    return {
        "RuleNumber": number,
        "RuleAction": action,
        "CidrBlock": cidr,
        "Protocol": "-1",
        "Egress": False,
        **more,
    }


OUT = entry(100, Egress=True)
LAST = entry(32767, "deny")


@pytest.mark.parametrize(
    ("entries", "status"),
    [
        ([entry(100), LAST, OUT], "fail"),
        ([entry(90, "deny", "192.0.2.0/24"), entry(100), LAST, OUT], "pass"),
        ([entry(100, cidr="10.0.0.0/8"), LAST, OUT], "pass"),
        ([entry(100, Protocol="6"), LAST, OUT], "pass"),
        ([entry(100), entry(110, "deny", "192.0.2.0/24"), LAST, OUT], "fail"),
        ([entry(100), LAST], "pass"),
    ],
)
def test_an_acl_filters_unless_all_is_allowed_first(
    tmp_path: Path, entries: list[dict[str, Any]], status: str
) -> None:
    found = verdicts(
        tmp_path,
        "network-acls-filter",
        {
            "ec2.DescribeNetworkInterfaces": {
                "NetworkInterfaces": [{"VpcId": "vpc-1", "SubnetId": "subnet-1"}]
            },
            "ec2.DescribeNetworkAcls": {
                "NetworkAcls": [{"Associations": [{"SubnetId": "subnet-1"}], "Entries": entries}]
            },
        },
    )

    assert statuses(found) == [status]
    assert found[0]["resource"] == f"arn:aws:ec2:{HOME}:{ACCOUNT}:vpc/vpc-1"


def test_a_vpc_without_interfaces_is_not_judged(tmp_path: Path) -> None:
    answers: dict[str, Any] = {"ec2.DescribeNetworkInterfaces": {"NetworkInterfaces": []}}

    assert verdicts(tmp_path, "network-acls-filter", answers) == []


# --- alarms ----------------------------------------------------------------------------------

VPN = {
    "ec2.DescribeVpnConnections": {
        "VpnConnections": [
            {
                "VpnConnectionId": "vpn-1",
                "State": "available",
                "VgwTelemetry": [{"OutsideIpAddress": "192.0.2.7"}],
            },
            {"VpnConnectionId": "vpn-2", "State": "deleted"},
        ]
    }
}
ALARM: dict[str, Any] = {
    "AlarmName": "tunnel",
    "AlarmArn": f"arn:aws:cloudwatch:{HOME}:{ACCOUNT}:alarm:tunnel",
    "Namespace": "AWS/VPN",
    "Dimensions": [{"Name": "VpnId", "Value": "vpn-1"}],
    "ActionsEnabled": True,
    "AlarmActions": ["arn:aws:sns:us-east-1:123456789012:operations"],
}
SILENT = ALARM | {"AlarmActions": []}
QUERY = 'SELECT MIN(TunnelState) FROM SCHEMA("AWS/VPN", VpnId) GROUP BY VpnId'


def over(rule: str) -> dict[str, Any]:
    return ALARM | {"AlarmName": "whole", "AlarmRule": rule}


def query(text: str) -> dict[str, Any]:
    return ALARM | {
        "Namespace": None,
        "Dimensions": [],
        "Metrics": [{"Id": "q", "Expression": text}],
    }


@pytest.mark.parametrize(
    ("metric", "composite", "status"),
    [
        ([ALARM], [], "pass"),
        ([ALARM | {"Dimensions": [{"Name": "TunnelIpAddress", "Value": "192.0.2.7"}]}], [], "pass"),
        ([ALARM | {"Dimensions": [{"Name": "VpnId", "Value": "vpn-9"}]}], [], "fail"),
        ([ALARM | {"Namespace": "Custom"}], [], "fail"),
        ([ALARM | {"ActionsEnabled": False}], [], "fail"),
        ([SILENT], [], "fail"),
        ([SILENT], [over("ALARM(tunnel) OR ALARM(other)")], "pass"),
        ([SILENT], [over('ALARM("tunnel")')], "pass"),
        ([SILENT], [over(f"ALARM({ALARM['AlarmArn']})")], "pass"),
        ([SILENT], [over("ALARM(tunnel-two)")], "fail"),
        ([SILENT], [over("ALARM(tunnel)") | {"AlarmActions": []}], "fail"),
        ([query(QUERY)], [], "pass"),
        ([query(f"{QUERY} WHERE VpnId = 'vpn-9'".replace(" GROUP BY VpnId", ""))], [], "fail"),
        (
            [
                ALARM
                | {
                    "Namespace": None,
                    "Dimensions": [],
                    "Metrics": [
                        {
                            "MetricStat": {
                                "Metric": {k: ALARM[k] for k in ("Namespace", "Dimensions")}
                            }
                        }
                    ],
                }
            ],
            [],
            "pass",
        ),
    ],
)
def test_an_alarm_must_watch_and_act(
    tmp_path: Path, metric: list[dict[str, Any]], composite: list[dict[str, Any]], status: str
) -> None:
    alarms = {"MetricAlarms": metric, "CompositeAlarms": composite}
    found = verdicts(tmp_path, "vpn-alarms", VPN | {"cloudwatch.DescribeAlarms": alarms})

    assert statuses(found) == [status]


@pytest.mark.parametrize(
    ("elsewhere", "status"),
    [
        ({"oam.ListLinks": {"Items": [{"ResourceTypes": ["AWS::CloudWatch::Metric"]}]}}, "manual"),
        ({"oam.ListLinks": {"Items": [{"ResourceTypes": ["AWS::Logs::LogGroup"]}]}}, "fail"),
        ({"cloudwatch.ListMetricStreams": {"Entries": [{"State": "running"}]}}, "manual"),
        ({"cloudwatch.ListMetricStreams": {"Entries": [{"State": "stopped"}]}}, "fail"),
    ],
)
def test_metrics_may_be_watched_elsewhere(
    tmp_path: Path, elsewhere: dict[str, Any], status: str
) -> None:
    none: dict[str, Any] = {"cloudwatch.DescribeAlarms": {"MetricAlarms": []}}

    assert statuses(verdicts(tmp_path, "vpn-alarms", VPN | none | elsewhere)) == [status]


def test_a_shared_transit_gateway_is_its_owners(tmp_path: Path) -> None:
    shared = {"TransitGatewayId": "tgw-1", "State": "available", "OwnerId": "444455556666"}
    answers = {"ec2.DescribeTransitGateways": {"TransitGateways": [shared]}}

    assert verdicts(tmp_path, "transit-gateway-alarms", answers) == []


# --- isolation -------------------------------------------------------------------------------


def in_vpc(
    name: str, *rules: dict[str, Any], out: tuple[dict[str, Any], ...] = ()
) -> dict[str, Any]:
    return group(name, *rules, VpcId="vpc-1", IpPermissionsEgress=list(out))


ALL = {**EVERYTHING, **ANYONE}


@pytest.mark.parametrize(
    ("groups", "settings", "status"),
    [
        ([in_vpc("quarantine")], Probe(), "pass"),
        ([in_vpc("quarantine", out=(ALL,))], Probe(), "fail"),
        ([in_vpc("quarantine", tcp(22, **OFFICE))], Probe(), "fail"),
        (
            [in_vpc("quarantine", tcp(22, UserIdGroupPairs=[{"GroupId": "sg-lab"}]))],
            Probe(),
            "pass",
        ),
        (
            [in_vpc("quarantine", out=(tcp(1, IpRanges=[{"CidrIp": "127.0.0.1/32"}]),))],
            Probe(),
            "pass",
        ),
        ([in_vpc("quarantine", out=(ALL,)), in_vpc("quarantine-2")], Probe(), "pass"),
        ([in_vpc("default")], Probe(), "manual"),
        ([in_vpc("default")], Probe(quarantine_groups=["jail"]), "fail"),
        ([in_vpc("jail")], Probe(quarantine_groups=["JAIL*"]), "pass"),
        ([in_vpc("web", ALL)], Probe(), "fail"),
        ([in_vpc("sg") | {"Tags": [{"Key": "purpose", "Value": "Quarantine"}]}], Probe(), "pass"),
        ([in_vpc("quarantine") | {"VpcId": "vpc-2"}, in_vpc("web", ALL)], Probe(), "fail"),
    ],
)
def test_a_quarantine_group_lets_nothing_through(
    tmp_path: Path, groups: list[dict[str, Any]], settings: Probe, status: str
) -> None:
    answers = hosts(instance()) | {"ec2.DescribeSecurityGroups": {"SecurityGroups": groups}}

    assert statuses(verdicts(tmp_path, "quarantine-group", answers, settings=settings)) == [status]


def target_group(**more: Any) -> dict[str, Any]:
    return {
        "TargetGroupArn": "arn:tg",
        "TargetGroupName": "web",
        "TargetType": "instance",
        "LoadBalancerArns": ["arn:lb"],
        **more,
    }


def target(name: str, state: str = "healthy") -> dict[str, Any]:
    return {"Target": {"Id": name}, "TargetHealth": {"State": state}}


@pytest.mark.parametrize(
    ("made", "targets", "scaled", "expected"),
    [
        (target_group(), [target("i-1")], [], ["fail"]),
        (target_group(), [target("i-1")], ["i-1"], ["pass"]),
        (target_group(), [target("i-1"), target("i-2")], [], ["pass"]),
        (target_group(), [target("i-1"), target("i-2", "draining")], [], ["fail"]),
        (target_group(), [], [], []),
        (target_group(TargetType="ip"), [target("10.0.0.1")], [], []),
        (target_group(LoadBalancerArns=[]), [target("i-1")], [], []),
    ],
)
def test_a_service_must_not_hang_on_one_instance(
    tmp_path: Path,
    made: dict[str, Any],
    targets: list[dict[str, Any]],
    scaled: list[str],
    expected: list[str],
) -> None:
    found = verdicts(
        tmp_path,
        "targets-replaceable",
        {
            "elbv2.DescribeTargetGroups": {"TargetGroups": [made]},
            "elbv2.DescribeTargetHealth": {"TargetHealthDescriptions": targets},
            "autoscaling.DescribeAutoScalingInstances": {
                "AutoScalingInstances": [{"InstanceId": name} for name in scaled]
            },
        },
    )

    assert statuses(found) == expected


# --- snapshots -------------------------------------------------------------------------------


def test_volumes_that_are_restored_need_recent_snapshots(tmp_path: Path) -> None:
    now = probe.now()

    def volume(name: str, host: str = "i-1", age: int = 90) -> dict[str, Any]:
        return {
            "VolumeId": name,
            "Attachments": [{"InstanceId": host}] if host else [],
            "CreateTime": now - timedelta(days=age),
        }

    def snapshot(of: str, age: int, state: str = "completed") -> dict[str, Any]:
        return {"VolumeId": of, "StartTime": now - timedelta(days=age), "State": state}

    fleet = {"Tags": [{"Key": "aws:autoscaling:groupName", "Value": "web"}]}
    volumes = [
        volume("vol-fresh"),
        volume("vol-stale"),
        volume("vol-none"),
        volume("vol-young", age=5),
        volume("vol-failed"),
        volume("vol-loose", host=""),
        volume("vol-fleet", host="i-2"),
    ]
    snapshots = [
        snapshot("vol-fresh", 100),
        snapshot("vol-fresh", 3),
        snapshot("vol-stale", 32),
        snapshot("vol-failed", 1, "error"),
    ]
    found = verdicts(
        tmp_path,
        "ebs-snapshots-recent",
        {
            **hosts(instance("i-1"), instance("i-2", **fleet)),
            "ec2.DescribeVolumes": {"Volumes": volumes},
            "ec2.DescribeSnapshots": {"Snapshots": snapshots},
        },
    )

    assert {f["resource"].rpartition("/")[2]: f["status"] for f in found} == {
        "vol-fresh": "pass",
        "vol-stale": "fail",
        "vol-none": "fail",
        "vol-failed": "fail",
    }


# --- sessions by zone ------------------------------------------------------------------------


def test_one_zone_needs_no_confinement(tmp_path: Path) -> None:
    tags = [{"Key": "Area", "Value": "shop"}]
    answers = hosts(instance("i-1", Tags=tags), instance("i-2"))

    assert (
        verdicts(tmp_path, "sessions-confined-to-zone", answers, settings=Probe(zone_tag="Area"))
        == []
    )


def test_zones_of_different_regions_are_zones(tmp_path: Path) -> None:
    def zoned(region: str, zone: str) -> dict[str, Any]:
        made = hosts(instance(f"i-{zone}", Tags=[{"Key": "zone", "Value": zone}]))
        return {f"{region}/{key}": value for key, value in made.items()}

    user = {
        "UserName": "ops",
        "Arn": f"arn:aws:iam::{ACCOUNT}:user/ops",
        "UserPolicyList": [
            {
                "PolicyName": "p",
                "PolicyDocument": allow("ssm:StartSession", "arn:aws:ec2:*:*:instance/*"),
            }
        ],
    }
    [found] = verdicts(
        tmp_path,
        "sessions-confined-to-zone",
        zoned(HOME, "shop")
        | zoned(probekit.AWAY, "office")
        | {"iam.GetAccountAuthorizationDetails": {"UserDetailList": [user]}},
        regions=probekit.REGIONS,
    )

    assert (found["status"], found["resource_name"], found["region"]) == ("fail", "ops", "")
