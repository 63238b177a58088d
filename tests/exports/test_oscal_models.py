"""OSCAL by the models of compliance-trestle: valid, and the same after a round trip."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
import quarters
from hostile import OBEYED, ODD, SIGNS, TEXTS, WORDS
from hypothesis import HealthCheck, given, settings
from oscal_documents import results
from told import FINDINGS, audited, exported, strange

from gapfolio.engine.duck import DuckDBEngine
from gapfolio.exports.formats.oscal.exporter import PLAN, RESULTS, OscalExporter
from gapfolio.exports.formats.oscal.source import OSCAL
from gapfolio.model import Assessment
from gapfolio.testing import make_finding

trestle = pytest.importorskip("trestle.oscal")
assessment_results = pytest.importorskip("trestle.oscal.assessment_results")
poam = pytest.importorskip("trestle.oscal.poam")

MODELS: dict[str, Any] = {
    RESULTS: assessment_results.AssessmentResults,
    PLAN: poam.PlanOfActionAndMilestones,
}
Audit = tuple[Assessment, DuckDBEngine]


@pytest.fixture(scope="module")
def audit() -> Iterator[Audit]:
    with audited() as opened:
        yield opened


def check(directory: Path) -> None:
    """Read every document by its model, and compare what the model writes."""
    for path in directory.iterdir():
        read = MODELS[path.name].oscal_read(path)
        assert json.loads(read.oscal_serialize_json()) == json.loads(path.read_bytes())


def test_the_version_is_one_of_the_models() -> None:
    assert re.fullmatch(trestle.OSCAL_VERSION_REGEX, OSCAL)


def test_the_documents_are_valid(tmp_path: Path) -> None:
    made = exported(OscalExporter(), tmp_path / "told")

    assert [path.name for path in made.files] == [RESULTS, PLAN]
    check(tmp_path / "told")


@pytest.mark.parametrize("period", ["2026-Q3", "2026-Q4"])
def test_the_documents_of_a_quarter_are_valid(tmp_path: Path, period: str) -> None:
    quarters.export(OscalExporter(), period, tmp_path)

    check(tmp_path)


def test_an_audit_of_nothing_is_valid(tmp_path: Path) -> None:
    exported(OscalExporter(), tmp_path / "none", findings=[], past=False, recorded=False)

    check(tmp_path / "none")


def test_a_document_that_lacks_something_is_not_valid(tmp_path: Path) -> None:
    exported(OscalExporter(), tmp_path / "told")
    document = json.loads((tmp_path / "told" / RESULTS).read_bytes())
    del document["assessment-results"]["results"][0]["observations"][0]["methods"]
    (tmp_path / "told" / RESULTS).write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(Exception, match="methods"):
        check(tmp_path / "told")


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(text=TEXTS)
def test_whatever_is_written_the_documents_are_valid(audit: Audit, text: str) -> None:
    with strange(audit, text) as opened, TemporaryDirectory() as directory:
        made = OscalExporter().export(*opened, Path(directory))
        check(Path(directory))
        for path in made.files:
            assert not OBEYED.search(path.read_text(encoding="utf-8"))


def test_whatever_a_scanner_writes_the_documents_are_valid(tmp_path: Path) -> None:
    texts = [*WORDS, *SIGNS, *ODD, SIGNS + ODD, "a" * 100_000, "\ufeff", "x\ufeff"]
    hostile = [
        make_finding(
            check="open",
            status="fail",
            resource=text,
            title=text,
            detail=text,
            scanner_version=text,
            frameworks=json.dumps({text: [text]}),
        )
        for text in texts
    ]
    made = exported(OscalExporter(), tmp_path / "hostile", findings=[*FINDINGS, *hostile])

    check(tmp_path / "hostile")
    assert any("texts cut" in note for note in made.notes)
    content = (tmp_path / "hostile" / RESULTS).read_text(encoding="utf-8")
    assert not set(ODD) - set("\n \u200b\ufeff") & set(content)
    local = results(tmp_path / "hostile")["results"][0]["local-definitions"]
    assert len(local["inventory-items"]) <= 25 * len(FINDINGS)
