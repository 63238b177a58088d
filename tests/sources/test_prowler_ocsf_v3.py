"""Prowler 3, OCSF 1.0.0-rc.3."""

from __future__ import annotations

import copy
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sourcekit import DATA, dumped, load_bytes, load_paths

FILE = DATA / "3.16.17" / "scan.ocsf.json"


def changed(**top: Any) -> dict[str, Any]:
    """Take the first real finding, with other top-level keys."""
    made: dict[str, Any] = copy.deepcopy(json.loads(FILE.read_bytes())[0])
    made.update(top)
    return made


def row_of(tmp_path: Path, finding: dict[str, Any]) -> dict[str, Any]:
    """Load one finding."""
    return load_bytes(tmp_path, dumped(finding)).row


def test_a_real_scan_is_read_whole() -> None:
    loaded = load_paths(FILE)
    written = json.loads(FILE.read_bytes())
    assert loaded.result.source == "prowler-ocsf-v3"
    assert loaded.result.problem == ""
    assert [row["check_raw"] for row in loaded.rows] == [
        finding["metadata"]["product"]["feature"]["uid"] for finding in written
    ]
    assert {row["scanner_version"] for row in loaded.rows} == {"3.16.17"}
    assert {row["status"] for row in loaded.rows} == {"pass", "fail"}
    moment = datetime(2026, 11, 23, 11, 31, 26, 485428)  # noqa: DTZ001
    assert {row["local_time"] for row in loaded.rows} == {moment}
    assert {row["observed_at"] for row in loaded.rows} == {None}
    assert ["team=ops;a|b"] in [row["tags"] for row in loaded.rows]


def test_the_native_json_and_the_csv_of_the_same_scan_say_the_same() -> None:
    loaded = load_paths(FILE, FILE.with_name("scan.json"), FILE.with_name("scan.csv"))
    apart = ("source", "input_id", "scanner_version")
    each = [
        [
            {key: row[key] for key in row if key not in apart}
            for row in loaded.rows
            if row["input_id"] == place
        ]
        for place in range(3)
    ]
    assert each[0] == each[1] == each[2]


@pytest.mark.parametrize(
    ("word", "status", "muted"),
    [
        ("Success", "pass", False),
        ("Failure", "fail", False),
        ("Other", "error", True),
        ("Unknown", "manual", False),
        ("Odd", "error", False),
    ],
)
def test_status_words(tmp_path: Path, word: str, status: str, muted: bool) -> None:
    row = row_of(tmp_path, changed(status=word))
    assert (row["status"], row["muted"]) == (status, muted)


@pytest.mark.parametrize(
    ("labels", "tags"),
    [
        ([{"Key": "team", "Value": "ops"}, {"Key": "env", "Value": ""}], ["team=ops", "env="]),
        ([{"team": "ops", "env": "prod"}], ["team=ops", "env=prod"]),
        (["team:ops"], ["team:ops"]),
        ([None], []),
        ([], []),
    ],
)
def test_tags_in_every_shape_that_aws_gives_them(
    tmp_path: Path, labels: list[Any], tags: list[str]
) -> None:
    finding = changed()
    finding["resources"][0]["labels"] = labels
    assert row_of(tmp_path, finding)["tags"] == tags


def test_frameworks(tmp_path: Path) -> None:
    given = {"status": "Failure", "requirements": ["CIS-2.0: 1.1, 1.2", "odd", 'A"B: x']}
    row = row_of(tmp_path, changed(compliance=given))
    assert json.loads(row["frameworks"]) == {"CIS-2.0": ["1.1", "1.2"], 'A"B': ["x"]}
    assert row_of(tmp_path, changed(compliance={"requirements": []}))["frameworks"] == ""


def test_an_epoch_is_utc(tmp_path: Path) -> None:
    finding = changed(time=1795432343)
    finding["metadata"]["original_time"] = "1795432343"
    row = row_of(tmp_path, finding)
    assert row["observed_at"] == datetime(2026, 11, 23, 11, 12, 23)  # noqa: DTZ001
    assert row["local_time"] is None


def test_other_providers_are_left_out_and_counted(tmp_path: Path) -> None:
    finding = changed()
    finding["cloud"]["provider"] = "gcp"
    loaded = load_bytes(tmp_path, dumped(finding))
    assert not loaded.rows
    assert loaded.result.skipped == {"another provider: gcp": 1}
    assert loaded.result.problem == ""
