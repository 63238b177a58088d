"""Writes tables by their contract: small records from Python, findings by the engine."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gapfolio import tabular
from gapfolio.engine.base import Engine
from gapfolio.exports.base import Exported
from gapfolio.exports.records.by_type import RECORDS, Row
from gapfolio.exports.records.fields import FIELDS
from gapfolio.exports.records.gaps import day
from gapfolio.exports.tables import metadata
from gapfolio.exports.tables.contract import Column, Contract, Table
from gapfolio.exports.tables.findings import write_findings
from gapfolio.model import Assessment
from gapfolio.report.view.formats import counted

_BOM = "\ufeff"


@dataclass
class Remarks:
    """What was not as it is in the records, by column: how many cells."""

    cut: Counter[str] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)
    """Cells that the target requires, and that have nothing."""

    def notes(self, file: str) -> list[str]:
        """Say it to the user."""
        return [
            *(f"{file}: {counted(n, 'text')} cut in {name}" for name, n in self.cut.items() if n),
            *(f"{file}: {counted(n, 'row')} without {name}" for name, n in self.empty.items() if n),
        ]


@dataclass(frozen=True)
class TableExporter:
    """Writes a contract's tables as delimited text; an `Exporter`."""

    name: str
    contract: Contract
    raw: bool = False
    """True: cells are not made safe for spreadsheets; for a machine that reads them."""
    described: bool = False
    """True: what the columns hold is written beside the tables, for machines to read."""

    @property
    def title(self) -> str:
        """One line for the user."""
        return self.contract.title

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Exported:
        """Write every table."""
        files, notes = [], []
        for table in self.contract.tables:
            path = directory / table.file
            if table.record == "findings":
                cut, empty = write_findings(table, assessment, engine, path, raw=self.raw)
                remarks = Remarks(cut, empty)
            else:
                records = RECORDS[table.record](assessment, engine)
                remarks = write(table, records, path, raw=self.raw)
            files.append(path)
            notes += remarks.notes(table.file)
        if self.described:
            files += metadata.write(self.name, self.contract, directory)
        return Exported(files, notes)


@dataclass
class Cells:
    """Turns records into rows of a table, and keeps count of what they could not hold."""

    table: Table
    raw: bool = False
    typed: bool = False
    """True: the file knows that its cells are text, so that none needs an apostrophe."""
    remarks: Remarks = field(default_factory=Remarks)

    def rows(self, records: Iterable[Row]) -> Iterator[list[str]]:
        """Give the cells of each record that belongs into the table."""
        only = {name: set(values) for name, values in self.table.only.items()}
        for record in records:
            if all(str(record[name]) in values for name, values in only.items()):
                yield [self._cell(column, record) for column in self.table.columns]

    def _cell(self, column: Column, record: Row) -> str:
        value = record[column.field] if column.field else None
        text = self._text(column, value)
        if not self.raw and (column.map or not isinstance(value, int)):  # -1 is no formula
            text = self._safe(text, lines=column.form == "lines")
        if column.required and not text:
            self.remarks.empty[column.name] += 1
        if column.longest and len(text) > column.longest:
            self.remarks.cut[column.name] += 1
            return tabular.shortened(text, column.longest, key=column.key)
        return text

    def _safe(self, text: str, *, lines: bool) -> str:
        if self.typed:
            return tabular.plain(text, lines=lines)
        return tabular.cell(text, lines=lines)

    def _text(self, column: Column, value: object) -> str:
        if isinstance(value, list):
            text = self._joined(column, value)
        elif column.form == "date":
            found = day(value)
            text = found.strftime(self.table.date_format) if found else ""
        else:
            text = "" if value is None else str(value)
        if column.map:
            text = column.map.get(text, column.map.get("*", text))
        return text or column.fixed or ""

    def _joined(self, column: Column, values: list[str]) -> str:
        own = FIELDS[self.table.record][column.field].separator
        between = column.join or ("\n" if column.form == "lines" else own)
        return between.join(value if self.raw else tabular.plain(value) for value in values)


def write(table: Table, records: Iterable[Row], path: Path, *, raw: bool = False) -> Remarks:
    """Write a table; give what its cells could not hold."""
    cells = Cells(table, raw)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_BOM * table.bom)
        writer = csv.writer(
            file, quoting=csv.QUOTE_ALL, lineterminator="\r\n", delimiter=table.delimiter
        )
        writer.writerow(header(table.columns))
        writer.writerows(cells.rows(records))
    return cells.remarks


def header(columns: Sequence[Column]) -> list[str]:
    """Give the header of a table."""
    return [column.name for column in columns]
