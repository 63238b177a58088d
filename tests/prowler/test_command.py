"""`gapfolio prowler` as it is typed, around a Prowler that a test puts in its place."""

from __future__ import annotations

import json
import stat
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import wholescan
from gapfolio import publish
from gapfolio.cli.prowler import prowler as command
from gapfolio.errors import GapfolioError, RenderError
from gapfolio.prowler import wrapper


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Work in an empty directory, with a Prowler that finds what the real one did."""
    scan = tmp_path / "real.json"
    scan.write_bytes(wholescan.text())
    program = tmp_path / "prowler"
    program.write_text(
        f"""#!{sys.executable}
import json, shutil, sys
if "--version" in sys.argv:
    print("Prowler 5.46.0")
elif "--list-checks-json" in sys.argv:
    print(json.dumps({{"aws": ["iam_root_mfa_enabled"]}}))
elif "-l" in sys.argv:
    print("the list"); sys.exit(7)
else:
    shutil.copy({str(scan)!r}, sys.argv[sys.argv.index("-o") + 1] + "/scan.ocsf.json")
    sys.exit(3)
""",
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(wrapper, "find", lambda: program)
    there = tmp_path / "home"
    there.mkdir()
    monkeypatch.chdir(there)
    return there


def run(*words: str | Path) -> Result:
    return CliRunner().invoke(command, [str(word) for word in words])


def test_prowlers_options_without_dashes_before_them_are_told_their_place(home: Path) -> None:
    done = run("aws", "-f", "eu-central-1")

    assert done.exit_code == 2
    assert "No such option" in done.output
    assert "gapfolio prowler -o packs/q3 -- aws -f eu-central-1" in " ".join(done.output.split())


@pytest.mark.parametrize(
    "words", [[], ["--from", ".", "--", "aws"], ["--from", ".", "--scan", "there"]]
)
def test_either_a_scan_or_an_earlier_one(home: Path, words: list[str]) -> None:
    assert run(*words).exit_code == 2
    assert not list(home.iterdir())


def test_what_is_no_scan_ends_with_prowlers_code_and_leaves_nothing(home: Path) -> None:
    assert run("--", "aws", "-l").exit_code == 7
    assert not list(home.iterdir())


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--theme", "nowhere"], "no theme.toml there"),
        (["--period", "2019-Q1"], "no evidence for it"),
        (["-o", "mine"], "not an evidence pack of ours"),
    ],
)
def test_what_would_keep_the_report_from_being_made_stops_before_the_scan(
    home: Path, words: list[str], told: str
) -> None:
    (home / "mine").mkdir()
    (home / "mine" / "notes.txt").write_text("mine", encoding="utf-8")
    done = run(*words, "--", "aws")

    assert isinstance(done.exception, GapfolioError)
    assert told in str(done.exception)
    assert [path.name for path in home.iterdir()] == ["mine"]


def test_a_report_that_fails_after_the_scan_says_how_to_make_it(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def publishing(*_: object, **__: object) -> None:
        raise RenderError("the PDF could not be made")

    monkeypatch.setattr(publish, "publish", publishing)
    done = run("-o", "my pack", "--strict", "--theme", "contrast", "--scan", "out", "--", "aws")

    assert isinstance(done.exception, GapfolioError)
    assert str(done.exception) == (
        "the PDF could not be made; the scan is complete; to report on it: "
        "gapfolio prowler --from out -o 'my pack' --strict --theme contrast"
    )
    assert (home / "out" / "run.json").is_file()


def test_an_earlier_directory_is_reported_on_with_the_options_of_report(home: Path) -> None:
    scans = home / "scans"
    scans.mkdir()
    (scans / "scan.ocsf.json").write_bytes(wholescan.text())
    (home / "acme").mkdir()
    (home / "acme" / "gapfolio.toml").write_text('client = "Acme Ltd"', encoding="utf-8")
    account = json.loads(wholescan.text())[0]["cloud"]["account"]["uid"]

    done = run("--from", scans, "--engagement", "acme", "--executed", "prowler=all",
               "--account", account, "--theme", "contrast")  # fmt: skip

    assert done.exit_code == 0, done.output
    (pack,) = (home / "acme" / "packs").iterdir()
    made = json.loads((pack / "assessment.json").read_text(encoding="utf-8"))
    assert made["client"] == "Acme Ltd"
    assert [run["origin"] for run in made["runs"]] == ["--executed prowler=all"]
    assert [path.name for path in scans.iterdir()] == ["scan.ocsf.json"]
