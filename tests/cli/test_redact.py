"""`gapfolio report --redact`: a copy for a wider circle, and where its key is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gapfolio.cli import group
from gapfolio.testing import MOMENT, make_finding
from scanfile import write_findings

NAME = "zq-user"
FINDING = make_finding(
    check="iam_user_mfa_enabled_console_access",
    status="fail",
    resource=f"arn:aws:iam::111111111111:user/{NAME}",
    resource_name=NAME,
)
DATA = ("--format", "csv,json,parquet")


def run(*line: str) -> Result:
    return CliRunner().invoke(group, line)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give a directory with a scan, which is the current one."""
    monkeypatch.chdir(tmp_path)
    write_findings(tmp_path / "scan.json", [FINDING])
    return tmp_path


@pytest.fixture
def engagement(home: Path) -> Path:
    """Give the same as an engagement."""
    (home / "gapfolio.toml").write_text(
        'client = "Acme"\nperiod = "2026-Q3"\ninputs = ["scan.json"]\n', encoding="utf-8"
    )
    return home


def test_a_copy_lies_beside_the_whole_pack_and_the_key_in_the_engagement(engagement: Path) -> None:
    for options in ((), ("--redact", "tags,accounts,arns,tags")):
        done = run("report", *DATA, *options)
        assert done.exit_code == 0, done.output

    copy = engagement / "packs" / "2026-Q3.redacted-accounts-arns-tags"
    assert sorted(path.name for path in (engagement / "packs").iterdir()) == ["2026-Q3", copy.name]
    assert json.loads((copy / "assessment.json").read_text())["redacted"] == [
        "accounts",
        "arns",
        "tags",
    ]
    assert NAME not in (copy / "findings.csv").read_text()
    assert (engagement / "redaction.key").stat().st_mode & 0o777 == 0o600
    assert NAME in (engagement / "redaction-map.csv").read_text()
    assert not list(engagement.rglob("packs/**/redaction*"))


def test_the_terminal_says_where_key_and_names_are(engagement: Path) -> None:
    first = run("report", *DATA, "--redact", "arns")
    again = run("report", *DATA, "--redact", "arns")

    assert f"Key to the pseudonyms: {engagement.resolve() / 'redaction.key'} (new: " in first.output
    assert "(new" not in again.output
    assert "redaction-map.csv; keep both apart from the copy" in again.output


def test_without_an_engagement_the_key_lies_beside_the_pack(home: Path) -> None:
    done = run("report", "scan.json", *DATA, "-o", "out/pack", "--redact", "arns")

    assert done.exit_code == 0, done.output
    assert sorted(path.name for path in (home / "out").iterdir()) == [
        "pack",
        "redaction-map.csv",
        "redaction.key",
    ]


def test_a_key_can_be_named_and_gives_the_same_pseudonyms_anywhere(home: Path) -> None:
    for pack in ("one", "two"):
        done = run(
            "report", "scan.json", *DATA, "-o", pack, "--redact", "arns", "--redact-key", "my.key"
        )
        assert done.exit_code == 0, done.output

    assert (home / "one" / "findings.csv").read_bytes() == (
        home / "two" / "findings.csv"
    ).read_bytes()
    assert (home / "my-map.csv").is_file()


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (["--redact", "names"], "'names': write accounts, arns, tags"),
        (["--redact", ""], "write accounts, arns, tags"),
        (["--redact", "arns,"], "write accounts, arns, tags"),
        (["--redact-key", "k"], "--redact-key goes with --redact"),
    ],
)
def test_wrong_usage_is_said(home: Path, line: list[str], words: str) -> None:
    done = run("report", "scan.json", *line)

    assert done.exit_code == 2
    assert words in " ".join(done.output.split())
    assert not (home / "redaction.key").exists()


def test_a_key_inside_the_pack_is_refused(home: Path) -> None:
    done = run(
        "report",
        "scan.json",
        "-o",
        "pack",
        "--redact",
        "arns",
        "--redact-key",
        "pack/redaction.key",
    )

    assert done.exit_code == 1
    assert "keep the key elsewhere" in str(done.exception)
    assert not (home / "pack").exists()


def test_a_copy_never_replaces_the_whole_pack(home: Path) -> None:
    assert run("report", "scan.json", *DATA, "-o", "pack").exit_code == 0
    before = (home / "pack" / "manifest.json").read_bytes()
    done = run("report", "scan.json", *DATA, "-o", "pack", "--redact", "arns")

    assert done.exit_code == 1
    assert "holds another report" in str(done.exception)
    assert (home / "pack" / "manifest.json").read_bytes() == before


def test_a_copy_is_verified_and_not_recomputed(home: Path) -> None:
    assert run("report", "scan.json", *DATA, "-o", "pack", "--redact", "arns").exit_code == 0

    assert run("verify", "pack").exit_code == 0
    done = run("verify", "pack", "--recompute")
    assert done.exit_code == 1
    assert "a redacted copy cannot be recomputed" in done.output


def test_the_period_after_compares_with_the_whole_pack_only(engagement: Path) -> None:
    assert run("report", *DATA, "--redact", "arns").exit_code == 0
    toml = engagement / "gapfolio.toml"
    toml.write_text(toml.read_text().replace("Q3", "Q4"), encoding="utf-8")
    write_findings(engagement / "scan.json", [make_finding(observed_at=MOMENT.replace(month=11))])
    done = run("report", *DATA)

    assert done.exit_code == 0, done.output
    assert json.loads((engagement / "packs/2026-Q4/assessment.json").read_text())["change"] is None


def test_the_part_of_a_copy_is_named_by_pseudonyms(engagement: Path) -> None:
    toml = engagement / "gapfolio.toml"
    toml.write_text(
        toml.read_text()
        + "".join(f'[[accounts]]\nid = "{number}"\n' for number in (111111111111, 222222222222)),
        encoding="utf-8",
    )
    done = run("report", *DATA, "--account", "111111111111", "--redact", "accounts")

    assert done.exit_code == 0, done.output
    [pack] = (engagement / "packs").iterdir()
    assert pack.name.startswith("2026-Q3.1-of-2-accounts-in-scope-account-")
    assert "111111111111" not in "".join(
        path.read_bytes().decode(errors="replace")
        for path in pack.rglob("*")
        if path.is_file() and "catalogue" not in path.parts
    )
