"""Reports on live locations: what was read goes into the pack, and comes out of it the same."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import fakeaws
import pytest
from click.testing import CliRunner
from fakeaws import ACCOUNT, OTHER, control, ocsf, threat

from gapfolio import audit, catalogue, engagement, publish
from gapfolio.catalogue import load
from gapfolio.cli import group
from gapfolio.errors import InputError
from gapfolio.live import reading
from gapfolio.live.base import Access
from gapfolio.model import Assessment

HOME = "eu-central-1"


@cache
def shipped() -> catalogue.Catalogue:
    return load()


def packed(target: Path, *locations: str, **more: Any) -> Assessment:
    """Write a pack without the documents, and give what it says."""
    options = audit.Options(locations=locations, **more)
    with audit.opened(options) as opened:
        publish.publish(opened, target, formats=["json", "csv"])
        return opened.assessment


@pytest.fixture(autouse=True)
def one_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the shipped catalogue once for all tests."""
    monkeypatch.setattr(catalogue, "load", lambda *_: shipped())


@pytest.fixture
def filled(aws: fakeaws.Fake) -> fakeaws.Fake:
    """Give a hub with two accounts in two Regions."""
    for region in (HOME, "us-east-1"):
        aws.findings[region] = [
            *(control(n, region=region, account=ACCOUNT) for n in range(3)),
            *(control(n, region=region, account=OTHER, status="FAILED") for n in range(3)),
            threat(7, region=region),
        ]
    return aws


@pytest.mark.parametrize("location", ["securityhub:", "securityhub-v2:"])
def test_what_was_read_live_is_in_the_pack_and_gives_the_same_again(
    aws: fakeaws.Fake, tmp_path: Path, location: str
) -> None:
    make = ocsf if location == "securityhub-v2:" else control
    aws.findings[HOME] = [make(1), make(2, account=OTHER)]
    live = packed(tmp_path / "pack", location, access=Access(regions=(HOME,)))
    aws.seen.clear()
    again = packed(tmp_path / "again", str(tmp_path / "pack" / "inputs"))
    name = location.removesuffix(":")

    assert [item.name for item in live.inputs] == [f"inputs/{name}/{name}.{HOME}.ndjson"]
    assert (tmp_path / "pack" / live.inputs[0].name).is_file()
    assert live.scores == again.scores
    assert live.practices == again.practices
    assert live.counts == again.counts
    assert live.counts["current"] == 2
    assert live.period == again.period
    assert {(run.account, run.void) for run in again.runs} == {(ACCOUNT, ""), (OTHER, "")}
    assert not aws.seen


def test_the_pack_holds_files_records_and_controls_but_nothing_unfinished(
    filled: fakeaws.Fake, tmp_path: Path
) -> None:
    filled.fail("us-east-1", None, fakeaws.OFF)
    filled.findings["us-east-1"] *= 30
    assessment = packed(tmp_path / "pack", "securityhub:")
    manifest = json.loads((tmp_path / "pack" / "manifest.json").read_text())
    inputs = sorted(f["path"] for f in manifest["files"] if f["path"].startswith("inputs/"))

    assert inputs == [
        "inputs/securityhub/securityhub.controls.json",
        f"inputs/securityhub/securityhub.{HOME}.ndjson",
        f"inputs/securityhub/securityhub.run-{ACCOUNT}-unread.json",
        f"inputs/securityhub/securityhub.run-{ACCOUNT}.json",
        f"inputs/securityhub/securityhub.run-{OTHER}-unread.json",
        f"inputs/securityhub/securityhub.run-{OTHER}.json",
        "inputs/securityhub/securityhub.us-east-1.ndjson",
    ]
    assert not (tmp_path / "pack" / "runs").exists()
    assert all(run.origin.startswith("inputs/securityhub/") for run in assessment.runs)
    assert "us-east-1: the service is not enabled there" in assessment.notices[0]


def test_two_accounts_of_one_hub_are_two_accounts(filled: fakeaws.Fake, tmp_path: Path) -> None:
    del filled
    assessment = packed(tmp_path / "pack", "securityhub:")

    assert {account.id: account.regions for account in assessment.accounts} == {
        ACCOUNT: [HOME, "us-east-1"],
        OTHER: [HOME, "us-east-1"],
    }
    assert {(run.scanner, run.account, run.void) for run in assessment.runs} == {
        ("securityhub", ACCOUNT, ""),
        ("securityhub", OTHER, ""),
    }


def test_a_pack_beside_other_scans_is_not_read_unless_it_is_named(
    filled: fakeaws.Fake, tmp_path: Path
) -> None:
    del filled
    packed(tmp_path / "scans" / "pack", "securityhub:")
    (tmp_path / "scans" / "hub.json").write_text(json.dumps([control(99)]))

    assert packed(tmp_path / "a", str(tmp_path / "scans")).counts["findings"] == 1
    inside = packed(tmp_path / "b", str(tmp_path / "scans" / "pack" / "inputs"))
    assert inside.counts["findings"] == 14


def test_inputs_of_an_engagement_may_be_live_with_its_regions(
    filled: fakeaws.Fake, tmp_path: Path
) -> None:
    home = tmp_path / "acme"
    (home / "scans").mkdir(parents=True)
    (home / "scans" / "hub.json").write_text(json.dumps([control(99)]))
    (home / "gapfolio.toml").write_text(
        f'inputs = ["scans", "securityhub:", "securityhub:"]\nregions = ["{HOME}"]\n'
    )
    assessment = packed(tmp_path / "pack", directory=home)

    assert [item.name for item in assessment.inputs] == [
        "scans/hub.json",
        f"inputs/securityhub/securityhub.{HOME}.ndjson",
    ]
    assert filled.calls("GetFindings") == [("GetFindings", HOME)]


def test_a_file_of_that_name_is_a_file(
    aws: fakeaws.Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("securityhub:").write_text(json.dumps([control()]))

    assert packed(tmp_path / "pack", "securityhub:").counts["findings"] == 1
    assert not aws.seen


@pytest.mark.parametrize(
    "access", [Access("audit"), Access(regions=(HOME,)), Access(role_arn="x")], ids=str
)
def test_how_aws_is_reached_matters_only_to_live_locations(tmp_path: Path, access: Access) -> None:
    with pytest.raises(InputError, match="are for live locations"):
        reading.read([], access, engagement.Engagement(), tmp_path, lambda *_: None)


def test_a_live_location_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="securtyhub: there is no such live location; there are"):
        packed(tmp_path / "pack", "securtyhub:")


def test_files_that_are_missing_are_told_before_anything_is_read_live(
    aws: fakeaws.Fake, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no such file"):
        packed(tmp_path / "pack", "securityhub:", str(tmp_path / "no.json"))
    assert not aws.seen


def test_the_commands_read_live_locations(
    filled: fakeaws.Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    filled.fail("us-east-1", fakeaws.DENIED)
    monkeypatch.chdir(tmp_path)
    role = "arn:aws:iam::444455556666:role/audit"
    access = ["--region", HOME, "--region", "us-east-1", "--role-arn", role]
    score = CliRunner().invoke(group, ["score", "securityhub:", *access, "--json"])
    report = CliRunner().invoke(
        group, ["report", "securityhub:", *access, "--format", "json", "-o", "pack"]
    )

    assert json.loads(score.stdout)["findings"]["current"] == 7
    assert report.exit_code == 0, report.stderr
    assert "us-east-1: access denied to securityhub:GetFindings" in report.stderr
    assert (tmp_path / "pack" / "inputs" / "securityhub").is_dir()
    assert ("AssumeRole", HOME) in filled.calls()


# --- moto ------------------------------------------------------------------------------------


@contextmanager
def moto(directory: Path) -> Iterator[str]:
    """Start moto on a free port of loopback and give its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    program = shutil.which("moto_server", path=str(Path(sys.executable).parent)) or "moto_server"
    with (
        (directory / "moto.log").open("wb") as log,
        subprocess.Popen([program, "-p", str(port)], stdout=log, stderr=log) as server,
    ):
        try:
            for _ in range(200):
                with socket.socket() as probe:
                    if probe.connect_ex(("127.0.0.1", port)) == 0:
                        break
                time.sleep(0.1)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()


@pytest.mark.skipif(find_spec("moto") is None, reason="moto is not installed")
def test_a_hub_in_moto_is_reported_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import boto3  # noqa: PLC0415

    with moto(tmp_path) as endpoint:
        for name, value in fakeaws.environment(endpoint, tmp_path).items():
            monkeypatch.setenv(name, value)
        make: Any = boto3.client
        hub = make("securityhub", region_name=HOME)
        hub.enable_security_hub()
        account = make("sts", region_name=HOME).get_caller_identity()["Account"]
        for start in (0, 100):
            found = [control(n, account=account) for n in range(start, start + 100)]
            assert hub.batch_import_findings(Findings=found)["SuccessCount"] == 100
        assessment = packed(tmp_path / "pack", "securityhub:", access=Access(regions=(HOME,)))

    assert assessment.counts["current"] == 200
    assert [(run.account, run.void) for run in assessment.runs] == [(account, "")]
    assert any("each was read by itself" in notice for notice in assessment.notices)
