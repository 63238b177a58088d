"""What an exporter is: the Assessment and the findings table in, files out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from gapfolio.engine.base import Engine
from gapfolio.model import Assessment


@dataclass(frozen=True)
class Exported:
    """What an exporter wrote."""

    files: Sequence[Path]
    notes: Sequence[str] = ()
    """What the user must know of it: texts that were cut, what the target leaves out, …"""


class Exporter(Protocol):
    """Writes one profile into a directory.

    An attribute may be left out: `reads_findings` is False where `findings_sorted` is not read, so
    that millions of findings are not sorted in vain.
    """

    @property
    def name(self) -> str:
        """Name of the profile, as `--format`, `gapfolio export` and `[export] profiles` say it."""

    @property
    def title(self) -> str:
        """One line for `gapfolio plugins` and `gapfolio export --list`."""

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Exported:
        """Write the profile's files into `directory` and name them.

        `engine` has the tables `findings_sorted`, `cells` and `closed`.
        """
