"""The probe's permissions: reads and nothing else, and for each check exactly those it uses."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import probekit
import probeseeds
import pytest

from gapfolio.engagement import Probe
from gapfolio.live import probe
from gapfolio.live.checks import CHECKS
from gapfolio.live.checks.base import Check
from gapfolio.live.checks.reading import VERBS, Reader

READ = re.compile(r"[a-z0-9-]+:(Get|List|Describe|Search|Lookup|Query)[A-Za-z0-9]+")
SERVICES = {"elbv2": "elasticloadbalancing", "stepfunctions": "states"}
S3 = {
    "GetBucketLifecycleConfiguration": "GetLifecycleConfiguration",
    "GetObjectLockConfiguration": "GetBucketObjectLockConfiguration",
    "ListBuckets": "ListAllMyBuckets",
    "ListObjectsV2": "ListBucket",
}
"""Operations of S3 whose IAM actions have other names."""


def action(service: str, operation: str) -> str:
    """Give the IAM action of a call."""
    name = S3.get(operation, operation) if service == "s3" else operation
    return f"{SERVICES.get(service, service)}:{name}"


def bare(cloud: probekit.Cloud) -> None:
    """Make an account that leaves every question open, so that checks ask everything."""
    cloud.answers["s3.ListBuckets"] = {"Buckets": [{"Name": "clean-room"}]}
    cloud.answers["s3.GetBucketLocation"] = {"LocationConstraint": None}
    cloud.answers["s3.GetBucketTagging"] = "NoSuchTagSet"
    cloud.client("guardduty").create_detector(Enable=True)
    topic = cloud.client("sns").create_topic(Name="news")["TopicArn"]
    probeseeds.event_rule(cloud, "tell", {"source": ["aws.guardduty"]}, topic)
    cloud.client("s3").create_bucket(Bucket="clean-room")


@pytest.fixture(scope="module")
def called(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """Run each check by itself, in three accounts, and give the actions that it used."""
    directory = tmp_path_factory.mktemp("probe")
    used: dict[str, set[str]] = defaultdict(set)
    with probekit.moto(directory) as cloud:
        for seed in (probeseeds.bad, probeseeds.good, bare):
            cloud.reset()
            seed(cloud)
            for check in CHECKS:
                cloud.called.clear()
                where = directory / seed.__name__ / check.id.replace(":", "-")
                probekit.run(cloud, where, check, regions=(probekit.HOME,))
                used[check.id] |= {action(*call) for call in cloud.called}
    return used


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.id)
def test_a_check_uses_the_actions_that_it_names(called: dict[str, set[str]], check: Check) -> None:
    assert called[check.id] == set(check.actions)


def test_every_action_is_a_read() -> None:
    document: Any = probe.policy()
    [statement] = document["Statement"]
    actions: list[str] = statement["Action"]

    assert statement["Effect"] == "Allow"
    assert [name for name in actions if not READ.fullmatch(name)] == []
    assert actions == sorted(set(actions))
    assert {name for check in CHECKS for name in check.actions} < set(actions)


def test_the_policy_fits_into_a_managed_policy() -> None:
    assert len(re.sub(r"\s", "", str(probe.policy()))) < 6144


@pytest.mark.parametrize(
    "operation", ["put_object", "delete_bucket", "run_instances", "create_user", "start_session"]
)
def test_a_call_that_is_no_read_is_never_made(operation: str) -> None:
    def clients(service: str, region: str) -> Any:
        raise AssertionError("no client is needed")

    with pytest.raises(ValueError, match=operation):
        Reader(clients, "us-east-1").get("s3", operation)


def test_the_verbs_are_reads() -> None:
    assert {verb.rstrip("_") for verb in VERBS} == {
        "get",
        "list",
        "describe",
        "search",
        "lookup",
        "query",
    }


def test_every_setting_that_a_check_names_exists_and_is_used() -> None:
    named = {name for check in CHECKS for name in check.settings}

    assert named == set(Probe.__struct_fields__)
