"""AWS Trusted Advisor, its checks and its recommendations."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from nativekit import QUICK, broken, edited, fixture, loaded, siblings_stay, survives, told
from sourcekit import dumped, load_bytes, load_paths

from gapfolio.model import Finding
from gapfolio.sources.codescan import UNREADABLE
from gapfolio.sources.trustedadvisor import TrustedAdvisor
from samples import sample

RESULT: dict[str, Any] = fixture("trustedadvisor/result.json")
SUMMARIES: dict[str, Any] = fixture("trustedadvisor/summaries.json")
RECOMMENDATIONS: dict[str, Any] = fixture("trustedadvisor/recommendations.json")
RESOURCES: dict[str, Any] = fixture("trustedadvisor/resources.json")
ALL = [RESULT, RESULT["result"], SUMMARIES, RECOMMENDATIONS, RESOURCES]
RECOMMENDATION = "arn:aws:trustedadvisor::111122223333:recommendation/"


def found(element: dict[str, Any]) -> list[Finding]:
    """Give the findings of an element."""
    assert TrustedAdvisor().claims(element)
    return list(TrustedAdvisor().findings(element))


def test_what_a_check_flags() -> None:
    read = loaded("trustedadvisor/result.json")
    assert (read.result.source, read.result.problem) == ("trustedadvisor", "")
    assert told(read.rows, "check_raw", "status", "muted", "region", "resource") == [
        (
            "HCP4007jGY",
            "fail",
            False,
            "eu-central-1",
            "a1b2c3d4e5f60718293a4b5c6d7e8f9001122334",
        ),
        (
            "HCP4007jGY",
            "pass",
            False,
            "eu-west-1",
            "arn:aws:lambda:eu-west-1:111122223333:function:reports",
        ),
        ("HCP4007jGY", "fail", True, "eu-west-1", "b1b2c3d4e5f60718293a4b5c6d7e8f9001122334"),
    ]
    row = read.rows[0]
    assert (row["scanner"], row["account"], row["severity"]) == ("trustedadvisor", "", "unknown")
    assert row["detail"].startswith("error: eu-central-1, web, sg-0123456789abcdef0 (vpc-")
    assert row["observed_at"] == datetime(2026, 9, 1, 10, 10)  # noqa: DTZ001
    assert read.rows[1]["account"] == "111122223333"


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("ok", "pass"),
        ("warning", "fail"),
        ("error", "fail"),
        ("not_available", "error"),
        ("", "error"),
    ],
)
def test_the_colours(word: str, status: str) -> None:
    (finding,) = found(edited(RESULT, result__status=word, result__flaggedResources=[]))
    assert (finding.status, finding.resource) == (status, "")
    flagged = edited(RESULT, result__flaggedResources=[{"status": word, "resourceId": "x"}])
    (finding,) = found(edited(flagged, result__status=word))
    assert (finding.status, finding.resource) == (status, "x")


def test_summaries_tell_of_checks_alone() -> None:
    rows = loaded("trustedadvisor/summaries.json").rows
    assert told(rows, "check_raw", "status", "resource", "detail") == [
        (
            "7DAFEmoDos",
            "pass",
            "",
            "ok; resources: processed 7, flagged 0, ignored 0, suppressed 0",
        ),
        (
            "DqdJqYeRm5",
            "error",
            "",
            "not_available; resources: processed 7, flagged 0, ignored 0, suppressed 0",
        ),
    ]


def test_results_one_by_one(tmp_path: Path) -> None:
    read = load_bytes(tmp_path, dumped(RESULT["result"], *SUMMARIES["summaries"]))
    assert told(read.rows, "row", "check_raw") == [
        *[(1, "HCP4007jGY")] * 3,
        (2, "7DAFEmoDos"),
        (3, "DqdJqYeRm5"),
    ]


def test_recommendations() -> None:
    rows = loaded("trustedadvisor/recommendations.json").rows
    assert told(rows, "check_raw", "account", "status", "muted", "title") == [
        (
            "HCP4007jGY",
            "111122223333",
            "fail",
            False,
            "Security Groups - Specific Ports Unrestricted",
        ),
        ("7DAFEmoDos", "111122223333", "not_applicable", False, "MFA on Root Account"),
        (
            "Have a plan for incidents",
            "111122223333",
            "fail",
            True,
            "Have a plan for incidents",
        ),
    ]
    assert rows[0]["detail"] == "error; resources: ok 4, warning 0, error 2, excluded 1"
    single = {"recommendation": RECOMMENDATIONS["recommendationSummaries"][0]}
    assert found(single) == found(RECOMMENDATIONS)[:1]


def test_resources_of_a_recommendation_do_not_name_its_check() -> None:
    rows = loaded("trustedadvisor/resources.json").rows
    check = f"{RECOMMENDATION}00000000-0000-4000-8000-000000000007"
    assert told(rows, "check_raw", "account", "region", "resource", "status", "muted") == [
        (check, "111122223333", "eu-central-1", "sg-0123456789abcdef0", "fail", False),
        (check, "111122223333", "eu-central-1", "sg-0123456789abcdef1", "fail", True),
    ]
    assert rows[0]["detail"] == "error: Protocol: tcp, Ports: 22"


def test_recommendations_and_resources_in_one_file_name_it() -> None:
    both = found({**RECOMMENDATIONS, **RESOURCES})
    assert [finding.check for finding in both] == [
        "HCP4007jGY",
        "7DAFEmoDos",
        "Have a plan for incidents",
        "HCP4007jGY",
        "HCP4007jGY",
    ]


def test_an_organizations_resources_name_the_account() -> None:
    made = {
        **RESOURCES["recommendationResourceSummaries"][0],
        "recommendationArn": "arn:aws:trustedadvisor:::organization-recommendation/x",
        "accountId": "444455556666",
    }
    (finding,) = found({"organizationRecommendationResourceSummaries": [made]})
    assert finding.account == "444455556666"


def test_broken_entries_are_told_and_the_others_stay() -> None:
    entries = [*SUMMARIES["summaries"], "x", {}]
    assert found({"summaries": entries}) == [*found(SUMMARIES), UNREADABLE, UNREADABLE]
    (finding,) = found(edited(RESULT, result__flaggedResources="x"))
    assert finding == UNREADABLE


@pytest.mark.parametrize(
    "element",
    [
        {"checks": [{"id": "HCP4007jGY", "name": "x", "metadata": []}]},
        {"result": {"checkId": "x"}},
        {"summaries": [{"name": "x"}]},
        {"arn": "arn:aws:s3:::x", "resourcesAggregates": {}},
        {"recommendationArn": "x"},
        {"result": "x"},
    ],
)
def test_what_is_not_claimed(element: dict[str, Any]) -> None:
    assert not TrustedAdvisor().claims(element)


def test_a_sample() -> None:
    read = load_paths(
        sample(
            "custodian_placebo/cloud-custodian/tests__data__placebo__test_account_service_limit"
            "__support.DescribeTrustedAdvisorCheckResult_1.json"
        )
    )
    assert read.result.source == "trustedadvisor"
    assert {row["status"] for row in read.rows} <= {"pass", "fail"}


@QUICK
@given(bad=broken(*ALL))
def test_a_broken_file_raises_nothing(bad: Any) -> None:
    survives(TrustedAdvisor(), bad)


@QUICK
@given(bad=broken(*ALL))
def test_a_broken_element_costs_itself_at_most(tmp_path: Path, bad: Any) -> None:
    siblings_stay(tmp_path, RESULT["result"], bad)
