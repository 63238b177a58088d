"""What Prowler logs becomes errors by service and Region."""

from __future__ import annotations

import logging

from gapfolio.model import RunError
from gapfolio.prowler.errors import ErrorLog

HOME = "/opt/prowler/providers/aws/services"


def logged(path: str, message: str, *arguments: object) -> ErrorLog:
    log = ErrorLog()
    record = logging.LogRecord("root", logging.ERROR, path, 1, message, arguments, None)
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


def test_a_check_that_broke_is_remembered() -> None:
    log = logged("/opt/prowler/lib/check/check.py", "iam_root_mfa_enabled - KeyError[3]: 'user'")

    assert log.broken == {"iam_root_mfa_enabled"}
    assert log.errors() == []


def test_a_long_message_is_cut_and_on_one_line() -> None:
    (error,) = logged(f"{HOME}/s3/s3_service.py", "x\n" * 500).errors()

    assert "\n" not in error.message
    assert len(error.message) <= 120
