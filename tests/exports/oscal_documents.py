"""OSCAL documents as their tests read them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from gapfolio.exports.formats.oscal.exporter import PLAN, RESULTS

Json = Mapping[str, Any]


def results(directory: Path) -> Json:
    """Give the Assessment Results."""
    document: Json = json.loads((directory / RESULTS).read_bytes())
    return document["assessment-results"]  # type: ignore[no-any-return]


def plan(directory: Path) -> Json:
    """Give the Plan of Action and Milestones."""
    document: Json = json.loads((directory / PLAN).read_bytes())
    return document["plan-of-action-and-milestones"]  # type: ignore[no-any-return]


def props(thing: Json) -> dict[str, str]:
    """Give its properties; of several with one name, the first."""
    found: dict[str, str] = {}
    for prop in thing.get("props", ()):
        found.setdefault(prop["name"], prop["value"])
    return found


def objects(value: object) -> Iterator[Json]:
    """Give every object inside."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from objects(item)


def defined(document: Json) -> list[str]:
    """Give every UUID that something is known by."""
    return [thing["uuid"] for thing in objects(document) if "uuid" in thing]


def referred(document: Json) -> set[str]:
    """Give every UUID that something points to."""
    found: set[str] = set()
    for thing in objects(document):
        for name, value in thing.items():
            if name.endswith("-uuid"):
                found.add(value)
            elif name.endswith("-uuids"):
                found.update(value)
            elif name == "href" and value.startswith("#"):
                found.add(value[1:])
    return found


def by(things: list[Json], *names: str) -> dict[str, Json]:
    """Give things by what their properties say, joined by `:`."""
    found: dict[str, list[Json]] = defaultdict(list)
    for thing in things:
        known = props(thing)
        found[":".join(known.get(name, "") for name in names)].append(thing)
    assert all(len(same) == 1 for same in found.values())
    return {key: thing for key, [thing] in found.items()}
