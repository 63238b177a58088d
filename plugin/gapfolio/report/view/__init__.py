"""What the templates see: an Assessment, sorted by section and turned into text.

A theme's templates get nothing but frozen values: no method to call, no object to reach through.
Every string passes the cleaner once, here, so that no template can forget it.
"""

from __future__ import annotations

from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Protocol, TypeVar, cast

import msgspec

from gapfolio.assess.untold import TELLS, by_answers, untold
from gapfolio.catalogue import Catalogue
from gapfolio.engagement import Folder
from gapfolio.model import Assessment
from gapfolio.report.sections import Numbered, chosen
from gapfolio.report.view import appendix, findings, method, plan, practices, results
from gapfolio.report.view import limits as limitations
from gapfolio.report.view.attestations import Attestations, attestations
from gapfolio.report.view.blanks import Blank, blanks, open_blanks
from gapfolio.report.view.change import ChangeView, change
from gapfolio.report.view.coverage import Coverage, coverage
from gapfolio.report.view.exceptions import Register, register
from gapfolio.report.view.formats import headline
from gapfolio.report.view.front import Front, front
from gapfolio.report.view.names import Name
from gapfolio.report.view.scope import Scope, scope
from gapfolio.report.view.summary import Summary, summary

__all__ = ["Blank", "Name", "View", "blanks", "headline", "open_blanks", "view"]

_T = TypeVar("_T")
_WITHHELD = "withheld.html"
_MADE_OF = {
    "responsibility": "service_models",
    "change": "",
    "plan": "remediation",
    "resources": "affected",
}
"""Section to the query without whose result it says nothing; "" = it is made of findings."""


class Cleaner(Protocol):
    """Makes text of strangers fit to print; see `gapfolio.report.text`."""

    def __call__(self, text: str, *, lines: bool = False) -> str:
        """Clean one text; `lines` keeps line ends."""


@dataclass(frozen=True, slots=True)
class View:
    """Everything that the templates print, by section."""

    sections: tuple[Numbered, ...]
    front: Front
    summary: Summary
    scope: Scope
    method: method.Method
    models: tuple[appendix.ServiceModel, ...]
    coverage: Coverage
    groups: tuple[results.Group, ...]
    heat: results.Heat | None
    change: ChangeView | None
    chapters: tuple[findings.Chapter, ...]
    matrix: results.Matrix
    plan: plan.Plan
    exceptions: Register
    attestations: Attestations
    limits: limitations.Limits
    resources: tuple[appendix.ResourceList, ...]
    checks: appendix.CheckMaps
    evidence: limitations.Evidence
    answered: bool
    """Made from query results, without findings."""
    untold: tuple[Name, ...]
    """Queries whose results were not given."""
    untold_words: tuple[str, ...]
    """What is therefore not told."""


def view(
    assessment: Assessment, catalogue: Catalogue, folder: Folder, clean: Cleaner, *, tlp: str = ""
) -> View:
    """Build the view of a report; `tlp` is the marking where the engagement names none.

    Raises:
        EngagementError: `sections_off` names a section that does not exist.
    """
    form = folder.engagement.report.date_format
    items = practices.items(assessment, catalogue)
    titles = results.titles(assessment, catalogue, items)
    answered, missing = by_answers(assessment), untold(assessment)
    if not folder.waivers:
        missing = [name for name in missing if not name.startswith("waiver")]
    made = View(
        sections=tuple(
            replace(section, template=_WITHHELD)
            if answered and _MADE_OF.get(section.id) in {"", *missing}
            else section
            for section in chosen(folder.engagement.report.sections_off)
        ),
        front=front(assessment, folder, tlp),
        summary=summary(assessment, folder, items),
        scope=scope(assessment, catalogue, folder),
        method=method.method(assessment, items),
        models=appendix.service_models(assessment, catalogue),
        coverage=coverage(assessment, items, form),
        groups=results.groups(assessment, catalogue, items),
        heat=results.heat(assessment),
        change=change(assessment, items, titles),
        chapters=findings.chapters(assessment, folder, items, titles),
        matrix=results.matrix(assessment, items),
        plan=plan.plan(assessment, items, folder),
        exceptions=register(assessment, form),
        attestations=attestations(assessment, items, form),
        limits=limitations.limits(assessment, folder),
        resources=appendix.resource_lists(assessment, items),
        checks=appendix.check_maps(items),
        evidence=limitations.evidence(assessment, catalogue),
        answered=answered,
        untold=tuple(map(Name, missing)),
        untold_words=tuple(TELLS[name] for name in missing),
    )
    return cleaned(made, clean)


def cleaned(value: _T, clean: Cleaner) -> _T:
    """Rebuild a view with every string cleaned; line ends stay, names of anchors are left alone."""
    return cast(_T, _cleaned(value, clean))


def _cleaned(value: object, clean: Cleaner) -> object:
    if type(value) is str:
        return clean(value, lines=True)
    if isinstance(value, tuple):
        return tuple(_cleaned(item, clean) for item in value)
    if isinstance(value, msgspec.Struct):
        names = value.__struct_fields__
        return type(value)(**{name: _cleaned(getattr(value, name), clean) for name in names})
    if is_dataclass(value) and not isinstance(value, type):
        names = tuple(field.name for field in fields(value))
        return type(value)(**{name: _cleaned(getattr(value, name), clean) for name in names})
    return value
