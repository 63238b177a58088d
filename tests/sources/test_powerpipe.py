"""Powerpipe and Steampipe, JSON and CSV."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA, load_value, read
from sourcekit import load_bytes, load_paths

from gapfolio.errors import InputError
from gapfolio.sources import elements
from gapfolio.sources.powerpipe import PowerpipeJson

JSON, CSV = (DATA / "powerpipe" / name for name in ("benchmark.json", "benchmark.csv"))
SSH = "vpc_security_group_restrict_ingress_ssh_all"
SAME = ("check_raw", "account", "region", "resource", "status", "severity", "detail", "service")


def group(**members: Any) -> dict[str, Any]:
    """Make a group."""
    return {"group_id": "g", "tags": {}, "groups": [], "controls": None, **members}


def control(**members: Any) -> dict[str, Any]:
    """Make a control with one result."""
    result = {"resource": "r", "status": "ok", "reason": "", "dimensions": []}
    return {"control_id": "control.c", "results": [result], "title": "t", **members}


def test_json() -> None:
    loaded = load_paths(JSON)
    result = loaded.result
    assert (result.source, result.elements, result.problem) == ("powerpipe-json", 1, "")
    assert result.skipped == {"another provider: azure": 1}
    assert {row["scanner"] for row in loaded.rows} == {"powerpipe"}
    ssh = {row["resource"][-4:]: row for row in loaded.rows if row["check_raw"] == SSH}
    assert {resource: row["status"] for resource, row in ssh.items()} == {
        "sg-1": "error",
        "sg-2": "fail",
        "sg-3": "manual",
        "sg-4": "pass",
        "sg-5": "not_applicable",
    }
    row = ssh["sg-4"]
    assert (row["account"], row["region"]) == ("444455556666", "us-east-1")
    assert (row["service"], row["severity"]) == ("vpc", "unknown")
    assert row["title"] == "VPC security groups should restrict ingress SSH access"
    assert row["detail"] == "sg-4 ingress restricted"
    # not in the dimensions, so from the ARN
    assert (ssh["sg-5"]["account"], ssh["sg-5"]["region"]) == ("444455556666", "us-east-1")


def test_a_control_under_two_benchmarks_repeats_its_rows() -> None:
    rows = [row for row in load_paths(JSON).rows if row["check_raw"] == "iam_root_user_mfa_enabled"]
    assert len(rows) == 2
    assert rows[0] == rows[1]
    assert rows[0]["severity"] == "high"


def test_a_control_that_failed_to_run_is_an_error() -> None:
    (row,) = (row for row in load_paths(JSON).rows if row["check_raw"] == "guardduty_enabled")
    assert (row["status"], row["account"], row["resource"]) == ("error", "", "")
    assert row["detail"] == "rpc error: AccessDenied"


def test_csv_says_the_same() -> None:
    loaded = load_paths(CSV)
    assert (loaded.result.source, loaded.result.problem) == ("powerpipe-csv", "")
    assert loaded.result.skipped == {"another provider: azure": 1}
    assert sorted(tuple(row[key] for key in SAME) for row in loaded.rows) == sorted(
        tuple(row[key] for key in SAME) for row in load_paths(JSON).rows
    )


@pytest.mark.parametrize("delimiter", ["|", ";", "\t"])
def test_other_delimiters(tmp_path: Path, delimiter: str) -> None:
    written = CSV.read_text().replace(",", delimiter)
    loaded = load_bytes(tmp_path, written.encode())
    assert (loaded.result.source, loaded.result.findings) == ("powerpipe-csv", 8)


@pytest.mark.parametrize(
    ("written", "check"),
    [
        ("control.c", "c"),
        ("aws_compliance.control.c", "c"),
        ("c", "c"),
    ],
)
def test_ids_lose_the_mod(written: str, check: str) -> None:
    element = group(controls=[control(control_id=written)])
    (finding,) = PowerpipeJson().findings(element)
    assert finding.check == check


@pytest.mark.parametrize(
    ("outer", "inner", "own", "provider"),
    [
        ({}, {}, {}, "aws"),
        ({"plugin": "gcp"}, {}, {}, "gcp"),
        ({"plugin": "gcp"}, {"plugin": "aws"}, {}, "aws"),
        ({"plugin": "gcp"}, {"plugin": "aws"}, {"plugin": "Azure"}, "azure"),
        ("text", None, [], "aws"),
    ],
)
def test_the_nearest_tag_tells_the_cloud(outer: Any, inner: Any, own: Any, provider: str) -> None:
    element = group(tags=outer, groups=[group(tags=inner, controls=[control(tags=own)])])
    (finding,) = PowerpipeJson().findings(element)
    assert finding.provider == provider


@pytest.mark.parametrize(("error", "status"), [({"message": "no"}, 4), ("", 8), (None, "error")])
def test_older_ways_to_say_that_a_run_failed(error: Any, status: Any) -> None:
    element = group(controls=[control(results=None, run_error=error, run_status=status)])
    (finding,) = PowerpipeJson().findings(element)
    assert finding.status == "error"


def test_a_control_without_resources_says_nothing() -> None:
    element = group(controls=[control(results=None, run_error="", run_status=4)])
    assert list(PowerpipeJson().findings(element)) == []


@pytest.mark.parametrize(
    "element",
    [
        group(groups=["text"], controls=[control()]),
        group(groups="text", controls=[control()]),
        group(controls=[control(), "text"]),
        group(controls=[control(), control(control_id="")]),
        group(controls=[control(), control(results="text")]),
        group(controls=[control(), control(results=["text"])]),
    ],
)
def test_what_makes_no_sense_is_counted_and_the_rest_kept(tmp_path: Path, element: Any) -> None:
    loaded = load_value(tmp_path, element)
    assert loaded.result.skipped == {"unreadable JSON": 1}
    assert loaded.row["check_raw"] == "c"


def test_a_hundred_nested_groups() -> None:
    element = group(controls=[control()])
    for _ in range(100):
        element = group(groups=[element])
    (finding,) = PowerpipeJson().findings(element)
    assert finding.status == "pass"


def test_five_thousand_resources() -> None:
    one = control()["results"][0]
    results = [{**one, "resource": f"r{place}"} for place in range(5000)]
    found = list(PowerpipeJson().findings(group(controls=[control(results=results)])))
    assert len({finding.resource for finding in found}) == 5000


@pytest.mark.parametrize(
    ("element", "words"),
    [
        (group(group_id="error", summary={"status": {"error": 1}}), "the run failed"),
        ({"schema_version": "20221222", "panels": {}, "layout": {}}, "a Powerpipe snapshot"),
    ],
)
def test_what_holds_no_results_is_refused_with_advice(
    tmp_path: Path, element: Any, words: str
) -> None:
    with pytest.raises(InputError, match=words):
        load_bytes(tmp_path, json.dumps(element).encode())


def test_the_groups_of_a_file_that_is_too_long_are_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(elements, "MAX_BYTES", 2 << 20)
    groups = [group(controls=[control()], description="x" * 1_500_000) for _ in range(4)]
    loaded = load_value(tmp_path, group(groups=groups))
    assert [row["check_raw"] for row in loaded.rows] == ["c"] * 4
    assert "broken off" in loaded.result.problem


def test_the_fixture_has_every_status() -> None:
    words = json.dumps(read("powerpipe/benchmark.json"))
    assert all(f'"status": "{word}"' in words for word in ("ok", "alarm", "error", "info", "skip"))
