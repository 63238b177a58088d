"""Two accounts for the probe: one in which every rule is broken, and one in which all hold."""

from __future__ import annotations

import io
import json
import zipfile
from datetime import UTC, datetime, timedelta
from typing import Any

from probekit import ACCOUNT, HOME, Cloud

ANYONE = [{"CidrIp": "0.0.0.0/0"}]
PEOPLE = {"AWS": f"arn:aws:iam::{ACCOUNT}:user/ann"}
ROOM = {
    "Resources": {
        "Vpc": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.250.0.0/24"}},
        "Host": {
            "Type": "AWS::EC2::LaunchTemplate",
            "Properties": {"LaunchTemplateData": {"InstanceType": "m6i.xlarge"}},
        },
    }
}
FULL_TAGS = {"acme:Owner": "payments", "DataClass": "internal", "criticality": "high"}


def allow(action: str | list[str], resource: str = "*", **more: Any) -> str:
    """Write a policy with one statement."""
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def trust(principal: object, **more: Any) -> str:
    """Write a trust policy."""
    statement = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def as_tags(tags: dict[str, str]) -> list[dict[str, str]]:
    """Write tags as most services take them."""
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def public_key() -> bytes:
    """Make a key and give its public half."""
    # comes with moto, and only what runs on moto needs it
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = rsa.generate_private_key(65537, 2048).public_key()
    return key.public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH)


def rule(port: int, **source: Any) -> dict[str, Any]:
    """Write a rule for one TCP port."""
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **source}


def group(cloud: Cloud, name: str, vpc: str, *rules: dict[str, Any], open_: bool = True) -> str:
    """Make a security group; `open_` keeps the outbound rule that AWS adds."""
    ec2 = cloud.client("ec2")
    made: str = ec2.create_security_group(GroupName=name, Description=name, VpcId=vpc)["GroupId"]
    if rules:
        ec2.authorize_security_group_ingress(GroupId=made, IpPermissions=list(rules))
    if not open_:
        everything = [{"IpProtocol": "-1", "IpRanges": ANYONE}]
        ec2.revoke_security_group_egress(GroupId=made, IpPermissions=everything)
    return made


def host(cloud: Cloud, subnet: str, groups: list[str], **more: Any) -> str:
    """Start an instance."""
    tags = more.pop("tags", {})
    made = cloud.client("ec2").run_instances(
        ImageId="ami-12345678",
        MinCount=1,
        MaxCount=1,
        SubnetId=subnet,
        SecurityGroupIds=groups,
        TagSpecifications=[{"ResourceType": "instance", "Tags": as_tags(tags)}] if tags else [],
        **more,
    )
    instance: str = made["Instances"][0]["InstanceId"]
    return instance


def default_network(cloud: Cloud) -> tuple[str, list[str]]:
    """Give the default VPC and its subnets."""
    ec2 = cloud.client("ec2")
    vpc = ec2.describe_vpcs()["Vpcs"][0]["VpcId"]
    return vpc, [item["SubnetId"] for item in ec2.describe_subnets()["Subnets"]]


def components(cloud: Cloud, subnet: str) -> dict[str, str]:
    """Make what CloudWatch should watch; by dimension."""
    ec2 = cloud.client("ec2")
    gateway = ec2.create_vpn_gateway(Type="ipsec.1")["VpnGateway"]["VpnGatewayId"]
    customer = ec2.create_customer_gateway(Type="ipsec.1", PublicIp="192.0.2.1", BgpAsn=65000)
    vpn = ec2.create_vpn_connection(
        Type="ipsec.1",
        CustomerGatewayId=customer["CustomerGateway"]["CustomerGatewayId"],
        VpnGatewayId=gateway,
    )["VpnConnection"]["VpnConnectionId"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    nat = ec2.create_nat_gateway(SubnetId=subnet, AllocationId=address)["NatGateway"]
    transit = ec2.create_transit_gateway()["TransitGateway"]["TransitGatewayId"]
    direct = cloud.client("directconnect").create_connection(
        location="EqDC2", bandwidth="1Gbps", connectionName="office"
    )["connectionId"]
    return {
        "AWS/VPN VpnId": vpn,
        "AWS/NATGateway NatGatewayId": nat["NatGatewayId"],
        "AWS/TransitGateway TransitGateway": transit,
        "AWS/DX ConnectionId": direct,
    }


def alarm(cloud: Cloud, namespace: str, dimension: str, value: str, **more: Any) -> None:
    """Make an alarm with an action."""
    cloud.client("cloudwatch").put_metric_alarm(
        **{
            "AlarmName": f"watch-{value}",
            "Namespace": namespace,
            "MetricName": "Any",
            "Dimensions": [{"Name": dimension, "Value": value}],
            "Statistic": "Minimum",
            "Period": 300,
            "EvaluationPeriods": 1,
            "Threshold": 1,
            "ComparisonOperator": "LessThanThreshold",
            "AlarmActions": [f"arn:aws:sns:{HOME}:{ACCOUNT}:operations"],
            **more,
        }
    )


def load_balanced(cloud: Cloud, vpc: str, subnets: list[str], instances: list[str]) -> None:
    """Put instances behind a load balancer."""
    elb = cloud.client("elbv2")
    balancer = elb.create_load_balancer(Name="web", Subnets=subnets[:2])["LoadBalancers"][0]
    made = elb.create_target_group(Name="web", Protocol="HTTP", Port=80, VpcId=vpc)
    target = made["TargetGroups"][0]["TargetGroupArn"]
    elb.create_listener(
        LoadBalancerArn=balancer["LoadBalancerArn"],
        Protocol="HTTP",
        Port=80,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": target}],
    )
    elb.register_targets(TargetGroupArn=target, Targets=[{"Id": name} for name in instances])


def event_rule(cloud: Cloud, name: str, pattern: object, *targets: str, region: str = HOME) -> None:
    """Make a rule on the default bus."""
    events = cloud.client("events", region)
    events.put_rule(Name=name, EventPattern=json.dumps(pattern), State="ENABLED")
    ends = [{"Id": str(place), "Arn": arn} for place, arn in enumerate(targets)]
    events.put_targets(Rule=name, Targets=ends)


def machine(cloud: Cloud, name: str, tasks: int, resource: str = "arn:aws:states:::sqs") -> None:
    """Make a state machine of some tasks in a row."""
    states: dict[str, Any] = {
        f"S{n}": {"Type": "Task", "Resource": resource, "Next": f"S{n + 1}"}
        for n in range(tasks - 1)
    }
    states[f"S{tasks - 1}"] = {"Type": "Task", "Resource": resource, "End": True}
    cloud.client("stepfunctions").create_state_machine(
        name=name,
        definition=json.dumps({"StartAt": "S0", "States": states}),
        roleArn=f"arn:aws:iam::{ACCOUNT}:role/flow",
    )


def trail(cloud: Cloud, bucket: str, days: int) -> None:
    """Make a trail whose objects expire."""
    s3 = cloud.client("s3")
    s3.create_bucket(Bucket=bucket)
    s3.put_bucket_lifecycle_configuration(
        Bucket=bucket,
        LifecycleConfiguration={
            "Rules": [{"ID": "x", "Status": "Enabled", "Filter": {}, "Expiration": {"Days": days}}]
        },
    )
    cloud.client("cloudtrail").create_trail(Name="trail", S3BucketName=bucket)


def function(cloud: Cloud, name: str) -> str:
    """Make a Lambda function."""
    iam = cloud.client("iam")
    role = iam.create_role(
        RoleName=f"run-{name}", AssumeRolePolicyDocument=trust({"Service": "lambda.amazonaws.com"})
    )["Role"]["Arn"]
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def run(event, context): pass")
    arn: str = cloud.client("lambda").create_function(
        FunctionName=name,
        Runtime="python3.12",
        Role=role,
        Handler="main.run",
        Code={"ZipFile": packed.getvalue()},
    )["FunctionArn"]
    return arn


def contact(cloud: Cloud, kind: str, mail: str) -> None:
    """Register an alternate contact."""
    cloud.client("account").put_alternate_contact(
        AlternateContactType=kind,
        EmailAddress=mail,
        Name=f"{kind} team",
        PhoneNumber=f"+1 555 01{len(kind)}",
        Title="Team",
    )


def bad(cloud: Cloud) -> None:
    """Make an account in which nothing is as it should be."""
    ec2, iam, s3 = cloud.client("ec2"), cloud.client("iam"), cloud.client("s3")
    vpc, subnets = default_network(cloud)
    ec2.create_key_pair(KeyName="project")
    web = group(cloud, "web", vpc, rule(22, IpRanges=ANYONE), rule(443, IpRanges=ANYONE))
    one = host(cloud, subnets[0], [web], KeyName="project", tags={"zone": "shop"})
    host(cloud, subnets[0], [web], tags={"zone": "office"})
    group(cloud, "quarantine", vpc)
    load_balanced(cloud, vpc, subnets, [one])
    components(cloud, subnets[0])
    volume = ec2.describe_volumes()["Volumes"][0]["VolumeId"]
    other = ec2.create_volume(AvailabilityZone=f"{HOME}a", Size=1)["VolumeId"]
    assert volume != other
    ec2.create_snapshot(VolumeId=other)
    iam.create_user(UserName="dev")
    iam.put_user_policy(UserName="dev", PolicyName="all", PolicyDocument=allow(["ec2:*", "ssm:*"]))
    iam.attach_user_policy(UserName="dev", PolicyArn="arn:aws:iam::aws:policy/PowerUserAccess")
    iam.create_user(UserName="break-glass-1")
    iam.create_role(RoleName="incident", AssumeRolePolicyDocument=trust(PEOPLE))
    event_rule(
        cloud,
        "kept",
        {"source": ["aws.guardduty"]},
        f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:findings",
    )
    cloud.client("cloudformation").create_stack(
        StackName="clean-room",
        TemplateBody=json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}),
    )
    machine(cloud, "incident-mail", 1)
    cloud.client("guardduty").create_detector(Enable=True)
    s3.create_bucket(Bucket="forensic-evidence")
    trail(cloud, "trail-logs", 30)
    cloud.client("rds").create_db_instance(
        DBInstanceIdentifier="shop",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="shop",
        MasterUserPassword="example-password",
        AllocatedStorage=5,
    )


def good(cloud: Cloud) -> None:
    """Make an account in which every rule holds."""
    ec2, iam, s3 = cloud.client("ec2"), cloud.client("iam"), cloud.client("s3")
    vpc, subnets = default_network(cloud)
    ec2.import_key_pair(KeyName="ann", PublicKeyMaterial=public_key())
    office = [{"CidrIp": "198.51.100.0/24"}]
    web = group(cloud, "web", vpc, rule(22, IpRanges=office), rule(443, IpRanges=ANYONE))
    zones = [
        host(
            cloud,
            subnets[0],
            [web],
            tags={**FULL_TAGS, "zone": zone},
            BlockDeviceMappings=[
                {"DeviceName": "/dev/sda1", "Ebs": {"VolumeSize": 8, "Encrypted": True}}
            ],
        )
        for zone in ("shop", "office")
    ]
    group(cloud, "quarantine", vpc, open_=False)
    load_balanced(cloud, vpc, subnets, zones)
    for key, value in components(cloud, subnets[0]).items():
        namespace, dimension = key.split()
        alarm(cloud, namespace, dimension, value)
    acl = ec2.create_network_acl(VpcId=vpc)["NetworkAcl"]["NetworkAclId"]
    tied = next(
        link["NetworkAclAssociationId"]
        for one in ec2.describe_network_acls()["NetworkAcls"]
        for link in one["Associations"]
        if link["SubnetId"] == subnets[0]
    )
    ec2.replace_network_acl_association(AssociationId=tied, NetworkAclId=acl)
    for item in ec2.describe_volumes()["Volumes"]:
        ec2.create_snapshot(VolumeId=item["VolumeId"])
    identities(iam)
    responder = function(cloud, "isolate-instance")
    event_rule(cloud, "respond", {"source": ["aws.guardduty"]}, responder)
    cloud.client("cloudformation").create_stack(
        StackName="clean-room", TemplateBody=json.dumps(ROOM)
    )
    machine(cloud, "incident", 3)
    s3.create_bucket(Bucket="forensic-evidence", ObjectLockEnabledForBucket=True)
    trail(cloud, "trail-logs", 400)
    for bucket in s3.list_buckets()["Buckets"]:
        s3.put_bucket_tagging(Bucket=bucket["Name"], Tagging={"TagSet": as_tags(FULL_TAGS)})
    cloud.client("rds").create_db_instance(
        DBInstanceIdentifier="shop",
        DBInstanceClass="db.t3.micro",
        Engine="postgres",
        MasterUsername="shop",
        MasterUserPassword="example-password",
        AllocatedStorage=5,
        Tags=as_tags(FULL_TAGS),
    )
    for kind in ("SECURITY", "OPERATIONS", "BILLING"):
        contact(cloud, kind, f"{kind.lower()}@example.com")
    lately = datetime.now(UTC) - timedelta(days=3)
    cloud.answers |= {
        "backup.ListRestoreJobs": {"RestoreJobs": [{"CreationDate": lately}]},
        f"{HOME}/ssm.DescribeInstanceInformation": {
            "InstanceInformationList": [{"InstanceId": zones[0], "PingStatus": "Online"}]
        },
        "ssm.DescribeSessions": {"Sessions": [{"SessionId": "ann-1", "StartDate": lately}]},
    }


def identities(iam: Any) -> None:
    """Make the people of the good account."""
    iam.create_role(RoleName="IncidentResponder", AssumeRolePolicyDocument=trust(PEOPLE))
    iam.put_role_policy(
        RoleName="IncidentResponder", PolicyName="look", PolicyDocument=allow("ec2:Describe*")
    )
    iam.create_user(UserName="break-glass-1")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="break-glass-1")
    iam.enable_mfa_device(
        UserName="break-glass-1",
        SerialNumber=device["VirtualMFADevice"]["SerialNumber"],
        AuthenticationCode1="123456",
        AuthenticationCode2="234567",
    )
    zone = {"StringEquals": {"ssm:resourceTag/zone": "shop"}}
    iam.create_user(UserName="ops")
    iam.put_user_policy(
        UserName="ops",
        PolicyName="shop",
        PolicyDocument=allow("ssm:StartSession", Condition=zone),
    )
