"""Reports on a part of the accounts in scope."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from gapfolio import audit, publish
from gapfolio.engagement import Account, Engagement
from gapfolio.engagement.groups import members
from gapfolio.errors import EngagementError, PackError
from gapfolio.model import Assessment
from gapfolio.testing import MOMENT, make_finding
from packs import rewrite
from scanfile import write_findings

ONE, TWO, THREE, FOREIGN = "111111111111", "222222222222", "333333333333", "999999999999"
TOML = f"""\
client = "Acme"
inputs = ["scan.json"]
accounts = [
  {{id = "{ONE}", name = "prod-eu", owner = "Ops", environment = "production"}},
  {{id = "{TWO}", name = "prod-us", owner = "Ops", environment = "production"}},
  {{id = "{THREE}", name = "dev", environment = "development"}},
]
"""
BOTH = "2 of 3 accounts in scope"
CHECK = "iam_user_mfa_enabled_console_access"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "gapfolio.toml").write_text(TOML, encoding="utf-8")
    found = [
        make_finding(check=CHECK, account=account, status="fail", resource=f"user-{account}")
        for account in (ONE, TWO, THREE, FOREIGN)
    ]
    write_findings(tmp_path / "scan.json", found)
    return tmp_path


def report(home: Path, **options: object) -> tuple[Assessment, Path]:
    with audit.opened(audit.Options(directory=home, **options)) as opened:  # type: ignore[arg-type]
        target = publish.default_directory(opened)
        publish.publish(opened, target, formats=("json", "parquet"))
        return opened.assessment, target


def test_a_report_on_everything_is_no_part(home: Path) -> None:
    assessment, target = report(home)

    assert (assessment.part, target.name) == ("", "2026-Q3")
    assert assessment.accounts_out_of_scope == {FOREIGN: 1}


@pytest.mark.parametrize(
    ("options", "accounts", "part"),
    [
        ({"group": "environment=production"}, [ONE, TWO], f"{BOTH} (environment=production)"),
        ({"group": "name=prod-*"}, [ONE, TWO], f"{BOTH} (name=prod-*)"),
        ({"accounts": [THREE]}, [THREE], f"1 of 3 accounts in scope ({THREE})"),
        ({"group": "owner=Ops", "accounts": [TWO]}, [TWO], f"1 of 3 accounts in scope ({TWO})"),
        ({"accounts": [ONE, TWO, THREE]}, [ONE, TWO, THREE], ""),
    ],
)
def test_a_part_has_its_accounts_and_says_so(
    home: Path, options: dict[str, object], accounts: list[str], part: str
) -> None:
    assessment, _ = report(home, **options)

    assert [account.id for account in assessment.accounts] == accounts
    assert assessment.part == part
    # accounts that are in scope and not in the part are not told as out of scope
    assert list(assessment.accounts_out_of_scope) == [FOREIGN]


WAIVER = """
- id: W-{account}
  check: {check}
  account: "{account}"
  reason: A token is on its way
  owner: Ops
  approver: Board
  granted: 2026-07-01
  expires: 2026-09-29
"""
ATTESTATION = """
- practice: IR-10
  result: pass
  accounts: ["{account}"]
  statement: Held in June
  evidence:
    - link: https://example.com
  by: Jo
  valid_from: 2026-07-01
  valid_until: 2026-12-31
"""


def test_a_part_is_silent_on_what_was_declared_of_other_accounts(home: Path) -> None:
    for name, entry in {"waivers.yaml": WAIVER, "attestations.yaml": ATTESTATION}.items():
        texts = [entry.format(account=account, check=CHECK) for account in (ONE, THREE)]
        (home / name).write_text("".join(texts), encoding="utf-8")
    whole, _ = report(home)
    part, _ = report(home, accounts=[THREE])

    assert [waiver.id for waiver in whole.exceptions.waivers] == [f"W-{ONE}", f"W-{THREE}"]
    assert [waiver.id for waiver in part.exceptions.waivers] == [f"W-{THREE}"]
    assert [entry.accounts for entry in part.attestations] == [[THREE]]


def test_a_part_never_takes_the_place_of_the_whole_report(home: Path) -> None:
    _, whole = report(home)
    _, part = report(home, group="environment=production")
    with (
        audit.opened(audit.Options(directory=home, accounts=[THREE])) as opened,
        pytest.raises(PackError, match=r"another report of 2026-Q3 \(the whole one\)"),
    ):
        publish.publish(opened, whole, formats=("json",))

    assert part.parent == whole.parent
    assert part.name == "2026-Q3.2-of-3-accounts-in-scope-environment-production"
    assert json.loads((part / "manifest.json").read_bytes())["edition"].startswith("2 of 3")


def test_a_part_is_the_same_after_an_account_joined_the_scope(home: Path) -> None:
    report(home, group="environment=production")
    more = f'  {{id = "{FOREIGN}", environment = "development"}},\n]'
    (home / "gapfolio.toml").write_text(TOML.replace("},\n]", f"}},\n{more}"), encoding="utf-8")
    moment = MOMENT.replace(month=11)
    finding = make_finding(
        check=CHECK, account=ONE, status="fail", resource=f"user-{ONE}", observed_at=moment
    )
    write_findings(home / "scan.json", [finding])
    assessment, _ = report(home, group="environment=production")

    assert assessment.part == "2 of 4 accounts in scope (environment=production)"
    assert assessment.change is not None
    assert assessment.change.still_open == 1


def test_a_part_is_compared_with_the_same_part(home: Path) -> None:
    report(home)
    report(home, group="environment=production")
    later = [
        make_finding(
            check=CHECK,
            account=account,
            status="pass",
            resource=f"user-{account}",
            observed_at=MOMENT.replace(month=11),
        )
        for account in (ONE, TWO, THREE)
    ]
    write_findings(home / "scan.json", later)
    assessment, _ = report(home, group="environment=production")

    assert assessment.change is not None
    assert assessment.change.closed == {"fixed": 2}
    assert assessment.change.remarks == []
    with pytest.raises(PackError, match="they do not compare"):
        report(home, group="environment=production", since=home / "packs" / "2026-Q3")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("production", "write FIELD=VALUE; the fields are name, owner, environment"),
        ("colour=red", "write FIELD=VALUE"),
        ("environment=prod", "no account in gapfolio.toml has that environment; there are: dev"),
    ],
)
def test_a_group_that_is_none_is_refused_with_what_there_is(text: str, words: str) -> None:
    with pytest.raises(EngagementError, match=words):
        members(Engagement(accounts=[Account(id=ONE, environment="dev")]), text)


def test_an_account_outside_the_group_is_refused(home: Path) -> None:
    with pytest.raises(EngagementError, match=f"--account {THREE}: is not in the group owner=Ops"):
        report(home, group="owner=Ops", accounts=[THREE])


def test_a_redacted_copy_is_never_compared_with(home: Path) -> None:
    _, whole = report(home)
    rewrite(whole / "assessment.json", lambda content: content.update(redacted=["arns"]))
    later = [make_finding(check=CHECK, account=ONE, observed_at=MOMENT.replace(month=11))]
    write_findings(home / "scan.json", later)

    assert report(home)[0].change is None
