"""Writes tables by their contract: small records from Python, findings by the engine."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from gapfolio.assess.engine import Engine
from gapfolio.exports import tabular
from gapfolio.exports.base import Exported
from gapfolio.exports.contract import Column, Contract, Table
from gapfolio.exports.findings import write_findings
from gapfolio.exports.records import RECORDS, Row, day
from gapfolio.model import Assessment

_BOM = "\ufeff"


@dataclass(frozen=True)
class TableExporter:
    """Writes a contract's tables as delimited text; an `Exporter`."""

    name: str
    contract: Contract
    raw: bool = False
    """True: cells are not made safe for spreadsheets; for a machine that reads them."""

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
                cut = write_findings(table, assessment, engine, path, raw=self.raw)
            else:
                records = RECORDS[table.record](assessment, engine)
                cut = write(table, records, path, raw=self.raw)
            files.append(path)
            notes += [f"{table.file}: {n:,} texts cut in {name}" for name, n in cut.items() if n]
        return Exported(files, notes)


@dataclass
class Cut:
    """Turns records into rows of a table, and counts the texts that were too long."""

    table: Table
    raw: bool = False
    number: Counter[str] = field(default_factory=Counter)

    def rows(self, records: Iterable[Row]) -> Iterator[list[str]]:
        """Give the cells of each record."""
        for record in records:
            yield [self._cell(column, record) for column in self.table.columns]

    def _cell(self, column: Column, record: Row) -> str:
        text = self._text(column, record.get(column.field))
        if not self.raw:
            text = tabular.cell(text, lines=column.form == "lines")
        if column.longest and len(text) > column.longest:
            self.number[column.name] += 1
            text = f"{text[: column.longest - 1]}…"
        return text

    def _text(self, column: Column, value: object) -> str:
        if column.form == "date":
            found = day(value)
            text = found.strftime(self.table.date_format) if found else ""
        else:
            text = "" if value is None else str(value)
        if column.map:
            text = column.map.get(text, column.map.get("*", text))
        return text or column.fixed


def write(table: Table, records: Iterable[Row], path: Path, *, raw: bool = False) -> Counter[str]:
    """Write a table; give how many texts were cut, by column."""
    cut = Cut(table, raw)
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write(_BOM * table.bom)
        writer = csv.writer(
            file, quoting=csv.QUOTE_ALL, lineterminator="\r\n", delimiter=table.delimiter
        )
        writer.writerow(header(table.columns))
        writer.writerows(cut.rows(records))
    return cut.number


def header(columns: Sequence[Column]) -> list[str]:
    """Give the header of a table."""
    return [column.name for column in columns]
