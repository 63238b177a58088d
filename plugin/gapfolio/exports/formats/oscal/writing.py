"""Writes JSON that is larger than memory: what is iterated is written as it comes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import msgspec

_INDENT = "  "


class Opened(dict[str, object]):
    """An object some of whose members are iterators, and become arrays with an item a line.

    The array of an iterator without items is left out, as OSCAL has no empty arrays.
    """


def write(document: Opened, path: Path) -> None:
    """Write a document; the same one gives the same bytes."""
    with path.open("w", encoding="utf-8", newline="\n") as file:
        file.writelines(_value(document, ""))
        file.write("\n")


def _value(value: object, indent: str) -> Iterator[str]:
    if isinstance(value, Opened):
        yield from _object(value, indent)
    elif isinstance(value, Iterator):
        yield from _enclosed("[]", (_value(item, indent + _INDENT) for item in value), indent)
    else:
        yield msgspec.json.encode(value).decode()


def _object(members: Opened, indent: str) -> Iterator[str]:
    inner = indent + _INDENT
    there = ((name, _present(value)) for name, value in members.items())
    yield from _enclosed(
        "{}",
        (chain([f'"{name}": '], _value(v, inner)) for name, v in there if v is not None),
        indent,
    )


def _present(value: object) -> object:
    """Give a value, or None for an iterator that has nothing to give."""
    if not isinstance(value, Iterator):
        return value
    for first in value:
        return chain([first], value)
    return None


def _enclosed(signs: str, items: Iterator[Iterator[str]], indent: str) -> Iterator[str]:
    yield signs[0]
    sign = ""
    for item in items:
        yield f"{sign}\n{indent}{_INDENT}"
        yield from item
        sign = ","
    yield f"\n{indent}{signs[1]}"
