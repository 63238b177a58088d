"""Objects that services put around findings: opened, whatever is beside the array."""

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
from gapfolio.sources.elements import BROKEN, MAX_DEPTH, STRAY, TOO_DEEP, Elements
from gapfolio.sources.wrappers import PREAMBLE, array_end

TWO = b'[{"a": 1}, {"b": [2]}]'
FOUND = [{"a": 1}, {"b": [2]}]
TOKEN = b'"NextToken": "x]}{[\\"", "n": [1, {"m": []}], "o": {"p": {}}, "q": null'


def cut(content: bytes) -> tuple[list[Any], Elements]:
    """Decode every element."""
    made = Elements(io.BytesIO(content))
    return [json.loads(data) for _, data in made], made


@pytest.mark.parametrize(
    "content",
    [
        b'{"Findings": ' + TWO + b"}",
        b'{"findings": ' + TWO + b"}",
        b'\n{ "Findings" :\n' + TWO + b"\n}\n",
        b'{"Findings": ' + TWO + b", " + TOKEN + b"}",
        b"{" + TOKEN + b', "Findings": ' + TWO + b"}",
        b"{" + TOKEN + b', "Findings": ' + TWO + b", " + TOKEN + b"}",
        b'{"data": {"Findings": ' + TWO + b"}}",
        b'{"status_code": 200, "data": {"ResponseMetadata": {"h": {}}, "Findings": ' + TWO + b"}}",
        b'{"data": {"findings": ' + TWO + b", " + TOKEN + b"}, " + TOKEN + b"}",
        b'{"detail-type": "x", "resources": ["arn"], "detail": {"findings": ' + TWO + b"}}",
        b'{"detail": {"actionName": "x", "findings": ' + TWO + b'}, "detail-type": "x"}',
        b'{"Findings": [{"a": 1}]}{"Findings": [{"b": [2]}]}',
        b'{"Findings": [{"a": 1}]}\n{"Findings": [{"b": [2]}]}\n',
        b'{"Findings": [{"a": 1}], "NextToken": "x"},\n{"findings": [{"b": [2]}]}',
        b'[{"Findings": [{"a": 1}]}, {"Findings": []}, {"detail": {"findings": [{"b": [2]}]}}]',
        b'[{"a": 1}]{"Findings": [{"b": [2]}]}',
        b'{"a": 1}\n{"Findings": [{"b": [2]}]}',
        b'{"Findings": [{"a": 1}]}[{"b": [2]}]',
        b'{"Findings": [{"a": 1}]}{"b": [2]}',
        b'{"Findings": [{"a": 1}, null,, {"b": [2]},]}',
        b'\xef\xbb\xbf{"Findings": ' + TWO + b"}",
        ('{"Findings": ' + TWO.decode() + "}").encode("utf-16"),
        gzip.compress(b'{"Findings": ' + TWO + b"}"),
        gzip.compress(b'{"Findings": [{"a": 1}]}') + gzip.compress(b'{"Findings": [{"b": [2]}]}'),
        b'{"x": "' + b"y" * (PREAMBLE - 100) + b'", "Findings": ' + TWO + b"}",
        b'{"Findings": ' + TWO + b', "x": "' + b"y" * (3 << 20) + b'"}',
    ],
)
def test_the_elements_are_what_is_wrapped(content: bytes) -> None:
    found, made = cut(content)
    assert found == FOUND
    assert made.number == 2
    assert not made.problem
    assert not made.skipped
    assert not made.stray


@pytest.mark.parametrize(
    "content",
    [
        b'{"Findings": []}',
        b'{"findings": [\n]}\n',
        b'{"Findings": [], "NextToken": "x"}',
        b'{"data": {"Findings": [], "ResponseMetadata": {}}}',
        b'{"detail-type": "x", "detail": {"findings": []}}',
        b'{"Findings": []}{"Findings": []}',
        b'[{"Findings": []}, {"Findings": []}]',
    ],
)
def test_an_empty_wrapper_holds_nothing_and_that_is_no_problem(content: bytes) -> None:
    found, made = cut(content)
    assert not found
    assert not made.problem
    assert not made.stray
    assert not made.skipped


@pytest.mark.parametrize(
    "element",
    [
        {"detail-type": "GuardDuty Finding", "detail": {"id": "x", "findings": None}},
        {"detail-type": "Config Rules Compliance Change", "detail": {"resourceType": "x"}},
        {"services": {"iam": {"findings": [{"a": 1}]}}, "provider_code": "aws"},
        {"results": [{"findings": [{"a": 1}]}]},
        {"findings": {"iam": {"a": 1}}},
        {"Findings": None},
        {"Findings": "[{"},
        {"findings": ["a", {"a": 1}]},
        {"findings": [[{"a": 1}]]},
        {"FINDINGS": [{"a": 1}]},
        {"x": {"data": {"Findings": [{"a": 1}]}}},
        {"data": [{"Findings": [{"a": 1}]}]},
        {"data": {"data": {"Findings": [{"a": 1}]}}},
        {"text": '"Findings": [{"a": 1}]', "more": 1},
        {'say "Findings': [{"a": 1}]},
        {"x": "y" * PREAMBLE, "Findings": [{"a": 1}]},
        {"category_name": "Findings", "list": [{"a": 1}]},
    ],
)
def test_what_only_looks_like_a_wrapper_is_an_element(element: dict[str, Any]) -> None:
    for indent in (None, 2):
        found, made = cut(json.dumps([element, {"b": 1}], indent=indent).encode())
        assert found == [element, {"b": 1}]
        assert made.wrapper is None
        assert not made.problem


@pytest.mark.parametrize(
    ("content", "whole", "words"),
    [
        (b'{"Findings": [', 0, "it ends in the middle of element 1 (bytes lost: 14)"),
        (b'{"Findings": [{', 0, "it ends in the middle of element 1 (bytes lost: 1)"),
        (b'{"Findings": [{"a": 1}', 1, "it ends without its closing bracket, after element 1"),
        (b'{"Findings": [{"a": 1},', 1, "it ends without its closing bracket, after element 1"),
        (b'{"Findings": [{"a": 1}]', 1, "it ends without its closing bracket, after element 1"),
        (b'{"Findings": [{"a": 1}], "N', 1, "it ends without its closing bracket, after element 1"),
        (b'{"data": {"Findings": [{"a": 1}]}', 1, "it ends without its closing bracket"),
        (b'{"Findings": [{"a": 1}, {"b"', 1, "it ends in the middle of element 2 (bytes lost: 4)"),
        (b'{"Findings": [{"a": 1}]}{"Findings": [{"b"', 1, "it ends in the middle of element 2"),
        (b'{"Findings', 0, "it ends in the middle of element 1 (bytes lost: 10)"),
    ],
)
def test_a_cut_off_wrapper_is_said_and_the_rest_kept(
    content: bytes, whole: int, words: str
) -> None:
    found, made = cut(content)
    assert len(found) == made.number == whole
    assert made.problem.startswith(words)


def test_every_cut_of_a_wrapper_keeps_what_is_whole_and_says_so() -> None:
    content = b'{"n": 1, "Findings": [{"a": "}{"}, {"b": [1, {"c": "\\""}]}], "t": "]"}'
    ends = [content.index(b"}, {") + 1, content.index(b'], "t"')]
    for at in range(1, len(content)):
        found, made = cut(content[:at])
        assert len(found) == sum(at >= end for end in ends)
        assert made.problem


@pytest.mark.parametrize(
    "killed",
    [b'{"Findings": [{"a": 1}, ', b'{"Findings": [{"a": 1}]', b'{"Findings": [{"a": 1}], '],
)
def test_a_page_after_a_killed_one_is_found(killed: bytes) -> None:
    found, made = cut(killed + b'{"Findings": [{"b": [2]}]}')
    assert found == FOUND
    assert made.problem == "it ends without its closing bracket, after element 2"


def test_a_page_after_one_that_was_killed_in_an_element_is_found() -> None:
    found, made = cut(b'{"Findings": [{"a": 1}, {"a": "x\n{"Findings": [{"a": 2}]}')
    assert found == [{"a": 1}, {"a": 2}]
    assert made.skipped == {BROKEN: 1}


def test_text_among_wrapped_elements_is_counted() -> None:
    found, made = cut(b'{"Findings": [{"a": 1}, WARNING throttled\n {"b": [2]}]}')
    assert found == FOUND
    assert made.skipped == {STRAY: 1}


def test_a_banner_before_a_wrapper_is_passed_over() -> None:
    found, made = cut(b'Retrieving the [findings]...\n{"Findings": ' + TWO + b"}")
    assert found == FOUND
    assert made.stray
    assert made.wrapper is None


def test_too_deep_an_element_is_skipped_in_a_wrapper_too() -> None:
    deep = b'{"a": ' + b"[" * 300 + b"]" * 300 + b"}"
    found, made = cut(b'{"Findings": [{"a": 1},' + deep + b',{"b": [2]}], "NextToken": "x"}')
    assert found == FOUND
    assert made.skipped == {TOO_DEEP: 1}
    assert not made.problem


def test_wrappers_in_wrappers_end_somewhere() -> None:
    _, made = cut(b'{"findings": [' * 5000)
    assert made.problem
    _, made = cut(b'{"findings": [' * 5000 + b'{"a": 1}' + b"]}" * 5000 + b'{"b": 1}')
    assert made.skipped == {TOO_DEEP: 1}
    _, made = cut(b'{"findings": [' * MAX_DEPTH + b'{"a": 1}' + b"]}" * MAX_DEPTH)
    assert made.number == 1
    assert not made.problem


@pytest.mark.parametrize(
    ("content", "array", "depth"),
    [
        (b' {"Findings": ' + TWO + b"}", 14, 1),
        (b'{"x": {"y": [1]}, "data": {"Findings": ' + TWO + b"}}", 39, 2),
        (b'\xef\xbb\xbf{"Findings": ' + TWO + b"}", 13, 1),
    ],
)
def test_where_the_array_of_the_first_wrapper_is(content: bytes, array: int, depth: int) -> None:
    _, made = cut(content)
    assert made.wrapper
    assert made.wrapper[:2] == (array, depth)


@pytest.mark.parametrize(
    ("tail", "depth", "end"),
    [
        (b'{"a": [1]}]}', 1, 11),
        (b'{"a": [1]}]}\n', 1, 11),
        (b'{"a": [1]}], "x": [[], {"y": [2]}], "z": "]"}', 1, 11),
        (b'{"a": [1]}]}}', 2, 11),
        (b'{"a": [1]}], "x": 1}, "y": {"z": [1]}}', 2, 11),
        (b'{"a": [1]}]}}', 1, -1),
        (b'{"a": [1]}]', 1, -1),
        (b'{"a": 1}}', 1, -1),
        (b"", 1, -1),
    ],
)
def test_where_the_array_ends_is_found_from_behind(tail: bytes, depth: int, end: int) -> None:
    assert array_end(tail, depth) == end


class Stream(io.RawIOBase):
    """A head, a block many times, and a tail."""

    def __init__(self, head: bytes, block: bytes, times: int, tail: bytes) -> None:
        self.parts = iter((head, *(block for _ in range(times)), tail))

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1, /) -> bytes:
        return next(self.parts, b"")


@pytest.mark.parametrize(
    ("head", "block", "tail"),
    [
        (b'{"n": 1, "Findings": [', b'{"a": "' + b"x" * 1000 + b'"},' + b"\n" * 500, b'{"a": 1}]}'),
        (b'{"Findings": [{"a": 1}], "x": "', b"x" * (1 << 20), b'"}'),
        (b'{"Findings": [{"a": 1}], "x": [', b"1,[]," * (1 << 18), b"1]}"),
    ],
    ids=["elements", "string", "list"],
)
def test_memory_is_bounded_for_one_endless_wrapper(head: bytes, block: bytes, tail: bytes) -> None:
    times = (48 << 20) // len(block)
    tracemalloc.start()
    try:
        made = Elements(Stream(head, block, times, tail))  # type: ignore[arg-type]
        count = sum(1 for _ in made)
        assert tracemalloc.get_traced_memory()[1] < 16 << 20
    finally:
        tracemalloc.stop()
    assert count == made.number > 0
    assert not made.problem


@settings(deadline=None)
@given(
    pages=st.lists(st.lists(st.integers(0, 9), max_size=3), max_size=4),
    shape=st.sampled_from(
        ['{"Findings": %s}', '{"t": {"u": []}, "detail": {"findings": %s}, "v": 1}']
    ),
    glue=st.sampled_from(["", "\n", ",", " , \n"]),
    listed=st.booleans(),
    block=st.sampled_from([1, 2, 3, 7, 1 << 20]),
)
def test_any_pages_come_back_whatever_the_blocks(
    pages: list[list[int]], shape: str, glue: str, listed: bool, block: int
) -> None:
    content = glue.join(shape % json.dumps([{"a": one} for one in page]) for page in pages)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(elements, "BLOCK", 1)
        patch.setattr("gapfolio.sources.bytestream.BLOCK", block)
        found, made = cut((f"[{content}]" if listed else content).encode())
    assert found == [{"a": one} for page in pages for one in page]
    assert not made.problem
    assert not made.skipped


@settings(deadline=None)
@given(st.text('{}[]":,\\ fF', max_size=30).map(lambda text: text.replace("f", '"Findings": [{')))
def test_no_text_around_a_key_makes_it_raise(text: str) -> None:
    made = Elements(io.BytesIO(text.encode()))
    for _, data in made:
        assert data.startswith(b"{")
