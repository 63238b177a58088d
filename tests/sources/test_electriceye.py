"""ElectricEye, its CSV and OCSF."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA, load_value, read
from sourcekit import load_paths

from samples import sample

CSV, OCSF = (DATA / "electriceye" / name for name in ("findings.csv", "ocsf.json"))
VOLUME = "arn:aws:ec2:eu-central-1:111122223333:volume/vol-1"


def row_of(tmp_path: Path, path: tuple[str, ...], value: Any) -> dict[str, Any]:
    """Load the first finding of the OCSF with another value."""
    made = read("electriceye/ocsf.json")[0]
    holder = made
    for key in path[:-1]:
        holder = holder[key]
    holder[path[-1]] = value
    return load_value(tmp_path, [made]).row


def test_csv() -> None:
    loaded = load_paths(CSV)
    assert loaded.result.source == "electriceye-csv"
    assert loaded.result.skipped["another provider: gcp"] == 1
    assert loaded.result.findings == 2
    assert "(1)" in loaded.result.problem  # the title of the last has no check id
    row = loaded.rows[0]
    assert (row["scanner"], row["check_raw"]) == ("electriceye", "EBS.3")
    assert (row["status"], row["severity"]) == ("fail", "high")
    assert (row["account"], row["region"]) == ("111122223333", "eu-central-1")
    assert row["resource"] == VOLUME
    assert row["detail"] == "EBS Volume vol-1 is not encrypted."
    assert row["finding_uid"] == f"{VOLUME}/ebs-volume-encryption-check"
    assert row["observed_at"] is None
    # a pass is archived at once
    assert loaded.rows[1]["status"] == "pass"


def test_ocsf() -> None:
    loaded = load_paths(OCSF)
    assert (loaded.result.source, loaded.result.problem) == ("electriceye-ocsf", "")
    assert loaded.result.skipped == {"another provider: azure": 1}
    row, old = loaded.rows
    assert (row["scanner"], row["scanner_version"]) == ("electriceye", "3.0")
    assert (row["check_raw"], row["status"]) == ("EBS.3", "fail")
    assert (row["account"], row["region"]) == ("111122223333", "eu-central-1")
    assert (row["resource"], row["resource_type"]) == (VOLUME, "Amazon EBS")
    assert (row["severity"], row["muted"]) == ("high", False)
    assert json.loads(row["frameworks"]) == {"AICPA TSC": ["CC6.1"], "NIST CSF V1.1": ["PR.DS-1"]}
    assert row["observed_at"] == datetime(2026, 11, 18, 11, 6, 40)  # noqa: DTZ001
    assert (old["status"], old["resource"]) == ("pass", VOLUME.replace("vol-1", "vol-2"))


@pytest.mark.parametrize(
    ("word", "status"),
    [("Pass", "pass"), ("Passsed", "pass"), ("Fail", "fail"), ("Warning", "error"), (7, "error")],
)
def test_status_words(tmp_path: Path, word: Any, status: str) -> None:
    assert row_of(tmp_path, ("compliance", "status"), word)["status"] == status


def test_the_check_may_be_in_the_title_only(tmp_path: Path) -> None:
    row = row_of(tmp_path, ("compliance",), "text")
    assert (row["check_raw"], row["status"], row["frameworks"]) == ("EBS.3", "error", "")


@pytest.mark.parametrize("time", [None, "2026", -5, 1e300, True])
def test_no_time(tmp_path: Path, time: Any) -> None:
    row = row_of(tmp_path, ("time",), time)
    assert row["observed_at"] is None or row["observed_at"].year == 1970


def test_without_a_check_it_is_unreadable(tmp_path: Path) -> None:
    made = read("electriceye/ocsf.json")[:2]
    made[0]["compliance"]["control"] = made[0]["finding_info"]["title"] = ""
    loaded = load_value(tmp_path, made)
    assert loaded.result.skipped == {"unreadable JSON": 1}
    assert loaded.result.findings == 1


def test_five_thousand_resources(tmp_path: Path) -> None:
    made = read("electriceye/ocsf.json")[0]
    made["resources"] = [{"uid": f"r{place}"} for place in range(5000)]
    assert load_value(tmp_path, [made]).result.findings == 5000


def test_a_sample_of_another_cloud() -> None:
    loaded = load_paths(sample("electriceye/jonrau1/electriceye_outputs_block5.json"))
    assert (loaded.result.source, loaded.result.problem) == ("electriceye-ocsf", "")
    assert loaded.result.skipped == {"another provider: azure": 1}
