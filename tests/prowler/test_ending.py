"""Guests in Prowler's process: whatever happens to us, nothing leaves but a line on stderr."""

from __future__ import annotations

import argparse
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from gapfolio.model import RunRecord
from gapfolio.prowler import ending, record
from gapfolio.testing import make_run


class Ran:
    """A run of Prowler that has ended."""

    def __init__(self, directory: Path, made: RunRecord | BaseException | None) -> None:
        self.directory = directory
        self.made = made

    def finished(self) -> RunRecord | None:
        if isinstance(self.made, BaseException):
            raise self.made
        return self.made

    def place(self) -> record.Place:
        return record.Place(self.directory, "scan")


def options(**more: object) -> argparse.Namespace:
    values = {"gapfolio_report": "my pack", "gapfolio_theme": None, "gapfolio_engagement": None}
    return argparse.Namespace(**{**values, **more})


def end(ran: Any, chosen: argparse.Namespace) -> None:
    ending._guarded(ran, chosen)


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Give the programs that were run; they fail."""
    lines: list[list[str]] = []

    def run(line: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        lines.append(line)
        return subprocess.CompletedProcess(line, 1)

    monkeypatch.setattr(subprocess, "run", run)
    return lines


def scanned(tmp_path: Path) -> Ran:
    (tmp_path / "scan.ocsf.json").write_text("[]", encoding="utf-8")
    return Ran(tmp_path, make_run(exit_code=3))


@pytest.mark.parametrize("error", [KeyboardInterrupt(), LookupError("lost"), AttributeError()])
@pytest.mark.parametrize("report", ["pack", None])
def test_no_exception_leaves_us(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], error: BaseException, report: str | None
) -> None:
    end(Ran(tmp_path, error), options(gapfolio_report=report))

    (told,) = capsys.readouterr().err.splitlines()
    assert told.startswith("gapfolio: ")
    assert ("no report was made" if report else "no run record could be written") in told


def test_a_report_that_failed_says_how_to_make_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], called: list[list[str]]
) -> None:
    end(scanned(tmp_path), options(gapfolio_theme="contrast", gapfolio_engagement="acme"))

    assert called[0][:4] == [sys.executable, "-P", "-m", "gapfolio"]
    (told,) = capsys.readouterr().err.splitlines()
    assert (
        f"to make it: gapfolio report {tmp_path}/scan.ocsf.json {tmp_path}/scan.run.json "
        "-o 'my pack' --theme contrast --engagement acme"
    ) in told


def test_ctrl_c_while_the_report_is_made_says_how_to_make_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(subprocess, "run", run)
    end(scanned(tmp_path), options())

    assert "to make it: gapfolio report" in capsys.readouterr().err
    assert (tmp_path / "scan.run.json").is_file()


def test_without_findings_to_come_nothing_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], called: list[list[str]]
) -> None:
    end(Ran(tmp_path, None), options())
    end(scanned(tmp_path), options(fixer=True))

    assert capsys.readouterr().err == ""
    assert called == []


def test_options_without_a_report_end_the_run_before_it_begins(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(ending, "Recorder", lambda *_: pytest.fail("it listens"))

    with pytest.raises(SystemExit) as ended:
        ending.arm(argparse.ArgumentParser(prog="prowler"), options(gapfolio_theme="nowhere"))
    assert ended.value.code == 2
    assert "prowler: error: nowhere: no theme.toml there" in capsys.readouterr().err


def test_a_prowler_that_cannot_be_followed_goes_on(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def recorder(*_: object) -> None:
        raise ImportError("no such module")

    monkeypatch.setattr(ending, "Recorder", recorder)
    monkeypatch.setattr(ending, "_problem", lambda _: "")
    ending.arm(argparse.ArgumentParser(), options())

    assert "cannot follow this run (no such module)" in capsys.readouterr().err


def test_an_unforeseen_failure_of_the_check_before_stops_no_scan(
    monkeypatch: pytest.MonkeyPatch, called: list[list[str]]
) -> None:
    assert ending._problem(options()) == ""
    assert called[0][1:4] == ["-P", "-m", "gapfolio.prowler.preflight"]
