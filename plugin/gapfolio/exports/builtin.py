"""The exports that come with the package."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs

from gapfolio import hookimpl
from gapfolio.exports.base import Exporter
from gapfolio.exports.data import JsonExporter, ParquetExporter
from gapfolio.exports.formats.asff import AsffExporter
from gapfolio.exports.formats.junit import JunitExporter
from gapfolio.exports.formats.markdown import MarkdownExporter
from gapfolio.exports.formats.ocsf import OcsfExporter
from gapfolio.exports.formats.oscal.exporter import OscalExporter
from gapfolio.exports.formats.sarif import SarifExporter
from gapfolio.exports.tables import profiles
from gapfolio.exports.tables.workbooks import WorkbookExporter
from gapfolio.exports.tables.writing import TableExporter


@hookimpl
def register_exporters(register: Callable[[Exporter], None]) -> None:
    """Offer the built-in exports; `csv` is what every report has of `generic`."""
    contracts = profiles.builtin()
    plain = structs.replace(contracts["generic"], title="the files of generic, no metadata beside")
    register(TableExporter("csv", plain))
    register(JsonExporter())
    register(ParquetExporter())
    register(OcsfExporter())
    register(AsffExporter())
    register(SarifExporter())
    register(OscalExporter())
    register(JunitExporter())
    register(MarkdownExporter())
    for name, contract in contracts.items():
        register(TableExporter(name, contract, described=name == "generic"))
        if contract.workbook:
            register(WorkbookExporter(f"{name}-xlsx", contract, contract.workbook))
