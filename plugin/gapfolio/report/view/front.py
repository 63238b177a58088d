"""Cover, document control, distribution and sign-off: whose report this is."""

from __future__ import annotations

from dataclasses import dataclass

from gapfolio.engagement import Folder, Person
from gapfolio.model import Assessment
from gapfolio.report.view import formats, words
from gapfolio.report.view.blanks import Blank, open_blanks


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
    )
