"""The report comes with the scan: three ways, on the real Prowler.

Runs only where Prowler is installed beside us: `tox -e prowler`.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import pypdf
import pytest
from cloud import CHECKS, REGION, Cloud, running

from gapfolio.catalogue import load
from gapfolio.prowler.framework import LEGACY, UNIVERSAL, checks

if not shutil.which("prowler", path=str(Path(sys.executable).parent)):
    pytest.skip("prowler is not installed in this environment", allow_module_level=True)

SCAN = ("-f", REGION, "-b", "--no-color", "-c", *CHECKS)


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Give the account under audit."""
    with running(tmp_path_factory.mktemp("moto")) as made:
        yield made


def assessment(pack: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((pack / "assessment.json").read_text(encoding="utf-8"))
    return found


def criteria(pack: Path) -> dict[str, dict[str, int]]:
    return {c["id"]: c["cells"] for p in assessment(pack)["practices"] for c in p["criteria"]}


def text(pack: Path) -> str:
    pages = pypdf.PdfReader(pack / "report.pdf").pages
    return "\n".join(page.extract_text() for page in pages).replace("\u200b", "")


def test_prowler_lists_the_framework_and_its_checks(cloud: Cloud) -> None:
    listed = cloud.run("prowler", "aws", "--list-compliance", "-b", "--no-color")
    asked = cloud.run("prowler", "aws", "--list-checks-json", "--compliance", UNIVERSAL, "-b")
    catalogue = load()
    mapped = {check for p in catalogue.practices() for check in checks(p, catalogue)}

    assert UNIVERSAL in listed.stdout
    assert LEGACY in listed.stdout
    assert set(json.loads(asked.stdout[asked.stdout.index("{") :])["aws"]) == mapped


def test_the_flag_writes_the_report_and_keeps_prowlers_exit_code(
    cloud: Cloud, tmp_path: Path
) -> None:
    place, pack = tmp_path / "out", tmp_path / "pack"
    done = cloud.run("prowler", "aws", *SCAN, "-o", place, "-F", "scan", "--gapfolio-report", pack)

    assert done.returncode == 3, done.stderr
    record = json.loads((place / "scan.run.json").read_text(encoding="utf-8"))
    assert record["checks"] == sorted(CHECKS)
    assert record["regions"] == [REGION]
    assert {o["path"] for o in record["outputs"]} == {"scan.ocsf.json", "scan.csv"}
    cells = criteria(pack)
    assert cells["CRED-09.console-users-mfa"]["failed"] == 1
    assert cells["NET-03.admin-ports-closed"]["failed"] == 1
    assert [run["void"] for run in assessment(pack)["runs"]] == [""]
    assert "Cloud security audit report" in text(pack)


def test_prowlers_own_console_is_as_without_the_flag(cloud: Cloud, tmp_path: Path) -> None:
    plain = cloud.run("prowler", "aws", *SCAN, "-o", tmp_path / "a", "-F", "scan")
    ours = cloud.run(
        "prowler", "aws", *SCAN, "-o", tmp_path / "b", "-F", "scan",
        "--gapfolio-report", tmp_path / "pack",
    )  # fmt: skip

    def shown(output: str) -> list[str]:
        return [line for line in output.splitlines() if "Error" in line or "ERROR" in line]

    assert shown(ours.stderr) == shown(plain.stderr)
    assert shown(ours.stdout) == shown(plain.stdout)


ONE = ("prowler", "aws", "-f", REGION, "-b", "--no-color", "-c", CHECKS[1])


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--list-checks"], ""),
        (["--fixer"], ""),
        (["-M", "html"], "no report was made"),
    ],
    ids=["list", "fixer", "html only"],
)
def test_runs_without_findings_files_make_no_report(
    cloud: Cloud, tmp_path: Path, options: list[str], words: str
) -> None:
    pack = tmp_path / "pack"
    done = cloud.run(*ONE, *options, "-o", tmp_path / "out", "--gapfolio-report", pack)

    assert done.returncode in (0, 3)
    assert words in done.stderr
    assert bool(words) == ("gapfolio" in done.stderr)
    assert "Traceback" not in done.stderr
    assert not pack.exists()


def test_a_scan_that_finds_nothing_is_no_clean_account(cloud: Cloud, tmp_path: Path) -> None:
    line = ("aws", "-f", REGION, "-b", "-c", "rds_instance_storage_encrypted")
    done = cloud.run(
        "prowler", *line, "-o", tmp_path / "out", "--gapfolio-report", tmp_path / "pack"
    )
    wrapped = cloud.run("gapfolio", "prowler", "-o", tmp_path / "pack", "--", *line)

    assert done.returncode == 0
    assert "so no report was made" in done.stderr
    assert wrapped.returncode == 1
    assert "nothing to say of the account" in wrapped.stderr
    assert not (tmp_path / "pack").exists()


def test_without_credentials_prowlers_own_message_stands(cloud: Cloud, tmp_path: Path) -> None:
    bare = {k: v for k, v in cloud.environment.items() if not k.startswith("AWS_")}
    bare |= {"AWS_EC2_METADATA_DISABLED": "true", "HOME": str(tmp_path)}
    done = cloud.run(*ONE, "--gapfolio-report", tmp_path / "pack", environment=bare)

    assert done.returncode == 1
    assert "gapfolio" not in done.stderr
    assert not (tmp_path / "pack").exists()


def stopped(cloud: Cloud, line: Sequence[str | Path], shown: Path, how: signal.Signals) -> int:
    """Run a program, stop it in the middle of its scan, and give its exit code."""
    program = Path(sys.executable).with_name(str(line[0]))
    with shown.open("wb") as output:
        process = subprocess.Popen(
            [str(word) for word in (program, *line[1:])],
            env={**cloud.environment, "PYTHONUNBUFFERED": "1"},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        while b"Executing" not in shown.read_bytes():
            assert process.poll() is None
            time.sleep(0.1)
        os.killpg(process.pid, how)  # as a terminal does: a child of the program as well
        return process.wait(timeout=120)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_a_scan_that_was_stopped_is_not_reported_on(
    cloud: Cloud, tmp_path: Path, how: signal.Signals
) -> None:
    shown, pack = tmp_path / "shown", tmp_path / "pack"
    line = ("prowler", "aws", *SCAN, "-o", tmp_path / "out", "--gapfolio-report", pack)
    stopped(cloud, line, shown, how)

    told = shown.read_text(encoding="utf-8")
    assert ("the scan did not finish (it was interrupted)" in told) == (how == signal.SIGINT)
    assert not pack.exists()


def test_a_wrapped_scan_that_was_stopped_is_not_reported_on(cloud: Cloud, tmp_path: Path) -> None:
    shown, pack = tmp_path / "shown", tmp_path / "pack"
    code = stopped(
        cloud, ["gapfolio", "prowler", "-o", pack, "--", "aws", *SCAN], shown, signal.SIGINT
    )

    assert code == 1
    assert "prowler did not finish (it was interrupted)" in shown.read_text(encoding="utf-8")
    assert not pack.exists()


def test_a_report_from_csv_alone(cloud: Cloud, tmp_path: Path) -> None:
    place, pack = tmp_path / "out", tmp_path / "pack"
    done = cloud.run(*ONE, "-M", "csv", "-o", place, "-F", "scan", "--gapfolio-report", pack)

    assert done.returncode == 3, done.stderr
    assert [item["source"] for item in assessment(pack)["inputs"]] == ["prowler-csv"]
    assert criteria(pack)["CRED-07.password-length"]["failed"] == 1


def test_a_full_disk_makes_no_report_of_half_a_scan(cloud: Cloud, tmp_path: Path) -> None:
    program = Path(sys.executable).with_name("prowler")
    pack = tmp_path / "pack"
    words = ["-M", "csv", "-o", str(tmp_path / "out"), "--gapfolio-report", str(pack)]
    limited = f'ulimit -f 1; exec {program} {" ".join(ONE[1:])} "$@"'
    done = subprocess.run(
        ["bash", "-c", limited, "prowler", *words],
        env=cloud.environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )

    assert "could not be written), so no report was made" in done.stderr
    assert not pack.exists()


def test_a_second_run_into_one_directory_overwrites_nothing_of_ours(
    cloud: Cloud, tmp_path: Path
) -> None:
    place, pack = tmp_path / "out", tmp_path / "pack"
    line = (*ONE, "-o", place, "-F", "scan", "--gapfolio-report", pack)
    cloud.run(*line)
    before = (place / "scan.run.json").read_bytes()
    again = cloud.run(*line)

    assert again.returncode == 3
    assert "scan.run.json: is there already and stays as it is" in again.stderr
    assert (place / "scan.run.json").read_bytes() == before


@pytest.mark.skipif(
    version("prowler").startswith("5.30."),
    reason="5.30 writes compliance files only in scans without exclusions, which take minutes",
)
def test_a_scan_by_our_framework_writes_prowlers_own_compliance_files(
    cloud: Cloud, tmp_path: Path
) -> None:
    catalogue = load()
    kept = {"cloudtrail", "s3"}
    others = {c.service for c in catalogue.checks.values() if c.scanner == "prowler"} - kept
    done = cloud.run(
        "prowler", "aws", "-f", REGION, "-b", "--no-color", "--compliance", UNIVERSAL,
        "--excluded-services", *sorted(others), "-o", tmp_path, "-F", "scan",
    )  # fmt: skip
    folder = tmp_path / "compliance"
    with (folder / f"scan_{UNIVERSAL}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    ocsf = json.loads((folder / f"scan_{UNIVERSAL}.ocsf.json").read_text(encoding="utf-8"))
    manual = {row["REQUIREMENTS_ID"] for row in rows if row["STATUS"] == "MANUAL"}
    people = {p.id for p in catalogue.practices() if p.evidence == "manual"}

    assert done.returncode == 3, done.stderr
    assert people <= manual
    assert "FAIL" in {row["STATUS"] for row in rows if row["REQUIREMENTS_ID"] == "DET-01"}
    assert {r for item in ocsf for r in item["compliance"]["requirements"]} >= {"DET-01"}


def test_the_legacy_twin_puts_practices_inside_every_finding(cloud: Cloud, tmp_path: Path) -> None:
    cloud.run(*ONE, "-o", tmp_path, "-F", "scan")
    (finding,) = json.loads((tmp_path / "scan.ocsf.json").read_text(encoding="utf-8"))

    assert finding["unmapped"]["compliance"]["Gapfolio-Best-Practices-1.0"] == ["CRED-07"]


def test_a_failure_of_ours_is_one_message_and_no_broken_scan(cloud: Cloud, tmp_path: Path) -> None:
    blocked = tmp_path / "pack"
    blocked.write_text("a file", encoding="utf-8")
    done = cloud.run(
        "prowler", "aws", "-f", REGION, "-b", "-c", CHECKS[1],
        "-o", tmp_path / "out", "-F", "scan", "--gapfolio-report", blocked,
    )  # fmt: skip

    assert done.returncode == 3
    assert "gapfolio: no report was made; the scan's files are complete" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tmp_path / "out" / "scan.ocsf.json").is_file()
    assert blocked.read_text(encoding="utf-8") == "a file"


def test_the_wrapper_reports_and_a_fix_raises_the_score(cloud: Cloud, tmp_path: Path) -> None:
    before = cloud.run("gapfolio", "prowler", "-o", tmp_path / "one", "--", "aws", *SCAN)
    cloud.mend()
    after = cloud.run(
        "gapfolio", "prowler", "-o", tmp_path / "two", "--fail-under", "99", "--", "aws", *SCAN
    )

    assert before.returncode == 0, before.stderr
    assert after.returncode == 3
    assert "Executing 11 checks" in before.stdout
    assert criteria(tmp_path / "two")["NET-03.admin-ports-closed"]["failed"] == 0
    low, high = (assessment(tmp_path / name)["scores"]["all"] for name in ("one", "two"))
    assert low["possible"] < high["possible"]
    assert low["assured"] <= high["assured"]
