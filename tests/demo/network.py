"""Networks of an account, and what runs in them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from account import Account, tag_list

WORLD = "0.0.0.0/0"
OFFICE = "198.51.100.0/24"


@dataclass(frozen=True)
class Host:
    """An instance to be run."""

    name: str
    group: str
    kind: str = "app"
    """Kind of its subnet: `public` or `app`."""
    tokens: str = "required"
    """Whether its metadata service asks for a token."""
    encrypted: bool = True
    profile: str = ""
    place: int = 0


def spec(kind: str, tags: dict[str, str]) -> list[dict[str, Any]]:
    """Give tags as EC2 takes them."""
    return [{"ResourceType": kind, "Tags": tag_list(tags)}]


class Net:
    """A VPC of an account."""

    def __init__(self, account: Account, region: str, name: str, vpc: str) -> None:
        self.account, self.region, self.name, self.vpc = account, region, name, vpc
        self.subnets: dict[str, list[str]] = {}

    def log(self, store: str) -> None:
        """Switch flow logs on."""
        self.account.client("ec2", self.region).create_flow_logs(
            ResourceIds=[self.vpc],
            ResourceType="VPC",
            TrafficType="ALL",
            LogDestinationType="s3",
            LogDestination=f"arn:aws:s3:::{store}",
        )

    def group(self, name: str, *rules: tuple[int, int, str], about: str = "") -> str:
        """Make a security group; a rule is first port, last port, and from where."""
        ec2 = self.account.client("ec2", self.region)
        made = ec2.create_security_group(
            GroupName=name,
            Description=about or name,
            VpcId=self.vpc,
            TagSpecifications=spec("security-group", self.account.tags(Name=name)),
        )["GroupId"]
        for low, high, source in rules:
            self.allow(made, low, high, source)
        return str(made)

    def allow(self, group: str, low: int, high: int, source: str) -> None:
        """Open ports of a security group."""
        self.account.client("ec2", self.region).authorize_security_group_ingress(
            GroupId=group, IpPermissions=[_rule(low, high, source)]
        )

    def close(self, group: str, low: int, high: int, source: str = WORLD) -> None:
        """Close ports of a security group."""
        self.account.client("ec2", self.region).revoke_security_group_ingress(
            GroupId=group, IpPermissions=[_rule(low, high, source)]
        )

    def run(self, host: Host) -> str:
        """Run an instance."""
        profile = {"IamInstanceProfile": {"Name": host.profile}} if host.profile else {}
        made = self.account.client("ec2", self.region).run_instances(
            ImageId="ami-12c6146b",
            InstanceType="t3.small",
            MinCount=1,
            MaxCount=1,
            NetworkInterfaces=[
                {
                    "DeviceIndex": 0,
                    "SubnetId": self.subnets[host.kind][host.place],
                    "Groups": [host.group],
                    "AssociatePublicIpAddress": host.kind == "public",
                }
            ],
            MetadataOptions={"HttpTokens": host.tokens, "HttpEndpoint": "enabled"},
            BlockDeviceMappings=[
                {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8, "Encrypted": host.encrypted}}
            ],
            TagSpecifications=spec("instance", self.account.tags(Name=host.name)),
            **profile,
        )
        return str(made["Instances"][0]["InstanceId"])

    def shut_default(self) -> None:
        """Take the rules out of the VPC's default security group."""
        ec2 = self.account.client("ec2", self.region)
        found = ec2.describe_security_groups(
            Filters=[
                {"Name": "vpc-id", "Values": [self.vpc]},
                {"Name": "group-name", "Values": ["default"]},
            ]
        )["SecurityGroups"][0]
        if found["IpPermissions"]:
            ec2.revoke_security_group_ingress(
                GroupId=found["GroupId"], IpPermissions=found["IpPermissions"]
            )
        ec2.revoke_security_group_egress(
            GroupId=found["GroupId"], IpPermissions=found["IpPermissionsEgress"]
        )

    def named(self, group: str) -> str:
        """Find a security group by its name."""
        found = self.account.client("ec2", self.region).describe_security_groups(
            Filters=[{"Name": "group-name", "Values": [group]}]
        )
        return str(found["SecurityGroups"][0]["GroupId"])


def _rule(low: int, high: int, source: str) -> dict[str, Any]:
    where = (
        {"UserIdGroupPairs": [{"GroupId": source}]}
        if source.startswith("sg-")
        else {"IpRanges": [{"CidrIp": source}]}
    )
    return {"IpProtocol": "tcp", "FromPort": low, "ToPort": high, **where}


def no_default_network(account: Account, region: str) -> None:
    """Delete the VPC that AWS makes in every Region."""
    ec2 = account.client("ec2", region)
    (vpc,) = ec2.describe_vpcs(Filters=[{"Name": "is-default", "Values": ["true"]}])["Vpcs"]
    inside = [{"Name": "vpc-id", "Values": [vpc["VpcId"]]}]
    for subnet in ec2.describe_subnets(Filters=inside)["Subnets"]:
        ec2.delete_subnet(SubnetId=subnet["SubnetId"])
    attached = [{"Name": "attachment.vpc-id", "Values": [vpc["VpcId"]]}]
    for gateway in ec2.describe_internet_gateways(Filters=attached)["InternetGateways"]:
        name = gateway["InternetGatewayId"]
        ec2.detach_internet_gateway(InternetGatewayId=name, VpcId=vpc["VpcId"])
        ec2.delete_internet_gateway(InternetGatewayId=name)
    ec2.delete_vpc(VpcId=vpc["VpcId"])


def network(account: Account, name: str, region: str, block: str, *, flow_logs: str = "") -> Net:
    """Make a VPC with a public and a private subnet in each of two zones."""
    ec2 = account.client("ec2", region)
    tags = account.tags(Name=name)
    vpc = ec2.create_vpc(CidrBlock=f"{block}.0.0/16", TagSpecifications=spec("vpc", tags))
    made = Net(account, region, name, vpc["Vpc"]["VpcId"])
    gateway = ec2.create_internet_gateway()["InternetGateway"]["InternetGatewayId"]
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=made.vpc)
    table = ec2.create_route_table(VpcId=made.vpc)["RouteTable"]["RouteTableId"]
    ec2.create_route(RouteTableId=table, DestinationCidrBlock=WORLD, GatewayId=gateway)
    for number, (kind, zone) in enumerate(
        [("public", "a"), ("public", "b"), ("app", "a"), ("app", "b")]
    ):
        subnet = ec2.create_subnet(
            VpcId=made.vpc,
            CidrBlock=f"{block}.{number}.0/24",
            AvailabilityZone=f"{region}{zone}",
            TagSpecifications=spec("subnet", account.tags(Name=f"{name}-{kind}-{zone}")),
        )["Subnet"]["SubnetId"]
        made.subnets.setdefault(kind, []).append(subnet)
        if kind == "public":
            ec2.associate_route_table(RouteTableId=table, SubnetId=subnet)
    if flow_logs:
        made.log(flow_logs)
    return made


def found(account: Account, region: str, name: str) -> Net:
    """Find a VPC by its name."""
    vpcs = account.client("ec2", region).describe_vpcs(
        Filters=[{"Name": "tag:Name", "Values": [name]}]
    )
    return Net(account, region, name, vpcs["Vpcs"][0]["VpcId"])


def volumes(account: Account, region: str) -> list[str]:
    """Give the volumes of a Region, oldest first."""
    found = account.client("ec2", region).describe_volumes()["Volumes"]
    return [item["VolumeId"] for item in sorted(found, key=lambda item: item["CreateTime"])]


def snapshot(account: Account, region: str, volume: str, name: str, *, public: bool = False) -> str:
    """Take a snapshot."""
    ec2 = account.client("ec2", region)
    made = ec2.create_snapshot(
        VolumeId=volume, TagSpecifications=spec("snapshot", account.tags(Name=name))
    )["SnapshotId"]
    if public:
        share(account, region, made, "add")
    return str(made)


def share(account: Account, region: str, made: str, how: str) -> None:
    """Share a snapshot with everybody (`add`), or take that back (`remove`)."""
    account.client("ec2", region).modify_snapshot_attribute(
        SnapshotId=made,
        Attribute="createVolumePermission",
        OperationType=how,
        GroupNames=["all"],
    )


def balanced(net: Net, name: str, group: str, *, hardened: bool = False) -> str:
    """Make a public load balancer that speaks HTTP."""
    elb = net.account.client("elbv2", net.region)
    made = elb.create_load_balancer(
        Name=name,
        Subnets=net.subnets["public"],
        SecurityGroups=[group],
        Scheme="internet-facing",
        Type="application",
        Tags=tag_list(net.account.tags()),
    )["LoadBalancers"][0]["LoadBalancerArn"]
    target = elb.create_target_group(
        Name=f"{name}-targets", Protocol="HTTP", Port=8080, VpcId=net.vpc
    )
    elb.create_listener(
        LoadBalancerArn=made,
        Protocol="HTTP",
        Port=80,
        DefaultActions=[
            {"Type": "forward", "TargetGroupArn": target["TargetGroups"][0]["TargetGroupArn"]}
        ],
    )
    if hardened:
        harden(net, made)
    return str(made)


def harden(net: Net, balancer: str) -> None:
    """Let a load balancer drop what is malformed."""
    net.account.client("elbv2", net.region).modify_load_balancer_attributes(
        LoadBalancerArn=balancer,
        Attributes=[{"Key": "routing.http.drop_invalid_header_fields.enabled", "Value": "true"}],
    )
