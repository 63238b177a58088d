"""Prowler's command line is read as its own parser reads it."""

from __future__ import annotations

import argparse

import pytest

from gapfolio.errors import InputError
from gapfolio.prowler import line


def read(words: str) -> argparse.Namespace:
    return line.read(words.split())


def test_options_are_understood_short_joined_and_in_part() -> None:
    found = read("aws -Mcsv --filter eu-west-1 us-east-1 --excluded-service ec2 -bz")

    assert found.output_formats == ["csv"]
    assert found.region == ["eu-west-1", "us-east-1"]
    assert found.excluded_service == ["ec2"]


def test_of_an_option_given_twice_the_last_counts() -> None:
    assert read("aws -M html -M json-ocsf csv").output_formats == ["json-ocsf", "csv"]


def test_what_is_newer_than_this_list_is_passed_over() -> None:
    assert read("aws --brand-new value --statu FAIL").status == ["FAIL"]


@pytest.mark.parametrize("words", ["aws --res a=b", "azure", "", "aws -M"])
def test_what_prowler_would_refuse_is_refused(words: str) -> None:
    with pytest.raises(InputError, match=r"prowler's options|beginning with aws"):
        read(words)


@pytest.mark.parametrize(
    "words",
    ["aws -h", "aws --list-checks", "aws -l", "aws --list-services", "--version", "-h", "aws -i",
     "aws --fixer", "aws --list-compliance-requirements cis_3.0_aws"],
)  # fmt: skip
def test_not_everything_is_a_scan(words: str) -> None:
    assert not line.scans(read(words))
    assert line.scans(read("aws -c a"))
