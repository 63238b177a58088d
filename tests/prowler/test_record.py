"""Run records hide secrets, hash outputs and overwrite nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gapfolio import runs
from gapfolio.errors import InputError
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

    made = record.complete(make_run(), [path], tmp_path, 3)

    assert made.exit_code == 3
    assert made.outputs[0].path == "scan.csv"
    assert made.outputs[0].sha256 == hashlib.sha256(b"x").hexdigest()


def test_a_record_reads_back(tmp_path: Path) -> None:
    record.write(make_run(), tmp_path / "run.json")

    assert runs.read(tmp_path / "run.json") == make_run()


def test_a_record_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "run.json"
    path.write_text("mine", encoding="utf-8")

    with pytest.raises(InputError, match="is there already"):
        record.write(make_run(), path)
    assert path.read_text(encoding="utf-8") == "mine"
