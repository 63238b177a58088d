"""How AWS is reached, and what is said when it cannot be."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import fakeaws
import pytest

from gapfolio import __version__
from gapfolio.errors import InputError
from gapfolio.live.base import Access
from gapfolio.live.session import Connection, connect

ROLE = "arn:aws:iam::444455556666:role/audit"


def refusal(access: Access = Access()) -> str:  # noqa: B008 - frozen
    with pytest.raises(InputError) as raised:
        connect(access)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_boto3_is_imported_only_when_a_session_is_opened() -> None:
    code = (
        "import sys, gapfolio.cli, gapfolio.audit, gapfolio.live.securityhub\n"
        "assert not {'boto3', 'botocore'} & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_a_session_knows_who_calls(aws: fakeaws.Fake) -> None:
    made = connect(Access())

    assert (made.account, made.region) == (fakeaws.ACCOUNT, "eu-central-1")
    assert made.regions() == ("eu-central-1", "us-east-1")
    assert f"gapfolio/{__version__}" in aws.seen[-1].agent


def test_a_role_is_assumed_under_our_name(aws: fakeaws.Fake) -> None:
    connect(Access(role_arn=ROLE, regions=("eu-west-1",)))
    assume, ask = aws.seen

    assert (assume.operation, assume.region) == ("AssumeRole", "eu-west-1")
    assert assume.body["RoleArn"] == ROLE
    assert assume.body["RoleSessionName"] == "gapfolio"
    assert ask.operation == "GetCallerIdentity"


def test_a_profile_gives_credentials_and_region(
    aws: fakeaws.Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "config").write_text(
        "[profile audit]\nregion = eu-north-1\naws_access_key_id = AKIAI\n"
        "aws_secret_access_key = s\n"
    )
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    for name in ("AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)

    assert connect(Access(profile="audit")).region == "eu-north-1"
    assert aws.calls() == [("GetCallerIdentity", "eu-north-1")]


def test_a_profile_that_is_not_there_is_named(aws: fakeaws.Fake) -> None:
    said = refusal(Access(profile="nobody"))

    assert "(nobody)" in said
    assert "aws configure list-profiles" in said
    assert not aws.seen


@pytest.mark.parametrize("role", ["", ROLE], ids=["", "with a role"])
def test_without_credentials_it_says_how_to_give_them(
    aws: fakeaws.Fake, monkeypatch: pytest.MonkeyPatch, role: str
) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)

    assert "--aws-profile" in refusal(Access(role_arn=role))
    assert not aws.seen


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (fakeaws.EXPIRED, "have expired: renew them"),
        ((403, "ExpiredToken", "expired"), "have expired: renew them"),
        ((403, "InvalidClientTokenId", "invalid"), "are not accepted"),
        ((403, "SignatureDoesNotMatch", "Signature expired"), "is the clock"),
    ],
)
def test_bad_credentials_are_told_from_each_other(
    aws: fakeaws.Fake, failure: tuple[int, str, str], words: str
) -> None:
    aws.fail("eu-central-1", failure, operation="GetCallerIdentity")

    assert words in refusal()


def test_a_role_that_may_not_be_assumed_is_told_as_such(aws: fakeaws.Fake) -> None:
    denied = (
        403,
        "AccessDenied",
        f"User: x is not authorized to perform: sts:AssumeRole on {ROLE}",
    )
    aws.fail("eu-central-1", denied, operation="AssumeRole")
    said = refusal(Access(role_arn=ROLE))

    assert ROLE in said
    assert "trust policy" in said


def test_no_network_is_told_as_such(aws: fakeaws.Fake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")

    assert "cannot be reached" in refusal()
    assert not aws.seen


@pytest.mark.parametrize(
    "region", ["", "../../etc", "eu-central-1/", "eu-central-1\n", "EU-CENTRAL-1", "nowhere"]
)
def test_what_is_no_region_is_refused_before_anything_is_called(
    aws: fakeaws.Fake, region: str
) -> None:
    assert "Region" in refusal(Access(regions=(region,)))
    assert not aws.seen


@pytest.mark.parametrize("role", ["audit", "arn:aws:iam::1:role/x", f"{ROLE}\n", "arn:aws:s3:::x"])
def test_what_is_no_role_is_refused_before_anything_is_called(aws: fakeaws.Fake, role: str) -> None:
    assert "role" in refusal(Access(role_arn=role))
    assert not aws.seen


@pytest.mark.parametrize("region", ["us-gov-west-1", "cn-northwest-1", "ap-southeast-5"])
def test_regions_of_all_partitions_are_regions(aws: fakeaws.Fake, region: str) -> None:
    assert connect(Access(regions=(region,))).region == region
    assert aws.calls() == [("GetCallerIdentity", region)]


def test_regions_that_may_not_be_listed_must_be_named(aws: fakeaws.Fake) -> None:
    aws.fail(
        "eu-central-1",
        (403, "UnauthorizedOperation", "You are not authorized"),
        operation="DescribeRegions",
    )
    made: Connection = connect(Access())

    with pytest.raises(InputError, match="name those to read with --region"):
        made.regions()
