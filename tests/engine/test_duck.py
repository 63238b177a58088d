"""The engine's errors are words, and its files are what the query says."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from gapfolio.engine import duck as engines
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.errors import GapfolioError


def test_a_file_that_cannot_be_written_is_told_in_words(tmp_path: Path) -> None:
    with (
        DuckDBEngine(tmp_path) as engine,
        pytest.raises(GapfolioError, match="free space on the disk"),
    ):
        engine.write("SELECT 1 AS one", tmp_path / "nowhere" / "x.csv")


def test_memory_that_is_not_enough_is_told_in_words(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path, memory="2MB") as engine:
        engine.connection.execute("SET max_temp_directory_size = '1MB'")
        big = "SELECT repeat('x', 1000) || i AS text FROM range(100000) AS t(i)"

        with pytest.raises(GapfolioError, match="could not be worked on"):
            engine.derive("big", big)
        with pytest.raises(GapfolioError, match="could not be worked on"):
            list(engine.rows(f"SELECT * FROM ({big}) ORDER BY text"))


def test_rows_keep_the_order_and_names_of_the_query(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path) as engine:
        engine.put("t", {"a": "INTEGER", "b": "VARCHAR[]"}, [(2, ["x", "y"]), (1, [])])

        assert list(engine.rows("SELECT * FROM t ORDER BY a")) == [
            {"a": 1, "b": []},
            {"a": 2, "b": ["x", "y"]},
        ]


def test_an_engine_that_rests_still_answers(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path) as engine:
        engine.derive("t", "SELECT i FROM range(100000) AS r(i)")
        engine.rest()

        assert next(engine.rows("SELECT sum(i) AS total FROM t"))["total"] == 4999950000


def test_an_engine_that_can_give_nothing_back_rests_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "_RESTING", ("1KB", "1KB"))
    with DuckDBEngine(tmp_path) as engine:
        engine.derive("t", "SELECT i FROM range(3000000) AS r(i)")
        with pytest.raises(duckdb.OutOfMemoryException):
            engine.connection.execute("SET memory_limit = '1KB'")
        engine.rest()

        assert next(engine.rows("SELECT count(*) AS total FROM t"))["total"] == 3000000


def test_more_findings_get_more_memory_while_they_are_sorted(tmp_path: Path) -> None:
    with DuckDBEngine(tmp_path) as engine:
        engine.derive("t", "SELECT i FROM range(3000000) AS r(i)")
        engine.sort("sorted", "SELECT i FROM t ORDER BY i DESC")
        engine.write("SELECT i FROM sorted", tmp_path / "x.parquet")

        assert engine._room(600) == "730MB"
        [after] = engine.rows("SELECT current_setting('memory_limit') AS now")
        assert after["now"] == "381.4 MiB"
