"""`--since` and `--fail-on`: a pipeline stops when things got worse."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gapfolio.cli import group
from gapfolio.testing import MOMENT, make_finding
from scanfile import write_findings

MFA = {"check": "iam_user_mfa_enabled_console_access", "resource": "arn:aws:iam::1:user/ann"}
LATER = MOMENT.replace(month=11)


def run(*line: str) -> Result:
    return CliRunner().invoke(group, line)


@pytest.fixture
def packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a directory with a healthy pack, a worse scan and one that is as before."""
    monkeypatch.chdir(tmp_path)
    write_findings(tmp_path / "before.json", [make_finding(**MFA)])
    worse = make_finding(**MFA, status="fail", observed_at=LATER)
    write_findings(tmp_path / "worse.json", [worse])
    write_findings(tmp_path / "same.json", [make_finding(**MFA, observed_at=LATER)])
    done = run("report", "before.json", "-o", "pack", "--format", "csv,json,parquet")
    assert done.exit_code == 0, done.output
    return tmp_path


@pytest.mark.parametrize(
    ("scan", "events", "code"),
    [
        ("worse.json", "new-critical", 3),
        ("worse.json", "worse", 3),
        ("worse.json", "new-critical,worse", 3),
        ("same.json", "new-critical,new,worse", 0),
    ],
)
def test_what_must_not_happen_ends_with_three(
    packs: Path, scan: str, events: str, code: int
) -> None:
    done = run("score", scan, "--since", "pack", "--fail-on", events)

    assert done.exit_code == code, done.output
    assert ("Since 2026-Q3" in done.stderr) == bool(code)


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["--fail-on", "new"], "needs an earlier evidence pack"),
        (["--since", "pack", "--fail-on", "never"], "write new-critical, new, worse"),
    ],
)
def test_a_comparison_that_cannot_be_made_is_told(
    packs: Path, line: Sequence[str], words: str
) -> None:
    done = run("score", "same.json", *line)

    assert done.exit_code != 0
    assert words in (str(done.exception) + done.output)


def test_a_report_says_what_changed(packs: Path) -> None:
    done = run("report", "worse.json", "--since", "pack", "-o", "next", "--format", "json,html")
    change = json.loads((packs / "next" / "assessment.json").read_bytes())["change"]
    page = (packs / "next" / "report.html").read_text(encoding="utf-8")

    assert done.exit_code == 0, done.output
    assert change["opened"] == {"newly failing": 1}
    assert "newly failing: it passed before" in page
    assert "Score by period" in page
