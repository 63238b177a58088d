"""IR-06: tags that tell a responder whose a resource is and how much it matters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from gapfolio.live.checks.base import Thing, Verdict, check
from gapfolio.live.checks.buckets import LISTING, buckets
from gapfolio.live.checks.hosts import host, instances
from gapfolio.live.checks.naming import as_list, few, tagged, tags_of
from gapfolio.live.checks.places import Place, Whole

_ACTIONS = (
    "ec2:DescribeInstances",
    "rds:DescribeDBClusters",
    "rds:DescribeDBInstances",
    *LISTING,
)
_RULE = """For each EC2 instance that is not terminated, each RDS or Aurora database that is no
    member of a cluster, each such cluster and each S3 bucket in the Regions that are read. Passes
    if it carries one of the tags {key} with a value, fails without. Letter case, separators and
    prefixes of keys are ignored: acme:Data-Classification is data_classification."""


def _rule(key: str) -> str:
    return _RULE.format(key=key)


@check(
    "tag-owner",
    title="Resources carry a tag that names their owner",
    criterion="IR-06.tag-owner",
    service="tagging",
    reach="account",
    rule=_rule("owner_tags"),
    settings=("owner_tags",),
    actions=_ACTIONS,
)
def tag_owner(whole: Whole) -> Iterator[Verdict]:
    """Look for owners."""
    yield from _tagged(whole, whole.settings.owner_tags, "owner")


@check(
    "tag-classification",
    title="Resources carry a tag that names the class of their data",
    criterion="IR-06.tag-classification",
    service="tagging",
    reach="account",
    rule=_rule("classification_tags"),
    settings=("classification_tags",),
    actions=_ACTIONS,
)
def tag_classification(whole: Whole) -> Iterator[Verdict]:
    """Look for classes of data."""
    yield from _tagged(whole, whole.settings.classification_tags, "data classification")


@check(
    "tag-criticality",
    title="Resources carry a tag that names their criticality",
    criterion="IR-06.tag-criticality",
    service="tagging",
    reach="account",
    rule=_rule("criticality_tags"),
    settings=("criticality_tags",),
    actions=_ACTIONS,
)
def tag_criticality(whole: Whole) -> Iterator[Verdict]:
    """Look for criticality."""
    yield from _tagged(whole, whole.settings.criticality_tags, "criticality")


def _tagged(whole: Whole, keys: list[str], what: str) -> Iterator[Verdict]:
    for thing, tags in _things(whole):
        if tagged(tags, keys):
            yield thing.says("pass", f"A tag names the {what}.")
        else:
            yield thing.says("fail", f"No tag names the {what} ({few(keys)}).")


def _things(whole: Whole) -> Iterator[tuple[Thing, Mapping[str, str]]]:
    yield from whole.each(_regional)
    for bucket in buckets(whole, lambda _: True):
        yield bucket.thing, bucket.tags


def _regional(place: Place) -> Iterator[tuple[Thing, Mapping[str, str]]]:
    for instance in instances(place):
        yield host(place, instance), tags_of(instance)
    for item in place.all("rds", "describe_db_instances", "DBInstances"):
        if not item.get("DBClusterIdentifier"):
            yield _database(place, item, "DBInstance")
    for item in place.all("rds", "describe_db_clusters", "DBClusters"):
        yield _database(place, item, "DBCluster")


def _database(place: Place, item: Mapping[str, Any], kind: str) -> tuple[Thing, Mapping[str, str]]:
    tags, name = tags_of(item, "TagList"), str(item[f"{kind}Identifier"])
    type_ = f"AwsRds{kind.replace('DB', 'Db')}"
    return Thing(str(item[f"{kind}Arn"]), type_, name, as_list(tags), place.region), tags
