"""practices.csv and findings.csv: complete, sorted, inert, with keys that stay."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path

import pytest
from exportable import CSV, FINDINGS, assess, rows

from gapfolio.exports.tables.writing import header
from gapfolio.model import Finding
from gapfolio.testing import make_finding

TABLES = {table.file: table for table in CSV.contract.tables}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export(FINDINGS, tmp_path_factory.mktemp("written") / "out")


def export(findings: list[Finding], directory: Path) -> Path:
    directory.mkdir()
    with assess(findings) as (assessment, engine):
        made = CSV.export(assessment, engine, directory)
    assert sorted(made.files) == sorted(directory.iterdir())
    return directory


def test_practices_csv_has_a_row_for_each_practice(written: Path) -> None:
    table = rows(written / "practices.csv")

    assert list(table[0]) == header(TABLES["practices.csv"].columns)
    assert [row["key"] for row in table] == ["CRED-01", "NET-01", "IR-01"]
    assert [row["state"] for row in table] == ["fail", "fail", "unknown"]
    assert {row["client"] for row in table} == {"'=Acme"}
    assert {row["period"] for row in table} == {"2026-Q3"}


def test_practices_csv_counts_cells_findings_and_accounts(written: Path) -> None:
    root, network, response = rows(written / "practices.csv")

    assert (root["weight"], root["cells"], root["cells_failed"]) == ("10", "1", "1")
    assert (root["findings_failed"], root["findings_muted"]) == ("1", "1")
    assert (root["failed_critical"], root["failed_high"]) == ("1", "0")
    assert (network["findings_failed"], network["findings_passed"]) == ("1", "2")
    assert (network["accounts_failing"], network["account_ids_failing"]) == ("1", "111111111111")
    assert (network["assured"], network["possible"], network["coverage"]) == ("0.0", "0.0", "100.0")
    assert (response["attestation_cells_unknown"], response["possible"]) == ("1", "100.0")


def test_findings_csv_has_every_finding_and_says_where_it_stands(written: Path) -> None:
    table = rows(written / "findings.csv")

    assert list(table[0]) == header(TABLES["findings.csv"].columns)
    assert len(table) == len(FINDINGS)
    assert sorted(row["standing"] for row in table) == [
        "current",
        "current",
        "current",
        "current",
        "duplicate",
        "out_of_scope",
        "stale",
        "superseded",
    ]


def test_findings_csv_is_sorted_by_practice_criterion_check_account_and_resource(
    written: Path,
) -> None:
    table = rows(written / "findings.csv")
    names = ("practice", "criterion", "scanner", "check", "account", "region")

    assert [tuple(row[n] for n in names) for row in table] == sorted(
        tuple(row[n] for n in names) for row in table
    )


def test_hostile_text_is_inert_and_on_one_line(written: Path) -> None:
    table = rows(written / "findings.csv")
    muted = next(row for row in table if row["muted"] == "true")
    group = next(row for row in table if row["tags"])

    assert muted["title"] == "'=cmd|' /C calc'!A0 \"two\", <b>lines</b>"
    assert group["resource"] == "'@group/1"
    assert group["detail"] == "port 22 is open"
    assert group["tags"] == "owner=me | -stage=prod"
    assert not any(
        value.startswith(("=", "+", "-", "@")) for row in table for value in row.values()
    )


def test_times_are_iso_8601_in_utc(written: Path) -> None:
    table = rows(written / "findings.csv")

    assert {row["seen_at"] for row in table} == {
        "2026-08-15T12:00:00Z",
        "2026-08-01T00:00:00Z",
        "2026-01-01T00:00:00Z",
    }
    for row in table:
        assert row["first_seen"] == (row["seen_at"] if row["standing"] == "current" else "")


def test_current_findings_have_keys_of_their_own(written: Path) -> None:
    keys = [r["key"] for r in rows(written / "findings.csv") if r["standing"] == "current"]

    assert len(set(keys)) == len(keys)
    assert all(len(key) == 32 for key in keys)


def test_the_order_of_the_input_changes_nothing_but_its_row_numbers(
    written: Path, tmp_path: Path
) -> None:
    shuffled = FINDINGS.copy()
    random.Random(1).shuffle(shuffled)  # noqa: S311
    other = export(shuffled, tmp_path / "other")

    assert (other / "practices.csv").read_bytes() == (written / "practices.csv").read_bytes()
    assert without_rows(other) == without_rows(written)


def without_rows(directory: Path) -> list[tuple[str, ...]]:
    """Give the findings without what may differ: row numbers, and which of two twins counts."""
    left_out = ("input_row", "detail", "tags")
    return [
        tuple(value for name, value in row.items() if name not in left_out)
        for row in rows(directory / "findings.csv")
    ]


def test_the_key_of_a_finding_is_the_same_next_quarter(written: Path, tmp_path: Path) -> None:
    later = make_finding(
        check="b",
        resource="@group/1",
        scanner_version="5.50.0",
        status="pass",
        title="Reworded",
        observed_at=datetime(2026, 9, 15, tzinfo=UTC),
    )
    [row] = rows(export([later], tmp_path / "later") / "findings.csv")
    before = next(r for r in rows(written / "findings.csv") if r["resource"] == "'@group/1")

    assert row["key"] == before["key"]


def test_an_assessment_without_findings_gives_headers_only(tmp_path: Path) -> None:
    written = export([], tmp_path / "none")

    assert (written / "findings.csv").read_bytes().startswith(b'"key","practice"')
    assert rows(written / "findings.csv") == []
    assert [row["assured"] for row in rows(written / "practices.csv")] == ["0.0", "0.0", "0.0"]
