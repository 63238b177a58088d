"""The splitter: whole objects out of whatever was written."""

from __future__ import annotations

import gzip
import io
import json
import tracemalloc
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapfolio.sources import elements
from gapfolio.sources.elements import BROKEN, STRAY, TOO_DEEP, TOO_LONG, Elements

WORDS = st.text(max_size=8) | st.sampled_from(['"', "\\", "{", "}", "[", "]", '\\"{', "é", "😀"])
OBJECTS = st.lists(
    st.dictionaries(WORDS, WORDS | st.integers() | st.lists(WORDS, max_size=3), max_size=4)
    | st.builds(lambda inner: {"in": {"deeper": inner}}, WORDS),
    max_size=6,
)


def cut(content: bytes) -> tuple[list[Any], Elements]:
    """Decode every element and check the numbers."""
    made = Elements(io.BytesIO(content))
    found = list(made)
    assert [place for place, _ in found] == sorted({place for place, _ in found})
    return [json.loads(data) for _, data in found], made


@pytest.mark.parametrize(
    "content",
    [
        b'[{"a": 1}, {"b": 2}]',
        b'[{"a": 1}][{"b": 2}]',
        b'[{"a": 1}]\n[{"b": 2}]\n',
        b'[{"a": 1}]{"b": 2}]',
        b'[{"a": 1}],{"b": 2}]',
        b'[{"a": 1},,{"b": 2},]',
        b'[][{"a": 1}][] [{"b": 2}]]',
        b'{"a": 1}\n{"b": 2}\n',
        b'{"a": 1}{"b": 2}',
        b'\x1e{"a": 1}\n\x1e{"b": 2}\n',
        b'[null, {"a": 1}, null, {"b": 2}]',
        b'\xef\xbb\xbf[{"a": 1},{"b": 2}]',
        b'[{"a": 1}]\xef\xbb\xbf[{"b": 2}]',
        '[{"a": 1},{"b": 2}]'.encode("utf-16"),
        '[{"a": 1},{"b": 2}]'.encode("utf-16-be"),
        b' \r\n\t[ {"a" : 1 } ,\r\n{ "b" : 2 } ] \r\n',
        gzip.compress(b'[{"a": 1},') + gzip.compress(b'{"b": 2}]'),
    ],
)
def test_two_objects_are_found_however_they_were_put_together(content: bytes) -> None:
    found, made = cut(content)
    assert found == [{"a": 1}, {"b": 2}]
    assert made.number == 2
    assert not made.problem
    assert not made.skipped


@pytest.mark.parametrize(
    "content", [b"", b" \n", b"[]", b"[\n]\n", b"null", b"[][]", b"\xef\xbb\xbf[]"]
)
def test_nothing_is_no_problem(content: bytes) -> None:
    found, made = cut(content)
    assert not found
    assert not made.problem
    assert not made.stray


def test_a_banner_before_the_first_bracket_is_passed_over() -> None:
    banner = (
        b"  _ __  _ __ ___\n | '_ \\| '__/ _ \\ the [handy] tool {v5}\nDate: 2026-11-23 \"now\"\n\n"
    )
    found, made = cut(banner + b'[{"a": 1}]')
    assert found == [{"a": 1}]
    assert made.stray
    assert not made.skipped


def test_text_between_objects_is_counted() -> None:
    found, made = cut(b'{"a": 1}\n2026-11-23 WARNING throttled\n{"b": 2}\n')
    assert found == [{"a": 1}, {"b": 2}]
    assert made.skipped == {STRAY: 1}


@pytest.mark.parametrize(
    ("content", "whole", "words"),
    [
        (b'[{"a": 1}, {"b": ', 1, "it ends in the middle of element 2 (bytes lost: 6)"),
        (b'[{"a": 1}, {"b": "x', 1, "it ends in the middle of element 2 (bytes lost: 8)"),
        (b'[{"a": 1},', 1, "it ends without its closing bracket, after element 1"),
        (b'[{"a": 1}', 1, "it ends without its closing bracket, after element 1"),
        (b'[{"a": 1}][', 1, "it ends without its closing bracket, after element 1"),
        (b'[{"a": 1}]{"b": 2},', 2, "it ends without its closing bracket, after element 2"),
        (b"[", 0, "it ends without its closing bracket, after element 0"),
        (b'{"a', 0, "it ends in the middle of element 1 (bytes lost: 3)"),
    ],
)
def test_a_cut_off_tail_is_said_and_the_rest_kept(content: bytes, whole: int, words: str) -> None:
    found, made = cut(content)
    assert len(found) == made.number == whole
    assert made.problem == words


def test_every_cut_of_a_file_keeps_what_is_whole_and_says_so() -> None:
    content = b'[{"a": "}{"}, {"b": [1, {"c": "\\""}]}]'
    ends = [content.index(b"}, {") + 1, len(content) - 1]
    for at in range(1, len(content)):
        found, made = cut(content[:at])
        assert len(found) == sum(at >= end for end in ends)
        assert made.problem


def test_a_cut_off_gzip_keeps_what_is_whole() -> None:
    content = b"[" + b",".join(b'{"a": %d}' % n for n in range(100_000)) + b"]"
    found, made = cut(gzip.compress(content)[:-20_000])
    assert 1000 < len(found) < 100_000
    assert "its compressed data are cut off" in made.problem


def test_a_damaged_gzip_keeps_what_is_whole() -> None:
    packed = bytearray(gzip.compress(b'[{"a": 1}]' * 20_000, 0))
    packed[-5:] = b"xxxxx"
    _, made = cut(bytes(packed))
    assert "its compressed data are damaged" in made.problem


def test_a_broken_line_costs_one_object() -> None:
    found, made = cut(b'{"a": 1, "b": 1}\n{"a": 2, "b": "bro\n{"a": 3, "b": 3}\n{"a": 4, "b": 4}\n')
    assert [one["a"] for one in found] == [1, 3, 4]
    assert made.skipped == {BROKEN: 1}
    assert not made.problem


def test_a_second_run_appended_to_a_killed_one_is_found() -> None:
    found, made = cut(b'[{"a": 1}, {"a": [1, [{"a": 2}, {"a": 3}]')
    assert found == [{"a": 1}, {"a": 2}, {"a": 3}]
    assert made.skipped == {BROKEN: 1}


def test_too_deep_an_object_is_skipped_and_the_next_found() -> None:
    deep = b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}"
    found, made = cut(b'[{"a": 1},' + deep + b',{"a": 2}]')
    assert found == [{"a": 1}, {"a": 2}]
    assert made.skipped == {TOO_DEEP: 1}
    assert made.number == 3


def test_200_levels_are_not_too_deep() -> None:
    found, made = cut(b'{"a": ' + b"[" * 199 + b"]" * 199 + b"}")
    assert len(found) == 1
    assert not made.skipped


def test_too_long_an_object_is_skipped_and_the_next_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "MAX_BYTES", 3 << 20)
    long = b'{"a": "' + b'\\"x{\\\\' * (1 << 20) + b'"}'
    found, made = cut(b'[{"b": 1},' + long + b',{"b": 2}]')
    assert found == [{"b": 1}, {"b": 2}]
    assert made.skipped == {TOO_LONG: 1}
    assert made.number == 3


class Endless(io.RawIOBase):
    """A stream of `times` equal blocks after a head."""

    def __init__(self, head: bytes, block: bytes, times: int) -> None:
        self.head, self.block, self.times = head, block, times

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        head, self.head = self.head, b""
        self.times -= 1
        return head or (self.block if self.times >= 0 else b"")


@pytest.mark.parametrize(
    ("head", "block"),
    [
        (b'[{"a": "', b"x" * (1 << 20)),
        (b'[{"a": "', b"\\" * ((1 << 20) + 1)),
        (b'[{"a": 1', b" " * (1 << 20)),
        (b"x", b"x" * (1 << 20)),
        (b"[", b"{" * (1 << 14)),
    ],
    ids=["string", "escapes", "blanks", "text", "brackets"],
)
def test_memory_is_bounded_for_one_endless_line(
    monkeypatch: pytest.MonkeyPatch, head: bytes, block: bytes
) -> None:
    monkeypatch.setattr(elements, "MAX_BYTES", 2 << 20)
    tracemalloc.start()
    try:
        made = Elements(Endless(head, block, 24))  # type: ignore[arg-type]
        assert not list(made)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    assert made.problem or made.stray


@settings(deadline=None)
@given(
    objects=OBJECTS,
    indent=st.sampled_from([None, 0, 4]),
    ascii_only=st.booleans(),
    glue=st.sampled_from([",", ",\n", "\n", "", "][", "]\n[", "]", ", ,"]),
    block=st.sampled_from([1, 2, 3, 7, 1 << 20]),
)
def test_any_objects_come_back_whatever_stands_between_them(
    objects: list[dict[str, Any]], indent: int | None, ascii_only: bool, glue: str, block: int
) -> None:
    texts = [json.dumps(one, indent=indent, ensure_ascii=ascii_only) for one in objects]
    content = ("[" + glue.join(texts) + "]").encode("utf-8", "surrogatepass")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elements, "BLOCK", 1)
        patch.setattr("gapfolio.sources.bytestream.BLOCK", block)
        made = Elements(io.BytesIO(content))
        found = [data.decode("utf-8", "surrogatepass") for _, data in made]
    assert found == texts
    assert not made.problem
    assert not made.skipped


@settings(deadline=None)
@given(st.binary(max_size=300) | st.text('{}[]":,\\ab \n', max_size=60).map(str.encode))
def test_no_bytes_make_it_raise(content: bytes) -> None:
    made = Elements(io.BytesIO(content))
    for _, data in made:
        assert data.startswith(b"{")
        assert data.endswith((b"}", b"]"))
