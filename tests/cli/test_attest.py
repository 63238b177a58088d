"""`gapfolio attest`: statements with evidence, and what does not apply."""

from __future__ import annotations

import re
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gapfolio import engagement
from gapfolio.cli import declaring, group
from gapfolio.engagement import Attestation, NotApplicable, Proof
from gapfolio.engagement.desk import Desk
from gapfolio.engagement.questionnaire import COLUMNS
from gapfolio.errors import EngagementError, GapfolioError

DOCS = Path(__file__).parents[2] / "docs"
GIVEN = ("--result", "pass", "--statement", "s", "--by", "b", "--until", "365d")
NONE = ("--not-applicable", "--reason", "r", "--by", "b", "--until", "2027-06-30")
HASH = sha256(b"proof").hexdigest()


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an engagement, on the first of July, with evidence inside and outside."""
    inside = tmp_path / "acme"
    (inside / "evidence").mkdir(parents=True)
    (inside / "gapfolio.toml").write_text('[[accounts]]\nid = "111111111111"\n')
    (inside / "evidence" / "in.pdf").write_bytes(b"proof")
    (tmp_path / "out.pdf").write_bytes(b"proof")
    monkeypatch.chdir(inside)
    monkeypatch.setattr(Desk, "today", lambda _: date(2026, 7, 1))
    return inside


def attest(*arguments: str, answers: str = "") -> Result:
    return CliRunner().invoke(group, ["attest", *arguments], input=answers)


def refused(*arguments: str) -> str:
    """Give what a refusal says; nothing may have been written."""
    done = attest(*arguments)

    assert done.exit_code != 0
    assert not Path("attestations.yaml").exists()
    assert not Path("not_applicable.yaml").exists()
    assert [path.name for path in Path("evidence").iterdir()] == ["in.pdf"]
    if isinstance(done.exception, GapfolioError):
        return str(done.exception)
    assert done.exit_code == 2, done.output
    return " ".join(done.stderr.split())


def attestations() -> list[Attestation]:
    return [entry.value for entry in engagement.read(Path()).attestations]


def test_help_has_an_example() -> None:
    assert "gapfolio attest IR-10 --result pass" in attest("--help").stdout


def test_the_question_is_shown_and_the_statement_written_with_its_evidence() -> None:
    done = attest(
        *("ir-10", *GIVEN, "--account", "111111111111"),
        *("--evidence", "evidence/in.pdf", "--evidence", "https://wiki.example.com/ir"),
    )

    assert "State when the last game day took place" in done.stdout
    assert "Wrote to attestations.yaml, line 3:" in done.stdout
    assert attestations() == [
        Attestation(
            practice="IR-10",
            result="pass",
            accounts=["111111111111"],
            statement="s",
            evidence=[
                Proof(file="evidence/in.pdf", sha256=HASH),
                Proof(link="https://wiki.example.com/ir"),
            ],
            by="b",
            valid_from=date(2026, 7, 1),
            valid_until=date(2027, 7, 1),
        )
    ]


def test_evidence_is_found_beside_the_user_and_in_the_engagement(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder.parent)
    named = ("--evidence", "acme/evidence/in.pdf", "--evidence", "evidence/in.pdf")
    attest("--engagement", "acme", "IR-10", *GIVEN, *named)
    [entry] = engagement.read(folder).attestations

    assert entry.value.evidence == [Proof(file="evidence/in.pdf", sha256=HASH)] * 2


def test_evidence_from_elsewhere_is_refused_or_copied(folder: Path) -> None:
    assert "../out.pdf: is outside the engagement's folder" in refused(
        "IR-10", *GIVEN, "--evidence", "../out.pdf"
    )
    attest("IR-10", *GIVEN, "--evidence", "../out.pdf", "--copy")

    assert attestations()[0].evidence == [Proof(file="evidence/out.pdf", sha256=HASH)]
    assert (folder / "evidence" / "out.pdf").read_bytes() == b"proof"


def test_a_copy_never_replaces_another_file(folder: Path) -> None:
    (folder.parent / "in.pdf").write_bytes(b"other")

    assert "in.pdf: is there already and differs from ../in.pdf" in refused(
        "IR-10", *GIVEN, "--evidence", "../in.pdf", "--copy"
    )
    assert (folder / "evidence" / "in.pdf").read_bytes() == b"proof"


def test_nothing_is_copied_for_what_is_refused(folder: Path) -> None:
    attest("IR-10", *GIVEN)
    done = attest("IR-10", *GIVEN, "--evidence", "../out.pdf", "--copy")

    assert "IR-10: is attested from 2026-07-01 in line 3 already" in str(done.exception)
    assert not (folder / "evidence" / "out.pdf").exists()


def test_links_that_somebody_put_there_are_followed(folder: Path) -> None:
    (folder / "link.pdf").symlink_to(folder.parent / "out.pdf")
    (folder.parent / "same").symlink_to(folder)
    attest("IR-10", *GIVEN, "--evidence", "link.pdf", "--evidence", "../same/evidence/in.pdf")

    assert [proof.file for proof in attestations()[0].evidence] == ["link.pdf", "evidence/in.pdf"]


def test_a_linked_engagement_is_the_same(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder.parent / "same").symlink_to(folder)
    attest(
        "--engagement",
        str(folder.parent / "same"),
        "IR-10",
        *GIVEN,
        "--evidence",
        "evidence/in.pdf",
    )

    assert [proof.file for proof in attestations()[0].evidence] == ["evidence/in.pdf"]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("IR-10",), "missing: --result, --statement, --by, --until"),
        (("IR-99", *GIVEN), "there is no practice IR-99; did you mean"),
        (("CRED-01", *GIVEN), "CRED-01 is decided by scanner findings alone"),
        (("NET-13.x", *GIVEN), "there is no practice NET-13.x"),
        (("IR-10", *GIVEN, "--account", "1"), "--account: "),
        (("IR-10", *GIVEN, "--account", "222222222222"), "is not in scope"),
        (("IR-10", *GIVEN, "--evidence", "no.pdf"), "no.pdf: is neither a file nor a link"),
        (("IR-10", *GIVEN, "--evidence", "evidence"), "evidence: is neither a file nor a link"),
        (("IR-10", *GIVEN, "--from", "2028-01-01"), "missing"),
        (("IR-10", *GIVEN, "--until", "2026-06-30"), "--until: 2026-06-30 is before"),
        (("IR-10", *GIVEN, "--reason", "r"), "--reason says nothing without --not-applicable"),
        (("IR-10", *NONE, "--statement", "s"), "--statement says nothing with --not-applicable"),
        (("IR-10", "--not-applicable"), "missing: --reason, --by, --until"),
        (("IR-10.x", *NONE), "there is no criterion IR-10.x"),
        (("X", *NONE), "there is no practice X"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_written(
    arguments: tuple[str, ...], words: str
) -> None:
    if words == "missing":  # 365 days after a later first day
        assert attest(*arguments).exit_code == 0
        assert attestations()[0].valid_until == date(2028, 12, 31)
    else:
        assert words in refused(*arguments)


def test_a_practice_or_a_criterion_is_declared_not_to_apply() -> None:
    attest("cred-01", *NONE, "--account", "111111111111", "--from", "2026-06-01")
    done = attest("NET-13.GUARDDUTY-runtime-monitoring", *NONE)

    assert [entry.value for entry in engagement.read(Path()).not_applicable] == [
        NotApplicable(
            practice="CRED-01",
            accounts=["111111111111"],
            reason="r",
            by="b",
            declared=date(2026, 6, 1),
            expires=date(2027, 6, 30),
        ),
        NotApplicable(
            criterion="NET-13.guardduty-runtime-monitoring",
            reason="r",
            by="b",
            declared=date(2026, 7, 1),
            expires=date(2027, 6, 30),
        ),
    ]
    assert "Where something of it fails, a report refuses this" in done.stdout


def test_a_statement_that_begins_after_the_period_is_told(folder: Path) -> None:
    (folder / "gapfolio.toml").write_text('period = "2026-Q2"\n')

    assert "It has not begun on 2026-06-30" in attest("IR-10", *GIVEN).stdout


# --- asked on a terminal ---------------------------------------------------------------------


def asked(monkeypatch: pytest.MonkeyPatch, *arguments: str, answers: list[str]) -> Result:
    monkeypatch.setattr(declaring, "asks", lambda: True)
    return attest(*arguments, answers="".join(f"{answer}\n" for answer in answers))


def test_what_is_missing_is_asked_for(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    done = asked(
        monkeypatch,
        "IR-10",
        answers=[
            *("maybe", "fail", "Not yet", "no.pdf", "../out.pdf", "n", "../out.pdf", "y"),
            *("https://x.example", "", "Jane", "2026-06-01", "30d", ""),
        ],
    )

    assert done.exit_code == 0, done.output
    assert "no.pdf: is neither a file nor a link" in done.output
    [stated] = attestations()
    assert (stated.result, stated.statement, stated.by) == ("fail", "Not yet", "Jane")
    assert [proof.file or proof.link for proof in stated.evidence] == [
        "evidence/out.pdf",
        "https://x.example",
    ]
    assert (folder / "evidence" / "out.pdf").exists()


def test_what_is_not_confirmed_is_neither_written_nor_copied(
    monkeypatch: pytest.MonkeyPatch, folder: Path
) -> None:
    answers = ["pass", "s", "../out.pdf", "y", "", "b", "30d", "n"]
    done = asked(monkeypatch, "IR-10", answers=answers)

    assert "Aborted!" in done.output
    assert not (folder / "attestations.yaml").exists()
    assert not (folder / "evidence" / "out.pdf").exists()


def test_why_something_does_not_apply_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    done = asked(monkeypatch, "NET-09", "--not-applicable", answers=["", "No VPN", "b", "9d", "y"])

    assert done.exit_code == 0, done.output
    [entry] = engagement.read(Path()).not_applicable
    assert entry.value.reason == "No VPN"


def test_a_broken_file_is_told_and_kept(folder: Path) -> None:
    (folder / "attestations.yaml").write_text("- practice: [")
    done = attest("IR-10", *GIVEN)

    assert isinstance(done.exception, EngagementError)
    assert "mend that first, nothing was written" in str(done.exception)
    assert (folder / "attestations.yaml").read_text() == "- practice: ["


def test_the_example_in_the_docs_can_be_read(folder: Path) -> None:
    page = (DOCS / "attestations.md").read_text(encoding="utf-8")
    [example] = re.findall(r"^```yaml\n(.*?)^```$", page, re.M | re.S)
    (folder / "attestations.yaml").write_text(example)

    assert [stated.practice for stated in attestations()] == ["IR-10"]
    assert {name for name in COLUMNS if f"`{name}`" not in page} == set()
