"""`gapfolio export asff --send`: each account's findings to its own hub, and every refusal told."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import fakeaws
import msgspec
import pytest
from click.testing import CliRunner, Result
from fakeaws import ACCOUNT, OTHER
from probekit import Cloud, moto

from gapfolio import pack
from gapfolio.assess import document
from gapfolio.cli import group
from gapfolio.engagement import Account, Engagement
from gapfolio.errors import GapfolioError, InputError, PackError
from gapfolio.exports.data import JsonExporter, ParquetExporter
from gapfolio.exports.formats import sending
from gapfolio.live.base import Access
from gapfolio.live.session import connect
from gapfolio.testing import assessed, make_catalogue, make_finding

REGION = "eu-central-1"
ROLES = "arn:aws:iam::{account}:role/hub"
HERE = Access(regions=(REGION,))


def packed(
    place: Path, *, practices: int = 3, accounts: tuple[str, ...] = (ACCOUNT, OTHER)
) -> Path:
    """Write a pack with a verdict for each practice and account."""
    names = [f"NET_{number:03}" for number in range(1, practices + 1)]
    catalogue = make_catalogue(
        **{name: {"criteria": {"open": ("account", [name.lower()])}} for name in names}
    )
    found = [
        make_finding(
            check=name.lower(), account=account, status="fail" if name == names[0] else "pass"
        )
        for name in names
        for account in accounts
    ]
    engagement = Engagement(client="Acme", accounts=[Account(id=name) for name in accounts])
    place.mkdir()
    with assessed(found, catalogue=catalogue, engagement=engagement) as (assessment, engine):
        for exporter in (JsonExporter(), ParquetExporter()):
            exporter.export(assessment, engine, place)
        pack.write_manifest(assessment, place)
    return place


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packed(tmp_path_factory.mktemp("sending") / "pack")


def sent(small: Path, access: Access = HERE, **how: Any) -> dict[str, sending.Sent]:
    return {done.account: done for done in sending.send(small, Path(), access, **how)}


def command(*arguments: str | Path) -> Result:
    return CliRunner().invoke(group, ["export", "asff", *map(str, arguments)])


def test_only_the_findings_of_the_callers_account_are_sent_and_the_others_named(
    aws: fakeaws.Fake, small: Path
) -> None:
    done = sent(small)

    assert (done[ACCOUNT].taken, done[ACCOUNT].whole) == (3, True)
    assert (done[OTHER].taken, done[OTHER].whole) == (0, False)
    assert f"the credentials are of {ACCOUNT}" in done[OTHER].refused
    assert "{account}" in done[OTHER].refused
    assert aws.calls("BatchImportFindings") == [("BatchImportFindings", REGION)]
    assert {f["AwsAccountId"] for f in aws.seen[-1].body["Findings"]} == {ACCOUNT}


def test_a_role_of_the_other_account_sends_that_accounts_only(
    aws: fakeaws.Fake, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The fake names one caller whatever the role, so the session is told who it is."""

    def known(access: Access) -> Any:
        made = connect(access)
        account = access.role_arn.split(":")[4] if access.role_arn else made.account
        return type(made)(made.session, account, made.arn, made.region)

    monkeypatch.setattr(sending, "connect", known)
    one = sent(small, Access(role_arn=ROLES.replace("{account}", OTHER), regions=(REGION,)))
    each = sent(small, Access(role_arn=ROLES, regions=(REGION,)))
    assumed = [r.body["RoleArn"] for r in aws.seen if r.operation == "AssumeRole"]

    assert {account: done.taken for account, done in one.items()} == {ACCOUNT: 0, OTHER: 3}
    assert {account: done.taken for account, done in each.items()} == {ACCOUNT: 3, OTHER: 3}
    assert set(assumed) == {ROLES.replace("{account}", name) for name in (ACCOUNT, OTHER)}


def test_a_role_that_is_of_another_account_than_its_name_says_sends_nothing(
    aws: fakeaws.Fake, small: Path
) -> None:
    done = sent(small, Access(role_arn=ROLES, regions=(REGION,)))

    assert f"the credentials are of {ACCOUNT}" in done[OTHER].refused
    assert len(aws.calls("BatchImportFindings")) == 1


def test_more_than_a_hundred_findings_take_several_calls(aws: fakeaws.Fake, tmp_path: Path) -> None:
    many = packed(tmp_path / "pack", practices=205, accounts=(ACCOUNT,))
    done = sent(many)[ACCOUNT]
    calls = [r.body["Findings"] for r in aws.seen if r.operation == "BatchImportFindings"]

    assert [len(findings) for findings in calls] == [100, 100, 5]
    assert (done.calls, done.taken, len(done.findings)) == (3, 205, 205)
    assert len({finding["Id"] for findings in calls for finding in findings}) == 205


def test_what_the_hub_does_not_take_is_listed_by_id_and_reason(
    aws: fakeaws.Fake, small: Path
) -> None:
    first = next(sending.send(small, Path(), HERE, dry_run=True)).findings[0]
    aws.unwanted = {first["Id"]}
    done = sent(small)[ACCOUNT]

    assert done.taken == 2
    assert done.failures == [
        sending.Failure(first["Id"], "NET-001", "InvalidInput: Invalid parameter")
    ]
    assert not done.whole


def test_throttling_is_waited_out(aws: fakeaws.Fake, small: Path) -> None:
    aws.fail(REGION, fakeaws.THROTTLED, None, operation="BatchImportFindings")

    assert sent(small)[ACCOUNT].taken == 3
    assert len(aws.calls("BatchImportFindings")) == 2


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (fakeaws.DENIED, "must be allowed securityhub:BatchImportFindings"),
        (fakeaws.OFF, "the service is not enabled there"),
        (fakeaws.EXPIRED, "the credentials have expired"),
        (fakeaws.THROTTLED, "was throttled for long"),
        (fakeaws.BROKEN, "BatchImportFindings failed (InternalException"),
    ],
    ids=["denied", "hub off", "expired", "throttled for long", "broken"],
)
def test_a_hub_that_refuses_is_named_with_what_to_do(
    aws: fakeaws.Fake, small: Path, failure: tuple[int, str, str], words: str
) -> None:
    aws.fail(REGION, failure, operation="BatchImportFindings")
    done = sent(small)[ACCOUNT]

    assert words in done.refused
    assert "\n" not in done.refused
    assert done.taken == 0


def test_after_the_credentials_expired_nothing_more_is_called(
    aws: fakeaws.Fake, small: Path
) -> None:
    aws.fail(REGION, fakeaws.EXPIRED, operation="BatchImportFindings")
    done = sent(small, Access(role_arn=ROLES, regions=(REGION,)))

    assert all("expired" in item.refused for item in done.values())
    assert len(aws.calls("BatchImportFindings")) == 1
    assert len(aws.calls("AssumeRole")) == 1


def test_what_was_taken_before_a_failure_is_counted(aws: fakeaws.Fake, tmp_path: Path) -> None:
    many = packed(tmp_path / "pack", practices=101, accounts=(ACCOUNT,))
    aws.fail(REGION, None, fakeaws.DENIED, operation="BatchImportFindings")
    done = sent(many)[ACCOUNT]

    assert done.taken == 100
    assert "access denied" in done.refused


def test_a_role_that_cannot_be_assumed_stops_its_account_only(
    aws: fakeaws.Fake, small: Path
) -> None:
    aws.fail(REGION, (403, "AccessDenied", "no"), None, operation="AssumeRole")
    done = sent(small, Access(role_arn=ROLES, regions=(REGION,)))

    assert "the role cannot be assumed" in done[ACCOUNT].refused
    assert "the credentials are of" in done[OTHER].refused


def test_a_dry_run_calls_nothing_and_shows_what_would_be_sent(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sending, "connect", lambda _: pytest.fail("called"))
    done = sent(small, Access(role_arn=ROLES, regions=(REGION,)), dry_run=True)

    assert {account: len(item.findings) for account, item in done.items()} == {ACCOUNT: 3, OTHER: 3}
    assert done[OTHER].role == f"arn:aws:iam::{OTHER}:role/hub"
    assert done[OTHER].region == REGION
    assert done[OTHER].taken == 0


def test_batches_stay_within_the_bytes_that_a_call_takes() -> None:
    findings = [{"Id": str(number), "Description": "x" * 200_000} for number in range(70)]
    made = list(sending.batches(findings))

    assert [len(batch) for batch in made] == [29, 29, 12]
    assert [found for batch in made for found in batch] == findings
    for batch in made:
        assert sum(len(msgspec.json.encode(found)) for found in batch) <= sending.LARGEST_CALL


def test_a_finding_that_is_too_large_is_an_error_before_anything_is_sent() -> None:
    with pytest.raises(GapfolioError, match="takes 240,000"):
        list(sending.batches([{"Id": "1", "Description": "x" * 240_000}]))


@pytest.mark.parametrize(
    ("access", "words"),
    [
        (Access(), "name the Region of the hub with --region"),
        (Access(regions=("eu-central-1", "us-east-1")), "sent to the hub of one Region"),
        (Access(regions=("Frankfurt",)), "Region 'Frankfurt': is not one"),
        (Access(role_arn="arn:aws:iam::{id}:role/x", regions=(REGION,)), "is not one; write arn:"),
    ],
)
def test_what_cannot_be_right_is_refused_before_anything_is_called(
    small: Path, access: Access, words: str
) -> None:
    with pytest.raises(InputError, match=words.replace("{", r"\{")):
        sent(small, access)


def test_without_credentials_nothing_is_sent(
    aws: fakeaws.Fake, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")

    with pytest.raises(InputError, match="no AWS credentials were found"):
        sent(small)
    assert not aws.calls("BatchImportFindings")


def test_pseudonyms_are_never_sent(small: Path, tmp_path: Path) -> None:
    copy = packed(tmp_path / "copy")
    content = json.loads((copy / "assessment.json").read_bytes())
    (copy / "assessment.json").write_text(json.dumps({**content, "redacted": ["accounts"]}))
    (copy / pack.MANIFEST).unlink()
    pack.write_manifest(document.decode((copy / "assessment.json").read_bytes()), copy)

    with pytest.raises(GapfolioError, match="its accounts are pseudonyms"):
        sent(copy, dry_run=True)


def test_without_a_pack_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(PackError, match="has no evidence pack"):
        list(sending.send(None, tmp_path, HERE))


# --- the command -----------------------------------------------------------------------------


def test_the_command_sends_and_fails_when_something_was_not_taken(
    aws: fakeaws.Fake, small: Path
) -> None:
    done = command(small, "--send", "--region", REGION)

    assert done.exit_code == 1
    assert f"{ACCOUNT}: 3 of 3 findings taken" in done.output
    assert f"{OTHER}: 0 of 3 findings taken" in done.output
    assert f"{OTHER}: not sent: the credentials are of {ACCOUNT}" in done.output


def test_the_command_succeeds_when_everything_was_taken(aws: fakeaws.Fake, tmp_path: Path) -> None:
    alone = packed(tmp_path / "pack", accounts=(ACCOUNT,))

    assert command(alone, "--send", "--region", REGION).exit_code == 0
    assert len(aws.calls("BatchImportFindings")) == 1


def test_the_command_shows_a_dry_run_line_by_line(small: Path) -> None:
    done = command(small, "--dry-run", "--region", REGION, "--role-arn", ROLES)

    assert done.exit_code == 0
    assert f"{ACCOUNT}  ACTIVE  FAILED  MEDIUM  NET-001 NET-001" in done.output
    assert (
        f"{OTHER}: would send 3 findings to {REGION} in 1 call, as arn:aws:iam::{OTHER}:role/hub"
    ) in done.output


@pytest.mark.parametrize(
    "arguments", [["csv", "--send"], ["asff", "--send", "-o", "x"], ["asff", "--dry-run", "--raw"]]
)
def test_the_command_sends_asff_only_and_writes_no_file(arguments: list[str]) -> None:
    done = CliRunner().invoke(group, ["export", *arguments])

    assert done.exit_code == 2
    assert "are for asff, and write no file" in done.output


def test_how_aws_is_reached_means_nothing_without_sending() -> None:
    done = command("--region", REGION)

    assert done.exit_code == 2
    assert "go with --send or --dry-run" in done.output


# --- moto ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with moto(tmp_path_factory.mktemp("moto")) as made:
        yield made


def test_moto_takes_the_findings_of_every_account_and_updates_them(
    cloud: Cloud, small: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in fakeaws.environment(cloud.endpoint, tmp_path).items():
        monkeypatch.setenv(name, value)
    access = Access(role_arn=ROLES, regions=(REGION,))
    for _ in range(2):
        done = sent(small, access)
        assert all(item.whole for item in done.values()), done

    for account, item in done.items():
        role = Access(role_arn=ROLES.replace("{account}", account), regions=(REGION,))
        held = connect(role).client("securityhub", REGION).get_findings()["Findings"]
        assert {found["Id"] for found in held} == {found["Id"] for found in item.findings}
        assert {found["AwsAccountId"] for found in held} == {account}
