"""`gapfolio questionnaire`: what is open goes out as a sheet, and answers come back."""

from __future__ import annotations

import csv
import io
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gapfolio import engagement
from gapfolio.cli import group
from gapfolio.engagement.desk import Desk
from gapfolio.errors import EngagementError, GapfolioError, InputError

HEAD = "practice;result;statement;evidence;by;valid_from;valid_until\n"
ROW = "IR-10;yes;Held;;Jané;2026-07-01;2026-12-31\n"
ATTESTED = """
- practice: IR-10
  result: pass
  statement: s
  by: b
  valid_from: 2026-01-01
  valid_until: 2026-09-30
- practice: IR-11
  result: fail
  accounts: ["111111111111"]
  statement: s
  by: b
  valid_from: 2026-01-01
  valid_until: 2026-12-31
- practice: IR-12
  result: pass
  statement: s
  by: b
  valid_from: 2026-01-01
  valid_until: 2026-09-29
- practice: IR-13
  result: pass
  statement: s
  evidence:
    - file: changed.pdf
      sha256: "0000000000000000000000000000000000000000000000000000000000000000"
  by: b
  valid_from: 2026-01-01
  valid_until: 2026-12-31
"""
NONE = """
- practice: NET-09
  reason: r
  by: b
  date: 2026-01-01
  expires: 2026-12-31
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an engagement of the third quarter, with two accounts."""
    accounts = "".join(f'[[accounts]]\nid = "{id_}"\n' for id_ in ("111111111111", "222222222222"))
    (tmp_path / "gapfolio.toml").write_text(f'period = "2026-Q3"\n{accounts}')
    (tmp_path / "changed.pdf").write_bytes(b"changed")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Desk, "today", lambda _: date(2026, 7, 1))
    return tmp_path


def questionnaire(*arguments: str) -> Result:
    return CliRunner().invoke(group, ["questionnaire", *arguments])


def asked(name: str) -> dict[str, str]:
    """Give the practices of a sheet with their accounts."""
    rows = csv.DictReader(io.StringIO(Path(name).read_bytes().decode("utf-8-sig"), newline=""))
    return {row["practice"]: row["accounts"] for row in rows}


def test_help_has_an_example() -> None:
    assert "gapfolio questionnaire -o questions.csv" in questionnaire("--help").stdout


def test_what_is_not_attested_on_the_last_day_is_asked_where_it_is_open(folder: Path) -> None:
    (folder / "attestations.yaml").write_text(ATTESTED)
    (folder / "not_applicable.yaml").write_text(NONE)
    done = questionnaire("-o", "q.csv")
    everything = questionnaire("--all", "-o", "all.csv")

    open_, all_ = asked("q.csv"), asked("all.csv")
    assert all_.keys() - open_.keys() == {"IR-10", "NET-09"}
    assert open_["IR-11"] == "AWS 222222222222"
    assert (open_["IR-12"], open_["IR-13"], open_["IR-01"]) == ("", "", "")
    assert done.stdout.startswith(f"Wrote q.csv: {len(open_)} questions open on 2026-09-30, 7 of")
    assert set(all_.values()) == {""}
    assert everything.exit_code == 0


def test_a_sheet_is_never_overwritten(folder: Path) -> None:
    (folder / "q.csv").write_text("answers")
    done = questionnaire("-o", "q.csv")

    assert isinstance(done.exception, EngagementError)
    assert "q.csv: is there already and may hold answers" in str(done.exception)
    assert (folder / "q.csv").read_text() == "answers"


def test_no_sheet_is_written_where_nothing_is_open(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("gapfolio.engagement.questionnaire.questions", lambda *_: iter(()))
    done = questionnaire("-o", "q.csv")

    assert done.stdout == "Nothing is open on 2026-09-30; --all writes every question\n"
    assert not (folder / "q.csv").exists()


def test_answers_are_written_and_counted_and_on_file_the_second_time(folder: Path) -> None:
    (folder / "back.csv").write_text(f"{HEAD}{ROW}IR-11;n/a;None;;J;;2026-12-31\nIR-12;;;;;;\n")
    first = questionnaire("--import", "back.csv")
    second = questionnaire("--import", "back.csv")

    assert first.stdout == (
        "Wrote to attestations.yaml, from line 3 on\n"
        "Wrote to not_applicable.yaml, from line 3 on\n"
        "1 attestation and 1 declaration that something does not apply added; 0 already on file, "
        "1 without an answer\n"
    )
    assert second.stdout == (
        "0 attestations and 0 declarations that something does not apply added; 2 already on file, "
        "1 without an answer\n"
    )
    written = engagement.read(folder)
    assert [entry.value.by for entry in written.attestations] == ["Jané"]
    assert [entry.value.practice for entry in written.not_applicable] == ["IR-11"]


def test_a_guessed_encoding_and_columns_that_are_not_read_are_told(folder: Path) -> None:
    text = (HEAD + ROW).replace("\n", ";x\n")
    (folder / "back.csv").write_bytes(text.encode("cp1252"))
    done = questionnaire("--import", "back.csv")

    assert "note: back.csv is not in UTF-8 and was read as Windows-1252" in done.stderr
    assert "note: columns not read: x" in done.stderr
    assert engagement.read(folder).attestations[0].value.by == "Jané"


def test_answers_that_do_not_touch_the_last_day_are_told_with_their_rows(folder: Path) -> None:
    (folder / "back.csv").write_text(
        f"{HEAD}IR-10;yes;s;;b;2026-10-01;2026-12-31\n"
        "IR-11;yes;s;;b;2026-07-01;2026-08-01\nIR-12;na;s;;b;2026-11-01;2026-12-31\n"
    )

    assert questionnaire("--import", "back.csv").stderr == (
        "note: expired on 2026-09-30, so of no effect in this period: row 3\n"
        "note: not yet valid on 2026-09-30, so of no effect in this period: row 2, 4\n"
    )


def test_nothing_is_written_where_one_file_is_broken(folder: Path) -> None:
    (folder / "back.csv").write_text(f"{HEAD}{ROW}IR-11;n/a;None;;J;;2026-12-31\n")
    (folder / "not_applicable.yaml").write_text("- practice: [")
    done = questionnaire("--import", "back.csv")

    assert isinstance(done.exception, EngagementError)
    assert "not_applicable.yaml: line 2: " in str(done.exception)
    assert not (folder / "attestations.yaml").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "name a sheet to write with -o, or one to read with --import"),
        (("-o", "a.csv", "--import", "gapfolio.toml"), "name a sheet to write"),
        (("--all", "--import", "gapfolio.toml"), "--all goes with -o only"),
        (("--import", "no.csv"), "'no.csv' does not exist"),
    ],
)
def test_what_makes_no_sense_is_a_usage_error(arguments: tuple[str, ...], words: str) -> None:
    done = questionnaire(*arguments)

    assert done.exit_code == 2
    assert words in done.stderr


def test_what_is_no_sheet_and_what_is_no_engagement_is_told(folder: Path) -> None:
    assert isinstance(questionnaire("--import", "gapfolio.toml").exception, InputError)
    (folder / "gapfolio.toml").unlink()
    done = questionnaire("-o", "q.csv")

    assert isinstance(done.exception, GapfolioError)
    assert "run gapfolio init" in str(done.exception)
