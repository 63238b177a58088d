"""Text of strangers, made fit to print."""

# ruff: noqa: RUF001  # these tests are about such characters

import sys
import time
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from gapfolio.report import text as module
from gapfolio.report.fonts import coverage
from gapfolio.report.text import BREAK, MAX_WORD, Cleaner, clean

ANYTHING = st.text(st.characters(codec=None, exclude_categories=()), max_size=80)


@pytest.mark.parametrize(
    ("hostile", "shown"),
    [
        ("plain text", "plain text"),
        ("a\x07b", "a‹U+0007›b"),
        ("invoice\u202egpj.exe", "invoice‹U+202E›gpj.exe"),
        ("\u2066isolated\u2069", "‹U+2066›isolated‹U+2069›"),
        ("zero\u200bwidth", "zero‹U+200B›width"),
        ("soft\u00adhyphen", "soft‹U+00AD›hyphen"),
        ("\ufeffmark", "‹U+FEFF›mark"),
        ("tag\U000e0041", "tag‹U+E0041›"),
        ("private \ue000", "private ‹U+E000›"),
        ("half \ud83d pair", "half ‹U+D83D› pair"),
        ("lock \U0001f512", "lock ‹U+1F512›"),
        ("warning \u26a0\ufe0f", "warning ⚠"),
        ("blank \u3164.", "blank ‹U+3164›."),
        ("e\u0301", "é"),
        ("one\ttwo", "one two"),
        ("one\r\n\n two", "one  two"),
        ("a\u2028b\u0085c", "a b c"),
        ("{{ 7 * 7 }} <script>", "{{ 7 * 7 }} <script>"),
        ("=cmd()|x", "=cmd()|x"),
    ],
)
def test_shows(hostile: str, shown: str) -> None:
    assert clean(hostile, breaks=False) == shown


def test_a_run_of_one_invisible_character_is_counted() -> None:
    assert clean("a" + "\u202e" * 1_200) == "a‹U+202E ×1,200›"


def test_joiners_are_spelling_in_arabic_and_shown_elsewhere() -> None:
    assert clean("می\u200cخواهم") == "می\u200cخواهم"
    assert clean("pay\u200cpal") == "pay‹U+200C›pal"
    assert clean("م\u200c\u200cم") == "م‹U+200C›‹U+200C›م"


def test_letters_carry_no_more_than_a_few_marks() -> None:
    shown = clean("a" + "\u0323\u0301" * 25_000, limit=None)

    assert shown.endswith("‹+49,996 marks›")
    assert len(shown) < 30


def test_every_character_that_composing_reorders_is_counted_as_a_mark() -> None:
    marks = module._mark_run()
    reordered = (
        chr(code) for code in range(sys.maxunicode + 1) if unicodedata.combining(chr(code))
    )

    assert [hex(ord(mark)) for mark in reordered if not marks.fullmatch(mark * 5)] == []


def test_lines_are_kept_on_demand() -> None:
    assert clean("one\r\ntwo\u2029three\tx", lines=True) == "one\ntwo\nthree x"


def test_what_is_left_out_is_counted() -> None:
    assert clean("word " * 400, limit=5) == "word … (+1,995 characters)"
    assert clean("12345", limit=5) == "12345"


def test_without_a_word_the_limit_is_still_finite() -> None:
    assert clean("x " * 1_000_000).endswith("… (+1,980,000 characters)")


def test_an_arn_breaks_at_its_joints() -> None:
    arn = "arn:aws:iam::123456789012:role/service-role/AWSCloudFormationExecution"

    parts = clean(arn).split(BREAK)

    assert parts == [
        "arn:aws:iam::",
        "123456789012:role/",
        "service-role/",
        "AWSCloudFormationExe",
        "cution",
    ]
    assert clean(arn, breaks=False) == arn


def test_a_break_does_not_part_a_letter_from_its_mark() -> None:
    word = "x" * 19 + "q\u0323" + "y" * 10

    first, second = clean(word).split(BREAK)

    assert first == "x" * 19
    assert second == "q\u0323" + "y" * 10


@given(ANYTHING)
@example("\u0344\u1fee\ufb1d\U0001d15e")
def test_the_fonts_can_draw_all_of_it(text: str) -> None:
    assert {ord(character) for character in clean(text)} <= coverage() | {ord(BREAK)}


@given(ANYTHING)
def test_only_breaks_and_arabic_joiners_are_invisible(text: str) -> None:
    invisible = {c for c in clean(text) if unicodedata.category(c) in module.INVISIBLE}

    assert invisible <= {BREAK, "\u200c", "\u200d"}


@given(ANYTHING, st.booleans())
def test_cleaning_twice_changes_nothing(text: str, lines: bool) -> None:
    once = clean(text, breaks=False, lines=lines)

    assert clean(once, breaks=False, lines=lines) == once


@given(st.text(st.sampled_from("ab:/-.é\u0301\u202e "), max_size=200))
def test_no_word_is_longer_than_the_layout_can_take(text: str) -> None:
    assert all(len(part) <= MAX_WORD for word in clean(text).split() for part in word.split(BREAK))


@given(st.text(st.sampled_from("ab:/-. "), max_size=200))
def test_breaks_are_all_that_is_added_to_plain_text(text: str) -> None:
    assert clean(text).replace(BREAK, "") == text


def test_more_fonts_show_more() -> None:
    assert clean("漢") in ("漢", "‹U+6F22›")
    assert Cleaner(coverage() | {ord("漢")})("漢") == "漢"


def test_a_megabyte_of_malice_takes_no_time() -> None:
    attacks = ["a" + "\u0301\u0323" * 500_000, "\u202e\u0007" * 500_000, "é" * 1_000_000]

    start = time.process_time()
    for attack in attacks:
        clean(attack, limit=None)

    assert time.process_time() - start < 5
