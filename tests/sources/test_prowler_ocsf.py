"""Prowler 4 and 5, OCSF."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from sourcekit import DATA, Loaded, dumped, load_bytes, load_paths, ocsf

from gapfolio.sources.prowler_ocsf import ProwlerOcsf


def read(tmp_path: Path, *findings: dict[str, Any]) -> Loaded:
    """Load findings."""
    return load_bytes(tmp_path, dumped(*findings, indent=4))


def resource(**changes: Any) -> dict[str, Any]:
    """Make a finding with another resource."""

    def change(made: dict[str, Any]) -> None:
        made["resources"][0].update(changes)

    return ocsf(change)


def test_every_column_is_filled(tmp_path: Path) -> None:
    assert read(tmp_path, ocsf()).row == {
        "source": "prowler-ocsf",
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
        "observed_at": datetime(2026, 11, 23, 11, 12, 23),  # noqa: DTZ001 - a column without zone
        "local_time": datetime(2026, 11, 23, 11, 12, 23, 383369),  # noqa: DTZ001
        "finding_uid": "prowler-aws-iam_root_mfa_enabled-111111111111-us-east-1-root",
    }


@pytest.mark.parametrize("version", ["4.6.2", "5.0.5", "5.30.0", "5.46.0", "5.46.0/muted-some"])
def test_a_real_scan_is_read_whole(version: str) -> None:
    path = DATA / version / "scan.ocsf.json"
    loaded = load_paths(path)
    written = json.loads(path.read_bytes())
    assert loaded.result.problem == ""
    assert loaded.result.source == "prowler-ocsf"
    assert loaded.result.elements == loaded.result.findings == len(written) > 0
    for row, finding in zip(loaded.rows, written, strict=True):
        assert row["check_raw"] == finding["metadata"]["event_code"]
        assert row["status"] == finding["status_code"].lower()
        assert row["muted"] == (finding["status"] == "Suppressed")
        assert row["severity"] == finding["severity"].lower()
        assert row["resource"] == finding["resources"][0]["uid"]
        assert row["detail"] == finding["status_detail"]
        assert row["scanner_version"] == finding["metadata"]["product"]["version"]
        assert json.loads(row["frameworks"] or "{}") == finding["unmapped"]["compliance"]


@pytest.mark.parametrize("version", ["4.6.2", "5.0.5", "5.30.0", "5.46.0/muted-some"])
def test_the_csv_of_the_same_scan_says_the_same(version: str) -> None:
    loaded = load_paths(DATA / version / "scan.ocsf.json", DATA / version / "scan.csv")
    half = len(loaded.rows) // 2
    apart = ("source", "input_id", "observed_at")
    json_rows, csv_rows = (
        [{key: row[key] for key in row if key not in apart} for row in rows]
        for rows in (loaded.rows[:half], loaded.rows[half:])
    )
    assert json_rows == csv_rows


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("PASS", "pass"),
        ("FAIL", "fail"),
        ("MANUAL", "manual"),
        ("fail", "fail"),
        ("NEW WORD", "error"),
        ("", "error"),
        (None, "error"),
    ],
)
def test_status_words(tmp_path: Path, word: str | None, status: str) -> None:
    assert read(tmp_path, ocsf(status_code=word)).row["status"] == status


@pytest.mark.parametrize(
    ("word", "place", "muted"),
    [("Suppressed", 3, True), ("New", 1, False), ("New", 3, False), ("Other", 99, False)],
)
def test_muted_by_the_word_and_never_by_the_id(
    tmp_path: Path, word: str, place: int, muted: bool
) -> None:
    row = read(tmp_path, ocsf(status=word, status_id=place)).row
    assert row["muted"] is muted
    assert row["status"] == "fail"


@pytest.mark.parametrize(
    ("word", "severity"),
    [("Informational", "informational"), ("LOW", "low"), ("Fatal", "unknown"), (None, "unknown")],
)
def test_severity_words(tmp_path: Path, word: str | None, severity: str) -> None:
    assert read(tmp_path, ocsf(severity=word)).row["severity"] == severity


@pytest.mark.parametrize(
    "written",
    [
        1795432343,
        1795432343000,
        1795432343000000,
        1795432343000000000,
        "1795432343",
        1795432343.25,
        "2026-11-23T11:12:23Z",
        "2026-11-23T13:12:23+02:00",
        "2026-11-23 06:42:23-0430",
    ],
)
def test_every_way_to_write_a_moment_is_utc(tmp_path: Path, written: object) -> None:
    row = read(tmp_path, ocsf(time=written, time_dt=None)).row
    assert row["observed_at"] == datetime(2026, 11, 23, 11, 12, 23)  # noqa: DTZ001
    assert row["local_time"] is None


def test_before_4_5_there_is_only_a_naive_local_time(tmp_path: Path) -> None:
    old = ocsf(event_time="2024-06-03T14:15:19.382075")
    del old["time"], old["time_dt"]
    row = read(tmp_path, old).row
    assert row["observed_at"] is None
    assert row["local_time"] == datetime(2024, 6, 3, 14, 15, 19, 382075)  # noqa: DTZ001


def test_unix_timestamps_leave_no_local_time(tmp_path: Path) -> None:
    row = read(tmp_path, ocsf(time=1795432343, time_dt="2026-11-23T11:12:23Z")).row
    assert row["observed_at"] == datetime(2026, 11, 23, 11, 12, 23)  # noqa: DTZ001
    assert row["local_time"] is None


@pytest.mark.parametrize("written", ["", "yesterday", "99-99-99", True, {"a": 1}, None, "9" * 40])
def test_a_senseless_time_is_none(tmp_path: Path, written: object) -> None:
    row = read(tmp_path, ocsf(time=written, time_dt=written)).row
    assert row["observed_at"] is None
    assert row["local_time"] is None


@pytest.mark.parametrize(
    ("uid", "check"),
    [
        ("prowler-aws-iam_root_mfa_enabled-111111111111-us-east-1-a-b-c", "iam_root_mfa_enabled"),
        ("prowler-aws-my-own-check-111111111111-eu-west-1-x", "my-own-check"),
        ("prowler-aws-iam_root_mfa_enabled-short-eu-west-1-x", "iam_root_mfa_enabled"),
        ("something else", ""),
    ],
)
def test_4_0_has_its_check_only_in_the_uid(tmp_path: Path, uid: str, check: str) -> None:
    def change(made: dict[str, Any]) -> None:
        del made["metadata"]["event_code"], made["unmapped"]
        made["finding_info"]["uid"] = uid

    loaded = read(tmp_path, ocsf(change))
    assert loaded.row["check_raw"] == check
    assert loaded.row["frameworks"] == ""
    assert loaded.result.problem == ""


@pytest.mark.parametrize(
    ("label", "tag"),
    [
        ("team:ops", "team=ops"),
        ("url:https://x", "url=https://x"),
        ("team", "team"),
        ("team:", "team="),
        ("aws:cloudformation:stack-name:web", "aws:cloudformation:stack-name=web"),
        ("aws:createdBy:IAMUser:me", "aws:createdBy=IAMUser:me"),
    ],
)
def test_labels_become_tags(tmp_path: Path, label: str, tag: str) -> None:
    assert read(tmp_path, resource(labels=[label, ""])).row["tags"] == [tag]


@pytest.mark.parametrize("labels", [[], None])
def test_no_labels_are_no_tags(tmp_path: Path, labels: object) -> None:
    assert read(tmp_path, resource(labels=labels)).row["tags"] == []


def test_one_row_a_resource(tmp_path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        made["resources"].append({**made["resources"][0], "uid": "arn:second", "region": "eu"})

    loaded = read(tmp_path, ocsf(change), ocsf())
    assert [(row["row"], row["resource"]) for row in loaded.rows] == [
        (1, "arn:aws:iam::111111111111:root"),
        (1, "arn:second"),
        (2, "arn:aws:iam::111111111111:root"),
    ]
    assert loaded.result.elements == 2
    assert loaded.result.findings == 3


@pytest.mark.parametrize("none", [[], None])
def test_a_finding_without_a_resource_stays(tmp_path: Path, none: object) -> None:
    row = read(tmp_path, ocsf(resources=none)).row
    assert row["resource"] == row["resource_name"] == row["service"] == ""
    assert row["tags"] == []
    assert row["region"] == "us-east-1"


def test_the_name_stands_in_for_a_missing_arn(tmp_path: Path) -> None:
    assert read(tmp_path, resource(uid="")).row["resource"] == "root"


def test_the_resource_says_the_region_where_the_cloud_does_not(tmp_path: Path) -> None:
    def change(made: dict[str, Any]) -> None:
        made["cloud"]["region"] = ""

    assert read(tmp_path, ocsf(change)).row["region"] == "us-east-1"


def test_other_providers_are_left_out_and_counted(tmp_path: Path) -> None:
    def azure(made: dict[str, Any]) -> None:
        made["cloud"]["provider"] = "azure"

    def kubernetes(made: dict[str, Any]) -> None:
        del made["cloud"], made["unmapped"]["provider"]
        made["finding_info"]["uid"] = "prowler-kubernetes-apiserver_x-cluster-ns-pod"

    loaded = read(tmp_path, ocsf(azure), ocsf(), ocsf(kubernetes), ocsf(azure))
    assert loaded.row["row"] == 2
    assert loaded.result.elements == 4
    assert loaded.result.findings == 1
    assert loaded.result.problem == ""
    assert loaded.result.skipped == {
        "another provider: azure": 2,
        "another provider: kubernetes": 1,
    }


@pytest.mark.parametrize("frameworks", [{}, None])
def test_no_frameworks(tmp_path: Path, frameworks: object) -> None:
    assert read(tmp_path, ocsf(unmapped={"compliance": frameworks})).row["frameworks"] == ""


def test_control_and_bidirectional_characters_and_long_arns_stay_as_they_are(
    tmp_path: Path,
) -> None:
    arn = "arn:aws:s3:::" + "x" * 2000
    name = "a\u0000b\u001b[31m\u202egnp\u2066{{ 7*7 }}<script>"
    row = read(tmp_path, resource(uid=arn, name=name)).row
    assert row["resource"] == arn
    assert row["resource_name"] == name


def test_class_uid_alone_is_no_claim() -> None:
    claims = ProwlerOcsf().claims
    assert claims(ocsf())
    assert not claims({"class_uid": 2004})
    assert not claims(ocsf(metadata={"product": {"name": "Security Hub"}}))
    assert not claims(ocsf(metadata={"product": "Prowler"}))
    assert not claims(ocsf(metadata=["Prowler"]))
    assert not claims(ocsf(class_uid=2003))
    assert not claims({})


def test_a_finding_of_prowler_that_came_through_security_hub_is_left_to_its_format() -> None:
    product = {"name": "Prowler", "uid": "arn:aws:securityhub:us-east-1::productv2/prowler/prowler"}
    element = {"class_uid": 2004, "metadata": {"product": product}}

    assert not ProwlerOcsf().claims(element)
    assert ProwlerOcsf().claims(
        {"class_uid": 2004, "metadata": {"product": {"name": "Prowler", "uid": "prowler"}}}
    )
