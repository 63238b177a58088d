"""Evidence packs of earlier periods: found, checked, and read as far as a comparison needs them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import msgspec

from gapfolio import decoding
from gapfolio.assess import document
from gapfolio.errors import PackError
from gapfolio.hashing import sha256
from gapfolio.manifest import ASSESSMENT, FINDINGS, MANIFEST, Manifest
from gapfolio.model import Period, Score

PERIODS = 8
"""How many periods a trend shows at most, this one included."""
_FILES = (ASSESSMENT, FINDINGS)


class PastPeriod(msgspec.Struct, frozen=True):
    """The period of an earlier assessment."""

    name: str
    start: date
    end: date


class PastScores(msgspec.Struct, frozen=True):
    """Its scores."""

    policy: str
    version: int
    all: Score
    automated: Score


class PastCategory(msgspec.Struct, frozen=True):
    """A category of it."""

    id: str
    all: Score


class PastPractice(msgspec.Struct, frozen=True):
    """A practice of it."""

    id: str
    assured: Fraction | None
    possible: Fraction | None
    coverage: Fraction | None


class PastAccount(msgspec.Struct, frozen=True):
    """An account that was under audit."""

    id: str


class Past(msgspec.Struct, frozen=True):
    """An earlier `assessment.json`; what a comparison does not need is not read."""

    schema: str
    versions: dict[str, str]
    client: str
    period: PastPeriod
    scores: PastScores
    categories: list[PastCategory]
    practices: list[PastPractice]
    accounts: list[PastAccount]


@dataclass(frozen=True)
class Pack:
    """An evidence pack of an earlier period."""

    directory: Path
    sha256: str
    """Of its manifest."""
    past: Past

    @property
    def findings(self) -> Path:
        """Its findings."""
        return self.directory / FINDINGS


def read(directory: Path) -> Pack:
    """Read a pack, whose files must be as its manifest says.

    Raises:
        PackError: it is no pack, is incomplete or was changed, or is of a schema we cannot read.
    """
    manifest = _manifest(directory)
    hashes = {entry.path: entry.sha256 for entry in manifest.files}
    for name in _FILES:
        path = directory / name
        if name not in hashes or not path.is_file():
            raise PackError(f"{path}: is missing; an earlier pack needs it to be compared with")
        if sha256(path) != hashes[name]:
            raise PackError(
                f"{path}: was changed since the pack was made; compare with a whole one"
            )
    return Pack(directory, sha256(directory / MANIFEST), _past(directory / _FILES[0]))


def before(period: Period, client: str, home: Path | None, since: Path | None) -> list[Pack]:
    """Give the packs that a period is compared with, the newest first; none for a first report.

    Args:
        period: the present one.
        client: whose audit it is.
        home: the engagement; its `packs` are looked through.
        since: the pack that was named instead; the periods before it come from beside it.

    Raises:
        PackError: a pack cannot be relied on, is of another client or not of an earlier period.
    """
    if since is None:
        packs = list(earlier(home / "packs", period.start)) if home else []
    else:
        named = read(since)
        if named.past.period.end >= period.start:
            raise PackError(
                f"{since}: is of {named.past.period.name}, which is not before {period.name}"
            )
        packs = [named, *earlier(since.resolve().parent, named.past.period.start)][: PERIODS - 1]
    for pack in packs:
        if pack.past.client != client:
            raise PackError(
                f"{pack.directory}: is of another engagement (client {pack.past.client!r}, here "
                f"{client!r}); packs of one client are compared with each other"
            )
    return packs


def earlier(packs: Path, before: date) -> Iterator[Pack]:
    """Give the packs in a directory whose period ended before a day, the newest first.

    Raises:
        PackError: one of them cannot be relied on.
    """
    found = []
    for directory in sorted(packs.iterdir()) if packs.is_dir() else ():
        if (directory / MANIFEST).is_file():
            period = _past(directory / _FILES[0]).period
            if period.end < before:
                found.append((period.end, directory))
    for _, directory in sorted(found, key=lambda item: item[0], reverse=True)[: PERIODS - 1]:
        yield read(directory)


def _manifest(directory: Path) -> Manifest:
    path = directory / MANIFEST
    try:
        return decoding.decode(path.read_bytes(), Manifest, "json")
    except (OSError, decoding.MalformedError) as error:
        raise PackError(
            f"{directory}: is no evidence pack that this version can read ({path.name}: {error})"
        ) from error


def _past(path: Path) -> Past:
    try:
        past = msgspec.json.decode(path.read_bytes(), type=Past, dec_hook=document.fraction)
    except OSError as error:
        raise PackError(f"{path}: cannot be read ({error.strerror})") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PackError(f"{path}: is no assessment that this version can read: {error}") from error
    if past.schema != "gapfolio.assessment/1":
        raise PackError(f"{path}: has the schema {past.schema!r}; this version reads 1")
    return past
