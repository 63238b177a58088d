"""The report comes with the scan: three ways, on the real Prowler.

Runs only where Prowler is installed beside us: `tox -e prowler`.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pypdf
import pytest
from cloud import CHECKS, REGION, UNUSED, Cloud, running

from gapfolio.catalogue import load
from gapfolio.prowler.framework import LEGACY, UNIVERSAL, checks

if not shutil.which("prowler", path=str(Path(sys.executable).parent)):
    pytest.skip("prowler is not installed in this environment", allow_module_level=True)

SCAN = ("-f", REGION, "-b", "--no-color", "-c", *CHECKS)
ONE = ("prowler", "aws", "-f", REGION, "-b", "--no-color", "-c", CHECKS[1])
FAILING = {
    "CRED-07.password-length",
    "CRED-09.console-users-mfa",
    "DET-01.cloudtrail-all-regions",
    "DET-02.trail-log-validation",
    "IR-08.ebs-snapshots-encrypted",
    "NET-02.s3-buckets-not-public",
    "NET-03.admin-ports-closed",
    "NET-10.vpc-flow-logs",
    "NET-16.ebs-default-encryption",
    "NET-16.s3-encrypted",
}
"""Every criterion that fails in the account as it was seeded, as far as `CHECKS` see it."""
MENDED = {"CRED-07.password-length", "DET-01.cloudtrail-all-regions", "DET-02.trail-log-validation",
          "NET-03.admin-ports-closed", "NET-10.vpc-flow-logs", "CRED-09.console-users-mfa",
          "NET-02.s3-buckets-not-public"}  # fmt: skip


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    """Give the account under audit."""
    with running(tmp_path_factory.mktemp("moto")) as made:
        yield made


@dataclass(frozen=True)
class Pack:
    """What a test reads of an evidence pack."""

    directory: Path

    @property
    def assessment(self) -> dict[str, Any]:
        path = self.directory / "assessment.json"
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    @property
    def criteria(self) -> dict[str, dict[str, Any]]:
        return {c["id"]: c for p in self.assessment["practices"] for c in p["criteria"]}

    def states(self, state: str) -> set[str]:
        return {name for name, found in self.criteria.items() if found["cells"][state]}

    @property
    def text(self) -> str:
        """Text of the PDF without any white space, for words are broken in its tables."""
        pages = pypdf.PdfReader(self.directory / "report.pdf").pages
        found = "".join(page.extract_text() for page in pages).replace("\u200b", "")
        return "".join(found.split())

    def headline(self) -> str:
        """Compute the score from the counted cells, as the method section says it is done."""
        weight, low, high, known = 0, Fraction(0), Fraction(0), Fraction(0)
        for practice in self.assessment["practices"]:
            cells, weighs = practice["cells"], practice["weight"]
            number = cells["passed"] + cells["failed"] + cells["unknown"]
            if not weighs or not number:
                continue
            weight += weighs
            low += weighs * _value(Fraction(cells["passed"], number))
            high += weighs * _value(Fraction(cells["passed"] + cells["unknown"], number))
            known += weighs * Fraction(cells["passed"] + cells["failed"], number)
        assured, possible, coverage = (_printed(100 * s / weight) for s in (low, high, known))
        return f"Assured {assured} (possible {possible}, coverage {coverage} %)"


def _value(share: Fraction) -> Fraction:
    return share if share == 1 else share / 2


def _printed(number: Fraction) -> Decimal:
    exact = Decimal(number.numerator) / Decimal(number.denominator)
    return exact.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def tells(pack: Pack, words: Sequence[str]) -> None:
    """Assert that the PDF names resources, and the score that follows from the cells."""
    text = pack.text
    for word in (*words, pack.headline()):
        assert "".join(word.split()) in text, word


def recorded(path: Path) -> dict[str, Any]:
    """Read a run record whose outputs are as it says."""
    record: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for output in record["outputs"]:
        data = (path.parent / output["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == output["sha256"]
    return record


@dataclass(frozen=True)
class Flagged:
    """A scan with the flag."""

    done: subprocess.CompletedProcess[str]
    place: Path
    pack: Pack


@pytest.fixture(scope="module")
def flagged(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> Flagged:
    """Scan with the flag, its options, an excluded check and Prowler's own file names."""
    home = tmp_path_factory.mktemp("flag")
    (home / "acme").mkdir()
    (home / "acme" / "gapfolio.toml").write_text('client = "Acme Ltd"', encoding="utf-8")
    done = cloud.run(
        "prowler", "aws", *SCAN, "iam_root_mfa_enabled", "-e", "iam_root_mfa_enabled",
        "-o", home / "out", "--gapfolio-report", home / "pack",
        "--gapfolio-theme", "contrast", "--gapfolio-engagement", home / "acme",
    )  # fmt: skip
    return Flagged(done, home / "out", Pack(home / "pack"))


def test_prowler_lists_the_framework_and_its_checks(cloud: Cloud) -> None:
    listed = cloud.run("prowler", "aws", "--list-compliance", "-b", "--no-color")
    asked = cloud.run("prowler", "aws", "--list-checks-json", "--compliance", UNIVERSAL, "-b")
    catalogue = load()
    mapped = {check for p in catalogue.practices() for check in checks(p, catalogue)}

    assert UNIVERSAL in listed.stdout
    assert LEGACY in listed.stdout
    assert set(json.loads(asked.stdout[asked.stdout.index("{") :])["aws"]) == mapped


def test_the_flag_writes_the_report_and_keeps_prowlers_exit_code(
    cloud: Cloud, flagged: Flagged
) -> None:
    assert flagged.done.returncode == 3, flagged.done.stderr
    (path,) = flagged.place.glob("prowler-output-*.run.json")
    record = recorded(path)
    prefix = path.name.removesuffix(".run.json")
    assert record["checks"] == sorted(CHECKS)
    assert record["regions"] == [REGION]
    assert record["exit_code"] == 3
    names = {f"{prefix}{suffix}" for suffix in (".ocsf.json", ".csv", ".html")}
    assert {output["path"] for output in record["outputs"]} >= names

    assert flagged.pack.states("failed") == FAILING
    assert [run["void"] for run in flagged.pack.assessment["runs"]] == [""]
    tells(
        flagged.pack,
        [
            "Acme Ltd", cloud.group, cloud.vpc, cloud.snapshot, "trail/trail",
            "arn:aws:s3:::public", "user/ann", "user/bob", "Exit code: 3",
            "Calls that failed, by service and Region",
        ],
    )  # fmt: skip


def test_prowlers_own_console_is_as_without_the_flag(
    cloud: Cloud, flagged: Flagged, tmp_path: Path
) -> None:
    plain = cloud.run("prowler", "aws", *SCAN, "-o", tmp_path / "a", "-F", "scan")

    def shown(output: str) -> list[str]:
        return [line for line in output.splitlines() if "error" in line.lower()]

    assert shown(flagged.done.stderr) == shown(plain.stderr)
    assert shown(flagged.done.stdout) == shown(plain.stdout)


def test_the_legacy_twin_puts_practices_inside_every_finding(flagged: Flagged) -> None:
    (path,) = flagged.place.glob("*.ocsf.json")
    findings = json.loads(path.read_text(encoding="utf-8"))
    found = {
        f["metadata"]["event_code"]: f["unmapped"]["compliance"]["Gapfolio-Best-Practices-1.0"]
        for f in findings
    }

    assert found[CHECKS[1]] == ["CRED-07"]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--list-checks"], ""),
        (["--fixer"], ""),
        (["--quick-inventory"], ""),
        (["-M", "html"], "no report was made"),
    ],
    ids=["list", "fixer", "inventory", "html only"],
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
    assert [path.name for path in tmp_path.iterdir()] == ["out"]


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


def test_a_report_from_csv_alone_made_again_after_a_failure_of_ours(
    cloud: Cloud, tmp_path: Path
) -> None:
    place, pack = tmp_path / "out", Pack(tmp_path / "pack")
    line = (*ONE, "-Mcsv", "--statu", "FAIL", "-NsHoDaNkEy", "-o", place, "-F", "scan",
            "--gapfolio-report", pack.directory)  # fmt: skip
    failing = cloud.run(*line, environment={**cloud.environment, "SOURCE_DATE_EPOCH": "soon"})

    assert failing.returncode == 3
    assert "Traceback" not in failing.stderr
    assert not pack.directory.exists()
    told = re.search(r"gapfolio: no report was made; .* to make it: (.+)", failing.stderr)
    assert told
    record = recorded(place / "scan.run.json")
    assert record["partial"] == "--status"
    assert "sHoDaNkEy" not in json.dumps(record)

    assert cloud.run(*shlex.split(told[1])).returncode == 0
    assert [item["source"] for item in pack.assessment["inputs"]] == ["prowler-csv"]
    assert pack.states("failed") == {"CRED-07.password-length"}

    before = (place / "scan.run.json").read_bytes()
    again = cloud.run(*line)
    assert again.returncode == 3
    assert "scan.run.json: is there already and stays as it is" in again.stderr
    assert (place / "scan.run.json").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--gapfolio-report", "{file}"], "is in the way"),
        (
            ["--gapfolio-report", "pack", "--gapfolio-engagement", "nowhere"],
            "no gapfolio.toml in it",
        ),
        (["--gapfolio-theme", "contrast"], "goes with --gapfolio-report"),
    ],
)
def test_what_would_keep_the_report_from_being_made_stops_before_the_scan(
    cloud: Cloud, tmp_path: Path, options: list[str], words: str
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("a file", encoding="utf-8")
    named = [option.format(file=blocked) for option in options]
    done = cloud.run(*ONE, "-o", tmp_path / "out", *named)

    assert done.returncode == 2
    assert words in done.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


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


def test_what_the_scanner_takes_for_unused_is_not_nothing(cloud: Cloud, tmp_path: Path) -> None:
    seen = "ec2_securitygroup_allow_ingress_from_internet_to_tcp_port_22"
    line = ("prowler", "aws", "-f", UNUSED, "-b", "-c", "vpc_flow_logs_enabled", seen, CHECKS[1])
    plain, whole = Pack(tmp_path / "plain"), Pack(tmp_path / "whole")
    cloud.run(*line, "-o", tmp_path / "a", "--gapfolio-report", plain.directory)
    cloud.run(
        *line, "--scan-unused-services", "-o", tmp_path / "b", "--gapfolio-report", whole.directory
    )

    assert plain.criteria["NET-10.vpc-flow-logs"]["reasons"] == {"unused_skipped": 1}
    assert "NET-03.admin-ports-closed" not in plain.states("absent") | plain.states("passed")
    assert whole.states("failed") >= {"NET-10.vpc-flow-logs", "NET-03.admin-ports-closed"}
    tells(plain, ["the scanner left out what it takes for unused"])


def test_the_catalogue_knows_which_checks_skip_what_is_unused() -> None:
    package = find_spec("prowler")
    assert package
    assert package.origin
    services = Path(package.origin).parent / "providers" / "aws" / "services"
    found = {
        path.stem
        for path in services.glob("*/*/*.py")
        if ".scan_unused_services" in path.read_text(encoding="utf-8")
    }
    known = {
        check.id for check in load().checks.values()
        if check.scanner == "prowler" and check.skips_unused
    }  # fmt: skip

    assert len(found) > 50
    assert found <= known
    if version("prowler") == "5.46.0":
        assert found == known


RAISING = """
import logging
from prowler.lib.check.check import execute
from gapfolio.prowler.errors import ErrorLog

class Raising:
    CheckID = "iam_root_mfa_enabled"
    def execute(self):
        return {}["user"]

class Provider:
    type = "aws"

log = ErrorLog()
logging.getLogger().addHandler(log)
execute(Raising(), Provider(), None)
print("broken:", *log.broken)
"""


def test_a_check_that_raises_was_not_executed(cloud: Cloud) -> None:
    done = cloud.run("python", "-c", RAISING)

    assert "broken: iam_root_mfa_enabled" in done.stdout, done.stderr


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
    place, pack, later = tmp_path / "out", Pack(tmp_path / "pack"), Pack(tmp_path / "later")
    done = cloud.run(
        "prowler", "aws", "-f", REGION, "-b", "--no-color", "--compliance", UNIVERSAL,
        "--excluded-services", *sorted(others), "-o", place, "-F", "scan",
        "--gapfolio-report", pack.directory,
    )  # fmt: skip
    named = f"compliance/scan_{UNIVERSAL}"
    with (place / f"{named}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    ocsf = json.loads((place / f"{named}.ocsf.json").read_text(encoding="utf-8"))
    manual = {row["REQUIREMENTS_ID"] for row in rows if row["STATUS"] == "MANUAL"}
    people = {p.id for p in catalogue.practices() if p.evidence == "manual"}

    assert done.returncode == 3, done.stderr
    assert people <= manual
    assert "FAIL" in {row["STATUS"] for row in rows if row["REQUIREMENTS_ID"] == "DET-01"}
    assert {r for item in ocsf for r in item["compliance"]["requirements"]} >= {"DET-01"}

    record = recorded(place / "scan.run.json")
    assert {check.partition("_")[0] for check in record["checks"]} == kept
    assert {output["path"] for output in record["outputs"]} >= {
        f"{named}.csv", f"{named}.ocsf.json", "scan.ocsf.json",
    }  # fmt: skip
    again = cloud.run("gapfolio", "prowler", "--from", place, "-o", later.directory)
    assert again.returncode == 0, again.stderr
    for made in (pack, later):
        assert made.states("failed") >= {
            "DET-01.cloudtrail-all-regions", "NET-02.s3-buckets-not-public",
        }  # fmt: skip
        assert [run["void"] for run in made.assessment["runs"]] == [""]
        tells(made, ["trail/trail", "arn:aws:s3:::public"])
    assert later.headline() == pack.headline()


def test_the_wrapper_reports_and_a_fix_raises_the_score(cloud: Cloud, tmp_path: Path) -> None:
    one, two = Pack(tmp_path / "one"), Pack(tmp_path / "two")
    line = ("--", "aws", *SCAN)
    before = cloud.run("gapfolio", "prowler", "-o", one.directory, "--scan", tmp_path / "1", *line)
    cloud.mend()
    after = cloud.run(
        "gapfolio", "prowler", "-o", two.directory, "--scan", tmp_path / "2",
        "--fail-under", "99", *line,
    )  # fmt: skip

    assert before.returncode == 0, before.stderr
    assert after.returncode == 3
    assert f"Executing {len(CHECKS)} checks" in before.stdout
    record = recorded(tmp_path / "1" / "run.json")
    assert record["checks"] == sorted(CHECKS)
    assert record["arguments"] == ["aws", *SCAN]
    assert record["exit_code"] == 3
    assert record["errors"] is not None
    assert one.states("failed") == FAILING
    assert two.states("failed") == FAILING - MENDED
    assert two.states("passed") >= {"DET-01.cloudtrail-all-regions", "NET-10.vpc-flow-logs"}
    for pack in (one, two):
        tells(pack, [cloud.snapshot])
    tells(one, [cloud.group, cloud.vpc, "trail/trail", "arn:aws:s3:::public", "user/ann"])
    assert cloud.group not in two.text
    low, high = (pack.assessment["scores"]["all"] for pack in (one, two))
    assert low["possible"] < high["possible"]
    assert low["assured"] < high["assured"]
