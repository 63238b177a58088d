"""A record from outside: Prowler's list of checks, and what its findings say."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

import wholescan
from gapfolio.prowler import line, outside, record

LISTED = ["awslambda_a", "ec2_a", "ec2_b", "iam_a"]


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("-e ec2_a iam_a", ["awslambda_a", "ec2_b"]),
        ("--excluded-services ec2 lambda", ["iam_a"]),
        ("--excluded-checks-file {file}", ["awslambda_a", "ec2_b", "iam_a"]),
        ("--excluded-checks-file missing.json", LISTED),
    ],
)
def test_what_is_excluded_was_not_executed(tmp_path: Path, words: str, left: list[str]) -> None:
    file = tmp_path / "excluded.json"
    file.write_text(json.dumps({"aws": ["ec2_a"]}), encoding="utf-8")
    options = line.read(["aws", *words.format(file=file).split()])

    assert sorted(outside._left(LISTED, options)) == left


def place(directory: Path, suffix: str, text: str) -> record.Place:
    (directory / f"scan{suffix}").write_text(text, encoding="utf-8")
    return record.Place(directory, "scan")


@pytest.mark.parametrize("column", ["ACCOUNT_UID", "ACCOUNT_ID"])
def test_account_and_regions_come_from_their_columns(tmp_path: Path, column: str) -> None:
    others = "x" * 200_000 + " 999999999999" * 9
    text = f'{column};REGION;NOTE\n111111111111;eu-west-1;"{others}\n"\n111111111111;us-east-1;\n'

    assert outside.seen(place(tmp_path, ".csv", text)) == (
        "111111111111",
        ["eu-west-1", "us-east-1"],
    )


def test_account_and_regions_come_from_ocsf_where_there_is_no_csv(tmp_path: Path) -> None:
    scan = wholescan.text()
    account, regions = outside.seen(place(tmp_path, ".ocsf.json", scan.decode()))

    assert account == "123456789012"
    assert regions == sorted({item["cloud"]["region"] for item in json.loads(scan)})


@pytest.mark.parametrize(
    ("suffix", "text"),
    [
        (".csv", "ACCOUNT_UID;REGION\n1;a\n2;a\n"),
        (".ocsf.json", "[{broken"),
        (".html", "<p>"),
    ],
)
def test_an_account_that_is_not_certain_is_none(tmp_path: Path, suffix: str, text: str) -> None:
    assert outside.seen(place(tmp_path, suffix, text))[0] == ""


def test_regions_are_those_that_were_asked_for(tmp_path: Path) -> None:
    there = place(tmp_path, ".csv", "ACCOUNT_UID;REGION\n111111111111;eu-west-1\n")
    answer = outside.Answer("5.46.0", ["iam_a"])
    begun = datetime(2026, 8, 15, tzinfo=UTC)
    words = ["aws", "-f", "us-east-1", "eu-west-1", "--excluded-region", "us-east-1"]

    asked = outside.made(answer, words, line.read(words), there, begun)
    found = outside.made(answer, ["aws"], line.read(["aws"]), there, begun)

    assert asked.regions == ["eu-west-1"]
    assert found.regions == ["eu-west-1"]
    assert asked.errors is None


def test_what_prowler_says_beside_its_list_is_no_check() -> None:
    assert outside._listed("banner\n" + json.dumps({"aws": ["b", "a"]})) == ["b", "a"]
    assert outside._listed("no checks here") == []
    assert outside._listed("{broken") == []
