"""Run records: read, and void where they speak of other files than those that were given."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gapfolio import runs
from gapfolio.errors import InputError
from gapfolio.model import InputResult, RunError, RunRecord
from gapfolio.testing import make_run

CONTENT = b'[{"finding": 1}]'
SHA256 = hashlib.sha256(CONTENT).hexdigest()


def given(sha256: str = SHA256) -> list[InputResult]:
    return [
        InputResult(
            name="scan.json",
            sha256=sha256,
            bytes=len(CONTENT),
            source="test",
            elements=1,
            findings=1,
            skipped={},
        )
    ]


def record(directory: Path, *outputs: tuple[str, str], **more: Any) -> Path:
    """Write a run record that names outputs as (path, SHA-256)."""
    path = directory / "run.json"
    listed = [{"path": name, "sha256": sha256, "bytes": 16} for name, sha256 in outputs]
    made = make_run(outputs=listed, checks=["a"], **more)
    path.write_bytes(msgspec.json.encode(made))
    return path


def void(path: Path, inputs: list[InputResult] | None = None) -> str:
    [run] = runs.standing([path], given() if inputs is None else inputs)
    assert run.origin == str(path)
    return run.void


def test_a_record_stands_when_its_output_was_given_unchanged(tmp_path: Path) -> None:
    (tmp_path / "scan.json").write_bytes(CONTENT)

    assert void(record(tmp_path, ("scan.json", SHA256))) == ""


def test_a_record_stands_when_its_output_was_given_from_elsewhere(tmp_path: Path) -> None:
    assert void(record(tmp_path, ("moved/scan.json", SHA256))) == ""


def test_a_record_is_void_when_an_output_has_changed(tmp_path: Path) -> None:
    (tmp_path / "scan.json").write_bytes(CONTENT + b" ")

    assert void(record(tmp_path, ("scan.json", SHA256))) == "scan.json has changed since the run"


def test_a_record_is_void_when_one_of_several_outputs_has_changed(tmp_path: Path) -> None:
    (tmp_path / "scan.json").write_bytes(CONTENT)
    (tmp_path / "scan.csv").write_bytes(b"changed")
    path = record(tmp_path, ("scan.json", SHA256), ("scan.csv", "0" * 64))

    assert void(path) == "scan.csv has changed since the run"


def test_a_record_is_void_when_none_of_its_outputs_was_given(tmp_path: Path) -> None:
    (tmp_path / "scan.json").write_bytes(CONTENT)
    path = record(tmp_path, ("scan.json", SHA256))

    assert void(path, []) == "none of the outputs it names was given"
    assert void(path, given("0" * 64)) == "none of the outputs it names was given"


def test_a_record_without_outputs_is_void(tmp_path: Path) -> None:
    assert void(record(tmp_path)) == "it names no output"


def test_a_void_record_says_nothing_of_another(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    bad, good = record(tmp_path), record(tmp_path / "b", ("scan.json", SHA256))

    assert [bool(run.void) for run in runs.standing([bad, good], given())] == [True, False]


def test_a_record_is_read_with_all_it_says(tmp_path: Path) -> None:
    path = record(
        tmp_path,
        ("scan.json", SHA256),
        errors=[RunError(service="iam", region="us-east-1", count=3)],
        exit_code=3,
    )
    read = runs.read(path)

    assert isinstance(read, RunRecord)
    assert read.errors == [RunError(service="iam", region="us-east-1", count=3)]
    assert (read.exit_code, read.declared, read.outputs[0].sha256) == (3, False, SHA256)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(b"", "truncated", id="empty"),
        pytest.param(b"{", "truncated", id="cut off"),
        pytest.param(b"[]", "Expected `object`", id="list"),
        pytest.param(b'{"scanner": "\xff"}', "UTF-8", id="encoding"),
        pytest.param(
            b'{"scanner": "p", "account": "1", "checks": "all"}', "`errors`", id="missing"
        ),
        pytest.param(
            json.dumps({"scanner": "p", "account": "1", "checks": "some", "errors": None}).encode(),
            "`$.checks`",
            id="wrong value",
        ),
        pytest.param(
            json.dumps(
                {"scanner": "p", "account": "1", "checks": [], "errors": [], "regionz": []}
            ).encode(),
            "unknown field `regionz`",
            id="unknown key",
        ),
        pytest.param(
            json.dumps(
                {
                    "schema": "gapfolio.run/2",
                    "scanner": "p",
                    "account": "1",
                    "checks": [],
                    "errors": [],
                }
            ).encode(),
            "gapfolio.run/2",
            id="another version",
        ),
    ],
)
def test_a_record_that_breaks_the_schema_is_named_with_its_key(
    tmp_path: Path, content: bytes, words: str
) -> None:
    path = tmp_path / "run.json"
    path.write_bytes(content)

    with pytest.raises(InputError) as raised:
        runs.read(path)

    assert str(raised.value).startswith(f"{path}: not a run record: ")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_record_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"run\.json: cannot be read"):
        runs.read(tmp_path / "run.json")
