"""What is to be assessed, and how."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from gapfolio.assess import tables
from gapfolio.assess.policy import ScorePolicy
from gapfolio.catalogue import Catalogue
from gapfolio.engagement import Folder
from gapfolio.model import InputResult


@dataclass(frozen=True)
class Request:
    """What is to be assessed and how."""

    folder: Folder
    catalogue: Catalogue
    policy: ScorePolicy
    inputs: Sequence[InputResult]
    runs: Sequence[tables.Run] = ()
    """Run records that were found beside the findings."""
    executed: Sequence[tables.Declaration] = ()
    period: str = ""
    accounts: Sequence[str] = ()
    """Report on these accounts only."""
    part: str = ""
    """How they were named."""
    snapshots: Collection[str] = ()
    """Formats whose findings are dated by their export."""
    notices: Sequence[str] = field(default=())
