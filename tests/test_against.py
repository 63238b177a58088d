"""An engagement that speaks of practices, checks, accounts or Regions that are not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from gapfolio import catalogue
from gapfolio.catalogue import Catalogue
from gapfolio.engagement import Engagement, Folder, Notes, against, read
from gapfolio.errors import EngagementError
from gapfolio.nearest import meant

SCOPE = """\
regions = ["eu-central-1", "us-east-1"]
[[accounts]]
id = "111111111111"
[[accounts]]
id = "222222222222"
"""
WAIVER = """\
- id: W-1
  reason: It ends soon.
  owner: Identity team
  approver: CISO
  granted: 2026-07-01
  expires: 2026-12-31
  {selector}
"""
ATTESTATION = """\
- practice: {practice}
  result: pass
  accounts: [{accounts}]
  statement: It is so.
  by: Auditor
  valid_from: 2026-07-01
  valid_until: 2027-06-30
"""
DECLARED = """\
- {what}
  accounts: [{accounts}]
  reason: There is none.
  by: Auditor
  date: 2026-07-01
  expires: 2027-06-30
"""


@pytest.fixture(scope="module")
def known() -> Catalogue:
    return catalogue.load()


def faults(
    directory: Path, known: Catalogue, name: str, content: str, toml: str = SCOPE
) -> list[str]:
    """Give the faults of an engagement with one more file, each without the directory."""
    (directory / "gapfolio.toml").write_text(toml)
    (directory / name).write_text(content)
    found = list(against.faults(read(directory), known))
    return [fault.removeprefix(f"{directory}/") for fault in found]


@pytest.mark.parametrize(
    "selector",
    [
        "practice: CRED-09",
        "practice: [CRED-09, NET-01]",
        "criterion: CRED-09.console-users-mfa",
        "check: prowler:iam_user_mfa_enabled_console_access",
        "check: iam_user_mfa_enabled_console_access",
        "check: prowler:apigateway_endpoint_public",  # a former name
        "check: securityhub:iam.5",  # its own letter case is IAM.5
        "check: 'wiz:anything at all'",  # nobody lists its checks
        "check: 'guardduty:Recon:EC2/PortProbeUnprotectedPort'",
        "account: '222222222222'",
        "region: [us-east-1]",
        "resource: 'arn:aws:iam::*:user/x'",
        "tag: env=dev",
    ],
)
def test_a_waiver_of_what_there_is_has_no_fault(
    tmp_path: Path, known: Catalogue, selector: str
) -> None:
    assert faults(tmp_path, known, "waivers.yaml", WAIVER.format(selector=selector)) == []


@pytest.mark.parametrize(
    ("selector", "fault"),
    [
        ("practice: CRED-99", "practice: there is no practice CRED-99; did you mean CRED-09"),
        ("practice: cred-09", "practice: there is no practice cred-09; did you mean CRED-09"),
        ("practice: 'CRED-*'", "practice: there is no practice CRED-*"),
        (
            "criterion: CRED-09.console-user-mfa",
            "criterion: there is no criterion CRED-09.console-user-mfa; did you mean CRED-09.c",
        ),
        (
            "check: prowler:iam_root_mfa_enable",
            "check: prowler has no check iam_root_mfa_enable; did you mean iam_root_mfa_enabled",
        ),
        (
            "check: iam_root_mfa_enable",
            "check: there is no check iam_root_mfa_enable; did you mean iam_root_mfa_enabled",
        ),
        (
            "check: prowlr:iam_root_mfa_enabled",
            "check: there is no check prowlr:iam_root_mfa_enabled; did you mean iam_root_mfa_enab",
        ),
        ("check: zzzzzzzzzz", "check: there is no check zzzzzzzzzz; write scanner:check"),
        ("account: '333333333333'", "account: account 333333333333 is not in scope"),
        ("account: '11111111111'", "account: account 11111111111 is not in scope; did you mean 11"),
        ("region: eu-central-2", "region: Region eu-central-2 is not in scope; did you mean eu-ce"),
        ("region: global", "region: Region global is not in scope"),
    ],
)
def test_a_waiver_of_what_is_not_there_is_told_with_the_nearest_names(
    tmp_path: Path, known: Catalogue, selector: str, fault: str
) -> None:
    content = WAIVER.format(selector="practice: NET-01") + WAIVER.format(selector=selector)
    [found] = faults(tmp_path, known, "waivers.yaml", content.replace("W-1", "W-2", 1))

    assert found.startswith(f"waivers.yaml: line 8: {fault}")


def test_of_several_names_each_wrong_one_is_told(tmp_path: Path, known: Catalogue) -> None:
    content = WAIVER.format(selector="practice: [CRED-90, CRED-09, CRED-91]")

    assert len(faults(tmp_path, known, "waivers.yaml", content)) == 2


def test_accounts_and_regions_that_are_not_declared_are_not_held_against_anything(
    tmp_path: Path, known: Catalogue
) -> None:
    content = WAIVER.format(selector="account: '333333333333'\n  region: mars-north-1")
    wrong = WAIVER.format(selector="account: production")

    assert faults(tmp_path, known, "waivers.yaml", content, "") == []
    assert faults(tmp_path, known, "waivers.yaml", wrong, "") == [
        "waivers.yaml: line 1: account: 'production' is not a 12-digit account id"
    ]


@pytest.mark.parametrize(
    ("practice", "accounts", "fault"),
    [
        ("NET-17", "", ""),
        ("IR-01", "'111111111111'", ""),
        ("NET-71", "", "practice: there is no practice NET-71; did you mean NET-"),
        ("CRED-09", "", "practice: CRED-09 is decided by scanners alone"),
        ("IR-01", "'333333333333'", "accounts: account 333333333333 is not in scope"),
    ],
)
def test_an_attestation_is_of_a_practice_that_a_person_can_attest_to(
    tmp_path: Path, known: Catalogue, practice: str, accounts: str, fault: str
) -> None:
    content = ATTESTATION.format(practice=practice, accounts=accounts)
    found = faults(tmp_path, known, "attestations.yaml", content)

    assert [text.startswith(f"attestations.yaml: line 1: {fault}") for text in found] == [True] * (
        fault != ""
    )


@pytest.mark.parametrize(
    ("what", "accounts", "fault"),
    [
        ("practice: NET-09", "'111111111111'", ""),
        ("criterion: NET-13.guardduty-runtime-monitoring", "", ""),
        ("practice: NET-90", "", "practice: there is no practice NET-90; did you mean NET-"),
        ("criterion: NET-13.guard", "", "criterion: there is no criterion NET-13.guard"),
        ("practice: NET-09", "'333333333333'", "accounts: account 333333333333 is not in scope"),
    ],
)
def test_what_does_not_apply_is_something_that_there_is(
    tmp_path: Path, known: Catalogue, what: str, accounts: str, fault: str
) -> None:
    content = DECLARED.format(what=what, accounts=accounts)
    found = faults(tmp_path, known, "not_applicable.yaml", content)

    assert [text.startswith(f"not_applicable.yaml: line 1: {fault}") for text in found] == [
        True
    ] * (fault != "")


def test_notes_on_a_practice_that_does_not_exist_are_told_with_their_line(
    tmp_path: Path, known: Catalogue
) -> None:
    content = "conclusion: x\npractices:\n  CRED-01: {cause: a}\n  CRED-99:\n    cause: b\n"
    [found] = faults(tmp_path, known, "notes.yaml", content)

    assert found.startswith("notes.yaml: line 4: practices: there is no practice CRED-99; did you")


@pytest.mark.parametrize(
    ("rule", "fault"),
    [
        ('practice = "CRED-*"\nowner = "A"', ""),
        ('practice = "CRED-09"\naccount = "222222222222"\ndays = 0', ""),
        (
            'owner = "A"\npractice = "CERD-*"',
            "line 10: remediation.rules: practice: no practice fits CERD-*; did you mean CRED-",
        ),
        (
            'account = "333333333333"\nowner = "A"',
            "line 9: remediation.rules: account: account 333333333333 is not in scope",
        ),
        (
            'practice = "CRED-09"',
            "line 8: remediation.rules: owner: the rule says neither owner nor days",
        ),
    ],
)
def test_a_rule_fits_something_and_says_something(
    tmp_path: Path, known: Catalogue, rule: str, fault: str
) -> None:
    first = '[[remediation.rules]]\nowner = "B"\n'
    toml = f"{SCOPE}{first}[[remediation.rules]]\n{rule}\n"
    found = faults(tmp_path, known, "notes.yaml", "", toml)

    assert [text.startswith(f"gapfolio.toml: {fault}") for text in found] == [True] * (fault != "")


def test_the_first_fault_is_raised_with_the_number_of_the_others(
    tmp_path: Path, known: Catalogue
) -> None:
    content = "practices:\n  CRED-97: {cause: a}\n  CRED-98: {cause: b}\n"
    assert faults(tmp_path, known, "notes.yaml", content)

    with pytest.raises(EngagementError, match=r"CRED-97.* \(and 1 more: see gapfolio check\)$"):
        against.checked(read(tmp_path), known)


def test_without_an_engagement_there_is_nothing_to_hold_against_the_catalogue(
    known: Catalogue,
) -> None:
    against.checked(Folder(Engagement(), Notes()), known)


def test_the_nearest_names_are_offered_whatever_their_case() -> None:
    assert meant("IAM_ROOT", ["iam_root", "kms_key"]) == "; did you mean iam_root?"
    assert meant("x", ["iam_root"]) == ""
