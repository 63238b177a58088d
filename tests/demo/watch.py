"""What an account watches itself with: trails, records, alarms, and whom to call."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from account import HOME, REGIONS, Account, tag_list
from identity import role

ROOT = "root-used"
_EVENTS = {
    "trail-changed": ("cloudtrail", "CreateTrail UpdateTrail DeleteTrail StartLogging StopLogging"),
    "key-disabled": ("kms", "DisableKey ScheduleKeyDeletion"),
    "security-group-changed": (
        "ec2",
        """AuthorizeSecurityGroupIngress AuthorizeSecurityGroupEgress
        RevokeSecurityGroupIngress RevokeSecurityGroupEgress
        CreateSecurityGroup DeleteSecurityGroup""",
    ),
    "bucket-policy-changed": (
        "s3",
        """PutBucketAcl PutBucketPolicy PutBucketCors PutBucketLifecycle PutBucketReplication
        DeleteBucketPolicy DeleteBucketCors DeleteBucketLifecycle DeleteBucketReplication""",
    ),
}
_PATTERNS = {
    ROOT: '{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS '
    '&& $.eventType != "AwsServiceEvent" }',
    "call-refused": '{ ($.errorCode = "*UnauthorizedOperation") '
    '|| ($.errorCode = "AccessDenied*") }',
} | {
    name: f"{{ ($.eventSource = {source}.amazonaws.com) && ("
    + " || ".join(f"($.eventName = {event})" for event in events.split())
    + ") }"
    for name, (source, events) in _EVENTS.items()
}
ALARMS = tuple(_PATTERNS)
"""Every alarm that can be made."""


@dataclass(frozen=True)
class Trail:
    """A trail of all Regions to be made."""

    name: str
    store: str
    """Bucket that it writes to."""
    validated: bool = True
    key: str = ""
    group: str = ""
    """Log group that it writes to as well."""

    def make(self, account: Account) -> None:
        """Make it, and start it."""
        cloudtrail = account.client("cloudtrail")
        more: dict[str, Any] = {"KmsKeyId": self.key} if self.key else {}
        if self.group:
            account.client("logs").create_log_group(logGroupName=self.group, tags=account.tags())
            writer = role(account, "cloudtrail-logs", {"Service": "cloudtrail.amazonaws.com"})
            arn = f"arn:aws:logs:{HOME}:{account.id}:log-group:{self.group}:*"
            more |= {"CloudWatchLogsLogGroupArn": arn, "CloudWatchLogsRoleArn": writer}
        cloudtrail.create_trail(
            Name=self.name,
            S3BucketName=self.store,
            IsMultiRegionTrail=True,
            IncludeGlobalServiceEvents=True,
            EnableLogFileValidation=self.validated,
            TagsList=tag_list(account.tags()),
            **more,
        )
        cloudtrail.start_logging(Name=self.name)
        cloudtrail.put_event_selectors(
            TrailName=self.name,
            EventSelectors=[{"ReadWriteType": "All", "IncludeManagementEvents": True}],
        )


def recorder(account: Account, region: str, store: str) -> None:
    """Let AWS Config record everything in a Region."""
    config = account.client("config", region)
    linked = "aws-service-role/config.amazonaws.com/AWSServiceRoleForConfig"
    config.put_configuration_recorder(
        ConfigurationRecorder={
            "name": "default",
            "roleARN": f"arn:aws:iam::{account.id}:role/{linked}",
            "recordingGroup": {"allSupported": True, "includeGlobalResourceTypes": True},
        }
    )
    config.put_delivery_channel(DeliveryChannel={"name": "default", "s3BucketName": store})
    config.start_configuration_recorder(ConfigurationRecorderName="default")


def alarms(account: Account, group: str, names: Iterable[str], key: str = "") -> None:
    """Raise alarms, to a topic, when a trail's log group shows what each is for."""
    more = {"Attributes": {"KmsMasterKeyId": key}} if key else {}
    topic = account.client("sns").create_topic(
        Name="security-alarms", Tags=tag_list(account.tags()), **more
    )
    for name in names:
        _alarm(account, group, name, topic["TopicArn"])


def _alarm(account: Account, group: str, name: str, topic: str) -> None:
    account.client("logs").put_metric_filter(
        logGroupName=group,
        filterName=name,
        filterPattern=_PATTERNS[name],
        metricTransformations=[
            {"metricName": name, "metricNamespace": "Trail", "metricValue": "1"}
        ],
    )
    account.client("cloudwatch").put_metric_alarm(
        AlarmName=name,
        MetricName=name,
        Namespace="Trail",
        Statistic="Sum",
        Period=300,
        EvaluationPeriods=1,
        Threshold=1,
        ComparisonOperator="GreaterThanOrEqualToThreshold",
        AlarmActions=[topic],
    )


def contacts(account: Account) -> None:
    """Register the three alternate contacts."""
    for place, kind in enumerate(("SECURITY", "OPERATIONS", "BILLING")):
        account.client("account").put_alternate_contact(
            AlternateContactType=kind,
            EmailAddress=f"{kind.lower()}@client.example",
            Name=f"{kind.capitalize()} desk",
            PhoneNumber=f"+1 555 011{place}",
            Title="Desk",
        )


def inspected(account: Account) -> None:
    """Switch on Inspector and Access Analyzer, which moto does not have."""
    on = {"status": "ENABLED"}
    account.answers["inspector2.BatchGetAccountStatus"] = {
        "accounts": [
            {
                "state": on,
                "resourceState": dict.fromkeys(("ec2", "ecr", "lambda", "lambdaCode"), on),
            }
        ]
    }
    for region in REGIONS:
        arn = f"arn:aws:access-analyzer:{region}:{account.id}:analyzer/account"
        analyzer = {"arn": arn, "name": "account", "status": "ACTIVE", "type": "ACCOUNT"}
        account.answers[f"{region}/accessanalyzer.ListAnalyzers"] = {"analyzers": [analyzer]}


def hardened(account: Account) -> None:
    """Set EC2's defaults of the account, which moto does not have."""
    account.answers["ec2.GetSnapshotBlockPublicAccessState"] = {"State": "block-all-sharing"}
    account.answers["ec2.GetInstanceMetadataDefaults"] = {
        "AccountLevel": {"HttpTokens": "required"}
    }
