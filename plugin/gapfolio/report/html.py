"""Assessment to HTML: one self-contained document for the browser and for the PDF."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from markupsafe import Markup

from gapfolio import resources
from gapfolio.catalogue import Catalogue
from gapfolio.engagement import Folder
from gapfolio.model import Assessment
from gapfolio.report import templates_env
from gapfolio.report.sections import SECTIONS
from gapfolio.report.text import BREAK, Cleaner
from gapfolio.report.theme import TLP_COLORS, Theme, css
from gapfolio.report.view import View, view

TEMPLATE = "base.html"
STYLE = "report.css"
PAGES = {"A4": ("210mm", "297mm"), "Letter": ("215.9mm", "279.4mm")}


@dataclass(frozen=True, slots=True)
class Meta:
    """Text for places where no line can break: title, metadata, running headers."""

    language: str
    title: str
    author: str
    description: str
    running: str
    marking: str
    """Printed where there is no TLP marking."""


def build(assessment: Assessment, catalogue: Catalogue, folder: Folder, theme: Theme) -> str:
    """Write the report as HTML, for `pdf.render`; `for_browser` makes report.html of it.

    The same arguments give the same text.

    Raises:
        EngagementError: `sections_off` names a section that does not exist.
        ThemeError: a template of the theme is wrong.
    """
    clean = Cleaner(theme.fonts.coverage)
    seen = view(assessment, catalogue, folder, clean, tlp=theme.tlp)
    switched_on = {section.id for section in seen.sections}
    return templates_env.render_template(
        templates_env.environment(theme),
        theme,
        TEMPLATE,
        {
            "view": seen,
            "on": {section.id: section.id in switched_on for section in SECTIONS},
            "meta": _meta(assessment, folder, theme, partial(clean, breaks=False)),
            "style": Markup(_style(seen, theme)),  # noqa: S704  # ours, and CSS that was checked
        },
    )


def for_browser(html: str) -> str:
    """Make `report.html` of what `build` gave.

    Places to break become elements, so that copied names are clean, and page numbers, which only
    the PDF has, are left out.
    """
    return html.replace(BREAK, "<wbr>").replace('<body class="', '<body class="browser ', 1)


def _meta(assessment: Assessment, folder: Folder, theme: Theme, clean: partial[str]) -> Meta:
    period = assessment.period.name
    prepared = folder.engagement.people.prepared
    author = ", ".join(person.name for person in prepared) or theme.texts.organisation
    return Meta(
        language=clean(folder.engagement.report.language),
        title=clean(" – ".join(p for p in (assessment.title, assessment.client, period) if p)),
        author=clean(author or "Gapfolio"),
        description=clean("A point-in-time, automated review, not a certification."),
        running=clean(" · ".join(p for p in (assessment.client, assessment.title, period) if p))[
            :110
        ],
        marking=theme.texts.confidentiality.partition(".")[0],
    )


def _style(seen: View, theme: Theme) -> str:
    """Put the style sheets together: ours, the theme's, and what the engagement sets."""
    width, height = PAGES[seen.front.page]
    settings = (
        f"@page {{ size: {seen.front.page}; }}\n"
        f"@media print {{ .cover {{ width: {width}; height: {height}; }} }}\n"
        f":root {{ --tlp: {TLP_COLORS.get(seen.front.tlp, theme.colors.paper)}; }}\n"
    )
    return f"{resources.text('report_templates', STYLE)}\n{css(theme)}\n{settings}"
