"""What is said of a practice in an account: the worst of its cells, and why."""

from __future__ import annotations

import re
import xml.sax.saxutils as xml
from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from told import DEV, GONE, PROD, audited

from gapfolio.engagement import Account, Engagement
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.exports.records.verdicts import (
    acceptance,
    gone,
    judged_at,
    reason,
    sentence,
    verdicts,
)
from gapfolio.exports.texts import Cut, line, lines, short
from gapfolio.model import Assessment, Reason
from gapfolio.testing import ACCOUNT, assess_findings, assessed, make_catalogue, make_finding

Audit = tuple[Assessment, DuckDBEngine]
ANY = st.text(st.one_of(st.sampled_from("\0\x1b\ufffe\u202e\ud800\r\n\t"), st.characters()))


@pytest.fixture(scope="module")
def audit() -> Iterator[Audit]:
    with audited() as opened:
        yield opened


def test_every_cell_is_in_one_verdict(audit: Audit) -> None:
    assessment, engine = audit
    cells = assessment.scores.all.cells
    counted = sum(sum(verdict.cells.values()) for verdict in verdicts(*audit))

    assert counted == cells.total + cells.absent
    assert counted == next(engine.rows("SELECT count(*) AS n FROM cells"))["n"]


def test_verdicts_come_sorted_and_once(audit: Audit) -> None:
    keys = [(verdict.practice.id, verdict.account) for verdict in verdicts(*audit)]

    assert keys == sorted(set(keys))


@pytest.mark.parametrize(
    ("statuses", "state"),
    [
        ({"a": "pass", "b": "pass"}, "pass"),
        ({"a": "pass", "b": "error"}, "unknown"),
        ({"a": "pass"}, "unknown"),
        ({"a": "fail", "b": "error"}, "fail"),
        ({"a": "fail", "b": "pass"}, "fail"),
        ({}, "unknown"),
    ],
)
def test_the_worst_cell_decides(statuses: dict[str, str], state: str) -> None:
    catalogue = make_catalogue(
        X_01={"criteria": {"one": ("account", ["a"]), "two": ("account", ["b"])}},
        Y_01={"criteria": {"any": ("account", ["c"])}},
    )
    found = [make_finding(check=check, status=status) for check, status in statuses.items()]
    with assessed([*found, make_finding(check="c")], catalogue=catalogue) as opened:
        verdict = next(verdicts(*opened))

    assert (verdict.key, verdict.state) == (f"X-01:{ACCOUNT}", state)


def test_a_risk_is_accepted_only_where_all_that_fails_is(audit: Audit) -> None:
    accepted = {verdict.key: verdict.is_accepted for verdict in verdicts(*audit)}

    assert accepted.pop(f"NET-02:{PROD}")
    assert not any(accepted.values())


def test_many_failing_criteria_are_named_up_to_ten() -> None:
    names = [f"c{number:02}" for number in range(12)]
    catalogue = make_catalogue(X_01={"criteria": {name: ("account", [name]) for name in names}})
    found = [make_finding(check=name, status="fail") for name in names]
    with assessed(found, catalogue=catalogue) as opened:
        said = sentence(next(verdicts(*opened)))

    assert said.startswith("Fails: 12 of 12 cells (X-01.c00, ")
    assert said.endswith("X-01.c09 and 2 more), 12 open findings.")


def test_what_left_the_scope_is_told_apart(audit: Audit) -> None:
    [left] = gone(*audit)

    assert (left.key, left.state, left.place) == (f"NET-01:{GONE}", "gone", GONE)
    assert DEV not in {verdict.account for verdict in gone(*audit)}


def test_waivers_that_nobody_knows_are_passed_over(audit: Audit) -> None:
    assert acceptance(audit[0], ("W-9",)) == ""


def test_every_reason_has_words() -> None:
    for name in Reason:
        assert reason(name.name.lower()) == name.value


def test_without_evidence_the_last_day_of_the_period_dates_what_is_said() -> None:
    scope = Engagement(accounts=[Account(id=ACCOUNT)])
    made = assess_findings([], catalogue=make_catalogue(X_01={}), engagement=scope)

    assert judged_at(made).isoformat() == "2026-09-30T00:00:00+00:00"


@given(ANY)
def test_a_line_is_one_and_holds_nothing_that_acts(text: str) -> None:
    made = line(text)

    assert len(made.splitlines()) <= 1
    assert not re.search("[\0-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", made)
    assert line(made) == made


@given(ANY)
def test_harmless_text_is_xml_and_utf8(text: str) -> None:
    made = lines(text)

    read = ET.fromstring(f"<a>{xml.escape(made)}</a>".encode())  # noqa: S314 - our own
    assert (read.text or "") == made


@given(ANY, st.integers(1, 40))
def test_a_cut_text_has_no_more_than_its_limit(text: str, longest: int) -> None:
    cut = Cut()
    made = cut("Title", text, longest)

    assert len(made) <= longest
    assert cut.number["Title"] == (len(line(text)) > longest)
    assert made == short(line(text), longest)
