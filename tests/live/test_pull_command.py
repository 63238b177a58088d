"""`gapfolio pull` as a user types it, against a fake AWS."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import fakeaws
import msgspec
import pytest
from click.testing import CliRunner
from fakeaws import ACCOUNT, control

from gapfolio import runs
from gapfolio.cli import group
from gapfolio.errors import InputError
from gapfolio.live.base import Access
from gapfolio.live.keep import keep
from gapfolio.sources import locations

HOME = "eu-central-1"
ARGUMENTS = ("pull", "securityhub:", "--region", HOME)


def started(
    *arguments: str | Path, cwd: Path, before: Callable[[], None] | None = None
) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "gapfolio", *map(str, arguments)],
        cwd=cwd,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=before,  # noqa: PLW1509 - one thread at a time here
        env=os.environ,
    )


def gapfolio(
    *arguments: str | Path, cwd: Path, before: Callable[[], None] | None = None
) -> tuple[int, str, str]:
    with started(*arguments, cwd=cwd, before=before) as process:
        said, errors = process.communicate()
    return process.returncode, said, errors


def kept(output: Path, *regions: str) -> None:
    keep("securityhub:", Access(regions=regions or (HOME,)), output, None, lambda *_: None)


def test_a_directory_holds_what_was_read_and_says_what_is_next(
    aws: fakeaws.Fake, tmp_path: Path
) -> None:
    aws.findings[HOME] = [control(n) for n in range(150)]
    code, said, errors = gapfolio(*ARGUMENTS, "-o", "hub", cwd=tmp_path)

    assert (code, errors) == (0, "")
    assert said.splitlines()[1] == "Next: gapfolio report hub"
    assert {path.name for path in (tmp_path / "hub").iterdir()} == {
        "securityhub.controls.json",
        f"securityhub.{HOME}.ndjson",
        f"securityhub.run-{ACCOUNT}.json",
    }


def test_regions_of_the_engagement_are_read(
    aws: fakeaws.Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.findings[HOME] = [control()]
    monkeypatch.chdir(tmp_path)
    Path("gapfolio.toml").write_text(f'regions = ["{HOME}"]')
    done = CliRunner().invoke(group, ["pull", "securityhub:", "-o", "hub"])

    assert done.exit_code == 0
    assert aws.calls("GetFindings") == [("GetFindings", HOME)]


def test_an_interrupted_pull_says_so_and_goes_on(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control(n) for n in range(350)]
    with started(*ARGUMENTS, "-o", "hub", cwd=tmp_path) as process:
        aws.after = {3: lambda: process.send_signal(signal.SIGINT)}
        _, errors = process.communicate()
    assert process.returncode == 1
    assert [line for line in errors.splitlines() if line] == [
        "What was read is kept: the same command goes on from there.",
        "Aborted!",
    ]
    assert not (tmp_path / "hub" / f"securityhub.{HOME}.ndjson").exists()

    aws.seen.clear()
    kept(tmp_path / "hub")
    lines = (tmp_path / "hub" / f"securityhub.{HOME}.ndjson").read_bytes().splitlines()

    assert len(aws.calls("GetFindings")) == 2
    assert [json.loads(line) for line in lines] == aws.findings[HOME]


def test_a_full_disk_is_one_line_and_the_pull_goes_on(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control(n) for n in range(350)]

    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (200_000, 200_000))

    code, _, errors = gapfolio(*ARGUMENTS, "-o", "hub", cwd=tmp_path, before=small)
    assert code == 1
    assert errors.startswith("error: hub/.securityhub.eu-central-1.ndjson.part: cannot be written")
    assert len(errors.splitlines()) == 1

    aws.seen.clear()
    kept(tmp_path / "hub")
    lines = (tmp_path / "hub" / f"securityhub.{HOME}.ndjson").read_bytes().splitlines()

    assert len(aws.calls("GetFindings")) < 4
    assert [json.loads(line) for line in lines] == aws.findings[HOME]


# --- into one file ---------------------------------------------------------------------------


def test_a_file_holds_all_findings_and_its_record_stands(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control()]
    aws.findings["us-east-1"] = [control(region="us-east-1")]
    kept(tmp_path / "hub.ndjson", HOME, "us-east-1")
    record = tmp_path / f"hub.securityhub.run-{ACCOUNT}.json"

    assert [path.name for path in sorted(tmp_path.iterdir())] == [
        "hub.ndjson",
        "hub.securityhub.controls.json",
        record.name,
    ]
    lines = (tmp_path / "hub.ndjson").read_bytes().splitlines()
    assert [json.loads(line)["Region"] for line in lines] == [HOME, "us-east-1"]
    assert [output.path for output in runs.read(record).outputs] == ["hub.ndjson"]


def test_a_glob_of_its_name_finds_the_record_too(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control()]
    kept(tmp_path / "hub.ndjson")
    found = locations.expand([str(tmp_path / "hub.*")], stdin=None)  # type: ignore[arg-type]

    assert [item.path for item in found.inputs] == [tmp_path / "hub.ndjson"]
    assert [path.name for path in found.runs] == [f"hub.securityhub.run-{ACCOUNT}.json"]


def test_a_file_that_is_there_stays(aws: fakeaws.Fake, tmp_path: Path) -> None:
    (tmp_path / "hub.ndjson").write_text("mine")

    with pytest.raises(InputError, match="is there already"):
        kept(tmp_path / "hub.ndjson")
    assert (tmp_path / "hub.ndjson").read_text() == "mine"
    assert not aws.seen


def test_a_file_is_completed_by_the_same_call_when_a_region_failed(
    aws: fakeaws.Fake, tmp_path: Path
) -> None:
    aws.findings[HOME] = [control()]
    aws.findings["us-east-1"] = [control(region="us-east-1")]
    aws.fail("us-east-1", fakeaws.OFF)
    kept(tmp_path / "hub.ndjson", HOME, "us-east-1")
    assert len((tmp_path / "hub.ndjson").read_bytes().splitlines()) == 1
    aws.failing.clear()
    kept(tmp_path / "hub.ndjson", HOME, "us-east-1")

    assert len((tmp_path / "hub.ndjson").read_bytes().splitlines()) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "hub.ndjson",
        "hub.securityhub.controls.json",
        f"hub.securityhub.run-{ACCOUNT}.json",
    ]
    record = msgspec.json.decode((tmp_path / f"hub.securityhub.run-{ACCOUNT}.json").read_bytes())
    assert record["regions"] == [HOME, "us-east-1"]


def test_an_empty_hub_leaves_no_file(aws: fakeaws.Fake, tmp_path: Path) -> None:
    kept(tmp_path / "hub.ndjson")

    assert list(tmp_path.iterdir()) == []
    assert aws.calls("GetFindings")
