"""Two quarters exported: closed, still open and new add up, and no key changes."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from quarters import LATER, by_key, export, place, profile, rows

from gapfolio.exports.formats.sarif import SarifExporter
from gapfolio.testing import MOMENT

MFA = "CRED-09.console-users-mfa:111111111111"
DEVICE = "CRED-09.user-hardware-mfa:111111111111"
ROTATED = "CRED-10.access-keys-rotated:111111111111"
ACCEPTED = "CRED-10.one-active-access-key:111111111111"
ROOT = "CRED-01.root-mfa:222222222222"
GAME_DAY = "IR-10:111111111111"
PUBLIC = "NET-02.s3-buckets-not-public:111111111111"

BEFORE = {
    MFA: "open",
    DEVICE: "open",
    ROTATED: "open",
    ACCEPTED: "accepted",
    ROOT: "open",
    GAME_DAY: "open",
}
NOW = {
    MFA: "closed",
    ROTATED: "open",
    ACCEPTED: "accepted",
    ROOT: "unproven",
    DEVICE: "unproven",
    GAME_DAY: "closed",
    PUBLIC: "open",
}
OPEN = ("open", "accepted")
COUNT = ("current", "closed")


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, str], Path]:
    """Give the directory with a profile's files of a quarter."""
    home = tmp_path_factory.mktemp("quarters")

    def give(name: str, period: str) -> Path:
        place = home / name / period
        if not place.exists():
            place.mkdir(parents=True)
            export(profile(name), period, place)
        return place

    return give


Written = Callable[[str, str], Path]


def states(path: Path, key: str, state: str) -> dict[str, str]:
    return {place(name): row[state] for name, row in by_key(path, key).items()}


def test_gaps_are_open_accepted_closed_or_unproven(written: Written) -> None:
    assert states(written("generic", "2026-Q3") / "gaps.csv", "key", "state") == BEFORE
    assert states(written("generic", "2026-Q4") / "gaps.csv", "key", "state") == NOW


def test_closed_still_open_and_new_add_up(written: Written) -> None:
    before = states(written("generic", "2026-Q3") / "gaps.csv", "key", "state")
    now = states(written("generic", "2026-Q4") / "gaps.csv", "key", "state")
    was_open = {key for key, state in before.items() if state in OPEN}
    is_open = {key for key, state in now.items() if state in OPEN}
    gone = now.keys() - is_open

    assert gone <= was_open
    assert was_open == gone | (was_open & is_open)
    assert is_open - was_open == {PUBLIC}


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        (
            ("ciso-assistant-findings.csv", "ref_id", "status"),
            {"open": "identified", "accepted": "confirmed", "closed": "resolved"},
        ),
        (
            ("eramba-findings.csv", "Title", "Status"),
            {"open": "1", "accepted": "1", "closed": "0"},
        ),
    ],
)
def test_other_targets_say_the_same_in_their_words(
    written: Written, columns: tuple[str, str, str], words: dict[str, str]
) -> None:
    file, key, column = columns
    words = {**words, "unproven": words["open"]}

    for period, wanted in (("2026-Q3", BEFORE), ("2026-Q4", NOW)):
        directory = written(file.removesuffix("-findings.csv"), period)
        assert states(directory / file, key, column) == {
            gap: words[state] for gap, state in wanted.items()
        }


def test_a_poam_moves_what_is_proven_closed_and_keeps_the_rest_open(written: Written) -> None:
    def ids(period: str, file: str) -> set[str]:
        return set(by_key(written("fedramp-poam", period) / f"fedramp-poam-{file}.csv", "POAM ID"))

    assert ids("2026-Q3", "open") == set(BEFORE)
    assert ids("2026-Q3", "closed") == set()
    assert ids("2026-Q4", "open") == {DEVICE, ROTATED, ACCEPTED, ROOT, PUBLIC}
    assert ids("2026-Q4", "closed") == {MFA, GAME_DAY}


def test_titles_are_the_same_next_quarter(written: Written) -> None:
    before, now = (
        {place(t): t for t in by_key(written("eramba", q) / "eramba-findings.csv", "Title")}
        for q in ("2026-Q3", "2026-Q4")
    )

    assert {gap: now[gap] for gap in before} == before


def test_keys_of_findings_stay_and_no_key_is_doubled(written: Written) -> None:
    before, now = (
        [r for r in rows(written("generic", q) / "findings.csv") if r["standing"] in COUNT]
        for q in ("2026-Q3", "2026-Q4")
    )
    keys = [row["key"] for row in now]

    assert len(set(keys)) == len(keys)
    assert {row["key"] for row in before} <= set(keys)
    assert [(row["check"], row["cause"]) for row in now if row["standing"] == "closed"] == [
        ("iam_user_hardware_mfa_enabled", "no longer assessed")
    ]


def test_dates_of_a_gap_come_from_the_packs(written: Written) -> None:
    gap = by_key(written("generic", "2026-Q4") / "gaps.csv")

    assert gap[ROTATED]["open_since"] == gap[MFA]["open_since"] == f"{MOMENT:%Y-%m-%d}"
    assert gap[MFA]["status_date"] == gap[PUBLIC]["open_since"] == f"{LATER:%Y-%m-%d}"
    assert gap[GAME_DAY]["status_date"] == "2026-11-01"
    assert gap[DEVICE]["status_date"] == "2026-12-31"
    assert gap[MFA]["due"] == ""
    assert int(gap[ROTATED]["days_overdue"]) > 0
    assert gap[ACCEPTED]["days_overdue"] == "0"


def test_an_accepted_gap_is_scheduled_for_the_end_of_its_waiver(written: Written) -> None:
    item = by_key(written("fedramp-poam", "2026-Q4") / "fedramp-poam-open.csv", "POAM ID")
    accepted, is_open = item[ACCEPTED], item[PUBLIC]

    assert accepted["Scheduled Completion Date"] == "2027-01-31"
    assert accepted["Planned Milestones"].startswith("(1) 2027-01-31: The waiver ends")
    assert (accepted["Operational Requirement"], is_open["Operational Requirement"]) == (
        "Pending",
        "No",
    )
    assert "W-1" in accepted["Deviation Rationale"]
    assert is_open["Planned Milestones"].startswith(f"(1) {is_open['Scheduled Completion Date']}: ")
    assert (accepted["Original Risk Rating"], is_open["Original Risk Rating"]) == (
        "Moderate",
        "High",
    )


def test_a_gap_that_nothing_proves_closed_says_so(written: Written, tmp_path: Path) -> None:
    item = by_key(written("fedramp-poam", "2026-Q4") / "fedramp-poam-open.csv", "POAM ID")[ROOT]

    assert "nothing shows that it does now" in item["Weakness Description"]
    assert item["Comments"] == "Not shown to be closed: no longer assessed."
    export(SarifExporter(), "2026-Q4", tmp_path)
    results = json.loads((tmp_path / "gapfolio.sarif").read_text())["runs"][0]["results"]
    told = {f"{r['ruleId']}:{r['properties']['account']}": r["message"]["text"] for r in results}
    assert told[ROOT].endswith(" Not shown to be closed: no longer assessed.")
    assert "No longer open" not in told[ROOT] + item["Comments"]
    assert item["Asset Identifier"] == "arn:aws:iam::2:root"


def test_exceptions_say_whether_they_hold(written: Written) -> None:
    found = by_key(written("ciso-assistant", "2026-Q4") / "ciso-assistant-exceptions.csv", "ref_id")

    assert {key: (row["status"], row["expiration_date"]) for key, row in found.items()} == {
        "W-1": ("approved", "2027-01-31"),
        "W-2": ("expired", "2026-07-31"),
    }


def test_a_posture_has_each_criterion_once_with_its_worst_account(written: Written) -> None:
    directory = written("ciso-assistant", "2026-Q4")
    found = by_key(directory / "ciso-assistant-posture.csv", "ref_id")

    assert found["NET-02.s3-buckets-not-public"]["result"] == "fail"
    assert found["NET-02.s3-buckets-not-public"]["actual"] == "fail in 1 of 2: 111111111111"
    assert found["CRED-01.root-mfa"]["result"] == "error"
    assert found["CRED-01.root-mfa"]["message"] == "the scanner could not decide"
