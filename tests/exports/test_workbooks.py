"""The workbook: the template's sheets and headers, text in every cell, the same bytes twice."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import openpyxl
import pytest
import quarters
from openpyxl import Workbook
from openpyxl.utils.escape import unescape
from openpyxl.worksheet.worksheet import Worksheet
from promises import undone

from gapfolio.exports import packs
from gapfolio.exports.base import Exported
from gapfolio.exports.tables.profiles import builtin
from gapfolio.exports.tables.workbooks import WorkbookExporter

MADE = builtin()["fedramp-poam"]
AGREED: dict[str, Any] = json.loads(
    (Path(__file__).parents[1] / "data" / "contracts" / "fedramp-poam.json").read_bytes()
)
TEMPLATE = AGREED["workbook"]
HEADER = AGREED["item"]["headers"]
OPEN, CLOSED, CONFIGURATION, CHANGES = TEMPLATE["sheets"]


def exporter() -> WorkbookExporter:
    assert MADE.workbook
    return WorkbookExporter("fedramp-poam-xlsx", MADE, MADE.workbook)


def written(directory: Path, period: str = "2026-Q4", **changes: Any) -> Exported:
    """Write the workbook of a quarter, whose assessment may be changed."""
    with packs.opened(quarters.pack(period)) as (assessment, engine):
        changed = msgspec.structs.replace(assessment, **changes)
        return exporter().export(changed, engine, directory)


@pytest.fixture(scope="module")
def directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the directory with the workbook and the CSV files of the same pack."""
    directory = tmp_path_factory.mktemp("workbook")
    written(directory)
    quarters.export(quarters.profile("fedramp-poam"), "2026-Q4", directory)
    return directory


@pytest.fixture(scope="module")
def book(directory: Path) -> Workbook:
    return openpyxl.load_workbook(directory / TEMPLATE["file"])


def sheet(book: Workbook, name: str) -> Worksheet:
    found = book[name]
    assert isinstance(found, Worksheet)
    return found


def texts(page: Worksheet, first: int) -> Iterator[list[str]]:
    """Give rows from one on, empty cells as empty text."""
    for row in page.iter_rows(min_row=first, values_only=True):
        yield [str(value or "") for value in row]


def test_the_sheets_are_those_of_the_template_in_its_order(book: Workbook) -> None:
    assert book.sheetnames == TEMPLATE["sheets"]


@pytest.mark.parametrize("name", [OPEN, CLOSED, CONFIGURATION])
def test_the_header_stands_in_the_row_of_the_template(book: Workbook, name: str) -> None:
    page = sheet(book, name)

    assert next(texts(page, TEMPLATE["header_row"])) == HEADER
    for place, label in TEMPLATE["labels"].items():
        assert page[place].value == label
    assert page.freeze_panes == f"B{TEMPLATE['header_row'] + 1}"


def test_whose_and_of_when_it_is_stands_above(book: Workbook) -> None:
    for name in (OPEN, CLOSED, CONFIGURATION):
        assert (book[name]["A3"].value, book[name]["D3"].value) == ("Acme", "2026-12-31")


def test_the_record_of_changes_has_the_header_of_the_template(book: Workbook) -> None:
    page = sheet(book, CHANGES)

    assert {place: page[place].value for place in TEMPLATE["changes"]} == TEMPLATE["changes"]
    assert list(texts(page, 4)) == []


@pytest.mark.parametrize(("name", "file"), [(OPEN, "open"), (CLOSED, "closed")])
def test_it_says_what_the_csv_says(book: Workbook, directory: Path, name: str, file: str) -> None:
    rows = quarters.rows(directory / f"fedramp-poam-{file}.csv")

    assert rows
    assert list(texts(sheet(book, name), TEMPLATE["header_row"] + 1)) == [
        [undone(cell) for cell in row.values()] for row in rows
    ]


def test_configuration_findings_are_left_to_the_analyst(book: Workbook) -> None:
    assert list(texts(sheet(book, CONFIGURATION), TEMPLATE["header_row"] + 1)) == []


def test_every_cell_is_text(book: Workbook) -> None:
    cells = [cell for page in book for row in page.iter_rows() for cell in row]
    filled = [cell for cell in cells if cell.value is not None]

    assert {cell.data_type for cell in filled} == {"s"}
    assert {cell.number_format for cell in filled} == {"@"}


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("=1+1", "=1+1"),
        ("-1", "-1"),
        ("2026-12-31", "2026-12-31"),
        ("a\0b\x1b\u202e\uffff", "ab\ufffd\ufffd\ufffd"),
        ("_x0041_", "_x0041_"),
        (" <b>&amp;</b>\t'\" ", " <b>&amp;</b>\t'\" "),
    ],
)
def test_a_text_is_what_it_is(tmp_path: Path, text: str, said: str) -> None:
    written(tmp_path, client=text)
    cell = sheet(openpyxl.load_workbook(tmp_path / TEMPLATE["file"]), OPEN)["A3"]

    # openpyxl leaves the escapes that a spreadsheet undoes
    assert (unescape(str(cell.value)), cell.data_type) == (said, "s")


def test_what_is_longer_than_a_cell_is_cut_and_counted(tmp_path: Path) -> None:
    with packs.opened(quarters.pack("2026-Q4")) as (assessment, _):
        long = [
            msgspec.structs.replace(practice, effect="long " * 8_000)
            for practice in assessment.practices
        ]
    made = written(tmp_path, practices=long)
    page = sheet(openpyxl.load_workbook(tmp_path / TEMPLATE["file"]), OPEN)
    place = HEADER.index("Weakness Description")

    assert {len(row[place]) for row in texts(page, TEMPLATE["header_row"] + 1)} == {32_767}
    assert f"{OPEN}: 5 texts cut in Weakness Description" in made.notes


def test_the_same_pack_gives_the_same_bytes(directory: Path, tmp_path: Path) -> None:
    (again,) = written(tmp_path).files

    assert again.read_bytes() == (directory / TEMPLATE["file"]).read_bytes()


def test_its_dates_are_those_of_the_evidence(
    book: Workbook, directory: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with zipfile.ZipFile(directory / TEMPLATE["file"]) as archive:
        moments = {datetime(*entry.date_time) for entry in archive.infolist()}  # noqa: DTZ001
    later = quarters.LATER.replace(tzinfo=None)
    assert moments == {book.properties.created} == {book.properties.modified} == {later}

    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    written(tmp_path)
    with zipfile.ZipFile(tmp_path / TEMPLATE["file"]) as archive:
        assert archive.infolist()[0].date_time == (1980, 1, 1, 0, 0, 0)


def test_nothing_is_left_in_the_temporary_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scratch").mkdir()
    with packs.opened(quarters.pack("2026-Q4")) as opened:
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "scratch"))
        exporter().export(*opened, tmp_path)

    assert list((tmp_path / "scratch").iterdir()) == []
