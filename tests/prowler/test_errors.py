"""What Prowler logs becomes errors by service and Region."""

from __future__ import annotations

import logging

import pytest

from gapfolio.model import RunError
from gapfolio.prowler.errors import ErrorLog

HOME = "/opt/prowler/providers/aws/services"


def logged(path: str, message: str, *arguments: object, level: int = logging.ERROR) -> ErrorLog:
    log = ErrorLog()
    record = logging.LogRecord("root", level, path, 1, message, arguments, None)
    log.handle(record)
    log.handle(record)
    return log


def test_a_failed_call_is_counted_by_service_and_region() -> None:
    log = logged(
        f"{HOME}/iam/iam_service.py",
        "eu-west-1 -- ClientError[25]: An error (500) when calling the ListRoles operation",
    )

    assert log.errors() == [
        RunError(service="iam", region="eu-west-1", count=2, message="ListRoles failed")
    ]


def test_an_error_of_a_check_counts_for_its_service() -> None:
    log = logged(f"{HOME}/iam/lib/privilege_escalation.py", "Error checking %s", "policy")

    assert log.errors() == [RunError(service="iam", count=2, message="Error checking policy")]


def test_an_output_that_prowler_could_not_write_is_noted() -> None:
    log = logged("/opt/prowler/lib/outputs/csv/csv.py", "OSError[113]: No space left on device")

    assert [(error.service, error.count) for error in log.errors()] == [("output csv", 2)]


def test_an_error_outside_services_and_outputs_says_nothing_of_one() -> None:
    assert logged("/opt/prowler/lib/banner.py", "us-east-1 -- disk full").errors() == []


@pytest.mark.parametrize(
    "message",
    [
        "iam_root_mfa_enabled - KeyError[3]: 'user'",
        "iam_root_mfa_enabled -- KeyError[3]: 'user'",
        "Check 'iam_root_mfa_enabled' was not found for the AWS provider",
    ],
)
def test_a_check_that_broke_is_remembered(message: str) -> None:
    log = logged("/opt/prowler/lib/check/check.py", message)

    assert log.broken == {"iam_root_mfa_enabled"}
    assert log.errors() == []


def test_a_denied_call_is_a_failed_one_although_prowler_only_warns() -> None:
    denied = "us-east-1 -- ClientError[9]: An error occurred (AccessDeniedException) when calling \
the ListPolicies operation: User is not authorized"
    path = f"{HOME}/organizations/organizations_service.py"

    assert logged(path, denied, level=logging.WARNING).errors() == [
        RunError(
            service="organizations", region="us-east-1", count=2, message="ListPolicies failed"
        )
    ]
    assert logged(path, "not in use", level=logging.WARNING).errors() == []
    elsewhere = logged("/opt/prowler/lib/outputs/slack/slack.py", denied, level=logging.WARNING)
    assert elsewhere.errors() == []


def test_arguments_that_do_not_fit_their_message_break_nothing() -> None:
    (error,) = logged(f"{HOME}/s3/s3_service.py", "%d of %d", "one").errors()

    assert error.message == "%d of %d"


def test_a_long_message_is_cut_and_on_one_line() -> None:
    (error,) = logged(f"{HOME}/s3/s3_service.py", "x\n" * 500).errors()

    assert "\n" not in error.message
    assert len(error.message) <= 120


def test_a_check_without_its_key_did_not_run_and_no_call_of_its_service_failed() -> None:
    log = logged(
        f"{HOME}/ec2/ec2_elastic_ip_shodan/ec2_elastic_ip_shodan.py",
        "No Shodan API Key -- Please input a Shodan API Key with -N/--shodan",
    )

    assert log.errors() == []
    assert log.broken == {"ec2_elastic_ip_shodan"}
