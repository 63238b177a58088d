"""`gapfolio pull` without AWS: its policies, and what it refuses."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result

from gapfolio.cli import group
from gapfolio.errors import InputError
from gapfolio.live import schemes


def pull(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["pull", *arguments])


def test_help_has_an_example() -> None:
    done = pull("--help")

    assert done.exit_code == 0
    assert "gapfolio pull securityhub: -o" in done.stdout


@pytest.mark.parametrize(
    ("location", "actions"),
    [
        (
            "securityhub:",
            [
                "ec2:DescribeRegions",
                "securityhub:GetFindingAggregator",
                "securityhub:GetFindings",
                "securityhub:ListFindingAggregators",
                "securityhub:ListSecurityControlDefinitions",
            ],
        ),
        (
            "securityhub-v2:",
            [
                "ec2:DescribeRegions",
                "securityhub:GetAggregatorV2",
                "securityhub:GetFindings",
                "securityhub:ListAggregatorsV2",
                "securityhub:ListSecurityControlDefinitions",
            ],
        ),
    ],
)
def test_the_least_policy_is_a_document_that_reads_only(location: str, actions: list[str]) -> None:
    document = json.loads(pull("--show-policy", location).stdout)
    [statement] = document["Statement"]

    assert document["Version"] == "2012-10-17"
    assert (statement["Effect"], statement["Action"]) == ("Allow", actions)
    assert statement["Sid"].isalnum()


def test_policies_of_several_locations_are_one_document() -> None:
    document = schemes.policy(["securityhub:", "securityhub-v2:"])

    assert [part["Sid"] for part in document["Statement"]] == [
        "GapfolioSecurityHub",
        "GapfolioSecurityHubV2",
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "name a live location"),
        (["securityhub:"], "where to with -o"),
        (["scan.json", "-o", "x"], "scan.json: is not a live location: securityhub:"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(arguments: list[str], words: str) -> None:
    done = pull(*arguments)

    assert done.exit_code == 2
    assert words in done.stderr


def test_a_live_location_that_does_not_exist_is_named() -> None:
    done = pull("azure:", "-o", "x")

    assert isinstance(done.exception, InputError)
    assert "azure: there is no such live location" in str(done.exception)


@pytest.mark.parametrize(
    ("location", "live"),
    [
        ("securityhub:", True),
        ("aws:", True),
        ("scan.json", False),
        ("C:", False),
        ("-", False),
        ("a:b", False),
        ("./aws:", False),
    ],
)
def test_a_live_location_is_told_by_its_colon(location: str, live: bool) -> None:
    assert schemes.is_live(location) is live
