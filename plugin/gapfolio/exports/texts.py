"""Text of strangers as other tools may hold it: inert, on one line, and no longer than they take.

What a terminal or a viewer would obey instead of show becomes U+FFFD, and so does what neither XML
nor UTF-8 can hold.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field

from gapfolio.report.view.formats import counted

CUT = "…"
_UNSEEN = re.compile(
    "[\0-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufffe\uffff]"
)
"""Control and direction characters but TAB and line ends, halves of characters, non-characters."""
_ENDS = re.compile("\r\n?")


def lines(text: str) -> str:
    """Make a text harmless and keep its lines, which end with LF."""
    return _UNSEEN.sub("\ufffd", _ENDS.sub("\n", text))


def line(text: str) -> str:
    """Make a text harmless and put it on one line."""
    return " ".join(lines(text).split())


def short(text: str, longest: int) -> str:
    """Cut a text to so many characters, the sign for it included."""
    return text if len(text) <= longest else f"{text[: longest - 1]}{CUT}"


@dataclass
class Cut:
    """Cuts texts to what a target takes, and counts them by where they stand."""

    number: Counter[str] = field(default_factory=Counter)

    def __call__(self, place: str, text: str, longest: int) -> str:
        """Cut a text, on one line, that stands at `place`."""
        whole = line(text)
        if len(whole) > longest:
            self.number[place] += 1
        return short(whole, longest)

    def notes(self, file: str) -> Iterator[str]:
        """Say how many texts of a file were cut."""
        for place, number in sorted(self.number.items()):
            yield f"{file}: {counted(number, 'text')} cut in {place}"
