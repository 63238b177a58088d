"""Sends the findings of `asff` to Security Hub, each to the hub of its own account.

AWS takes a custom finding only from the account that it is of. So one role is assumed in every
account (`{account}` in the role's ARN stands for its id), or only the findings of the one account
that the credentials are of are sent, and the others are named.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec

from gapfolio import history
from gapfolio.engine.base import Engine
from gapfolio.errors import GapfolioError, InputError, PackError
from gapfolio.exports import packs
from gapfolio.exports.formats import asff
from gapfolio.exports.records.verdicts import Verdict
from gapfolio.live.base import Access
from gapfolio.live.session import Connection, check, connect
from gapfolio.live.trouble import Kind, Trouble, trouble
from gapfolio.model import Assessment

ANY = "111122223333"
"""Stands for an account where a role is only looked at."""
MOST = 100
"""Findings that one call takes."""
LARGEST = 240_000
"""Bytes that one finding may have."""
LARGEST_CALL = 6_000_000
"""Bytes that the findings of one call may have."""
PLACEHOLDER = "{account}"
"""In the ARN of a role: the id of the account whose findings are sent."""

Finding = dict[str, Any]


@dataclass(frozen=True)
class Failure:
    """A finding that Security Hub did not take."""

    id: str
    what: str
    """Practice of the finding."""
    reason: str


@dataclass
class Sent:
    """What became of the findings of one account."""

    account: str
    region: str
    role: str
    """"" = the credentials at hand."""
    findings: list[Finding]
    calls: int
    """How many calls they take."""
    taken: int = 0
    failures: list[Failure] = field(default_factory=list)
    refused: str = ""
    """Why all of them, or those that are left, were not sent; "" if they were."""

    @property
    def whole(self) -> bool:
        """Say whether nothing was refused."""
        return not self.refused and not self.failures


def send(pack: Path | None, home: Path, access: Access, *, dry_run: bool = False) -> Iterator[Sent]:
    """Send the findings of a pack, and give what became of them account by account.

    Args:
        pack: None = the newest of the engagement in `home`.
        home: where an engagement may be.
        access: how AWS is reached; `PLACEHOLDER` may stand in the role's ARN.
        dry_run: call nothing.

    Raises:
        GapfolioError: there is no such pack, its accounts are pseudonyms, or AWS cannot be reached
            at all; nothing was sent then.
    """
    _check(access)
    found = pack or history.newest(home / "packs")
    if found is None:
        raise PackError(
            f"{home / 'packs'}: has no evidence pack; name one, or write it with gapfolio report"
        )
    with packs.opened(found) as (assessment, engine):
        if "accounts" in assessment.redacted:
            raise GapfolioError(
                f"{found}: its accounts are pseudonyms, so no hub is theirs; name the pack itself"
            )
        region = _region(access, assessment)
        writer = asff.Hub(assessment, region)
        hubs = None if dry_run else Hubs(access, region)
        for account, judged in _by_account(assessment, engine).items():
            findings = [writer.finding(verdict) for verdict in judged]
            calls = list(batches(findings))
            sent = Sent(account, region, role(access, account), findings, len(calls))
            if hubs:
                hubs.send(sent, calls)
            yield sent


def role(access: Access, account: str) -> str:
    """Give the role that is assumed to reach the hub of an account; "" = none."""
    return access.role_arn.replace(PLACEHOLDER, account)


class Hubs:
    """The hubs of accounts in one Region.

    Raises:
        InputError: one session is to serve all, and AWS cannot be reached with it.
    """

    def __init__(self, access: Access, region: str) -> None:
        self._access = access
        self._region = region
        self._ended = ""
        self._only = None if PLACEHOLDER in access.role_arn else self._connect(ANY)

    def send(self, sent: Sent, calls: Iterable[list[Finding]]) -> None:
        """Send the findings of an account, and keep what came of it in `sent`."""
        sent.refused = self._ended
        if self._ended:
            return
        try:
            connection = self._only or self._connect(sent.account)
        except InputError as error:
            sent.refused = str(error)
            return
        if connection.account != sent.account:
            sent.refused = (
                f"the credentials are of {connection.account}, and AWS takes custom findings only "
                "from the account that they are of: name a role with --role-arn, with "
                f"{PLACEHOLDER} for the account's id"
            )
            return
        client = connection.client("securityhub", self._region)
        for findings in calls:
            if found := _import(client, findings, sent):
                sent.refused = found.words
                if found.kind in (Kind.EXPIRED, Kind.NETWORK):
                    self._ended = found.words
                return

    def _connect(self, account: str) -> Connection:
        access = self._access
        return connect(Access(access.profile, role(access, account), (self._region,)))


def _import(client: Any, findings: list[Finding], sent: Sent) -> Trouble | None:
    """Send one batch; give why it failed as a whole."""
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - lazy

    try:
        answer = client.batch_import_findings(Findings=findings)
    except (BotoCoreError, ClientError) as error:
        found = trouble(error)
        if found.kind is Kind.DENIED and "AssumeRole" not in str(error):
            words = "access denied: who calls must be allowed securityhub:BatchImportFindings"
            return Trouble(Kind.DENIED, words)
        return found
    what = {found["Id"]: found["GeneratorId"].rpartition("/")[2] for found in findings}
    for failed in answer.get("FailedFindings") or ():
        name = str(failed["Id"])
        reason = f"{failed['ErrorCode']}: {failed['ErrorMessage']}"
        sent.failures.append(Failure(name, what.get(name, ""), reason))
    sent.taken += int(answer["SuccessCount"])
    return None


def batches(findings: Iterable[Finding]) -> Iterator[list[Finding]]:
    """Split findings into calls that AWS takes.

    Raises:
        GapfolioError: a finding is larger than AWS takes.
    """
    batch: list[Finding] = []
    total = 0
    for found in findings:
        size = len(msgspec.json.encode(found))
        if size > LARGEST:
            raise GapfolioError(
                f"{found['Id']}: has {size:,} bytes, and Security Hub takes {LARGEST:,}"
            )
        if len(batch) == MOST or total + size > LARGEST_CALL:
            yield batch
            batch, total = [], 0
        batch.append(found)
        total += size
    if batch:
        yield batch


def _check(access: Access) -> None:
    check(Access(access.profile, role(access, ANY), access.regions))
    if len(access.regions) > 1:
        raise InputError(
            "findings are sent to the hub of one Region: name one with --region, that of the "
            "aggregation if Regions are gathered"
        )


def _region(access: Access, assessment: Assessment) -> str:
    """Give the Region of the hub: the one that is named, or the only one under audit."""
    named = [*access.regions] or assessment.regions
    if len(named) != 1:
        raise InputError("name the Region of the hub with --region")
    return named[0]


def _by_account(assessment: Assessment, engine: Engine) -> dict[str, list[Verdict]]:
    accounts: dict[str, list[Verdict]] = {}
    for verdict in asff.every(assessment, engine):
        if asff.sendable(verdict):
            accounts.setdefault(verdict.account, []).append(verdict)
    return dict(sorted(accounts.items()))
