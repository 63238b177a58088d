"""`gapfolio check` and `gapfolio init`, on engagements as people set them up."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

import wholescan
from gapfolio.cli import group
from gapfolio.engagement import Account, read
from gapfolio.errors import EngagementError, GapfolioError

ACCOUNT = "123456789012"
"""Of the findings of the scan, which is of 2026-Q4."""
SETTINGS = f"""\
client = "Example Client"
period = "2026-Q4"
inputs = ["scans"]
executed = ["prowler=all"]
regions = ["us-east-1"]
[[accounts]]
id = "{ACCOUNT}"
owner = "Platform team"
"""
PEOPLE = """\
[[people.prepared]]
name = "First Last"
[[people.reviewed]]
name = "First Last"
[[people.approved]]
name = "First Last"
"""
WAIVER = """\
- id: {id}
  {selector}
  reason: It ends soon.
  owner: Identity team
  approver: CISO
  granted: {granted}
  expires: {expires}
"""
ATTESTATION = """\
- practice: {practice}
  result: pass
  statement: It is so.
  evidence: {evidence}
  by: Auditor
  valid_from: {first}
  valid_until: {last}
"""
DECLARED = """\
- practice: {practice}
  reason: There is none.
  by: Auditor
  date: 2026-10-01
  expires: {expires}
"""


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """Set up an engagement with a scan that leaves nothing to say."""
    (tmp_path / "scans").mkdir()
    (tmp_path / "scans" / "scan.json").write_bytes(wholescan.text())
    (tmp_path / "gapfolio.toml").write_text(SETTINGS + PEOPLE)
    return tmp_path


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(group, [str(argument) for argument in arguments])


def part(done: Result, title: str) -> list[str]:
    """Give the lines under a title of the output."""
    _, _, rest = done.stdout.partition(f"{title}\n")
    return [line.strip() for line in rest.partition("\n\n")[0].splitlines()]


def remarks(home: Path) -> list[str]:
    done = run("check", home)
    assert (done.exit_code, done.exception) == (0, None)
    return [text.removeprefix(f"{home}/") for text in part(done, "Remarks")]


@pytest.mark.parametrize("command", ["check", "init"])
def test_the_commands_have_help_with_an_example(command: str) -> None:
    assert f"Examples:\n    gapfolio {command}" in run(command, "--help").stdout


# --- errors ----------------------------------------------------------------------------------


def test_an_engagement_with_nothing_wrong_has_no_errors_and_no_remarks(home: Path) -> None:
    done = run("check", home)

    assert done.exit_code == 0
    assert done.stdout == "0 errors, 0 remarks\n"
    assert sorted(path.name for path in home.iterdir()) == ["gapfolio.toml", "scans"]


def test_every_error_is_told_with_file_and_line_and_ends_with_1(home: Path) -> None:
    (home / "gapfolio.toml").write_text(SETTINGS + '[[remediation.rules]]\nowner = "A"\nday = 1\n')
    (home / "notes.yaml").write_text("practices:\n  CRED-99: {cause: a}\n")
    waiver = {"granted": "2026-10-01", "expires": "2026-09-01", "id": "W-1"}
    (home / "waivers.yaml").write_text(WAIVER.format(selector="practice: CRED-98", **waiver))
    done = run("check", home)

    assert done.exit_code == 1
    starts = [
        "gapfolio.toml: line 11: Object contains unknown field `day` - at `$.remediation.rules[0]`",
        "waivers.yaml: line 1: expires: 2026-09-01 is before the day it was granted, 2026-10-01",
        "notes.yaml: line 2: practices: there is no practice CRED-99; did you mean CRED-09, ",
        "waivers.yaml: line 1: practice: there is no practice CRED-98; did you mean CRED-18, ",
    ]
    for told, start in zip(part(done, "Errors"), starts, strict=True):
        assert told.startswith(f"{home}/{start}")
    assert done.stdout.endswith("\n4 errors, 0 remarks\n")


def test_a_report_refuses_what_check_calls_an_error(home: Path) -> None:
    (home / "notes.yaml").write_text("practices:\n  CRED-99: {cause: a}\n")

    with pytest.raises(EngagementError, match="line 2: practices: there is no practice CRED-99"):
        raise run("score", home).exception or AssertionError


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('period = "2026-Q5"', "line 1: period '2026-Q5': write 2026-Q3, 2026-07, 2026 or"),
        ('timezone = "Europe/Atlantis"', "line 1: timezone: there is no zone 'Europe/Atlantis'"),
        (
            '[report]\nsections_off = ["glosary"]',
            "report.sections_off: there is no section 'glosary'",
        ),
        ('mappings = ["nowhere"]', "nowhere: no mapping files"),
        ('[organization]\naccounts = "gone.json"', "gone.json: cannot be read"),
        (
            '[export]\nprofiles = [\n  "generic",\n  "eramb",\n]',
            "line 4: export.profiles: eramb: there is no such profile; did you mean eramba?",
        ),
        (
            '[export.profile.sarif]\nrecord = "gaps"\ncolumns = [{name = "a", field = "key"}]',
            "line 1: export.profile.sarif: there is a profile of that name already",
        ),
    ],
)
def test_settings_that_a_report_would_stumble_over_are_errors(
    tmp_path: Path, toml: str, words: str
) -> None:
    (tmp_path / "gapfolio.toml").write_text(toml)
    done = run("check", tmp_path)

    assert done.exit_code == 1
    assert words in part(done, "Errors")[0]
    assert done.stdout.endswith("\n1 error, 0 remarks\n")


@pytest.mark.parametrize(
    ("toml", "words"),
    [
        ('policy = "lenient"', "there is no 'lenient'"),
        ('executed = ["prowler"]', "write prowler=all or prowler=FILE"),
        ('inputs = ["ftp:"]', "ftp: there is no such live location"),
    ],
)
def test_settings_that_only_reading_the_findings_shows_are_errors_too(
    home: Path, toml: str, words: str
) -> None:
    others = "".join(line for line in SETTINGS.splitlines(True) if line[:5] != toml[:5])
    (home / "gapfolio.toml").write_text(
        f"{others}{toml}" if toml[0] == "[" else f"{toml}\n{others}"
    )
    done = run("check", home)

    assert done.exit_code == 1
    assert words in part(done, "Errors")[0]


def test_what_is_no_engagement_is_told_what_writes_one(tmp_path: Path) -> None:
    with pytest.raises(EngagementError, match=f"gapfolio init {tmp_path} writes one"):
        raise run("check", tmp_path).exception or AssertionError


def test_nothing_in_a_file_commands_the_terminal(tmp_path: Path) -> None:
    (tmp_path / "gapfolio.toml").write_text('"a\\u001b]0;title" = 1')

    assert r"`a\x1b]0;title`" in run("check", tmp_path).stdout


# --- remarks ---------------------------------------------------------------------------------


def test_people_and_owners_that_are_not_named_are_remarks(home: Path) -> None:
    (home / "gapfolio.toml").write_text(SETTINGS.replace("owner", "name"))

    assert remarks(home) == [
        "gapfolio.toml: people.prepared: nobody is named",
        "gapfolio.toml: people.reviewed: nobody is named",
        "gapfolio.toml: people.approved: nobody is named",
        f"gapfolio.toml: accounts: {ACCOUNT} (Platform team) has no owner",
    ]


def test_accounts_that_findings_and_organization_do_not_fit_are_remarks(home: Path) -> None:
    members = [{"Id": ACCOUNT, "Name": "prod"}, {"Id": "333333333333", "Name": "sandbox"}]
    (home / "organization.json").write_text(json.dumps({"Accounts": members}))
    settings = SETTINGS.replace(ACCOUNT, "222222222222") + PEOPLE
    settings += '[organization]\naccounts = "organization.json"\n'
    (home / "gapfolio.toml").write_text(settings)

    assert remarks(home) == [
        "gapfolio.toml: accounts: 222222222222 is in scope, and the organization does not have it",
        "gapfolio.toml: accounts: 222222222222 has no findings, so it is unknown throughout",
        f"gapfolio.toml: accounts: {ACCOUNT} has 374 findings and is not in scope",
        f"gapfolio.toml: accounts: {ACCOUNT} (prod) is in the organization and not in scope",
        "gapfolio.toml: accounts: 333333333333 (sandbox) is in the organization and not in scope",
    ]


def test_what_became_of_waivers_is_remarked(home: Path) -> None:
    terms = [
        ("W-1", "practice: CRED-09", "2026-10-01", "2026-12-31"),
        ("W-2", "{practice: CRED-09, resource: 'nothing*'}", "2026-10-01", "2026-12-31"),
        ("W-3", "practice: NET-03", "2026-10-01", "2026-12-30"),
        ("W-4", "practice: NET-03", "2027-01-01", "2027-01-30"),
        ("W-5", "practice: [CRED-09, CRED-10]", "2026-10-01", "2026-12-31"),
    ]
    (home / "waivers.yaml").write_text(
        "".join(
            WAIVER.format(
                id=name,
                selector=selector.strip("{}").replace(", res", "\n  res"),
                granted=granted,
                expires=expires,
            )
            for name, selector, granted, expires in terms
        )
    )

    assert remarks(home) == [
        "waivers.yaml: line 8: W-2: covers nothing: no open finding fits all that it selects",
        "waivers.yaml: line 16: W-3: has expired on 2026-12-30; 3 findings count without it",
        "waivers.yaml: line 23: W-4: is valid from 2027-01-01, after the period",
        "waivers.yaml: line 30: W-5: covers findings that W-1 covers too",
    ]


def test_what_became_of_attestations_is_remarked(home: Path) -> None:
    (home / "plan.txt").write_text("plan")
    proof = "[{file: plan.txt, sha256: '" + "0" * 64 + "'}]"
    terms = [
        ("NET-17", proof, "2026-10-01", "2027-09-30"),
        ("IR-13", "[]", "2025-10-01", "2026-09-30"),
        ("IR-12", "[]", "2027-01-01", "2027-09-30"),
        ("IR-10", "[]", "2026-10-01", "2027-09-30"),
        ("IR-10", "[]", "2026-07-01", "2027-09-30"),
    ]
    (home / "attestations.yaml").write_text(
        "".join(
            ATTESTATION.format(practice=practice, evidence=evidence, first=first, last=last)
            for practice, evidence, first, last in terms
        )
    )

    assert [text.removeprefix("attestations.yaml: ") for text in remarks(home)] == [
        "line 1: NET-17: is void: plan.txt is not the file that was attested (its SHA-256 differs)",
        "line 8: IR-13: has expired on 2026-09-30; what it stated is unknown",
        "line 15: IR-12: is valid from 2027-01-01, after the period",
        "line 29: IR-10: decides nothing: a later attestation speaks of the same accounts",
    ]


def test_what_became_of_what_does_not_apply_is_remarked(home: Path) -> None:
    terms = [("CRED-09", "2027-09-30"), ("NET-09", "2026-10-31"), ("NET-17", "2027-09-30")]
    (home / "not_applicable.yaml").write_text(
        "".join(DECLARED.format(practice=practice, expires=expires) for practice, expires in terms)
    )

    assert [text.removeprefix("not_applicable.yaml: ") for text in remarks(home)] == [
        f"line 1: CRED-09: is refused in {ACCOUNT}, because something fails there",
        "line 6: NET-09: has expired on 2026-10-31; it counts again",
    ]


@pytest.mark.parametrize("inputs", ["[]", '["nothing"]', '["*.json"]', '["empty"]'])
def test_findings_that_are_not_there_yet_are_a_remark(tmp_path: Path, inputs: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "gapfolio.toml").write_text(f"inputs = {inputs}\n{PEOPLE}")
    done = run("check", tmp_path)

    assert done.exit_code == 0
    [told] = part(done, "Remarks")
    assert told.startswith("gapfolio.toml: inputs: ")
    assert told.endswith("; the findings were not looked at")


def test_without_inputs_only_the_engagements_own_files_are_looked_at(home: Path) -> None:
    (home / "scans" / "scan.json").write_text("no scan")

    assert run("check", home, "--no-inputs").stdout == "0 errors, 0 remarks\n"
    assert run("check", home).exit_code == 1


# --- blanks ----------------------------------------------------------------------------------


def test_final_lists_every_blank_where_it_is_filled_and_ends_with_1(home: Path) -> None:
    done = run("check", home, "--final")
    blanks = part(done, "Blanks")

    assert done.exit_code == 1
    assert (
        "The auditor's conclusion is not written"
        in blanks[blanks.index("notes.yaml: conclusion") + 1]
    )
    cause = blanks.index("notes.yaml: practices: cause")
    assert "failing practices is not confirmed" in blanks[cause + 1]
    assert blanks[cause + 2].startswith("CRED-04, CRED-05, ")
    assert done.stdout.endswith(" blanks; not ready\n")


def test_final_says_ready_when_no_blank_is_left(home: Path) -> None:
    off = ["control", "distribution", "scope", "change", "exceptions", "findings", "plan"]
    (home / "gapfolio.toml").write_text(
        SETTINGS + PEOPLE + f"[report]\nsections_off = {[*off, 'attestations']}\n"
    )
    (home / "notes.yaml").write_text("conclusion: Fair.\nmanagement_response: Accepted.\n")
    done = run("check", home, "--final")

    assert (done.exit_code, done.exception) == (0, None)
    assert done.stdout.endswith('0 blanks; ready; set status = "final" in gapfolio.toml\n')


def test_final_is_not_ready_without_findings(tmp_path: Path) -> None:
    (tmp_path / "gapfolio.toml").touch()
    done = run("check", tmp_path, "--final")

    assert done.exit_code == 1
    assert "not ready: blanks are known when the findings are read" in done.stdout
    assert run("check", tmp_path, "--final", "--no-inputs").exit_code == 2


# --- init ------------------------------------------------------------------------------------


def test_init_writes_what_check_finds_nothing_wrong_with(tmp_path: Path) -> None:
    home = tmp_path / "new" / "acme"
    first = run("init", home)
    done = run("check", home)

    assert first.exit_code == 0
    assert sorted(path.name for path in home.iterdir()) == [
        "attestations.yaml",
        "gapfolio.toml",
        "not_applicable.yaml",
        "notes.yaml",
        "theme",
        "waivers.yaml",
    ]
    assert done.exit_code == 0
    assert "inputs: there is nothing in scans yet" in done.stdout
    with pytest.raises(GapfolioError, match=r"scans: there is no such file or directory"):
        raise run("report", home).exception or AssertionError


def test_init_takes_client_period_and_accounts(tmp_path: Path) -> None:
    client = 'Müller & "Söhne"\\\n\x7f'
    members = [
        {"Id": "222222222222", "Name": 'the "other"', "Status": "ACTIVE"},
        {"Id": "111111111111", "Name": "production", "Status": "ACTIVE"},
        {"Id": "333333333333", "Name": "closed", "Status": "SUSPENDED"},
    ]
    listing = tmp_path / "organization.json"
    listing.write_text(json.dumps({"Accounts": members}))
    done = run(
        *("init", tmp_path / "acme", "--client", client),
        *("--period", "2026-Q3", "--accounts-from", listing),
    )
    engagement = read(tmp_path / "acme").engagement

    assert done.exit_code == 0
    assert (engagement.client, engagement.period) == (client, "2026-Q3")
    assert engagement.accounts == [
        Account(id="111111111111", name="production"),
        Account(id="222222222222", name='the "other"'),
    ]
    assert '#owner = "Platform team"' in (tmp_path / "acme" / "gapfolio.toml").read_text()


@pytest.mark.parametrize("option", [["--client", "Acme"], ["--period", "2026-Q3"]])
def test_init_refuses_answers_for_a_file_that_is_there(tmp_path: Path, option: list[str]) -> None:
    (tmp_path / "gapfolio.toml").write_text('client = "Mine"\n')

    with pytest.raises(EngagementError, match="is there already"):
        raise run("init", tmp_path, *option).exception or AssertionError
    assert [path.name for path in tmp_path.iterdir()] == ["gapfolio.toml"]


def test_init_adds_the_files_that_are_missing_and_leaves_the_others(tmp_path: Path) -> None:
    (tmp_path / "gapfolio.toml").write_text('client = "Mine"\n')
    done = run("init", tmp_path)

    assert done.exit_code == 0
    assert "waivers.yaml" in done.stdout
    assert (tmp_path / "gapfolio.toml").read_text() == 'client = "Mine"\n'
    with pytest.raises(EngagementError, match="is an engagement already"):
        raise run("init", tmp_path).exception or AssertionError


def test_init_writes_nothing_for_a_period_that_makes_no_sense(tmp_path: Path) -> None:
    with pytest.raises(EngagementError, match="period '2026-Q5': write 2026-Q3"):
        raise run("init", tmp_path / "acme", "--period", "2026-Q5").exception or AssertionError
    assert not (tmp_path / "acme").exists()
