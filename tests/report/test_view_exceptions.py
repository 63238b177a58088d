"""The exceptions register."""

from __future__ import annotations

from datetime import date

import msgspec
from declared import THREE, engaged, waiver
from reportable import seen, written

from gapfolio.model import Muted
from gapfolio.report.view import open_blanks
from gapfolio.report.view.exceptions import MOST_MUTED, MOST_WAIVERS, Register

STATES = (
    waiver("W-1"),
    waiver("W-2", expires=date(2026, 9, 30), practice="NET-01", account=THREE[:2]),
    waiver("W-3", granted=date(2026, 1, 1), expires=date(2026, 8, 31), account=THREE[0]),
    waiver("W-4", granted=date(2026, 10, 10), practice="NET-01"),
    waiver("W-5", resource=["arn:aws:s3:::nothing-*", "*:gone"]),
)


def register() -> Register:
    return seen(*engaged(waivers=STATES)).exceptions


def test_valid_waivers_come_first_then_those_to_come_then_expired_ones() -> None:
    groups = register().groups

    assert [[row.id for row in group.rows] for group in groups] == [
        ["W-2", "W-1", "W-5"],
        ["W-4"],
        ["W-3"],
    ]
    assert [group.caption for group in groups] == [
        "Valid on the last day of the period",
        "Not yet valid: what they select is open",
        "Expired: what they select is open again",
    ]


def test_each_waiver_says_how_long_it_lasts() -> None:
    left = {row.id: row.left for group in register().groups for row in group.rows}

    assert left == {
        "W-1": "92 days left",
        "W-2": "last day",
        "W-3": "open again since 1 September 2026",
        "W-4": "begins 10 days after the period",
        "W-5": "92 days left",
    }


def test_each_waiver_says_what_it_selects_and_covers() -> None:
    rows = {row.id: row for group in register().groups for row in group.rows}

    assert rows["W-2"].selects == (
        ("practice", "NET-01"),
        ("account", f"{THREE[0]} or {THREE[1]}"),
    )
    assert rows["W-1"].covers == (
        "Covers 3 open failing findings in all 3 accounts in scope; practice CRED-01."
    )
    assert rows["W-2"].covers == (
        "Covers 2 open failing findings in 2 accounts: "
        f"{THREE[0]} n1, {THREE[1]} n2; practice NET-01."
    )
    assert rows["W-3"].covers == (
        f"Covered what is now 1 open failing finding in account {THREE[0]} n1; practice CRED-01."
    )
    assert rows["W-4"].covers.startswith("Will cover 3 open failing findings in ")


def test_a_waiver_that_covers_nothing_is_said_so_and_counted() -> None:
    found = register()
    row = next(row for row in found.groups[0].rows if row.id == "W-5")

    assert row.covers == "Covers nothing: no open failing finding matches what it selects."
    assert found.idle == "1 valid waiver"


def test_waivers_that_cover_the_same_name_each_other() -> None:
    given = engaged(waivers=[waiver("W-1"), waiver("W-9", account=THREE[0])])
    overlaps = {row.id: row.overlaps for row in seen(*given).exceptions.groups[0].rows}

    assert overlaps == {"W-1": "W-9", "W-9": "W-1"}
    assert "Some of it is covered by W-9 as well." in written(*given).text


def test_accepted_risk_stands_beside_the_score_and_never_changes_it() -> None:
    plain, waived = engaged(), engaged(waivers=[waiver("W-1")])
    found = seen(*waived).exceptions
    page = written(*waived).text

    assert plain[0].scores.all == waived[0].scores.all
    assert found.accepted is not None
    assert float(found.accepted.assured) > float(found.headline.assured)
    assert page.count("With accepted risk") >= 3
    assert f"With accepted risk: Assured {found.accepted.assured} (possible " in page
    assert "Second line, beside the score and never instead of it." in page
    assert "An exception never changes the score; it stands beside it." in page
    assert "Second line" not in written(*plain).text


def test_without_a_waiver_there_is_a_table_to_fill_or_to_strike() -> None:
    plain, waived = engaged(), engaged(waivers=[waiver("W-1")])

    assert seen(*plain).exceptions.groups == ()
    assert "No exception is on file." in written(*plain).text
    assert "No exception is on file." not in written(*waived).text
    assert "exceptions" in [blank.section for blank in open_blanks(plain[0], plain[2])]
    assert "exceptions" not in [blank.section for blank in open_blanks(waived[0], waived[2])]


def test_findings_that_were_muted_have_no_owner_and_may_be_waived_as_well() -> None:
    given = engaged(waivers=[waiver("W-1", practice="NET-01", account=THREE[0])])
    found = seen(*given).exceptions

    assert [(r.check, r.account, r.practice, r.findings, r.waived) for r in found.muted] == [
        ("prowler: d", f"{THREE[0]} n1", "NET-01", "1", "1"),
        ("prowler: d", f"{THREE[1]} n2", "NET-01", "1", "0"),
        ("prowler: d", f"{THREE[2]} n3", "NET-01", "1", "0"),
    ]
    assert found.muted_sentence == (
        "3 findings that did not pass were muted in the scanner; "
        "a valid waiver covers 1 of them as well."
    )


def test_long_registers_are_cut_and_say_so() -> None:
    many = [waiver(f"W-{n}", resource=f"*{n}*") for n in range(MOST_WAIVERS + 5)]
    assessment, catalogue, folder = engaged(waivers=many)
    muted = [
        Muted(scanner="p", check=f"c{n}", account=THREE[0], practice="", findings=n, waived=0)
        for n in range(MOST_MUTED + 10)
    ]
    exceptions = msgspec.structs.replace(assessment.exceptions, muted=muted)
    found = seen(
        msgspec.structs.replace(assessment, exceptions=exceptions), catalogue, folder
    ).exceptions

    assert len(found.groups[0].rows) == MOST_WAIVERS
    assert found.groups[0].more == f"{MOST_WAIVERS} of {MOST_WAIVERS + 5}, all in assessment.json"
    assert len(found.muted) == MOST_MUTED
    assert found.muted[0].check == f"p: c{MOST_MUTED + 9}"
    assert found.muted_more == f"{MOST_MUTED} of {MOST_MUTED + 10}, all in findings.csv"


def test_text_of_a_waiver_stays_text_and_is_bounded() -> None:
    evil = "<script>alert(1)</script>" * 60
    given = engaged(waivers=[waiver(evil, reason=evil, owner=evil, approver=evil, ticket=evil)])
    row = seen(*given).exceptions.groups[0].rows[0]

    assert written(*given).text.count("<script>alert(1)</script>") > 5
    assert max(map(len, (row.id, row.owner, row.approver, row.ticket))) < 150
    assert len(row.reason) < 800
