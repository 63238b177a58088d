"""Finds the findings inside of the object that an API or an event bus puts around them.

`{"Findings": [...]}` is written by half a dozen services in as many formats, so a wrapper says
nothing about what is in it; it is opened, and each element is looked at by itself.
"""

from __future__ import annotations

import json
import re
from typing import NamedTuple

PREAMBLE = 1 << 16
"""Bytes at most before the findings of a wrapper."""

TRAILER = 1 << 13
"""Bytes at most behind them, where the end is looked for from behind."""

_PATHS = frozenset(
    tuple(f'"{key}"'.encode() for key in path)
    for name in ("Findings", "findings")
    for path in ((name,), ("data", name), ("detail", name))
)
_NEEDLE = b'indings"'
_KEY = re.compile(rb'"[Ff]indings"\s*+:\s*+\[\s*+[{\]]')
_OBJECTS = re.compile(rb"\[\s*+[{\]]")
_TOKEN = re.compile(
    rb'[\s,:]*+(?:("(?:[^"\\]++|\\.)*+")\s*+(:)?|([{}\[\]])|[^\s,:"{}\[\]]++)', re.DOTALL
)
_FIRST_KEY = re.compile(rb'\{\s*+("[^"\\]{1,200}")\s*+:')
_GOES_ON = re.compile(rb'\s*+(?:\}|,\s*+")')


class Wrapper(NamedTuple):
    """An object whose array of findings has been found."""

    array: int
    """Where its `[` is."""
    depth: int
    """Objects that are open there: 1, or 2 in `data` or `detail`."""
    seam: bytes = b""
    """Pattern of what stands between two elements; `b""` if it could be inside of one as well."""


def key_after(data: bytes, at: int) -> int:
    """Find the next key that may hold findings; the length of `data` if there is none."""
    while (found := data.find(_NEEDLE, at)) >= 0:
        if found - 2 >= at and _KEY.match(data, found - 2):
            return found - 2
        at = found + len(_NEEDLE)
    return len(data)


def wrapper_at(data: bytes, at: int) -> Wrapper | None:
    """Look at the object that begins at `at`; None if it wraps no findings.

    Only the keys on the way down are looked at: a `findings` deeper inside is the element's own.
    """
    path: list[bytes] = []  # keys of the objects and arrays that are open
    key = b""
    for token in _TOKEN.finditer(data, at, at + PREAMBLE):
        text, colon, bracket = token.groups()
        if colon:
            key = text
        elif (
            bracket == b"[" and (*path[1:], key) in _PATHS and _OBJECTS.match(data, token.start(3))
        ):
            return Wrapper(token.start(3), len(path))
        elif bracket in (b"{", b"["):
            path.append(key)
            key = b""
        elif bracket:
            path.pop()
            key = b""
        if not path:
            return None
    return None


def goes_on(data: bytes, at: int) -> bool:
    """Say whether a wrapper goes on, or ends, behind its array as it should."""
    return _GOES_ON.match(data, at) is not None


def seam(element: bytes) -> bytes:
    """Write a pattern for what stands between elements that begin like this one.

    Its group is what is neither of the one nor of the other. `b""` if an object in the element
    begins as the element does.
    """
    key = _FIRST_KEY.match(element)
    if key is None:
        return b""
    start = rb"\{\s*+" + re.escape(key[1]) + rb"\s*+:"
    return b"" if re.compile(start).search(element, 1) else rb"\}(\s*+,\s*+)(?=" + start + b")"


def array_end(tail: bytes, depth: int) -> int:
    """Find, in the last bytes of a wrapper, where its array ends; -1 if it is not among them.

    It is the first `]` with nothing but closing members behind it.
    """
    opening = b'{"":' * depth + b"["
    end = -1
    at = len(tail)
    while (at := tail.rfind(b"]", 0, at)) >= 0:
        try:
            json.loads(opening + tail[at:])
        except (ValueError, RecursionError):
            continue
        end = at + 1
    return end
