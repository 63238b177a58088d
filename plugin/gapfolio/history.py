"""Evidence packs of earlier periods: found, checked, and read as far as a comparison needs them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from pathlib import Path

import msgspec

from gapfolio.assess import document
from gapfolio.errors import PackError
from gapfolio.hashing import sha256
from gapfolio.manifest import ASSESSMENT, CLOSED, FINDINGS, MANIFEST, Manifest, read_manifest
from gapfolio.model import Assessment, Counts, Score, named_part

PERIODS = 8
"""How many periods a trend shows at most, this one included."""
_FINEST = 10**6
"""Denominator at most: that of a practice's value is at most twice its cells."""
_FILES = (ASSESSMENT, FINDINGS, CLOSED)


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
    cells: Counts


class PastDeclared(msgspec.Struct, frozen=True):
    """What was declared not to apply, with how many cells it took out."""

    practice: str
    cells: int


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
    regions: list[str] = []
    not_applicable: list[PastDeclared] = []
    part: str = ""
    redacted: list[str] = []


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

    @property
    def closed(self) -> Path:
        """What had been open in the period before it, and was not in its own."""
        return self.directory / CLOSED


def read(directory: Path) -> Pack:
    """Read a pack, whose files must be as its manifest says.

    Raises:
        PackError: it is no pack, is incomplete or was changed, or is of a schema we cannot read.
    """
    hashes = {entry.path: entry.sha256 for entry in _manifest(directory).files}
    for name in _FILES:
        path = directory / name
        if name not in hashes or not path.is_file():
            raise PackError(f"{path}: is missing; an earlier pack needs it to be compared with")
        if sha256(path) != hashes[name]:
            raise PackError(
                f"{path}: was changed since the pack was made; compare with a whole one"
            )
    return Pack(directory, sha256(directory / MANIFEST), _past(directory / _FILES[0]))


def before(present: Assessment, home: Path | None, since: Path | None) -> list[Pack]:
    """Give the packs that a report is compared with, the newest first; none for a first report.

    Only packs on the same part of the accounts compare, and none that is redacted.

    Args:
        present: the assessment of this period.
        home: the engagement; its `packs` are looked through.
        since: the pack that was named instead; the periods before it come from beside it.

    Raises:
        PackError: a pack cannot be relied on, is of another client or not of an earlier period.
    """
    period = present.period
    if since is None:
        packs = list(earlier(home / "packs", period.start, present.part)) if home else []
    else:
        named = read(since)
        if named.past.period.end >= period.start:
            raise PackError(
                f"{since}: is of {named.past.period.name}, which is not before {period.name}"
            )
        _same_edition(named, present)
        beside = earlier(since.resolve().parent, named.past.period.start, present.part)
        packs = [named, *beside][: PERIODS - 1]
    for pack in packs:
        if pack.past.client != present.client:
            raise PackError(
                f"{pack.directory}: is of another engagement (client {pack.past.client!r}, here "
                f"{present.client!r}); packs of one client are compared with each other"
            )
    return packs


def _same_edition(named: Pack, present: Assessment) -> None:
    if named.past.redacted:
        raise PackError(f"{named.directory}: is a redacted copy; name the pack it was made from")
    if named_part(named.past.part) != named_part(present.part):
        raise PackError(
            f"{named.directory}: is on {named.past.part or 'all accounts in scope'}, this report "
            f"on {present.part or 'all of them'}; they do not compare"
        )


def earlier(packs: Path, before: date, part: str = "") -> Iterator[Pack]:
    """Give the packs in a directory whose period ended before a day, the newest first.

    Of each period the one that is on the part, and not redacted.

    Raises:
        PackError: one of them cannot be relied on, or two are of one period.
    """
    found = []
    for directory in sorted(packs.iterdir()) if packs.is_dir() else ():
        if (directory / MANIFEST).is_file():
            past = _past(directory / _FILES[0])
            if (
                past.period.end < before
                and named_part(past.part) == named_part(part)
                and not past.redacted
            ):
                found.append((past.period.end, directory))
    _each_once(found)
    for _, directory in sorted(found, key=lambda item: item[0], reverse=True)[: PERIODS - 1]:
        yield read(directory)


def _each_once(found: Iterable[tuple[date, Path]]) -> None:
    """Refuse two packs of one period, of which neither is known to be the one that counts."""
    seen: dict[date, Path] = {}
    for end, directory in found:
        if end in seen:
            raise PackError(
                f"{directory}: is of the same period as {seen[end].name}; move one of them out of "
                f"{directory.parent}"
            )
        seen[end] = directory


def newest(packs: Path) -> Path | None:
    """Give the pack of the latest period in a directory; no part, and no redacted copy.

    Raises:
        PackError: one of them cannot be read.
    """
    found = []
    for directory in sorted(packs.iterdir()) if packs.is_dir() else ():
        if (directory / MANIFEST).is_file():
            past = _past(directory / _FILES[0])
            if not (past.part or past.redacted):
                found.append((past.period.end, directory))
    _each_once(found)
    return max(found)[1] if found else None


def _manifest(directory: Path) -> Manifest:
    try:
        return read_manifest((directory / MANIFEST).read_bytes(), str(directory))
    except OSError as error:
        raise PackError(
            f"{directory}: is no evidence pack ({MANIFEST}: {error.strerror or error})"
        ) from error


def _near(kind: type, value: object) -> object:
    """Decode a score as the fraction that it was before it was written in decimals."""
    found = document.fraction(kind, value)
    return found.limit_denominator(_FINEST) if isinstance(found, Fraction) else found


def _past(path: Path) -> Past:
    try:
        past = msgspec.json.decode(path.read_bytes(), type=Past, dec_hook=_near)
    except OSError as error:
        raise PackError(
            f"{path}: cannot be read ({error.strerror}); move that pack out of packs/, or name "
            "another with --since"
        ) from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise PackError(f"{path}: is no assessment that this version can read: {error}") from error
    if past.schema != "gapfolio.assessment/1":
        raise PackError(f"{path}: has the schema {past.schema!r}; this version reads 1")
    return past
