"""The commands as a user types them, in a process of their own where exit codes matter."""

from __future__ import annotations

import csv
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import wholescan


def gapfolio(
    *arguments: str | Path, cwd: Path | None = None, stdin: bytes | None = None
) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "gapfolio", *map(str, arguments)],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        check=False,
        env={**os.environ, "COLUMNS": "100"},
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """Put the scan into a file, without its run record."""
    path = tmp_path / "scan.json"
    path.write_bytes(wholescan.text())
    return path


@pytest.mark.parametrize(
    "command", ["report", "score", "demo", "prowler", "explain", "catalogue", "plugins", "init"]
)
def test_every_command_has_help_with_an_example(command: str) -> None:
    done = gapfolio(command, "--help")

    assert done.returncode == 0
    assert "Example" in done.stdout
    assert f"gapfolio {command}" in done.stdout


def test_version() -> None:
    assert gapfolio("--version").stdout == "gapfolio, version 0.1.0\n"


def test_score_prints_headline_gap_and_what_a_declaration_would_change(scan: Path) -> None:
    done = gapfolio("score", scan)

    assert done.returncode == 0
    assert done.stdout.startswith("Assured ")
    assert "coverage" in done.stdout.splitlines()[0]
    assert "points are failures" in done.stdout
    assert "--executed prowler=all" in done.stdout
    assert "Top gaps" in done.stdout


def test_score_as_json_has_numbers_for_all_and_automated(scan: Path) -> None:
    done = gapfolio("score", scan, "--json", "--executed", "prowler=all")
    document = json.loads(done.stdout)

    for part in ("all", "automated"):
        numbers = document["score"][part]
        assert 0 <= numbers["assured"] <= numbers["possible"] <= 100
        assert 0 < numbers["coverage"] <= 100
    assert document["categories"].keys() == {"CRED", "NET", "DET", "IR"}
    assert document["practices"]["CRED-09"]["criteria"]


def test_an_empty_scan_is_not_scored_and_fails_the_threshold(tmp_path: Path) -> None:
    (tmp_path / "gapfolio.toml").write_text(
        'period = "2026-Q4"\ninputs = ["scan.json"]\n[[accounts]]\nid = "123456789012"\n',
        encoding="utf-8",
    )
    (tmp_path / "scan.json").write_text("[]", encoding="utf-8")

    done = gapfolio("score", "--json", "--fail-under", "0", cwd=tmp_path)

    assert done.returncode == 3
    assert json.loads(done.stdout)["score"]["all"] == {
        "assured": None,
        "possible": None,
        "coverage": None,
    }
    assert "nothing was assessed" in done.stderr


@pytest.mark.parametrize(
    ("limit", "code"), [("0", 0), ("100", 3)], ids=["over the threshold", "under it"]
)
def test_the_threshold_sets_the_exit_code(scan: Path, limit: str, code: int) -> None:
    assert gapfolio("score", scan, "--fail-under", limit).returncode == code


def test_the_threshold_is_judged_exactly_and_not_as_printed(scan: Path) -> None:
    document = json.loads(gapfolio("score", scan, "--json").stdout)
    exact = document["score"]["automated"]["assured"]

    assert gapfolio("score", scan, "--fail-under", f"{exact - 0.001:.6f}").returncode == 0
    assert gapfolio("score", scan, "--fail-under", f"{exact + 0.001:.6f}").returncode == 3


@pytest.mark.parametrize("limit", ["lots", "101", "-1", "1/0"])
def test_a_threshold_that_is_no_score_is_a_usage_error(scan: Path, limit: str) -> None:
    done = gapfolio("score", scan, f"--fail-under={limit}")

    assert done.returncode == 2
    assert "--fail-under" in done.stderr


def test_standard_input_is_a_location(scan: Path) -> None:
    by_name = gapfolio("score", scan, "--json")
    by_pipe = gapfolio("score", "-", "--json", stdin=scan.read_bytes())

    assert json.loads(by_pipe.stdout)["score"] == json.loads(by_name.stdout)["score"]


def test_report_writes_a_pack_and_says_where(scan: Path, tmp_path: Path) -> None:
    done = gapfolio("report", scan, "-o", tmp_path / "pack", "--format", "html,csv,json")

    assert done.returncode == 0, done.stderr
    assert done.stdout.splitlines()[-1] == f"Report: {tmp_path / 'pack'}"
    assert sorted(p.name for p in (tmp_path / "pack").iterdir()) == [
        "assessment.json",
        "catalogue",
        "evidence.json",
        "exceptions.csv",
        "findings.csv",
        "gaps.csv",
        "manifest.json",
        "practices.csv",
        "remediation.csv",
        "report.html",
    ]


def test_a_run_record_beside_the_findings_is_picked_up(tmp_path: Path) -> None:
    done = gapfolio("report", wholescan.FOLDER, "-o", tmp_path / "pack", "--format", "json")
    document = json.loads((tmp_path / "pack" / "assessment.json").read_text(encoding="utf-8"))

    assert done.returncode == 0, done.stderr
    assert [run["void"] for run in document["runs"]] == [""]
    assert document["scores"]["if_executed"] is None


def test_one_bad_file_among_many_is_named_and_the_rest_reported(scan: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text("<html>no scan</html>", encoding="utf-8")

    done = gapfolio("report", scan, bad, "-o", tmp_path / "pack", "--format", "json,csv")
    strict = gapfolio("report", scan, bad, "--strict", "-o", tmp_path / "other")

    assert done.returncode == 0
    assert f"{bad}" in done.stderr
    assert strict.returncode == 1
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("page.html", b"<!doctype html><title>x</title>"),
        ("picture.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50),
        ("other.json", b'{"version": "2.1.0", "runs": []}'),
        ("cut.json.gz", gzip.compress(b'[{"a": 1}]')[:12]),
        ("deep.json", b"[" * 100_000),
    ],
)
def test_what_no_source_claims_is_refused_in_one_line(
    tmp_path: Path, name: str, content: bytes
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    done = gapfolio("score", path)

    assert done.returncode == 1
    assert done.stderr.startswith("error: ")
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["score", "nowhere.json"], "nowhere.json"),
        (["score"], "nothing to read"),
        (["report", "{scan}", "--period", "2026-Q5"], "2026-Q5"),
        (["report", "{scan}", "--theme", "nosuch"], "nosuch"),
        (["report", "{scan}", "--format", "docx"], "docx"),
        (["score", "{scan}", "--executed", "prowler"], "prowler=all"),
        (["score", "{scan}", "--executed", "scoutsuite=all"], "scoutsuite"),
        (["score", "{scan}", "--account", "999999999999"], "999999999999"),
    ],
)
def test_a_users_mistake_is_one_line_and_exit_code_1(
    scan: Path, tmp_path: Path, arguments: list[str], words: str
) -> None:
    done = gapfolio(*(word.format(scan=scan) for word in arguments), cwd=tmp_path)

    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1


def test_a_failed_run_leaves_the_last_good_pack(scan: Path, tmp_path: Path) -> None:
    pack = tmp_path / "pack"
    gapfolio("report", scan, "-o", pack, "--format", "json")
    before = {path: path.read_bytes() for path in pack.rglob("*") if path.is_file()}

    done = gapfolio("report", scan, "-o", pack, "--period", "2026-11", "--format", "json")

    assert done.returncode == 1
    assert {path: path.read_bytes() for path in pack.rglob("*") if path.is_file()} == before


def test_csv_reads_back_with_every_finding(scan: Path, tmp_path: Path) -> None:
    gapfolio("report", scan, "-o", tmp_path / "pack", "--format", "csv")
    with (tmp_path / "pack" / "findings.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))

    assert len(rows) == 374
    assert len({row["key"] for row in rows}) == 374


def test_init_writes_an_engagement_that_reports_as_it_is(scan: Path, tmp_path: Path) -> None:
    home = tmp_path / "acme"
    first = gapfolio("init", home)
    (home / "scans").mkdir()
    scan.rename(home / "scans" / "scan.json")
    done = gapfolio("report", "--format", "html,json", cwd=home)

    assert first.returncode == 0
    assert {p.name for p in home.iterdir()} >= {"gapfolio.toml", "notes.yaml", "theme"}
    assert done.returncode == 0, done.stderr
    assert (home / "packs" / "2026-Q4" / "report.html").is_file()


def test_init_never_overwrites(tmp_path: Path) -> None:
    gapfolio("init", tmp_path)
    (tmp_path / "notes.yaml").write_text("conclusion: mine\n", encoding="utf-8")
    done = gapfolio("init", tmp_path)

    assert done.returncode == 1
    assert (tmp_path / "notes.yaml").read_text(encoding="utf-8") == "conclusion: mine\n"


def test_explain_a_practice_a_check_a_former_name_and_what_is_out_of_scope() -> None:
    practice = gapfolio("explain", "cred-01").stdout
    check = gapfolio("explain", "iam_root_mfa_enabled").stdout
    former = gapfolio("explain", "apigateway_endpoint_public").stdout
    out = gapfolio("explain", "account_security_questions_are_registered_in_the_aws_account").stdout

    assert "CRED-01.root-mfa" in practice
    assert "What to do" in practice
    assert "evidence for CRED-01.root-mfa" in check
    assert "another name" in former
    assert "out of scope:" in out


def test_explain_offers_the_nearest_name() -> None:
    done = gapfolio("explain", "iam_root_mfa_enable")

    assert done.returncode == 2
    assert "iam_root_mfa_enabled" in done.stderr


def test_explain_knows_criteria_and_refuses_what_only_begins_like_one() -> None:
    known = gapfolio("explain", "cred-01.root-mfa")
    wrong = gapfolio("explain", "CRED-01.root-mf")

    assert "CRED-01.root-mfa (account" in known.stdout
    assert wrong.returncode == 2
    assert "Did you mean CRED-01.root-mfa" in wrong.stderr


def test_the_catalogue_lists_67_practices_and_checks_mapping_files(tmp_path: Path) -> None:
    (tmp_path / "edges.yaml").write_text(
        "CRED-01.root-mfa:\n  other: [{check: root, review: reviewed, surprise: 1}]\n",
        encoding="utf-8",
    )
    listed = json.loads(gapfolio("catalogue", "--json").stdout)
    good = gapfolio("catalogue", "--check")
    bad = gapfolio("catalogue", "--check", tmp_path)

    assert sum(len(category["practices"]) for category in listed["categories"]) == 67
    assert "67 practices" in good.stdout
    assert bad.returncode == 1
    assert "edges.yaml" in bad.stderr
    assert "surprise" in bad.stderr


def test_plugins_lists_the_builtins_with_what_they_offer() -> None:
    rows = json.loads(gapfolio("plugins", "--json").stdout)
    offers = {offer for row in rows for offer in row["offers"]}

    assert {"source: prowler-ocsf", "exporter: csv", "theme: neutral"} <= offers


@pytest.mark.parametrize("arguments", [["{home}"], ["--engagement", "{home}"]])
def test_an_engagement_named_by_its_directory_reads_its_own_inputs(
    scan: Path, tmp_path: Path, arguments: list[str]
) -> None:
    home = tmp_path / "acme"
    gapfolio("init", home)
    (home / "scans").mkdir()
    scan.rename(home / "scans" / "scan.json")
    (home / "stray.json").write_text('{"no": "scan"}', encoding="utf-8")

    done = gapfolio("score", "--json", *(word.format(home=home) for word in arguments))

    assert done.returncode == 0, done.stderr
    assert "stray" not in done.stderr
    assert json.loads(done.stdout)["findings"]["current"] == 374


def test_a_threshold_is_repeated_as_a_number(scan: Path) -> None:
    done = gapfolio("score", scan, "--fail-under", "57.5")

    assert done.returncode == 3
    assert "under 57.5\n" in done.stderr


def test_without_a_finding_the_error_names_the_file_and_what_became_of_it(
    scan: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty.json").touch()
    findings = json.loads(scan.read_text(encoding="utf-8"))[:2]
    for finding in findings:
        finding["cloud"]["provider"] = "gcp"
    (tmp_path / "other.json").write_text(json.dumps(findings), encoding="utf-8")
    empty = gapfolio("score", "empty.json", cwd=tmp_path)
    other = gapfolio("score", "other.json", cwd=tmp_path)

    assert (empty.returncode, other.returncode) == (1, 1)
    assert empty.stderr.startswith("error: empty.json: no finding to report on; if that is right")
    assert "other.json: no finding to report on (other.json: 2 left out (" in other.stderr
    assert "gcp" in other.stderr


def test_nothing_in_a_finding_commands_the_terminal(scan: Path) -> None:
    findings = json.loads(scan.read_text(encoding="utf-8"))
    findings[0]["metadata"]["event_code"] = "x\x1b]0;title\x07\u202e"
    scan.write_text(json.dumps(findings), encoding="utf-8")
    done = gapfolio("score", scan)

    assert r"does not know: x\x1b]0;title\x07\u202e" in done.stderr


def test_an_engagement_gives_the_same_bytes_wherever_it_lies(scan: Path, tmp_path: Path) -> None:
    packs: list[Path] = []
    for place in ("one", "some/other"):
        home = tmp_path / place
        gapfolio("init", home)
        (home / "scans").mkdir()
        (home / "scans" / "scan.json").write_bytes(scan.read_bytes())
        packs.append(tmp_path / f"pack-{len(packs)}")
        gapfolio("report", home, "--format", "csv,json", "-o", packs[-1])
    gapfolio("report", "--format", "csv,json", "-o", tmp_path / "inside", cwd=tmp_path / "one")

    manifests = [(pack / "manifest.json").read_bytes() for pack in (*packs, tmp_path / "inside")]
    assert manifests[0] == manifests[1] == manifests[2]


def test_a_report_in_no_format_is_a_usage_error(scan: Path) -> None:
    assert gapfolio("report", scan, "--format", " , ").returncode == 2


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("during", ["gapfolio-*", "gapfolio-render-*"])
def test_an_interrupted_report_leaves_nothing_behind(
    scan: Path, tmp_path: Path, sent: signal.Signals, during: str
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    with subprocess.Popen(
        [sys.executable, "-m", "gapfolio", "report", scan, "-o", tmp_path / "pack"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(scratch)},
        text=True,
    ) as running:
        while running.poll() is None and not any(scratch.glob(during)):
            time.sleep(0.01)
        time.sleep(0.1)
        running.send_signal(sent)
        _, said = running.communicate()

    assert running.returncode == 1
    assert said.strip() == "Aborted!"
    assert {path.name for path in tmp_path.iterdir()} == {"scan.json", "scratch"}
    assert list(scratch.iterdir()) == []
