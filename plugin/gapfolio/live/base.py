"""What a live location is: a scheme that is pulled into files, which are then read like any."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

Progress: TypeAlias = Callable[[str, int, int], None]
"""Called with (what is being done, done, of how many); `of` 0 = not known."""


@dataclass(frozen=True)
class Access:
    """How AWS is reached; what is left out comes from the environment, as boto3 finds it."""

    profile: str = ""
    role_arn: str = ""
    regions: tuple[str, ...] = ()
    """Regions to read; empty = the ones that are enabled for the account."""


@dataclass(frozen=True)
class Pulled:
    """What a pull left: files of findings with their run records, and what went wrong."""

    files: list[Path] = field(default_factory=list)
    runs: list[Path] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)
    """One sentence each: a Region that was not assessed and why, calls that were denied, …"""
