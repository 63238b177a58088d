"""Hostile text through every column of every profile, and what is read back of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from promises import BREAKS, INVISIBLE, SIGNS, is_formula, promised, put, read, undone

from gapfolio.engine.duck import DuckDBEngine
from gapfolio.exports.records.fields import FIELDS
from gapfolio.exports.tables.contract import Column, Table
from gapfolio.exports.tables.findings import write_findings
from gapfolio.exports.tables.profiles import builtin
from gapfolio.exports.tables.writing import write
from gapfolio.model import Assessment
from gapfolio.testing import assess_findings, make_finding

HOSTILE = st.text(
    st.one_of(
        st.sampled_from(SIGNS + BREAKS + INVISIBLE + "\0\x1b'\",;|\\"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=30,
)
DAY = date(2026, 12, 31)
TABLES = [
    pytest.param(table, id=f"{name}:{table.file}")
    for name, contract in builtin().items()
    for table in contract.tables
    if table.record != "findings"
]
FINDINGS_TABLES = [
    pytest.param(next(t for t in builtin()["generic"].tables if t.record == "findings"), id="all"),
    pytest.param(
        Table(
            record="findings",
            columns=[
                Column(name="id", field="key", key=True, longest=20),
                Column(name="what", field="detail", longest=12),
                Column(name="tags", field="tags", join="|", longest=25),
                Column(name="fixed", fixed="=1"),
                Column(name="status", field="status", map={"fail": "open", "*": "other"}),
                Column(name="day", field="seen_at", form="date", fixed="never"),
            ],
            only={"muted": ["false"], "standing": ["current", "closed"]},
            delimiter=";",
            date_format="%d.%m.%Y",
        ),
        id="own",
    ),
]


def records(record: str) -> st.SearchStrategy[dict[str, Any]]:
    kinds: dict[str, st.SearchStrategy[Any]] = {
        "text": HOSTILE,
        "list": st.lists(HOSTILE, max_size=3),
        "number": st.integers(-99, 10**9),
        "flag": st.sampled_from(("true", "false")),
        "day": st.one_of(st.none(), st.just(DAY)),
        "time": st.one_of(st.none(), st.just(datetime(2026, 12, 31, 23, 59))),  # noqa: DTZ001
    }
    return st.fixed_dictionaries(
        {
            name: st.sampled_from(("", *field.values)) if field.values else kinds[field.kind]
            for name, field in FIELDS[record].items()
        }
    )


@pytest.mark.parametrize("table", TABLES)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_every_column_gives_back_what_it_promises(table: Table, data: st.DataObject) -> None:
    given_records = data.draw(st.lists(records(table.record), min_size=1, max_size=3))
    kept = [r for r in given_records if all(r[n] in v for n, v in table.only.items())]
    with TemporaryDirectory() as home:
        path = Path(home) / table.file
        write(table, given_records, path)
        rows = list(read(path, table.delimiter))

    assert len(rows) == len(kept)
    for record, row in zip(kept, rows, strict=True):
        for column in table.columns:
            wanted, cell = promised(column, record, table), row[column.name]
            assert not is_formula(cell) or re.fullmatch("-[0-9]+", cell)
            if column.longest and len(wanted) >= column.longest:
                assert len(cell) <= column.longest
            else:
                assert undone(cell) == undone(wanted)


@pytest.mark.parametrize("table", TABLES)
@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_raw_cells_are_as_the_text_is(table: Table, data: st.DataObject) -> None:
    record = data.draw(records(table.record)) | {n: v[0] for n, v in table.only.items()}
    with TemporaryDirectory() as home:
        path = Path(home) / table.file
        write(table, [record], path, raw=True)
        (row,) = read(path, table.delimiter)

    for column in table.columns:
        value = record[column.field] if column.field else None
        if isinstance(value, str) and value and not column.map and not column.longest:
            assert row[column.name] == value


# --- findings, which the engine writes -------------------------------------------------------


@cache
def assessment() -> Assessment:
    return assess_findings([make_finding()])


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DuckDBEngine]:
    with DuckDBEngine(tmp_path_factory.mktemp("engine")) as engine:
        yield engine


def findings() -> st.SearchStrategy[dict[str, Any]]:
    """Give findings whose ids are ours: a hash, and what the catalogue allows."""
    ids = st.from_regex(r"[A-Z]{3}-[0-9]{2}", fullmatch=True)
    ours = {"key": st.from_regex("[0-9a-f]{32}", fullmatch=True), "practice": ids, "criterion": ids}
    return st.builds(
        lambda theirs, own: {**theirs, **own}, records("findings"), st.fixed_dictionaries(ours)
    )


@pytest.mark.parametrize("raw", [False, True], ids=["safe", "raw"])
@pytest.mark.parametrize("table", FINDINGS_TABLES)
@given(made=st.lists(findings(), min_size=1, max_size=3))
@settings(max_examples=60, deadline=None)
def test_the_engine_writes_the_cells_that_python_writes(
    table: Table,
    made: list[dict[str, Any]],
    engine: DuckDBEngine,
    raw: bool,
) -> None:
    fixed = {"period": assessment().period.name, "client": assessment().client, "cause": ""}
    times = ("seen_at", "first_seen", "open_since")
    put(engine, made)
    wanted = [
        {**record, **fixed, **{name: moment(record[name], table) for name in times}}
        for record in made
    ]
    with TemporaryDirectory() as home:
        ours, theirs = Path(home) / "ours.csv", Path(home) / "theirs.csv"
        remarks = write(table, wanted, ours, raw=raw)
        cut, empty = write_findings(table, assessment(), engine, theirs, raw=raw)

        assert list(read(theirs, table.delimiter)) == list(read(ours, table.delimiter))
    assert +cut == remarks.cut
    assert +empty == remarks.empty


def moment(value: datetime | None, table: Table) -> object:
    """Give a time as Python's tables take it: as a day, or in the words of the engine's."""
    if value is None or any(c.form == "date" for c in table.columns if c.field == "seen_at"):
        return value
    return value.replace(tzinfo=UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
