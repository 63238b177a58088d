"""Score policies as a hook: another formula can be named, and the report says which was used."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from gapfolio import hookimpl
from gapfolio.assess.score import AssuredPolicy
from gapfolio.model import Counts, Score


class ScorePolicy(Protocol):
    """Turns weighted practices with their counted cells into a score."""

    @property
    def name(self) -> str:
        """Name by which an engagement asks for the policy."""

    @property
    def version(self) -> int:
        """Version that the method section prints."""

    def score(self, practices: Iterable[tuple[int, Counts]]) -> Score:
        """Score practices given as (weight, cells); must be exact and free of order."""


@hookimpl
def register_score_policies(register: Callable[[ScorePolicy], None]) -> None:
    """Offer the built-in policy."""
    register(AssuredPolicy())
