"""The summary: what counts is in it, and no name in it does anything."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from pathlib import Path

import msgspec
import pytest
from hostile import OBEYED, TEXTS
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token
from told import PROD, audited, exported, renamed

from gapfolio.exports.formats.markdown import LONGEST, MarkdownExporter, plain, summary
from gapfolio.model import Assessment, Change, Counts, PeriodScores, RemediationItem, Score

PARSER = MarkdownIt("commonmark").enable(["table", "strikethrough"])
HARMLESS = frozenset(
    (
        "bullet_list_close",
        "bullet_list_open",
        "heading_close",
        "heading_open",
        "inline",
        "list_item_close",
        "list_item_open",
        "paragraph_close",
        "paragraph_open",
        "strong_close",
        "strong_open",
        "table_close",
        "table_open",
        "tbody_close",
        "tbody_open",
        "td_close",
        "td_open",
        "text",
        "text_special",
        "th_close",
        "th_open",
        "thead_close",
        "thead_open",
        "tr_close",
        "tr_open",
    )
)
MADE_BY_HOSTS = re.compile(
    r"(?:^|\W)@[A-Za-z0-9]|[#!$%~&^]\w|\w#\d|\bGH-\d|https?://|ftp://|www\.|\w@\w+\.|"
    r"[A-Za-z0-9]\.[A-Za-z]{2,}",
    re.IGNORECASE | re.ASCII,
)
"""Mentions, references and addresses that a host or a chat finds in what is shown."""


@pytest.fixture(scope="module")
def assessment() -> Iterator[Assessment]:
    with audited() as opened:
        yield opened[0]


def tokens(text: str) -> list[Token]:
    """Parse a document into all of its tokens."""
    found = PARSER.parse(text)
    return [*found, *(child for token in found for child in token.children or ())]


def shown(text: str) -> str:
    """Give what a reader sees, lines apart."""
    return "\n".join(
        "".join(child.content for child in token.children or ())
        for token in PARSER.parse(text)
        if token.type == "inline"
    )


def item(number: int, **more: object) -> RemediationItem:
    values: dict[str, object] = {
        "practice": f"NET-{number:02}",
        "priority": "high",
        "account": PROD,
        "findings": 3,
        "accepted": 0,
        "owner": "Ann",
        "open_since": date(2026, 7, 1),
        "due": date(2026, 8, 1),
        "overdue": 14,
    }
    return RemediationItem(**{**values, **more})  # type: ignore[arg-type]


def test_the_headline_its_gap_and_accepted_risk_come_first(assessment: Assessment) -> None:
    lines = summary(assessment).splitlines()

    assert lines[0] == "## Gapfolio: Acme, 2026-Q3"
    assert lines[2].startswith("**Assured ")
    assert "possible" in lines[2]
    assert lines[4].startswith("- Gap: ")
    assert any(line.startswith("- With accepted risk: ") for line in lines)
    assert "- Of 6 practices: 4 fail, 2 not or only partly assessed, 0 hold" in lines


def test_the_practices_that_cost_most_are_listed_with_what_is_unknown(
    assessment: Assessment,
) -> None:
    text = summary(assessment)

    assert "### Top gaps (6 of 6)" in text
    assert "| CRED-01 | critical | 0 | 1 | 0 | Root has MFA |" in text
    assert text.index("| CRED-01 ") < text.index("| NET-01 ") < text.index("| IR-01 ")


def test_overdue_items_are_counted_and_the_first_are_listed(assessment: Assessment) -> None:
    late = [item(number) for number in range(12)]
    text = summary(msgspec.structs.replace(assessment, remediation=[*late, item(99, overdue=0)]))

    assert "- Overdue: 12 of 13 planned items" in text
    assert "### Overdue (10 of 12)" in text
    assert f"| 2026-08-01 | 14 | NET-00 | {PROD} prod | Ann |" in text
    assert "NET-99" not in text


def test_the_change_since_the_last_period_has_its_causes(assessment: Assessment) -> None:
    now = assessment.scores.all
    before = msgspec.structs.replace(now, assured=Fraction(10))
    trend = [period("2026-Q2", before), period("2026-Q3", now)]
    change = Change(
        since="2026-Q2",
        pack="packs/2026-Q2",
        sha256="0" * 64,
        trend=trend,
        practices=[],
        opened={"newly failing": 2},
        closed={"fixed": 3, "no longer assessed": 1},
        still_open=5,
        accepted={},
        moved=[],
        remarks=["another catalogue"],
    )
    text = summary(msgspec.structs.replace(assessment, change=change))

    assert (
        "- Since 2026-Q2: Assured 10.0 → 18.3; 2 findings opened, 4 closed (3 fixed, 1 no longer "
        "assessed), 5 still open"
    ) in text
    assert "do not compare in full: 1 remark" in text


def period(name: str, score: Score) -> PeriodScores:
    return PeriodScores(
        period=name,
        end=date(2026, 9, 30),
        all=score,
        automated=score,
        categories={},
        policy="assured 1",
        catalogue="1",
        accounts=2,
    )


def test_without_a_score_it_says_that_nothing_was_assessed(assessment: Assessment) -> None:
    none = Score(assured=None, possible=None, coverage=Fraction(0), weight=3, cells=Counts())
    scores = msgspec.structs.replace(assessment.scores, all=none, automated=none, accepted=None)
    text = summary(msgspec.structs.replace(assessment, scores=scores))

    assert "**Not scored (coverage 0.0 %)" in text
    assert "Gap:" not in text


def test_the_file_is_the_summary_and_the_same_twice(tmp_path: Path) -> None:
    one = exported(MarkdownExporter(), tmp_path / "one").files[0]
    two = exported(MarkdownExporter(), tmp_path / "two").files[0]

    assert one.name == "summary.md"
    assert one.read_bytes() == two.read_bytes()


@pytest.mark.parametrize(
    "text",
    [
        "[x](https://evil.example)",
        "![x](https://evil.example/a.png)",
        "<img src=x>",
        "<https://evil.example>",
        "https://evil.example",
        "www.evil.example",
        "evil.example",
        "@everyone",
        "mail@evil.example",
        "#12",
        "acme/repo#12",
        "GH-12",
        "\u00b2GH-12",
        "a | b |",
        "**bold** ~~gone~~ `code` $x$",
        "\n## Heading\n\n- item\n\n---",
        "&lt;b&gt; &#64;everyone",
    ],
)
def test_a_name_is_shown_as_it_is_and_does_nothing(assessment: Assessment, text: str) -> None:
    whole = summary(renamed(assessment, text))
    visible = shown(whole).replace("\u200b", "")

    assert {token.type for token in tokens(whole)} <= HARMLESS
    assert not MADE_BY_HOSTS.search(shown(plain(text)))
    assert " ".join(text.split()) in visible


@given(text=TEXTS)
@settings(max_examples=200, deadline=None)
def test_hostile_names_are_shown_do_nothing_and_stay_short(
    assessment: Assessment, text: str
) -> None:
    late = [item(number, owner=text) for number in range(30)]
    whole = summary(msgspec.structs.replace(renamed(assessment, text), remediation=late))
    rows = [line for line in whole.splitlines() if line.startswith("| ")]

    assert len(whole) <= LONGEST
    assert not OBEYED.search(whole)
    assert {token.type for token in tokens(whole)} <= HARMLESS
    assert sum(token.type == "tr_open" for token in tokens(whole)) == len(rows) - 2
    assert not MADE_BY_HOSTS.search(shown(plain(text)))
