"""Reads the files that a report carries, without a PDF library.

Knows what our renderer writes, signed or not: cross-reference streams, object streams, deflate.
Anything else is refused in one sentence. The input may be hostile: nothing is unpacked beyond a
given size, nothing is followed twice.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

_SPACE = rb"(?:[\x00\t\n\f\r ]|%[^\r\n]*[\r\n])*"
_TOKEN = re.compile(
    _SPACE + rb"(?:(?P<ref>\d+ \d+ R\b)|(?P<number>[+-]?(?:\d+\.?\d*|\.\d+))"
    rb"|(?P<name>/[^\x00\t\n\f\r ()<>\[\]{}/%]*)|(?P<open><<|\[)|(?P<close>>>|\])"
    rb"|<(?P<hex>[0-9A-Fa-f\s]*)>|(?P<string>\()|(?P<word>true|false|null))"
)
_HEADER = re.compile(_SPACE + rb"(\d+) (\d+) obj\b")
_STREAM = re.compile(_SPACE + rb"stream\r?\n")
_START = re.compile(rb"startxref\s+(\d+)\s+%%EOF")
_ESCAPED = re.compile(rb"\\(?:([0-7]{1,3})|\r\n|([\s\S]))")
_LETTERS = {b"n": b"\n", b"r": b"\r", b"t": b"\t", b"b": b"\b", b"f": b"\f", b"\n": b"", b"\r": b""}
_BRACKETS = re.compile(rb"\\[\s\S]|[()]")
_DEEPEST = 60
_TAIL = 2048
_TABLES = 64 << 20
"""Most that a table of contents of the file may unpack to, bytes."""
_OBJECTS = 2_000_000


class UnreadableError(ValueError):
    """The file is no PDF as Gapfolio writes it; the message says what is wrong."""


class _Reference(NamedTuple):
    number: int
    generation: int


class _Name(str):
    """A PDF name, to be told from text."""

    __slots__ = ()


@dataclass(frozen=True)
class _Stream:
    about: dict[str, Any]
    start: int


def attachments(pdf: bytes, largest: int = _TABLES) -> dict[str, bytes]:
    """Give the files embedded in a PDF by their names.

    Args:
        pdf: the whole file.
        largest: most bytes that one attachment may have.

    Raises:
        UnreadableError: it is damaged, not as Gapfolio writes it, or unpacks to more than that.
    """
    try:
        reader = _Reader(pdf)
        names = _dictionary(reader.get(reader.root.get("Names", {})))
        found: dict[str, bytes] = {}
        for specification in reader.leaves(names.get("EmbeddedFiles", {})):
            name, content = reader.file(_dictionary(reader.get(specification)), largest)
            if name in found:
                raise UnreadableError(f"it carries two files with the name {name}")
            found[name] = content
    except UnreadableError:
        raise
    except (AttributeError, LookupError, OverflowError, TypeError, ValueError) as error:
        raise UnreadableError("its structure is damaged") from error
    return found


class _Reader:
    """Finds objects through the cross-reference streams, the newest first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._places: dict[int, tuple[int, int]] = {}
        self._unpacked: dict[int, tuple[bytes, dict[int, int]]] = {}
        starts = _START.findall(data, max(0, len(data) - _TAIL))
        if not starts or not data.startswith(b"%PDF-"):
            raise UnreadableError("it is no PDF, or only a part of one")
        trailer = self._sections(int(starts[-1]))
        if "Encrypt" in trailer:
            raise UnreadableError("it is encrypted")
        self.root = _dictionary(self.get(trailer.get("Root")))

    def get(self, value: Any) -> Any:
        """Give what a reference stands for, or the value itself."""
        for _ in range(_DEEPEST):
            if not isinstance(value, _Reference):
                return value
            value = self._object(value.number)
        raise UnreadableError("it refers to itself")

    def leaves(self, tree: Any, depth: int = 0) -> Iterator[Any]:
        """Give the values of a name tree."""
        if depth > _DEEPEST:
            raise UnreadableError("it refers to itself")
        node = _dictionary(self.get(tree))
        yield from (self.get(node.get("Names")) or [])[1::2]
        for kid in self.get(node.get("Kids")) or []:
            yield from self.leaves(kid, depth + 1)

    def file(self, specification: dict[str, Any], largest: int) -> tuple[str, bytes]:
        """Give name and content of an embedded file."""
        name = self.get(specification.get("UF", specification.get("F", b"")))
        stream = self.get(_dictionary(self.get(specification["EF"]))["F"])
        return _text(name), self._content(stream, largest)

    def _sections(self, offset: int) -> dict[str, Any]:
        """Read the cross-reference streams from the newest to the oldest; give the newest."""
        newest: dict[str, Any] = {}
        seen: set[int] = set()
        while offset not in seen:
            seen.add(offset)
            section = self._at(offset)
            if not isinstance(section, _Stream) or section.about.get("Type") != "XRef":
                raise UnreadableError("another program than Gapfolio has written it")
            newest = newest or section.about
            self._entries(section)
            offset = section.about.get("Prev", offset)
        return newest

    def _entries(self, section: _Stream) -> None:
        """Read one cross-reference stream; what a newer one said stands."""
        table = self._content(section, _TABLES)
        first, second, third = section.about["W"]
        index = section.about.get("Index", [0, section.about["Size"]])
        numbers = (n for s, c in zip(index[::2], index[1::2], strict=True) for n in range(s, s + c))
        width = first + second + third
        if len(table) > _OBJECTS * width:
            raise UnreadableError("it carries more than it can")
        for place, number in zip(range(0, len(table) - width + 1, width), numbers, strict=False):
            row = table[place : place + width]
            kind = int.from_bytes(row[:first]) if first else 1
            found = int.from_bytes(row[first : first + second])
            self._places.setdefault(number, (kind, found))

    def _object(self, number: int) -> Any:
        kind, place = self._places.get(number, (0, 0))
        if kind == 1:
            return self._at(place, number)
        if kind == 2:  # noqa: PLR2004  # the number for "in an object stream"
            content, places = self._packed(place)
            return _parse(content, places[number])[0]
        return None

    def _packed(self, number: int) -> tuple[bytes, dict[int, int]]:
        """Unpack an object stream; give it with the places of its objects."""
        if number not in self._unpacked:
            kind, place = self._places[number]
            stream = self._at(place, number) if kind == 1 else None
            if not isinstance(stream, _Stream):
                raise UnreadableError("its structure is damaged")
            content = self._content(stream, _TABLES)
            first = stream.about["First"]
            pairs = [int(word) for word in content[:first].split(None, 2 * _OBJECTS)]
            places = {n: first + p for n, p in zip(pairs[::2], pairs[1::2], strict=True)}
            self._unpacked[number] = content, places
        return self._unpacked[number]

    def _at(self, offset: int, number: int | None = None) -> Any:
        header = _HEADER.match(self._data, offset)
        if header is None or number not in (None, int(header[1])):
            raise UnreadableError("its structure is damaged")
        value, end = _parse(self._data, header.end())
        stream = _STREAM.match(self._data, end)
        return _Stream(_dictionary(value), stream.end()) if stream else value

    def _content(self, stream: _Stream, largest: int) -> bytes:
        packed = self._data[stream.start : stream.start + self.get(stream.about["Length"])]
        filters = stream.about.get("Filter")
        if filters is None:
            content = packed
        elif filters in ("FlateDecode", ["FlateDecode"]) and "DecodeParms" not in stream.about:
            try:
                unpacker = zlib.decompressobj()
                content = unpacker.decompress(packed, largest + 1)
            except zlib.error as error:
                raise UnreadableError("its structure is damaged") from error
        else:
            raise UnreadableError("another program than Gapfolio has written it")
        if len(content) > largest:
            raise UnreadableError("it carries more than it can")
        return content


def _parse(data: bytes, offset: int, depth: int = 0) -> tuple[Any, int]:
    """Read one object; give it with the place where it ends."""
    token = _TOKEN.match(data, offset)
    if token is None or token["close"] or depth > _DEEPEST:
        raise UnreadableError("its structure is damaged")
    text, end = token[token.lastgroup or 0], token.end()
    if token.lastgroup == "open":
        return _collection(data, end, b">>" if text == b"<<" else b"]", depth)
    if token.lastgroup == "string":
        return _string(data, end)
    return _SIMPLE[token.lastgroup or ""](text), end


def _collection(data: bytes, offset: int, closing: bytes, depth: int) -> tuple[Any, int]:
    items: list[Any] = []
    while True:
        token = _TOKEN.match(data, offset)
        if token and token["close"]:
            if token["close"] != closing:
                raise UnreadableError("its structure is damaged")
            break
        item, offset = _parse(data, offset, depth + 1)
        items.append(item)
    if closing == b"]":
        return items, token.end()
    return dict(zip(items[::2], items[1::2], strict=True)), token.end()


def _string(data: bytes, start: int) -> tuple[bytes, int]:
    depth, place = 1, start
    while depth:
        found = _BRACKETS.search(data, place)
        if found is None:
            raise UnreadableError("its structure is damaged")
        depth += {b"(": 1, b")": -1}.get(found[0], 0)
        place = found.end()
    return _ESCAPED.sub(_unescaped, data[start : place - 1]), place


def _unescaped(found: re.Match[bytes]) -> bytes:
    if found[1]:
        return bytes([int(found[1], 8) & 0xFF])
    return _LETTERS.get(found[2], found[2]) if found[2] else b""


def _name(text: bytes) -> _Name:
    plain = re.sub(rb"#([0-9A-Fa-f]{2})", lambda m: bytes.fromhex(m[1].decode()), text[1:])
    return _Name(plain.decode("latin-1"))


def _text(value: bytes) -> str:
    if value.startswith(b"\xfe\xff"):
        return value[2:].decode("utf-16-be", "replace")
    return value.decode("latin-1")


def _hex(text: bytes) -> bytes:
    digits = b"".join(text.split()).decode()
    return bytes.fromhex(digits + "0" * (len(digits) % 2))


_SIMPLE: dict[str, Callable[[bytes], Any]] = {
    "ref": lambda text: _Reference(*map(int, text.split()[:2])),
    "number": lambda text: float(text) if b"." in text else int(text),
    "name": _name,
    "hex": _hex,
    "word": {b"true": True, b"false": False}.get,
}


def _dictionary(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise UnreadableError("its structure is damaged")
    return value
