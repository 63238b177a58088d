"""The AWS probe, `aws:` as a location: evidence for practices that no scanner examines.

It reads, and never writes: what each check asks for, and what a pass or a fail of it means, is in
docs/probe.md. A check that AWS does not answer leaves an error, never a pass, and the others go on.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO

import msgspec

from gapfolio import __version__
from gapfolio.engagement import Probe
from gapfolio.errors import InputError
from gapfolio.hashing import sha256
from gapfolio.live.base import Access, Progress, Pulled
from gapfolio.live.checks import CHECKS
from gapfolio.live.checks.base import Check, Thing, Verdict, account
from gapfolio.live.checks.naming import few
from gapfolio.live.checks.places import Account, Place, Whole
from gapfolio.live.checks.reading import Reader, UnansweredError
from gapfolio.live.session import Connection, connect
from gapfolio.model import RunError, RunOutput, RunRecord
from gapfolio.sources.probe import SCANNER, SCHEMA

LOCATION = "aws:"
FINDINGS = "probe.ndjson"
RECORD = "run.json"

BEFORE = ("ec2:DescribeRegions", "sts:GetCallerIdentity")
"""IAM actions that are needed before any check."""

_HOMES = {"aws": "us-east-1", "aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
"""Where services without Regions are called, by partition."""
_NOTICES = 20
"""Notices at most; the findings and the run record have all."""


def policy() -> dict[str, object]:
    """Give the least IAM policy with which every check is decided: reads, and nothing else."""
    actions = {action for check in CHECKS for action in check.actions} | set(BEFORE)
    statement = {
        "Sid": "GapfolioProbe",
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": "*",
    }
    return {"Version": "2012-10-17", "Statement": [statement]}


def pull(access: Access, directory: Path, settings: Probe, progress: Progress) -> Pulled:
    """Run every check and write `probe.ndjson` and `run.json`.

    Args:
        access: how AWS is reached, and which Regions are read.
        directory: where to; must hold neither of the two files.
        settings: `[probe]` of the engagement.
        progress: told of each check in each Region.

    Raises:
        InputError: AWS cannot be reached or no Region is known; or the files cannot be written.
    """
    connection = connect(access)
    regions = tuple(dict.fromkeys(access.regions)) or connection.regions()
    made = [directory / FINDINGS, directory / RECORD]
    for path in made:
        if path.exists():
            raise InputError(f"{path}: is there already and stays as it is; name a fresh directory")
    run = _Run(connection, regions, settings, progress)
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with _draft(made[0]) as stream:
            run.all(stream)
        record = msgspec.json.format(msgspec.json.encode(run.record(made[0])), indent=2)
        with _draft(made[1]) as stream:
            stream.write(record + b"\n")
    except OSError as error:
        where = error.filename or directory
        raise InputError(f"{where}: cannot be written ({error.strerror or error})") from error
    return Pulled(made[:1], made[1:], list(run.notices()))


def now() -> datetime:
    """Give the time to the second, in UTC."""
    return datetime.now(UTC).replace(microsecond=0)


class _Run:
    """One run of all checks."""

    def __init__(
        self,
        connection: Connection,
        regions: tuple[str, ...],
        settings: Probe,
        progress: Progress,
    ) -> None:
        partition = connection.arn.split(":")[1]
        self._account = Account(connection.account, partition, settings, now())
        self._connection = connection
        self._home = _HOMES.get(partition, connection.region)
        self._regions = regions
        self._progress = progress
        self._done = 0
        self._errors: dict[tuple[str, str], list[str]] = defaultdict(list)
        self._words: dict[str, set[tuple[str, str]]] = defaultdict(set)

    def all(self, stream: BinaryIO) -> None:
        """Run every check and write its findings as they come."""
        home = self._place(self._home)
        for check in _reaching("global"):
            self._tick(check, "")
            home.reader.begin()
            for verdict in self._judged(check, home, ""):
                stream.write(self._line(check, verdict, verdict.thing.region))
        for region in self._regions:
            place = self._place(region)  # its answers are dropped with it
            for check in _reaching("regional"):
                self._tick(check, region)
                place.reader.begin()
                for verdict in self._judged(check, place, region):
                    stream.write(self._line(check, verdict, region))
        places = tuple(self._place(region) for region in self._regions)
        for check in _reaching("account"):
            self._tick(check, "")
            for verdict in self._together(check, home, places):
                stream.write(self._line(check, verdict, verdict.thing.region))

    def record(self, findings: Path) -> RunRecord:
        """Give the run record."""
        output = RunOutput(
            path=findings.name, sha256=sha256(findings), bytes=findings.stat().st_size
        )
        return RunRecord(
            scanner=SCANNER,
            version=__version__,
            account=self._account.id,
            regions=list(self._regions),
            arguments=[LOCATION],
            checks=[check.id for check in CHECKS],
            errors=[
                RunError(service=service, region=region, count=len(told), message=told[0])
                for (service, region), told in sorted(self._errors.items())
            ],
            started=self._account.now,
            ended=now(),
            exit_code=0,
            outputs=[output],
        )

    def notices(self) -> Iterator[str]:
        """Give one sentence for each kind of refusal."""
        told = sorted(self._words.items())
        for words, places in told[:_NOTICES]:
            checks = {check for check, _ in places}
            regions = {region for _, region in places if region}
            where = f" in {few(regions)}" if regions else ""
            yield f"{LOCATION} {few(checks, 3)} not decided{where}: {words}"
        if len(told) > _NOTICES:
            yield f"{LOCATION} {len(told) - _NOTICES} more kinds of refusals are in {RECORD}"

    def _place(self, region: str) -> Place:
        return Place(self._account, Reader(self._connection.client, region))

    def _tick(self, check: Check, region: str) -> None:
        regional = len(_reaching("regional"))
        steps = len(CHECKS) + regional * (len(self._regions) - 1)
        where = f" in {region}" if region else ""
        self._progress(f"{LOCATION} {check.title}{where}", self._done, steps)
        self._done += 1

    def _judged(self, check: Check, where: Place | Whole, region: str) -> Iterator[Verdict]:
        try:
            yield from check.run(where)
        except UnansweredError as error:
            yield self._unanswered(check, error, region, account(self._account))

    def _together(self, check: Check, home: Place, places: tuple[Place, ...]) -> Iterator[Verdict]:
        for place in (home, *places):
            place.reader.begin()
        whole = Whole(self._account, home, places)
        yield from self._judged(check, whole, "")
        seen: set[tuple[str, str]] = set()
        for error, resource in whole.unread:
            region = "" if resource else error.region
            thing = account(self._account)
            thing = Thing(resource or thing.resource, "" if resource else thing.kind, region=region)
            verdict = self._unanswered(check, error, region, thing)
            if (resource, region) not in seen:
                yield verdict
            seen.add((resource, region))

    def _unanswered(
        self, check: Check, error: UnansweredError, region: str, thing: Thing
    ) -> Verdict:
        self._errors[check.service, region].append(f"{check.id}: {error}")
        self._words[error.words].add((check.id, region))
        return thing.says("error", f"Not decided: {error}.")

    def _line(self, check: Check, verdict: Verdict, region: str) -> bytes:
        thing = verdict.thing
        element = {
            "schema": SCHEMA,
            "version": __version__,
            "check": check.id,
            "title": check.title,
            "severity": check.severity,
            "service": check.service,
            "status": verdict.status,
            "account": self._account.id,
            "region": region,
            "resource": thing.resource,
            "resource_name": thing.name,
            "resource_type": thing.kind,
            "detail": verdict.detail,
            "tags": thing.tags,
            "observed_at": self._account.now,
        }
        return msgspec.json.encode(element) + b"\n"


def _reaching(reach: str) -> list[Check]:
    return [check for check in CHECKS if check.reach == reach]


@contextmanager
def _draft(path: Path) -> Iterator[BinaryIO]:
    """Write a file under another name, for its owner only, and move it when it is whole."""
    draft = path.with_name(f".{path.name}.draft")
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    try:
        with os.fdopen(os.open(draft, flags, 0o600), "wb") as stream:
            yield stream
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
