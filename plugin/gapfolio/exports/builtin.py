"""The exports that come with the package."""

from __future__ import annotations

from collections.abc import Callable

from gapfolio import hookimpl
from gapfolio.exports.base import Exporter
from gapfolio.exports.data import JsonExporter, ParquetExporter
from gapfolio.exports.generic import CsvExporter


@hookimpl
def register_exporters(register: Callable[[Exporter], None]) -> None:
    """Offer the built-in exports."""
    register(CsvExporter())
    register(JsonExporter())
    register(ParquetExporter())
