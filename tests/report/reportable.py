"""What the tests of the report report on, and a reader of HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest

from gapfolio import audit, resources
from gapfolio.catalogue import Catalogue
from gapfolio.engagement import (
    Account,
    Engagement,
    Folder,
    Notes,
    People,
    Person,
    PracticeNotes,
    ReportSettings,
)
from gapfolio.model import Assessment, Finding
from gapfolio.report import html, theme
from gapfolio.report.text import Cleaner
from gapfolio.report.view import View, view
from gapfolio.testing import assess_findings, make_catalogue, make_finding, make_run

ACCOUNTS = [f"{number:012}" for number in range(1, 5)]
BLOCKS = frozenset({"br", "caption", "dd", "div", "dt", "li", "p", "td", "text", "th"})
VOID = frozenset({"br", "img", "meta", "link", "hr", "path", "rect", "line", "wbr", "col"})


@cache
def demo() -> tuple[Assessment, Catalogue, Folder]:
    """Give the assessment of the real scan that the package carries."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GAPFOLIO_LOAD_PLUGINS", "")
        with audit.opened(audit.Options(directory=resources.folder("demo"))) as opened:
            return opened.assessment, opened.catalogue, opened.folder


@cache
def demo_html() -> str:
    """Give the report of the demo."""
    return html.build(*demo(), theme.load_theme())


@cache
def small_catalogue() -> Catalogue:
    """Give three categories with a practice of each kind."""
    return make_catalogue(
        CRED_01={
            "title": "Root is guarded",
            "why": "Because.",
            "priority": "critical",
            "cause": "Nobody looked.",
            "effect": "Anybody is root.",
            "criteria": {"mfa": ("account", ["a"]), "keys": ("resource", ["b"])},
        },
        CRED_02={"priority": "low", "criteria": {"unused": ("resource", ["c"])}},
        NET_01={"priority": "high", "criteria": {"open": ("resource", ["d"])}},
        IR_01={"evidence": "manual", "attest": "It was practised."},
    )


def small_findings(accounts: Sequence[str] = ACCOUNTS[:1]) -> Iterator[Finding]:
    """Give a failing, a passing and a muted failing check in each account."""
    for account in accounts:
        arn = f"arn:aws:iam::{account}"
        yield make_finding(check="a", account=account, resource=f"{arn}:root")
        yield make_finding(
            check="b", account=account, resource=f"{arn}:key", status="fail", severity="high"
        )
        yield make_finding(
            check="d", account=account, resource=f"{arn}:group", status="fail", muted=True
        )


def small(
    findings: Sequence[Finding] = (), *, folder: Folder | None = None, **arguments: Any
) -> tuple[Assessment, Catalogue, Folder]:
    """Assess a few findings by the small catalogue."""
    chosen = folder or Folder(Engagement(), Notes())
    catalogue = small_catalogue()
    assessment = assess_findings(
        findings or list(small_findings()),
        catalogue=catalogue,
        folder=chosen,
        **arguments,
    )
    return assessment, catalogue, chosen


def settled(**settings: Any) -> Folder:
    """Give an engagement in which everything that a person can fill is filled."""
    person = Person(name="Ada Example", role="Auditor", organisation="Example Audit")
    return Folder(
        Engagement(
            client="Example Client",
            status="final",
            accounts=[Account(id=ACCOUNTS[0], name="prod")],
            regions=["us-east-1"],
            people=People(prepared=[person], reviewed=[person], approved=[person]),
            report=ReportSettings(tlp="TLP:AMBER", distribution=["The board"], **settings),
        ),
        Notes(
            conclusion="All in all.\nIt is not good.",
            scope="One account.",
            management_response="We agree.",
            practices={
                name: PracticeNotes(
                    cause="It was forgotten.", owner="Ada", due=date(2026, 11, 3), response="Yes."
                )
                for name in ("CRED-01", "NET-01")
            },
        ),
    )


def seen(assessment: Assessment, catalogue: Catalogue, folder: Folder) -> View:
    """Give what the templates see."""
    return view(assessment, catalogue, folder, Cleaner(theme.load_theme().fonts.coverage))


def written(assessment: Assessment, catalogue: Catalogue, folder: Folder) -> Page:
    """Write a report and read it back."""
    return read(html.build(assessment, catalogue, folder, theme.load_theme()))


def recorded(accounts: Sequence[str] = ACCOUNTS[:1]) -> list[Any]:
    """Give a run record of every check for each account."""
    return [make_run(account=account, checks=["a", "b", "c", "d"]) for account in accounts]


def with_policy(assessment: Assessment, name: str) -> Assessment:
    """Pretend that another score policy was used."""
    scores = msgspec.structs.replace(assessment.scores, policy=name)
    return msgspec.structs.replace(assessment, scores=scores)


@dataclass
class Page(HTMLParser):
    """What a test wants to know of a document."""

    text: str = ""
    headings: list[tuple[int, str]] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    addresses: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    open_tags: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note a tag with its attributes."""
        values = {name: value or "" for name, value in attrs}
        self.tags.append((tag, values))
        if "id" in values:
            self.ids.append(values["id"])
        if tag == "a":
            self.links.append(values["href"])
        self.addresses += [values[name] for name in ("src", "data", "srcset") if name in values]
        if tag in BLOCKS:
            self.text += " "
        if re.fullmatch("h[1-6]", tag):
            self.headings.append((int(tag[1]), ""))
        if tag not in VOID:
            self.open_tags.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an empty tag, as SVG has them."""
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        """Check that the tag closes what is open."""
        assert self.open_tags.pop() == tag

    def handle_data(self, data: str) -> None:
        """Keep the text that a reader sees."""
        if self.open_tags and self.open_tags[-1] in ("style", "title"):
            return
        self.text += data
        if self.open_tags and any(re.fullmatch("h[1-6]", tag) for tag in self.open_tags):
            level, title = self.headings[-1]
            self.headings[-1] = (level, title + data)

    def sections(self) -> list[str]:
        """Give the ids of the second-level headings."""
        return [values["id"] for tag, values in self.tags if tag == "h2"]


def read(document: str) -> Page:
    """Read a document; every tag must be closed."""
    page = Page()
    page.feed(document.replace("\u200b", ""))
    page.close()
    assert page.open_tags == []
    page.text = re.sub(r"\s+", " ", page.text)
    return page
