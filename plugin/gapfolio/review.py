"""An engagement looked through before it is reported: what is wrong, worth a look, or blank."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from glob import glob
from itertools import groupby
from pathlib import Path

from gapfolio import catalogue, engagement, plugins, publish, remarks
from gapfolio.audit import Options, Progress, opened
from gapfolio.engagement import Folder, PracticeNotes, against
from gapfolio.errors import EngagementError, GapfolioError
from gapfolio.exports import offered
from gapfolio.live import schemes
from gapfolio.live.base import Access
from gapfolio.model import Assessment
from gapfolio.report import sections, theme
from gapfolio.report.view.blanks import open_blanks
from gapfolio.report.view.formats import listed
from gapfolio.report.view.gaps import gaps

_NAMED = 5
_LEAVE_OUT = f"or leave the section out: {engagement.FILE}: report.sections_off"
_PLACES = {
    "control": f"{engagement.FILE}: client, people",
    "distribution": f"{engagement.FILE}: report.tlp, report.distribution",
    "summary": f"{engagement.NOTES}: conclusion",
    "scope": f"{engagement.NOTES}: scope; {engagement.FILE}: accounts, regions",
    "change": f"name an earlier pack with --since, {_LEAVE_OUT}",
    "exceptions": f"waivers.yaml (gapfolio waive), {_LEAVE_OUT}",
    "findings": f"{engagement.NOTES}: practices: cause",
    "plan": f"{engagement.NOTES}: practices: owner, due; {engagement.FILE}: remediation",
    "attestations": "attestations.yaml (gapfolio attest)",
    "response": f"{engagement.NOTES}: management_response",
}
"""Section of the report to where its blanks are filled."""


@dataclass(frozen=True)
class Blanks:
    """What is left to fill in one place."""

    place: str
    texts: list[str]
    practices: list[str]
    """Those that the texts count."""


@dataclass(frozen=True)
class Review:
    """What was found; a report is possible if there is no error."""

    errors: list[str]
    remarks: list[str] = field(default_factory=list)
    blanks: list[Blanks] = field(default_factory=list)
    assessment: Assessment | None = None
    """None: the inputs were not read."""


def review(directory: Path, access: Access | None, progress: Progress = lambda *_: None) -> Review:
    """Look through the engagement in a directory.

    Args:
        directory: has `gapfolio.toml`.
        access: how live inputs are reached; None = read no inputs at all.
        progress: told what is being done.

    Raises:
        EngagementError: there is no engagement.
    """
    if not (directory / engagement.FILE).is_file():
        raise EngagementError(
            f"{directory / engagement.FILE}: there is none, so this is no engagement; "
            f"gapfolio init {directory} writes one"
        )
    folder, errors = engagement.inspect(directory)
    errors += _against(folder, directory)
    if errors:
        return Review(errors)
    told = [*remarks.of_settings(folder)]
    if access is None:
        return Review([], told)
    try:
        missing = [name for name in _inputs(folder) if not _there(name, directory)]
        if missing or not folder.engagement.inputs:
            return Review([], [*told, *_unread(missing)])
        with opened(Options(directory=directory, access=access), progress) as done:
            theme.load_theme(publish.theme_directory(done, ""))
    except GapfolioError as error:
        return Review([str(error)], told)
    told += remarks.of_assessment(done.assessment, folder)
    return Review([], told, list(_blanks(done.assessment, folder)), done.assessment)


def _against(folder: Folder, directory: Path) -> Iterator[str]:
    """Give what is wrong with the engagement's names."""
    extra = [directory / name for name in folder.engagement.mappings]
    try:
        known = catalogue.load([*plugins.mapping_directories(plugins.manager()), *extra])
        yield from against.faults(folder, known)
        yield from offered.faults(plugins.manager(), folder)
        list(sections.chosen(folder.engagement.report.sections_off))
    except GapfolioError as error:
        yield str(error)


def _inputs(folder: Folder) -> list[str]:
    inputs = folder.engagement.inputs
    return [item if isinstance(item, str) else item.path for item in inputs]


def _there(name: str, directory: Path) -> bool:
    """Tell whether an input is there: an engagement is set up before its first scan is made."""
    path = directory / name
    if path.is_dir():
        return any(path.iterdir())
    # Path.glob knows no absolute patterns
    found = path.exists() or glob(str(path), recursive=True)  # noqa: PTH207
    return bool(found) or schemes.is_live(name)


def _unread(missing: Sequence[str]) -> list[str]:
    names = listed(missing, _NAMED)
    why = f"there is nothing in {names} yet" if names else "none is named"
    return [f"{engagement.FILE}: inputs: {why}; the findings were not looked at"]


def _blanks(assessment: Assessment, folder: Folder) -> Iterator[Blanks]:
    for section, group in groupby(open_blanks(assessment, folder), key=lambda b: b.section):
        yield Blanks(
            place=_PLACES.get(section, f"the section {section}"),
            texts=[blank.text for blank in group],
            practices=_practices(section, assessment, folder),
        )


def _practices(section: str, assessment: Assessment, folder: Folder) -> list[str]:
    """Name the practices of which something is left to fill in a section."""
    notes = folder.notes.practices
    if section == "findings":
        failing = [p.id for p in assessment.practices if p.state == "fail"]
        return [name for name in failing if not notes.get(name, PracticeNotes()).cause]
    if section == "plan":
        planned = [gap for gap in gaps(assessment) if not gap.settled]
        return sorted({gap.practice for gap in planned if not (gap.owner and gap.due)})
    if section == "attestations":
        return [p.id for p in assessment.practices if p.attestation.unknown]
    return []
