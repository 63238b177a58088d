"""NET-21: alarms of CloudWatch on the components of the network."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gapfolio.live.checks.base import Thing, Verdict, check
from gapfolio.live.checks.naming import as_list, tags_of
from gapfolio.live.checks.places import Place

_ACTIONS = ("cloudwatch:DescribeAlarms", "cloudwatch:ListMetricStreams", "oam:ListLinks")
_RULE = """Passes if a CloudWatch alarm of the Region with a switched-on action, its own or that of
    a composite alarm over it, watches a metric of {namespace} for {what}, or the whole
    namespace by a metrics query. Left to a person if there is none but the Region sends its metrics
    elsewhere (to a monitoring account or through a metric stream). Else it fails. Silent without
    one."""
_METRICS = "AWS::CloudWatch::Metric"


@dataclass(frozen=True)
class _Component:
    """Something that should be watched, and the dimensions by which alarms know it."""

    thing: Thing
    id: str
    values: frozenset[str]


def _rule(namespace: str, what: str) -> str:
    return _RULE.format(namespace=namespace, what=what)


@check(
    "vpn-alarms",
    title="CloudWatch alarms watch VPN connections",
    criterion="NET-21.vpn-alarms",
    service="vpn",
    reach="regional",
    rule=_rule("AWS/VPN", "the Site-to-Site VPN connection or one of its tunnels"),
    actions=("ec2:DescribeVpnConnections", *_ACTIONS),
)
def vpn_alarms(place: Place) -> Iterator[Verdict]:
    """Judge VPN connections."""
    yield from _watched(place, "AWS/VPN", _connections(place))


@check(
    "nat-gateway-alarms",
    title="CloudWatch alarms watch NAT gateways",
    criterion="NET-21.gateway-alarms",
    service="natgateway",
    reach="regional",
    rule=_rule("AWS/NATGateway", "the NAT gateway"),
    actions=("ec2:DescribeNatGateways", *_ACTIONS),
)
def nat_gateway_alarms(place: Place) -> Iterator[Verdict]:
    """Judge NAT gateways."""
    found = place.all("ec2", "describe_nat_gateways", "NatGateways")
    parts = (
        _component(place, item, "NatGatewayId", "natgateway", "AwsEc2NatGateway")
        for item in found
        if item.get("State") == "available"
    )
    yield from _watched(place, "AWS/NATGateway", parts)


@check(
    "transit-gateway-alarms",
    title="CloudWatch alarms watch transit gateways",
    criterion="NET-21.gateway-alarms",
    service="transitgateway",
    reach="regional",
    rule=_rule("AWS/TransitGateway", "the transit gateway (the account's own, not a shared one)"),
    actions=("ec2:DescribeTransitGateways", *_ACTIONS),
)
def transit_gateway_alarms(place: Place) -> Iterator[Verdict]:
    """Judge the account's own transit gateways."""
    found = place.all("ec2", "describe_transit_gateways", "TransitGateways")
    parts = (
        _component(place, item, "TransitGatewayId", "transit-gateway", "AwsEc2TransitGateway")
        for item in found
        if item.get("State") == "available" and item.get("OwnerId") == place.account.id
    )
    yield from _watched(place, "AWS/TransitGateway", parts)


@check(
    "direct-connect-alarms",
    title="CloudWatch alarms watch Direct Connect connections",
    criterion="NET-21.gateway-alarms",
    service="directconnect",
    reach="regional",
    rule=_rule("AWS/DX", "the Direct Connect connection"),
    actions=("directconnect:DescribeConnections", *_ACTIONS),
)
def direct_connect_alarms(place: Place) -> Iterator[Verdict]:
    """Judge Direct Connect connections."""
    parts = [
        _Component(
            Thing(
                place.arn("directconnect", f"dxcon/{item['connectionId']}"),
                "AwsDirectConnectConnection",
                str(item.get("connectionName") or ""),
                as_list(tags_of(item, "tags")),
            ),
            str(item["connectionId"]),
            frozenset((str(item["connectionId"]),)),
        )
        for item in place.all("directconnect", "describe_connections", "connections")
        if item.get("connectionState") in ("available", "down")
        and item.get("ownerAccount", place.account.id) == place.account.id
    ]
    yield from _watched(place, "AWS/DX", iter(parts))


def _connections(place: Place) -> Iterator[_Component]:
    for item in place.all("ec2", "describe_vpn_connections", "VpnConnections"):
        if item.get("State") != "available":
            continue
        made = _component(place, item, "VpnConnectionId", "vpn-connection", "AwsEc2VpnConnection")
        tunnels = {
            str(tunnel["OutsideIpAddress"])
            for tunnel in item.get("VgwTelemetry") or ()
            if tunnel.get("OutsideIpAddress")
        }
        yield _Component(made.thing, made.id, made.values | tunnels)


def _component(place: Place, item: Mapping[str, Any], key: str, path: str, kind: str) -> _Component:
    name, tags = str(item[key]), tags_of(item)
    thing = Thing(place.arn("ec2", f"{path}/{name}"), kind, tags.get("Name", ""), as_list(tags))
    return _Component(thing, name, frozenset((name,)))


def _watched(place: Place, namespace: str, parts: Iterator[_Component]) -> Iterator[Verdict]:
    for part in parts:
        alarms = sorted(_alarms(place, namespace, part))
        if alarms:
            yield part.thing.says("pass", f"{part.id} is watched by the alarm {alarms[0]}.")
        elif _elsewhere(place):
            text = f"No alarm here watches {part.id}; metrics of the Region are sent elsewhere."
            yield part.thing.says("manual", text)
        else:
            yield part.thing.says("fail", f"No alarm with an action watches {part.id}.")


def _alarms(place: Place, namespace: str, part: _Component) -> Iterator[str]:
    """Give the alarms with an action that watch a component."""
    pages = place.pages(
        "cloudwatch", "describe_alarms", AlarmTypes=["MetricAlarm", "CompositeAlarm"]
    )
    acting = [
        str(alarm.get("AlarmRule"))
        for page in pages
        for alarm in page.get("CompositeAlarms") or ()
        if _acts(alarm)
    ]
    for page in pages:
        for alarm in page.get("MetricAlarms") or ():
            if _watches(alarm, namespace, part) and (_acts(alarm) or _in_one(alarm, acting)):
                yield str(alarm["AlarmName"])


def _acts(alarm: Mapping[str, Any]) -> bool:
    return alarm.get("ActionsEnabled") is not False and bool(alarm.get("AlarmActions"))


def _in_one(alarm: Mapping[str, Any], rules: list[str]) -> bool:
    """Say whether a composite alarm's rule asks for the state of this alarm."""
    names = {re.escape(str(alarm.get(key))) for key in ("AlarmName", "AlarmArn") if alarm.get(key)}
    asked = re.compile(rf"ALARM\(\s*[\"']?(?:{'|'.join(sorted(names))})[\"']?\s*\)")
    return any(asked.search(rule) for rule in rules)


def _watches(alarm: Mapping[str, Any], namespace: str, part: _Component) -> bool:
    if _measures(alarm, namespace, part):
        return True
    for query in alarm.get("Metrics") or ():
        metric = (query.get("MetricStat") or {}).get("Metric") or {}
        if _measures(metric, namespace, part):
            return True
        expression = str(query.get("Expression") or "")
        if f'"{namespace}"' in expression and " WHERE " not in expression.upper():
            return True
    return False


def _measures(metric: Mapping[str, Any], namespace: str, part: _Component) -> bool:
    values = {str(dimension.get("Value")) for dimension in metric.get("Dimensions") or ()}
    return metric.get("Namespace") == namespace and bool(values & part.values)


def _elsewhere(place: Place) -> bool:
    """Say whether the Region's metrics leave it: to a monitoring account, or as a stream."""
    streams = place.all("cloudwatch", "list_metric_streams", "Entries")
    if any(stream.get("State") == "running" for stream in streams):
        return True
    links = place.all("oam", "list_links", "Items")
    return any(_METRICS in (link.get("ResourceTypes") or ()) for link in links)
