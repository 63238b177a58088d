"""Engagement files: what they may say, and how a wrong one is told."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from gapfolio import catalogue
from gapfolio.engagement import (
    Engagement,
    Notes,
    PracticeNotes,
    against,
    evidence_window,
    period_of,
    quarter,
    read,
    zone,
)
from gapfolio.engagement.folder import FILES
from gapfolio.errors import EngagementError
from gapfolio.resources import text

NO_ONE = Engagement()


def written(directory: Path, toml: str = "", notes: str | None = None) -> Path:
    (directory / "gapfolio.toml").write_text(toml)
    if notes is not None:
        (directory / "notes.yaml").write_text(notes)
    return directory


# --- reading ---------------------------------------------------------------------------------


def test_a_directory_without_an_engagement_is_an_empty_one(tmp_path: Path) -> None:
    folder = read(tmp_path)

    assert (folder.engagement, folder.notes, folder.directory) == (Engagement(), Notes(), None)
    assert folder.files() == []


def test_an_empty_file_is_an_engagement_without_settings(tmp_path: Path) -> None:
    folder = read(written(tmp_path))

    assert folder.engagement == Engagement()
    assert folder.directory == tmp_path.resolve()


def starters(directory: Path, *, examples: bool = False) -> Path:
    """Write the starter files as they are, or with every example switched on."""
    for name in FILES:
        content = text("report_templates.starter", name)
        if examples:  # prose has one blank after the #, the inner lines of an example have more
            content = re.sub(r"(?m)^#(?=[^ \n]|  )", "", content)
        (directory / name).write_text(content)
    return directory


def test_the_starter_files_can_be_read_as_they_are(tmp_path: Path) -> None:
    folder = read(starters(tmp_path))

    assert folder.engagement.inputs == ["scans"]
    assert folder.notes == Notes()
    assert (folder.waivers, folder.attestations, folder.not_applicable) == ((), (), ())
    assert [path.name for path in folder.files()] == list(FILES)
    assert list(against.faults(folder, catalogue.load())) == []


def test_the_starter_files_are_right_with_every_example_switched_on(tmp_path: Path) -> None:
    listing = {"Accounts": [{"Id": "123456789012", "Name": "production", "Status": "ACTIVE"}]}
    (tmp_path / "organization.json").write_text(json.dumps(listing))
    folder = read(starters(tmp_path, examples=True))

    assert folder.engagement.accounts[0].owner == "Platform team"
    assert folder.engagement.people.prepared[0].role == "Auditor"
    assert folder.engagement.report.distribution
    assert folder.engagement.remediation.rules[1].owner == "Identity team"
    assert folder.organization == {"123456789012": "production"}
    assert folder.notes.practices["CRED-09"].due == date(2026, 12, 31)
    assert folder.notes.conclusion.startswith("What the results mean")
    assert folder.waivers[0].value.expires == date(2026, 12, 31)
    assert [entry.value.result for entry in folder.attestations] == ["pass", "fail"]
    assert [bool(entry.value.criterion) for entry in folder.not_applicable] == [False, True]
    assert list(against.faults(folder, catalogue.load())) == []


@pytest.mark.parametrize("name", FILES)
def test_each_example_of_the_starter_files_is_right_by_itself(tmp_path: Path, name: str) -> None:
    starters(tmp_path)
    listing = {"Accounts": [{"Id": "123456789012", "Name": "production", "Status": "ACTIVE"}]}
    (tmp_path / "organization.json").write_text(json.dumps(listing))
    content = (tmp_path / name).read_text()
    examples = re.findall(r"(?m)(?:^#(?:[^ \n]|  ).*\n)+", content)

    assert examples
    for example in examples:
        switched = re.sub("(?m)^#", "", example)
        (tmp_path / name).write_text(content.replace(example, switched))
        assert list(against.faults(read(tmp_path), catalogue.load())) == []


def test_notes_are_read_beside_the_engagement(tmp_path: Path) -> None:
    notes = "conclusion: Fair.\npractices:\n  CRED-01: {cause: Haste., due: 2026-12-31}\n"
    folder = read(written(tmp_path, notes=notes))

    assert folder.notes == Notes(
        conclusion="Fair.",
        practices={"CRED-01": PracticeNotes(cause="Haste.", due=date(2026, 12, 31))},
    )


def test_notes_with_comments_only_are_empty(tmp_path: Path) -> None:
    assert read(written(tmp_path, notes="# later\n")).notes == Notes()


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        pytest.param('cleint = "Acme"', "unknown field `cleint`", id="unknown key"),
        pytest.param('[report]\nlogo = "x"', "unknown field `logo` - at `$.report`", id="nested"),
        pytest.param('status = "done"', "'done' - at `$.status`", id="unknown value"),
        pytest.param("client = 7", "`$.client`", id="wrong type"),
        pytest.param("grace_days = -1", "`$.grace_days`", id="negative days"),
        pytest.param("grace_days = 4000", "`$.grace_days`", id="too many days"),
        pytest.param('[report]\npage = "A3"', "`$.report.page`", id="paper"),
        pytest.param('client = "Acme', "line 1: Unterminated string", id="syntax"),
        pytest.param('client = "a"\nclient = "b"', "Cannot overwrite", id="key written twice"),
        pytest.param('[[accounts]]\nid = "1234"', "'1234' is not a 12-digit", id="account"),
        pytest.param(
            '[[accounts]]\nid = "١٢٣٤٥٦٧٨٩٠١٢"', "is not a 12-digit", id="digits of another script"
        ),
        pytest.param(
            '[[accounts]]\nid = "111111111111"\n[[accounts]]\nid = "111111111111"',
            "accounts: 111111111111 is listed twice",
            id="account listed twice",
        ),
    ],
)
def test_a_fault_in_the_engagement_names_file_and_key(
    tmp_path: Path, toml: str, words: str
) -> None:
    with pytest.raises(EngagementError) as raised:
        read(written(tmp_path, toml))

    assert str(raised.value).startswith(f"{tmp_path / 'gapfolio.toml'}: line ")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    ("notes", "words"),
    [
        pytest.param("conlcusion: x", "unknown field `conlcusion`", id="unknown key"),
        pytest.param(
            "practices:\n  CRED-01: {reason: x}", "unknown field `reason`", id="unknown nested key"
        ),
        pytest.param("practices:\n  CRED-01: {due: soon}", "`$.practices[...].due`", id="no date"),
        pytest.param(
            "practices:\n  CRED-01: {cause: a}\n  CRED-01: {cause: b}",
            "line 3: key 'CRED-01' is written twice",
            id="key written twice",
        ),
        pytest.param("a: b: c", "line 1:", id="syntax"),
        pytest.param("- a", "Expected `object`, got `array`", id="list"),
    ],
)
def test_a_fault_in_the_notes_names_file_and_key(tmp_path: Path, notes: str, words: str) -> None:
    with pytest.raises(EngagementError) as raised:
        read(written(tmp_path, notes=notes))

    assert str(raised.value).startswith(f"{tmp_path / 'notes.yaml'}: line ")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["gapfolio.toml", "notes.yaml"])
def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path, name: str) -> None:
    written(tmp_path)
    (tmp_path / name).write_bytes(b'client = "\xff"')

    with pytest.raises(EngagementError, match=rf"{name}: .*UTF-8"):
        read(tmp_path)


def test_a_period_that_makes_no_sense_is_told_when_the_file_is_read(tmp_path: Path) -> None:
    with pytest.raises(EngagementError, match="period '2026-Q5'"):
        read(written(tmp_path, 'period = "2026-Q5"'))


# --- zones -----------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "Europe", "../etc/passwd", "/etc/passwd"])
def test_a_zone_that_does_not_exist_is_an_error(tmp_path: Path, name: str) -> None:
    with pytest.raises(EngagementError, match="timezone: there is no zone"):
        read(written(tmp_path, f'timezone = "{name}"'))


def test_a_zone_is_known_without_the_systems_own_data() -> None:
    assert zone(Engagement(timezone="Europe/Berlin")).key == "Europe/Berlin"


# --- periods ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31)),
        ("2026-Q3", date(2026, 7, 1), date(2026, 9, 30)),
        ("2026-Q4", date(2026, 10, 1), date(2026, 12, 31)),
        ("2026-02", date(2026, 2, 1), date(2026, 2, 28)),
        ("2028-02", date(2028, 2, 1), date(2028, 2, 29)),
        ("2026", date(2026, 1, 1), date(2026, 12, 31)),
        ("2026-07-15..2026-07-15", date(2026, 7, 15), date(2026, 7, 15)),
        ("2025-11-01..2026-01-31", date(2025, 11, 1), date(2026, 1, 31)),
    ],
)
def test_a_period_is_a_quarter_a_month_a_year_or_two_dates(
    text: str, start: date, end: date
) -> None:
    period = period_of(text, NO_ONE)

    assert (period.name, period.start, period.end) == (text, start, end)
    assert (period.grace_days, period.timezone) == (30, "UTC")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Q3",
        "2026-Q0",
        "2026-Q5",
        "2026-13",
        "2026-00",
        "0000",
        "1969",
        "9999",
        "2026-09-30..2026-07-01",
        "2026-02-30..2026-03-01",
        "2026-07-01",
        "2026-07-01..",
        "last quarter",
    ],
)
def test_another_period_is_an_error_that_says_what_to_write(text: str) -> None:
    with pytest.raises(EngagementError, match="write 2026-Q3, 2026-07, 2026 or"):
        period_of(text, NO_ONE)


@pytest.mark.parametrize(
    ("moment", "where", "name"),
    [
        (datetime(2026, 9, 30, 23, 59), "UTC", "2026-Q3"),  # noqa: DTZ001 - naive means UTC
        (datetime(2026, 9, 30, 23, 59, tzinfo=UTC), "UTC", "2026-Q3"),
        (datetime(2026, 9, 30, 23, 59, tzinfo=UTC), "Europe/Berlin", "2026-Q4"),
        (datetime(2027, 1, 1, 4, 59, tzinfo=UTC), "America/New_York", "2026-Q4"),
    ],
)
def test_the_default_period_is_the_quarter_in_the_engagements_zone(
    moment: datetime, where: str, name: str
) -> None:
    assert quarter(moment, Engagement(timezone=where)).name == name


@pytest.mark.parametrize(
    ("engagement", "start", "stop"),
    [
        pytest.param(Engagement(), "2026-07-01T00:00", "2026-10-31T00:00", id="default"),
        pytest.param(
            Engagement(grace_days=0), "2026-07-01T00:00", "2026-10-01T00:00", id="no grace"
        ),
        pytest.param(
            Engagement(timezone="Europe/Berlin"),
            "2026-06-30T22:00",  # summer time
            "2026-10-30T23:00",  # winter time
            id="another zone",
        ),
    ],
)
def test_evidence_counts_from_the_first_day_to_the_end_of_the_grace_days(
    engagement: Engagement, start: str, stop: str
) -> None:
    window = evidence_window(period_of("2026-Q3", engagement))

    assert window == (datetime.fromisoformat(start), datetime.fromisoformat(stop))


def test_the_last_year_that_can_be_named_has_an_evidence_window() -> None:
    latest = period_of("9000", Engagement(grace_days=366, timezone="Pacific/Kiritimati"))

    assert evidence_window(latest)[1].year == 9002
