"""Wrappers that are too large for one copy: cut in pieces, and equal to what is cut in Python."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from asffkit import CONTROL, THREAT, asff, event, wrapped
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sourcekit import both_ways, load_bytes

from gapfolio.sources import pieces, salvage
from gapfolio.sources.elements import Elements
from gapfolio.sources.pieces import Pieces, UnfinishedError
from gapfolio.sources.wrappers import Wrapper, seam

BLOCK = "gapfolio.sources.bytestream.BLOCK"


def numbered(count: int) -> list[dict[str, Any]]:
    """Make findings that differ."""
    return [asff(Id=str(place)) for place in range(1, count + 1)]


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cut after every few findings."""
    monkeypatch.setattr(pieces, "PIECE", 3000)
    monkeypatch.setattr(BLOCK, 2000)


def arrays(tmp_path: Path, content: bytes) -> list[Any]:
    """Cut a wrapper and decode each piece."""
    cutter = Elements(io.BytesIO(content))
    _, first = next(iter(cutter))
    assert cutter.wrapper
    wrapper = cutter.wrapper._replace(seam=seam(first))
    target = tmp_path / "piece"
    found = []
    for path in Pieces(io.BytesIO(content), wrapper, target):
        assert path.exists()
        found.append(json.loads(path.read_bytes()))
    assert not target.exists()
    return found


@pytest.mark.parametrize("indent", [None, 0, 4])
@pytest.mark.usefixtures("small")
def test_the_pieces_are_arrays_of_whole_elements(tmp_path: Path, indent: int | None) -> None:
    findings = numbered(60)
    found = arrays(tmp_path, wrapped(*findings, indent=indent))
    assert len(found) > 5
    assert [one for piece in found for one in piece] == findings
    assert all(found)


def test_a_small_wrapper_is_one_piece(tmp_path: Path) -> None:
    assert arrays(tmp_path, wrapped(CONTROL, THREAT)) == [[CONTROL, THREAT]]


@pytest.mark.parametrize(
    "content",
    [b'{"Findings": [{"a": 1}, {"a": 2}', b'{"Findings": [{"a": 1}]', b'{"Findings": [{"a"'],
)
def test_an_array_without_an_end_is_not_handed_on_as_whole(tmp_path: Path, content: bytes) -> None:
    cutter = Pieces(io.BytesIO(content), Wrapper(13, 1), tmp_path / "piece")
    with pytest.raises(UnfinishedError):
        list(cutter)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("element", "found"),
    [
        (b'{"a": 1}', True),
        (b'{ "a" : [{"b": 1}]}', True),
        (b'{"a": [{"a": 1}]}', False),
        (b'{"a": "{\\"a\\": 1"}', True),
        (b"{}", False),
        (b'{"\\u0061": 1}', False),
    ],
)
def test_a_seam_is_told_by_the_first_key_if_nothing_inside_has_it(
    element: bytes, found: bool
) -> None:
    assert bool(seam(element)) == found


@pytest.mark.usefixtures("small")
def test_pieces_are_numbered_on_and_read_by_duckdb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(salvage, "read", lambda *_: pytest.fail("salvaged"))
    several = [asff(Id=str(place), Resources=[{"Id": "a"}, {"Id": "b"}]) for place in range(1, 61)]
    for content in (wrapped(*several), event(*several)):
        loaded = load_bytes(tmp_path, content)
        assert [row["row"] for row in loaded.rows] == sorted([*range(1, 61)] * 2)
        assert all(row["finding_uid"] == str(row["row"]) for row in loaded.rows)
        assert loaded.result.elements == 60
        assert loaded.result.problem == ""


@pytest.mark.usefixtures("small")
def test_a_cut_inside_of_an_element_is_noticed(tmp_path: Path) -> None:
    nested = asff(
        Id="2", Resources=[{"SchemaVersion": "x" * 500, "Id": str(at)} for at in range(30)]
    )
    content = wrapped(asff(Id="1"), nested, asff(Id="3"))
    usual, careful = both_ways(tmp_path, content)
    assert usual.rows == careful.rows
    assert len(usual.rows) == 32


@pytest.mark.usefixtures("small")
@settings(
    max_examples=30,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    lengths=st.lists(st.integers(0, 3000), min_size=1, max_size=12),
    depths=st.lists(st.integers(0, 3), min_size=1, max_size=12),
    odd=st.sampled_from(
        [None, {}, {"SchemaVersion": [{"SchemaVersion": 1}, {"SchemaVersion": 2}]}]
    ),
    tail=st.sampled_from([b"", b"]", b"}", b'{"Findings": []}', b"[", b"\n"]),
)
def test_whatever_is_cut_reads_the_same_in_both_ways(
    tmp_path: Path, lengths: list[int], depths: list[int], odd: Any, tail: bytes
) -> None:
    findings: list[dict[str, Any]] = []
    for length, depth in zip(lengths, depths, strict=False):
        inner = [{"SchemaVersion": "x" * length, "Id": str(at)} for at in range(depth)]
        findings.append(asff(Title="}, {" + "y" * length, Resources=inner, Note={"in": inner}))
    if odd is not None:
        findings.insert(len(findings) // 2, odd)
    usual, careful = both_ways(tmp_path, wrapped(CONTROL, *findings) + tail)
    assert usual.rows == careful.rows
    assert usual.result == careful.result
