"""Records out of a CSV that a strict reader refuses."""

from __future__ import annotations

import csv
import io
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapfolio.sources import csvrows
from gapfolio.sources.csvrows import TOO_FEW, TOO_MANY, Rows
from gapfolio.sources.elements import TOO_LONG


def cut(content: bytes) -> tuple[list[tuple[int, list[str]]], Rows]:
    """Read every record."""
    rows = Rows(io.BytesIO(content), ";")
    return list(rows), rows


def test_cells_hold_lines_quotes_and_delimiters() -> None:
    found, rows = cut(b'a;b\r\n"1\r\n2";"x;""y"""\r\n3;4\r\n')
    assert found == [(1, ["1\r\n2", 'x;"y"']), (2, ["3", "4"])]
    assert not rows.problem
    assert not rows.skipped


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_every_kind_of_line_end_is_known(end: str) -> None:
    found, _ = cut(end.join(["a;b", "1;2", "3;4", ""]).encode())
    assert found == [(1, ["1", "2"]), (2, ["3", "4"])]


def test_a_repeated_header_keeps_its_number_and_is_dropped() -> None:
    found, rows = cut(b"a;b\n1;2\na;b\n3;4\n")
    assert found == [(1, ["1", "2"]), (3, ["3", "4"])]
    assert rows.number == 3
    assert not rows.skipped


def test_blank_lines_do_not_count() -> None:
    found, _ = cut(b"\n\na;b\n\n1;2\n\n\n3;4\n\n")
    assert found == [(1, ["1", "2"]), (2, ["3", "4"])]


def test_short_and_long_records_are_skipped_and_counted() -> None:
    found, rows = cut(b"a;b\n1\n2;3\n4;5;6\n7\n")
    assert found == [(2, ["2", "3"])]
    assert rows.skipped == {TOO_FEW: 2, TOO_MANY: 1}


def test_one_delimiter_too_many_is_overlooked() -> None:
    found, rows = cut(b"a;b\n1;2;\n3;4;;\n")
    assert found == [(1, ["1", "2"])]
    assert rows.number == 2


@pytest.mark.parametrize("tail", [b"3", b'3;"', b'3;"4', b'"3;4\n5;6\n'])
def test_a_cut_off_tail_is_said_and_the_rest_kept(tail: bytes) -> None:
    found, rows = cut(b"a;b\n1;2\n" + tail)
    assert found == [(1, ["1", "2"])]
    assert rows.problem == "it ends in the middle of record 2"
    assert rows.number == 1


def test_a_last_line_without_its_end_is_whole_if_its_cells_are() -> None:
    found, rows = cut(b"a;b\n1;2")
    assert found == [(1, ["1", "2"])]
    assert not rows.problem


def test_nul_is_removed_and_invalid_utf_8_replaced() -> None:
    found, _ = cut(b"a;b\n\x001\0;\xff2\n")
    assert found == [(1, ["1", "\ufffd2"])]


def test_a_huge_cell_is_read_and_the_limit_of_the_process_left_alone() -> None:
    before = csv.field_size_limit()
    found, _ = cut(b'a;b\n1;"' + b"x" * 3_000_000 + b'"\n')
    assert len(found[0][1][1]) == 3_000_000
    assert csv.field_size_limit() == before


def test_memory_is_bounded_for_one_endless_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csvrows, "MAX_BYTES", 1 << 20)
    content = io.BytesIO(b"a;b\n1;2\n" + b"x" * (24 << 20) + b"\n3;4\n")
    tracemalloc.start()
    try:
        rows = Rows(content, ";")
        assert [cells for _, cells in rows] == [["1", "2"], ["3", "4"]]
        assert tracemalloc.get_traced_memory()[1] < 20 << 20
    finally:
        tracemalloc.stop()
    assert rows.skipped == {TOO_LONG: 1}


@settings(deadline=None)
@given(st.lists(st.lists(st.text(), min_size=2, max_size=2), max_size=8))
def test_what_python_writes_comes_back(records: list[list[str]]) -> None:
    records = [
        [cell.encode("utf-8", "replace").decode().replace("\0", "") for cell in record]
        for record in records
    ]
    out = io.StringIO(newline="")
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows([["head", "er"], *records])
    found, rows = cut(out.getvalue().encode())
    assert [cells for _, cells in found] == [one for one in records if one != ["head", "er"]]
    assert not rows.problem


@settings(deadline=None)
@given(st.binary(max_size=200) | st.text('ab;"\r\n', max_size=60).map(str.encode))
def test_no_bytes_make_it_raise(content: bytes) -> None:
    cut(content)
