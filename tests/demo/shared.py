"""The shared-services account: the Security team's own, and the best kept."""

from __future__ import annotations

from account import HOME, REGIONS, Account, at
from identity import (
    PASSWORDS,
    PEOPLE,
    access_key,
    enrol,
    federation,
    groups,
    profile,
    role,
    rotate,
    signed_in,
    user,
)
from network import OFFICE, Host, found, network, no_default_network, snapshot, volumes
from storage import BLOCKED, Bucket, backups, key
from watch import ALARMS, Trail, alarms, contacts, hardened, inspected, recorder

LOGS = "example-shared-access-logs"
TRAIL = "example-shared-trail"


def begin(account: Account) -> None:
    """Build the account as it was in June."""
    with at("2025-01-20"):
        logs = key(account, "org-logs")
        _foundation(account, logs)
        _people(account)
    with at("2025-03-17"):
        net = network(account, "shared-tools", HOME, "10.40", flow_logs=TRAIL)
        net.shut_default()
        inner = net.group("tools", (443, 443, OFFICE), about="Internal tools")
        net.run(Host("scanner", inner, profile=profile(account, "tools-host")))
        snapshot(account, HOME, volumes(account, HOME)[0], "scanner-baseline")
        Bucket(
            "example-shared-evidence", versions=True, tls=True, locked=True, logs=LOGS, key=logs
        ).make(account)
        account.client("ecr").create_repository(
            repositoryName="base-images", imageScanningConfiguration={"scanOnPush": True}
        )


def _foundation(account: Account, logs: str) -> None:
    for region in REGIONS:
        no_default_network(account, region)
    groups(account)
    Bucket(LOGS, versions=True, tls=True, takes_logs=True, key=logs).make(account)
    Bucket(TRAIL, versions=True, tls=True, locked=True, logs=LOGS, key=logs).make(account)
    Trail("shared-trail", TRAIL, key=logs, group="/trail/shared").make(account)
    alarms(account, "/trail/shared", ALARMS, logs)
    for region in REGIONS:
        recorder(account, region, TRAIL)
        account.client("guardduty", region).create_detector(Enable=True)
        account.client("securityhub", region).enable_security_hub(EnableDefaultStandards=False)
        account.client("ec2", region).enable_ebs_encryption_by_default()
    account.client("iam").update_account_password_policy(**PASSWORDS)
    role(account, "incident-support", PEOPLE, "AWSSupportAccess")
    role(account, "security-audit", PEOPLE, "SecurityAudit")
    contacts(account)
    backups(account, logs)
    inspected(account)
    hardened(account)
    account.answers |= {
        "s3control.GetPublicAccessBlock": {"PublicAccessBlockConfiguration": BLOCKED},
        "support.DescribeServices": {},
    }


def _people(account: Account) -> None:
    federation(account)
    for number, name in enumerate(("break-glass-1", "break-glass-2", "security-1"), 1):
        group = "Operators" if name == "security-1" else "Administrators"
        user(account, name, console="2026-06-22", group=group)
        enrol(account, name, hardware="" if name == "security-1" else f"GAHT0000000{number}")
    user(account, "log-forwarder")
    access_key(account, "log-forwarder", used="2026-06-24")


def go_on(account: Account) -> None:
    """Do what the third quarter brought."""
    with at("2026-08-24"):
        net = found(account, HOME, "shared-tools")
        net.allow(net.named("tools"), 22, 22, OFFICE)
        key(account, "org-evidence", rotates=False)
        ec2 = account.client("ec2")
        (scanner,) = ec2.describe_instances()["Reservations"][0]["Instances"]
        ec2.modify_instance_metadata_options(
            InstanceId=scanner["InstanceId"], HttpTokens="optional"
        )
        rotate(account, "log-forwarder", "2026-09-22")
    for name in ("security-1", "break-glass-1", "break-glass-2"):
        signed_in(account, name, "2026-09-22")
