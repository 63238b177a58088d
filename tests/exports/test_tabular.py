"""Cells are inert in a spreadsheet, on one line, and the same from Python and from SQL."""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapfolio.tabular import begin_with_bom, cell, safe_sql, write

FORMULA = "=+-@\uff1d\uff0b\uff0d\uff20"  # the last four are full-width forms
BREAKS = "\r\n\x0b\x0c\x1c\x85\u2028\u2029"
INVISIBLE = " \t\xa0\xad\u200b\u200e\u202e\u2060\ufeff\u3000"
ODD = FORMULA + BREAKS + INVISIBLE + "\0'\",;"
TEXTS = st.text(st.one_of(st.sampled_from(ODD), st.characters(exclude_categories=["Cs"])))
CONNECTION = duckdb.connect()


def cells_by_sql(texts: list[str]) -> list[str]:
    rows = CONNECTION.execute(
        f"SELECT {safe_sql('t')} FROM (SELECT unnest(?::VARCHAR[]) AS t)", [texts]
    )
    return [row[0] for row in rows.fetchall()]


@given(st.lists(TEXTS, min_size=1))
@settings(max_examples=300)
def test_a_cell_is_the_same_from_python_and_from_sql(texts: list[str]) -> None:
    assert cells_by_sql(texts) == [cell(text) for text in texts]


@given(TEXTS)
def test_a_cell_is_one_line_that_no_spreadsheet_takes_for_a_formula(text: str) -> None:
    made = cell(text)

    assert len(made.splitlines()) <= 1
    assert "\0" not in made
    assert not made.lstrip(INVISIBLE).startswith(tuple(FORMULA))


@given(TEXTS)
def test_a_cell_that_is_safe_stays_as_it_is(text: str) -> None:
    assert cell(cell(text)) == cell(text)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        pytest.param("plain text", "plain text", id="text"),
        pytest.param(None, "", id="nothing"),
        pytest.param(-5, "-5", id="a negative number is no formula"),
        pytest.param(57.3, "57.3", id="number"),
        pytest.param("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0", id="equals"),
        pytest.param("+1", "'+1", id="plus"),
        pytest.param("-1", "'-1", id="minus"),
        pytest.param("@SUM(A1)", "'@SUM(A1)", id="at"),
        pytest.param("\uff1d1+1", "'\uff1d1+1", id="full width"),
        pytest.param("\t=1", "'\t=1", id="tab"),
        pytest.param("  =1", "'  =1", id="spaces first"),
        pytest.param("\u200b=1", "'\u200b=1", id="an invisible space first"),
        pytest.param("\r=1", "' =1", id="carriage return first"),
        pytest.param("\0=1", "'=1", id="NUL first"),
        pytest.param("a=1", "a=1", id="inside"),
        pytest.param("one\r\ntwo\u2028three", "one two three", id="line breaks"),
        pytest.param('say "no"', 'say "no"', id="quotes are the writer's work"),
    ],
)
def test_cells(value: object, written: str) -> None:
    assert cell(value) == written
    if isinstance(value, str):
        assert cells_by_sql([value]) == [written]


@given(rows=st.lists(st.lists(TEXTS, min_size=3, max_size=3), max_size=5))
def test_what_is_written_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[list[str]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "table.csv"
    write(path, ("x", "y", "z"), rows)

    with path.open(encoding="utf-8", newline="") as file:
        read = list(csv.reader(file, strict=True))
    assert read == [["x", "y", "z"], *([cell(text) for text in row] for row in rows)]


def test_lines_end_as_rfc_4180_asks(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write(path, ("key", "text"), [("k", "a\nb"), (1, 'c"d')])

    assert path.read_bytes() == b'"key","text"\r\n"k","a b"\r\n"1","c""d"\r\n'


def test_a_byte_order_mark_stands_before_a_large_file(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    content = b'"' + b"x" * 3_000_001 + b'"\r\n'
    path.write_bytes(content)
    begin_with_bom(path)

    assert path.read_bytes() == b"\xef\xbb\xbf" + content
    assert [item.name for item in tmp_path.iterdir()] == ["table.csv"]


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\x7f", "\u202e", "\u2066", "\x9b"])
def test_what_a_terminal_would_obey_is_seen_and_does_nothing(sign: str) -> None:
    assert cell(f"a{sign}[31mb") == "a\ufffd[31mb"
