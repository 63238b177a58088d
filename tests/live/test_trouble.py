"""Failed calls in words."""

from __future__ import annotations

import pytest
from botocore import exceptions
from botocore.exceptions import ClientError

from gapfolio.live.trouble import Kind, trouble


def answered(code: str, message: str = "", operation: str = "GetFindings") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, operation)


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (answered("ExpiredTokenException"), Kind.EXPIRED, "run the same command again"),
        (answered("InvalidAccessException", "not subscribed"), Kind.OFF, "not enabled there"),
        (answered("Strange", "Hub is not enabled"), Kind.OFF, "not enabled there"),
        (answered("LimitExceededException"), Kind.THROTTLED, "GetFindings was throttled for long"),
        (answered("InvalidInputException", "bad token"), Kind.INVALID, "bad token"),
        (answered("UnrecognizedClientException"), Kind.REFUSED, "Region enabled"),
        (answered("InternalException", "oops."), Kind.OTHER, "failed (InternalException: oops)"),
        (
            answered("AccessDeniedException", "is not authorized to perform: securityhub:X on y"),
            Kind.DENIED,
            "access denied to securityhub:X: `gapfolio pull --show-policy`",
        ),
        (answered("AccessDenied", "no"), Kind.DENIED, "access denied to GetFindings"),
        (exceptions.NoCredentialsError(), Kind.MISSING, "--aws-profile"),
        (exceptions.NoRegionError(), Kind.MISSING, "--region"),
        (exceptions.SSOTokenLoadError(error_msg="x"), Kind.EXPIRED, "aws sso login"),
        (exceptions.UnauthorizedSSOTokenError(), Kind.EXPIRED, "aws sso login"),
        (exceptions.EndpointConnectionError(endpoint_url="http://x"), Kind.NETWORK, "http://x"),
        (exceptions.ReadTimeoutError(endpoint_url="http://x"), Kind.NETWORK, "proxy"),
        (exceptions.DataNotFoundError(data_path="x"), Kind.OTHER, "DataNotFoundError"),
    ],
)
def test_an_error_has_a_kind_and_a_sentence(error: Exception, kind: Kind, words: str) -> None:
    found = trouble(error)

    assert found.kind is kind
    assert words in found.words
    assert not found.words.endswith(".")


def test_what_aws_says_is_one_line_of_a_bearable_length() -> None:
    found = trouble(answered("Strange", "a\n\n b " + "c" * 5000))

    assert "(Strange: a b ccc" in found.words
    assert len(found.words) < 400


def test_an_answer_without_an_error_in_it_is_still_told() -> None:
    assert trouble(ClientError({}, "GetFindings")).kind is Kind.OTHER
