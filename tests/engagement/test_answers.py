"""The questionnaire goes round through any spreadsheet and comes back as entries, once."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from gapfolio import catalogue, engagement
from gapfolio.engagement import Attestation, NotApplicable, Proof, append
from gapfolio.engagement.answer_sheet import Sheet, parsed
from gapfolio.engagement.answers import Answers, read
from gapfolio.engagement.desk import Desk, folder
from gapfolio.engagement.questionnaire import ANSWERS, COLUMNS, ZONING, questions, sheet
from gapfolio.errors import InputError
from gapfolio.tabular import cell

CATALOGUE = catalogue.load()
ALL = list(questions(CATALOGUE, [], {}))
TODAY = date(2026, 7, 1)
PLAIN = ("yes", "Done", "", "Jane", "2026-07-01", "2026-12-31")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    (tmp_path / "gapfolio.toml").write_text(
        '[[accounts]]\nid = "111111111111"\nname = "Production; EU, main"\n'
        '[[accounts]]\nid = "022222222222"\n'
    )
    (tmp_path / "evidence").mkdir()
    (tmp_path / "evidence" / "a.pdf").write_bytes(b"")
    monkeypatch.setattr(Desk, "today", lambda _: TODAY)
    return Desk(tmp_path, folder(tmp_path), CATALOGUE)


def filled(
    answers: Mapping[str, tuple[str, ...]],
    delimiter: str = ",",
    encoding: str = "utf-8-sig",
    accounts: str = "",
) -> bytes:
    """Give the sheet with answers, as a spreadsheet would save it."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, delimiter=delimiter)
    for row in csv.reader(io.StringIO(sheet(ALL).decode("utf-8-sig"), newline="")):
        if row[0] in answers:
            row[5:] = [accounts, *answers[row[0]]]
        writer.writerow(row)
    return file.getvalue().encode(encoding)


def imported(desk: Desk, content: bytes) -> Answers:
    """Read the answers and write what is new."""
    fresh = replace(desk, folder=folder(desk.directory))
    answers, additions = read(parsed(content, "back.csv"), "back.csv", fresh)
    append.write(additions)
    return answers


def refused(desk: Desk, content: bytes) -> list[str]:
    """Give the faults; nothing may have been written."""
    with pytest.raises(InputError) as told:
        imported(desk, content)
    assert not (desk.directory / "attestations.yaml").exists()
    assert not (desk.directory / "not_applicable.yaml").exists()
    first, *faults = str(told.value).split("\n  ")
    assert first == "back.csv: nothing was written:"
    return faults


# --- the sheet -------------------------------------------------------------------------------


def test_the_sheet_opens_in_a_spreadsheet_with_a_row_for_each_manual_practice() -> None:
    content = sheet(ALL)
    header, *rows = csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)

    assert content.startswith(b"\xef\xbb\xbf")
    assert tuple(header) == COLUMNS
    assert [row[0] for row in rows] == [
        practice.id for practice in CATALOGUE.practices() if practice.evidence != "automated"
    ]
    for row in rows:
        practice = CATALOGUE.practice(row[0])
        assert practice
        assert row[1:3] == [cell(practice.title), cell(practice.attest)]
        assert row[2]
        assert row[6:] == [""] * len(ANSWERS)


def test_the_five_zoning_questions_are_marked() -> None:
    rows = csv.reader(io.StringIO(sheet(ALL).decode("utf-8-sig"), newline=""))
    marked = {row[0]: row[3] for row in rows if row[3] and row[0] != "practice"}

    assert marked == ZONING
    assert [text[:2] for text in marked.values()] == ["1:", "2:", "3:", "4:", "5:", "5:", "5:"]
    for name in ZONING:
        practice = CATALOGUE.practice(name)
        assert practice
        assert practice.section == "Securing the Infrastructure: zoning questions"


def test_only_what_is_open_is_asked_and_only_where_it_is(desk: Desk) -> None:
    accounts = desk.folder.engagement.accounts
    done = {"IR-10": {"111111111111"}, "IR-11": {"111111111111", "022222222222"}}
    asked = {q.practice.id: q.accounts for q in questions(CATALOGUE, accounts, done)}

    assert [account.id for account in asked["IR-10"]] == ["022222222222"]
    assert "IR-11" not in asked
    assert asked["IR-12"] == []
    assert "IR-10" not in {q.practice.id for q in questions(CATALOGUE, [], {"IR-10": {""}})}


def test_accounts_are_written_so_that_no_spreadsheet_makes_numbers_of_them(desk: Desk) -> None:
    first, second = desk.folder.engagement.accounts
    for account, written in (
        (first, "111111111111 (Production EU main)"),
        (second, "AWS 022222222222"),
    ):
        done = {"IR-10": {first.id, second.id} - {account.id}}
        asked = list(questions(CATALOGUE, [first, second], done))
        assert written in sheet(asked).decode("utf-8-sig")
        imported(desk, filled({"IR-10": PLAIN}, accounts=written))

    attested = engagement.read(desk.directory).attestations
    assert [entry.value.accounts for entry in attested] == [[first.id], [second.id]]


# --- its answers -----------------------------------------------------------------------------


def test_answers_become_attestations_and_declarations(desk: Desk) -> None:
    found = imported(
        desk,
        filled(
            {
                "IR-10": (
                    *("Yes", 'Held: "all"\n# two lines', "evidence/a.pdf; https://x.example/a;b"),
                    *("Jane, CISO", "1.7.2026", "31/12/2026"),
                ),
                "IR-11": ("FAIL", "-", "", "Jané", "", "31-Dec-2026"),
                "NET-09": ("Not  Applicable", "'=none", "", "Jane", "2026-06-01", "2027-06-30"),
                "NET-12": ("", "", "", "", "", ""),
            }
        ),
    )
    written = engagement.read(desk.directory)

    assert [entry.value for entry in written.attestations] == [
        Attestation(
            practice="IR-10",
            result="pass",
            statement='Held: "all"\n# two lines',
            evidence=[
                Proof(
                    file="evidence/a.pdf",
                    sha256="e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                ),
                Proof(link="https://x.example/a;b"),
            ],
            by="Jane, CISO",
            valid_from=TODAY,
            valid_until=date(2026, 12, 31),
        ),
        Attestation(
            practice="IR-11",
            result="fail",
            statement="-",
            by="Jané",
            valid_from=TODAY,
            valid_until=date(2026, 12, 31),
        ),
    ]
    assert [entry.value for entry in written.not_applicable] == [
        NotApplicable(
            practice="NET-09",
            reason="=none",
            by="Jane",
            declared=date(2026, 6, 1),
            expires=date(2027, 6, 30),
        )
    ]
    assert found.unanswered == len(ALL) - 3


def test_the_same_sheet_twice_adds_nothing_even_on_another_day(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    undated = (*PLAIN[:4], "", PLAIN[5])
    content = filled({"IR-10": PLAIN, "IR-11": undated, "NET-09": ("n/a", *undated[1:])})
    first = imported(desk, content)
    before = [
        (desk.directory / name).read_bytes()
        for name in ("attestations.yaml", "not_applicable.yaml")
    ]
    monkeypatch.setattr(Desk, "today", lambda _: date(2026, 7, 2))
    second = imported(desk, content)

    assert (len(first.attestations), len(first.not_applicable), first.on_file) == (2, 1, 0)
    assert (len(second.attestations), len(second.not_applicable), second.on_file) == (0, 0, 3)
    assert before == [
        (desk.directory / name).read_bytes()
        for name in ("attestations.yaml", "not_applicable.yaml")
    ]


@pytest.mark.parametrize(
    ("delimiter", "encoding"),
    [(",", "utf-8"), (";", "utf-8-sig"), (";", "cp1252"), ("\t", "utf-16"), (",", "utf-16")],
)
def test_a_sheet_that_was_saved_anew_is_the_same(desk: Desk, delimiter: str, encoding: str) -> None:
    answers = {"IR-10": ("yes", "Größe; a, b\nc", "", "Ünal", "2026-07-01", "2026-12-31")}
    content = filled(answers, delimiter, encoding)
    imported(desk, content)
    [entry] = engagement.read(desk.directory).attestations

    assert (entry.value.statement, entry.value.by) == ("Größe; a, b\nc", "Ünal")
    assert bool(parsed(content, "x").guessed) == (encoding == "cp1252")


def test_a_line_that_names_the_delimiter_is_heeded_and_not_counted(desk: Desk) -> None:
    content = b"sep=;\r\n" + filled({"FND-01": ("maybe", *PLAIN[1:])}, ";", "utf-8")

    assert refused(desk, content)[0].startswith("row 2, column result: 'maybe' is no answer")


def test_columns_may_change_places_and_others_are_named(desk: Desk) -> None:
    content = (
        b"Comment,VALID_UNTIL,by, practice ,result,statement,evidence,valid_from,accounts\r\n"
        b"c,2026-12-31,Jane,ir-10,pass,Done,,2026-07-01,\r\n,,,\r\n"
    )

    assert parsed(content, "x").ignored == ["comment"]
    assert len(imported(desk, content).attestations) == 1


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("result", "maybe", "'maybe' is no answer; write pass, fail or not applicable"),
        ("result", "", "is empty; write pass, fail or not applicable"),
        ("statement", "", "is empty; it must be said"),
        ("by", " ", "is empty; it must be said"),
        ("valid_from", "01/07/2026", "'01/07/2026' could be 7 January or 1 July"),
        ("valid_until", "2026-02-30", "'2026-02-30': there is no such day"),
        ("valid_until", "", "is empty; it must be said"),
        ("valid_until", "2026-06-30", "2026-06-30 is before valid_from, 2026-07-01"),
        ("evidence", "see wiki", "see wiki: is neither a file nor a link"),
        ("evidence", "../secret", "../secret: is outside the engagement's folder"),
        ("accounts", "1.11111E+11", "'1.11111E+11' is neither the 12 digits"),
        ("accounts", "22222222222", "'22222222222' is neither the 12 digits"),
        ("accounts", "333333333333", "account 333333333333 is not in scope"),
        ("practice", "IR-99", "there is no practice IR-99; did you mean"),
        ("practice", "CRED-01", "CRED-01 is decided by scanner findings alone"),
        ("practice", "", "is empty; it must be said"),
    ],
)
def test_a_fault_names_row_and_column_and_nothing_is_written(
    desk: Desk, column: str, text: str, words: str
) -> None:
    (desk.directory.parent / "secret").write_text("x")
    rows = list(
        csv.reader(io.StringIO(filled({"CRED-04": PLAIN, "CRED-05": PLAIN}).decode("utf-8-sig")))
    )
    rows[3][COLUMNS.index(column)] = text
    file = io.StringIO()
    csv.writer(file).writerows(rows)
    [fault] = refused(desk, file.getvalue().encode())

    assert fault.startswith(f"row 4, column {column}: ")
    assert words in fault


def test_evidence_of_what_does_not_apply_is_refused(desk: Desk) -> None:
    [fault] = refused(desk, filled({"IR-10": ("na", "r", "evidence/a.pdf", *PLAIN[3:])}))

    assert "column evidence: what does not apply has none" in fault


def test_two_rows_that_say_different_things_of_the_same_are_refused(desk: Desk) -> None:
    rows = filled({"CRED-04": PLAIN}).decode("utf-8-sig").split("\r\n")
    same = "\r\n".join([*rows[:3], rows[2], *rows[3:]])
    assert len(imported(desk, same.encode()).attestations) == 1
    (desk.directory / "attestations.yaml").unlink()

    other = "\r\n".join([*rows[:3], rows[2].replace("Done", "Not"), *rows[3:]])
    assert refused(desk, other.encode()) == [
        "row 4, column practice: CRED-04 is answered otherwise in row 3"
    ]


def test_an_answer_that_contradicts_the_engagement_is_refused(desk: Desk) -> None:
    imported(desk, filled({"IR-10": PLAIN}))

    with pytest.raises(InputError, match=r"column practice: IR-10: is attested from 2026-07-01"):
        imported(desk, filled({"IR-10": ("no", *PLAIN[1:])}))


def test_all_faults_are_told_up_to_twenty(desk: Desk) -> None:
    bad = ("maybe", "", "", "", "", "x")
    faults = refused(desk, filled({question.practice.id: bad for question in ALL}))

    assert len(faults) == 21
    assert faults[-1] == f"and {4 * len(ALL) - 20} more"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "has no column practice, result"),
        (b"practice,result\n", "has no column statement, evidence"),
        (b'practice,"result', "line 1: is no CSV"),
        (b"\x81\x8d\x00", "is no text"),
        (b"\xff\xfea", "is no text|has no column"),
        (b"PK\x03\x04" + bytes(range(256)), "is no text"),
    ],
)
def test_what_is_no_sheet_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(InputError, match=rf"^x\.csv: .*({words})"):
        parsed(content, "x.csv")


def only_row(text: str) -> Sheet:
    file = io.StringIO(newline="")
    csv.writer(file, quoting=csv.QUOTE_ALL).writerows([COLUMNS, [text] * len(COLUMNS)])
    return parsed(file.getvalue().encode(), "x")


@given(st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])).map(str.strip))
def test_what_the_export_guards_the_import_takes_off(text: str) -> None:
    assume(not text.startswith("'"))

    assert only_row(cell(text)).rows[0].cells["by"] == text


@pytest.mark.parametrize(
    "text", ["=1+1", "-5", "+49 30 1", "@home", "'tis so", "''quoted''", "plain"]
)
def test_words_that_look_like_formulas_come_back(text: str) -> None:
    assert only_row(cell(text)).rows[0].cells["by"] == text
    assert only_row(text).rows[0].cells["by"] == text
