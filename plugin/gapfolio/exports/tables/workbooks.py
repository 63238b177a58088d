"""Profiles written as the workbook of their target's template."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gapfolio.engine.base import Engine
from gapfolio.errors import GapfolioError
from gapfolio.exports.base import Exported
from gapfolio.exports.tables.contract import Contract, Workbook
from gapfolio.model import Assessment


@dataclass(frozen=True)
class WorkbookExporter:
    """Writes a contract's tables as sheets of one workbook; an `Exporter`."""

    name: str
    contract: Contract
    layout: Workbook

    @property
    def title(self) -> str:
        """One line for the user."""
        return f"{self.contract.title}, as its workbook (extra xlsx)"

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Exported:
        """Write the workbook.

        Raises:
            GapfolioError: openpyxl is not installed.
        """
        try:
            from gapfolio.exports.tables import xlsx  # noqa: PLC0415 - an extra
        except ImportError as error:
            raise GapfolioError(
                f"{self.name}: a workbook needs openpyxl: pip install 'gapfolio[xlsx]'; "
                "the same tables as CSV need nothing"
            ) from error
        return xlsx.write(self.contract, self.layout, assessment, engine, directory)
