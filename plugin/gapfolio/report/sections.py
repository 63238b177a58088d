"""The sections of the report: what there is, in which order, and what an engagement leaves out.

Every section is one template of its own, which a theme can replace by a file of the same name and
`report.sections_off` in gapfolio.toml can switch off. Numbers are given to what is left.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import count, repeat

from gapfolio.errors import EngagementError


@dataclass(frozen=True, slots=True)
class Section:
    """One section; its id is also its anchor and the name that `sections_off` takes."""

    id: str
    title: str
    kind: str = "body"
    """`front` (no number), `body` (1, 2, …) or `appendix` (A, B, …)."""

    @property
    def template(self) -> str:
        """Name of its template."""
        return f"{self.id}.html"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A section as one report prints it."""

    id: str
    title: str
    template: str
    kind: str
    number: str
    """`1`, `A` or ""."""

    @property
    def heading(self) -> str:
        """The title with its number, as the table of contents and links print it."""
        label = f"Appendix {self.number}" if self.kind == "appendix" else self.number
        return f"{label}  {self.title}" if label else self.title


SECTIONS = (
    Section("cover", "Cover", "front"),
    Section("control", "Document control", "front"),
    Section("distribution", "Distribution and marking", "front"),
    Section("contents", "Contents", "front"),
    Section("summary", "Executive summary"),
    Section("scope", "Scope and period"),
    Section("method", "Method and formula"),
    Section("responsibility", "Shared responsibility"),
    Section("coverage", "Coverage and what was not assessed"),
    Section("results", "Results by category"),
    Section("change", "Change since the last period"),
    Section("findings", "Findings per practice"),
    Section("risk", "Risk matrix"),
    Section("plan", "Remediation plan"),
    Section("exceptions", "Exceptions register"),
    Section("attestations", "Attestations"),
    Section("response", "Management response"),
    Section("limitations", "Limitations, conflicts and notices"),
    Section("signoff", "Sign-off"),
    Section("resources", "Affected resources", "appendix"),
    Section("checks", "Checks behind each practice", "appendix"),
    Section("evidence", "Evidence manifest", "appendix"),
    Section("glossary", "Glossary", "appendix"),
)
"""All sections in the order of the report."""


def chosen(off: Iterable[str] = ()) -> list[Numbered]:
    """Give the sections that stay when those in `off` are left out, numbered.

    Raises:
        EngagementError: `off` names a section that does not exist.
    """
    left_out = list(off)
    known = [section.id for section in SECTIONS]
    for name in left_out:
        if name not in known:
            raise EngagementError(
                f"gapfolio.toml: report.sections_off: there is no section {name!r}; "
                f"there are {', '.join(known)}"
            )
    numbers: dict[str, Iterator[str]] = {
        "front": repeat(""),
        "body": map(str, count(1)),
        "appendix": iter("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    }
    return [
        Numbered(
            id=section.id,
            title=section.title,
            template=section.template,
            kind=section.kind,
            number=next(numbers[section.kind]),
        )
        for section in SECTIONS
        if section.id not in left_out
    ]
