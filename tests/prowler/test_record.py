"""Run records hide secrets, hash outputs and overwrite nothing."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from gapfolio import runs
from gapfolio.errors import InputError
from gapfolio.model import RunError
from gapfolio.prowler import line, record
from gapfolio.testing import make_run


def blotted(words: str) -> str:
    """Blot out what is secret in a command line, joined by spaces."""
    arguments = words.split()
    return " ".join(record.without_secrets(arguments, record.secrets(line.read(arguments))))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("aws --shodan KEY -f eu-west-1", "aws --shodan *** -f eu-west-1"),
        ("aws --external-id=abc --profile audit", "aws --external-id=*** --profile audit"),
        ("aws --ext s3cr3t -b", "aws --ext *** -b"),
        ("aws -Is3cr3t -Nq", "aws -I*** -N***"),
        ("aws -bIs3cr3t", "aws -bI***"),
        ("aws -I s3cr3t --role-session-name for-s3cr3t", "aws -I *** --role-session-name for-***"),
        ("aws --some-api-key abc --new-token=def -b", "aws --some-api-key *** --new-token=*** -b"),
    ],
)
def test_values_of_secret_options_are_blotted_out(given: str, kept: str) -> None:
    assert blotted(given) == kept


def test_outputs_are_hashed_and_named_relative_to_the_record(tmp_path: Path) -> None:
    path = tmp_path / "scan.csv"
    path.write_bytes(b"x")

    made = record.complete(make_run(), [path], tmp_path)

    assert made.outputs[0].path == "scan.csv"
    assert made.outputs[0].sha256 == hashlib.sha256(b"x").hexdigest()


def test_every_file_of_a_run_is_its_output_and_no_other_runs(tmp_path: Path) -> None:
    folder = tmp_path / "compliance"
    folder.mkdir()
    ours = ["scan.csv", "scan.ocsf.json", "scan.html", "scan.asff.json"]
    for name in [*ours, "scan2.csv", "scan.run.json", "other.csv"]:
        (tmp_path / name).write_bytes(b"x")
    for name in ("scan_cis_3.0_aws.csv", "other_cis_3.0_aws.csv"):
        (folder / name).write_bytes(b"x")

    place = record.Place(tmp_path, "scan")
    made = record.complete(make_run(), place.files(), tmp_path)

    assert {o.path for o in made.outputs} == {*ours, "compliance/scan_cis_3.0_aws.csv"}
    assert record.Place(tmp_path / "missing", "scan").files() == []


def test_a_file_that_prowler_could_not_write_to_its_end_is_not_reported_on(tmp_path: Path) -> None:
    for name in ("scan.ocsf.json", "scan.csv"):
        (tmp_path / name).write_bytes(b"")
    failed = make_run(errors=[RunError(service="output ocsf", message="no space")])

    place = record.Place(tmp_path, "scan")
    assert [p.name for p in place.findings(make_run())] == ["scan.ocsf.json", "scan.csv"]
    assert [p.name for p in place.findings(failed)] == ["scan.csv"]


@pytest.mark.parametrize(
    ("arguments", "options"),
    [
        ("aws -f eu-west-1 --severity high", ""),
        ("aws --status FAIL", "--status"),
        ("aws --statu FAIL", "--status"),
        ("aws --resource-tags a=b --status=FAIL", "--status --resource-tag"),
        ("aws --resource-arn arn:aws:s3:::b", "--resource-arn"),
    ],
)
def test_options_that_hide_findings_are_named(arguments: str, options: str) -> None:
    assert record.selection(line.read(arguments.split())) == options


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
