"""SARIF: a result a gap, by the format, suppressed only where all of it is accepted."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hostile import OBEYED, TEXTS, WORDS
from hypothesis import given, settings
from told import DEV, FINDINGS, GONE, PROD, audited, exported, strange

from gapfolio.engine.duck import DuckDBEngine
from gapfolio.exports.formats.sarif import FILE, SarifExporter, message
from gapfolio.exports.texts import line
from gapfolio.model import Assessment
from gapfolio.testing import make_finding

CONTRACT = json.loads(
    (Path(__file__).parents[1] / "data" / "exports" / "sarif.schema.json").read_text("utf-8")
)
VALID = jsonschema.Draft202012Validator(
    CONTRACT, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
LINK = re.compile(r"(?<!\\)(?:\\\\)*\[")
"""What begins a link in a message: a bracket that is not escaped."""
BRACE = re.compile(r"(?<!\{)\{(?:\{\{)*(?!\{)")
"""What may begin a placeholder: a brace that is not doubled."""
Audit = tuple[Assessment, DuckDBEngine]


@pytest.fixture(scope="module")
def audit() -> Iterator[Audit]:
    with audited() as opened:
        yield opened


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return written(tmp_path_factory.mktemp("sarif"))


def written(directory: Path, **how: Any) -> dict[str, Any]:
    """Export, check against the contract, and give the run."""
    exported(SarifExporter(), directory, **how)
    return checked(directory)


def checked(directory: Path) -> dict[str, Any]:
    log = json.loads((directory / FILE).read_bytes())
    VALID.validate(log)
    [run] = log["runs"]
    rules = {rule["id"] for rule in run["tool"]["driver"]["rules"]}
    assert {result["ruleId"] for result in run["results"]} <= rules
    return dict(run)


def result(run: dict[str, Any], rule: str, account: str) -> dict[str, Any]:
    """Give the result of a rule in an account."""
    [found] = [
        item
        for item in run["results"]
        if item["ruleId"] == rule and item["properties"]["account"] == account
    ]
    return dict(found)


def test_there_is_a_result_for_each_gap(run: dict[str, Any]) -> None:
    assert [(r["ruleId"], r["properties"]["account"]) for r in run["results"]] == [
        ("DET-11.code", ""),
        ("IR-01", PROD),
        ("NET-01.open", PROD),
        ("NET-01.open", GONE),
        ("NET-02.ports", PROD),
    ]


@pytest.mark.parametrize(
    ("rule", "level"), [("NET-01.open", "error"), ("NET-02.ports", "warning"), ("IR-01", "note")]
)
def test_the_level_is_the_priority_of_the_practice(
    run: dict[str, Any], rule: str, level: str
) -> None:
    assert result(run, rule, PROD)["level"] == level


def test_only_a_gap_that_is_accepted_as_a_whole_is_suppressed(run: dict[str, Any]) -> None:
    assert result(run, "NET-02.ports", PROD)["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": (
                "W-2: Behind a firewall (owner Ann, approved by Bob, until 2026-12-31)"
            ),
        }
    ]
    partly = result(run, "NET-01.open", PROD)
    assert "suppressions" not in partly
    assert "2 open findings on 2 resources, 1 accepted." in partly["message"]["text"]


def test_what_was_muted_at_the_source_is_not_suppressed(tmp_path: Path) -> None:
    muted = make_finding(check="open", status="fail", muted=True, resource="sg-7")
    made = written(tmp_path, findings=[*FINDINGS[:1], muted])

    assert "suppressions" not in result(made, "NET-01.open", PROD)


def test_what_was_open_and_not_looked_at_since_stays_as_undecided(run: dict[str, Any]) -> None:
    left = result(run, "NET-01.open", GONE)

    assert (left["kind"], left["level"]) == ("open", "none")
    assert "nothing shows that it does now" in left["message"]["text"]
    assert "out of scope" in left["message"]["text"]


def test_a_gap_that_was_closed_is_no_result(tmp_path: Path, audit: Audit) -> None:
    assessment, engine = audit
    engine.derive("closed_before", "SELECT * FROM closed")
    engine.derive("closed", "SELECT * REPLACE ('fixed' AS cause) FROM closed_before")
    try:
        SarifExporter().export(assessment, engine, tmp_path)
    finally:
        engine.derive("closed", "SELECT * FROM closed_before")

    assert GONE not in (tmp_path / FILE).read_text(encoding="utf-8")


def test_what_is_not_assessed_is_named_in_notifications(run: dict[str, Any]) -> None:
    [invocation] = run["invocations"]

    assert invocation["executionSuccessful"]
    assert invocation["endTimeUtc"] == "2026-08-15T12:00:00Z"
    assert [n["message"]["text"] for n in invocation["toolExecutionNotifications"]] == [
        "CRED-01 Root has MFA: 1 of 2 cells unknown",
        "IR-01 A plan: 1 of 2 cells unknown",
        "DET-01 Trails: 1 of 1 cell unknown",
    ]


def test_a_rule_says_what_is_at_stake_and_what_to_do(run: dict[str, Any]) -> None:
    rule = next(r for r in run["tool"]["driver"]["rules"] if r["id"] == "CRED-01.mfa")

    assert rule["shortDescription"]["text"] == "mfa holds."
    assert rule["help"]["text"] == (
        "Root may do anything.\n\nAnyone with the password owns the account.\n\nFix it."
    )
    assert rule["properties"]["tags"] == ["security", "CRED", "IA-2(1)", "AC-6"]
    assert float(rule["properties"]["security-severity"]) > 9


def test_a_location_names_account_and_resources(run: dict[str, Any]) -> None:
    [location] = result(run, "NET-01.open", PROD)["locations"]

    assert location["physicalLocation"]["artifactLocation"] == {"uri": "findings.csv"}
    assert [
        place.get("fullyQualifiedName", place["name"]) for place in location["logicalLocations"]
    ] == [
        PROD,
        f"{PROD}/sg-1",
        f"{PROD}/sg-2",
    ]


def test_fingerprints_stay_and_differ(run: dict[str, Any], tmp_path: Path) -> None:
    again = make_finding(
        check="open", status="fail", severity="high", resource="sg-5", scanner_version="5.99.0"
    )
    later = written(tmp_path, findings=[again], past=False)
    marks = [r["partialFingerprints"] for r in run["results"]]

    assert result(later, "NET-01.open", PROD)["partialFingerprints"] in marks
    for name in ("gapfolio/v1", "primaryLocationLineHash"):
        assert len({mark[name] for mark in marks}) == len(marks)


def test_dates_are_those_of_the_gap(run: dict[str, Any]) -> None:
    properties = result(run, "NET-01.open", PROD)["properties"]

    assert properties["open_since"] == "2026-08-15"
    assert date.fromisoformat(properties["due"]) > date(2026, 8, 15)


def test_the_order_of_the_input_changes_no_byte(tmp_path: Path) -> None:
    shuffled = FINDINGS.copy()
    random.Random(1).shuffle(shuffled)  # noqa: S311
    for name, found in (("one", FINDINGS), ("two", shuffled)):
        exported(SarifExporter(), tmp_path / name, findings=found)

    assert (tmp_path / "one" / FILE).read_bytes() == (tmp_path / "two" / FILE).read_bytes()


def test_without_findings_only_what_was_attested_is_a_result(tmp_path: Path) -> None:
    made = written(tmp_path, findings=[], past=False)

    assert [(r["ruleId"], r["properties"]["account"]) for r in made["results"]] == [("IR-01", PROD)]
    assert made["invocations"][0]["toolExecutionNotifications"]


def test_names_of_resources_stay_names(tmp_path: Path) -> None:
    found = [make_finding(check="open", status="fail", resource=word) for word in WORDS]
    made = written(tmp_path, findings=found, past=False)
    [location] = result(made, "NET-01.open", PROD)["locations"]
    names = [place["name"] for place in location["logicalLocations"][1:]]

    assert "[x](https://evil.example)" in names
    assert not any("\n" in name for name in names)
    assert result(made, "NET-01.open", PROD)["properties"]["account"] != DEV


@given(text=TEXTS)
@settings(max_examples=40, deadline=None)
def test_hostile_text_makes_no_link_and_no_placeholder(
    audit: Audit, tmp_path_factory: pytest.TempPathFactory, text: str
) -> None:
    place = tmp_path_factory.getbasetemp()
    with strange(audit, text) as opened:
        SarifExporter().export(*opened, place)
    made = checked(place)
    assert not OBEYED.search((place / FILE).read_text(encoding="utf-8"))
    told = [item["message"]["text"] for item in made["results"]]
    told += [n["message"]["text"] for n in made["invocations"][0]["toolExecutionNotifications"]]
    for rule in made["tool"]["driver"]["rules"]:
        told += [rule[name]["text"] for name in ("shortDescription", "fullDescription", "help")]

    assert not any(LINK.search(text) or BRACE.search(text) for text in told)


@given(text=TEXTS)
def test_a_message_reads_as_the_text_it_was_made_of(text: str) -> None:
    read = re.sub(r"\\([\\\[\]])", r"\1", message(text)).replace("{{", "{").replace("}}", "}")

    assert read == line(text)
    assert len(message(text).splitlines()) <= 1
