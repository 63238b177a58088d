"""assessment.json and the Parquet files: what a later audit reads back."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import jsonschema
import pytest
from exportable import CSV, FINDINGS, assess, rows

from gapfolio.assess import document
from gapfolio.exports.base import Exporter
from gapfolio.exports.data import JsonExporter, ParquetExporter
from gapfolio.model import Finding

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "assessment.schema.json").read_text(encoding="utf-8")
)


def exported(exporter: Exporter, directory: Path, findings: list[Finding] = FINDINGS) -> Path:
    with assess(findings) as (assessment, engine):
        return exporter.export(assessment, engine, directory).files[0]


def parquet(path: Path, what: str) -> list[tuple[object, ...]]:
    return duckdb.connect().execute(f"SELECT {what} FROM read_parquet('{path}')").fetchall()


@pytest.mark.parametrize("findings", [FINDINGS, []], ids=["findings", "nothing"])
def test_the_assessment_is_valid_by_its_published_schema(
    tmp_path: Path, findings: list[Finding]
) -> None:
    path = exported(JsonExporter(), tmp_path, findings)

    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(path.read_bytes()))
    assert path.name == "assessment.json"
    assert path.read_bytes() == document.encode(document.decode(path.read_bytes()))


def test_the_schema_refuses_what_is_not_an_assessment(tmp_path: Path) -> None:
    path = exported(JsonExporter(), tmp_path)
    data = json.loads(path.read_bytes())

    for wrong in ({**data, "grade": "A"}, {**data, "status": "done"}, {"schema": data["schema"]}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.Draft202012Validator(SCHEMA).validate(wrong)


def test_parquet_holds_every_finding_in_the_order_of_the_csv(tmp_path: Path) -> None:
    path = exported(ParquetExporter(), tmp_path)
    exported(CSV, tmp_path)

    keys = [key for (key,) in parquet(path, "finding_key")]
    assert keys == [row["key"] for row in rows(tmp_path / "findings.csv")]
    assert len(keys) == len(FINDINGS)


def test_parquet_keeps_text_as_it_is(tmp_path: Path) -> None:
    path = exported(ParquetExporter(), tmp_path)

    assert ("port 22\nis open", ["owner=me", "-stage=prod"]) in parquet(path, "detail, tags")


def test_the_same_findings_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        for exporter in (JsonExporter(), ParquetExporter(), CSV):
            exported(exporter, tmp_path / name)

    for path in (tmp_path / "one").iterdir():
        assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name


def test_the_cells_are_those_that_the_score_counts(tmp_path: Path) -> None:
    with assess(FINDINGS) as (assessment, engine):
        ParquetExporter().export(assessment, engine, tmp_path)

    counted = dict(
        duckdb.connect()
        .execute(f"SELECT state, count(*) FROM '{tmp_path / 'cells.parquet'}' GROUP BY state")
        .fetchall()
    )
    cells = assessment.scores.all.cells
    names = {"pass": "passed", "fail": "failed", "unknown": "unknown", "absent": "absent"}
    assert counted == {s: getattr(cells, n) for s, n in names.items() if getattr(cells, n)}


def test_a_first_report_has_closed_nothing(tmp_path: Path) -> None:
    exported(ParquetExporter(), tmp_path)

    assert parquet(tmp_path / "closed.parquet", "count(*)") == [(0,)]
