"""Copies of a pack for a wider circle: names are pseudonyms, the key to them is kept apart."""

from __future__ import annotations

from gapfolio.redaction.copies import Copy, copied
from gapfolio.redaction.keys import Key, opened, place
from gapfolio.redaction.pseudonyms import KINDS

__all__ = ["KINDS", "Copy", "Key", "copied", "opened", "place"]
