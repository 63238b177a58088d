"""Files that people write: strict about keys, and complaints on one line that say where."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gapfolio.decoding import MalformedError, composed, decode, entries
from gapfolio.model import Record


class Note(Record, frozen=True, kw_only=True):
    """A record for these tests."""

    text: str = ""
    due: date | None = None
    parts: dict[str, Note] = {}  # noqa: RUF012 - msgspec copies it


@pytest.mark.parametrize(
    ("data", "syntax"),
    [
        (b'{"text": "x", "due": "2026-12-31"}', "json"),
        (b'text = "x"\ndue = 2026-12-31', "toml"),
        (b"text: x\ndue: 2026-12-31", "yaml"),
    ],
)
def test_three_syntaxes_give_the_same_record(data: bytes, syntax: Any) -> None:
    assert decode(data, Note, syntax) == Note(text="x", due=date(2026, 12, 31))


@pytest.mark.parametrize("data", [b"", b"\n\n", b"# only a comment\n"])
def test_yaml_without_content_is_an_empty_mapping(data: bytes) -> None:
    assert decode(data, Note, "yaml") == Note()


def test_toml_without_content_is_an_empty_table() -> None:
    assert decode(b"# only a comment\n", Note, "toml") == Note()


@pytest.mark.parametrize(
    ("data", "syntax", "words"),
    [
        pytest.param(b"text: a\ntext: b", "yaml", "line 2: key 'text' is written twice", id="top"),
        pytest.param(
            b"parts:\n  a: {text: x}\n  a: {text: y}", "yaml", "line 3: key 'a'", id="nested"
        ),
        pytest.param(
            b"parts: {a: {text: x, text: y}}", "yaml", "line 1: key 'text'", id="on one line"
        ),
        pytest.param(b'text = "a"\ntext = "b"', "toml", "line 2: Cannot overwrite", id="TOML"),
        pytest.param(b"text: x\nmore: y", "yaml", "line 2: Object contains", id="unknown key"),
        pytest.param(
            b"text = 'x'\n[parts.a]\nmore = 1",
            "toml",
            "line 2: Object contains",
            id="unknown in TOML",
        ),
        pytest.param(b"parts: {a: {due: x}}", "yaml", "`$.parts[...].due`", id="place"),
        pytest.param(
            b"parts:\n  a: {due: 2026-07-01}\n  b: {text: x}\n  c: {due: soon}\n  d: {due: now}",
            "yaml",
            "line 4: Expected `date | null`, got `str`",
            id="one of many",
        ),
        pytest.param(
            b"parts:\n  a: {parts: {x: {text: y}}}\n  b:\n    parts:\n      x: {text: y}\n"
            b"      y: {text: 1}",
            "yaml",
            "line 6: Expected `str`, got `int`",
            id="one of many, deeper",
        ),
        pytest.param(
            b"text: x\ndue: 2026-13-01", "yaml", "line 2: a date or number is wrong", id="month 13"
        ),
        pytest.param(
            b"text: " + b"9" * 5000, "yaml", "line 1: a date or number is wrong", id="long number"
        ),
        pytest.param(b"text = " + b"9" * 5000, "toml", "a number is too long", id="TOML number"),
        pytest.param(b"due: '2026-07-01'", "yaml", "2026-12-31, without quotation", id="quoted"),
        pytest.param(b"due: 2026-07-01T12:00:00Z", "yaml", "write a date as", id="moment"),
        pytest.param(b"due = 2026-07-01 12:00:00", "toml", "write a date as", id="TOML moment"),
        pytest.param(b"text: 111111111111", "yaml", "put it in quotation marks", id="number"),
        pytest.param(b"text: 2026-07-01", "yaml", "put it in quotation marks", id="date as text"),
        pytest.param(b"text: 'x", "yaml", "line 1:", id="YAML syntax"),
        pytest.param(b"text: x: y", "yaml", "line 1: mapping values", id="YAML colon"),
        pytest.param(b"a: 1\n---\nb: 2", "yaml", "line 2:", id="two documents"),
        pytest.param(b"~", "yaml", "got `null`", id="null"),
        pytest.param(b"text: \x00", "yaml", "control characters", id="control character"),
        pytest.param(b"text: !!python/object:os.system x", "yaml", "line 1:", id="YAML tag"),
        pytest.param(b'text: "\xff"', "yaml", "UTF-8", id="YAML encoding"),
        pytest.param(b'text = "\xff"', "toml", "not UTF-8 text (byte 8)", id="TOML encoding"),
        pytest.param(b'{"text": "\xff"}', "json", "not UTF-8 text", id="JSON encoding"),
        pytest.param(b'{"text": ', "json", "truncated", id="JSON syntax"),
    ],
)
def test_a_fault_is_told_on_one_line(data: bytes, syntax: Any, words: str) -> None:
    with pytest.raises(MalformedError) as raised:
        decode(data, Note, syntax)

    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_value_used_twice_by_an_anchor_is_no_repeated_key() -> None:
    data = b"parts:\n  a: &same {text: x}\n  b: *same\n  c: {<<: *same, due: 2026-12-31}"
    made = decode(data, Note, "yaml")

    assert made.parts["b"] == Note(text="x")
    assert made.parts["c"] == Note(text="x", due=date(2026, 12, 31))


def test_what_is_nested_without_end_is_refused() -> None:
    with pytest.raises(MalformedError, match="nested too deeply"):
        decode(b"parts: &loop\n  a: {parts: *loop}", Note, "yaml")


@pytest.mark.parametrize("syntax", ["toml", "yaml"])
def test_a_mark_before_the_first_character_is_passed_over(syntax: Any) -> None:
    data = b"text = 'x'" if syntax == "toml" else b"text: x"

    assert decode(b"\xef\xbb\xbf" + data, Note, syntax) == Note(text="x")


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(b"parts: " + b"[" * 1_000_000, id="brackets"),
        pytest.param(b"- " * 200 + b"x", id="lists"),
        pytest.param(b"".join(b" " * depth + b"a:\n" for depth in range(200)), id="mappings"),
    ],
)
def test_what_is_nested_deeper_than_anybody_writes_is_refused(data: bytes) -> None:
    # libyaml has a limit of its own since 0.2.6, and words for it
    with pytest.raises(MalformedError, match=r"line \d+: (nested too deeply|exceeded .* nesting)"):
        decode(data, Note, "yaml")


def multiplied(last: str) -> bytes:
    """Give a small file that anchors would make a large one: each line holds the one before."""
    lines = ["l0: &l0 {text: x}"]
    lines += [
        f"l{place}: &l{place} " + last.format(before=", ".join([f"*l{place - 1}"] * 10))
        for place in range(1, 12)
    ]
    return "\n".join(lines).encode()


@pytest.mark.timeout(20)
@pytest.mark.parametrize("last", ["[{before}]", "{{<<: [{before}]}}"])
def test_anchors_that_multiply_are_refused(last: str) -> None:
    data = multiplied(last)

    assert len(data) < 2000
    with pytest.raises(MalformedError, match="its anchors make it longer than 500,000"):
        decode(data, Note, "yaml")


@pytest.mark.timeout(60)
def test_a_yaml_file_that_is_too_long_is_refused_before_it_fills_the_memory() -> None:
    with pytest.raises(MalformedError, match="longer than 500,000 keys and values"):
        entries(b"- x\n" * 1_100_000, Note)


# --- lists -----------------------------------------------------------------------------------


def test_a_list_gives_its_good_entries_with_their_lines_and_a_complaint_for_each_other() -> None:
    data = b"# notes\n- text: a\n\n- text: 1\n- {text: b}\n- {due: 2026-07-01,\n   more: 1}\n- c\n"
    good, bad = entries(data, Note)

    assert good == [(2, Note(text="a")), (5, Note(text="b"))]
    assert [text.partition(":")[0] for text in bad] == ["line 4", "line 7", "line 8"]


@pytest.mark.parametrize("data", [b"", b"# only a comment\n"])
def test_a_list_without_content_has_no_entries(data: bytes) -> None:
    assert entries(data, Note) == ([], [])


@pytest.mark.parametrize("data", [b"text: x", b"text", b"~"])
def test_what_is_no_list_is_refused_as_a_whole(data: bytes) -> None:
    with pytest.raises(MalformedError, match="line 1: is no list"):
        entries(data, Note)


def test_nodes_are_given_with_their_lines() -> None:
    node = composed(b"# words\ntext: x\n")

    assert node is not None
    assert node.start_mark.line == 1
    assert composed(b"# words\n") is None
