"""Names inside the document: where links lead to."""

from __future__ import annotations

import re


class Name(str):
    """An anchor: made by us of harmless characters, so it is neither cleaned nor broken."""

    __slots__ = ()


def anchor(kind: str, name: str) -> Name:
    """Name a place in the document."""
    return Name(f"{kind}-{re.sub('[^A-Za-z0-9]+', '-', name)}")
