"""One object from bytes that may not quite be JSON."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapfolio.sources.jsontext import decode


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'{"a": 1}', {"a": 1}),
        (b'{"a": 1, "a": 2}', {"a": 2}),
        (b'{"a": "\xff"}', {"a": "\ufffd"}),
        (b'{"a": "x\ny\tz\x01"}', {"a": "x\ny\tz\x01"}),
        (b'{"a": "\\ud83d"}', {"a": "?"}),
        (b'{"a": "\\ud83d\\ude00"}', {"a": "😀"}),
        (b'{"a": [1, 2, ], "b": "x,]", }', {"a": [1, 2], "b": "x,]"}),
        (b'{"a": "\\",}", "b": 1,}', {"a": '",}', "b": 1}),
    ],
)
def test_small_faults_are_put_up_with(data: bytes, value: dict[str, object]) -> None:
    assert decode(data) == value


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[1]",
        b"1",
        b"null",
        b"{",
        b"{]",
        b'{"a" 1}',
        b"{not json}",
        b"[" * 9999,
    ],
)
def test_what_is_no_object_is_none(data: bytes) -> None:
    assert decode(data) is None


@settings(deadline=None)
@given(st.dictionaries(st.text(), st.text() | st.integers(-(2**63), 2**63 - 1) | st.none()))
def test_any_object_comes_back(value: dict[str, object]) -> None:
    data = json.dumps(value).encode()
    assert decode(data) == json.loads(data)
