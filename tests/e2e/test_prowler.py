"""The report comes with the scan: three ways, on the real Prowler.

Runs only where Prowler is installed beside us: `tox -e prowler`.
"""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Iterator
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


@pytest.mark.parametrize(
    ("options", "words"),
    [(["--list-checks"], ""), (["-M", "html"], "no report was made")],
)
def test_runs_without_findings_files_make_no_report(
    cloud: Cloud, tmp_path: Path, options: list[str], words: str
) -> None:
    done = cloud.run(
        "prowler", "aws", "-f", REGION, "-b", "-c", CHECKS[1], *options,
        "-o", tmp_path / "out", "--gapfolio-report", tmp_path / "pack",
    )  # fmt: skip

    assert done.returncode in (0, 3)
    assert words in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "pack").exists()


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
