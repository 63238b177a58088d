"""Gapfolio's own sources, registered through the public hook like anybody's."""

from __future__ import annotations

from collections.abc import Callable

from gapfolio import hookimpl
from gapfolio.sources.base import Source
from gapfolio.sources.prowler_csv import ProwlerCsv
from gapfolio.sources.prowler_csv_v3 import ProwlerCsvV3
from gapfolio.sources.prowler_json_v3 import ProwlerJsonV3
from gapfolio.sources.prowler_ocsf import ProwlerOcsf
from gapfolio.sources.prowler_ocsf_v3 import ProwlerOcsfV3


@hookimpl
def register_sources(register: Callable[[Source], None]) -> None:
    """Offer the five formats that Prowler has written since 3.0."""
    for source in (ProwlerOcsf(), ProwlerCsv(), ProwlerOcsfV3(), ProwlerCsvV3(), ProwlerJsonV3()):
        register(source)
