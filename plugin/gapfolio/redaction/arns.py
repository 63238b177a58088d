"""The parts of an ARN, and which of them say nothing of the client."""

from __future__ import annotations

import re
from dataclasses import dataclass

PUBLIC = frozenset(
    ("", "*", "<root_account>", "AWS", "Account", "account", "default", "global", "root", "unknown")
)
"""Names that AWS gives, the same for everybody."""
_UNTYPED = frozenset(("codecommit", "codepipeline", "s3", "sns", "sqs"))
"""Services whose ARNs begin with the name itself."""
_LIST = """
access-point accesspoint account activity addon alarm alias analyzer apis application
archive-rule assumed-role autoScalingGroup backup-plan backup-vault broker build cachecluster
capacity-provider catalog certificate cluster cluster-pg cluster-snapshot config-rule
configuration configuration-recorder connection container-instance crawler customer-gateway
cx-pg dashboard data-catalog database datacatalog db detector dhcp-options distribution document
domain elastic-ip endpoint endpoint-config environment es event-bus event-source-mapping
fargateprofile file-system finding firewall firewall-policy fleet flow-log function group
healthcheck hostedzone hub identity identity-pool image instance instance-profile
internet-gateway ipset job key key-pair launch-template launchConfiguration layer listener
listener-rule loadbalancer log-group log-stream metric-filter mfa model natgateway network-acl
network-interface nodegroup notebook-instance oidc-provider og ou parameter password-policy pg
pipeline policy prefix-list project proj recorder recovery-point regional replicationgroup
repository restapis role root route-table rule rulegroup saml-provider scheduled-query secret
security-group security-group-rule server-certificate service session snapshot stack stackset
stateMachine stream subgrp subnet table targetgroup task task-definition trail transit-gateway
trigger user userpool virtual-mfa-device volume vpc vpc-endpoint vpc-flow-log
vpc-peering-connection vpclink vpn-connection vpn-gateway webacl workgroup workspace
"""
_TYPES = frozenset(_LIST.split())
"""Types of resources as ARNs write them."""
_TYPED = re.compile(r"([A-Za-z-]+)([:/])(.+)", re.DOTALL)
_VERSION = re.compile(r"(?:[:/]+(?:[*]|\d{1,5})?)+$")


@dataclass(frozen=True, slots=True)
class Arn:
    """An ARN in parts: `head:account:type` and the name."""

    head: str
    """Partition, service and Region."""
    account: str
    type: str
    """With what ends it; "" if it is not known to be one."""
    name: str


def split(value: str) -> Arn | None:
    """Take an ARN apart; None if it is none."""
    parts = value.split(":", 5)
    if parts[0] != "arn" or len(parts) < 6:  # noqa: PLR2004 - so many parts has an ARN
        return None
    head, service, rest = ":".join(parts[:4]), parts[2], parts[5]
    if service not in _UNTYPED:
        typed = _TYPED.fullmatch(rest)
        if typed and typed[1] in _TYPES:
            return Arn(head, parts[4], f"{typed[1]}{typed[2]}", typed[3])
        if rest in _TYPES:
            return Arn(head, parts[4], rest, "")
    return Arn(head, parts[4], "", rest)


def tail(name: str) -> str:
    """Give the last part of a name that is no version; the rest says where it is."""
    return _VERSION.sub("", name).rpartition("/")[2].rpartition(":")[2]
