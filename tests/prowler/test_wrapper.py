"""The wrapper around a Prowler that a test puts on PATH."""

from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest

import wholescan
from gapfolio import runs
from gapfolio.errors import InputError
from gapfolio.model import RunError
from gapfolio.prowler import line, wrapper
from gapfolio.testing import make_run

CHECKS = ["iam_root_mfa_enabled", "s3_bucket_default_encryption"]


def record_of(failed: str, exit_code: int = 3) -> str:
    """Give a run record in which something failed, as JSON text."""
    made = make_run(errors=[RunError(service=failed, message="no space")], exit_code=exit_code)
    return msgspec.json.encode(made).decode()


@pytest.fixture
def prowler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program on PATH that behaves as FAKE_PROWLER in the environment says."""
    home = tmp_path / "bin"
    home.mkdir()
    scan = tmp_path / "real.ocsf.json"
    scan.write_bytes(wholescan.text())
    program = home / "prowler"
    program.write_text(
        f"""#!{sys.executable}
import json, os, shutil, signal, sys
how = os.environ.get("FAKE_PROWLER", "findings")
if "--version" in sys.argv:
    number = "2.12.1" if how == "old" else "5.46.0"
    print(f"Prowler {{number}} (You are running the latest version, yay!)")
elif "--list-checks-json" in sys.argv:
    print("a banner"); print(json.dumps({{"aws": {CHECKS!r}}}))
elif "-l" in sys.argv or "-h" in sys.argv:
    print("as you wish"); sys.exit(7)
else:
    place = sys.argv[sys.argv.index("-o") + 1]
    os.mkdir(os.path.join(place, "compliance"))
    if how in ("findings", "killed", "crash"):
        shutil.copy({str(scan)!r}, os.path.join(place, "scan.ocsf.json"))
    if how == "unwritten":
        shutil.copy({str(scan)!r}, os.path.join(place, "scan.ocsf.json"))
        made = {record_of("output ocsf")!r}
        open(os.environ["GAPFOLIO_RUN_RECORD"], "w").write(made)
    if how == "interrupted":
        shutil.copy({str(scan)!r}, os.path.join(place, "scan.ocsf.json"))
        open(os.environ["GAPFOLIO_RUN_RECORD"], "w").write({record_of("iam", 130)!r})
    if how == "strange":
        shutil.copy({str(scan)!r}, os.path.join(place, "scan.ocsf.json"))
        open(os.environ["GAPFOLIO_RUN_RECORD"], "w").write('{{"schema": "gapfolio.run/')
    if how == "waits":
        import time
        try:
            print("ready", flush=True)
            time.sleep(60)
        except KeyboardInterrupt:
            shutil.copy({str(scan)!r}, os.path.join(place, "scan.ocsf.json"))
            sys.exit(1)
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.exit({{"findings": 3, "nothing": 0, "crash": 1, "usage": 2, "old": 2}}.get(how, 3))
""",
        encoding="utf-8",
    )
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setattr(wrapper, "find", lambda: program)
    return program


def test_a_run_leaves_its_findings_and_a_record(prowler: Path, tmp_path: Path) -> None:
    scan = wrapper.run(["aws", "--external-id", "abc"], tmp_path / "out")
    made = runs.read(tmp_path / "out" / "run.json")

    assert scan.exit_code == made.exit_code == 3
    assert [output.path for output in made.outputs] == ["scan.ocsf.json"]
    assert made.checks == CHECKS
    assert made.account == "123456789012"
    assert made.version == "5.46.0"
    assert "abc" not in made.arguments


def test_errors_are_unknown_where_our_plugin_is_not_inside(prowler: Path, tmp_path: Path) -> None:
    wrapper.run(["aws"], tmp_path / "out")

    assert runs.read(tmp_path / "out" / "run.json").errors is None


@pytest.mark.parametrize(
    ("how", "words"),
    [
        ("nothing", "finished without any finding"),
        ("crash", "exit code 1\\); what it wrote is in"),
        ("interrupted", "it was interrupted\\); what it wrote is in"),
        ("old", "Prowler 2.12.1 is too old; 3.16 or later is needed"),
        ("unwritten", "could not write its findings to the end; what there is stays in"),
        ("usage", "exit code 2\\); it left no findings"),
        ("killed", "signal 9\\); what it wrote is in"),
    ],
)
def test_a_run_that_did_not_finish_is_told_in_words(
    prowler: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, words: str
) -> None:
    monkeypatch.setenv("FAKE_PROWLER", how)

    with pytest.raises(InputError, match=words):
        wrapper.run(["aws"], tmp_path / "out")
    left = sorted(path.name for path in (tmp_path / "out").glob("*"))
    assert left in (["scan.ocsf.json"], [])
    assert (tmp_path / "out").exists() == bool(left)  # nothing empty is left behind


def test_a_record_that_cannot_be_read_is_asked_for_anew(
    prowler: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_PROWLER", "strange")

    wrapper.run(["aws"], tmp_path / "out")

    assert runs.read(tmp_path / "out" / "run.json").checks == CHECKS
    assert not (tmp_path / "out" / "record.part").exists()


def test_a_filtered_run_proves_nothing_by_its_silence(prowler: Path, tmp_path: Path) -> None:
    wrapper.run(["aws", "--status", "FAIL"], tmp_path / "out")

    assert runs.read(tmp_path / "out" / "run.json").partial == "--status"


def test_what_is_excluded_is_not_in_the_record(prowler: Path, tmp_path: Path) -> None:
    wrapper.run(["aws", "-f", "eu-west-1", "-e", CHECKS[0]], tmp_path / "out")

    made = runs.read(tmp_path / "out" / "run.json")
    assert made.checks == CHECKS[1:]
    assert made.regions == ["eu-west-1"]


def test_prowler_is_asked_before_the_scan(
    prowler: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("FAKE_PROWLER", "old")

    with pytest.raises(InputError, match="too old"):
        wrapper.run(["aws"], tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_users_own_words_are_recorded_and_not_ours(tmp_path: Path) -> None:
    part = tmp_path / "record.part"
    made = make_run(arguments=["aws", "-b", "-o", "out", "-F", "scan", "-M", "csv", "json-ocsf"])
    part.write_bytes(msgspec.json.encode(made))

    precise = wrapper._precise(part, 2)

    assert precise is not None
    assert precise.arguments == ["aws", "-b"]


@pytest.mark.parametrize("words", [["aws", "-l"], ["aws", "-h"]])
def test_what_is_no_scan_is_passed_through_with_its_code(prowler: Path, words: list[str]) -> None:
    assert wrapper.passed_through(words) == 7


def test_ctrl_c_lets_prowler_end_and_keeps_what_it_wrote(prowler: Path, tmp_path: Path) -> None:
    place = tmp_path / "out"
    code = (
        "import sys; from pathlib import Path; from gapfolio.prowler import wrapper\n"
        f"wrapper.find = lambda: Path({str(prowler)!r})\n"
        f"wrapper.run(['aws'], Path({str(place)!r}))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code],
        env={**os.environ, "FAKE_PROWLER": "waits"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    ) as process:
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        os.killpg(process.pid, signal.SIGINT)  # as a terminal does: parent and child
        _, told = process.communicate(timeout=30)

    assert "did not finish (it was interrupted); what it wrote is in" in told
    assert (place / "scan.ocsf.json").is_file()
    assert not (place / "run.json").exists()


def test_a_place_that_is_a_file_is_refused(prowler: Path, tmp_path: Path) -> None:
    (tmp_path / "out").write_text("mine", encoding="utf-8")

    with pytest.raises(InputError, match="cannot be used"):
        wrapper.run(["aws"], tmp_path / "out")


def test_a_directory_with_anything_in_it_is_refused(prowler: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "scan.ocsf.json").write_text("[]", encoding="utf-8")

    with pytest.raises(InputError, match="is not empty"):
        wrapper.run(["aws"], tmp_path / "out")
    assert (tmp_path / "out" / "scan.ocsf.json").read_text(encoding="utf-8") == "[]"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "beginning with aws"),
        (["azure"], "beginning with aws"),
        (["aws", "-o", "x"], "the output goes to"),
        (["aws", "--output-filename=x"], "the output goes to"),
        (["aws", "-M", "html", "csv-extra"], "add json-ocsf"),
        (["aws", "-Mhtml"], "add json-ocsf"),
        (["aws", "-M", "csv", "-M", "html"], "-M html: add json-ocsf"),
        (["aws", "--output-dir", "x"], "the output goes to"),
        (["aws", "--gapfolio-report", "x"], "this command makes the report itself"),
    ],
)
def test_arguments_that_would_leave_nothing_to_report_on(
    prowler: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    with pytest.raises(InputError, match=words):
        wrapper.run(arguments, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_the_users_own_formats_are_kept(tmp_path: Path) -> None:
    words = ["aws", "-M", "csv", "html", "-b"]
    made = wrapper.command(Path("prowler"), words, line.read(words), tmp_path)

    assert made.count("-M") == 1


def test_without_prowler_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.setenv("PATH", "")

    with pytest.raises(InputError, match="pip install prowler"):
        wrapper.find()
