"""The wrapper around a Prowler that a test puts on PATH."""

from __future__ import annotations

import gzip
import json
import stat
import sys
from pathlib import Path

import pytest

from gapfolio import resources, runs
from gapfolio.errors import InputError
from gapfolio.prowler import wrapper

CHECKS = ["iam_root_mfa_enabled", "s3_bucket_default_encryption"]


@pytest.fixture
def prowler(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Put a program on PATH that behaves as FAKE_PROWLER in the environment says."""
    home = tmp_path / "bin"
    home.mkdir()
    scan = tmp_path / "real.ocsf.json"
    demo = resources.folder("demo") / "scan.ocsf.json.gz"
    scan.write_bytes(gzip.decompress(demo.read_bytes()))
    program = home / "prowler"
    program.write_text(
        f"""#!{sys.executable}
import json, os, shutil, signal, sys
how = os.environ.get("FAKE_PROWLER", "findings")
if "--version" in sys.argv:
    print("Prowler 5.46.0 (You are running the latest version, yay!)")
elif "--list-checks-json" in sys.argv:
    print("a banner"); print(json.dumps({{"aws": {CHECKS!r}}}))
else:
    place = sys.argv[sys.argv.index("-o") + 1]
    if how in ("findings", "killed", "crash"):
        shutil.copy({str(scan)!r}, os.path.join(place, "scan.ocsf.json"))
    if how == "killed":
        os.kill(os.getpid(), signal.SIGKILL)
    sys.exit({{"findings": 3, "nothing": 0, "crash": 1, "usage": 2}}[how])
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
        ("crash", "exit code 1; what it wrote is in"),
        ("usage", "exit code 2; it left no findings"),
        ("killed", "signal 9; what it wrote is in"),
    ],
)
def test_a_run_that_did_not_finish_is_told_in_words(
    prowler: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, words: str
) -> None:
    monkeypatch.setenv("FAKE_PROWLER", how)

    with pytest.raises(InputError, match=words):
        wrapper.run(["aws"], tmp_path / "out")
    assert not (tmp_path / "out" / "run.json").exists()


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
    ],
)
def test_arguments_that_would_leave_nothing_to_report_on(arguments: list[str], words: str) -> None:
    with pytest.raises(InputError, match=words):
        wrapper.command(Path("prowler"), arguments, Path("out"))


def test_the_users_own_formats_are_kept(tmp_path: Path) -> None:
    line = wrapper.command(Path("prowler"), ["aws", "-M", "csv", "html", "-b"], tmp_path)

    assert line.count("-M") == 1


def test_without_prowler_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    monkeypatch.setenv("PATH", "")

    with pytest.raises(InputError, match="pip install prowler"):
        wrapper.find()


def test_what_prowler_says_beside_its_list_is_no_check() -> None:
    assert wrapper._listed("banner\n" + json.dumps({"aws": ["b", "a"]})) == ["a", "b"]
    assert wrapper._listed("no checks here") == []
    assert wrapper._listed("{broken") == []
