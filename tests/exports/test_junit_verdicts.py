"""JUnit: what is not known is skipped, what is accepted still fails, and the XML is sound."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from hostile import OBEYED, TEXTS
from hypothesis import given, settings
from told import DEV, FINDINGS, PROD, audited, exported, strange

from gapfolio.engine.duck import DuckDBEngine
from gapfolio.exports.formats.junit import FILE, JunitExporter
from gapfolio.model import Assessment

Audit = tuple[Assessment, DuckDBEngine]


@pytest.fixture(scope="module")
def audit() -> Iterator[Audit]:
    with audited() as opened:
        yield opened


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> ET.Element:
    made = exported(JunitExporter(), tmp_path_factory.mktemp("junit"))
    return parsed(made.files[0])


def parsed(path: Path) -> ET.Element:
    return ET.fromstring(path.read_bytes())  # noqa: S314 - our own


def case(root: ET.Element, practice: str, account: str) -> ET.Element:
    """Give the test of a practice in an account."""
    [found] = [
        item
        for item in root.iter("testcase")
        if item.get("classname") == practice and f"({account})" in item.get("name", "")
    ]
    return found


def outcome(item: ET.Element) -> str:
    return item[0].tag if len(item) else "passed"


def check(root: ET.Element) -> None:
    """Check the contract: elements, attributes and sums that readers rely on."""
    assert root.tag == "testsuites"
    for suite in root:
        assert suite.tag == "testsuite"
        assert set(suite.attrib) == {
            "name",
            "tests",
            "failures",
            "errors",
            "skipped",
            "time",
            "timestamp",
        }
        assert {item.tag for item in suite} == {"testcase"}
        for item in suite:
            assert set(item.attrib) == {"classname", "name", "time"}
            assert outcome(item) in ("passed", "failure", "skipped")
    for parent in (root, *root):
        cases = list(parent.iter("testcase"))
        outcomes = [outcome(item) for item in cases]
        assert parent.get("tests") == str(len(cases))
        assert parent.get("failures") == str(outcomes.count("failure"))
        assert parent.get("skipped") == str(outcomes.count("skipped"))
        assert parent.get("errors") == "0"


def test_there_is_a_suite_for_each_category_and_a_test_for_each_practice_and_account(
    root: ET.Element,
) -> None:
    check(root)
    assert root.get("name") == "Gapfolio: Acme, 2026-Q3"
    assert [(suite.get("name"), suite.get("tests")) for suite in root] == [
        ("CRED", "2"),
        ("DET", "3"),
        ("IR", "2"),
        ("NET", "4"),
    ]


@pytest.mark.parametrize(
    ("practice", "account", "expected", "message"),
    [
        ("CRED-01", PROD, "passed", ""),
        ("CRED-01", DEV, "skipped", "Not assessed: 1 of 1 cell unknown"),
        ("DET-01", PROD, "skipped", "Nothing to assess"),
        ("DET-11", "infrastructure code", "failure", "Fails: 1 of 1 cell (DET-11.code)"),
        ("IR-01", PROD, "failure", "attested as a gap"),
        ("IR-01", DEV, "skipped", "no attestation on file"),
        ("NET-01", PROD, "failure", "2 open findings; 1 accepted (W-1)"),
        ("NET-02", PROD, "failure", "1 open finding; 1 accepted (W-2)"),
    ],
)
def test_each_state_has_its_outcome(
    root: ET.Element, practice: str, account: str, expected: str, message: str
) -> None:
    found = case(root, practice, account)

    assert outcome(found) == expected
    if message:
        assert message in found[0].get("message", "")


def test_an_accepted_risk_says_who_accepted_it(root: ET.Element) -> None:
    failure = case(root, "NET-02", PROD)[0]

    assert failure.get("type") == "medium"
    assert "Accepted: W-2: Behind a firewall (owner Ann, approved by Bob" in (failure.text or "")


def test_the_time_is_that_of_the_evidence(root: ET.Element) -> None:
    assert {suite.get("timestamp") for suite in root} == {"2026-08-15T12:00:00"}


def test_the_order_of_the_input_changes_no_byte(tmp_path: Path) -> None:
    shuffled = FINDINGS.copy()
    random.Random(1).shuffle(shuffled)  # noqa: S311
    for name, found in (("one", FINDINGS), ("two", shuffled)):
        exported(JunitExporter(), tmp_path / name, findings=found)

    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()


@given(text=TEXTS)
@settings(max_examples=60, deadline=None)
def test_hostile_text_makes_no_element_and_no_broken_xml(
    audit: Audit, tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    with strange(audit, text) as opened:
        made = JunitExporter().export(*opened, tmp_path_factory.getbasetemp())
    root = parsed(made.files[0])

    check(root)
    assert not OBEYED.search(made.files[0].read_text(encoding="utf-8"))
    assert root.get("tests") == "11"
    assert all("\n" not in value for item in root.iter() for value in item.attrib.values())
