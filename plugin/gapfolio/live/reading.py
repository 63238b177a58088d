"""Live locations of an audit: pulled into files, which are then read like any others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from gapfolio.engagement import Engagement
from gapfolio.errors import InputError
from gapfolio.live import schemes
from gapfolio.live.base import Access, Progress
from gapfolio.sources.locations import Input

FOLDER = "inputs"
"""Of an evidence pack: holds what was read live."""


@dataclass
class Live:
    """What was pulled, named as it will be in the evidence pack."""

    root: Path | None = None
    """Directory that becomes the pack's `inputs`; None when nothing was pulled."""
    inputs: list[Input] = field(default_factory=list)
    runs: list[Path] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


def read(
    locations: Sequence[str],
    access: Access,
    engagement: Engagement,
    scratch: Path,
    progress: Progress,
) -> Live:
    """Pull live locations into a directory in `scratch`.

    Args:
        locations: each as `schemes.is_live` knows it.
        access: how AWS is reached; without Regions, those of the engagement are read.
        engagement: tells Regions and settings of the probe.
        scratch: a private directory that outlives the audit.
        progress: told what is being read.

    Raises:
        GapfolioError: with a message for the user.
    """
    if not locations:
        if access != Access():
            raise InputError(
                "--aws-profile, --region and --role-arn are for live locations "
                f"({', '.join(schemes.SCHEMES)}), and none is named"
            )
        return Live()
    live = Live(scratch / FOLDER)
    access = replace(access, regions=access.regions or tuple(engagement.regions))
    for location in dict.fromkeys(locations):
        directory = scratch / FOLDER / schemes.folder(location)
        pulled = schemes.pull(location, access, directory, engagement.probe, progress)
        live.inputs += [Input(file.relative_to(scratch).as_posix(), file) for file in pulled.files]
        live.runs += pulled.runs
        live.notices += pulled.notices
    return live
