"""The live locations by name, and where the code of each is; that is imported when it is used."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from gapfolio.errors import InputError
from gapfolio.live.base import Access, Progress, Pulled

_SHAPE = re.compile(r"[a-z][a-z0-9-]+:")


@dataclass(frozen=True)
class Scheme:
    """A kind of live location."""

    title: str
    pull: str
    """`module:function` with the parameters of `pull` below, but for the location."""
    policy: str
    """`module:function` without parameters that gives an IAM policy document."""


SCHEMES: dict[str, Scheme] = {
    "securityhub:": Scheme(
        "Security Hub, GetFindings (ASFF)",
        "gapfolio.live.securityhub:pull",
        "gapfolio.live.securityhub:policy",
    ),
    "securityhub-v2:": Scheme(
        "Security Hub V2, GetFindingsV2 (OCSF)",
        "gapfolio.live.securityhub:pull_v2",
        "gapfolio.live.securityhub:policy_v2",
    ),
    "aws:": Scheme(
        "what no scanner examines, read from the account itself",
        "gapfolio.live.probe:pull",
        "gapfolio.live.probe:policy",
    ),
}


def is_live(location: str) -> bool:
    """Say whether a location is live; a file of that name is a file.

    Raises:
        InputError: it looks like one, but there is none of that name.
    """
    if not _SHAPE.fullmatch(location) or Path(location).exists():
        return False
    if location not in SCHEMES:
        raise InputError(
            f"{location} there is no such live location; there are {', '.join(SCHEMES)}"
        )
    return True


def folder(location: str) -> str:
    """Give the name of a location's folder among others."""
    return location.removesuffix(":")


def pull(
    location: str, access: Access, directory: Path, settings: object, progress: Progress
) -> Pulled:
    """Read a live location into a directory.

    Args:
        location: one of `SCHEMES`.
        access: how AWS is reached.
        directory: where to.
        settings: the engagement's `[probe]`.
        progress: told what is being read.

    Raises:
        GapfolioError: with a message for the user.
    """
    pulled: Pulled = _function(SCHEMES[location].pull)(access, directory, settings, progress)
    return pulled


def policy(locations: Sequence[str]) -> dict[str, Any]:
    """Give the least IAM policy for all of some locations."""
    documents = [_function(SCHEMES[location].policy)() for location in locations]
    statements = [part for document in documents for part in document["Statement"]]
    return {"Version": "2012-10-17", "Statement": statements}


def _function(name: str) -> Any:
    module, _, function = name.partition(":")
    return getattr(import_module(module), function)
