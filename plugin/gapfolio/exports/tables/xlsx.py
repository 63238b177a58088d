"""A profile's tables as the workbook of its target's template. Needs openpyxl (extra `xlsx`).

Every cell is text: a spreadsheet takes none for a formula, and changes no id into a number. The
same records give the same bytes: the dates inside are those of the evidence.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
from msgspec import structs
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.worksheet.worksheet import Worksheet
from openpyxl.writer.excel import ExcelWriter

from gapfolio import tabular
from gapfolio.engine.base import Engine
from gapfolio.exports.base import Exported
from gapfolio.exports.records.by_type import RECORDS, Row
from gapfolio.exports.tables.contract import Contract, Table, Workbook
from gapfolio.exports.tables.writing import Cells, header
from gapfolio.model import Assessment
from gapfolio.pack import created

_LONGEST = 32_767
"""Characters that a cell may have."""
_EARLIEST = datetime(1980, 1, 1, tzinfo=UTC)
"""Where the calendar of archives begins."""
_REFUSED = re.compile("[\ud800-\udfff\ufffe\uffff]")
"""What XML cannot hold, of what a cell of a CSV may."""
_NUMBER = re.compile("_(?=x[0-9A-Fa-f]{4}_)")
"""Begins what a spreadsheet would read as the number of a character."""
_WIDTH = 24
_TEXT = "@"


def write(
    contract: Contract, layout: Workbook, assessment: Assessment, engine: Engine, directory: Path
) -> Exported:
    """Write the workbook of a contract."""
    tables = {table.file: _fitting(table) for table in contract.tables}
    book, notes = openpyxl.Workbook(), list[str]()
    book.remove(book.worksheets[0])
    for sheet in layout.sheets:
        page = book.create_sheet(sheet.name)
        for row in sheet.above:
            _append(page, [_filled(text, assessment) for text in row])
        if sheet.table:
            cells = Cells(tables[sheet.table], typed=True)
            records = () if sheet.empty else RECORDS[cells.table.record](assessment, engine)
            _fill(page, cells, records)
            notes += cells.remarks.notes(sheet.name)
    path = directory / layout.file
    path.write_bytes(_packed(book, max(created(assessment), _EARLIEST).astimezone(UTC)))
    return Exported([path], notes)


def _fitting(table: Table) -> Table:
    """Give a table none of whose cells is longer than a spreadsheet takes."""
    columns = [
        structs.replace(column, longest=min(column.longest or _LONGEST, _LONGEST))
        for column in table.columns
    ]
    return structs.replace(table, columns=columns)


def _filled(text: str, assessment: Assessment) -> str:
    period = assessment.period
    values = {"client": assessment.client, "period": period.name, "end": period.end.isoformat()}
    return tabular.plain(text.format(**values))[:_LONGEST]


def _fill(page: Worksheet, cells: Cells, records: Iterable[Row]) -> None:
    """Write the header and the rows of a table, and make both easy to read."""
    names = header(cells.table.columns)
    _append(page, names, bold=True)
    page.freeze_panes = f"B{page.max_row + 1}"
    for row in cells.rows(records):
        _append(page, row)
    for number in range(1, len(names) + 1):
        page.column_dimensions[get_column_letter(number)].width = _WIDTH


def _append(page: Worksheet, texts: Sequence[str], *, bold: bool = False) -> None:
    page.append([_cell(page, text, bold=bold) if text else None for text in texts])


def _cell(page: Worksheet, text: str, *, bold: bool) -> Cell:
    cell = Cell(page, 1, 1)
    cell.value = _NUMBER.sub("_x005F_", _REFUSED.sub("\ufffd", text))
    cell.data_type = "s"  # whatever it looks like
    cell.number_format = _TEXT
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if bold:
        cell.font = Font(bold=True)
    return cell


class _Writer(ExcelWriter):
    """Writes sheets without a temporary file, which a crash would leave behind, for all to find."""

    def __init__(self, book: openpyxl.Workbook, archive: zipfile.ZipFile) -> None:
        super().__init__(book, archive)
        self._archive = archive

    def write_worksheet(self, ws: Worksheet) -> None:
        """Write one, which has neither drawings nor links."""
        writer = WorksheetWriter(ws, io.BytesIO())
        writer.write()
        self._archive.writestr(ws.path[1:], writer.read())
        self.manifest.append(ws)


def _packed(book: openpyxl.Workbook, moment: datetime) -> bytes:
    """Give the bytes of a workbook, with one moment for all its dates."""
    book.properties.creator = "Gapfolio"
    book.properties.created = book.properties.modified = moment.replace(tzinfo=None)
    loose, made = io.BytesIO(), io.BytesIO()
    _Writer(book, zipfile.ZipFile(loose, "w")).save()
    with zipfile.ZipFile(loose) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            about = zipfile.ZipInfo(name, moment.timetuple()[:6])
            about.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(about, source.read(name))
    return made.getvalue()
