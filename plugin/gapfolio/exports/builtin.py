"""The exports that come with the package."""

from __future__ import annotations

from collections.abc import Callable

from gapfolio import hookimpl
from gapfolio.exports import profiles
from gapfolio.exports.base import Exporter
from gapfolio.exports.data import JsonExporter, ParquetExporter
from gapfolio.exports.tables import TableExporter


@hookimpl
def register_exporters(register: Callable[[Exporter], None]) -> None:
    """Offer the built-in exports; `csv` is what every report has of `generic`."""
    contracts = profiles.builtin()
    register(TableExporter("csv", contracts["generic"]))
    register(JsonExporter())
    register(ParquetExporter())
    for name, contract in contracts.items():
        register(TableExporter(name, contract))
