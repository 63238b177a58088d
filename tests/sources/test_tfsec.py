"""tfsec: results of 1.x and of before."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA, by_check, found, load_value, read
from sourcekit import load_bytes, load_paths

from gapfolio.sources.tfsec import Tfsec
from samples import sample


def test_results() -> None:
    loaded = load_paths(DATA / "tfsec" / "scan.json")
    assert (loaded.result.source, loaded.result.problem) == ("tfsec-json", "")
    assert loaded.result.skipped == {"another provider: azure": 1, "another provider: general": 1}
    rows = by_check(loaded)
    assert {check: (row["status"], row["muted"]) for check, row in rows.items()} == {
        "AVD-AWS-0107": ("fail", False),
        "AVD-AWS-0090": ("pass", False),
        "AVD-AWS-0089": ("error", True),
        "custom-custom-own001": ("fail", False),
    }
    row = rows["AVD-AWS-0107"]
    assert (row["scanner"], row["account"], row["severity"]) == ("tfsec", "", "critical")
    assert row["resource"] == "aws_security_group_rule.ssh (/code/infra/storage.tf:13)"
    assert (row["service"], row["resource_type"]) == ("ec2", "aws_security_group_rule")
    assert (row["title"], row["detail"]) == (
        "Public ingress",
        "Public ingress: Security group rule allows ingress from public internet.",
    )


def test_results_of_before_1_0() -> None:
    loaded = load_paths(DATA / "tfsec" / "legacy.json")
    assert loaded.result.problem == ""
    assert loaded.result.skipped == {"another provider: gcp": 1}
    assert [(row["check_raw"], row["status"]) for row in loaded.rows] == [
        ("AWS006", "fail"),
        ("AWS007", "pass"),
    ]
    assert {row["resource"] for row in loaded.rows} == {"infra/storage.tf:8"}
    assert {row["severity"] for row in loaded.rows} == {"unknown"}


@pytest.mark.parametrize("content", [b'{"results": null}', b'{\n\t"results": []\n}\n'])
def test_a_clean_scan_is_empty(tmp_path: Path, content: bytes) -> None:
    loaded = load_bytes(tmp_path, content)
    assert (loaded.result.source, loaded.result.elements) == ("tfsec-json", 1)
    assert (loaded.result.findings, loaded.result.problem) == (0, "")


@pytest.mark.parametrize(
    "element",
    [
        {"results": {}},
        {"results": ""},
        {"results": 0},
        {"results": False},
        {"results": [], "errors": []},
        {"results": None, "version": "1"},
        {"results": [1]},
        {"results": [{"rule_id": "x"}]},
        {"results": [{"check_id": "x"}]},
        {},
    ],
)
def test_results_of_others_are_not_ours(element: dict[str, Any]) -> None:
    assert not Tfsec().claims(element)


@pytest.mark.parametrize(
    ("given", "status", "muted"),
    [
        ({"status": 0}, "fail", False),
        ({"status": "Passed"}, "pass", False),
        ({"status": "ignored"}, "error", True),
        ({"status": 7}, "error", False),
        ({"status": None}, "error", False),
        ({"passed": "yes"}, "error", False),
        ({}, "fail", False),
    ],
)
def test_status(given: dict[str, Any], status: str, muted: bool) -> None:
    def change(report: Any) -> None:
        del report["results"][1:]
        del report["results"][0]["status"]
        report["results"][0].update(given)

    (finding,) = found(Tfsec(), "tfsec/scan.json", change)
    assert (finding.status, finding.muted) == (status, muted)


def test_a_broken_record_is_counted_and_the_others_stay(tmp_path: Path) -> None:
    report = read("tfsec/scan.json")
    report["results"][1] = "passed"
    report["results"][2]["rule_id"] = None
    loaded = load_value(tmp_path, report)
    assert loaded.result.skipped["unreadable JSON"] == 1
    assert set(by_check(loaded)) == {"AVD-AWS-0107", "custom-custom-own001"}


def test_samples() -> None:
    loaded = load_paths(sample("tfsec/DefectDojo/tfsec__many_findings_legacy.json"))
    assert loaded.result.skipped == {"another provider: gcp": 3, "another provider: general": 1}
