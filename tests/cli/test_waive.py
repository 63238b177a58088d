"""`gapfolio waive`: by flags, asked on a terminal, and drafted from a mutelist."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from gapfolio import engagement
from gapfolio.cli import declaring, group
from gapfolio.engagement import Waiver
from gapfolio.engagement.desk import Desk
from gapfolio.errors import EngagementError, GapfolioError, InputError

DOCS = Path(__file__).parents[2] / "docs"
GIVEN = ("--reason", "r", "--owner", "o", "--approver", "a", "--expires", "90d")
MUTELIST = """
Mutelist:
  Accounts:
    "*":
      Checks:
        iam_root_mfa_enabled: {Regions: ["*"], Resources: ["*"]}
        "*": {Regions: ["*"], Resources: [test]}
"""


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in an engagement, on the first of July."""
    (tmp_path / "gapfolio.toml").write_text('client = "Acme"\n')
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(Desk, "today", lambda _: date(2026, 7, 1))
    return tmp_path


def waive(*arguments: str, answers: str = "") -> Result:
    return CliRunner().invoke(group, ["waive", *arguments], input=answers)


def refused(*arguments: str) -> str:
    """Give what a refusal says; nothing may have been written."""
    done = waive(*arguments)

    assert done.exit_code != 0
    assert not Path("waivers.yaml").exists()
    if isinstance(done.exception, GapfolioError):
        return str(done.exception)
    assert done.exit_code == 2, done.output
    return done.stderr


def waivers() -> list[Waiver]:
    return [entry.value for entry in engagement.read(Path()).waivers]


def test_help_has_an_example() -> None:
    assert "gapfolio waive --from-mutelist mutelist.yaml" in waive("--help").stdout


def test_a_waiver_is_written_by_flags_and_shown(folder: Path) -> None:
    done = waive(
        *(
            "--practice",
            "cred-09",
            "--criterion",
            "CRED-09.CONSOLE-users-mfa",
            "--account",
            "111111111111",
        ),
        *("--resource", "arn:aws:iam::*:user/a-*", "--resource", "b"),
        *("--ticket", "RISK-12", *GIVEN),
    )

    assert waivers() == [
        Waiver(
            id="W-2026-01",
            practice="CRED-09",
            criterion="CRED-09.console-users-mfa",
            account="111111111111",
            resource=["arn:aws:iam::*:user/a-*", "b"],
            reason="r",
            owner="o",
            approver="a",
            ticket="RISK-12",
            granted=date(2026, 7, 1),
            expires=date(2026, 9, 29),
        )
    ]
    assert done.stdout.startswith("Wrote to waivers.yaml, line 3:\n\n- id: W-2026-01\n")
    assert "never lifts the score" in done.stdout
    assert (folder / "waivers.yaml").read_text().startswith("# Waivers")


def test_the_next_free_id_of_the_year_is_taken() -> None:
    for name in ("W-2026-07", "W-2025-30", "other"):
        waive("--practice", "CRED-01", "--resource", name, "--id", name, *GIVEN)
    waive("--practice", "CRED-02", *GIVEN)
    waive("--practice", "CRED-02", *GIVEN, "--granted", "2027-01-01")

    assert [waiver.id for waiver in waivers()][3:] == ["W-2026-08", "W-2027-01"]


def test_another_folder_can_be_named(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir("/")

    assert waive("--engagement", str(folder), "--practice", "CRED-01", *GIVEN).exit_code == 0
    assert (folder / "waivers.yaml").exists()


def test_whether_it_holds_when_the_period_ends_is_said(folder: Path) -> None:
    (folder / "gapfolio.toml").write_text('period = "2026-Q3"\n')

    for expires, words in (
        ("2026-09-29", "It has ended on 2026-09-30"),
        ("2026-10-01", "It holds"),
    ):
        done = waive("--practice", "CRED-01", "--resource", expires, *GIVEN, "--expires", expires)
        assert words in done.stdout


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "missing: --practice or another selector, --reason, --owner, --approver, --expires"),
        (("--practice", "CRED-01", "--reason", "  ", *GIVEN[2:]), "missing: --reason"),
        (("--practice", "CRED-99", *GIVEN), "--practice: there is no practice CRED-99; did you"),
        (
            ("--criterion", "CRED-01.root", *GIVEN),
            "--criterion: there is no criterion CRED-01.root",
        ),
        (
            ("--check", "iam_root_mfa_enable", *GIVEN),
            "--check: there is no check iam_root_mfa_enable; did you mean iam_root_mfa_enabled",
        ),
        (("--check", "prowler:x", *GIVEN), "--check: prowler has no check x"),
        (("--practice", "", *GIVEN), "--practice: is empty"),
        (("--practice", "CRED-01", *GIVEN, "--expires", "2026-02-30"), "there is no such day"),
        (("--practice", "CRED-01", *GIVEN, "--expires", "soon"), "'soon' is no date"),
        (("--practice", "CRED-01", *GIVEN, "--expires", "2026-06-30"), "is before the first day"),
        (("--practice", "CRED-01", *GIVEN, "--expires", "366d"), "more than 365 days after"),
        (("--practice", "CRED-01", *GIVEN, "--granted", "1.7.2026"), "--granted: '1.7.2026'"),
        (("--practice", "CRED-01", "-o", "x", *GIVEN), "-o goes with --from-mutelist only"),
        (("--from-mutelist", "gapfolio.toml", "--owner", "o"), "--from-mutelist goes with"),
        (("--practice", "CRED-01", *GIVEN, "--reason", "\udcff"), "is no text"),
    ],
)
def test_what_is_wrong_is_told_by_its_flag_and_nothing_is_written(
    arguments: tuple[str, ...], words: str
) -> None:
    assert words in " ".join(refused(*arguments).split())


def test_an_account_out_of_scope_is_refused(folder: Path) -> None:
    (folder / "gapfolio.toml").write_text('[[accounts]]\nid = "111111111111"\n')

    assert "--account: account 222222222222 is not in scope" in refused(
        "--account", "222222222222", *GIVEN
    )


def test_the_longest_term_is_the_engagements(folder: Path) -> None:
    (folder / "gapfolio.toml").write_text("[waivers]\nlongest_days = 30\n")

    assert "more than 30 days" in refused("--practice", "CRED-01", *GIVEN)


def test_a_waiver_that_clashes_with_another_is_refused_and_the_file_kept(folder: Path) -> None:
    waive("--practice", "CRED-01", *GIVEN)
    before = (folder / "waivers.yaml").read_bytes()
    same = waive("--practice", "CRED-01", *GIVEN)
    number = waive("--practice", "CRED-02", "--id", "W-2026-01", *GIVEN)

    assert "W-2026-02: selects the same as W-2026-01 in line 3" in str(same.exception)
    assert str(number.exception) == "id: W-2026-01 stands in line 3 already; nothing was written"
    assert (folder / "waivers.yaml").read_bytes() == before


def test_a_folder_without_an_engagement_says_how_to_begin(folder: Path) -> None:
    (folder / "gapfolio.toml").unlink()

    assert "gapfolio.toml: there is no such file; run gapfolio init" in refused(
        "--practice", "CRED-01", *GIVEN
    )


def test_settings_that_are_wrong_are_told(folder: Path) -> None:
    (folder / "gapfolio.toml").write_text("clint = 1\n")

    assert "gapfolio.toml: line 1: " in refused("--practice", "CRED-01", *GIVEN)


# --- asked on a terminal ---------------------------------------------------------------------


def asked(monkeypatch: pytest.MonkeyPatch, *answers: str, given: tuple[str, ...] = ()) -> Result:
    monkeypatch.setattr(declaring, "asks", lambda: True)
    return waive(*given, answers="".join(f"{answer}\n" for answer in answers))


def test_what_is_missing_is_asked_for_until_it_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    done = asked(
        monkeypatch,
        *("", "", "", "", "", "", ""),
        *("cred-99", "cred-09", "", "", "", "eu-central-1", "", ""),
        *(" ", "Because: it's so", "Ö", "Me"),
        *("2026-02-30", "400d", "30d", "y"),
    )

    assert "waiver for everything would say nothing" in done.output
    assert "there is no practice cred-99" in done.output
    assert "more than 365 days" in done.output
    assert done.exit_code == 0, done.output
    [waiver] = waivers()
    assert (waiver.practice, waiver.region) == ("CRED-09", "eu-central-1")
    assert (waiver.reason, waiver.owner, waiver.approver) == ("Because: it's so", "Ö", "Me")
    assert waiver.expires == date(2026, 7, 31)


def test_what_was_given_is_not_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    done = asked(monkeypatch, "", given=("--tag", "env=dev", *GIVEN[:6], "--expires", "9d"))

    assert "Write this" not in done.output
    assert [waiver.tag for waiver in waivers()] == ["env=dev"]


def test_what_is_not_confirmed_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    done = asked(monkeypatch, "9d", "n", given=("--tag", "env=dev", *GIVEN[:6]))

    assert done.exit_code == 1
    assert "Aborted!" in done.output
    assert not Path("waivers.yaml").exists()


# --- drafted from a mutelist -----------------------------------------------------------------


def test_a_draft_is_written_once_and_told(folder: Path) -> None:
    (folder / "mutelist.yaml").write_text(MUTELIST)
    waive("--practice", "CRED-01", *GIVEN)
    done = waive("--from-mutelist", "mutelist.yaml")
    text = (folder / "waivers.draft.yaml").read_text()

    assert "- id: W-2026-02\n" in text
    assert done.stderr.startswith("Wrote waivers.draft.yaml\nnote: ")
    assert "Mutes drafted as waivers: 1, 0 of them without a part" in done.stderr
    assert "Commented out, as they would cover more than the mute: 1" in done.stderr
    again = waive("--from-mutelist", "mutelist.yaml")
    assert isinstance(again.exception, EngagementError)
    assert "is there already" in str(again.exception)
    assert (folder / "waivers.draft.yaml").read_text() == text
    assert len(waivers()) == 1


def test_a_draft_goes_where_it_is_told_to(folder: Path) -> None:
    (folder / "mutelist.yaml").write_text(MUTELIST)
    waive("--from-mutelist", "mutelist.yaml", "-o", "other.yaml")
    shown = waive("--from-mutelist", "mutelist.yaml", "-o", "-")

    assert shown.stdout == (folder / "other.yaml").read_text()
    assert sorted(path.name for path in folder.iterdir()) == [
        "gapfolio.toml",
        "mutelist.yaml",
        "other.yaml",
    ]


def test_a_filled_in_draft_is_a_file_of_waivers_and_one_that_is_not_is_refused(
    folder: Path,
) -> None:
    (folder / "mutelist.yaml").write_text(
        MUTELIST.replace("Resources: [", "Description: d, Resources: [")
    )
    waive("--from-mutelist", "mutelist.yaml", "-o", "waivers.yaml")

    with pytest.raises(EngagementError, match="expires"):
        engagement.read(folder)
    text = (folder / "waivers.yaml").read_text().replace('""', "me")
    (folder / "waivers.yaml").write_text(text.replace("expires:\n", "expires: 2026-12-31\n"))
    assert [waiver.owner for waiver in waivers()] == ["me"]


def test_what_is_no_mutelist_is_told_and_nothing_is_written(folder: Path) -> None:
    done = waive("--from-mutelist", "gapfolio.toml")

    assert isinstance(done.exception, InputError)
    assert [path.name for path in folder.iterdir()] == ["gapfolio.toml"]


# --- documented ------------------------------------------------------------------------------


def test_the_example_in_the_docs_is_what_the_command_writes(folder: Path) -> None:
    page = (DOCS / "waivers.md").read_text(encoding="utf-8")
    [example] = re.findall(r"^```yaml\n(.*?)^```$", page, re.M | re.S)
    waive(
        *("--practice", "CRED-09", "--resource", "arn:aws:iam::*:user/legacy-*"),
        *("--reason", "Replaced in October", "--owner", "Platform team"),
        *("--approver", "Jane Roe, CISO", "--ticket", "RISK-12", "--expires", "90d"),
    )
    written = waivers()
    (folder / "waivers.yaml").write_text(example)

    assert waivers()[:1] == written
    assert len(waivers()) == 2
