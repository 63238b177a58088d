"""CloudSploit, JSON and CSV."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA, by_check, load_value, read
from sourcekit import load_bytes, load_paths

from gapfolio.errors import InputError
from samples import sample

JSON, CSV = (DATA / "cloudsploit" / name for name in ("results.json", "results.csv"))


def row_of(tmp_path: Path, **changes: Any) -> dict[str, Any]:
    """Load the first record with other values."""
    return load_value(tmp_path, [{**read("cloudsploit/results.json")[0], **changes}]).row


def test_json() -> None:
    loaded = load_paths(JSON)
    assert (loaded.result.source, loaded.result.problem) == ("cloudsploit-json", "")
    assert loaded.result.skipped == {"another provider: azure": 1}
    rows = by_check(loaded)
    assert {check: row["status"] for check, row in rows.items()} == {
        "rootMfaEnabled": "fail",
        "openSSH": "pass",
        "flowLogsEnabled": "fail",
        "cloudtrailBucketDelete": "error",
        "guardDutyEnabled": "error",
        "acmValidation": "not_applicable",
    }
    row = rows["rootMfaEnabled"]
    assert (row["scanner"], row["account"], row["region"]) == ("cloudsploit", "111122223333", "")
    assert row["resource"] == "arn:aws:iam::111122223333:root"
    assert (row["title"], row["service"]) == ("Root MFA Enabled", "iam")
    assert row["detail"] == "Root account does not have an MFA device"
    assert row["observed_at"] is row["local_time"] is None
    assert not row["muted"]


def test_what_names_no_account_or_resource() -> None:
    rows = by_check(load_paths(JSON))
    flow = rows["flowLogsEnabled"]
    assert (flow["account"], flow["resource"]) == ("", "vpc-0123456789abcdef0")
    assert flow["region"] == "us-east-2"
    assert (rows["guardDutyEnabled"]["account"], rows["guardDutyEnabled"]["resource"]) == ("", "")


def test_csv_says_the_same_under_titles() -> None:
    loaded = load_paths(CSV)
    assert (loaded.result.source, loaded.result.problem) == ("cloudsploit-csv", "")
    assert loaded.result.skipped == {"another provider: azure": 1}
    same = ("status", "account", "region", "resource", "service", "title", "detail")
    of_json = {row["title"]: row for row in load_paths(JSON).rows}
    for row in loaded.rows:
        assert row["check_raw"] == row["title"]
        assert {key: row[key] for key in same} == {key: of_json[row["title"]][key] for key in same}


@pytest.mark.parametrize(
    ("word", "status"),
    [("OK", "pass"), ("FAIL", "fail"), ("WARN", "error"), ("UNKNOWN", "error"), (None, "error")],
)
def test_status_words(tmp_path: Path, word: str | None, status: str) -> None:
    assert row_of(tmp_path, status=word)["status"] == status


@pytest.mark.parametrize(
    ("resource", "region", "provider"),
    [
        ("/subscriptions/0/x", "global", "azure"),
        ("projects/p/zones/z", "global", "gcp"),
        ("ocid1.tenancy.oc1..a", "us-ashburn-1", "oracle"),
        ("N/A", "westeurope", "azure"),
        ("N/A", "us-central1", "gcp"),
        ("firewall", "us-central1-a", "gcp"),
    ],
)
def test_other_clouds(tmp_path: Path, resource: str, region: str, provider: str) -> None:
    made = {**read("cloudsploit/results.json")[0], "resource": resource, "region": region}
    assert load_value(tmp_path, [made]).result.skipped == {f"another provider: {provider}": 1}


@pytest.mark.parametrize("region", ["us-gov-west-1", "ap-southeast-2", "Global", "any", ""])
def test_regions_that_are_not_of_another_cloud(tmp_path: Path, region: str) -> None:
    assert row_of(tmp_path, resource="N/A", region=region)["provider"] == "aws"


def test_a_region_may_be_a_list(tmp_path: Path) -> None:
    assert row_of(tmp_path, resource="N/A", region=["eu-west-1"])["region"] == "eu-west-1"
    assert row_of(tmp_path, resource="N/A", region=["global"])["region"] == ""


def test_the_arn_tells_a_region_that_is_not_said(tmp_path: Path) -> None:
    arn = "arn:aws:sqs:eu-west-1:111122223333:queue"
    assert row_of(tmp_path, resource=arn, region="global")["region"] == "eu-west-1"


def test_a_record_without_a_plugin_is_unreadable(tmp_path: Path) -> None:
    records = read("cloudsploit/results.json")
    records[0]["plugin"] = ""
    assert load_value(tmp_path, records).result.skipped["unreadable JSON"] == 1


def test_junit_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="CloudSploit JSON"):
        load_bytes(tmp_path, b'<?xml version="1.0" encoding="UTF-8" ?>\n<testsuites>\n')


def test_a_sample() -> None:
    path = sample("cloudsploit/DefectDojo/cloudsploit__cloudsploit_many_vul.json")
    loaded = load_paths(path)
    assert loaded.result.problem == ""
    written = json.loads(path.read_bytes())
    assert [row["check_raw"] for row in loaded.rows] == [record["plugin"] for record in written]
    words = {"OK": "pass", "FAIL": "fail", "WARN": "error"}
    assert [row["status"] for row in loaded.rows] == [
        "not_applicable" if record["message"].startswith("No ") else words[record["status"]]
        for record in written
    ]


@pytest.mark.parametrize(
    ("message", "status"),
    [
        ("No RDS instances found", "not_applicable"),
        ("No S3 buckets to check", "not_applicable"),
        ("No public AMIs found", "pass"),
        ("No users with passwords requiring MFA found", "pass"),
        ("Access keys were not found for the root account", "pass"),
        ("Account has a password policy", "pass"),
    ],
)
def test_ok_for_want_of_resources_is_no_pass(tmp_path: Path, message: str, status: str) -> None:
    found = row_of(tmp_path, status="OK", resource="N/A", message=message)

    assert found["status"] == status
