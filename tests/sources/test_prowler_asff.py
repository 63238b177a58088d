"""Prowler's own ASFF, and that it says what the other formats of the same scan say."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from asffkit import CONTROL, asff, wrapped
from sourcekit import DATA, Loaded, both_ways, dumped, load_bytes, load_paths

from gapfolio.sources.prowler_asff import ProwlerAsff
from samples import FOLDER

FILE = DATA / "5.46.0" / "scan.asff.json"
SCANS = sorted((FOLDER.parent / "prowler").glob("*/*.asff.json")) + sorted(
    (FOLDER.parent / "prowler").glob("*/muted-*/*.asff.json")
)


def finding(**top: Any) -> dict[str, Any]:
    """Make a finding as Prowler writes it."""
    made = {
        "ProductArn": "arn:aws:securityhub:eu-central-1::product/prowler/prowler",
        "GeneratorId": "prowler-iam_root_mfa_enabled",
        "ProductFields": {
            "ProviderName": "Prowler",
            "ProviderVersion": "5.46.0",
            "ProwlerResourceName": "AWS::::Account:111122223333",
        },
    }
    gone = ("ProductName", "Region", "Workflow", "WorkflowState", "FindingProviderFields")
    return {
        key: value for key, value in asff(**made | top).items() if key not in gone or key in top
    }


def row_of(tmp_path: Path, made: dict[str, Any]) -> dict[str, Any]:
    """Load a finding."""
    return load_bytes(tmp_path, dumped(made)).row


def identities(loaded: Loaded, place: int) -> Counter[tuple[str, ...]]:
    """Count what the findings of an input say of what."""
    names = ("check_raw", "account", "region", "resource", "status")
    rows = [row for row in loaded.rows if row["input_id"] == place]
    return Counter(tuple(row[name] for name in names) for row in rows)


def test_a_real_scan_is_read_whole() -> None:
    loaded = load_paths(FILE)
    written = json.loads(FILE.read_bytes())
    assert loaded.result.source == "prowler-asff"
    assert loaded.result.problem == ""
    for row, one in zip(loaded.rows, written, strict=True):
        assert row["check_raw"] == one["GeneratorId"].removeprefix("prowler-")
        assert row["account"] == one["AwsAccountId"]
        assert row["resource"] == one["Resources"][0]["Id"]
        assert row["region"] == one["Resources"][0]["Region"]
        assert row["status"] == {"PASSED": "pass", "FAILED": "fail"}[one["Compliance"]["Status"]]
        assert row["severity"] == one["Severity"]["Label"].lower()
        assert row["finding_uid"] == one["Id"]
        assert row["title"] == one["Title"]
        assert row["detail"] == one["Description"]
        assert row["observed_at"] == datetime.fromisoformat(one["UpdatedAt"][:-1])
        assert row["scanner"] == "prowler"
        assert row["scanner_version"] == "5.46.0"
        assert row["service"] == row["check_raw"].split("_")[0]


@pytest.mark.parametrize("path", SCANS, ids=lambda path: "-".join(path.parts[-3:]))
def test_asff_and_ocsf_of_a_scan_agree_but_for_what_asff_loses(path: Path) -> None:
    loaded = load_paths(path, path.with_name(path.name.replace("asff", "ocsf")))
    ours, theirs = identities(loaded, 0), identities(loaded, 1)
    for identity in list(theirs):
        if identity[-1] == "manual":
            del theirs[identity]  # not written
    muted = {
        (row["check_raw"], row["resource"])
        for row in loaded.rows
        if row["input_id"] and row["muted"]
    }
    only_ours, only_theirs = ours - theirs, theirs - ours
    assert {identity[-1] for identity in only_ours} <= {"error"}
    assert {(identity[0], identity[3]) for identity in only_ours} == muted
    assert {(identity[0], identity[3]) for identity in only_theirs} == muted
    told = {
        (row["check_raw"], row["resource"]): (row["severity"], row["service"], row["title"])
        for row in loaded.rows
        if row["input_id"]
    }
    for row in loaded.rows:
        if not row["input_id"]:
            same = told[row["check_raw"], row["resource"]]
            assert (row["severity"], row["service"], row["title"]) == same
            assert row["muted"] == ((row["check_raw"], row["resource"]) in muted)


@pytest.mark.parametrize(
    ("word", "status", "muted"),
    [
        ("PASSED", "pass", False),
        ("FAILED", "fail", False),
        ("WARNING", "error", True),
        ("NOT_AVAILABLE", "manual", False),
        ("MUTED", "error", True),
        ("INFOED", "manual", False),
        ("MANUALED", "manual", False),
        ("WARNINGED", "error", True),
        ("Passed", "pass", False),
        ("odd", "error", False),
        (None, "error", False),
    ],
)
def test_status_words(tmp_path: Path, word: Any, status: str, muted: bool) -> None:
    row = row_of(tmp_path, finding(Compliance={"Status": word}))
    assert (row["status"], row["muted"]) == (status, muted)


def test_what_security_hub_adds_is_heeded(tmp_path: Path) -> None:
    suppressed = finding(
        Workflow={"Status": "SUPPRESSED"}, Region="eu-west-1", ProductName="Prowler"
    )
    archived = finding(RecordState="ARCHIVED")
    rows = load_bytes(tmp_path, wrapped(suppressed, archived)).rows
    assert [(row["status"], row["muted"]) for row in rows] == [
        ("fail", True),
        ("not_applicable", False),
    ]
    assert [row["region"] for row in rows] == ["eu-west-1", "eu-central-1"]


def test_version_2_has_no_service_in_its_checks(tmp_path: Path) -> None:
    row = row_of(tmp_path, finding(GeneratorId="prowler-check11"))
    assert (row["check_raw"], row["service"]) == ("check11", "")


def test_requirements_are_ids_of_frameworks_and_half_ids_are_left_out(tmp_path: Path) -> None:
    long = "FedRAMP ac-1 ac-2 ac-3 ac-4 ac-5 ac-6 ac-7 ac-8 ac-9 ac-10 ac-11"[:64]
    made = {"Status": "FAILED", "RelatedRequirements": ["CIS-1.4 1.5 1.6", long, "odd"]}
    row = row_of(tmp_path, finding(Compliance=made))
    assert json.loads(row["frameworks"]) == {
        "CIS-1.4": ["1.5", "1.6"],
        "FedRAMP": [f"ac-{place}" for place in range(1, 11)],
    }


@pytest.mark.parametrize("value", ["x", 5, [], {}, {"x": []}, [[]], None])
def test_any_value_in_any_field_reads_the_same_in_both_ways(tmp_path: Path, value: Any) -> None:
    odd = [finding(**{key: value}) for key in ProwlerAsff.columns]
    usual, careful = both_ways(tmp_path, dumped(finding(), *odd, finding()))
    assert usual.rows == careful.rows
    assert {1, len(odd) + 2} <= {row["row"] for row in usual.rows}


def test_the_product_tells_it_from_others() -> None:
    assert ProwlerAsff().claims(finding())
    assert not ProwlerAsff().claims(CONTROL)
    assert "manual checks" in ProwlerAsff.lost
