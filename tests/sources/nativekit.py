"""What the tests of the formats of AWS's own services share: rows in short, and broken elements."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from codescankit import DATA, paths
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from sourcekit import Loaded, load_bytes, load_paths

from gapfolio.errors import InputError
from gapfolio.model import Finding
from gapfolio.sources.base import RecordSource

QUICK = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT
    | st.sampled_from(["arn:aws:::", "2026-09-01T10:00:00Z", "9" * 13, "[", '{"sample": true}']),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
)


def fixture(name: str) -> Any:
    """Give what a fixture holds: a value, or the list of a file of lines."""
    content = (DATA / name).read_text(encoding="utf-8")
    if name.endswith(".jsonl"):
        return [json.loads(line) for line in content.splitlines()]
    return json.loads(content)


def told(rows: Sequence[Mapping[str, Any]], *columns: str) -> list[tuple[Any, ...]]:
    """Give some columns of rows."""
    return [tuple(row[column] for column in columns) for row in rows]


def loaded(name: str) -> Loaded:
    """Load a fixture."""
    return load_paths(DATA / name)


def edited(element: Any, **changes: Any) -> Any:
    """Give an object with other values; keys are joined with `__`, and None takes one out."""
    made = copy.deepcopy(element)
    for way, value in changes.items():
        holder = made
        *above, last = [int(part) if part.isdigit() else part for part in way.split("__")]
        for part in above:
            holder = holder[part]
        if value is None:
            del holder[last]
        else:
            holder[last] = value
    return made


@st.composite
def broken(draw: st.DrawFn, *elements: Any) -> Any:
    """Give one of some elements with junk in up to three places, or without what was there."""
    made = copy.deepcopy(draw(st.sampled_from(elements)))
    for _ in range(draw(st.integers(1, 3))):
        ways = list(paths(made))
        if not ways:
            break
        *above, last = draw(st.sampled_from(ways))
        holder = made
        for part in above:
            holder = holder[part]
        if draw(st.booleans()) and isinstance(holder, dict):
            del holder[last]
        else:
            holder[last] = draw(JUNK)
    return made


def survives(source: RecordSource, element: Any) -> None:
    """Have a source read a broken element: nothing is raised, and what it yields is a finding."""
    if isinstance(element, dict) and source.claims(element):
        for finding in source.findings(element):
            assert isinstance(finding, Finding)
            for name in ("check", "account", "region", "resource", "title", "detail"):
                assert isinstance(getattr(finding, name), str)
            assert all(isinstance(tag, str) for tag in finding.tags)


def siblings_stay(tmp_path: Path, good: Any, bad: Any) -> None:
    """Load a broken element between two good ones, which are read whatever the broken one is."""
    rows = load_bytes(tmp_path, json.dumps([good]).encode()).rows
    try:
        read = load_bytes(tmp_path, json.dumps([good, bad, good]).encode())
    except InputError as error:
        raise AssertionError from error
    for number in (1, 3):
        kept = [row for row in read.rows if row["row"] == number]
        assert [{**row, "row": 1} for row in kept] == rows
