"""A moto server on loopback stands for AWS: an insecure account that the real Prowler scans."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3

REGION = "us-east-1"
UNUSED = "eu-west-1"
"""Region with a VPC and an open security group that nothing uses."""
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "secret",
    "AWS_DEFAULT_REGION": REGION,
}
CHECKS = (
    "iam_user_mfa_enabled_console_access",
    "iam_password_policy_minimum_length_14",
    "iam_user_console_access_unused",
    "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22",
    "ec2_ebs_default_encryption",
    "ec2_ebs_snapshots_encrypted",
    "vpc_flow_logs_enabled",
    "cloudtrail_multi_region_enabled",
    "cloudtrail_log_file_validation_enabled",
    "s3_bucket_public_access",
    "s3_bucket_default_encryption",
    "rds_instance_storage_encrypted",
)


class Cloud:
    """The account under audit."""

    def __init__(self, endpoint: str) -> None:
        self.environment = {**os.environ, **CREDENTIALS, "AWS_ENDPOINT_URL": endpoint}
        self.endpoint = endpoint
        self.group = ""
        self.vpc = ""
        self.snapshot = ""

    def client(self, service: str, region: str = REGION) -> Any:
        make: Any = boto3.client
        return make(
            service,
            endpoint_url=self.endpoint,
            region_name=region,
            aws_access_key_id="AKIAIOSFODNN7EXAMPLE",
            aws_secret_access_key="secret",
        )

    def seed(self) -> None:
        """Make an insecure account."""
        iam, ec2 = self.client("iam"), self.client("ec2")
        for name in ("ann", "bob"):
            iam.create_user(UserName=name)
            iam.create_login_profile(UserName=name, Password="Passw0rd!x")
        self.group = self._open(ec2)
        ran = ec2.run_instances(
            ImageId="ami-12c6146b", MinCount=1, MaxCount=1, SecurityGroupIds=[self.group]
        )
        self.vpc = ran["Instances"][0]["VpcId"]
        volume = ec2.create_volume(AvailabilityZone=f"{REGION}a", Size=1, Encrypted=False)
        self.snapshot = ec2.create_snapshot(VolumeId=volume["VolumeId"])["SnapshotId"]
        self._open(self.client("ec2", UNUSED))
        s3 = self.client("s3")
        s3.create_bucket(Bucket="trail-logs")
        s3.create_bucket(Bucket="public")
        everybody = {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": "s3:GetObject",
                    "Resource": "arn:aws:s3:::public/*",
                }
            ],
        }
        s3.put_bucket_policy(Bucket="public", Policy=json.dumps(everybody))
        self.client("cloudtrail").create_trail(Name="trail", S3BucketName="trail-logs")

    def mend(self) -> None:
        """Fix part of what was seeded."""
        self.client("iam").update_account_password_policy(MinimumPasswordLength=14)
        ec2 = self.client("ec2")
        ec2.revoke_security_group_ingress(GroupId=self.group, IpPermissions=[self._ssh()])
        for name in ("ann", "bob"):
            self.client("iam").delete_login_profile(UserName=name)
        ec2.create_flow_logs(
            ResourceIds=[self.vpc],
            ResourceType="VPC",
            TrafficType="ALL",
            LogDestinationType="s3",
            LogDestination="arn:aws:s3:::trail-logs",
        )
        self.client("s3").delete_bucket_policy(Bucket="public")
        trail = self.client("cloudtrail")
        trail.update_trail(Name="trail", IsMultiRegionTrail=True, EnableLogFileValidation=True)
        trail.start_logging(Name="trail")

    def _open(self, ec2: Any) -> str:
        """Make a security group that lets the world in."""
        group: str = ec2.create_security_group(GroupName="open", Description="open")["GroupId"]
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[self._ssh()])
        return group

    @staticmethod
    def _ssh() -> dict[str, Any]:
        anyone = [{"CidrIp": "0.0.0.0/0"}]
        return {"IpProtocol": "tcp", "FromPort": 22, "ToPort": 22, "IpRanges": anyone}

    def run(
        self, *line: str | Path, timeout: float = 600, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run a program of this environment, with the account's credentials or as told."""
        program = Path(sys.executable).with_name(str(line[0]))
        return subprocess.run(
            [str(program), *map(str, line[1:])],
            env=environment or self.environment,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )


@contextmanager
def running(directory: Path) -> Iterator[Cloud]:
    """Start moto on a free port of loopback and seed the account."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = Path(sys.executable).with_name("moto_server")
    line = [str(program), "-H", "127.0.0.1", "-p", str(port)]
    # the images that moto brings have thousands of snapshots, and each would be a finding
    bare = {**os.environ, "MOTO_EC2_LOAD_DEFAULT_AMIS": "false"}
    with (
        (directory / "moto.log").open("wb") as log,
        subprocess.Popen(line, env=bare, stdout=log, stderr=log) as server,
    ):
        try:
            _wait(port)
            made = Cloud(f"http://127.0.0.1:{port}")
            made.seed()
            yield made
        finally:
            server.terminate()


def _wait(port: int) -> None:
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise RuntimeError("moto_server did not start")
