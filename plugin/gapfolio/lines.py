"""The line on which a key of a TOML or YAML file stands, for complaints that name it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

import yaml

Step = str | int | None
"""A key of a mapping, or a place in a list, from 0; None = a key that the complaint leaves out."""
_Path = tuple[Step, ...]

_PLACE = re.compile(r"at `(?:key in )?\$([^`]*)`")
_STEP = re.compile(r"\.([\w-]+)|\[(\d+)\]|\[\.\.\.\]")
_UNKNOWN = re.compile(r"unknown field `([^`]+)`")

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    |(?P<text>\"{3}(?:\\.|[^\\])*?\"{3,5}|'{3}.*?'{3,5}|"(?:\\.|[^"\\\n])*"|'[^'\n]*')
    |(?P<mark>[\[\]{}=,.\n])
    |(?P<bare>[^\s\[\]{}=,.\#"']+)""",
    re.X | re.S,
)
_END = ""


def steps(complaint: str) -> list[Step]:
    """Give the place that a complaint of msgspec names."""
    found = _PLACE.search(complaint)
    named = _STEP.finditer(found[1] if found else "")
    path: list[Step] = [int(step[2]) if step[2] else step[1] for step in named]
    if unknown := _UNKNOWN.search(complaint):
        path.append(unknown[1])
    return path


def in_yaml(root: yaml.Node | None, path: Sequence[Step]) -> int:
    """Give the line of a place in a YAML document, or of the nearest thing around it."""
    node, line = root, root.start_mark.line + 1 if root else 1
    for step in path:
        below = None if step is None else _below(node, step)
        if below is None:
            break
        line, node = below
    return line


def _below(node: yaml.Node | None, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step].start_mark.line + 1, node.value[step]
    return None


def in_toml(text: str, path: Sequence[Step]) -> int:
    """Give the line of a place in a valid TOML document, or of the nearest thing around it."""
    places = _places(text)
    around = (tuple(path[:length]) for length in range(len(path), 0, -1))
    return next((places[place] for place in around if place in places), 1)


@lru_cache(maxsize=4)
def _places(text: str) -> dict[_Path, int]:
    """Give the line of everything in a document; kept, for one document has many complaints."""
    reader = _Toml(text)
    reader.document()
    return reader.places


class _Toml:
    """Walks a valid TOML document and notes the line on which each thing is first spoken of."""

    def __init__(self, text: str) -> None:
        self.places: dict[_Path, int] = {}
        self._newest: dict[_Path, int] = {}
        """Of each array of tables, the element that its name means."""
        self._rest = _tokens(text)
        self._at = 1
        self._next()

    def document(self) -> None:
        """Walk it to its end."""
        table: _Path = ()
        while self._word != _END:
            if self._word == "[":
                table = self._header()
            elif self._word == "\n":
                self._next()
            else:
                self._pair(table)

    def _next(self) -> None:
        self._word, self._line = next(self._rest, (_END, 0))

    def _header(self) -> _Path:
        self._next()
        array = self._word == "["
        *outer, name = self._key("]")
        if array:
            self._next()
        place: _Path = ()
        for part in outer:
            place = self._note((*place, part))
            if place in self._newest:
                place = (*place, self._newest[place])
        place = self._note((*place, name))
        if array:
            self._newest[place] = self._newest.get(place, -1) + 1
            place = self._note((*place, self._newest[place]))
        return place

    def _key(self, end: str) -> list[str]:
        parts = []
        while self._word not in (end, _END):
            if self._word not in "[.":
                parts.append(self._word.strip("\"'"))
            self._at = self._line
            self._next()
        self._next()
        return parts

    def _note(self, place: _Path) -> _Path:
        self.places.setdefault(place, self._at)
        return place

    def _pair(self, place: _Path) -> None:
        for part in self._key("="):
            place = self._note((*place, part))
        self._value(place)

    def _value(self, place: _Path) -> None:
        if self._word == "[":
            self._within("]", place)
        elif self._word == "{":
            self._within("}", place)
        else:
            while self._word not in ("\n", ",", "]", "}", _END):
                self._next()

    def _within(self, end: str, place: _Path) -> None:
        """Walk an array or an inline table."""
        number = 0
        self._next()
        while self._word not in (end, _END):
            if self._word in "\n,":
                number += self._word == ","
                self._next()
            elif end == "}":
                self._pair(place)
            else:
                self._at = self._line
                self._value(self._note((*place, number)))
        self._next()


def _tokens(text: str) -> Iterator[tuple[str, int]]:
    """Give everything but blanks and comments, each with its line."""
    line, counted = 1, 0
    for found in _TOKEN.finditer(text):
        line, counted = line + text.count("\n", counted, found.start()), found.start()
        if found.lastgroup != "comment":
            yield found[0], line
