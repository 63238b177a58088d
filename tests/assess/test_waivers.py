"""Waivers: what they select, when they hold, and that the score never follows them."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapfolio.assess.waivers import like
from gapfolio.engagement import Account, Engagement, Entry, Folder, Notes, Waiver
from gapfolio.errors import EngagementError
from gapfolio.model import Assessment, Finding, WaiverResult
from gapfolio.testing import ACCOUNT, assess_findings, assessed, make_catalogue, make_finding

OTHER = "222222222222"
CATALOGUE = make_catalogue(
    CRED_01={"priority": "critical", "criteria": {"root": ("account", ["a"])}},
    NET_01={"criteria": {"open": ("resource", ["d", "e", "hub:D"])}},
)
OPEN = make_finding(
    check="d", status="fail", resource="arn:aws:ec2:eu-west-1:1:sg/sg-9", region="eu-west-1",
    tags=["env=dev", "team=net"],
)  # fmt: skip


def waiver(**fields: Any) -> Waiver:
    given: dict[str, Any] = {
        "id": "W-1",
        "reason": "Being replaced.",
        "owner": "Platform team",
        "approver": "Risk board",
        "granted": date(2026, 7, 1),
        "expires": date(2026, 12, 31),
    }
    return Waiver(**{**given, **fields})


def folder(*waivers: Waiver, engagement: Engagement | None = None) -> Folder:
    entries = tuple(Entry(Path("waivers.yaml"), line, w) for line, w in enumerate(waivers, 1))
    return Folder(engagement or Engagement(), Notes(), Path(), entries)


def judge(found: list[Finding], *waivers: Waiver) -> Assessment:
    return assess_findings(found, catalogue=CATALOGUE, folder=folder(*waivers))


def covered(selector: dict[str, Any], found: Finding = OPEN) -> int:
    return only(judge([found], waiver(**selector))).findings


def only(assessment: Assessment) -> WaiverResult:
    [result] = assessment.exceptions.waivers
    return result


@pytest.mark.parametrize(
    "selector",
    [
        {"practice": "NET-01"},
        {"practice": ["CRED-01", "NET-01"]},
        {"criterion": "NET-01.open"},
        {"check": "d"},
        {"check": "prowler:d"},
        {"account": ACCOUNT},
        {"account": [OTHER, ACCOUNT]},
        {"region": "eu-west-1"},
        {"resource": "arn:aws:ec2:*:sg/sg-?"},
        {"resource": "*"},
        {"tag": "env=dev"},
        {"tag": "env=*"},
        {"practice": "NET-01", "check": "d", "account": ACCOUNT, "tag": "team=net"},
    ],
    ids=str,
)
def test_a_selector_that_matches_covers_the_finding(selector: dict[str, Any]) -> None:
    assert covered(selector) == 1


@pytest.mark.parametrize(
    "selector",
    [
        {"practice": "CRED-01"},
        {"criterion": "CRED-01.root"},
        {"check": "e"},
        {"check": "securityhub:d"},
        {"account": OTHER},
        {"region": "us-east-1"},
        {"resource": "sg-9"},
        {"resource": "arn:aws:ec2:*:sg/sg_9"},
        {"resource": "ARN:AWS:EC2:*"},
        {"tag": "env=prod"},
        {"tag": "env=*net"},
        {"practice": "NET-01", "check": "d", "account": ACCOUNT, "tag": "env=prod"},
    ],
    ids=str,
)
def test_one_selector_that_does_not_match_leaves_the_finding_out(selector: dict[str, Any]) -> None:
    assert covered(selector) == 0


@pytest.mark.parametrize("status", ["pass", "error", "manual", "not_applicable"])
def test_only_open_failures_are_waived(status: Any) -> None:
    assert covered({"practice": "NET-01"}, make_finding(check="d", status=status)) == 0


@given(st.text(alphabet="ab~%_*?\\'\n", max_size=8))
@settings(max_examples=60, deadline=None)
def test_a_pattern_means_only_its_own_wildcards(text: str) -> None:
    meant = "".join({"*": ".*", "?": "."}.get(c, re.escape(c)) for c in text)
    for value in (text, text.replace("*", "ab"), "ab", "a~b", "%", "_"):
        expected = re.fullmatch(meant, value, re.DOTALL) is not None
        [found] = duckdb.execute("SELECT ? LIKE ? ESCAPE '~'", [value, like(text)]).fetchone() or ()
        assert found == expected


@pytest.mark.parametrize(
    ("granted", "expires", "state", "days"),
    [
        (date(2026, 7, 1), date(2026, 9, 30), "valid", 0),
        (date(2026, 9, 30), date(2026, 10, 1), "valid", 1),
        (date(2026, 7, 1), date(2026, 9, 29), "expired", -1),
        (date(2026, 10, 1), date(2026, 12, 31), "not yet valid", 92),
    ],
)
def test_a_waiver_is_judged_on_the_last_day_of_the_period(
    granted: date, expires: date, state: str, days: int
) -> None:
    assessment = judge([OPEN], waiver(practice="NET-01", granted=granted, expires=expires))

    assert (only(assessment).state, only(assessment).days_left) == (state, days)
    accepted = assessment.scores.accepted
    assert accepted is not None
    assert (accepted.possible == 100) == (state == "valid")


def test_the_headline_never_follows_a_waiver() -> None:
    bare = judge([OPEN])
    waived = judge([OPEN], waiver(practice="NET-01"))

    assert waived.scores.all == bare.scores.all
    assert waived.practices == bare.practices
    assert bare.scores.accepted is None


def test_a_cell_is_accepted_only_if_every_open_failure_in_it_is_waived() -> None:
    second = make_finding(check="e", status="fail", resource="sg-2")
    one = judge([OPEN, second], waiver(check="d"))
    both = judge([OPEN, second], waiver(check="d"), waiver(id="W-2", resource="sg-2"))

    assert one.scores.accepted is not None
    assert both.scores.accepted is not None
    assert one.scores.accepted == one.scores.all
    assert both.scores.accepted.possible == 100


def test_a_finding_of_two_waivers_counts_once_and_both_name_each_other() -> None:
    second = make_finding(check="e", status="fail", resource="sg-2")
    found = judge([OPEN, second], waiver(check="d"), waiver(id="W-2", region="eu-west-1"))

    assert [w.overlaps for w in found.exceptions.waivers] == [["W-2"], ["W-1"]]
    assert found.scores.accepted == found.scores.all


def test_what_was_muted_in_the_scanner_is_listed_and_changes_nothing() -> None:
    muted = make_finding(check="d", status="fail", muted=True, resource="sg-1")
    found = judge([muted, OPEN], waiver(tag="env=dev"))

    [row] = found.exceptions.muted
    assert (row.check, row.practice, row.findings, row.waived) == ("d", "NET-01", 1, 0)
    assert only(judge([muted], waiver(practice="NET-01"))).findings == 1
    assert judge([muted], waiver(check="d")).exceptions.muted[0].waived == 1


def test_the_findings_say_which_waiver_covers_them() -> None:
    later = waiver(id="W-2", practice="NET-01")
    ended = waiver(id="W-0", check="d", expires=date(2026, 8, 1))
    with assessed(
        [OPEN, make_finding(check="a", status="fail")],
        catalogue=CATALOGUE,
        folder=folder(later, ended),
    ) as (_, engine):
        rows = list(engine.rows("SELECT check_id, waiver FROM findings_sorted ORDER BY ALL"))

    assert rows == [{"check_id": "a", "waiver": ""}, {"check_id": "d", "waiver": "W-2"}]


def test_a_waiver_of_too_many_combinations_is_refused() -> None:
    many = [f"{number:012d}" for number in range(400)]
    huge = waiver(account=many, resource=[f"r{n}" for n in range(400)])

    with pytest.raises(EngagementError, match=r"waivers.yaml: line 1: W-1: selects 320,000"):
        judge([OPEN], huge)


@given(
    st.lists(
        st.builds(
            make_finding,
            check=st.sampled_from(["a", "d", "e"]),
            status=st.sampled_from(["fail", "pass", "error"]),
            account=st.sampled_from([ACCOUNT, OTHER]),
            resource=st.sampled_from(["r1", "r2"]),
            muted=st.booleans(),
        ),
        min_size=1,
        max_size=8,
    ),
    st.builds(
        waiver,
        check=st.sampled_from([None, "a", "d"]),
        account=st.sampled_from([ACCOUNT, OTHER]),
        resource=st.sampled_from([None, "r1", "r*"]),
    ),
)
@settings(max_examples=25, deadline=None)
def test_accepted_risk_lies_between_the_score_and_possible(
    found: list[Finding], accepted: Waiver
) -> None:
    scope = Engagement(accounts=[Account(id=ACCOUNT), Account(id=OTHER)])
    bare = assess_findings(found, catalogue=CATALOGUE, engagement=scope)
    waived = assess_findings(found, catalogue=CATALOGUE, folder=folder(accepted, engagement=scope))

    assert waived.scores.all == bare.scores.all
    second = waived.scores.accepted
    assert second is not None
    assert second.coverage == bare.scores.all.coverage
    if second.assured is not None and bare.scores.all.assured is not None:
        assert bare.scores.all.assured <= second.assured <= 100
