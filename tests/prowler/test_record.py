"""Run records hide secrets, hash outputs and overwrite nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gapfolio import runs
from gapfolio.errors import InputError
from gapfolio.model import RunError
from gapfolio.prowler import record
from gapfolio.testing import make_run


def test_values_of_secret_options_are_blotted_out() -> None:
    line = ["aws", "--shodan", "KEY", "--external-id=abc", "-f", "eu-west-1", "--profile", "audit"]

    assert record.without_secrets(line) == [
        "aws",
        "--shodan",
        "***",
        "--external-id=***",
        "-f",
        "eu-west-1",
        "--profile",
        "audit",
    ]


def test_outputs_are_hashed_and_named_relative_to_the_record(tmp_path: Path) -> None:
    path = tmp_path / "scan.csv"
    path.write_bytes(b"x")

    made = record.complete(make_run(), [path], tmp_path)

    assert made.outputs[0].path == "scan.csv"
    assert made.outputs[0].sha256 == hashlib.sha256(b"x").hexdigest()


def test_a_file_that_prowler_could_not_write_to_its_end_is_not_reported_on(tmp_path: Path) -> None:
    for name in ("scan.ocsf.json", "scan.csv"):
        (tmp_path / name).write_bytes(b"")
    failed = make_run(errors=[RunError(service="output ocsf", message="no space")])

    def base(suffix: str) -> Path:
        return tmp_path / f"scan{suffix}"

    assert [p.name for p in record.findings(base, make_run())] == ["scan.ocsf.json", "scan.csv"]
    assert [p.name for p in record.findings(base, failed)] == ["scan.csv"]


@pytest.mark.parametrize(
    ("line", "options"),
    [
        (["aws", "-f", "eu-west-1", "--severity", "high"], ""),
        (["aws", "--status", "FAIL"], "--status"),
        (["aws", "--resource-tags", "a=b", "--status=FAIL"], "--resource-tags --status"),
    ],
)
def test_options_that_hide_findings_are_named(line: list[str], options: str) -> None:
    assert record.selection(line) == options


@pytest.mark.parametrize(
    ("code", "words"),
    [(130, "interrupted"), (-2, "interrupted"), (-9, "killed by signal 9"), (1, "exit code 1")],
)
def test_the_end_of_a_run_in_words(code: int, words: str) -> None:
    assert words in record.reason(code)


def test_a_record_reads_back(tmp_path: Path) -> None:
    record.write(make_run(), tmp_path / "run.json")

    assert runs.read(tmp_path / "run.json") == make_run()


def test_a_record_that_cannot_be_written_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        record.write(make_run(), tmp_path / "missing" / "run.json")
    assert not list(tmp_path.iterdir())


def test_a_record_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(InputError, match="is there already"):
        record.write(make_run(), path)
    assert path.read_text(encoding="utf-8") == "mine"
