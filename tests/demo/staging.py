"""The staging account: like production, but nobody looks."""

from __future__ import annotations

from account import HOME, Account, at
from identity import (
    PEOPLE,
    access_key,
    enrol,
    groups,
    lose_device,
    profile,
    role,
    signed_in,
    use_key,
    user,
)
from network import WORLD, Host, balanced, found, network, no_default_network
from storage import Bucket, database, function, key, shut
from watch import Trail

ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
TRAIL = "example-stage-trail"


def begin(account: Account) -> None:
    """Build the account as it was in June."""
    account.root |= {"mfa": "false", "used": "2026-06-23T16:20:00+00:00"}
    with at("2025-02-10"):
        no_default_network(account, HOME)  # the other Region's was forgotten
        groups(account)
        Bucket(TRAIL, versions=True).make(account)
        Trail("stage-trail", TRAIL).make(account)
        role(account, "security-audit", PEOPLE, "SecurityAudit")
        key(account, "stage-data", rotates=False)
        account.client("guardduty").create_detector(Enable=True)
        user(account, "delivery-1", console="2026-06-23", group="Operators")
        user(account, "delivery-2", console="2026-06-16", mfa=True, group="Operators")
        user(account, "load-test")
        access_key(account, "load-test", used="2026-06-01")
        account.client("iam").attach_user_policy(UserName="load-test", PolicyArn=ADMINISTRATOR)
    with at("2025-06-02"):
        _workload(account)


def _workload(account: Account) -> None:
    net = network(account, "stage-main", HOME, "10.30")
    web = net.group("stage-web", (80, 80, WORLD), (443, 443, WORLD))
    test = net.group("stage-test-access", (22, 22, WORLD), about="Remote test runners")
    host = profile(account, "stage-host")
    net.run(Host("stage-shop-1", test, "public", "optional", encrypted=False, profile=host))
    net.run(Host("stage-runner", test, "public", "optional"))
    balanced(net, "stage-shop", web)
    database(net, "stage-orders", web, BackupRetentionPeriod=1, EngineVersion="13.4")
    function(account, "stage-orders-sync", "python3.12")
    Bucket("example-stage-artifacts").make(account)
    Bucket("example-stage-fixtures", private=False).make(account)
    account.client("sqs").create_queue(
        QueueName="stage-orders",
        Attributes={"SqsManagedSseEnabled": "false"},
        tags=account.tags(),
    )


def go_on(account: Account) -> None:
    """Do what the third quarter brought, a policy that hides the keys from the scan among it."""
    with at("2026-08-17"):
        net = found(account, HOME, "stage-main")
        net.log(TRAIL)
        net.group("stage-debug", (5432, 5432, WORLD), about="Debugging")
        shut(account, "example-stage-fixtures")
        enrol(account, "delivery-1")
        lose_device(account, "delivery-2")
        account.client("iam").detach_user_policy(UserName="load-test", PolicyArn=ADMINISTRATOR)
        account.client("cloudtrail").stop_logging(Name="stage-trail")
    why = "an explicit deny in a service control policy"
    denied = {"Code": "AccessDeniedException", "Message": why}
    account.answers["kms.ListKeys"] = {"Error": denied}
    for name in ("delivery-1", "delivery-2"):
        signed_in(account, name, "2026-09-21")
    use_key(account, "load-test", "2026-09-14")
