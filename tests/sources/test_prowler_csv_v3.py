"""Prowler 3, CSV."""

from __future__ import annotations

import csv
import io
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sourcekit import DATA, load_bytes, load_paths

FILE = DATA / "3.16.17" / "scan.csv"


def row_of(tmp_path: Path, **changes: str) -> dict[str, Any]:
    """Load the first real record with other cells."""
    record = next(csv.DictReader(io.StringIO(FILE.read_text(), newline=""), delimiter=";"))
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(record), delimiter=";")
    writer.writeheader()
    writer.writerow({**record, **changes})
    return load_bytes(tmp_path, out.getvalue().encode()).row


def test_a_real_scan_is_read_whole() -> None:
    loaded = load_paths(FILE)
    assert loaded.result.source == "prowler-csv-v3"
    assert loaded.result.problem == ""
    assert loaded.result.findings > 8
    assert {row["scanner_version"] for row in loaded.rows} == {"3"}
    moment = datetime(2026, 11, 23, 11, 31, 26, 485428)  # noqa: DTZ001
    assert {row["local_time"] for row in loaded.rows} == {moment}
    assert all(row["resource"].startswith("arn:") for row in loaded.rows)


@pytest.mark.parametrize(
    ("word", "status", "muted"),
    [
        ("PASS", "pass", False),
        ("FAIL", "fail", False),
        ("INFO", "manual", False),
        ("WARNING", "error", True),
        ("Odd", "error", False),
    ],
)
def test_status_words(tmp_path: Path, word: str, status: str, muted: bool) -> None:
    row = row_of(tmp_path, STATUS=word)
    assert (row["status"], row["muted"]) == (status, muted)


def test_an_epoch_is_utc(tmp_path: Path) -> None:
    row = row_of(tmp_path, ASSESSMENT_START_TIME="1795432343")
    assert row["observed_at"] == datetime(2026, 11, 23, 11, 12, 23)  # noqa: DTZ001


def test_an_empty_uid_is_no_problem(tmp_path: Path) -> None:
    row = row_of(tmp_path, FINDING_UNIQUE_ID="", RESOURCE_ARN="")
    assert row["finding_uid"] == ""
    assert row["resource"] == row["resource_name"] == "trail-1"
