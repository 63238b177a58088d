"""`gapfolio verify`, `gapfolio sign` and `gapfolio report --zip` as a user types them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import packs
import pki


def gapfolio(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "gapfolio", *map(str, arguments)],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "COLUMNS": "100", **environment},
    )


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    return packs.whole(tmp_path / "pack")


@pytest.mark.parametrize("command", ["verify", "sign"])
def test_the_commands_have_help_with_an_example(command: str) -> None:
    done = gapfolio(command, "--help")

    assert done.returncode == 0
    assert f"gapfolio {command} packs/2026-Q3" in done.stdout


def test_a_whole_pack_ends_with_zero_and_says_what_was_checked(whole: Path) -> None:
    done = gapfolio("verify", whole, "--recompute")

    assert (done.returncode, done.stderr) == (0, "")
    first, *facts, last = done.stdout.splitlines()
    assert first == f"Acme, 2026-Q4: {whole}"
    assert all(fact.startswith("  ") for fact in facts)
    assert last == "Whole."


def test_a_pack_that_is_not_whole_ends_with_one_and_names_each_file(whole: Path) -> None:
    (whole / "findings.csv").unlink()
    (whole / "notes.docx").write_text("x")
    done = gapfolio("verify", whole)

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "wrong: notes.docx: is not in manifest.json, so somebody added it",
        "wrong: findings.csv: is missing",
        "NOT WHOLE: 2 problems",
    ]
    assert "Whole." not in done.stdout


def test_no_pack_is_one_line(tmp_path: Path) -> None:
    done = gapfolio("verify", tmp_path)

    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        f"error: {tmp_path}: has no manifest.json: it is no evidence pack, or only a part of one"
    ]


def test_nothing_in_a_pack_commands_the_terminal(whole: Path) -> None:
    (whole / "a\x1b]0;title\x07\udcff").write_text("x")
    packs.rewrite(whole / "manifest.json", lambda content: content.update(client="\x1b[2J"))
    done = gapfolio("verify", whole)

    assert "\x1b" not in done.stdout + done.stderr
    assert r"wrong: a\x1b]0;title\x07\udcff: is not in manifest.json" in done.stderr


def test_sign_and_verify(whole: Path, tmp_path: Path) -> None:
    key = pki.auditor().p12(tmp_path / "jane.p12")
    root = tmp_path / "root.pem"
    root.write_bytes(pki.root().pem)
    with pki.time_stamp_server() as url:
        signed = gapfolio(
            *("sign", whole, "--p12", key, "--tsa", url, "--password-env", "WORD", "--zip"),
            WORD=pki.PASSWORD,
        )
    checked = gapfolio("verify", whole, "--trust", root)
    archived = gapfolio("verify", f"{whole}.zip", "--trust", root)
    again = gapfolio("sign", whole, "--p12", key)

    assert signed.returncode == 0, signed.stderr
    report, manifest, archive = signed.stdout.splitlines()
    assert report.startswith("report.pdf: signed by Jane Doe, Acme Audit on ")
    assert manifest.endswith("UTC by the time stamp of Acme Clock, Acme Audit")
    assert archive == f"Archive: {whole}.zip"
    assert "note: the report calls itself a draft" in signed.stderr
    assert pki.PASSWORD not in signed.stdout + signed.stderr
    for done in (checked, archived):
        assert done.returncode == 0, done.stderr
        assert "goes back to Acme Root, Acme Audit; not changed since" in done.stdout
    assert again.returncode == 1
    assert again.stderr == f"error: {whole}: is signed already, and stays as it is\n"


def test_a_password_is_asked_of_a_person_only(whole: Path, tmp_path: Path) -> None:
    key = pki.auditor().p12(tmp_path / "jane.p12")
    unasked = gapfolio("sign", whole, "--p12", key)
    unset = gapfolio("sign", whole, "--p12", key, "--password-env", "NO_SUCH_WORD")
    wrong = gapfolio("sign", whole, "--p12", key, "--password-env", "WORD", WORD="wrong")

    assert {done.returncode for done in (unasked, unset, wrong)} == {1}
    assert "has a password; name its environment variable: --password-env" in unasked.stderr
    assert "--password-env NO_SUCH_WORD: there is no such environment variable" in unset.stderr
    assert wrong.stderr == f"error: {key}: the password is wrong\n"


def test_an_archive_of_the_pack_as_it_was_is_pointed_out(tmp_path: Path) -> None:
    home = packs.engagement(tmp_path / "home")
    made = gapfolio("report", home, "-o", tmp_path / "pack", "--format", "json", "--zip")
    again = gapfolio("report", home, "-o", tmp_path / "pack", "--format", "json")

    assert made.stdout.splitlines()[-1] == f"Archive: {tmp_path / 'pack.zip'}"
    assert zipfile.is_zipfile(tmp_path / "pack.zip")
    assert "pack.zip holds the pack as it was before; --zip writes it anew" in again.stderr


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from click.testing import CliRunner; from gapfolio.cli import group\n"
        "for line in (['--help'], ['verify', '--help'], ['sign', '--help']):\n"
        "    assert CliRunner().invoke(group, line).exit_code == 0\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    heavy = {"pyhanko", "asn1crypto", "cryptography", "boto3", "duckdb", "weasyprint"}
    assert not heavy & set(done.stdout.split())


def test_a_report_has_the_same_bytes_elsewhere_and_at_another_time(tmp_path: Path) -> None:
    """Data, HTML, PDF and archive: other directory, second, local day, hash seed, file dates."""
    made = []
    zones = ("Pacific/Kiritimati", "Pacific/Pago_Pago")  # never on the same day
    for number, (place, zone) in enumerate(zip(("one", "some/other"), zones, strict=True)):
        home = packs.engagement(tmp_path / place / "home")
        os.utime(home / "scan.json", (number * 1e9, number * 1e9))
        target = home / "packs" / "2026-Q4"
        done = gapfolio("report", home, "--zip", TZ=zone, PYTHONHASHSEED=str(number))
        assert done.returncode == 0, done.stderr
        files = [path for path in target.rglob("*") if path.is_file()]
        found = {path.relative_to(target).as_posix(): path.read_bytes() for path in files}
        made.append(found | {"archive": (home / "packs" / "2026-Q4.zip").read_bytes()})
        shutil.rmtree(home)

    assert {"report.pdf", "report.html", "findings.parquet", "archive"} <= made[0].keys()
    assert [name for name in made[0] if made[0][name] != made[1].get(name)] == []
    assert made[0].keys() == made[1].keys()
