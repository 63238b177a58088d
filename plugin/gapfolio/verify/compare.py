"""Names every score and count in which two assessments differ."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from gapfolio.assess import document
from gapfolio.manifest import ASSESSMENT
from gapfolio.model import Assessment

_SCORED = ("scores", "categories", "accounts", "practices", "counts")
"""Parts of an assessment of which every number is named that differs."""
_DERIVED = (
    "client",
    "title",
    "status",
    "period",
    "regions",
    "accounts_missing",
    "service_models",
    "unmapped",
    "conflicts",
    "scans",
    "runs",
    "accounts_out_of_scope",
    "exceptions",
    "attestations",
    "not_applicable",
    "remediation",
)
"""Parts of which is said only that they differ."""
_LISTED = frozenset(("affected", "criteria", "before_deployment"))


def differences(given: Assessment, made: Assessment) -> list[str]:
    """Give a line for each number in `given` that is not the one in `made`, and for each part."""
    old, new = _plain(given), _plain(made)
    lines = [
        f"{ASSESSMENT}: {' '.join(place)} is {_text(before)}, recomputed {_text(after)}"
        for part in _SCORED
        for place, before, after in _different((part,), old[part], new[part])
    ]
    lines += [
        f"{ASSESSMENT}: {part} is not what follows from the pack"
        for part in _DERIVED
        if old[part] != new[part]
    ]
    return lines


def _plain(assessment: Assessment) -> dict[str, Any]:
    """Give an assessment as it stands in the file."""
    plain: dict[str, Any] = msgspec.json.decode(document.encode(assessment))
    return plain


def _different(
    place: tuple[str, ...], before: Any, after: Any
) -> Iterator[tuple[tuple[str, ...], Any, Any]]:
    """Give the smallest parts in which two values differ, with where they are."""
    if before == after:
        return
    old, new = _keyed(before), _keyed(after)
    if old is None or new is None:
        yield place, before, after
        return
    for key in {**old, **new}:
        if key in old and key in new:
            yield from _different((*place, key), old[key], new[key])
        else:
            yield (*place, key), old.get(key), new.get(key)


def _keyed(value: Any) -> dict[str, Any] | None:
    """Give what has parts by their names: objects, and lists of things with an id."""
    if isinstance(value, dict):
        return value
    if isinstance(value, list) and value and all(isinstance(i, dict) and "id" in i for i in value):
        return {str(item["id"]): item for item in value}
    return None


def _text(value: Any) -> str:
    """Write a value in one line, and not all of a long one."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return f"{len(value)} entries"
    return str(value)
