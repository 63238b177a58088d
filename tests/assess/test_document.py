"""assessment.json survives its file, and the published schemas are those of the code."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import jsonschema
import msgspec
import pytest

import wholescan
from gapfolio.assess import document
from gapfolio.model import Assessment
from gapfolio.testing import assess_findings, make_catalogue, make_finding, make_run

DOCS = Path(__file__).parents[2] / "docs"
CATALOGUE = make_catalogue(
    CRED_01={"priority": "critical", "criteria": {"root": ("account", ["a"])}},
    NET_01={"criteria": {"open": ("resource", ["b"]), "shut": ("resource", ["c"])}},
    DET_01={"evidence": "both", "attest": "It is so.", "criteria": {"log": ("account", ["d"])}},
)


def assessment() -> Assessment:
    findings = [
        make_finding(check="a"),
        make_finding(check="b", status="fail", muted=True, detail="Ünïcode \U0001f511 \u202e"),
        make_finding(check="strange"),
    ]
    return assess_findings(findings, catalogue=CATALOGUE, runs=[make_run(checks=["a", "b"])])


def test_an_assessment_survives_its_file() -> None:
    before = assessment()
    after = document.decode(document.encode(before))

    assert document.encode(after) == document.encode(before)
    assert after.practices[1].affected == before.practices[1].affected
    assert after.scores.all.cells == before.scores.all.cells


def test_scores_are_numbers_close_to_the_exact_ones() -> None:
    before = assessment()
    data = json.loads(document.encode(before))
    after = document.decode(document.encode(before))

    exact = before.scores.all.assured
    assert exact is not None
    assert exact.denominator > 1
    assert data["scores"]["all"]["assured"] == float(exact)
    assert isinstance(after.scores.all.assured, Fraction)
    assert abs(after.scores.all.assured - exact) < Fraction(1, 10**12)


def test_a_score_of_nothing_is_null() -> None:
    nothing = assess_findings([], catalogue=CATALOGUE, runs=[make_run(checks=["a"])])
    data = json.loads(document.encode(nothing))

    assert data["scores"]["all"]["assured"] is None
    assert document.decode(document.encode(nothing)).scores.all.assured is None


def test_without_an_engagement_nothing_is_declared() -> None:
    data = json.loads(document.encode(assessment()))

    assert data["change"] is None
    assert data["exceptions"]["waivers"] == []
    assert (data["attestations"], data["not_applicable"]) == ([], [])


def test_the_file_is_readable_text_with_a_final_newline() -> None:
    text = document.encode(assessment()).decode()

    assert text.startswith('{\n  "schema": "gapfolio.assessment/1",\n')
    assert text.endswith("\n}\n")
    assert "\U0001f511" in text


@pytest.mark.parametrize(
    "data",
    [b"", b"{}", b"[]", b'{"schema": "gapfolio.assessment/2"}', b"\xff", b'{"client": "\xff"}'],
)
def test_what_is_not_an_assessment_is_refused(data: bytes) -> None:
    with pytest.raises(msgspec.DecodeError):
        document.decode(data)


def test_only_fractions_are_encoded_beyond_json() -> None:
    assert document.number(Fraction(1, 4)) == 0.25
    with pytest.raises(NotImplementedError):
        document.encode({"path": Path()})


@pytest.mark.parametrize("name", ["assessment", "run"])
def test_the_published_schema_is_fresh(
    name: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    document.main([name])
    made = capfdbinary.readouterr().out

    assert (DOCS / f"{name}.schema.json").read_bytes() == made, (
        f"run: python -m gapfolio.assess.document {name} > docs/{name}.schema.json"
    )


def test_run_records_are_valid_by_their_published_schema() -> None:
    schema = json.loads((DOCS / "run.schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)

    validator.validate(json.loads(wholescan.RECORD.read_bytes()))
    validator.validate(json.loads(msgspec.json.encode(make_run())))
    with pytest.raises(jsonschema.ValidationError):
        validator.validate({"scanner": "prowler"})
