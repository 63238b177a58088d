"""Prowler 4 and 5, CSV."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sourcekit import CSV_CELLS, CSV_HEADER, DATA, csv_file, csv_line, load_bytes, load_paths


def row_of(tmp_path: Path, **cells: str) -> dict[str, Any]:
    """Load one record with other cells."""
    return load_bytes(tmp_path, csv_file(csv_line(**cells))).row


def test_every_column_is_filled(tmp_path: Path) -> None:
    row = row_of(tmp_path)
    assert row == {
        "source": "prowler-csv",
        "scanner": "prowler",
        "scanner_version": "5.46.0",
        "input_id": 0,
        "row": 1,
        "provider": "aws",
        "check_raw": "iam_root_mfa_enabled",
        "account": "111111111111",
        "account_name": "Payments",
        "region": "us-east-1",
        "resource": "arn:aws:iam::111111111111:root",
        "resource_name": "root",
        "resource_type": "AwsIamUser",
        "service": "iam",
        "status": "fail",
        "muted": False,
        "severity": "critical",
        "title": "Root account has MFA enabled",
        "detail": "MFA is not enabled for root account.",
        "tags": ["team=ops"],
        "frameworks": '{"CIS-3.0":["1.5"]}',
        "observed_at": None,
        "local_time": datetime(2026, 11, 23, 11, 12, 23, 383369),  # noqa: DTZ001
        "finding_uid": CSV_CELLS["FINDING_UID"],
    }


@pytest.mark.parametrize(
    ("version", "count"), [("4.6.2", 9), ("5.0.5", 9), ("5.30.0", 6), ("5.46.0", 9)]
)
def test_a_real_scan_is_read_whole(version: str, count: int) -> None:
    loaded = load_paths(DATA / version / "scan.csv")
    assert loaded.result.source == "prowler-csv"
    assert loaded.result.problem == ""
    assert loaded.result.findings >= count
    assert [row["row"] for row in loaded.rows] == list(range(1, len(loaded.rows) + 1))
    assert {row["scanner_version"] for row in loaded.rows} == {version}
    assert {row["account"] for row in loaded.rows} == {"123456789012"}


def test_the_uid_names_the_provider_where_its_column_does_not(tmp_path: Path) -> None:
    assert row_of(tmp_path, PROVIDER="")["provider"] == "aws"


def test_muted_is_a_flag_of_its_own() -> None:
    rows = load_paths(DATA / "5.46.0" / "muted-some" / "scan.csv").rows
    assert sorted(row["muted"] for row in rows) == [False, False, True]
    assert {row["status"] for row in rows} == {"fail"}


@pytest.mark.parametrize(
    ("word", "status"),
    [("PASS", "pass"), ("FAIL", "fail"), ("MANUAL", "manual"), ("WARNING", "error"), ("", "error")],
)
def test_status_words(tmp_path: Path, word: str, status: str) -> None:
    assert row_of(tmp_path, STATUS=word)["status"] == status


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("'=cmd()", "=cmd()"),
        ("'+1+1", "+1+1"),
        ("'-x", "-x"),
        ("'@me", "@me"),
        ("'  =cmd()", "  =cmd()"),
        ('"\'\tx"', "\tx"),
        ("'quoted'", "'quoted'"),
        ("''=x", "''=x"),
        ("=cmd()", "=cmd()"),
        ("-1", "-1"),
    ],
)
def test_what_prowler_wrote_against_spreadsheets_is_undone(
    tmp_path: Path, cell: str, text: str
) -> None:
    row = row_of(
        tmp_path, STATUS_EXTENDED=cell, RESOURCE_NAME=cell, RESOURCE_UID=cell, ACCOUNT_NAME=cell
    )
    for column in ("detail", "resource_name", "resource", "account_name"):
        assert row[column] == text


@pytest.mark.parametrize(
    ("cell", "tags"),
    [
        ("Name=web | env=prod", ["Name=web", "env=prod"]),
        ("team=ops;a|b", ["team=ops;a|b"]),
        ("", []),
    ],
)
def test_tags(tmp_path: Path, cell: str, tags: list[str]) -> None:
    assert row_of(tmp_path, RESOURCE_TAGS=f'"{cell}"')["tags"] == tags


def test_frameworks(tmp_path: Path) -> None:
    row = row_of(tmp_path, COMPLIANCE='"CIS-3.0: 1.5, 1.6 | ISO: A.5 | odd | Q""X: 1: 2"')
    assert json.loads(row["frameworks"]) == {
        "CIS-3.0": ["1.5", "1.6"],
        "ISO": ["A.5"],
        'Q"X': ["1: 2"],
    }
    assert row_of(tmp_path, COMPLIANCE="")["frameworks"] == ""


@pytest.mark.parametrize("cell", ["1795432343", "1795432343.0", "1795432343000"])
def test_an_epoch_is_utc(tmp_path: Path, cell: str) -> None:
    row = row_of(tmp_path, TIMESTAMP=cell)
    assert row["observed_at"] == datetime(2026, 11, 23, 11, 12, 23)  # noqa: DTZ001
    assert row["local_time"] is None


@pytest.mark.parametrize("delimiter", [";", ",", "|", "\t"])
@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16"])
def test_any_delimiter_and_encoding(tmp_path: Path, delimiter: str, codec: str) -> None:
    text = "\n".join([CSV_HEADER, csv_line(REGION="eu-west-1"), ""]).replace(";", delimiter)
    loaded = load_bytes(tmp_path, text.encode(codec))
    assert loaded.result.problem == ""
    assert loaded.row["region"] == "eu-west-1"


def test_columns_are_found_by_name(tmp_path: Path) -> None:
    names, cells = CSV_HEADER.split(";"), csv_line().split(";")
    header, line = (";".join(["NEW", *reversed(part)]) for part in (names, cells))
    assert load_bytes(tmp_path, csv_file(line, header=header)).row == row_of(tmp_path)


def test_a_column_that_is_not_there_is_empty(tmp_path: Path) -> None:
    keep = [at for at, name in enumerate(CSV_HEADER.split(";")) if name != "COMPLIANCE"]
    header, line = (
        ";".join(text.split(";")[at] for at in keep) for text in (CSV_HEADER, csv_line())
    )
    assert load_bytes(tmp_path, csv_file(line, header=header)).row["frameworks"] == ""


def test_cells_over_several_lines(tmp_path: Path) -> None:
    loaded = load_bytes(
        tmp_path,
        csv_file(csv_line(STATUS_EXTENDED='"- a;\n- ""b""\r\n"'), csv_line(REGION="eu-west-1")),
    )
    assert loaded.rows[0]["detail"] == '- a;\n- "b"\r\n'
    assert [(row["row"], row["region"]) for row in loaded.rows] == [
        (1, "us-east-1"),
        (2, "eu-west-1"),
    ]


def test_a_cell_larger_than_pythons_limit(tmp_path: Path) -> None:
    huge = "x" * 3_000_000
    assert row_of(tmp_path, STATUS_EXTENDED=huge)["detail"] == huge


def test_appended_runs_with_their_header_repeated(tmp_path: Path) -> None:
    loaded = load_bytes(tmp_path, csv_file(csv_line(), CSV_HEADER, csv_line(REGION="eu-west-1")))
    assert [(row["row"], row["region"]) for row in loaded.rows] == [
        (1, "us-east-1"),
        (3, "eu-west-1"),
    ]
    assert loaded.result.problem == ""


def test_a_cut_off_file_keeps_what_is_whole(tmp_path: Path) -> None:
    content = csv_file(csv_line(), csv_line(), csv_line(STATUS_EXTENDED='"not done'))
    loaded = load_bytes(tmp_path, content)
    assert loaded.result.findings == 2
    assert "it ends in the middle of record 3" in loaded.result.problem


def test_short_records_are_skipped_and_said(tmp_path: Path) -> None:
    loaded = load_bytes(tmp_path, csv_file(csv_line(), "a;b", csv_line()))
    assert loaded.result.findings == 2
    assert loaded.result.skipped == {"record with fewer cells than the header": 1}
    assert "not all could be read" in loaded.result.problem


def test_invalid_utf_8_is_replaced(tmp_path: Path) -> None:
    loaded = load_bytes(tmp_path, csv_file(csv_line(RESOURCE_NAME="caf@")).replace(b"@", b"\xe9"))
    assert loaded.row["resource_name"] == "caf\ufffd"


def test_a_header_alone_is_zero_findings(tmp_path: Path) -> None:
    result = load_bytes(tmp_path, csv_file()).result
    assert (result.source, result.findings, result.problem) == ("prowler-csv", 0, "")
