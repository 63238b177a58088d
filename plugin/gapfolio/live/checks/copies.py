"""IR-08 and IR-12: snapshots, their encryption and age, and restores that were done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from gapfolio.live.checks.base import Thing, Verdict, account, check
from gapfolio.live.checks.hosts import instances
from gapfolio.live.checks.naming import as_list, tags_of
from gapfolio.live.checks.places import Place, Whole

_GROUP = "aws:autoscaling:groupName"
"""Tag of the instances of an Auto Scaling group."""
_KEEP = ("SnapshotId", "VolumeId", "Encrypted", "StartTime", "State", "Tags")


@check(
    "ebs-snapshots-encrypted",
    title="EBS snapshots are encrypted",
    criterion="IR-08.ebs-snapshots-encrypted",
    service="ebs",
    reach="regional",
    rule="For each EBS snapshot that the account owns. Passes if it is encrypted, else it fails.",
    actions=("ec2:DescribeSnapshots",),
    severity="high",
)
def ebs_snapshots_encrypted(place: Place) -> Iterator[Verdict]:
    """Judge snapshots."""
    for item in _snapshots(place):
        name = str(item["SnapshotId"])
        thing = Thing(
            place.arn("ec2", f"snapshot/{name}"), "AwsEc2Snapshot", name, as_list(tags_of(item))
        )
        if item.get("Encrypted"):
            yield thing.says("pass", f"Snapshot {name} is encrypted.")
        else:
            yield thing.says("fail", f"Snapshot {name} is not encrypted.")


@check(
    "ebs-snapshots-recent",
    title="EBS volumes have a recent snapshot",
    criterion="IR-12.ebs-snapshots-recent",
    service="ebs",
    reach="regional",
    rule="""For each EBS volume that is attached to an instance outside of Auto Scaling groups
        (whose instances are replaced, not restored) and either has a snapshot or is older than
        snapshot_days days. Passes if its newest completed snapshot, whoever made it, is at most
        snapshot_days days old; else it fails.""",
    settings=("snapshot_days",),
    actions=("ec2:DescribeInstances", "ec2:DescribeSnapshots", "ec2:DescribeVolumes"),
)
def ebs_snapshots_recent(place: Place) -> Iterator[Verdict]:
    """Compare volumes with the age of their snapshots."""
    fleet = {str(i["InstanceId"]) for i in instances(place) if _GROUP in tags_of(i)}
    limit = timedelta(days=place.settings.snapshot_days)
    now = place.account.now
    newest: dict[str, datetime] = {}
    for volume in place.all("ec2", "describe_volumes", "Volumes"):
        hosts = {str(item.get("InstanceId")) for item in volume.get("Attachments") or ()}
        if not hosts or hosts & fleet:
            continue
        newest = newest or _newest(place)
        name, tags = str(volume["VolumeId"]), tags_of(volume)
        thing = Thing(
            place.arn("ec2", f"volume/{name}"), "AwsEc2Volume", tags.get("Name", ""), as_list(tags)
        )
        taken = newest.get(name)
        if taken and now - taken <= limit:
            yield thing.says("pass", f"The newest snapshot of {name} is of {taken:%Y-%m-%d}.")
        elif taken:
            yield thing.says("fail", f"The newest snapshot of {name} is of {taken:%Y-%m-%d}.")
        elif now - volume["CreateTime"] > limit:
            yield thing.says("fail", f"Volume {name} has no snapshot.")


@check(
    "restore-tested",
    title="Something was restored from a backup within the year",
    criterion="IR-12.restore-tested",
    service="backup",
    reach="account",
    rule="""Passes if AWS Backup completed a restore job, a restore test included, in any Region in
        the last restore_days days. If there is none: left to a person, because restores that were
        done without AWS Backup are not seen. It never fails.""",
    settings=("restore_days",),
    actions=("backup:ListRestoreJobs",),
)
def restore_tested(whole: Whole) -> Iterator[Verdict]:
    """Look for restores."""
    days = whole.settings.restore_days
    jobs = whole.each(lambda place: _restores(place, days))
    for place, item in jobs[:1]:
        thing = account(whole.account)
        text = f"A restore was completed in {place.region} on {item['CreationDate']:%Y-%m-%d}."
        yield thing.says("pass", text)
    if not jobs and whole.complete:
        text = f"AWS Backup completed no restore in {days} days; other restores are not seen."
        yield account(whole.account).says("manual", text)


def _restores(place: Place, days: int) -> Iterator[tuple[Place, Mapping[str, Any]]]:
    since = place.account.now - timedelta(days=days)
    found = place.all(
        "backup", "list_restore_jobs", "RestoreJobs", ByCreatedAfter=since, ByStatus="COMPLETED"
    )
    return ((place, item) for item in found)


def _snapshots(place: Place) -> list[dict[str, Any]]:
    pages = {"PageSize": 1000}
    return place.some(
        "ec2", "describe_snapshots", "Snapshots", _KEEP, OwnerIds=["self"], PaginationConfig=pages
    )


def _newest(place: Place) -> dict[str, datetime]:
    """Give the time of the newest completed snapshot of each volume."""
    newest: dict[str, datetime] = {}
    for item in _snapshots(place):
        volume, taken = str(item.get("VolumeId")), item.get("StartTime")
        if item.get("State") == "completed" and isinstance(taken, datetime):
            newest[volume] = max(taken, newest.get(volume, taken))
    return newest
