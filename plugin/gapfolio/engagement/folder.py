"""The engagement folder as a whole."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, TypeVar

from gapfolio import decoding, lines
from gapfolio.engagement import (
    attestations,
    entries,
    not_applicable,
    notes,
    organization,
    settings,
    waivers,
)
from gapfolio.engagement.attestations import Attestation
from gapfolio.engagement.entries import Entry
from gapfolio.engagement.not_applicable import NotApplicable
from gapfolio.engagement.notes import Notes
from gapfolio.engagement.periods import period_of, zone
from gapfolio.engagement.settings import Engagement
from gapfolio.engagement.waivers import Waiver
from gapfolio.errors import EngagementError
from gapfolio.exports.tables import profiles

_T = TypeVar("_T")
FILES = (settings.FILE, notes.FILE, waivers.FILE, attestations.FILE, not_applicable.FILE)


@dataclass(frozen=True)
class Folder:
    """An engagement with the directory it was read from (None = there is none)."""

    engagement: Engagement
    notes: Notes
    directory: Path | None = None
    waivers: tuple[Entry[Waiver], ...] = ()
    attestations: tuple[Entry[Attestation], ...] = ()
    not_applicable: tuple[Entry[NotApplicable], ...] = ()
    organization: dict[str, str] | None = None
    """Accounts of the organization, id to name; None where no list was given."""

    def files(self) -> list[Path]:
        """Give the engagement's own files that exist, for the evidence pack."""
        if self.directory is None:
            return []
        names = list(FILES)
        if self.engagement.organization.accounts:
            names.append(self.engagement.organization.accounts)
        names += sorted({p.file for a in self.attestations for p in a.value.evidence if p.file})
        return [self.directory / name for name in names if (self.directory / name).is_file()]


def read(directory: Path) -> Folder:
    """Read the engagement in a directory; one without `gapfolio.toml` is empty.

    Raises:
        EngagementError: naming file, line and key of what is wrong first.
    """
    folder, faults = inspect(directory)
    if faults:
        more = f" (and {len(faults) - 1} more: see gapfolio check)" if len(faults) > 1 else ""
        raise EngagementError(f"{faults[0]}{more}")
    return folder


def inspect(directory: Path) -> tuple[Folder, list[str]]:
    """Read the engagement in a directory as far as it can be, with everything that is wrong."""
    path = directory / settings.FILE
    if not path.is_file():
        return Folder(Engagement(), Notes()), []
    faults: list[str] = []
    engagement = _decoded(path, Engagement, faults)
    if not faults:
        faults += _setting_faults(path, engagement)
    words = directory / notes.FILE
    waived = _entries(directory / waivers.FILE, Waiver, faults)
    attested = _entries(directory / attestations.FILE, Attestation, faults)
    declared = _entries(directory / not_applicable.FILE, NotApplicable, faults)
    faults += waivers.faults(waived, engagement.waivers.longest_days)
    faults += attestations.faults(attested, directory)
    faults += not_applicable.faults(declared)
    folder = Folder(
        engagement,
        _decoded(words, Notes, faults) if words.exists() or words.is_symlink() else Notes(),
        directory.resolve(),
        tuple(waived),
        tuple(attested),
        tuple(declared),
        _organization(directory, engagement, faults),
    )
    return folder, faults


def _setting_faults(path: Path, engagement: Engagement) -> Iterator[str]:
    text = path.read_text(encoding="utf-8", errors="replace")
    try:
        zone(engagement)
    except EngagementError as error:
        yield f"{path}: line {lines.in_toml(text, ['timezone'])}: {_said(error)}"
    seen: set[str] = set()
    for place, account in enumerate(engagement.accounts):
        where = f"{path}: line {lines.in_toml(text, ['accounts', place, 'id'])}: accounts"
        if not re.fullmatch(r"[0-9]{12}", account.id):
            yield f"{where}: {account.id!r} is not a 12-digit account id"
        if account.id in seen:
            yield f"{where}: {account.id} is listed twice"
        seen.add(account.id)
    if engagement.period:
        try:
            period_of(engagement.period, engagement)
        except EngagementError as error:
            yield f"{path}: line {lines.in_toml(text, ['period'])}: {error}"
    for (name, *key), fault in profiles.faults(engagement.export.profile):
        line = lines.in_toml(text, ["export", "profile", name, *key])
        yield f"{path}: line {line}: export.profile.{name}: {fault}"


def _said(error: EngagementError) -> str:
    return str(error).removeprefix(f"{settings.FILE}: ")


def _organization(
    directory: Path, engagement: Engagement, faults: list[str]
) -> dict[str, str] | None:
    name = engagement.organization.accounts
    if not name:
        return None
    try:
        return organization.read(directory / name)
    except EngagementError as error:
        faults.append(str(error))
        return None


def _entries(path: Path, kind: type[_T], faults: list[str]) -> list[Entry[_T]]:
    try:
        good, bad = entries.read(path, kind)
    except EngagementError as error:
        faults.append(str(error))
        return []
    faults += bad
    return good


def _decoded(path: Path, kind: type[_T], faults: list[str]) -> _T:
    """Read a file as a record; one that is wrong adds a fault and counts as empty."""
    try:
        syntax: Literal["toml", "yaml"] = "toml" if path.suffix == ".toml" else "yaml"
        return decoding.decode(path.read_bytes(), kind, syntax)
    except decoding.MalformedError as error:
        faults.append(f"{path}: {error}")
    except OSError as error:
        faults.append(f"{path}: cannot be read ({error.strerror})")
    return kind()
