"""Text, names and times as OSCAL's data types have them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from urllib.parse import quote

from gapfolio.exports.texts import Cut, lines, short

NS = "https://gapfolio.example/ns/oscal"
"""Namespace of our properties: who does not know it may pass over them."""
_LINE = 1_000
_VALUE = 2_048
"""As long as an ARN may be."""
_PROSE = 10_000
_MARKS = re.compile(
    r"[\\`*\[\]<>~^{}|&]"  # anywhere: emphasis, code, links, HTML, parameters, entities
    r"|(?<![^\W_])_|_(?![^\W_])"  # not inside of a word, where it is only a sign
    r"|(?m:^[#+=-])"  # headings and lists
)
_NUMBERED = re.compile(r"^(\d+)([.)])(?=\s)", re.MULTILINE)
_LINK = re.compile(r"https?://", re.IGNORECASE)
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_CONTROL = re.compile(r"([A-Z]+)-0*(\d+)(?:\(0*(\d+)\))?", re.ASCII)
_UNNAMED = re.compile(r"[^\w.-]+", re.ASCII)
_YEARS = range(1900, 3000)
"""Years that OSCAL can write."""


@dataclass
class Texts:
    """Writes texts of strangers: harmless, escaped, and cut where they are endless (counted)."""

    cut: Cut = field(default_factory=Cut)

    def value(self, text: object, place: str = "properties") -> str:
        """Write a string: one line, plain; "" if there is nothing to write."""
        return self.cut(place, str(text).strip("\ufeff"), _VALUE).strip("\ufeff ")

    def line(self, text: str, place: str = "titles") -> str:
        """Write a line of Markdown in which the text stands for itself; never empty."""
        return escaped(self.cut(place, text, _LINE)) or "–"

    def prose(self, *paragraphs: str) -> str:
        """Write paragraphs of Markdown in which the texts stand for themselves; never empty."""
        whole = "\n\n".join(filter(None, map(_paragraph, paragraphs)))
        if len(whole) > _PROSE:
            self.cut.number["descriptions"] += 1
        return escaped(short(whole, _PROSE)) or "–"

    def steps(self, texts: Iterable[str]) -> str:
        """Write a numbered list in Markdown."""
        return "\n".join(f"{n}. {self.line(text, 'steps')}" for n, text in enumerate(texts, 1))

    def prop(self, name: str, value: object) -> dict[str, str] | None:
        """Give a property of ours; None where there is nothing to say."""
        text = "" if value is None else self.value(value)
        return {"name": name, "ns": NS, "value": text} if text else None

    def props(self, **values: object) -> list[dict[str, str]]:
        """Give properties of ours: one for each value, a list has several; `_` in names is `-`."""
        found = [
            self.prop(name.replace("_", "-"), value)
            for name, several in values.items()
            for value in (several if isinstance(several, list | tuple) else [several])
        ]
        return [prop for prop in found if prop]


def escaped(text: str) -> str:
    """Escape what Markdown would take for markup."""
    return _NUMBERED.sub(r"\1\\\2", _MARKS.sub(lambda mark: f"\\{mark[0]}", text))


def filled(**members: object) -> dict[str, object]:
    """Give an object without its empty members, which OSCAL forbids; `_` in names is `-`."""
    return {
        name.replace("_", "-"): value
        for name, value in members.items()
        if value is not None and value not in ("", [], {})
    }


def control(name: str) -> str:
    """Write a control of NIST SP 800-53 as its OSCAL catalogue does: AC-2(1) is ac-2.1."""
    found = _CONTROL.fullmatch(name)
    if not found:
        return token(name.lower())
    family, number, enhancement = found.groups()
    return f"{family.lower()}-{number}{f'.{enhancement}' if enhancement else ''}"


def token(text: str) -> str:
    """Write a name as a token: letters, digits, `.`, `_` and `-`, no digit first."""
    name = _UNNAMED.sub("_", text)
    return name if name[:1].isalpha() or name.startswith("_") else f"_{name}"


def reference(text: str) -> str:
    """Write the name of a file, or a link to the web, as a URI reference."""
    known = lines(text)
    if _LINK.match(known):
        place, mark, fragment = known.partition("#")
        parts = (quote(part, safe="/:?@!$&'()*+,;=%~") for part in (place, fragment))
        return _BARE_PERCENT.sub("%25", mark.join(parts) if fragment else next(parts))
    return quote(known, safe="/").replace("//", "/%2F") or "%20"


def moment(value: object) -> str | None:
    """Write a time, or the beginning of a day, in UTC; None where there is none."""
    if isinstance(value, datetime):
        when = value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
    elif isinstance(value, date):
        when = datetime.combine(value, time(), UTC)
    else:
        return None
    return when.isoformat(timespec="seconds") if when.year in _YEARS else None


def end_of(day: date | None) -> str | None:
    """Write the end of a day, so that it is the same day west of here; None where there is none."""
    return moment(datetime.combine(day, time(23, 59, 59), UTC)) if day else None


def _paragraph(text: str) -> str:
    """Give a paragraph whose lines begin with text: four spaces would be code."""
    return "\n".join(line.strip() for line in lines(text).split("\n")).strip()
