"""Wiz, CSV of issues and of vulnerabilities."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA
from sourcekit import load_bytes, load_paths

from gapfolio.errors import InputError
from samples import sample

ISSUES, VULNERABILITIES = (DATA / "wiz" / name for name in ("issues.csv", "vulnerabilities.csv"))


def row_of(tmp_path: Path, source: Path, **cells: str) -> dict[str, Any]:
    """Load the first record of a fixture with other cells; `_` in a name stands for a blank."""
    first = next(csv.DictReader(io.StringIO(source.read_text())))
    made = first | {name.replace("_", " "): cell for name, cell in cells.items()}
    written = io.StringIO()
    writer = csv.DictWriter(written, list(made))
    writer.writeheader()
    writer.writerow(made)
    return load_bytes(tmp_path, written.getvalue().encode()).row


def test_issues() -> None:
    loaded = load_paths(ISSUES)
    assert (loaded.result.source, loaded.result.problem) == ("wiz-issues-csv", "")
    assert loaded.result.skipped == {"another provider: azure": 1}
    assert [(row["row"], row["status"], row["muted"]) for row in loaded.rows] == [
        (1, "fail", False),
        (2, "fail", False),
        (3, "pass", False),
        (4, "not_applicable", False),
        (5, "fail", True),
        (7, "fail", False),
        (8, "error", False),
    ]
    row = loaded.rows[0]
    assert (row["scanner"], row["check_raw"]) == ("wiz", "wc-id-0001")
    assert (row["account"], row["account_name"]) == ("111122223333", "Payments")
    assert (row["region"], row["resource"]) == ("eu-central-1", "arn:aws:s3:::bucket-1")
    assert (row["resource_name"], row["resource_type"]) == ("bucket-1", "BUCKET")
    assert (row["severity"], row["tags"]) == ("high", ["team=ops"])
    assert row["title"] == "S3 bucket is open to the world"
    assert row["detail"] == "#### Description\nAnybody can read it."
    assert row["observed_at"] == datetime(2026, 8, 1, 10)  # noqa: DTZ001
    assert row["finding_uid"].endswith("000000000001")
    assert loaded.rows[2]["observed_at"] == datetime(2026, 8, 2, 11, 2, 11)  # noqa: DTZ001


def test_what_is_missing_comes_from_the_arn_and_the_title() -> None:
    row = load_paths(ISSUES).rows[5]
    assert row["check_raw"] == "S3 bucket is open to the world"
    assert (row["account"], row["region"]) == ("444455556666", "eu-central-1")


@pytest.mark.parametrize(
    ("word", "resolution", "status", "muted"),
    [
        ("OPEN", "", "fail", False),
        ("In progress", "", "fail", False),
        ("RESOLVED", "", "pass", False),
        ("RESOLVED", "ISSUE_FIXED", "pass", False),
        ("RESOLVED", "Control disabled", "not_applicable", False),
        ("IGNORED", "", "fail", True),
        ("REJECTED", "WONT_FIX", "fail", True),
        ("", "", "error", False),
    ],
)
def test_status_words(tmp_path: Path, word: str, resolution: str, status: str, muted: bool) -> None:
    row = row_of(tmp_path, ISSUES, Status=word, Resolution=resolution)
    assert (row["status"], row["muted"]) == (status, muted)


@pytest.mark.parametrize("written", ["", "{", "[]", "7", '{"a": {}}', "[" * 5000])
def test_tags_that_are_none(tmp_path: Path, written: str) -> None:
    assert row_of(tmp_path, ISSUES, Resource_Tags=written)["tags"] in ([], ["a="])


def test_an_issue_without_any_name_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"not all could be read.*\(1\)"):
        row_of(tmp_path, ISSUES, Control_ID="", Title="")


def test_vulnerabilities_are_events() -> None:
    loaded = load_paths(VULNERABILITIES)
    assert (loaded.result.source, loaded.result.problem) == ("wiz-vulnerabilities-csv", "")
    assert loaded.result.skipped == {"another provider: gcp": 1}
    assert [(row["check_raw"], row["status"], row["muted"]) for row in loaded.rows] == [
        ("CVE-2026-0001", "event", False),
        ("CVE-2026-0002", "pass", False),
        ("CVE-2026-0003", "event", True),
    ]
    row = loaded.rows[0]
    assert (row["account"], row["region"]) == ("111122223333", "eu-central-1")
    assert row["resource"].endswith("instance/i-0123456789abcdef0")
    assert (row["title"], row["detail"]) == (
        "CVE-2026-0001 in example.com/lib 1.4.0",
        "/usr/bin/tool; fixed in 1.5.11",
    )
    assert [row["severity"] for row in loaded.rows] == ["high", "high", "medium"]
    assert row["observed_at"] == datetime(2026, 8, 1, 12, 27, 1)  # noqa: DTZ001


def test_samples() -> None:
    loaded = load_paths(sample("wiz/DefectDojo/wiz__resolved_findings.csv"))
    assert loaded.result.skipped == {
        "another provider: azure": 2,
        "another provider: kubernetes": 1,
    }
    loaded = load_paths(sample("wiz/DefectDojo/wiz__sca_format.csv"))
    assert loaded.result.skipped == {"another provider: gcp": 5}


def test_wiz_cli_is_refused_with_advice(tmp_path: Path) -> None:
    made = {"id": "1", "policies": [], "scanOriginResource": {}, "result": {}}
    with pytest.raises(InputError, match="give Wiz's issues as CSV"):
        load_bytes(tmp_path, json.dumps(made).encode())
