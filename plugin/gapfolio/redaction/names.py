"""Finds known names in text: all of them in one pass, the longest first, in any letter case."""

from __future__ import annotations

from collections.abc import Iterator

SHORTEST = 3
"""Characters that a name must have to be looked for in text."""
_TELLING = 6
"""A name of so many letters is not part of a word by chance."""


class Names:
    """Names with what is written instead of them.

    A look-up at each place of a text tells the lengths of the names that begin with the three
    characters there; so the cost follows the text, not the number of names.
    """

    def __init__(self) -> None:
        self._instead: dict[str, str] = {}
        self._lengths: dict[str, list[int]] = {}

    def add(self, name: str, instead: str) -> None:
        """Add a name of at least `SHORTEST` characters; who comes first stays."""
        key = folded(name)
        if key in self._instead:
            return
        self._instead[key] = instead
        lengths = self._lengths.setdefault(key[:SHORTEST], [])
        if len(key) not in lengths:
            lengths.append(len(key))
            lengths.sort(reverse=True)

    def get(self, name: str) -> str | None:
        """Give what is written instead of a name; None if it is not known."""
        return self._instead.get(folded(name))

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Give start and end of every name in a text; they may overlap.

        A short name of nothing but letters is found only where no letter is next to it.
        """
        if not self._instead:
            return
        text = folded(text)
        for start in range(len(text) - SHORTEST + 1):
            lengths = self._lengths.get(text[start : start + SHORTEST])
            if not lengths:
                continue
            for length in lengths:
                name = text[start : start + length]
                if name in self._instead and _stands_alone(name, text, start):
                    yield start, start + len(name)
                    break


def folded(text: str) -> str:
    """Give a text in lower case, each character in its old place."""
    low = text.lower()
    if len(low) == len(text):
        return low
    return "".join(c.lower() if len(c.lower()) == 1 else c for c in text)


def _stands_alone(name: str, text: str, start: int) -> bool:
    if len(name) >= _TELLING or not name.isalpha():
        return True
    end = start + len(name)
    return not (text[max(0, start - 1) : start].isalpha() or text[end : end + 1].isalpha())
