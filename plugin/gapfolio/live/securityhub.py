"""Security Hub as a location: its findings as files, with the records of what was read.

`securityhub:` reads GetFindings (ASFF), `securityhub-v2:` GetFindingsV2 (OCSF). Where an
aggregator gathers findings, its home Region is read; every other Region is read by itself. Pages
go to disk as they come, with the token of the next one beside them, so memory does not grow with
the hub and an interrupted pull goes on. A Region that fails does not stop the others: it is named,
and recorded as not assessed. What the records prove, and what they do not, is in `evidence`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from gapfolio.errors import InputError
from gapfolio.live import evidence
from gapfolio.live.base import Access, Progress, Pulled
from gapfolio.live.controls import definitions
from gapfolio.live.hub import ASFF, OCSF, Api, Feed
from gapfolio.live.plan import plan
from gapfolio.live.saved import Part, Place, State, unwritten
from gapfolio.live.session import Connection, connect
from gapfolio.live.trouble import Kind, Trouble, trouble

_MOST_ACCOUNTS = 5
_ACTIONS = (
    "ec2:DescribeRegions",
    "securityhub:GetFindings",
    "securityhub:ListSecurityControlDefinitions",
)
_AGGREGATION = ("securityhub:GetFindingAggregator", "securityhub:ListFindingAggregators")
_AGGREGATION_V2 = ("securityhub:GetAggregatorV2", "securityhub:ListAggregatorsV2")


def pull(access: Access, directory: Path, settings: object, progress: Progress) -> Pulled:
    """Read Security Hub (ASFF) into a directory.

    Args:
        access: how AWS is reached.
        directory: where to; an interrupted pull of the same goes on there.
        settings: not used.
        progress: told what is being read.

    Raises:
        InputError: AWS cannot be reached at all, no Region could be read, or the disk is full.
    """
    del settings
    return _Pull(ASFF, connect(access), access, Place(directory, ASFF.stem), progress).run()


def pull_v2(access: Access, directory: Path, settings: object, progress: Progress) -> Pulled:
    """Read Security Hub V2 (OCSF) into a directory; see `pull`."""
    del settings
    return _Pull(OCSF, connect(access), access, Place(directory, OCSF.stem), progress).run()


def policy() -> dict[str, Any]:
    """Give the least IAM policy for `securityhub:`."""
    return _policy("GapfolioSecurityHub", (*_ACTIONS, *_AGGREGATION))


def policy_v2() -> dict[str, Any]:
    """Give the least IAM policy for `securityhub-v2:`; GetFindings covers GetFindingsV2."""
    return _policy("GapfolioSecurityHubV2", (*_ACTIONS, *_AGGREGATION_V2))


def _policy(name: str, actions: tuple[str, ...]) -> dict[str, Any]:
    statement = {"Sid": name, "Effect": "Allow", "Action": sorted(actions), "Resource": "*"}
    return {"Version": "2012-10-17", "Statement": [statement]}


@dataclass(frozen=True)
class _Pull:
    """One pull, from the plan to the records."""

    api: Api
    connection: Connection
    access: Access
    place: Place
    progress: Progress

    def run(self) -> Pulled:
        """Read what is not read yet, and finish."""
        asked = [self.api.location, self.connection.account, *self._options()]
        state = self.place.begin(asked) or self.place.fresh(
            asked, *plan(self.api, self.connection, self.access)
        )
        self.place.save(state)
        ended: Trouble | None = None
        before: Trouble | None = None
        for number, part in enumerate(state.parts):
            if part.state == "done":
                if self.place.holds(part):
                    continue
                part.restart()
            found = self._fail(part, ended) if ended else self._read(state, part, number)
            self.place.save(state)
            if _ends(found, before):
                ended = found
            before = found
        return self._finish(state)

    def _options(self) -> list[str]:
        """Give what was asked for as on the command line; the profile is nobody else's business."""
        options = [word for region in self.access.regions for word in ("--region", region)]
        return options + (["--role-arn", self.access.role_arn] if self.access.role_arn else [])

    def _read(self, state: State, part: Part, number: int) -> Trouble | None:
        """Read a part to its end, or give why it failed."""
        from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - lazy

        begun = False
        while True:
            try:
                self._pages(state, part, number)
            except (BotoCoreError, ClientError) as error:
                found = trouble(error)
                if found.kind is Kind.INVALID and part.token and not begun:
                    part.restart()  # the token is from an earlier day, or waited too long
                    begun = True
                    continue
                return self._fail(part, found)
            except msgspec.DecodeError as error:
                return self._fail(part, Trouble(Kind.OTHER, f"the answer is not JSON ({error})"))
            part.state, part.why = "done", ""
            return None

    def _pages(self, state: State, part: Part, number: int) -> None:
        """Write page after page, and after each one how far it is."""
        client = self.connection.client("securityhub", part.region)
        feed = Feed(self.api, client, part.covers if part.filtered else ())
        draft = self.place.draft(part)
        try:
            with draft.open("r+b" if draft.exists() else "w+b") as spool:
                spool.truncate(part.bytes)
                spool.seek(part.bytes)
                self._fill(spool, feed, part, lambda: self._told(state, part, number))
        except OSError as error:
            raise unwritten(draft, error) from error

    def _fill(self, spool: BinaryIO, feed: Feed, part: Part, told: Callable[[], None]) -> None:
        told()
        while True:
            page = feed.page(part.token)
            spool.write(page.lines)
            spool.flush()
            part.token = page.token
            part.bytes += len(page.lines)
            part.findings += page.findings
            told()
            if not page.token:
                return

    def _told(self, state: State, part: Part, number: int) -> None:
        self.place.save(state)
        self.progress(
            f"{self.api.title} in {part.region}: {part.findings:,} findings",
            number,
            len(state.parts),
        )

    def _fail(self, part: Part, found: Trouble) -> Trouble:
        part.state, part.why = "failed", found.words
        return found

    def _finish(self, state: State) -> Pulled:
        """Name the files, write controls and records, and say what is missing."""
        failed = [part for part in state.parts if part.state == "failed"]
        if len(failed) == len(state.parts) and not any(part.bytes for part in failed):
            raise InputError(f"{self.api.location} {'; '.join(_named(failed))}")
        self.progress(f"{self.api.title}: writing run records", len(state.parts), len(state.parts))
        readings = [
            evidence.Reading(part.covers, self.place.settle(part), part.why) for part in state.parts
        ]
        made = evidence.records(
            readings,
            [self.api.location, *self._options()],
            state.started,
            datetime.now(UTC).replace(microsecond=0),
        )
        runs = self.place.replace(
            {
                f"{name}.json": msgspec.json.format(msgspec.json.encode(record), indent=2) + b"\n"
                for name, record in made.items()
            }
        )
        missing = evidence.missing(made.values())
        notices = [*state.notices, *self._gaps(failed, missing), *self._controls(state)]
        self.place.close(complete=not failed)
        return Pulled([r.file for r in readings if r.file], runs, notices)

    def _controls(self, state: State) -> list[str]:
        answering = [part.region for part in state.parts if part.state == "done"]
        content, why = definitions(self.connection, dict.fromkeys(answering))
        if why:
            return [f"{self.api.location} titles and severities of controls were not kept: {why}"]
        self.place.write(self.place.directory / f"{self.api.stem}.controls.json", content)
        return []

    def _gaps(self, failed: list[Part], missing: dict[tuple[str, ...], list[str]]) -> list[str]:
        """Say which Regions count as not assessed, and what to do about it."""
        gaps = _named(failed)
        for regions, accounts in missing.items():
            more = len(accounts) - _MOST_ACCOUNTS
            whose = ", ".join(accounts[:_MOST_ACCOUNTS]) + f" and {more} more" * (more > 0)
            gaps.append(f"{', '.join(regions)}: no control finding of {whose} came from there")
        words = [f"{self.api.location} {gap}; counted as not assessed" for gap in gaps]
        if gaps and not self.access.regions:
            words.append(
                f"{self.api.location} to leave Regions out of the audit, name those under audit: "
                "--region, or regions in gapfolio.toml"
            )
        return words


def _ends(found: Trouble | None, before: Trouble | None) -> bool:
    """Say whether no other Region can be read either: no credentials, or no network."""
    if found is None:
        return False
    twice = before is not None and before.kind is found.kind
    return found.kind is Kind.EXPIRED or (found.kind is Kind.NETWORK and twice)


def _named(failed: list[Part]) -> list[str]:
    """Give why parts failed, Regions with the same reason together."""
    reasons: dict[str, list[str]] = {}
    for part in failed:
        kept = f" (kept: the {part.findings:,} findings read before)" if part.findings else ""
        reasons.setdefault(part.why + kept, []).extend(
            region for region in part.covers if region not in reasons.get(part.why + kept, ())
        )
    return [f"{', '.join(regions)}: {why}" for why, regions in reasons.items()]
