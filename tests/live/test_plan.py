"""Which Regions are asked for which."""

from __future__ import annotations

from typing import Any

import fakeaws
import pytest

from gapfolio.live import hub
from gapfolio.live.base import Access
from gapfolio.live.plan import Step, plan
from gapfolio.live.session import connect

REGIONS = ["eu-central-1", "eu-west-1", "us-east-1"]


def steps(*regions: str, api: hub.Api = hub.ASFF) -> tuple[list[Step], list[str]]:
    access = Access(regions=regions)
    return plan(api, connect(access), access)


def aggregate(aws: fakeaws.Fake, home: str, mode: str, *regions: str) -> None:
    aws.regions = REGIONS
    aws.aggregator = {"home": home, "mode": mode, "regions": list(regions)}


def test_without_an_aggregator_each_region_is_asked(aws: fakeaws.Fake) -> None:
    aws.regions = REGIONS

    assert steps() == ([Step(region, (region,), filtered=False) for region in REGIONS], [])


def test_regions_that_are_named_are_asked_and_no_others(aws: fakeaws.Fake) -> None:
    assert steps("us-east-1") == ([Step("us-east-1", ("us-east-1",), filtered=True)], [])
    assert ("DescribeRegions", "us-east-1") not in aws.calls()


@pytest.mark.parametrize("api", [hub.ASFF, hub.OCSF], ids=["ASFF", "OCSF"])
@pytest.mark.parametrize(
    ("mode", "named", "gathered"),
    [
        ("ALL_REGIONS", [], REGIONS),
        ("SPECIFIED_REGIONS", ["eu-central-1"], ["eu-central-1", "eu-west-1"]),
        ("ALL_REGIONS_EXCEPT_SPECIFIED", ["us-east-1"], ["eu-central-1", "eu-west-1"]),
        ("NO_REGIONS", [], ["eu-west-1"]),
        ("SOMETHING_NEW", ["us-east-1"], ["eu-west-1"]),
    ],
)
def test_the_home_region_answers_for_those_that_it_gathers(
    aws: fakeaws.Fake, api: hub.Api, mode: str, named: list[str], gathered: list[str]
) -> None:
    aggregate(aws, "eu-west-1", mode, *named)
    found, notices = steps(api=api)
    alone = [region for region in REGIONS if region not in gathered]

    assert notices == []
    assert found == [
        Step("eu-west-1", tuple(gathered), filtered=False),
        *(Step(region, (region,), filtered=False) for region in alone),
    ]


def test_the_home_region_is_asked_although_it_is_not_among_those_named(aws: fakeaws.Fake) -> None:
    aggregate(aws, "eu-west-1", "ALL_REGIONS")
    found, _ = steps("us-east-1")

    assert found == [Step("eu-west-1", ("us-east-1",), filtered=True)]


def test_many_regions_are_asked_for_twenty_at_a_time(aws: fakeaws.Fake) -> None:
    aggregate(aws, "eu-west-1", "ALL_REGIONS")
    found, _ = steps(*(f"eu-west-{number}" for number in range(45)))

    assert [len(step.covers) for step in found] == [20, 20, 5]
    assert {step.region for step in found} == {"eu-west-1"}


def test_a_region_where_the_hub_is_off_does_not_know_the_aggregator(aws: fakeaws.Fake) -> None:
    aggregate(aws, "eu-west-1", "ALL_REGIONS")
    for operation in ("ListFindingAggregators", "ListAggregatorsV2"):
        aws.fail("eu-central-1", fakeaws.OFF, operation=operation)

    assert [step.region for step in steps()[0]] == ["eu-west-1"]


@pytest.mark.parametrize("failure", [fakeaws.DENIED, fakeaws.BROKEN])
def test_an_aggregator_that_cannot_be_asked_for_is_told(aws: fakeaws.Fake, failure: Any) -> None:
    aggregate(aws, "eu-west-1", "ALL_REGIONS")
    aws.fail("eu-central-1", failure, operation="ListFindingAggregators")
    found, notices = steps()

    assert [step.region for step in found] == REGIONS
    assert "each was read by itself" in notices[0]
