"""`notes.yaml`: what only a person can write."""

from __future__ import annotations

from datetime import date

import msgspec

from gapfolio.model import Record

FILE = "notes.yaml"


class PracticeNotes(Record, frozen=True, kw_only=True):
    """The auditor's words on one practice."""

    cause: str = ""
    effect: str = ""
    response: str = ""
    """What management answers to this practice."""
    owner: str = ""
    due: date | None = None


class Notes(Record, frozen=True, kw_only=True):
    """`notes.yaml`: what only a person can write."""

    conclusion: str = ""
    scope: str = ""
    limitations: str = ""
    management_response: str = ""
    practices: dict[str, PracticeNotes] = msgspec.field(default_factory=dict)
