"""Reads mapping directories.

A mapping directory holds YAML files of five kinds, told apart by name:

- `scanners.yaml`: scanner → its title and what its findings speak of;
- `out_of_scope.yaml`: scanner → check → the reason why no practice needs it;
- `services.yaml`: scanner → service → AWS name, responsibility model, whether it is global, or
  `scanner/service` where another scanner's service is the same;
- `edges.yaml`: criterion → scanner → edges, to map a further scanner onto existing criteria;
- any other `*.yaml`: a category with its practices.

`checks/<scanner>.csv` lists what the scanner itself publishes. Unknown keys, and keys or checks
that are given twice, are errors; each message names the file and the practice, criterion or check.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from gapfolio import decoding, resources
from gapfolio.catalogue.book import Catalogue, Scanner, Service
from gapfolio.catalogue.extend import Edges, with_derived, with_edges
from gapfolio.catalogue.faults import validate
from gapfolio.errors import CatalogueError
from gapfolio.hashing import sha256
from gapfolio.model import Category, Check, Edge

_CHECK_COLUMNS = ("id", "service", "severity", "since", "until", "opt_in", "title", "alias_of")
_SAME_AS = "same_as"
"""Optional column: `scanner:check`, a twin of another scanner; the edge is derived from its."""
_SKIPS_UNUSED = "skips_unused"
"""Optional column: `yes` where the check passes over what the scanner takes for unused."""
_FLAGS = {"yes": True, "no": False}
_T = TypeVar("_T")


@dataclass
class _Reading:
    """What has been read so far."""

    made: Catalogue = field(default_factory=lambda: Catalogue((), {}, {}, {}, {}))
    categories: dict[str, Category] = field(default_factory=dict)
    extra: list[tuple[Path, Edges]] = field(default_factory=list)
    same_as: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    same_service: dict[tuple[str, str], tuple[Path, str]] = field(default_factory=dict)


def load(directories: Sequence[Path] = (), shipped: Path | None = None) -> Catalogue:
    """Read the shipped mappings and then the given directories, and validate the whole.

    `shipped` stands for the mappings of this version: those that an evidence pack carries.

    Raises:
        CatalogueError: with one line for each fault, naming file and key.
    """
    reading = _Reading()
    made = reading.made
    for place, directory in enumerate((shipped or resources.folder("mappings"), *directories)):
        paths = sorted([*directory.glob("*.yaml"), *directory.glob("checks/*.csv")])
        if not paths:
            raise CatalogueError(f"{directory}: no mapping files (*.yaml or checks/*.csv) in it")
        for path in paths:
            name = path.relative_to(directory).as_posix()
            name = f"{place}-{directory.resolve().name}/{name}" if place else name
            made.sources[name], made.files[name] = sha256(path), path
            _READERS.get("*.csv" if path.suffix == ".csv" else path.name, _category)(path, reading)
    _same_services(reading)
    ordered = sorted(
        reading.categories.values(), key=lambda c: (_ORDER.get(c.id, len(_ORDER)), c.id)
    )
    catalogue = replace(made, categories=with_edges(ordered, reading.extra, made.origins))
    catalogue = with_derived(catalogue, reading.same_as)
    faults = list(dict.fromkeys(validate(catalogue)))
    if faults:
        raise CatalogueError("the catalogue has faults:\n" + "\n".join(f"  {f}" for f in faults))
    return catalogue


_ORDER = {name: place for place, name in enumerate(("FND", "CRED", "NET", "DET", "IR"))}


def _category(path: Path, reading: _Reading) -> None:
    category = _decode(path, Category)
    if category.id in reading.categories:
        raise CatalogueError(f"{path}: category {category.id} is defined twice")
    reading.categories[category.id] = category
    reading.made.origins[(category.id,)] = path


def _scanners(path: Path, reading: _Reading) -> None:
    reading.made.described.update(_decode(path, dict[str, Scanner]))


def _out_of_scope(path: Path, reading: _Reading) -> None:
    reasons = _flat(_decode(path, dict[str, dict[str, str]]))
    reading.made.out_of_scope.update(reasons)
    reading.made.origins.update({("out", *key): path for key in reasons})


def _services(path: Path, reading: _Reading) -> None:
    for key, found in _flat(_decode(path, dict[str, dict[str, Service | str]])).items():
        if isinstance(found, str):
            reading.same_service[key] = (path, found)
        else:
            reading.made.services[key] = found


def _same_services(reading: _Reading) -> None:
    """Give the services that are named after another scanner's (`prowler/iam`) its description."""
    services = reading.made.services
    for key, (path, text) in reading.same_service.items():
        scanner, _, name = text.partition("/")
        if (scanner, name) not in services:
            raise CatalogueError(f"{path}: {key[0]}: {key[1]}: there is no service {text}")
        services[key] = services[scanner, name]


def _edges(path: Path, reading: _Reading) -> None:
    reading.extra.append((path, _decode(path, dict[str, dict[str, list[Edge]]])))


def _checks(path: Path, reading: _Reading) -> None:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            names = set(reader.fieldnames or ())
            if wrong := (set(_CHECK_COLUMNS) ^ names) - {_SAME_AS, _SKIPS_UNUSED}:
                raise CatalogueError(f"{path}: columns missing or unknown: {sorted(wrong)}")
            for row in reader:
                _read_check(f"{path} line {reader.line_num}", path, row, reading)
    except (UnicodeDecodeError, csv.Error) as error:
        raise CatalogueError(f"{path}: not a CSV file in UTF-8: {error}") from error


_READERS: dict[str, Callable[[Path, _Reading], None]] = {
    "scanners.yaml": _scanners,
    "out_of_scope.yaml": _out_of_scope,
    "services.yaml": _services,
    "edges.yaml": _edges,
    "*.csv": _checks,
}


def _read_check(where: str, path: Path, row: dict[str, Any], reading: _Reading) -> None:
    key, made = (path.stem, row["id"]), reading.made
    if key in made.checks or key in made.aliases:
        raise CatalogueError(f"{where}: {row['id']} is listed twice")
    made.origins[key] = path
    alias_of, same_as = row.pop("alias_of", ""), row.pop(_SAME_AS, "")
    if alias_of:
        made.aliases[key] = alias_of
        return
    if same_as:
        scanner, _, check = same_as.partition(":")
        reading.same_as[key] = (scanner, check)
    flags = {
        "opt_in": _FLAGS.get(row["opt_in"]),
        _SKIPS_UNUSED: _FLAGS.get(row.get(_SKIPS_UNUSED) or "no"),
    }
    try:
        made.checks[key] = msgspec.convert({**row, **flags, "scanner": path.stem}, Check)
    except (msgspec.ValidationError, TypeError) as error:
        raise CatalogueError(f"{where}: {error}") from error


def _decode(path: Path, kind: type[_T]) -> _T:
    try:
        return decoding.decode(path.read_bytes(), kind, "yaml")
    except decoding.MalformedError as error:
        raise CatalogueError(f"{path}: {_located(path, str(error))}") from error
    except OSError as error:
        raise CatalogueError(f"{path}: cannot be read ({error.strerror})") from error


def _located(path: Path, message: str) -> str:
    """Put the practice's id where msgspec gives only its place in the list."""
    place = re.search(r"practices\[(\d+)\]", message)
    if place:
        ids = re.findall(r"^\s*- id: ([A-Z]+-\d+)\s*$", path.read_text(encoding="utf-8"), re.M)
        if int(place[1]) < len(ids):
            return f"{ids[int(place[1])]}: {message}"
    return message


def _flat(nested: dict[str, dict[str, _T]]) -> dict[tuple[str, str], _T]:
    return {(outer, inner): v for outer, items in nested.items() for inner, v in items.items()}
