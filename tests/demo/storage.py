"""Where an account keeps data: buckets, keys, databases, functions, backups."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import dataclass
from typing import Any

from account import HOME, Account, tag_list
from identity import role
from network import Net

BLOCKED = {
    "BlockPublicAcls": True,
    "IgnorePublicAcls": True,
    "BlockPublicPolicy": True,
    "RestrictPublicBuckets": True,
}


@dataclass(frozen=True)
class Bucket:
    """A bucket to be made."""

    name: str
    region: str = HOME
    versions: bool = False
    private: bool = True
    tls: bool = False
    locked: bool = False
    takes_logs: bool = False
    logs: str = ""
    """Bucket that takes its access logs."""
    key: str = ""
    """KMS key that encrypts it; left out: S3's own."""

    def make(self, account: Account) -> None:
        """Make it."""
        s3 = account.client("s3", self.region)
        place = {"LocationConstraint": self.region}
        s3.create_bucket(
            Bucket=self.name,
            ObjectLockEnabledForBucket=self.locked,
            **({} if self.region == "us-east-1" else {"CreateBucketConfiguration": place}),
        )
        s3.put_bucket_tagging(Bucket=self.name, Tagging={"TagSet": tag_list(account.tags())})
        if self.versions:
            s3.put_bucket_versioning(
                Bucket=self.name, VersioningConfiguration={"Status": "Enabled"}
            )
        if self.private:
            shut(account, self.name)
        if self.tls:
            only_tls(account, self.name, takes_logs=self.takes_logs)
        if self.logs:
            target = {"TargetBucket": self.logs, "TargetPrefix": self.name}
            s3.put_bucket_logging(Bucket=self.name, BucketLoggingStatus={"LoggingEnabled": target})
        rule = {"SSEAlgorithm": "AES256"}
        if self.key:
            rule = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": self.key}
        s3.put_bucket_encryption(
            Bucket=self.name,
            ServerSideEncryptionConfiguration={
                "Rules": [{"ApplyServerSideEncryptionByDefault": rule}]
            },
        )


def shut(account: Account, name: str) -> None:
    """Block public access to a bucket."""
    account.client("s3").put_public_access_block(
        Bucket=name, PublicAccessBlockConfiguration=BLOCKED
    )


def only_tls(account: Account, name: str, *, takes_logs: bool = False) -> None:
    """Refuse requests to a bucket without TLS, and let access logs in if it takes them."""
    arn = f"arn:aws:s3:::{name}"
    refusal = {
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "s3:*",
        "Resource": [arn, f"{arn}/*"],
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    delivery = {
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": f"{arn}/*",
    }
    statements = [refusal, delivery] if takes_logs else [refusal]
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    account.client("s3").put_bucket_policy(Bucket=name, Policy=text)


def publish(account: Account, name: str) -> None:
    """Let everybody read a bucket."""
    everybody = {
        "Effect": "Allow",
        "Principal": "*",
        "Action": "s3:GetObject",
        "Resource": f"arn:aws:s3:::{name}/*",
    }
    text = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    account.client("s3").put_bucket_policy(Bucket=name, Policy=text)


def key(account: Account, alias: str, region: str = HOME, *, rotates: bool = True) -> str:
    """Make a KMS key."""
    kms = account.client("kms", region)
    made = kms.create_key(
        Description=alias,
        MultiRegion=False,
        Tags=[{"TagKey": k, "TagValue": v} for k, v in account.tags().items()],
    )["KeyMetadata"]
    kms.create_alias(AliasName=f"alias/{alias}", TargetKeyId=made["KeyId"])
    if rotates:
        kms.enable_key_rotation(KeyId=made["KeyId"])
    return str(made["Arn"])


def database(net: Net, name: str, group: str, kind: str = "app", **more: Any) -> None:
    """Make a PostgreSQL instance in the subnets of a kind."""
    rds = net.account.client("rds", net.region)
    rds.create_db_subnet_group(
        DBSubnetGroupName=name, DBSubnetGroupDescription=name, SubnetIds=net.subnets[kind]
    )
    settings = {
        "DBInstanceClass": "db.t3.small",
        "Engine": "postgres",
        "EngineVersion": "16.4",
        "MasterUsername": "dbowner",
        "MasterUserPassword": "example-password",
        "AllocatedStorage": 20,
        "StorageEncrypted": True,
        "PubliclyAccessible": False,
        "BackupRetentionPeriod": 14,
        "DBSubnetGroupName": name,
        "VpcSecurityGroupIds": [group],
        "Tags": tag_list(net.account.tags()),
    }
    rds.create_db_instance(**(settings | {"DBInstanceIdentifier": name} | more))


def function(account: Account, name: str, runtime: str, region: str = HOME) -> None:
    """Make a Lambda function."""
    made = role(account, f"run-{name}", {"Service": "lambda.amazonaws.com"})
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("main.py", "def run(event, context): pass")
    account.client("lambda", region).create_function(
        FunctionName=name,
        Runtime=runtime,
        Role=made,
        Handler="main.run",
        Code={"ZipFile": packed.getvalue()},
        Tags=account.tags(),
    )


def backups(account: Account, key: str) -> None:
    """Back up what is tagged for it, every day."""
    backup = account.client("backup")
    backup.create_backup_vault(BackupVaultName="daily", EncryptionKeyArn=key)
    backup.create_backup_plan(
        BackupPlan={
            "BackupPlanName": "daily",
            "Rules": [{"RuleName": "daily", "TargetBackupVaultName": "daily"}],
        }
    )
