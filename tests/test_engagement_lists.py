"""Waivers, attestations and what does not apply: what is wrong with them in themselves."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from gapfolio.engagement import inspect, read
from gapfolio.errors import EngagementError

WAIVER = {
    "id": "W-1",
    "practice": "CRED-09",
    "reason": "It ends soon.",
    "owner": "Identity team",
    "approver": "CISO",
    "granted": "2026-07-01",
    "expires": "2026-12-31",
}
ATTESTATION = {
    "practice": "NET-17",
    "result": "pass",
    "statement": "It is so.",
    "by": "Auditor",
    "valid_from": "2026-07-01",
    "valid_until": "2027-06-30",
}
DECLARED = {
    "practice": "NET-09",
    "reason": "There is none.",
    "by": "Auditor",
    "date": "2026-07-01",
    "expires": "2027-06-30",
}
ZEROS = "0" * 64


def entry(base: dict[str, str], **changed: str | None) -> str:
    """Write an entry: YAML texts as they are; None leaves a key out."""
    values = {key: text for key, text in {**base, **changed}.items() if text is not None}
    return "- " + "\n  ".join(f"{key}: {text}" for key, text in values.items()) + "\n"


def faults(directory: Path, name: str, *entries: str, toml: str = "") -> list[str]:
    """Give the faults of a file of such entries, without its path."""
    (directory / "gapfolio.toml").write_text(toml)
    (directory / name).write_text("".join(entries))
    found = inspect(directory)[1]
    assert all(fault.startswith(f"{directory / name}: ") for fault in found)
    return [fault.removeprefix(f"{directory / name}: ") for fault in found]


# --- waivers ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"owner": None}, "line 1: Object missing required field `owner`"),
        ({"owner": '" "'}, "line 1: owner: is empty; it must be said"),
        ({"approver": '""'}, "line 1: approver: is empty; it must be said"),
        ({"reason": '""'}, "line 1: reason: is empty; it must be said"),
        ({"expires": None}, "line 1: Object missing required field `expires`"),
        ({"expires": "2026-06-30"}, "line 1: expires: 2026-06-30 is before the day it was granted"),
        ({"expires": "2027-07-02"}, "line 1: expires: 2027-07-02 is more than 365 days after"),
        ({"expires": "'2026-12-31'"}, "line 7: Expected `date`, got `str` - at `$.expires`"),
        ({"expires": "2026-12-31T00:00:00"}, "line 7: Expected `date`, got `datetime`"),
        ({"expires": "never"}, "line 7: Expected `date`, got `str`"),
        ({"practice": None}, "line 1: W-1: selects nothing; name one of practice, criterion"),
        ({"practice": "[]"}, "line 2: Expected `array` of length >= 1"),
        ({"account": "111111111111"}, "line 8: Expected `str | array | null`, got `int`"),
        ({"severity": "high"}, "line 8: Object contains unknown field `severity`"),
        ({"id": '""'}, "line 1: Expected `str` of length >= 1"),
    ],
)
def test_a_waiver_that_is_wrong_is_told_with_line_and_key(
    tmp_path: Path, changed: dict[str, str | None], fault: str
) -> None:
    [found] = faults(tmp_path, "waivers.yaml", entry(WAIVER, **changed))

    assert found.startswith(fault)


def test_a_waiver_may_last_as_long_as_the_engagement_says(tmp_path: Path) -> None:
    toml = "[waivers]\nlongest_days = 30\n"
    longest = entry(WAIVER, expires="2026-07-31")
    longer = entry(WAIVER, expires="2026-08-01")

    assert faults(tmp_path, "waivers.yaml", longest, toml=toml) == []
    [found] = faults(tmp_path, "waivers.yaml", longer, toml=toml)
    assert "more than 30 days after 2026-07-01 (waivers.longest_days)" in found


def test_two_waivers_of_one_id_are_told(tmp_path: Path) -> None:
    second = entry(WAIVER, practice="CRED-08")

    assert faults(tmp_path, "waivers.yaml", entry(WAIVER), second) == [
        "line 8: id: W-1 stands in line 1 already"
    ]


@pytest.mark.parametrize(
    ("granted", "practice", "overlap"),
    [
        ("2026-12-31", "CRED-09", True),
        ("2026-12-31", "[CRED-09, CRED-09]", True),
        ("2027-01-01", "CRED-09", False),
        ("2026-12-31", "CRED-08", False),
        ("2026-12-31", "[CRED-08, CRED-09]", False),
    ],
)
def test_two_waivers_of_the_same_may_not_overlap(
    tmp_path: Path, granted: str, practice: str, overlap: bool
) -> None:
    second = entry(WAIVER, id="W-2", practice=practice, granted=granted, expires="2027-03-31")
    found = faults(tmp_path, "waivers.yaml", entry(WAIVER), second)

    told = "line 8: W-2: selects the same as W-1 in line 1, and their terms overlap"
    assert [fault.startswith(told) for fault in found] == [True] * overlap


# --- attestations ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"result": "maybe"}, "line 2: Invalid enum value 'maybe'"),
        ({"by": '""'}, "line 1: by: is empty; it must be said"),
        ({"statement": '""'}, "line 1: statement: is empty; it must be said"),
        ({"valid_until": "2026-06-30"}, "line 1: valid_until: 2026-06-30 is before valid_from"),
        ({"accounts": "[111]"}, "line 7: Expected `str`, got `int` - at `$.accounts[0]`"),
        ({"accounts": "['111']"}, "line 7: Expected `str` matching regex"),
        ({"evidence": "[{}]"}, "line 1: evidence: name a file or a link"),
        (
            {"evidence": "[{file: a.pdf, link: https://example.com}]"},
            "line 1: evidence: name a file or a link",
        ),
        ({"evidence": "[{link: example.com}]"}, "line 1: evidence: example.com is no link"),
        ({"evidence": "[{file: nothing.pdf}]"}, "line 1: evidence: nothing.pdf has no sha256, and"),
        (
            {"evidence": f"[{{file: ../secret.pdf, sha256: '{ZEROS}'}}]"},
            "line 1: evidence: ../secret.pdf is not inside the engagement's folder",
        ),
        ({"evidence": "[{file: a.pdf, sha256: abc}]"}, "line 7: Expected `str` matching regex"),
    ],
)
def test_an_attestation_that_is_wrong_is_told_with_line_and_key(
    tmp_path: Path, changed: dict[str, str | None], fault: str
) -> None:
    [found] = faults(tmp_path, "attestations.yaml", entry(ATTESTATION, **changed))

    assert found.startswith(fault)


def test_evidence_without_its_hash_is_told_the_hash(tmp_path: Path) -> None:
    (tmp_path / "plan.txt").write_text("plan")
    written = entry(ATTESTATION, evidence="[{file: plan.txt}]")
    [found] = faults(tmp_path, "attestations.yaml", written)

    assert hashlib.sha256(b"plan").hexdigest() in found


def test_two_attestations_of_the_same_that_begin_on_one_day_are_told(tmp_path: Path) -> None:
    later = entry(ATTESTATION, valid_from="2026-08-01")
    other = entry(ATTESTATION, accounts='["111111111111"]')
    same = entry(ATTESTATION, result="fail")

    assert faults(tmp_path, "attestations.yaml", entry(ATTESTATION), later, other) == []
    [found] = faults(tmp_path, "attestations.yaml", entry(ATTESTATION), same)
    assert found.startswith("line 7: NET-17: is attested from 2026-07-01 in line 1 already")


def test_an_account_is_not_attested_otherwise_than_all_from_the_same_day_on(tmp_path: Path) -> None:
    everywhere = entry(ATTESTATION)
    here = entry(ATTESTATION, result="fail", accounts='["111111111111"]')

    for entries in ((everywhere, here), (here, everywhere)):
        [found] = faults(tmp_path, "attestations.yaml", *entries)
        assert "NET-17: is attested of 111111111111 from 2026-07-01 in line 1 already" in found


# --- not applicable --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changed", "fault"),
    [
        ({"practice": None}, "line 1: practice: name a practice or a criterion"),
        ({"criterion": "NET-09.vpn"}, "line 1: practice: name a practice or a criterion"),
        ({"reason": '""'}, "line 1: reason: is empty"),
        ({"expires": "2026-06-30"}, "line 1: expires: 2026-06-30 is before its date"),
        ({"date": None}, "line 1: Object missing required field `date`"),
    ],
)
def test_a_declaration_that_is_wrong_is_told_with_line_and_key(
    tmp_path: Path, changed: dict[str, str | None], fault: str
) -> None:
    [found] = faults(tmp_path, "not_applicable.yaml", entry(DECLARED, **changed))

    assert found.startswith(fault)


# --- all of them -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["waivers.yaml", "attestations.yaml", "not_applicable.yaml"])
@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (b"id: W-1\n", "line 1: is no list; each entry begins with `- `"),
        (b"- id: W-1\n id: W-2\n", "line 2: "),
        (b"- reason: \xff\n", "UTF-8"),
        (b"- {}\n" + b"- " * 200 + b"x", "line 2: nested too deeply"),
    ],
)
def test_a_file_that_cannot_be_read_is_named(
    tmp_path: Path, name: str, content: bytes, fault: str
) -> None:
    (tmp_path / "gapfolio.toml").touch()
    (tmp_path / name).write_bytes(content)

    [found] = inspect(tmp_path)[1]
    assert found.startswith(f"{tmp_path / name}: ")
    assert fault in found
    assert "\n" not in found


def test_every_fault_of_every_file_is_found_and_the_first_one_is_raised(tmp_path: Path) -> None:
    (tmp_path / "gapfolio.toml").write_text('timezone = "Mars/Olympus"\nperiod = "2026-Q5"\n')
    (tmp_path / "notes.yaml").write_text("conlcusion: x\n")
    (tmp_path / "waivers.yaml").write_text(entry(WAIVER, owner='""') + entry(WAIVER, id="1"))
    (tmp_path / "attestations.yaml").write_text(entry(ATTESTATION, by='""'))
    (tmp_path / "not_applicable.yaml").write_text(entry(DECLARED, by='""'))
    found = inspect(tmp_path)[1]

    files = [Path(fault.partition(":")[0]).name for fault in found]
    assert sorted(set(files)) == [
        "attestations.yaml",
        "gapfolio.toml",
        "not_applicable.yaml",
        "notes.yaml",
        "waivers.yaml",
    ]
    with pytest.raises(EngagementError) as raised:
        read(tmp_path)
    assert str(raised.value) == f"{found[0]} (and {len(found) - 1} more: see gapfolio check)"


# --- the organization ------------------------------------------------------------------------


def organization(directory: Path, content: str) -> None:
    (directory / "gapfolio.toml").write_text('[organization]\naccounts = "organization.json"\n')
    (directory / "organization.json").write_text(content)


def test_accounts_of_the_organization_that_are_closed_are_left_out(tmp_path: Path) -> None:
    members = [
        {"Id": "111111111111", "Name": "one", "Status": "ACTIVE", "Email": "a@example.com"},
        {"Id": "222222222222", "Name": "two", "Status": "SUSPENDED"},
        {"Id": "333333333333", "Name": "three", "State": "CLOSED"},
        {"Id": "444444444444", "State": "ACTIVE"},
    ]
    organization(tmp_path, json.dumps({"Accounts": members}))

    assert read(tmp_path).organization == {"111111111111": "one", "444444444444": ""}


@pytest.mark.parametrize("content", ["", "[]", '{"Accounts": [{"Name": "x"}]}', '{"accounts": []}'])
def test_a_list_of_accounts_that_is_none_is_told_how_to_write_it(
    tmp_path: Path, content: str
) -> None:
    organization(tmp_path, content)

    with pytest.raises(EngagementError, match=r"organization\.json: .*list-accounts"):
        read(tmp_path)


def test_a_list_of_accounts_that_is_not_there_is_named(tmp_path: Path) -> None:
    (tmp_path / "gapfolio.toml").write_text('[organization]\naccounts = "gone.json"\n')

    with pytest.raises(EngagementError, match=r"gone\.json: cannot be read"):
        read(tmp_path)
