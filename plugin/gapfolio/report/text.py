"""Makes text of strangers fit to print: inert, visible, bounded and breakable.

Names, tags and messages in findings come from whoever could create a resource. What our fonts
cannot draw, and everything invisible (control, bidirectional and zero-width characters), is shown
as its code point in single guillemets, so that a name looks like what it is.
"""

import re
import unicodedata
from collections.abc import Set as AbstractSet
from functools import cache

from gapfolio.report.fonts import coverage

BREAK = "\u200b"
"""Zero-width space, the only invisible character that cleaned text contains."""

LEFT, RIGHT = "\u2039", "\u203a"
"""Around what stands for a character; all of our fonts have them."""

LIMIT = 20_000
MAX_MARKS = 4
"""Combining marks that a letter may carry; no living script needs more."""
MAX_WORD = 20
"""Characters without a place to break: laying out long words takes quadratic time."""
EARLIEST_BREAK = 8
BREAK_AFTER = frozenset("/:._-,;=&?@#|\\)]}" + RIGHT)
MIN_RUN = 3

PLAIN = re.compile(r"[ -~]*")
LONG_WORD = re.compile(rf"\S{{{MAX_WORD + 1},}}")
NEWLINES = re.compile("\r\n|[\n\r\v\f\x1c-\x1e\x85\u2028\u2029]")
SPACES = re.compile("[\t\n]+")
PRESENTATION = re.compile("(?<=[^\\s\ufe0e\ufe0f])[\ufe0e\ufe0f](?![\ufe0e\ufe0f])")
"""A single selector of emoji or text presentation: it changes nothing that we draw."""
ARABIC = "\u0600-\u06ff\u0750-\u077f\u08a0-\u08ff"
STRAY_JOINER = re.compile(f"(?<![{ARABIC}])[\u200c\u200d]|[\u200c\u200d](?![{ARABIC}])")
"""Joiners are spelling between Arabic letters, and invisible anywhere else."""
SHOWN_RUN = re.compile(rf"({LEFT}U\+[0-9A-F]{{4,6}}){RIGHT}(?:\1{RIGHT}){{{MIN_RUN - 1},}}")
INVISIBLE = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})
JOINERS = frozenset({0x200C, 0x200D})
BLANKS = frozenset({0x034F, 0x115F, 0x1160, 0x2800, 0x3164, 0xFFA0})
"""Letters, marks and symbols that some fonts draw, as nothing."""
MARK_PLANES = (range(0x300, 0x3200), range(0xA66F, 0xFE30), range(0x10000, 0x1F000))
"""Where Unicode keeps its combining marks."""


class Cleaner:
    """Cleans text for a given set of fonts."""

    def __init__(self, code_points: AbstractSet[int]) -> None:
        self._table = _Visible(code_points)

    def __call__(
        self, text: str, *, limit: int | None = LIMIT, lines: bool = False, breaks: bool = True
    ) -> str:
        """Make a text printable.

        `limit` is in characters of the original; what is left out is counted in words. `lines`
        keeps line ends, which otherwise become spaces. `breaks` adds invisible places to break
        (`BREAK`) to words that are longer than a column; leave them out of attributes and titles.
        """
        left_out = 0 if limit is None else max(0, len(text) - limit)
        if left_out:
            text = text[:limit]
        if not PLAIN.fullmatch(text):
            text = self._show(text, lines=lines)
        if breaks:
            text = LONG_WORD.sub(_break_word, text)
        return f"{text}… (+{left_out:,} characters)" if left_out else text

    def _show(self, text: str, *, lines: bool) -> str:
        text = NEWLINES.sub("\n", text)
        if not text.isascii():
            text = _mark_run().sub(_count_marks, text)  # first: composing them is quadratic
            text = unicodedata.normalize("NFC", text)
            text = PRESENTATION.sub("", text)
            text = STRAY_JOINER.sub(_code_point, text)
        text = text.replace("\t", " ") if lines else SPACES.sub(" ", text)
        return SHOWN_RUN.sub(_count_run, text.translate(self._table))


class _Visible(dict[int, str | int]):
    """A translation table that learns: a code point to itself, or to how it is shown."""

    def __init__(self, code_points: AbstractSet[int]) -> None:
        kept = {ord("\n"), *(JOINERS & code_points)}
        super().__init__((code, code) for code in kept)
        self._drawn = code_points - BLANKS

    def __missing__(self, code: int) -> str | int:
        category = unicodedata.category(chr(code))
        if category not in INVISIBLE and code in self._drawn:
            shown: str | int = code
        elif category == "Zs":
            shown = " "
        else:
            shown = f"{LEFT}U+{code:04X}{RIGHT}"
        self[code] = shown
        return shown


def clean(text: str, *, limit: int | None = LIMIT, lines: bool = False, breaks: bool = True) -> str:
    """Make a text printable with the fonts that travel with the package; see `Cleaner`."""
    return default_cleaner()(text, limit=limit, lines=lines, breaks=breaks)


@cache
def default_cleaner() -> Cleaner:
    """Give the cleaner for the package's own fonts."""
    return Cleaner(coverage())


@cache
def _mark_run() -> re.Pattern[str]:
    """Match the marks in excess of what a letter may carry (built on the first foreign text)."""
    marks = [
        code
        for plane in MARK_PLANES
        for code in plane
        if unicodedata.combining(chr(code)) or unicodedata.category(chr(code)) in ("Mn", "Me")
    ]
    return re.compile(f"([{_ranges(marks)}]{{{MAX_MARKS}}})([{_ranges(marks)}]+)")


def _ranges(codes: list[int]) -> str:
    """Write sorted code points as the inside of a character class."""
    parts: list[str] = []
    start = previous = codes[0]
    for code in [*codes[1:], -1]:
        if code != previous + 1:
            parts.append(f"{chr(start)}-{chr(previous)}")
            start = code
        previous = code
    return "".join(parts)


def _count_marks(match: re.Match[str]) -> str:
    return f"{match[1]}{LEFT}+{len(match[2]):,} marks{RIGHT}"


def _code_point(match: re.Match[str]) -> str:
    return f"{LEFT}U+{ord(match[0]):04X}{RIGHT}"


def _count_run(match: re.Match[str]) -> str:
    repeated = len(match[0]) // (len(match[1]) + 1)
    return f"{match[1]} \u00d7{repeated:,}{RIGHT}"


def _break_word(match: re.Match[str]) -> str:
    word = match[0]
    parts: list[str] = []
    start = 0
    while len(word) - start > MAX_WORD:
        end = _break_at(word, start)
        parts.append(word[start:end])
        start = end
    parts.append(word[start:])
    return BREAK.join(parts)


def _break_at(word: str, start: int) -> int:
    """Find the best place for a break in the next `MAX_WORD` characters."""
    for end in range(start + MAX_WORD, start + EARLIEST_BREAK, -1):
        if word[end - 1] in BREAK_AFTER:
            return end
    end = start + MAX_WORD
    while end > start + EARLIEST_BREAK and unicodedata.category(word[end])[0] == "M":
        end -= 1  # a mark stays with its letter
    return end
