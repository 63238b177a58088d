"""Attestations, and declarations that something does not apply."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from gapfolio.engagement import (
    Account,
    Attestation,
    Engagement,
    Entry,
    Folder,
    NotApplicable,
    Notes,
    Proof,
)
from gapfolio.engagement.attestations import inside
from gapfolio.hashing import sha256
from gapfolio.model import Assessment, Counts, Finding, PracticeResult
from gapfolio.testing import ACCOUNT, assess_findings, make_catalogue, make_finding

OTHER = "222222222222"
CATALOGUE = make_catalogue(
    NET_01={"criteria": {"open": ("resource", ["d"]), "shut": ("resource", ["e"])}},
    NET_02={"criteria": {"seen": ("resource", ["hub:Z"])}},
    DET_01={"evidence": "both", "attest": "So?", "criteria": {"on": ("account", ["a"])}},
    IR_01={"evidence": "manual", "attest": "So?"},
)
SCOPE = Engagement(accounts=[Account(id=ACCOUNT), Account(id=OTHER)])
SEEN = [make_finding(check="d", status="pass"), make_finding(check="a", status="pass")]


def stated(practice: str = "IR-01", **fields: Any) -> Attestation:
    given: dict[str, Any] = {
        "practice": practice,
        "result": "pass",
        "statement": "It is so.",
        "by": "Head of operations",
        "valid_from": date(2026, 7, 1),
        "valid_until": date(2027, 6, 30),
    }
    return Attestation(**{**given, **fields})


def declared(**fields: Any) -> NotApplicable:
    given: dict[str, Any] = {
        "reason": "There are none.",
        "by": "Architect",
        "declared": date(2026, 7, 1),
        "expires": date(2027, 6, 30),
    }
    return NotApplicable(**{**given, **fields})


def judge(
    *items: Attestation | NotApplicable, found: list[Finding] = SEEN, directory: Path = Path()
) -> Assessment:
    path = Path("file.yaml")
    folder = Folder(
        SCOPE,
        Notes(),
        directory,
        attestations=tuple(Entry(path, 1, i) for i in items if isinstance(i, Attestation)),
        not_applicable=tuple(Entry(path, 1, i) for i in items if isinstance(i, NotApplicable)),
    )
    return assess_findings(found, catalogue=CATALOGUE, folder=folder)


def practice(assessment: Assessment, name: str = "IR-01") -> PracticeResult:
    return next(p for p in assessment.practices if p.id == name)


def test_an_attestation_fills_its_cell_in_every_account() -> None:
    found = judge(stated())

    assert practice(found).cells == Counts(passed=2)
    assert found.attestations[0].counts_in == [ACCOUNT, OTHER]


def test_an_attested_gap_fails() -> None:
    assert practice(judge(stated(result="fail"))).cells == Counts(failed=2)


def test_an_attestation_of_one_account_leaves_the_others_unknown() -> None:
    found = practice(judge(stated(accounts=[OTHER])))

    assert found.cells == Counts(passed=1, unknown=1)
    assert found.attestation_reasons == {"not_attested": 1}


def test_the_scanner_and_the_person_are_judged_apart() -> None:
    found = practice(judge(stated("DET-01", result="fail")), "DET-01")

    assert found.attestation == Counts(failed=2)
    assert found.automated_cells == Counts(passed=1, unknown=1)


@pytest.mark.parametrize(
    ("first", "last", "state", "reason"),
    [
        (date(2026, 9, 30), date(2026, 12, 31), "valid", None),
        (date(2026, 1, 1), date(2026, 9, 30), "valid", None),
        (date(2026, 1, 1), date(2026, 9, 29), "expired", "attestation_expired"),
        (date(2026, 10, 1), date(2026, 12, 31), "not yet valid", "attestation_not_yet"),
    ],
)
def test_an_attestation_is_judged_on_the_last_day_of_the_period(
    first: date, last: date, state: str, reason: str | None
) -> None:
    found = judge(stated(valid_from=first, valid_until=last))

    assert found.attestations[0].state == state
    assert practice(found).cells == (Counts(unknown=2) if reason else Counts(passed=2))
    assert practice(found).attestation_reasons == ({reason: 2} if reason else {})


def test_a_renewal_takes_the_place_of_what_it_renews() -> None:
    old = stated(valid_from=date(2026, 1, 1), valid_until=date(2026, 12, 31))
    new = stated(valid_from=date(2026, 9, 1), result="fail", accounts=[OTHER])
    found = judge(new, old)

    assert practice(found).cells == Counts(passed=1, failed=1)
    assert [a.counts_in for a in found.attestations] == [[OTHER], [ACCOUNT]]


def test_a_valid_attestation_is_not_displaced_by_one_that_is_yet_to_come_or_has_ended() -> None:
    for other in (
        stated(valid_from=date(2026, 12, 1), result="fail"),
        stated(valid_from=date(2026, 8, 1), valid_until=date(2026, 8, 31), result="fail"),
    ):
        assert practice(judge(stated(), other)).cells == Counts(passed=2)


def test_evidence_that_was_changed_or_is_gone_voids_the_attestation(tmp_path: Path) -> None:
    file = tmp_path / "runbook.pdf"
    file.write_bytes(b"one")
    proof = Proof(file="runbook.pdf", sha256=sha256(file))
    item = stated(evidence=[proof, Proof(link="https://wiki.example.com/ir")])

    whole = judge(item, directory=tmp_path)
    file.write_bytes(b"two")
    changed = judge(item, directory=tmp_path)
    file.unlink()
    missing = judge(item, directory=tmp_path)

    assert [e.state for e in whole.attestations[0].evidence] == ["found", "link"]
    assert practice(whole).cells == Counts(passed=2)
    for found, state in ((changed, "changed"), (missing, "missing")):
        assert found.attestations[0].evidence[0].state == state
        assert found.attestations[0].state == "void"
        assert practice(found).attestation_reasons == {"attestation_void": 2}


def test_a_gap_that_was_attested_stays_one_when_its_evidence_is_gone(tmp_path: Path) -> None:
    proof = Proof(file="minutes.pdf", sha256="0" * 64)
    gap = stated(result="fail", valid_from=date(2026, 8, 1), evidence=[proof])
    found = judge(stated(), gap, declared(practice="IR-01"), directory=tmp_path)

    assert practice(found).cells == Counts(failed=2)
    assert found.attestations[1].evidence[0].state == "missing"
    assert found.not_applicable[0].refused == [ACCOUNT, OTHER]


def test_what_is_declared_not_to_apply_leaves_the_sums() -> None:
    found = judge(declared(practice="IR-01"), declared(practice="NET-02", accounts=[OTHER]))

    assert practice(found).state == "absent"
    assert practice(found).attestation_reasons == {"declared": 2}
    assert practice(found, "NET-02").cells == Counts(unknown=1, absent=1)
    assert [d.cells for d in found.not_applicable] == [2, 1]


def test_a_criterion_alone_can_be_declared() -> None:
    found = judge(declared(criterion="NET-01.shut"))
    criteria = {c.id: c for c in practice(found, "NET-01").criteria}

    assert criteria["NET-01.shut"].cells == Counts(absent=2)
    assert criteria["NET-01.shut"].reasons == {"declared": 2}
    assert criteria["NET-01.open"].cells == Counts(passed=1, unknown=1)


@pytest.mark.parametrize(
    "term", [(date(2026, 1, 1), date(2026, 9, 29)), (date(2026, 10, 1), date(2027, 1, 1))]
)
def test_a_declaration_outside_its_term_does_nothing(term: tuple[date, date]) -> None:
    found = judge(declared(practice="IR-01", declared=term[0], expires=term[1]))

    assert practice(found).cells == Counts(unknown=2)
    assert found.not_applicable[0].cells == 0


def test_a_declaration_is_refused_where_something_fails() -> None:
    fail = [make_finding(check="d", status="fail"), *SEEN[1:]]
    found = judge(declared(practice="NET-01"), found=fail)

    # the whole practice stays in that account: its other criterion evidently applies there too
    assert practice(found, "NET-01").cells == Counts(failed=1, unknown=1, absent=2)
    assert found.not_applicable[0].refused == [ACCOUNT]
    assert found.not_applicable[0].cells == 2


def test_evidence_goes_before_a_declaration() -> None:
    found = judge(declared(practice="NET-01"))

    assert practice(found, "NET-01").cells == Counts(passed=1, absent=3)


def test_a_cell_is_counted_with_one_declaration_even_where_two_speak_of_it() -> None:
    one, other = (declared(practice="NET-02", by=name) for name in ("Architect", "Owner"))

    assert [item.cells for item in judge(one, other).not_applicable] == [2, 0]


def test_a_declaration_that_is_refused_is_not_counted_with_what_another_takes_out() -> None:
    fails = [make_finding(check="d", status="fail"), make_finding(check="a", account=OTHER)]
    whole = declared(practice="NET-01", accounts=[ACCOUNT])
    part = declared(criterion="NET-01.shut", accounts=[ACCOUNT])
    refused, taken = judge(whole, part, found=fails).not_applicable

    assert (refused.refused, refused.cells) == ([ACCOUNT], 0)
    assert (taken.refused, taken.cells) == ([], 1)


def test_an_attested_gap_refuses_a_declaration() -> None:
    found = judge(declared(practice="IR-01"), stated(result="fail", accounts=[ACCOUNT]))

    assert practice(found).cells == Counts(failed=1, absent=1)
    assert found.not_applicable[0].refused == [ACCOUNT]


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/hostname", ".."])
@pytest.mark.parametrize("directory", [Path(), Path("../acme"), Path("/srv/audit")])
def test_evidence_cannot_lie_outside_the_folder(name: str, directory: Path) -> None:
    assert inside(name, directory) is None
    assert inside("evidence/a.pdf", directory) is not None


def test_accounts_that_the_findings_show_are_not_missing_from_scope() -> None:
    folder = Folder(Engagement(), Notes(), organization={ACCOUNT: "production", OTHER: "sandbox"})
    found = assess_findings(SEEN, catalogue=CATALOGUE, folder=folder)

    assert found.accounts_missing == {OTHER: "sandbox"}
