"""Known names are found in any letter case, the longest first, at a cost that the text sets."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gapfolio.redaction.names import Names, folded


def found(text: str, *known: str) -> list[str]:
    names = Names()
    for name in known:
        names.add(name, "X")
    return [text[start:end] for start, end in names.find(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("User bob has no MFA.", ["bob"]),
        ("BOB, Bob and bob", ["BOB", "Bob", "bob"]),
        ("(bob)", ["bob"]),
        ("the_bob-old", ["bob"]),
        ("bobsled", []),  # a short name inside a word
        ("", []),
        ("bo", []),
    ],
)
def test_a_short_name_is_found_where_it_stands_alone(text: str, expected: list[str]) -> None:
    assert found(text, "bob") == expected


def test_a_long_name_is_found_inside_a_word_too() -> None:
    assert found("xpaymentsx", "payments") == ["payments"]


def test_the_longest_name_wins() -> None:
    assert found("prod-db-replica", "prod-db", "prod-db-replica")[0] == "prod-db-replica"


def test_who_comes_first_stays() -> None:
    names = Names()
    names.add("Prod-DB", "first")
    names.add("prod-db", "second")

    assert names.get("PROD-db") == "first"


@given(st.text())
def test_folding_keeps_every_character_in_its_place(text: str) -> None:
    assert len(folded(text)) == len(text)


def test_many_names_do_not_make_a_text_slow() -> None:
    names = Names()
    for number in range(100_000):
        names.add(f"prod-service-{number:06d}", "X")
    text = "prod-service-999999 " * 1_000  # begins like all of them, and is none

    begun = time.monotonic()
    assert list(names.find(text)) == []
    assert time.monotonic() - begun < 2
