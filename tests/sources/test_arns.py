"""Account and Region in an ARN."""

from __future__ import annotations

import pytest

from gapfolio.sources.arns import account_of, named_region, region_of


@pytest.mark.parametrize(
    ("resource", "account", "region"),
    [
        ("arn:aws:ec2:eu-central-1:111122223333:vpc/vpc-1", "111122223333", "eu-central-1"),
        ("arn:aws:iam::111122223333:user/ada", "111122223333", ""),
        ("arn:aws:s3:::bucket", "", ""),
        ("arn:aws-us-gov:sns:us-gov-west-1:111122223333:t", "111122223333", "us-gov-west-1"),
        ("arn:aws:ec2:eu-central-1:0123456789012:vpc/vpc-1", "", ""),
        ("arn:aws:ec2:us-east-1::image/ami-1", "", "us-east-1"),
        ("vpc-1", "", ""),
        ("", "", ""),
        ("arn:" * 100_000, "", ""),
    ],
)
def test_what_an_arn_tells(resource: str, account: str, region: str) -> None:
    assert (account_of(resource), region_of(resource)) == (account, region)


def test_the_word_for_no_region() -> None:
    assert [named_region(word) for word in ("global", "Global", "eu-west-1", "")] == [
        "",
        "",
        "eu-west-1",
        "",
    ]
