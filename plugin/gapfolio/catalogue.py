"""The practice catalogue: mapping directories in, one validated `Catalogue` out.

A mapping directory holds YAML files of four kinds, told apart by name:

- `out_of_scope.yaml`: scanner → check → the reason why no practice needs it;
- `services.yaml`: scanner → service → AWS name, responsibility model, whether it is global;
- `edges.yaml`: criterion → scanner → edges, to map a further scanner onto existing criteria;
- any other `*.yaml`: a category with its practices.

`checks/<scanner>.csv` lists what the scanner itself publishes. Unknown keys are errors, and every
message names the file and the practice, criterion or check.
"""

from __future__ import annotations

import csv
import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from gapfolio import resources
from gapfolio.errors import CatalogueError
from gapfolio.model import Category, Check, Criterion, Edge, Practice, Record, ServiceModel

VERSION = "1.0.0"
"""Version of the shipped catalogue: major when a practice changes its meaning."""

_NIST = re.compile(r"[A-Z]{2}-\d{1,2}(\(\d{1,2}\))?")
_CRITERION = re.compile(r"[A-Z]+-\d+\.[a-z0-9]+(-[a-z0-9]+)*")
_T = TypeVar("_T")


class Service(Record, frozen=True, kw_only=True):
    """A service as a scanner names it, with the article's responsibility model."""

    name: str
    model: ServiceModel
    is_global: bool = False
    """True: it has no Regions of its own (IAM, Route 53, …)."""


@dataclass(frozen=True)
class Catalogue:
    """All practices, checks and edges, with look-ups that the rest of the program needs."""

    categories: tuple[Category, ...]
    checks: dict[tuple[str, str], Check]
    aliases: dict[tuple[str, str], str]
    out_of_scope: dict[tuple[str, str], str]
    services: dict[tuple[str, str], Service]
    sources: dict[str, str] = field(default_factory=dict)
    """File name to SHA-256 of every mapping file that was read."""

    def practices(self) -> Iterator[Practice]:
        """Give every practice in catalogue order."""
        for category in self.categories:
            yield from category.practices

    def practice(self, practice_id: str) -> Practice | None:
        """Find a practice by id, ignoring case."""
        wanted = practice_id.upper()
        return next((p for p in self.practices() if p.id == wanted), None)

    def edges(self) -> Iterator[tuple[Practice, Criterion, str, Edge]]:
        """Give every edge with its practice, criterion and scanner."""
        for practice in self.practices():
            for criterion in practice.criteria:
                for scanner, edges in criterion.checks.items():
                    for edge in edges:
                        yield practice, criterion, scanner, edge

    def canonical(self, scanner: str, check: str) -> str:
        """Resolve a renamed check to the id that is current."""
        return self.aliases.get((scanner, check), check)

    def scanners(self) -> list[str]:
        """Name the scanners that have edges."""
        return sorted({scanner for _, _, scanner, _ in self.edges()})

    def known_to(self, edge: Edge, scanner: str, versions: Iterable[str]) -> bool:
        """Tell whether a default run of the scanner, in one of the versions, executes the check."""
        check = self.checks.get((scanner, edge.check))
        if check is not None and check.opt_in:
            return False
        since = edge.since or (check.since if check else "")
        until = edge.until or (check.until if check else "")
        return any(_within(version, since, until) for version in versions)


def load(directories: Sequence[Path] = ()) -> Catalogue:
    """Read the shipped mappings and then the given directories, and validate the whole.

    Raises:
        CatalogueError: with one line for each fault, naming file and key.
    """
    shipped = resources.folder("mappings")
    categories: dict[str, Category] = {}
    checks: dict[tuple[str, str], Check] = {}
    aliases: dict[tuple[str, str], str] = {}
    out: dict[tuple[str, str], str] = {}
    services: dict[tuple[str, str], Service] = {}
    extra: list[tuple[Path, dict[str, dict[str, list[Edge]]]]] = []
    hashes: dict[str, str] = {}
    for directory in (shipped, *directories):
        paths = sorted([*directory.glob("*.yaml"), *directory.glob("checks/*.csv")])
        if not paths:
            raise CatalogueError(f"{directory}: no mapping files (*.yaml or checks/*.csv) in it")
        for path in paths:
            name = path.relative_to(directory).as_posix()
            hashes[name if directory == shipped else f"{directory.name}/{name}"] = _sha256(path)
            if path.suffix == ".csv":
                _read_checks(path, checks, aliases)
            elif path.name == "out_of_scope.yaml":
                out |= _flat(_decode(path, dict[str, dict[str, str]]))
            elif path.name == "services.yaml":
                services |= _flat(_decode(path, dict[str, dict[str, Service]]))
            elif path.name == "edges.yaml":
                extra.append((path, _decode(path, dict[str, dict[str, list[Edge]]])))
            else:
                category = _decode(path, Category)
                if category.id in categories:
                    raise CatalogueError(f"{path}: category {category.id} is defined twice")
                categories[category.id] = category
    ordered = sorted(categories.values(), key=lambda c: (_ORDER.get(c.id, len(_ORDER)), c.id))
    catalogue = Catalogue(
        tuple(_with_extra(ordered, extra)), checks, aliases, out, services, hashes
    )
    faults = list(validate(catalogue))
    if faults:
        raise CatalogueError("the catalogue has faults:\n" + "\n".join(f"  {f}" for f in faults))
    return catalogue


_ORDER = {name: place for place, name in enumerate(("FND", "CRED", "NET", "DET", "IR"))}


def validate(catalogue: Catalogue) -> Iterator[str]:
    """Give one sentence for each fault of the catalogue as a whole."""
    yield from _twice("practice", (p.id for p in catalogue.practices()))
    yield from _twice("criterion", (c.id for p in catalogue.practices() for c in p.criteria))
    for category in catalogue.categories:
        for practice in category.practices:
            yield from _practice_faults(category, practice)
    yield from _edge_faults(catalogue)
    yield from _check_faults(catalogue)


def _practice_faults(category: Category, practice: Practice) -> Iterator[str]:
    where = f"practice {practice.id}"
    if practice.category != category.id:
        yield f"{where}: stands in category {category.id}; its id must begin with {category.id}-"
    if (practice.priority is None) != (category.id == "FND"):
        yield f"{where}: priority is left out for foundation practices and required for all others"
    if practice.evidence == "manual" and practice.criteria:
        yield f"{where}: evidence is manual, so it cannot have criteria"
    if practice.evidence != "automated" and not practice.attest:
        yield f"{where}: attest must say what a person states"
    if not practice.recommendation:
        yield f"{where}: recommendation is empty"
    for control in practice.nist_800_53:
        if not _NIST.fullmatch(control):
            yield f"{where}: nist_800_53 {control!r} is not written like AC-6 or AC-6(5)"
    for criterion in practice.criteria:
        if not _CRITERION.fullmatch(criterion.id) or not criterion.id.startswith(f"{practice.id}."):
            yield f"{where}: criterion {criterion.id} must read {practice.id}.short-name"


def _edge_faults(catalogue: Catalogue) -> Iterator[str]:
    primary: dict[tuple[str, str], str] = {}
    seen: set[tuple[str, str, str]] = set()
    for _, criterion, scanner, edge in catalogue.edges():
        key = (scanner, edge.check)
        if (criterion.id, *key) in seen:
            yield f"criterion {criterion.id}: {scanner} check {edge.check} is listed twice"
        seen.add((criterion.id, *key))
        if key in primary and primary[key] != criterion.id:
            yield (
                f"{scanner} check {edge.check}: primary in {primary[key]} and in "
                f"{criterion.id}; make one of them supporting"
            )
        primary.setdefault(key, criterion.id)
        if key in catalogue.aliases:
            yield f"criterion {criterion.id}: {edge.check} is now {catalogue.aliases[key]}"
        elif _listed(catalogue, scanner) and key not in catalogue.checks:
            yield f"criterion {criterion.id}: {scanner} has no check {edge.check}"
    for key in catalogue.out_of_scope.keys() & primary.keys():
        yield f"{key[0]} check {key[1]}: primary in {primary[key]} and also in out_of_scope.yaml"
    for key in catalogue.out_of_scope:
        if _listed(catalogue, key[0]) and key not in catalogue.checks:
            yield f"out_of_scope.yaml: {key[0]} has no check {key[1]}"
    for key in catalogue.checks.keys() - primary.keys() - catalogue.out_of_scope.keys():
        yield f"{key[0]} check {key[1]}: neither primary in a criterion nor in out_of_scope.yaml"


def _check_faults(catalogue: Catalogue) -> Iterator[str]:
    for practice in catalogue.practices():
        own = {(s, e.check) for c in practice.criteria for s, es in c.checks.items() for e in es}
        for scanner, names in practice.supporting.items():
            for name in names:
                if (scanner, name) in own or names.count(name) > 1:
                    yield f"practice {practice.id}: supporting check {name} is listed twice"
                if _listed(catalogue, scanner) and (scanner, name) not in catalogue.checks:
                    yield f"practice {practice.id}: {scanner} has no supporting check {name}"
    for scanner, service in sorted({(c.scanner, c.service) for c in catalogue.checks.values()}):
        if (scanner, service) not in catalogue.services:
            yield f"services.yaml: {scanner} service {service} has no responsibility model"
    for (scanner, alias), target in catalogue.aliases.items():
        if (scanner, target) not in catalogue.checks:
            yield f"checks/{scanner}.csv: {alias} is an alias of {target}, which is not listed"


def _listed(catalogue: Catalogue, scanner: str) -> bool:
    return any(key[0] == scanner for key in catalogue.checks)


def _twice(kind: str, ids: Iterable[str]) -> Iterator[str]:
    for name, number in Counter(ids).items():
        if number > 1:
            yield f"{kind} {name} is defined {number} times"


def _with_extra(
    categories: Sequence[Category], extra: Sequence[tuple[Path, dict[str, dict[str, list[Edge]]]]]
) -> Iterator[Category]:
    added: dict[str, dict[str, list[Edge]]] = {}
    known = {c.id for category in categories for p in category.practices for c in p.criteria}
    for path, edges in extra:
        for criterion, by_scanner in edges.items():
            if criterion not in known:
                raise CatalogueError(f"{path}: there is no criterion {criterion}")
            for scanner, items in by_scanner.items():
                added.setdefault(criterion, {}).setdefault(scanner, []).extend(items)
    for category in categories:
        yield msgspec.structs.replace(
            category,
            practices=[
                msgspec.structs.replace(
                    practice,
                    criteria=[_extended(c, added.get(c.id, {})) for c in practice.criteria],
                )
                for practice in category.practices
            ],
        )


def _extended(criterion: Criterion, added: dict[str, list[Edge]]) -> Criterion:
    if not added:
        return criterion
    merged = {
        scanner: [*criterion.checks.get(scanner, []), *added.get(scanner, [])]
        for scanner in {**criterion.checks, **added}
    }
    return msgspec.structs.replace(criterion, checks=merged)


def _read_checks(
    path: Path, checks: dict[tuple[str, str], Check], aliases: dict[tuple[str, str], str]
) -> None:
    scanner = path.stem
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), start=2):
            alias_of = row.pop("alias_of", "")
            if alias_of:
                aliases[scanner, row["id"]] = alias_of
                continue
            values: dict[str, Any] = {**row, "scanner": scanner, "opt_in": row["opt_in"] == "yes"}
            try:
                checks[scanner, row["id"]] = msgspec.convert(values, Check)
            except msgspec.ValidationError as error:
                raise CatalogueError(f"{path} line {number}: {error}") from error


def _decode(path: Path, kind: type[_T]) -> _T:
    try:
        return msgspec.yaml.decode(path.read_bytes(), type=kind)
    except msgspec.DecodeError as error:
        raise CatalogueError(f"{path}: {_located(path, str(error))}") from error


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


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _within(version: str, since: str, until: str) -> bool:
    number = _numbers(version)
    if not number:
        return True  # a version that nobody wrote down excludes nothing
    return (not since or number >= _numbers(since)) and (not until or number <= _numbers(until))


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
