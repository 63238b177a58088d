"""Texts in OSCAL: Markdown that stands for itself, and values that its data types take."""

from __future__ import annotations

import html
import re
from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hostile import TEXTS
from hypothesis import given
from markdown_it import MarkdownIt

from gapfolio.exports.formats.oscal.text import Texts, control, end_of, moment, reference, token
from gapfolio.exports.texts import line

MARKDOWN = MarkdownIt("commonmark")
STRING = re.compile(r"[^\s\ufeff](.*[^\s\ufeff])?")
URI = re.compile(r"([A-Za-z0-9/?:@!$&'()*+,;=~._#-]|%[0-9A-Fa-f]{2})+")
TOKEN = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")


@given(TEXTS)
def test_a_line_is_read_as_it_was_written(text: str) -> None:
    made = Texts().line(text)

    assert made
    assert len(made.splitlines()) == 1
    whole = line(text)
    if len(whole) <= 1_000:
        assert html.unescape(MARKDOWN.renderInline(made)) == (whole or "–")


@given(TEXTS)
def test_prose_is_paragraphs_and_nothing_else(text: str) -> None:
    rendered = MARKDOWN.render(Texts().prose(text, text))

    assert set(re.findall(r"<[^>]*>", rendered)) <= {"<p>", "</p>"}


def test_a_list_of_steps_is_a_list() -> None:
    rendered = MARKDOWN.render(Texts().steps(["Turn it *off*", "# Look"]))

    assert rendered == "<ol>\n<li>Turn it *off*</li>\n<li># Look</li>\n</ol>\n"


@given(TEXTS)
def test_a_value_is_a_string_without_spaces_around_it(text: str) -> None:
    made = Texts().value(text)

    assert not made or STRING.fullmatch(made)
    assert len(made) <= 2_048


def test_endless_texts_are_cut_and_counted() -> None:
    texts = Texts()

    assert len(texts.value("x" * 3_000)) == 2_048
    assert len(texts.line("x" * 3_000)) == 1_000
    assert len(texts.prose("x" * 30_000)) == 10_000
    assert list(texts.cut.notes("oscal")) == [
        "oscal: 1 text cut in descriptions",
        "oscal: 1 text cut in properties",
        "oscal: 1 text cut in titles",
    ]


@given(TEXTS)
def test_a_reference_has_only_what_a_uri_may_have(text: str) -> None:
    for made in (reference(text), reference(f"https://{text}")):
        assert URI.fullmatch(made)
        assert made.count("#") <= 1
    assert not reference(text).startswith(("//", "javascript:"))


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("scans/2026 Q3/a.json", "scans/2026%20Q3/a.json"),
        ("s3://bucket/a.json", "s3%3A/%2Fbucket/a.json"),
        ("https://example.com/a?b=c#d", "https://example.com/a?b=c#d"),
        ("https://example.com/100%", "https://example.com/100%25"),
        ("javascript:alert(1)", "javascript%3Aalert%281%29"),
        ("", "%20"),
    ],
)
def test_references(text: str, written: str) -> None:
    assert reference(text) == written


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("AC-2", "ac-2"),
        ("AC-2(1)", "ac-2.1"),
        ("SC-07(21)", "sc-7.21"),
        ("=odd control", "_odd_control"),
    ],
)
def test_controls_are_named_as_in_the_catalogue_of_nist(name: str, written: str) -> None:
    assert control(name) == written


@given(TEXTS)
def test_a_token_is_one(text: str) -> None:
    assert TOKEN.fullmatch(token(text))
    assert TOKEN.fullmatch(control(text))


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (datetime(2026, 8, 15, 12, 0, 1, 999), "2026-08-15T12:00:01+00:00"),  # noqa: DTZ001
        (
            datetime(2026, 8, 15, 23, tzinfo=timezone(timedelta(hours=-3))),
            "2026-08-16T02:00:00+00:00",
        ),
        (datetime(2026, 8, 15, tzinfo=UTC), "2026-08-15T00:00:00+00:00"),
        (date(2026, 8, 15), "2026-08-15T00:00:00+00:00"),
        (date(9999, 12, 31), None),
        ("2026", None),
        (None, None),
    ],
)
def test_moments(value: object, written: str | None) -> None:
    assert moment(value) == written


def test_the_end_of_a_day_is_on_that_day() -> None:
    assert end_of(date(2026, 12, 31)) == "2026-12-31T23:59:59+00:00"
    assert end_of(None) is None
