"""Files that people write: strict about keys, and complaints on one line that say where."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from gapfolio.decoding import MalformedError, decode
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
        pytest.param(b'text = "a"\ntext = "b"', "toml", "Cannot overwrite", id="TOML"),
        pytest.param(b"text: x\nmore: y", "yaml", "unknown field `more`", id="unknown key"),
        pytest.param(b"parts: {a: {due: x}}", "yaml", "`$.parts[...].due`", id="place"),
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
