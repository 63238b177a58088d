"""IR-03 and IR-09: buckets that hold evidence, and the history of the trails."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from gapfolio.live.checks.base import Thing, Verdict, check
from gapfolio.live.checks.central import ACTIONS, RULE, missing
from gapfolio.live.checks.naming import Names, as_list, tags_of
from gapfolio.live.checks.places import Account, Place, Whole
from gapfolio.live.checks.reading import UnansweredError

LISTING = ("s3:GetBucketLocation", "s3:GetBucketTagging", "s3:ListAllMyBuckets")
"""What `buckets` needs."""

_NO_LOCK = ("ObjectLockConfigurationNotFoundError",)
_NO_LIFECYCLE = ("NoSuchLifecycleConfiguration",)
_PLACES = {"": "us-east-1", "None": "us-east-1", "EU": "eu-west-1"}
"""Old words for the place of a bucket."""


@dataclass(frozen=True)
class Bucket:
    """A bucket with its tags."""

    name: str
    region: str
    tags: Mapping[str, str]
    account: Account

    @property
    def thing(self) -> Thing:
        """The bucket as the thing that is judged."""
        arn = f"arn:{self.account.partition}:s3:::{self.name}"
        return Thing(arn, "AwsS3Bucket", self.name, as_list(self.tags), self.region)


def buckets(whole: Whole, wanted: Callable[[Bucket], bool]) -> Iterator[Bucket]:
    """Give the buckets in the Regions that are read; what is not told of one is noted.

    Raises:
        UnansweredError: buckets could not be listed.
    """
    for item in _listed(whole.home):
        name = str(item["Name"])
        try:
            tags = tags_of(
                whole.home.get("s3", "get_bucket_tagging", none=("NoSuchTagSet",), Bucket=name),
                "TagSet",
            )
            region = str(item.get("BucketRegion") or "") or _region(whole.home, name)
        except UnansweredError as error:
            resource = f"arn:{whole.account.partition}:s3:::{name}"
            whole.unread.append((error, resource))
            continue
        bucket = Bucket(name, region, tags, whole.account)
        if whole.within(region) and wanted(bucket):
            yield bucket


@check(
    "artefact-bucket",
    title="A bucket for incident artefacts keeps versions and locks them",
    criterion="IR-09.artefact-bucket",
    service="s3",
    reach="account",
    rule=f"""A bucket is for artefacts of incidents if its name or its tag purpose_tag fits
        artefact_buckets. Passes with versioning enabled and Object Lock on, fails if one of them is
        missing.
        {RULE}, or where there are buckets with other names and artefact_buckets is not set. Else it
        fails.""",
    settings=("artefact_buckets", "purpose_tag", "response_accounts"),
    actions=(*LISTING, "s3:GetBucketObjectLockConfiguration", "s3:GetBucketVersioning", *ACTIONS),
)
def artefact_bucket(whole: Whole) -> Iterator[Verdict]:
    """Look for the bucket of the case files."""
    names = Names(whole.settings, "artefact_buckets")
    others = 0
    found = False
    for bucket in buckets(whole, lambda _: True):
        if not names.fit(bucket.name, bucket.tags):
            others += 1
            continue
        found = True
        try:
            lacks = list(_lacks(whole.home, bucket.name))
        except UnansweredError as error:
            whole.unread.append((error, bucket.thing.resource))
            continue
        if lacks:
            yield bucket.thing.says("fail", f"Bucket {bucket.name} lacks {' and '.join(lacks)}.")
        else:
            yield bucket.thing.says("pass", f"Bucket {bucket.name} keeps versions and locks them.")
    if not found and whole.complete:
        yield missing(whole, "bucket for incident artefacts", names, others)


@check(
    "trail-history-kept",
    title="The bucket of a trail keeps its history for long enough",
    criterion="IR-03.history-kept",
    service="cloudtrail",
    reach="regional",
    rule="""For each trail of the account in its home Region that delivers to a bucket of the
        account. Fails if an enabled lifecycle rule that applies to the trail's objects (by prefix;
        rules that ask for a tag do not) expires them in fewer than history_days days, earlier
        versions aside. Passes otherwise. Left to a person where the bucket belongs to another
        account.""",
    settings=("history_days",),
    actions=(
        "cloudtrail:DescribeTrails",
        "s3:GetLifecycleConfiguration",
        "s3:ListAllMyBuckets",
    ),
    severity="high",
)
def trail_history_kept(place: Place) -> Iterator[Verdict]:
    """Read the lifecycle rules of the buckets of trails."""
    trails = [
        trail
        for trail in place.get("cloudtrail", "describe_trails", includeShadowTrails=False).get(
            "trailList", ()
        )
        if trail.get("HomeRegion", place.region) == place.region
    ]
    if not trails:
        return
    own = {str(bucket["Name"]) for bucket in _listed(place)}
    for trail in trails:
        name, bucket = str(trail.get("Name")), str(trail.get("S3BucketName"))
        thing = Thing(str(trail.get("TrailARN")), "AwsCloudTrailTrail", name)
        if bucket not in own:
            text = f"Trail {name} delivers to {bucket}, a bucket of another account: look there."
            yield thing.says("manual", text)
            continue
        days = _kept_days(place, bucket, str(trail.get("S3KeyPrefix") or ""))
        if days is not None and days < place.settings.history_days:
            text = f"Bucket {bucket} expires the objects of trail {name} after {days} days."
            yield thing.says("fail", text)
        else:
            after = f"after {days} days" if days is not None else "never"
            text = f"Bucket {bucket} expires the objects of trail {name} {after}."
            yield thing.says("pass", text)


def _listed(place: Place) -> list[Any]:
    # S3 tells the Region of a bucket only if it is asked for pages
    return place.all("s3", "list_buckets", "Buckets", PaginationConfig={"PageSize": 1000})


def _region(place: Place, bucket: str) -> str:
    found = place.get("s3", "get_bucket_location", Bucket=bucket).get("LocationConstraint")
    return _PLACES.get(str(found or ""), str(found))


def _lacks(place: Place, bucket: str) -> Iterator[str]:
    versions = place.get("s3", "get_bucket_versioning", Bucket=bucket)
    if versions.get("Status") != "Enabled":
        yield "versioning"
    lock = place.get("s3", "get_object_lock_configuration", none=_NO_LOCK, Bucket=bucket)
    if (lock.get("ObjectLockConfiguration") or {}).get("ObjectLockEnabled") != "Enabled":
        yield "Object Lock"


def _kept_days(place: Place, bucket: str, prefix: str) -> int | None:
    """Give the days after which the first rule expires objects of a trail; None = never."""
    path = f"{prefix}/AWSLogs/" if prefix else "AWSLogs/"
    found = place.get("s3", "get_bucket_lifecycle_configuration", none=_NO_LIFECYCLE, Bucket=bucket)
    days = [
        _days(place, rule.get("Expiration") or {})
        for rule in found.get("Rules") or ()
        if rule.get("Status") == "Enabled" and _applies(rule, path)
    ]
    return min((number for number in days if number is not None), default=None)


def _days(place: Place, expiration: Mapping[str, Any]) -> int | None:
    if expiration.get("Date"):
        return 0 if expiration["Date"] <= place.account.now else None
    days = expiration.get("Days")
    return int(days) if days else None


def _applies(rule: Mapping[str, Any], path: str) -> bool:
    chosen = rule.get("Filter") or {}
    both = chosen.get("And") or {}
    if chosen.get("Tag") or both.get("Tags"):
        return False
    prefix = str(rule.get("Prefix") or chosen.get("Prefix") or both.get("Prefix") or "")
    return path.startswith(prefix) or prefix.startswith(path)
