"""Names that somebody may have meant who wrote another one."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

_MOST = 3


def meant(name: str, names: Iterable[str]) -> str:
    """Give the nearest of the names as `; did you mean A, B?`, "" if none is near.

    Upper and lower case make no difference.
    """
    folded = {known.lower(): known for known in names}
    near = [folded[match] for match in get_close_matches(name.lower(), folded, n=_MOST)]
    return f"; did you mean {', '.join(near)}?" if near else ""
