"""What people stated, what they declared not applicable, and what they still have to state."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from declared import THREE, attested, engaged, inapplicable
from reportable import seen, small, written

from gapfolio.engagement import Attestation, Entry, Proof
from gapfolio.hashing import sha256
from gapfolio.report.text import BREAK
from gapfolio.report.view import open_blanks
from gapfolio.report.view.attestations import MOST_GIVEN

EXPIRED = attested(valid_from=date(2025, 7, 1), valid_until=date(2026, 6, 30))
AHEAD = attested(valid_from=date(2026, 10, 5))
VOID = attested(evidence=[Proof(file="gone.pdf", sha256="ab" * 32)])


def test_an_attestation_is_listed_with_everything_it_says(tmp_path: Path) -> None:
    proof = tmp_path / "runbook.pdf"
    proof.write_bytes(b"runbook")
    evidence = [
        Proof(file=proof.name, sha256=sha256(proof)),
        Proof(link="https://wiki.example.com/ir"),
        Proof(file="gone.pdf", sha256="ab" * 32),
    ]
    given = engaged(attestations=[attested(evidence=evidence)], directory=tmp_path)
    [row] = seen(*given).attestations.given

    assert (row.by, row.term) == ("Ada, operations", "1 July 2026 to 30 June 2027")
    assert row.statement == "It was practised in August."
    assert [
        (p.name.replace(BREAK, ""), p.sha256.replace(BREAK, ""), p.state) for p in row.proofs
    ] == [
        ("runbook.pdf", sha256(proof), "unchanged since it was attested"),
        ("https://wiki.example.com/ir", "", "link, not checked"),
        ("gone.pdf", "ab" * 32, "✗ missing"),
    ]
    assert sha256(proof) in written(*given).text


@pytest.mark.parametrize(
    ("entry", "chip", "scope"),
    [
        (attested(), "Attested", "Counts in all 3 accounts in scope."),
        (attested(result="fail"), "Attested as a gap", "Counts in all 3 accounts in scope."),
        (EXPIRED, "Expired", "Speaks of all 3 accounts in scope; counts nowhere."),
        (AHEAD, "Not yet valid", "Speaks of all 3 accounts in scope; counts nowhere."),
        (VOID, "Void", "Speaks of all 3 accounts in scope; counts nowhere."),
        (attested(accounts=THREE[:1]), "Attested", f"Counts in account {THREE[0]} n1."),
    ],
)
def test_result_and_state_are_said_in_words(
    entry: Entry[Attestation], chip: str, scope: str
) -> None:
    [row] = seen(*engaged(attestations=[entry])).attestations.given

    assert (row.chip.text, row.scope) == (chip, scope)
    assert bool(row.stated) == (chip in ("Expired", "Not yet valid", "Void"))


def test_of_two_that_speak_of_the_same_account_one_decides() -> None:
    later = attested(accounts=THREE[:1], valid_from=date(2026, 8, 1), by="Bo")
    first, second = seen(*engaged(attestations=[attested(), later])).attestations.given

    assert first.scope == (
        f"Speaks of all 3 accounts in scope; counts in 2 accounts: {THREE[1]} n2, {THREE[2]} n3, "
        "a later one in the rest."
    )
    assert second.scope == f"Counts in account {THREE[0]} n1."


def test_only_what_is_open_is_still_to_be_attested() -> None:
    some = seen(*engaged(attestations=[attested(accounts=THREE[:1])])).attestations
    every = engaged(attestations=[attested()])

    assert [(row.row.id, row.where, row.why) for row in some.needed] == [
        ("IR-01", f"2 accounts: {THREE[1]} n2, {THREE[2]} n3", "no attestation on file")
    ]
    assert seen(*every).attestations.needed == ()
    assert "Every practice that needs an attestation has one" in written(*every).text


@pytest.mark.parametrize(
    ("entry", "why"),
    [
        (EXPIRED, "the attestation has expired"),
        (AHEAD, "the attestation is not yet valid"),
        (VOID, "the evidence of the attestation is missing or was changed"),
    ],
)
def test_an_attestation_that_does_not_hold_leaves_its_reason(
    entry: Entry[Attestation], why: str
) -> None:
    view = seen(*engaged(attestations=[entry]))

    assert [row.why for row in view.attestations.needed] == [why]
    assert (why, "3") in [(row.text, row.cells) for row in view.coverage.reasons]
    assert "no attestation on file" not in [row.text for row in view.coverage.reasons]


@pytest.mark.parametrize(
    ("entries", "said"),
    [
        ([], "open in all 3 accounts: no attestation on file."),
        ([attested()], "by Ada, operations, valid until 30 June 2027."),
        ([attested(result="fail")], "as a gap by Ada, operations, valid until 30 June 2027."),
        (
            [EXPIRED],
            (
                "that by Ada, operations expired on 30 June 2026; "
                "open in all 3 accounts: the attestation has expired."
            ),
        ),
        (
            [attested(accounts=THREE[:1])],
            (
                "by Ada, operations in 1 account, valid until 30 June 2027; "
                "open in 2 of 3 accounts: no attestation on file."
            ),
        ),
    ],
)
def test_the_practice_says_who_attested_and_what_is_open(
    entries: list[Entry[Attestation]], said: str
) -> None:
    given = engaged(attestations=entries)
    chapter = seen(*given).chapters[2]
    [entry] = (*chapter.failing, *chapter.others)

    assert entry.attested == said
    assert f"Attestation: {said}" in written(*given).text


def test_a_practice_that_scanners_judge_needs_no_attestation() -> None:
    chapters = seen(*engaged()).chapters

    assert all(not entry.attested for entry in (*chapters[0].failing, *chapters[1].failing))


def test_what_is_declared_not_applicable_says_what_became_of_it() -> None:
    given = engaged(
        not_applicable=[
            inapplicable(practice="IR-01"),
            inapplicable(practice="NET-01"),
            inapplicable(criterion="CRED-02.unused", expires=date(2026, 7, 31)),
        ]
    )
    rows = seen(*given).attestations.declared

    assert [(row.what, row.title, row.state.text) for row in rows] == [
        ("IR-01", "IR-01", "Valid"),
        ("NET-01", "NET-01", "Valid"),
        ("CRED-02.unused", "unused holds.", "Expired"),
    ]
    assert [row.cells for row in rows] == [
        "3 cells left the sums.",
        "No cell left the sums.",
        "No cell left the sums: it is not valid.",
    ]
    assert [row.refused for row in rows] == [
        "",
        "Refused in all 3 accounts in scope: something fails there.",
        "",
    ]


def test_declared_cells_are_told_apart_from_those_with_nothing_to_assess() -> None:
    given = engaged(not_applicable=[inapplicable(practice="IR-01")])
    view = seen(*given)
    [entry] = view.chapters[2].others

    assert (view.coverage.absent, view.coverage.declared_out) == ("3 cells", "3 cells")
    assert "and so are 3 cells that somebody declared not applicable" in written(*given).text
    assert entry.chip.text == "Not applicable"
    assert entry.found == "Declared not applicable (3 cells)."
    assert view.attestations.needed == ()


def test_blanks_name_what_lapsed_and_count_what_is_missing() -> None:
    def texts(*entries: Entry[Attestation]) -> list[str]:
        assessment, _, folder = engaged(attestations=entries)
        found = open_blanks(assessment, folder)
        return [blank.text for blank in found if blank.section == "attestations"]

    assert texts() == ["1 attestation open."]
    assert texts(attested()) == []
    assert texts(EXPIRED) == [
        "The attestation of IR-01 by Ada, operations expired on 30 June 2026."
    ]
    assert texts(VOID) == [
        (
            "The attestation of IR-01 by Ada, operations is void: "
            "its evidence is missing or was changed."
        )
    ]
    assert texts(EXPIRED, attested()) == []


def test_many_attestations_are_cut_and_said_so() -> None:
    many = [attested(valid_from=date(2026, 1, 1 + n % 28), by=f"P{n}") for n in range(100)]
    found = seen(*engaged(attestations=many)).attestations

    assert len(found.given) == MOST_GIVEN
    assert found.given_more == f"{MOST_GIVEN} of 100, all in assessment.json"


def test_an_attestation_of_a_practice_that_the_catalogue_lacks_is_listed_all_the_same() -> None:
    given = engaged(attestations=[attested(practice="OLD-01")])

    assert [row.row for row in seen(*given).attestations.given] == [None]
    assert "OLD-01 is not in the catalogue." in written(*given).text


def test_without_attestations_the_section_is_a_list_to_fill() -> None:
    text = written(*small()).text

    assert "1 practice needs an attestation; none is on file." in text
    assert "It was practised." in text
