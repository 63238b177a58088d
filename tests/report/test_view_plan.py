"""The remediation plan."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec
import pytest
from declared import THREE, attested, engaged, waiver
from reportable import ACCOUNTS, seen, small, written

from gapfolio.catalogue import Catalogue
from gapfolio.engagement import Folder, Notes, PracticeNotes, RemediationRule
from gapfolio.model import Assessment, RemediationItem
from gapfolio.report.view import open_blanks
from gapfolio.report.view.plan import MOST_GAPS

END = date(2026, 9, 30)


def planned(*items: RemediationItem) -> tuple[Assessment, Catalogue, Folder]:
    assessment, catalogue, folder = engaged()
    return msgspec.structs.replace(assessment, remediation=list(items)), catalogue, folder


def item(practice: str, days: int | None, **overrides: object) -> RemediationItem:
    """Give an item that is due so many days after the end of the period; None = accepted."""
    due = None if days is None else END + timedelta(days=days)
    values: dict[str, object] = {
        "practice": practice,
        "priority": "critical" if practice == "CRED-01" else "high",
        "account": THREE[0],
        "findings": 2,
        "accepted": 2 if days is None else 0,
        "owner": "Ada",
        "open_since": None if days is None else date(2026, 7, 4),
        "due": due,
        "overdue": max(0, -(days or 0)),
        **overrides,
    }
    return msgspec.convert(values, RemediationItem)


def test_what_is_overdue_comes_first_then_what_is_due_first_then_what_is_accepted() -> None:
    given = planned(
        item("NET-01", 40),
        item("CRED-01", None),
        item("NET-01", -1, account=THREE[1]),
        item("CRED-01", -12, account=THREE[1]),
    )
    jobs = seen(*given).plan.jobs

    assert [(job.row.id, job.due, job.mark, job.settled) for job in jobs] == [
        ("CRED-01", "18 September 2026", "overdue by 12 days", False),
        ("NET-01", "29 September 2026", "overdue by 1 day", False),
        ("NET-01", "9 November 2026", "", False),
        ("CRED-01", "", "", True),
    ]
    text = written(*given).text
    assert "! overdue by 12 days" in text
    assert "accepted, not due" in text
    assert "Of 4 gaps, 2 are overdue; 1 is accepted in full and not due." in text


def test_accounts_with_the_same_owner_and_date_share_a_line() -> None:
    jobs = seen(
        *planned(
            *(item("CRED-01", 5, account=account) for account in THREE),
            *(item("NET-01", 5, account=account) for account in THREE[:2]),
            item("NET-01", 5, account=THREE[2], owner="Bo"),
        )
    ).plan.jobs

    assert [(job.row.id, job.owner, job.accounts, job.findings) for job in jobs] == [
        ("CRED-01", "Ada", "all 3", "6"),
        ("NET-01", "Ada", f"{THREE[0]} n1, {THREE[1]} n2", "4"),
        ("NET-01", "Bo", f"{THREE[2]} n3", "2"),
    ]


def test_lines_do_not_grow_with_accounts_and_what_is_left_out_is_counted() -> None:
    given = planned(
        *(
            item("CRED-01", 5 + n, account=f"{n:012}", owner=f"Team {n}", accepted=1)
            for n in range(200)
        )
    )
    view = seen(*given).plan
    mine = [job for job in view.jobs if job.row.id == "CRED-01"]

    assert len(mine) == MOST_GAPS + 1
    rest = mine[-1]
    assert rest.owner == "194 more owners or dates"
    assert rest.accounts == "194 accounts"
    assert (rest.findings, rest.accepted) == ("388", "194")
    assert rest.due == "11 October 2026 to 22 April 2027"
    assert view.cut
    assert "all are in remediation.csv" in written(*given).text


def test_the_worst_of_the_lines_left_out_is_marked() -> None:
    given = planned(
        *(item("CRED-01", n - 50, account=f"{n:012}", owner=f"Team {n}") for n in range(20))
    )
    rest = [job for job in seen(*given).plan.jobs if job.row.id == "CRED-01"][-1]

    assert rest.mark == "overdue by up to 44 days"


def test_gaps_are_counted_by_priority_and_date_beside_a_text() -> None:
    given = planned(
        item("CRED-01", -3),
        item("CRED-01", 30, account=THREE[1]),
        item("CRED-01", None, account=THREE[2]),
        item("NET-01", 31),
    )
    bars = seen(*given).plan.bars

    assert [(bar.title, bar.overdue, bar.soon, bar.later, bar.others) for bar in bars] == [
        ("Critical", 1, 1, 0, "1 accepted"),
        ("High", 0, 0, 1, ""),
        ("Medium", 0, 0, 0, ""),
        ("Low", 0, 0, 0, ""),
    ]


def test_a_gap_without_an_owner_is_a_marked_blank() -> None:
    given = planned(item("CRED-01", 5, owner=""), item("NET-01", 5))
    found = [b.text for b in open_blanks(given[0], given[2]) if b.section == "plan"]

    assert found == ["1 gap without an owner (remediation.rules)."]
    assert ("td", {"class": "write"}) in written(*given).tags
    assert "for 1 nobody is named" in written(*given).text


def test_what_is_accepted_in_full_needs_no_owner() -> None:
    given = planned(item("CRED-01", None, owner=""), item("NET-01", 5))

    assert not [blank for blank in open_blanks(given[0], given[2]) if blank.section == "plan"]


def test_owners_come_from_rules_and_notes() -> None:
    given = engaged(
        rules=[RemediationRule(practice="NET-*", owner="Network team")],
        notes=Notes(practices={"CRED-01": PracticeNotes(owner="Bo", due=date(2026, 9, 10))}),
    )
    jobs = seen(*given).plan.jobs

    assert [(job.row.id, job.owner, job.mark) for job in jobs] == [
        ("CRED-01", "Bo", "overdue by 20 days"),
        ("NET-01", "Network team", "overdue by 16 days"),
    ]


def test_what_a_person_attested_as_a_gap_is_in_the_plan() -> None:
    given = engaged(attestations=[attested(result="fail", accounts=THREE[:2])])
    job = next(job for job in seen(*given).plan.jobs if job.row.id == "IR-01")

    assert (job.accounts, job.findings) == (f"{THREE[0]} n1, {THREE[1]} n2", "")
    assert job.due == "29 September 2026"
    assert "attested as a gap" in written(*given).text


def test_a_waiver_takes_what_it_covers_off_the_due_list() -> None:
    given = engaged(waivers=[waiver("W-1", account=THREE[0])])
    jobs = [job for job in seen(*given).plan.jobs if job.row.id == "CRED-01"]

    assert [(job.accounts, job.settled) for job in jobs] == [
        (f"{THREE[1]} n2, {THREE[2]} n3", False),
        (f"{THREE[0]} n1", True),
    ]
    [entry] = seen(*given).chapters[0].failing
    assert entry.found.endswith("A valid waiver covers 1 of them.")


@pytest.mark.parametrize("accounts", [1, 3])
def test_accounts_are_a_column_only_where_there_are_several(accounts: int) -> None:
    given = small() if accounts == 1 else engaged()

    assert seen(*given).plan.single == (accounts == 1)


def test_first_steps_stand_in_the_order_of_their_points_and_questions_follow() -> None:
    plan = seen(*small()).plan

    assert [(task.row.id, task.action) for task in plan.mend] == [
        ("CRED-01", "Fix it."),
        ("NET-01", "Fix it."),
    ]
    assert [(task.row.id, task.action) for task in plan.settle] == [
        ("IR-01", "Attest."),
        ("CRED-02", "Give evidence from a full scan with a run record."),
    ]
    assert [task.place for task in (*plan.mend, *plan.settle)] == [1, 2, 3, 4]


def test_owners_of_any_length_stay_in_their_cells() -> None:
    given = planned(item("CRED-01", 5, owner="<i>x</i>" * 400, account=ACCOUNTS[0]))

    assert len(seen(*given).plan.jobs[0].owner) < 100
    assert "<i>x</i>" in written(*given).text
