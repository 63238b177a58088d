"""The contract with plugins, on one page; docs/hooks.md has the details and a worked plugin.

Built-in sources, exports, score policy and themes come through these hooks like anybody's.
Names tell the shape: `register_*` offers things to the callback, past tense only tells.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from gapfolio import hookspec

if TYPE_CHECKING:
    from gapfolio.assess.policy import ScorePolicy
    from gapfolio.exports.base import Exporter
    from gapfolio.model import Assessment
    from gapfolio.sources.base import Source


@hookspec
def register_sources(register: Callable[[Source], None]) -> None:
    """Offer readers of scanner formats."""


@hookspec
def register_mappings(register: Callable[[Path], None]) -> None:
    """Offer directories of mapping files that extend the catalogue."""


@hookspec
def register_score_policies(register: Callable[[ScorePolicy], None]) -> None:
    """Offer score policies; the engagement names the one that is used."""


@hookspec
def register_exporters(register: Callable[[Exporter], None]) -> None:
    """Offer file formats that are written from the Assessment and the findings table."""


@hookspec
def register_themes(register: Callable[[Path], None]) -> None:
    """Offer theme directories, known by their directory name."""


@hookspec
def assessed(assessment: Assessment) -> None:
    """Scores are final, nothing is written yet."""


@hookspec
def pack_written(directory: Path, assessment: Assessment) -> None:
    """The evidence pack is complete and in its place: upload it, file it, tell somebody."""
