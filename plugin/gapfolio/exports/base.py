"""What an exporter is: the Assessment and the findings table in, files out."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from gapfolio.assess.engine import Engine
from gapfolio.model import Assessment


class Exporter(Protocol):
    """Writes one profile into a directory."""

    @property
    def name(self) -> str:
        """Name of the profile, as `--format` and `[export] profiles` ask for it."""

    @property
    def title(self) -> str:
        """One line for `gapfolio plugins`."""

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Sequence[Path]:
        """Write the profile's files into `directory` and name them."""
