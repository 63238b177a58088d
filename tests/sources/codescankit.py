"""What the tests of the code scanners' sources share."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

from sourcekit import Loaded, load_bytes

from gapfolio.model import Finding
from gapfolio.sources.base import RecordSource

DATA = Path(__file__).parents[1] / "data"


def read(name: str) -> Any:
    """Give what a fixture holds."""
    return json.loads((DATA / name).read_bytes())


def edited(name: str, change: Callable[[Any], object]) -> Any:
    """Give what a fixture holds after `change` was at it."""
    made = read(name)
    change(made)
    return made


def load_value(tmp_path: Path, value: Any) -> Loaded:
    """Load a file with one JSON value."""
    return load_bytes(tmp_path, json.dumps(value).encode())


def found(source: RecordSource, name: str, change: Callable[[Any], object]) -> list[Finding]:
    """Give the findings of a fixture's first element after `change` was at that."""
    made = read(name)
    element = made[0] if isinstance(made, list) else made
    change(element)
    assert source.claims(element)
    return list(source.findings(element))


def by_check(loaded: Loaded) -> dict[str, dict[str, Any]]:
    """Give the rows by check; the last of one check counts."""
    return {row["check_raw"]: row for row in loaded.rows}


def without(value: Any, *keys: str) -> Any:
    """Give an object without some of its keys."""
    return {key: worth for key, worth in value.items() if key not in keys}


def paths(value: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give the way to every value inside of a value."""
    pairs: Iterable[tuple[str | int, Any]] = ()
    if isinstance(value, dict):
        pairs = value.items()
    elif isinstance(value, list):
        pairs = enumerate(value)
    for key, worth in pairs:
        yield (*path, key)
        yield from paths(worth, (*path, key))
