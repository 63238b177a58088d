"""The production account: grown over the years, and mended in the summer of 2026."""

from __future__ import annotations

from account import AWAY, HOME, REGIONS, Account, at, tag_list
from identity import (
    PASSWORDS,
    PEOPLE,
    access_key,
    break_glass,
    enrol,
    federation,
    groups,
    leave,
    profile,
    role,
    rotate,
    signed_in,
    use_key,
    user,
)
from network import (
    OFFICE,
    WORLD,
    Host,
    balanced,
    found,
    harden,
    network,
    no_default_network,
    share,
    snapshot,
    volumes,
)
from storage import Bucket, backups, database, function, key, only_tls, publish, shut
from watch import ROOT, Trail, alarms, contacts, hardened, inspected, recorder

TRAIL = "example-prod-trail"


def begin(account: Account) -> None:
    """Build the account as it was in June."""
    with at("2024-05-06"):
        user(account, "legacy-sftp")
        access_key(account, "legacy-sftp", used="2026-06-23")
    with at("2025-02-03"):
        _foundation(account)
    with at("2025-03-10"):
        _people(account)
    with at("2025-04-07"):
        _main(account)
    with at("2025-09-01"):
        _reporting(account)
    with at("2025-11-17"):
        user(account, "contractor-build", console="2026-03-02", group="Operators")
        access_key(account, "contractor-build", used="2026-03-02")


def _foundation(account: Account) -> None:
    for region in REGIONS:
        no_default_network(account, region)
    groups(account)
    logs = key(account, "prod-logs", rotates=False)
    backups(account, key(account, "prod-data"))
    Bucket(TRAIL, versions=True, tls=True, takes_logs=True, key=logs).make(account)
    Trail("prod-trail", TRAIL, validated=False, group="/trail/prod").make(account)
    alarms(account, "/trail/prod", [ROOT])
    recorder(account, HOME, TRAIL)
    account.client("guardduty").create_detector(Enable=True)
    account.client("iam").update_account_password_policy(MinimumPasswordLength=8)
    role(account, "incident-support", PEOPLE, "AWSSupportAccess")
    role(account, "security-audit", PEOPLE, "SecurityAudit")
    contacts(account)
    account.answers["support.DescribeServices"] = {}


def _people(account: Account) -> None:
    break_glass(account)
    user(account, "oncall-1", console="2026-06-22", mfa=True, group="Administrators")
    user(account, "oncall-2", console="2026-06-19", group="Operators")
    user(account, "ci-deploy")
    access_key(account, "ci-deploy", used="2026-06-23")
    account.client("iam").attach_user_policy(
        UserName="ci-deploy", PolicyArn="arn:aws:iam::aws:policy/PowerUserAccess"
    )


def _main(account: Account) -> None:
    net = network(account, "prod-main", HOME, "10.10", flow_logs=TRAIL)
    bastion = net.group("bastion-ssh", (22, 22, WORLD), about="SSH to the bastion")
    web = net.group("web-lb", (80, 80, WORLD), (443, 443, WORLD), about="Public web traffic")
    app = net.group("app", (8080, 8080, web), (22, 22, bastion), about="Application servers")
    data = net.group("orders-db", (5432, 5432, app), about="Orders database")
    net.group("temp-migration", (3306, 3306, WORLD), about="Data migration, to be removed")
    hosts = profile(account, "prod-host")
    net.run(Host("bastion", bastion, "public", profile=hosts))
    net.run(Host("shop-1", app, profile=hosts, tokens="optional"))
    net.run(Host("shop-2", app, profile=hosts, tokens="optional", place=1))
    balanced(net, "shop", web)
    for number, volume in enumerate(volumes(account, HOME)):
        snapshot(account, HOME, volume, f"nightly-{number}")
    database(net, "orders", data, MultiAZ=True, EnableIAMDatabaseAuthentication=True)
    function(account, "orders-sync", "python3.8")
    account.client("dynamodb").create_table(
        TableName="sessions",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
        Tags=tag_list(account.tags()),
    )
    Bucket("example-prod-orders", versions=True, tls=True, logs=TRAIL).make(account)
    Bucket("example-prod-assets", private=False).make(account)
    publish(account, "example-prod-assets")
    Bucket("example-prod-exports").make(account)
    account.client("secretsmanager").create_secret(
        Name="orders/db", SecretString="example", Tags=tag_list(account.tags())
    )


def _reporting(account: Account) -> None:
    net = network(account, "prod-reporting", AWAY, "10.20")
    group = net.group("reporting", (5432, 5432, OFFICE), about="Reporting")
    net.run(Host("reporting-1", group, tokens="optional", encrypted=False))
    (volume,) = volumes(account, AWAY)
    snapshot(account, AWAY, volume, "reporting-baseline", public=True)
    database(
        net,
        "reporting-old",
        group,
        "public",
        StorageEncrypted=False,
        PubliclyAccessible=True,
        BackupRetentionPeriod=0,
        MasterUsername="postgres",
    )
    Bucket("example-prod-reports", AWAY).make(account)


def go_on(account: Account) -> None:
    """Do what the third quarter brought."""
    with at("2026-07-06"):
        account.client("iam").update_account_password_policy(**PASSWORDS)
        enrol(account, "oncall-2")
        federation(account)
        leave(account, "contractor-build", "Operators")
        account.client("cloudtrail").update_trail(Name="prod-trail", EnableLogFileValidation=True)
        inspected(account)
        hardened(account)
    with at("2026-07-20"):
        _mend_reporting(account)
    with at("2026-08-03"):
        _mend_main(account)
    with at("2026-08-10"):
        user(account, "reporting-bi", console="2026-09-21", group="Operators")
        rotate(account, "ci-deploy", "2026-09-22")
        account.client("lambda").update_function_configuration(
            FunctionName="orders-sync", Runtime="python3.13"
        )
    for name in ("oncall-1", "oncall-2", "break-glass-1", "break-glass-2"):
        signed_in(account, name, "2026-09-15")
    use_key(account, "legacy-sftp", "2026-09-22")


def _mend_reporting(account: Account) -> None:
    ec2 = account.client("ec2", AWAY)
    (taken,) = ec2.describe_snapshots(OwnerIds=[account.id])["Snapshots"]
    share(account, AWAY, taken["SnapshotId"], "remove")
    found(account, AWAY, "prod-reporting").log(TRAIL)
    account.client("rds", AWAY).delete_db_instance(
        DBInstanceIdentifier="reporting-old", SkipFinalSnapshot=True
    )
    account.client("guardduty", AWAY).create_detector(Enable=True)
    recorder(account, AWAY, TRAIL)
    for region in REGIONS:
        account.client("securityhub", region).enable_security_hub(EnableDefaultStandards=False)
        account.client("ec2", region).enable_ebs_encryption_by_default()


def _mend_main(account: Account) -> None:
    net = found(account, HOME, "prod-main")
    account.client("ec2").delete_security_group(GroupId=net.named("temp-migration"))
    net.group("vendor-support", (3389, 3389, WORLD), about="Remote support of a vendor")
    net.shut_default()
    (balancer,) = account.client("elbv2").describe_load_balancers()["LoadBalancers"]
    harden(net, balancer["LoadBalancerArn"])
    account.client("rds").modify_db_instance(DBInstanceIdentifier="orders", MultiAZ=False)
    account.client("s3").delete_bucket_policy(Bucket="example-prod-assets")
    shut(account, "example-prod-assets")
    only_tls(account, "example-prod-exports")
    Bucket("example-prod-uploads", private=False).make(account)
