"""The benchmark's scans look like Prowler's own."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

import wholescan
from gapfolio import audit

SCRIPT = Path(__file__).parents[2] / "benchmarks" / "generate.py"
OPAQUE = ("[].unmapped.compliance", "[].resources[].data.metadata")


def generate(target: Path, *words: str) -> Path:
    subprocess.run(
        [sys.executable, str(SCRIPT), "-o", str(target), *words],
        check=True,
        capture_output=True,
    )
    return target


@pytest.fixture(scope="module")
def scan(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("generated") / "scan.ocsf.json"
    return generate(target, "--findings", "6001", "--accounts", "4", "--regions", "3")


@pytest.fixture(scope="module")
def findings(scan: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(scan.read_bytes())
    return found


def demo() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(wholescan.text())
    return found


def key_paths(thing: object, path: str = "") -> set[tuple[str, str]]:
    paths = {(path, type(thing).__name__)}
    if isinstance(thing, dict) and path not in OPAQUE:
        for key, value in thing.items():
            paths |= key_paths(value, f"{path}.{key}".lstrip("."))
    elif isinstance(thing, list):
        for value in thing:
            paths |= key_paths(value, f"{path}[]")
    return paths


def test_the_fields_and_their_types_are_those_of_a_real_scan(
    findings: list[dict[str, Any]],
) -> None:
    real = demo()
    assert key_paths(findings) == key_paths(real)
    assert list(findings[0]) == list(real[0])


def test_the_text_is_laid_out_as_prowler_writes_it(
    scan: Path, findings: list[dict[str, Any]]
) -> None:
    written = ",".join(json.dumps(found, indent=4, ensure_ascii=False) for found in findings)
    assert scan.read_text(encoding="utf-8") == f"[{written}]"


def test_there_are_exactly_as_many_findings_as_asked_for_and_no_two_alike(
    findings: list[dict[str, Any]],
) -> None:
    assert len(findings) == 6001
    assert len({found["finding_info"]["uid"] for found in findings}) == 6001


def test_findings_spread_over_accounts_and_regions(findings: list[dict[str, Any]]) -> None:
    accounts = Counter(found["cloud"]["account"]["uid"] for found in findings)
    assert sorted(accounts.values()) == [1500, 1500, 1500, 1501]
    assert all(len(uid) == 12 and uid.isdecimal() for uid in accounts)
    assert len({found["cloud"]["region"] for found in findings}) == 3


def test_an_account_alone_uses_every_check(tmp_path: Path) -> None:
    target = generate(tmp_path / "one.json", "--findings", "8000", "--accounts", "1")
    checks = {found["metadata"]["event_code"] for found in json.loads(target.read_bytes())}
    assert len(checks) == 668


def test_findings_are_about_as_long_as_real_ones(
    scan: Path, findings: list[dict[str, Any]]
) -> None:
    assert 7000 < scan.stat().st_size / len(findings) < 9000


def test_checks_pass_and_fail_and_some_are_muted_or_manual(
    findings: list[dict[str, Any]],
) -> None:
    codes = Counter(found["status_code"] for found in findings)
    assert codes["PASS"] > 1000
    assert codes["FAIL"] > 1000
    assert codes["MANUAL"] > 0
    muted = [found for found in findings if found["status"] == "Suppressed"]
    assert muted
    assert {(found["status_code"], found["status_id"]) for found in muted} == {("FAIL", 3)}


def test_the_checks_of_one_kind_look_at_the_same_resources(
    findings: list[dict[str, Any]],
) -> None:
    buckets: dict[str, set[str]] = {}
    for found in findings:
        if found["metadata"]["event_code"].startswith("s3_bucket_"):
            resource = found["resources"][0]
            buckets.setdefault(resource["uid"], set()).add(json.dumps(resource["labels"]))
    assert buckets
    assert all(len(labels) == 1 for labels in buckets.values())


def test_the_same_arguments_give_the_same_bytes(tmp_path: Path) -> None:
    first, again, other = (
        generate(tmp_path / name, "--findings", "500", "--seed", seed).read_bytes()
        for name, seed in (("a", "3"), ("b", "3"), ("c", "4"))
    )
    assert first == again
    assert first != other


def verdicts(target: Path) -> dict[str, str]:
    scan = json.loads(target.read_bytes())
    return {found["finding_info"]["uid"]: found["status_code"] for found in scan}


def test_a_scan_on_another_day_tells_the_same(tmp_path: Path) -> None:
    words = ("--findings", "600", "--accounts", "3")
    before = generate(tmp_path / "before.json", *words)
    after = generate(tmp_path / "after.json", *words, "--begun", "2026-12-14")
    assert verdicts(after) == verdicts(before)
    days = {found["time_dt"][:10] for found in json.loads(after.read_bytes())}
    assert days == {"2026-12-14"}


def test_a_share_of_the_resources_and_of_the_verdicts_changes(tmp_path: Path) -> None:
    words = ("--findings", "6000", "--accounts", "3")
    before = verdicts(generate(tmp_path / "before.json", *words))
    after = verdicts(generate(tmp_path / "after.json", *words, "--changed", "0.1"))
    same = before.keys() & after.keys()
    turned = {(before[key], after[key]) for key in same if before[key] != after[key]}
    assert len(after) == len(before) == 6000
    assert 0.05 < 1 - len(same) / 6000 < 0.15
    assert 0.05 < sum(before[key] != after[key] for key in same) / len(same) < 0.15
    assert turned == {("PASS", "FAIL"), ("FAIL", "PASS")}


@pytest.mark.parametrize("number", ["0", "1", "7", "39"])
def test_a_scan_may_be_smaller_than_the_organisation(tmp_path: Path, number: str) -> None:
    target = generate(tmp_path / "small.json", "--findings", number)
    assert len(json.loads(target.read_bytes())) == int(number)


def test_the_csv_tells_the_same_findings(tmp_path: Path) -> None:
    words = ("--findings", "900", "--accounts", "3")
    found = json.loads(generate(tmp_path / "scan.json", *words).read_bytes())
    target = generate(tmp_path / "scan.csv", *words, "--format", "csv")
    with target.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream, delimiter=";"))
    told = [(row["FINDING_UID"], row["STATUS"], row["MUTED"]) for row in rows]
    assert told == [
        (one["finding_info"]["uid"], one["status_code"], str(one["status"] == "Suppressed"))
        for one in found
    ]
    assert {len(row) for row in rows} == {44}


def test_the_export_of_security_hub_tells_the_same_verdicts(tmp_path: Path) -> None:
    words = ("--findings", "900", "--accounts", "3")
    scan = json.loads(generate(tmp_path / "scan.json", *words).read_bytes())
    content = json.loads(generate(tmp_path / "hub.json", *words, "--format", "asff").read_bytes())
    found = content["Findings"]
    assert len({one["Id"] for one in found}) == 900
    words_of = {"PASS": "PASSED", "FAIL": "FAILED", "MANUAL": "NOT_AVAILABLE"}
    assert [
        (one["Resources"][0]["Id"], one["Compliance"]["Status"], one["Workflow"]["Status"])
        for one in found
    ] == [
        (
            one["resources"][0]["uid"],
            words_of[one["status_code"]],
            "SUPPRESSED"
            if one["status"] == "Suppressed"
            else "RESOLVED"
            if one["status_code"] == "PASS"
            else "NEW",
        )
        for one in scan
    ]
    assert {
        one["Severity"]["Label"] for one in found if one["Compliance"]["Status"] == "PASSED"
    } == {"INFORMATIONAL"}


def test_gapfolio_reads_every_finding(scan: Path) -> None:
    with audit.opened(audit.Options(locations=[str(scan)])) as opened:
        [read] = opened.assessment.inputs
    assert read.findings == 6001
    assert not read.problem
