"""What looks like a name is found; what scanners say of settings is left alone."""

from __future__ import annotations

import time

import pytest

from gapfolio.redaction import shapes


@pytest.mark.parametrize(
    "name",
    [
        "arn:aws:iam::111111111111:role/app",
        "arn:aws-us-gov:s3:::logs",
        "sg-0abc1234",
        "i-0123456789abcdef0",
        "AKIAIOSFODNN7EXAMPLE",
        "123e4567-e89b-42d3-a456-426614174000",
        "jane.doe@acme.example",
        "10.1.2.3",
        "2001:db8:0:1:2:3:4:5",
        "shop.c1x2.eu-central-1.rds.amazonaws.com",
        "d111111abcdef8.cloudfront.net",
    ],
)
def test_what_identifies_a_resource_is_found(name: str) -> None:
    text = f"It is ({name}), as was said."

    assert name in [text[start:end] for start, end in shapes.resources(text)]


@pytest.mark.parametrize(
    "text",
    [
        "open to 0.0.0.0/0 on port 22",
        "trusts ec2.amazonaws.com",
        "since 2026-07-01T12:00:00Z",
        "PostgreSQL 9.3.3 uses TLS 1.2",
    ],
)
def test_what_identifies_nobody_is_not(text: str) -> None:
    assert list(shapes.resources(text)) == []


@pytest.mark.parametrize("text", ["111111111111", "of 1111-1111-1111.", "x111111111111x"])
def test_account_ids_are_found_as_the_console_writes_them_too(text: str) -> None:
    assert len(list(shapes.accounts(text))) == 1


@pytest.mark.parametrize("text", ["1111111111111", "11111111111", "2-1111-1111-1111"])
def test_other_numbers_are_no_account_ids(text: str) -> None:
    assert list(shapes.accounts(text)) == []


@pytest.mark.parametrize("name", ["open-2", "legacy_role", "db1", "AppRole", "my.bucket"])
def test_words_built_like_names_are_found(name: str) -> None:
    text = f"Security group {name} is open."

    assert [text[start:end] for start, end in shapes.words(text, ())] == [name]


@pytest.mark.parametrize(
    "text",
    [
        "Instance is older than 90d, or 180 days.",
        "A 2048-bit key in eu-central-1, zone us-east-1b.",
        "It trusts lambda.amazonaws.com since 2026-07-01.",
        "LDAP ports are open; non-default is not.",
    ],
)
def test_words_of_settings_are_left_alone(text: str) -> None:
    assert list(shapes.words(text, {"non-default"})) == []


@pytest.mark.parametrize("piece", ["a.", "a-", "a@", "arn:aws:", "1.", "a:", "1111-", "aA"])
def test_no_text_takes_long(piece: str) -> None:
    text = piece * 20_000

    begun = time.monotonic()
    for find in (shapes.resources, shapes.accounts):
        list(find(text))
    list(shapes.words(text, ()))
    assert time.monotonic() - begun < 2
