"""What a person still has to fill before the report can be signed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from gapfolio.engagement import Folder, PracticeNotes
from gapfolio.model import Assessment
from gapfolio.report.view.formats import counted, day, short
from gapfolio.report.view.gaps import gaps


@dataclass(frozen=True, slots=True)
class Blank:
    """One blank and the section in which it stands."""

    section: str
    text: str


def blanks(assessment: Assessment, folder: Folder) -> list[str]:
    """Give one sentence for each blank that is left, in the order of the report."""
    return [blank.text for blank in open_blanks(assessment, folder)]


def open_blanks(assessment: Assessment, folder: Folder, *, tlp: str = "") -> list[Blank]:
    """Give the blanks of all sections that are not switched off; `tlp` is the theme's marking."""
    off = folder.engagement.report.sections_off
    found = (
        *_front(assessment, folder, tlp),
        *_body(assessment, folder),
        *_practices(assessment, folder),
    )
    return [blank for blank in found if blank.section not in off]


def _front(assessment: Assessment, folder: Folder, tlp: str) -> Iterator[Blank]:
    engagement = folder.engagement
    people = engagement.people
    if not assessment.client:
        yield Blank("control", "Client: no name is given (client in gapfolio.toml).")
    for role, names in (
        ("prepared", people.prepared),
        ("reviewed", people.reviewed),
        ("approved", people.approved),
    ):
        if not names:
            yield Blank("control", f"Nobody is named who {role} this report (people.{role}).")
    if not (engagement.report.tlp or tlp):
        yield Blank("distribution", "The marking is not chosen (report.tlp).")
    if not engagement.report.distribution:
        yield Blank("distribution", "The distribution list is empty (report.distribution).")


def _body(assessment: Assessment, folder: Folder) -> Iterator[Blank]:
    engagement, notes = folder.engagement, folder.notes
    if not notes.conclusion:
        yield Blank("summary", "The auditor's conclusion is not written (conclusion, notes.yaml).")
    if not notes.scope:
        yield Blank("scope", "Purpose and limits of the engagement are not written (scope).")
    if not engagement.accounts:
        yield Blank("scope", "Accounts in scope are not declared; those in the findings are taken.")
    if not engagement.regions:
        yield Blank("scope", "Regions in scope are not declared (regions).")
    if assessment.change is None:
        yield Blank("change", "There is no earlier evidence pack to compare with.")
    if not assessment.exceptions.waivers:
        text = "No exception is on file; enter accepted risks or strike the table."
        yield Blank("exceptions", text)


def _practices(assessment: Assessment, folder: Folder) -> Iterator[Blank]:
    notes = folder.notes.practices
    failing = [p.id for p in assessment.practices if p.state == "fail"]
    nothing = PracticeNotes()
    causes = sum(not notes.get(name, nothing).cause for name in failing)
    if causes:
        yield Blank(
            "findings", f"The cause of {counted(causes, 'failing practice')} is not confirmed."
        )
    yield from _gaps(assessment)
    yield from _attestations(assessment, folder.engagement.report.date_format)
    if not folder.notes.management_response:
        yield Blank("response", "Management has not responded (management_response).")


def _gaps(assessment: Assessment) -> Iterator[Blank]:
    found = [gap for gap in gaps(assessment) if not gap.settled]
    nobody = sum(gap.places for gap in found if not gap.owner)
    if nobody:
        yield Blank("plan", f"{counted(nobody, 'gap')} without an owner (remediation.rules).")


def _attestations(assessment: Assessment, form: str) -> Iterator[Blank]:
    """Name those that hold no more where nothing took their place, and count what is missing."""
    needed = {practice.id for practice in assessment.practices if practice.attestation.unknown}
    lapsed = [
        stated
        for stated in assessment.attestations
        if stated.state in ("expired", "void") and stated.counts_in and stated.practice in needed
    ]
    for stated in lapsed:
        why = (
            f"expired on {day(stated.valid_until, form)}"
            if stated.state == "expired"
            else "is void: its evidence is missing or was changed"
        )
        by = short(stated.by, 60)
        yield Blank("attestations", f"The attestation of {stated.practice} by {by} {why}.")
    missing = needed - {stated.practice for stated in lapsed}
    if missing:
        yield Blank("attestations", f"{counted(len(missing), 'attestation')} open.")
