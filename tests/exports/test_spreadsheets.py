"""LibreOffice opens every CSV and every workbook: no cell is a formula, each is as it was written.

Of a CSV it is asked for its worst: that it takes quoted cells for whatever they look like, and
evaluates formulas.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
from openpyxl.cell.cell import Cell, MergedCell
from promises import is_formula, promised, put, shown, undone

from gapfolio.engine.duck import DuckDBEngine
from gapfolio.exports.records.by_type import RECORDS, Row
from gapfolio.exports.records.fields import FIELDS, Field
from gapfolio.exports.tables import writing, xlsx
from gapfolio.exports.tables.contract import Column, Contract, Table
from gapfolio.exports.tables.findings import write_findings
from gapfolio.exports.tables.profiles import builtin
from gapfolio.model import Assessment
from gapfolio.testing import assess_findings, make_finding

pytestmark = pytest.mark.skipif(not shutil.which("soffice"), reason="LibreOffice is not installed")

TEXTS = (
    "plain",
    "=1+1",
    "+1+1",
    "-1+1",
    "@SUM(1+1)",
    "  =1+1",
    "\t=1+1",
    "\n=1+1",
    "\r\n=1+1",
    "\0=1+1",
    "\u200b=1+1",
    "\xa0=1+1",
    "\ufeff=1+1",
    "\uff1d1+1",
    "\uff0b1+1",
    "\uff0d1+1",
    "\uff20SUM(1+1)",
    "=cmd|' /C calc'!A0",
    '=DDE("soffice";"/etc/passwd";"A1")',
    '=HYPERLINK("https://evil.example";"x")',
    '=WEBSERVICE("https://evil.example")',
    "'=1+1",
    "''",
    '"=1+1"',
    'say "no", or ""; or \'',
    ",=1+1",
    ";=1+1;",
    "one\ntwo\r\nthree\u2028four",
    "a\tb\x0bc",
    "\x1b[31mred\u202egreen",
    " spaces  within and around ",
    "{1+1}",
    "_x003D_1+1",
    "Ünïcode \U0001f600",
    "long " * 2_000,
    "=" * 5_000,
)
_CSV = "CSV:44,34,76,1,,0,false,true,false,false,false,0,true"
"""Comma, quotes, UTF-8, from row 1; quoted cells are no text, numbers are sought, formulas run."""
_RAW = "raw.csv"
_OURS = {"key": "0a" * 16, "practice": "NET-01", "criterion": "NET-01.open", "cause": ""}
"""What no stranger writes into the table of findings."""
CONTRACTS = builtin()
TABLES = {table.file: table for made in CONTRACTS.values() for table in made.tables}
BOOKS = [made for made in CONTRACTS.values() if made.workbook]


def value(field: Field, text: str, number: int) -> object:
    """Give what a field of the record of a text holds."""
    values: Mapping[str, object] = {
        "list": [text, "", text],
        "number": -number,
        "flag": "true",
        "day": date(2026, 12, 31),
        "time": datetime(2026, 12, 31, 23, 59),  # noqa: DTZ001 - as the engine gives them
    }
    return field.values[0] if field.values else values.get(field.kind, text)


def records(table: Table) -> list[dict[str, Any]]:
    """Give a record for each text, which stands in all fields that strangers can write."""
    ours = _OURS if table.record == "findings" else {}
    return [
        {name: value(field, text, number) for name, field in FIELDS[table.record].items()}
        | {name: wanted[0] for name, wanted in table.only.items()}
        | ours
        for number, text in enumerate(TEXTS)
    ]


def write_all(directory: Path) -> None:
    """Write every CSV, a raw one, and every workbook."""
    assessment = msgspec.structs.replace(assess_findings([make_finding()]), client=TEXTS[1])
    with DuckDBEngine(directory) as engine:
        for table in TABLES.values():
            if table.record == "findings":
                put(engine, records(table))
                write_findings(table, assessment, engine, directory / table.file)
            else:
                writing.write(table, records(table), directory / table.file)
        raw = TABLES["gaps.csv"]
        writing.write(raw, records(raw), directory / _RAW, raw=True)
        for contract in BOOKS:
            write_book(contract, assessment, engine, directory)


def write_book(
    contract: Contract, assessment: Assessment, engine: DuckDBEngine, directory: Path
) -> None:
    """Write a workbook of records that stand in all of its tables."""

    def given(_: Assessment, __: DuckDBEngine) -> Iterator[Row]:
        for table in contract.tables:
            yield from records(table)

    assert contract.workbook
    with pytest.MonkeyPatch.context() as patch:
        for table in contract.tables:
            patch.setitem(RECORDS, table.record, given)
        xlsx.write(contract, contract.workbook, assessment, engine, directory)


def convert(paths: Iterable[Path], home: Path, *filters: str) -> None:
    """Let LibreOffice open files and write them as workbooks, all with one start."""
    profile = f"-env:UserInstallation={(home / 'profile').as_uri()}"
    words = ["soffice", profile, "--headless", *filters, "--convert-to", "xlsx"]
    done = subprocess.run(
        [*words, "--outdir", str(home / "read"), *map(str, paths)],
        check=True,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "Error" not in done.stdout + done.stderr


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a directory with what was written, and in `read` with what LibreOffice made of it."""
    home = tmp_path_factory.mktemp("spreadsheets")
    write_all(home)
    convert(sorted(home.glob("*.csv")), home, f"--infilter={_CSV}")
    convert(sorted(home.glob("*.xlsx")), home)
    return home


def opened(path: Path) -> list[list[Cell | MergedCell]]:
    """Give the cells of the first sheet of a workbook."""
    return [list(row) for row in openpyxl.load_workbook(path).worksheets[0].iter_rows()]


def says(cell: Cell | MergedCell, text: str) -> bool:
    """Tell whether a cell says a text, be it as a number or a date."""
    held = cell.value
    if isinstance(held, bool):
        return str(held).lower() == text
    if isinstance(held, int | float):
        return float(text) == held
    if isinstance(held, datetime):
        return held.date().isoformat() == text
    return (held or "") == text


@pytest.mark.parametrize("file", TABLES)
def test_a_csv_has_no_formula_and_all_of_its_text(home: Path, file: str) -> None:
    with (home / file).open(encoding="utf-8", newline="") as written:
        rows = list(csv.reader(written, strict=True))
    read = opened((home / "read" / file).with_suffix(".xlsx"))

    assert len(read) == len(rows) == len(TEXTS) + 1
    for cells, texts in zip(read, rows, strict=True):
        assert len(cells) == len(texts)
        for cell, text in zip(cells, texts, strict=True):
            assert cell.data_type != "f"
            assert says(cell, text), (cell.coordinate, cell.value, text)


@pytest.mark.parametrize("file", TABLES)
def test_a_csv_says_what_its_records_do(home: Path, file: str) -> None:
    table = TABLES[file]
    read = opened((home / "read" / file).with_suffix(".xlsx"))

    for record, cells in zip(records(table), read[1:], strict=True):
        for column, cell in zip(table.columns, cells, strict=True):
            wanted = promised(column, record, table)
            if FIELDS[table.record].get(column.field, Field("")).kind == "time":
                continue  # written by the engine, in words of its own
            if column.longest and len(wanted) >= column.longest:
                assert len(str(cell.value)) <= column.longest
            elif isinstance(cell.value, str):
                assert undone(cell.value) == undone(wanted)
            else:
                assert says(cell, wanted)


def test_without_apostrophes_there_would_be_formulas(home: Path) -> None:
    cells = [cell for row in opened(home / "read" / "raw.xlsx") for cell in row]

    assert sum(cell.data_type == "f" for cell in cells) > len(TABLES["gaps.csv"].columns)


@pytest.mark.parametrize("contract", BOOKS, ids=lambda made: made.workbook.file)
def test_a_workbook_has_text_only_and_all_of_it(home: Path, contract: Contract) -> None:
    assert contract.workbook
    book = openpyxl.load_workbook(home / "read" / contract.workbook.file)
    everywhere = [cell for sheet in book for row in sheet.iter_rows() for cell in row]

    assert book.sheetnames == [sheet.name for sheet in contract.workbook.sheets]
    assert {cell.data_type for cell in everywhere if cell.value is not None} == {"s"}
    for sheet in contract.workbook.sheets:
        if sheet.table and not sheet.empty:
            table = TABLES[sheet.table]
            rows = list(book[sheet.name].iter_rows(min_row=len(sheet.above) + 2, values_only=True))
            kept = [
                record
                for made in contract.tables
                for record in records(made)
                if all(record[name] in values for name, values in table.only.items())
            ]
            assert len(rows) == len(kept) >= len(TEXTS)
            for record, row in zip(kept, rows, strict=True):
                for column, cell in zip(table.columns, row, strict=False):
                    assert_says(cell, column, record, table)


def assert_says(cell: object, column: Column, record: Row, table: Table) -> None:
    wanted = promised(column, record, table)
    longest = min(column.longest or 32_767, 32_767)
    if len(wanted) < longest:
        assert (cell or "") == wanted
    else:
        assert len(str(cell)) <= longest


def test_the_texts_are_hostile() -> None:
    assert sum(is_formula(shown(text)) for text in TEXTS) > len(TEXTS) / 2
