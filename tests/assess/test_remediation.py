"""Who mends what, and by when."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from msgspec import structs

from gapfolio.engagement import (
    Account,
    Attestation,
    Engagement,
    Entry,
    Folder,
    Notes,
    PracticeNotes,
    Remediation,
    RemediationRule,
    Waiver,
)
from gapfolio.model import RemediationItem
from gapfolio.testing import ACCOUNT, MOMENT, assess_findings, make_catalogue, make_finding

OTHER = "222222222222"
CATALOGUE = make_catalogue(
    CRED_01={"priority": "critical", "criteria": {"root": ("account", ["a"])}},
    NET_01={"priority": "low", "criteria": {"open": ("resource", ["d"])}},
    IR_01={"evidence": "manual", "attest": "It is so.", "priority": "high"},
)
FOUND = [
    make_finding(check="a", status="fail"),
    make_finding(check="d", status="fail", account=OTHER, resource="r1"),
    make_finding(check="d", status="fail", account=OTHER, resource="r2"),
    make_finding(check="d", status="pass"),
]
ACCOUNTS = [Account(id=ACCOUNT), Account(id=OTHER, owner="Network team")]


def plan(
    *rules: dict[str, Any],
    notes: dict[str, PracticeNotes] | None = None,
    waivers: tuple[Waiver, ...] = (),
    attested: tuple[Attestation, ...] = (),
    period: str = "2026-Q3",
) -> dict[str, RemediationItem]:
    remediation = Remediation(rules=[RemediationRule(**rule) for rule in rules])
    folder = Folder(
        Engagement(accounts=ACCOUNTS, remediation=remediation),
        Notes(practices=notes or {}),
        waivers=tuple(Entry(Path("waivers.yaml"), 1, waiver) for waiver in waivers),
        attestations=tuple(Entry(Path("attestations.yaml"), 1, item) for item in attested),
    )
    made = assess_findings(FOUND, catalogue=CATALOGUE, folder=folder, period=period)
    return {item.practice: item for item in made.remediation}


def test_each_failing_practice_of_an_account_is_an_item() -> None:
    made = plan()

    assert [(i.practice, i.account, i.findings) for i in made.values()] == [
        ("CRED-01", ACCOUNT, 1),
        ("NET-01", OTHER, 2),
    ]


def test_without_rules_the_account_owner_has_the_days_of_the_priority() -> None:
    made = plan()

    assert (made["CRED-01"].owner, made["NET-01"].owner) == ("", "Network team")
    assert made["CRED-01"].open_since == MOMENT.date()
    assert made["CRED-01"].due is not None
    assert (made["CRED-01"].due - MOMENT.date()).days == 14
    assert made["NET-01"].due is not None
    assert (made["NET-01"].due - MOMENT.date()).days == 180


@pytest.mark.parametrize(
    "rule",
    [
        {"practice": "NET-*"},
        {"account": OTHER},
        {"priority": "low"},
        {"practice": "*", "account": OTHER, "priority": "low"},
    ],
    ids=str,
)
def test_a_rule_that_matches_names_owner_and_days(rule: dict[str, Any]) -> None:
    made = plan({**rule, "owner": "Ops", "days": 7})

    assert made["NET-01"].owner == "Ops"
    assert made["NET-01"].due is not None
    assert (made["NET-01"].due - MOMENT.date()).days == 7
    assert made["CRED-01"].owner == ("Ops" if rule == {"practice": "*"} else "")


def test_the_first_rule_that_says_it_decides_owner_and_days_apart() -> None:
    made = plan(
        {"practice": "NET-01", "days": 3},
        {"practice": "NET-*", "owner": "First", "days": 50},
        {"owner": "Second"},
    )

    assert made["NET-01"].owner == "First"
    assert made["NET-01"].due is not None
    assert (made["NET-01"].due - MOMENT.date()).days == 3
    assert made["CRED-01"].owner == "Second"


def test_the_notes_go_before_all_rules() -> None:
    noted = PracticeNotes(owner="Named", due=date(2026, 12, 1))
    item = plan({"owner": "Ruled", "days": 1}, notes={"NET-01": noted})["NET-01"]

    assert (item.owner, item.due, item.overdue) == ("Named", date(2026, 12, 1), 0)


def test_what_is_past_its_date_on_the_last_day_of_the_period_stands_first() -> None:
    made = plan({"practice": "NET-01", "days": 0}, {"practice": "CRED-01", "days": 200})

    assert list(made) == ["NET-01", "CRED-01"]
    assert made["NET-01"].overdue == (date(2026, 9, 30) - MOMENT.date()).days > 0
    assert made["CRED-01"].overdue == 0


def test_an_accepted_risk_is_not_due() -> None:
    accepted = Waiver(
        id="W-1",
        resource="r1",
        reason="x",
        owner="x",
        approver="x",
        granted=date(2026, 7, 1),
        expires=date(2026, 12, 31),
    )
    whole = plan(
        {"days": 0}, waivers=(accepted, structs.replace(accepted, id="W-2", resource="r2"))
    )
    part = plan({"days": 0}, waivers=(accepted,))

    assert (whole["NET-01"].accepted, whole["NET-01"].due, whole["NET-01"].overdue) == (2, None, 0)
    assert (part["NET-01"].accepted, part["NET-01"].due) == (1, MOMENT.date())


def attested(result: str, first: date, account: str) -> Attestation:
    return Attestation(
        practice="IR-01",
        result=result,  # type: ignore[arg-type]
        accounts=[account],
        statement="It is so.",
        by="Operations",
        valid_from=first,
        valid_until=date(2027, 1, 1),
    )


def test_a_gap_that_a_person_attested_is_an_item_too() -> None:
    early, late = date(2026, 7, 1), date(2026, 9, 1)
    item = plan(attested=(attested("fail", late, OTHER), attested("fail", early, OTHER)))["IR-01"]

    assert (item.findings, item.attested, item.owner) == (0, True, "Network team")
    assert (item.open_since, item.due) == (early, date(2026, 7, 31))  # attesting again wins no time


def test_a_gap_that_was_attested_as_closed_in_between_is_a_new_one() -> None:
    days = (date(2026, 7, 1), date(2026, 8, 1), date(2026, 9, 1))
    stated = tuple(map(attested, ("fail", "pass", "fail"), days, (OTHER,) * 3))

    assert plan(attested=stated)["IR-01"].open_since == days[2]
    assert "IR-01" not in plan(attested=stated[:2])


def test_a_gap_is_an_item_even_if_it_was_attested_as_closed_on_the_same_day() -> None:
    day = date(2026, 7, 1)
    stated = (attested("fail", day, OTHER), attested("pass", day, OTHER))

    assert plan(attested=stated)["IR-01"].open_since == day
