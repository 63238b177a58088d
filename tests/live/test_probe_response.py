"""Response, evidence and tags: the finer points of the rules, on canned answers."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from probekit import ACCOUNT, AWAY, HOME, REGIONS, verdicts

from gapfolio.engagement import Probe
from gapfolio.live.checks.naming import tagged
from gapfolio.live.checks.patterns import CHANGES, FINDINGS, Event, Pattern

OTHER = "444455556666"
ALONE = {"organizations.DescribeOrganization": "AWSOrganizationsNotInUseException"}
MEMBER = {"organizations.DescribeOrganization": {"Organization": {"Id": "o-1"}}}
HERE, ELSEWHERE = Probe(response_accounts=[ACCOUNT]), Probe(response_accounts=[OTHER])


def statuses(found: list[dict[str, Any]]) -> list[str]:
    return [finding["status"] for finding in found]


# --- what one account may hold for all -------------------------------------------------------

NONE: dict[str, dict[str, Any]] = {
    "clean-room-template": {
        "cloudformation.ListStacks": {"StackSummaries": []},
        "s3.ListBuckets": {"Buckets": []},
    },
    "artefact-bucket": {"s3.ListBuckets": {"Buckets": []}},
    "response-workflow": {
        "stepfunctions.ListStateMachines": {"stateMachines": []},
        "ssm.ListDocuments": {"DocumentIdentifiers": []},
    },
}


@pytest.mark.parametrize("name", NONE)
@pytest.mark.parametrize(
    ("settings", "organisation", "status"),
    [
        (Probe(), ALONE, "fail"),
        (Probe(), MEMBER, "manual"),
        (HERE, MEMBER, "fail"),
        (ELSEWHERE, MEMBER, "not_applicable"),
    ],
)
def test_what_another_account_may_hold_is_not_missed_here(
    tmp_path: Path, name: str, settings: Probe, organisation: dict[str, Any], status: str
) -> None:
    [found] = verdicts(tmp_path, name, NONE[name] | organisation, settings=settings)

    assert found["status"] == status
    assert (found["resource_type"], found["region"]) == ("AwsAccount", "")


# --- clean room ------------------------------------------------------------------------------


def stack(name: str, state: str = "CREATE_COMPLETE") -> dict[str, Any]:
    return {"StackName": name, "StackId": f"arn:stack/{name}", "StackStatus": state}


def stacks(*made: dict[str, Any], body: object = "AWS::EC2::VPC AWS::EC2::Instance") -> Any:
    return {
        "cloudformation.ListStacks": {"StackSummaries": list(made)},
        "cloudformation.DescribeStacks": {"Stacks": []},
        "cloudformation.GetTemplate": {"TemplateBody": body},
        "s3.ListBuckets": {"Buckets": []},
    }


@pytest.mark.parametrize(
    ("answers", "settings", "expected"),
    [
        (stacks(stack("clean-room")), Probe(), ["pass"]),
        (stacks(stack("clean-room", "DELETE_COMPLETE")), Probe(), ["pass"]),
        (stacks(stack("clean-room"), body="AWS::EC2::VPC"), Probe(), ["fail"]),
        (stacks(stack("web")) | ALONE, Probe(), ["manual"]),
        (stacks(stack("web")) | ALONE, Probe(clean_room=["lab"]), ["fail"]),
        (stacks(stack("lab")), Probe(clean_room=["LAB"]), ["pass"]),
    ],
)
def test_a_clean_room_has_a_network_and_a_machine(
    tmp_path: Path, answers: dict[str, Any], settings: Probe, expected: list[str]
) -> None:
    found = verdicts(tmp_path, "clean-room-template", answers, settings=settings)

    assert statuses(found) == expected


def bucket(name: str, region: str = HOME) -> dict[str, Any]:
    return {"Name": name, "BucketRegion": region}


@pytest.mark.parametrize(
    ("keys", "expected"), [(["room/build.YAML"], "pass"), (["readme.txt"], "fail"), ([], "fail")]
)
def test_a_bucket_may_hold_the_template(tmp_path: Path, keys: list[str], expected: str) -> None:
    answers = (
        stacks()
        | ALONE
        | {
            "s3.ListBuckets": {"Buckets": [bucket("templates")]},
            "s3.GetBucketTagging": {"TagSet": [{"Key": "purpose", "Value": "clean-room"}]},
            "s3.ListObjectsV2": {"Contents": [{"Key": key} for key in keys]},
        }
    )
    found = verdicts(tmp_path, "clean-room-template", answers)

    assert statuses(found) == [expected]


# --- state machines --------------------------------------------------------------------------

TASK = {"Type": "Task"}
NESTED = {
    "States": {
        "Each": {"Type": "Map", "ItemProcessor": {"States": {"A": TASK}}},
        "Both": {"Type": "Parallel", "Branches": [{"States": {"B": TASK}}, {"States": {}}]},
    }
}
KEY = {"Resource": "arn:aws:states:::aws-sdk:iam:updateAccessKey", **TASK}


@pytest.mark.parametrize(
    ("name", "definition", "runbooks", "expected"),
    [
        ("incident", NESTED, [], "pass"),
        ("incident", {"States": {"A": TASK}}, [], "fail"),
        ("incident", "no definition", [], "fail"),
        ("orders", {"States": {"A": KEY, "B": TASK}}, [], "pass"),
        ("orders", NESTED, [], "manual"),
        (None, {}, [{"Name": "isolate"}], "manual"),
    ],
)
def test_a_machine_coordinates_steps_of_a_response(
    tmp_path: Path, name: str | None, definition: object, runbooks: list[Any], expected: str
) -> None:
    text = definition if isinstance(definition, str) else json.dumps(definition)
    machines = [{"stateMachineArn": f"arn:{name}", "name": name}] if name else []
    found = verdicts(
        tmp_path,
        "response-workflow",
        ALONE
        | {
            "stepfunctions.ListStateMachines": {"stateMachines": machines},
            "stepfunctions.ListTagsForResource": {"tags": []},
            "stepfunctions.DescribeStateMachine": {"definition": text},
            "ssm.ListDocuments": {"DocumentIdentifiers": runbooks},
        },
    )

    assert statuses(found) == [expected]


# --- rules of EventBridge --------------------------------------------------------------------

LAMBDA = f"arn:aws:lambda:{HOME}:{ACCOUNT}:function:"
TOPIC = f"arn:aws:sns:{HOME}:{ACCOUNT}:findings"
LOGS = f"arn:aws:logs:{HOME}:{ACCOUNT}:log-group:/aws/events/all"
BUS = f"arn:aws:events:{HOME}:{OTHER}:event-bus/security"
GUARDDUTY = {"source": ["aws.guardduty"]}


def rule(pattern: object, name: str = "rule", **more: Any) -> dict[str, Any]:
    arn = f"arn:aws:events:{HOME}:{ACCOUNT}:rule/{name}"
    text = json.dumps(pattern)
    return {"Name": name, "Arn": arn, "State": "ENABLED", "EventPattern": text, **more}


def bus(*targets: str, of: dict[str, Any] | None = None) -> dict[str, Any]:
    return {
        "events.ListEventBuses": {"EventBuses": [{"Name": "default"}]},
        "events.ListRules": {"Rules": [of or rule(GUARDDUTY)]},
        "events.ListTargetsByRule": {"Targets": [{"Id": t, "Arn": t} for t in targets]},
        "guardduty.ListDetectors": {"DetectorIds": []},
        "securityhub.GetAdministratorAccount": "InvalidAccessException",
        "sns.ListSubscriptionsByTopic": {"Subscriptions": []},
    }


def subscribed(endpoint: str, protocol: str = "lambda") -> dict[str, Any]:
    one = {"Endpoint": endpoint, "Protocol": protocol}
    return {"sns.ListSubscriptionsByTopic": {"Subscriptions": [one]}}


@pytest.mark.parametrize(
    ("answers", "response", "routed"),
    [
        (bus(f"{LAMBDA}isolate"), "pass", "pass"),
        (bus(f"{LAMBDA}slack-notify"), "fail", "pass"),
        (bus(f"arn:aws:states:{HOME}:{ACCOUNT}:stateMachine:ir"), "pass", "pass"),
        (bus(f"arn:aws:ssm:{HOME}:{ACCOUNT}:automation-definition/x:1"), "pass", "pass"),
        (bus(f"arn:aws:ssm:{HOME}:{ACCOUNT}:opsitem"), "fail", "pass"),
        (bus(f"arn:aws:events:{HOME}:{ACCOUNT}:target/stop-instance"), "pass", "pass"),
        (bus(f"arn:aws:events:{HOME}:{ACCOUNT}:api-destination/siem/1"), "fail", "pass"),
        (bus(TOPIC), "fail", "pass"),
        (bus(TOPIC) | subscribed(f"{LAMBDA}isolate"), "pass", "pass"),
        (bus(TOPIC) | subscribed("a@example.com", "email"), "fail", "pass"),
        (bus(TOPIC.replace(ACCOUNT, OTHER)) | subscribed(f"{LAMBDA}isolate"), "fail", "pass"),
        (bus(TOPIC) | {"sns.ListSubscriptionsByTopic": "NotFound"}, "fail", "pass"),
        (bus(LOGS), "fail", "fail"),
        (bus(f"{LAMBDA}isolate", of=rule(GUARDDUTY, State="DISABLED")), "fail", "fail"),
        (bus(f"{LAMBDA}isolate", of=rule(GUARDDUTY, ManagedBy="x.amazonaws.com")), "fail", "pass"),
        (bus(f"{LAMBDA}isolate", of=rule(GUARDDUTY, EventPattern="")), "fail", "fail"),
        (bus(f"{LAMBDA}archive", of=rule({"account": [ACCOUNT]})), "manual", "pass"),
        (bus(f"{LAMBDA}order", of=rule({"source": ["com.example"]})), "manual", "fail"),
        (bus(BUS), "manual", "manual"),
    ],
)
def test_a_rule_acts_or_tells(
    tmp_path: Path, answers: dict[str, Any], response: str, routed: str
) -> None:
    assert statuses(verdicts(tmp_path / "a", "automated-response", answers)) == [response]
    assert statuses(verdicts(tmp_path / "b", "findings-routed", answers)) == [routed]


@pytest.mark.parametrize("name", ["automated-response", "findings-routed"])
@pytest.mark.parametrize(
    ("settings", "status"), [(Probe(), "manual"), (ELSEWHERE, "not_applicable"), (HERE, "fail")]
)
@pytest.mark.parametrize(
    "handed",
    [
        bus(BUS),
        bus(LOGS)
        | {
            "guardduty.ListDetectors": {"DetectorIds": ["d"]},
            "guardduty.GetAdministratorAccount": {
                "Administrator": {"AccountId": OTHER, "RelationshipStatus": "Enabled"}
            },
        },
        bus(LOGS)
        | {"securityhub.GetAdministratorAccount": {"Administrator": {"AccountId": OTHER}}},
    ],
)
def test_what_is_handed_over_is_judged_there(
    tmp_path: Path, name: str, handed: dict[str, Any], settings: Probe, status: str
) -> None:
    assert statuses(verdicts(tmp_path, name, handed, settings=settings)) == [status]


def test_an_administrator_that_was_left_is_none(tmp_path: Path) -> None:
    former = {"AccountId": OTHER, "RelationshipStatus": "Removed"}
    answers = bus(LOGS) | {"securityhub.GetAdministratorAccount": {"Administrator": former}}

    assert statuses(verdicts(tmp_path, "findings-routed", answers)) == ["fail"]


@pytest.mark.parametrize(
    ("settings", "status"), [(Probe(response_rules=["ru*"]), "pass"), (Probe(), "manual")]
)
def test_a_rule_may_be_known_by_name(tmp_path: Path, settings: Probe, status: str) -> None:
    answers = bus(f"{LAMBDA}isolate", of=rule({"source": ["com.example"]}))

    found = verdicts(tmp_path, "automated-response", answers, settings=settings)
    assert statuses(found) == [status]


CALL = "AWS API Call via CloudTrail"


@pytest.mark.parametrize(
    ("pattern", "taken", "chooses"),
    [
        (GUARDDUTY, True, True),
        ({"source": [{"prefix": "aws.guard"}]}, True, True),
        ({"source": [{"prefix": "aws."}]}, True, False),
        ({"source": [{"wildcard": "aws.*duty"}]}, True, True),
        ({"source": [{"suffix": "hub"}]}, True, True),
        ({"source": [{"equals-ignore-case": "AWS.GuardDuty"}]}, True, True),
        ({"source": [{"anything-but": ["aws.ec2"]}]}, True, False),
        ({"source": [{"anything-but": {"prefix": "aws."}}]}, False, False),
        ({"source": [{"exists": True}]}, True, False),
        ({"source": ["aws.ec2"]}, True, False),
        (
            {"source": ["aws.ec2"], "detail-type": ["EC2 Instance State-change Notification"]},
            False,
            False,
        ),
        ({"source": ["aws.ec2"], "detail-type": [CALL]}, True, True),
        ({"source": ["aws.cloudtrail"], "detail": {"eventName": ["StopLogging"]}}, True, True),
        ({"detail-type": [CALL], "detail": {"eventName": ["RunInstances"]}}, False, True),
        ({"$or": [{"source": ["com.example"]}, GUARDDUTY]}, True, False),
        ({"$or": [{"source": ["com.other"]}]}, False, True),
        ({"source": "aws.guardduty"}, True, True),
        ({}, True, False),
        ([], False, True),
        ("broken", False, True),
    ],
)
def test_patterns_are_read_as_eventbridge_reads_them(
    pattern: object, taken: bool, chooses: bool
) -> None:
    text = "{" if pattern == "broken" else json.dumps(pattern)
    made = Pattern(text)

    assert made.takes(FINDINGS + CHANGES) is taken
    assert made.chooses is chooses


def test_events_have_only_what_is_known_of_them() -> None:
    event = Event("aws.guardduty", "GuardDuty Finding")

    assert event.value(("detail", "severity")) is None
    assert event.value(("detail", "eventName")) is None


# --- buckets and trails ----------------------------------------------------------------------

LOCK = {"ObjectLockConfiguration": {"ObjectLockEnabled": "Enabled"}}


@pytest.mark.parametrize(
    ("versions", "lock", "said"),
    [
        ({"Status": "Enabled"}, LOCK, "keeps versions and locks them"),
        ({"Status": "Suspended"}, LOCK, "lacks versioning"),
        ({"Status": "Enabled"}, "ObjectLockConfigurationNotFoundError", "lacks Object Lock"),
        ({}, "ObjectLockConfigurationNotFoundError", "lacks versioning and Object Lock"),
    ],
)
def test_artefacts_are_versioned_and_locked(
    tmp_path: Path, versions: object, lock: object, said: str
) -> None:
    [found] = verdicts(
        tmp_path,
        "artefact-bucket",
        {
            "s3.ListBuckets": {"Buckets": [bucket("evidence")]},
            "s3.GetBucketTagging": "NoSuchTagSet",
            "s3.GetBucketVersioning": versions,
            "s3.GetObjectLockConfiguration": lock,
        },
    )

    assert said in found["detail"]
    assert found["resource"] == "arn:aws:s3:::evidence"
    assert found["region"] == HOME


def test_a_bucket_that_refuses_does_not_hide_the_others(tmp_path: Path) -> None:
    found = verdicts(
        tmp_path,
        "artefact-bucket",
        {
            "s3.ListBuckets": {"Buckets": [bucket("evidence"), bucket("evidence-2")]},
            "s3.GetBucketTagging": "NoSuchTagSet",
            "s3.GetBucketVersioning": "AccessDenied",
            "s3.GetObjectLockConfiguration": LOCK,
        },
    )

    assert [(f["status"], f["resource_name"], f["resource"]) for f in found] == [
        ("error", "", "arn:aws:s3:::evidence"),
        ("error", "", "arn:aws:s3:::evidence-2"),
    ]


def trail_answers(*rules: dict[str, Any], prefix: str = "", own: bool = True) -> dict[str, Any]:
    trail = {
        "Name": "t",
        "TrailARN": "arn:trail/t",
        "HomeRegion": HOME,
        "S3BucketName": "logs",
        "S3KeyPrefix": prefix,
    }
    return {
        "cloudtrail.DescribeTrails": {"trailList": [trail]},
        "s3.ListBuckets": {"Buckets": [bucket("logs")] if own else []},
        "s3.GetBucketLifecycleConfiguration": {"Rules": list(rules)}
        if rules
        else "NoSuchLifecycleConfiguration",
    }


def expires(days: int, **more: Any) -> dict[str, Any]:
    return {"Status": "Enabled", "Filter": {}, "Expiration": {"Days": days}, **more}


PAST = datetime(2020, 1, 1, tzinfo=UTC)
TAG = {"Key": "a", "Value": "b"}


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        (trail_answers(), "pass"),
        (trail_answers(expires(364)), "fail"),
        (trail_answers(expires(365)), "pass"),
        (trail_answers(expires(400), expires(7)), "fail"),
        (trail_answers(expires(7, Status="Disabled")), "pass"),
        (trail_answers(expires(7, Filter={"Prefix": "other/"})), "pass"),
        (trail_answers(expires(7, Filter={"Prefix": "AWSLogs/"})), "fail"),
        (trail_answers(expires(7, Prefix="AWSLogs/111111111111/", Filter=None)), "fail"),
        (trail_answers(expires(7, Filter={"Prefix": "org/AWSLogs"}), prefix="org"), "fail"),
        (trail_answers(expires(7, Filter={"Prefix": "AWSLogs/"}), prefix="org"), "pass"),
        (trail_answers(expires(7, Filter={"Tag": TAG})), "pass"),
        (trail_answers(expires(7, Filter={"And": {"Tags": [TAG]}})), "pass"),
        (trail_answers(expires(0, Expiration={"Date": PAST})), "fail"),
        (trail_answers(expires(0, Expiration={"ExpiredObjectDeleteMarker": True})), "pass"),
        (trail_answers(own=False), "manual"),
    ],
)
def test_the_history_of_a_trail_outlives_a_year(
    tmp_path: Path, answers: dict[str, Any], status: str
) -> None:
    assert statuses(verdicts(tmp_path, "trail-history-kept", answers)) == [status]


# --- tags ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "found"),
    [
        ("data-classification", True),
        ("DataClassification", True),
        ("acme:data_classification", True),
        ("acme/Data.Classification", False),
        ("classification", False),
        ("data-classification-old", False),
    ],
)
def test_keys_of_tags_are_compared_in_plain_letters(key: str, found: bool) -> None:
    assert tagged({key: "internal"}, ["data-classification"]) is found
    assert not tagged({key: " "}, ["data-classification"])


def test_every_resource_of_the_regions_that_are_read_is_asked_for_tags(tmp_path: Path) -> None:
    owner = [{"Key": "owner", "Value": "payments"}]
    arn = f"arn:aws:rds:{HOME}:{ACCOUNT}"
    found = verdicts(
        tmp_path,
        "tag-owner",
        {
            "ec2.DescribeInstances": {
                "Reservations": [
                    {
                        "Instances": [
                            {"InstanceId": "i-1", "State": {"Name": "stopped"}, "Tags": owner},
                            {"InstanceId": "i-2", "State": {"Name": "terminated"}},
                        ]
                    }
                ]
            },
            "rds.DescribeDBInstances": {
                "DBInstances": [
                    {"DBInstanceIdentifier": "a", "DBInstanceArn": f"{arn}:db:a", "TagList": owner},
                    {
                        "DBInstanceIdentifier": "b",
                        "DBInstanceArn": f"{arn}:db:b",
                        "DBClusterIdentifier": "c",
                    },
                ]
            },
            "rds.DescribeDBClusters": {
                "DBClusters": [{"DBClusterIdentifier": "c", "DBClusterArn": f"{arn}:cluster:c"}]
            },
            "s3.ListBuckets": {"Buckets": [bucket("here"), bucket("there", AWAY), {"Name": "old"}]},
            "s3.GetBucketLocation": {"LocationConstraint": "EU"},
            "s3.GetBucketTagging": "NoSuchTagSet",
        },
    )

    assert {(f["resource"].split(":", 5)[5], f["status"], f["region"]) for f in found} == {
        ("instance/i-1", "pass", HOME),
        ("db:a", "pass", HOME),
        ("cluster:c", "fail", HOME),
        ("here", "fail", HOME),
    }


def test_a_refusal_in_one_region_leaves_the_others(tmp_path: Path) -> None:
    empty: dict[str, Any] = {
        "ec2.DescribeInstances": {"Reservations": []},
        "rds.DescribeDBInstances": {"DBInstances": []},
        "rds.DescribeDBClusters": {"DBClusters": []},
        "s3.ListBuckets": {"Buckets": [bucket("there", AWAY)]},
        "s3.GetBucketTagging": {"TagSet": [{"Key": "owner", "Value": "x"}]},
        f"{HOME}/rds.DescribeDBInstances": "AccessDenied",
    }
    found = verdicts(tmp_path, "tag-owner", empty, regions=REGIONS)

    assert [(f["status"], f["region"]) for f in found] == [("pass", AWAY), ("error", HOME)]
