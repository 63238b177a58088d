"""Cover, document control, distribution and sign-off: whose report this is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gapfolio.engagement import Folder, Person
from gapfolio.model import Assessment
from gapfolio.report.view import formats, words
from gapfolio.report.view.blanks import Blank, open_blanks

PART = 240
"""Characters of what part of the accounts a report is on."""


@dataclass(frozen=True, slots=True)
class Role:
    """One kind of signatory."""

    title: str
    key: str
    people: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Front:
    """What cover, running headers and the first pages print."""

    title: str
    client: str
    period: str
    """`2026-Q3`."""
    dates: str
    judged: str
    version: str
    draft: bool
    tlp: str
    tlp_text: str
    page: str
    timezone: str
    distribution: tuple[str, ...]
    roles: tuple[Role, ...]
    blanks: tuple[Blank, ...]
    gapfolio: str
    catalogue: str
    policy: str
    part: str
    """What part of the accounts in scope the report is on; "" = all of them."""
    pseudonyms: str
    """What is written as pseudonyms, in a sentence; "" = nothing."""


def front(assessment: Assessment, folder: Folder, tlp: str) -> Front:
    """Gather what identifies the report."""
    engagement = folder.engagement
    settings, people, period = engagement.report, engagement.people, assessment.period
    form, marking = settings.date_format, settings.tlp or tlp
    return Front(
        title=formats.short(assessment.title),
        client=formats.short(assessment.client),
        period=period.name,
        dates=f"{formats.day(period.start, form)} to {formats.day(period.end, form)}",
        judged=formats.day(period.end, form),
        version=settings.version,
        draft=assessment.status == "draft",
        tlp=marking,
        tlp_text=words.TLP.get(marking, ""),
        page=settings.page,
        timezone=period.timezone,
        distribution=tuple(formats.short(name, 200) for name in settings.distribution),
        roles=(
            Role("Prepared by", "prepared", tuple(people.prepared)),
            Role("Reviewed by", "reviewed", tuple(people.reviewed)),
            Role("Approved by", "approved", tuple(people.approved)),
        ),
        blanks=tuple(open_blanks(assessment, folder, tlp=tlp)),
        gapfolio=assessment.versions.get("gapfolio", ""),
        catalogue=assessment.versions.get("catalogue", ""),
        policy=assessment.versions.get("score", ""),
        part=formats.short(assessment.part, PART),
        pseudonyms=_pseudonyms(assessment.redacted),
    )


def _pseudonyms(redacted: Sequence[str]) -> str:
    """Say what a copy for a wider circle does not name."""
    found = [words.REDACTED.get(name, name) for name in redacted]
    if not found:
        return ""
    *first, last = found
    named = f"{', '.join(first)} and {last}" if first else last
    are = "are pseudonyms; the key is kept by the issuer."
    return f"{named[:1].upper()}{named[1:]} in this copy {are}"
