"""The practice catalogue: mapping directories in, one validated `Catalogue` out.

A mapping directory holds YAML files of four kinds, told apart by name:

- `out_of_scope.yaml`: scanner → check → the reason why no practice needs it;
- `services.yaml`: scanner → service → AWS name, responsibility model, whether it is global;
- `edges.yaml`: criterion → scanner → edges, to map a further scanner onto existing criteria;
- any other `*.yaml`: a category with its practices.

`checks/<scanner>.csv` lists what the scanner itself publishes. Unknown keys, and keys or checks
that are given twice, are errors; each message names the file and the practice, criterion or check.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

import msgspec

from gapfolio import decoding, resources
from gapfolio.errors import CatalogueError
from gapfolio.hashing import sha256
from gapfolio.model import Category, Check, Criterion, Edge, Practice, Record, ServiceModel

VERSION = "1.0.0"
"""Version of the shipped catalogue: major when a practice changes its meaning."""

_NIST = re.compile(r"[A-Z]{2}-\d{1,2}(\(\d{1,2}\))?")
_CRITERION = re.compile(r"[A-Z]+-\d+\.[a-z0-9]+(-[a-z0-9]+)*")
_RELEASE = re.compile(r"(\d+(\.\d+){0,2})?")
_CHECK_COLUMNS = ("id", "service", "severity", "since", "until", "opt_in", "title", "alias_of")
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
    files: dict[str, Path] = field(default_factory=dict)
    """The same names to where the files are."""
    origins: dict[tuple[str, ...], Path] = field(default_factory=dict)
    """File of each category (id), check (scanner, id) and extra edge (criterion, scanner, id)."""

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
    made = Catalogue((), {}, {}, {}, {})
    categories: dict[str, Category] = {}
    extra: list[tuple[Path, dict[str, dict[str, list[Edge]]]]] = []
    for place, directory in enumerate((resources.folder("mappings"), *directories)):
        paths = sorted([*directory.glob("*.yaml"), *directory.glob("checks/*.csv")])
        if not paths:
            raise CatalogueError(f"{directory}: no mapping files (*.yaml or checks/*.csv) in it")
        for path in paths:
            name = path.relative_to(directory).as_posix()
            name = f"{place}-{directory.resolve().name}/{name}" if place else name
            made.sources[name], made.files[name] = sha256(path), path
            if path.suffix == ".csv":
                _read_checks(path, made)
            elif path.name == "out_of_scope.yaml":
                reasons = _flat(_decode(path, dict[str, dict[str, str]]))
                made.out_of_scope.update(reasons)
                made.origins.update({("out", *key): path for key in reasons})
            elif path.name == "services.yaml":
                made.services.update(_flat(_decode(path, dict[str, dict[str, Service]])))
            elif path.name == "edges.yaml":
                extra.append((path, _decode(path, dict[str, dict[str, list[Edge]]])))
            else:
                category = _decode(path, Category)
                if category.id in categories:
                    raise CatalogueError(f"{path}: category {category.id} is defined twice")
                categories[category.id] = category
                made.origins[(category.id,)] = path
    ordered = sorted(categories.values(), key=lambda c: (_ORDER.get(c.id, len(_ORDER)), c.id))
    catalogue = replace(made, categories=tuple(_with_extra(ordered, extra, made.origins)))
    faults = list(dict.fromkeys(validate(catalogue)))
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
            where = f"{_file(catalogue, category.id)}practice {practice.id}"
            for fault in _practice_faults(category, practice):
                yield f"{where}: {fault}"
            for fault in _supporting_faults(catalogue, practice):
                yield f"{where}: {fault}"
    yield from _edge_faults(catalogue)
    yield from _scope_faults(catalogue)
    yield from _check_faults(catalogue)


def _practice_faults(category: Category, practice: Practice) -> Iterator[str]:
    if practice.category != category.id:
        yield f"stands in category {category.id}; its id must begin with {category.id}-"
    if (practice.priority is None) != (category.id == "FND"):
        yield "priority is left out for foundation practices and required for all others"
    if practice.evidence == "manual" and practice.criteria:
        yield "evidence is manual, so it cannot have criteria"
    if practice.evidence != "automated" and not practice.attest:
        yield "attest must say what a person states"
    if not practice.recommendation:
        yield "recommendation is empty"
    for control in practice.nist_800_53:
        if not _NIST.fullmatch(control):
            yield f"nist_800_53 {control!r} is not written like AC-6 or AC-6(5)"
    for criterion in practice.criteria:
        if not _CRITERION.fullmatch(criterion.id) or not criterion.id.startswith(f"{practice.id}."):
            yield f"criterion {criterion.id} must read {practice.id}.short-name"


def _supporting_faults(catalogue: Catalogue, practice: Practice) -> Iterator[str]:
    own = {(s, e.check) for c in practice.criteria for s, es in c.checks.items() for e in es}
    for scanner, names in practice.supporting.items():
        for name in names:
            if (scanner, name) in own or names.count(name) > 1:
                yield f"supporting {scanner} check {name} is listed twice"
            if (scanner, name) in catalogue.aliases:
                yield f"supporting {scanner} check {name} is now {catalogue.aliases[scanner, name]}"
            elif _listed(catalogue, scanner) and (scanner, name) not in catalogue.checks:
                yield f"{scanner} has no supporting check {name}"


def _edge_faults(catalogue: Catalogue) -> Iterator[str]:
    primary: dict[tuple[str, str], str] = {}
    seen: set[tuple[str, str, str]] = set()
    for practice, criterion, scanner, edge in catalogue.edges():
        key, edge_id = (scanner, edge.check), (criterion.id, scanner, edge.check)
        file = _file(catalogue, *edge_id) or _file(catalogue, practice.category)
        where = f"{file}criterion {criterion.id}: {scanner} check {edge.check}"
        if edge_id in seen:
            yield f"{where} is listed twice"
        seen.add(edge_id)
        rival = primary.setdefault(key, criterion.id)
        if rival != criterion.id:
            other = catalogue.origins.get((rival, *key))
            rival += f" ({other})" if other else ""
            yield f"{where} is primary in {rival} too; make one of them supporting"
        if key in catalogue.aliases:
            yield f"{where} is now {catalogue.aliases[key]}"
        elif _listed(catalogue, scanner) and key not in catalogue.checks:
            yield f"{where} does not exist"
        for name, release in (("since", edge.since), ("until", edge.until)):
            if not _RELEASE.fullmatch(release):
                yield f"{where}: {name} {release!r} is not a version such as 5.30.0"


def _scope_faults(catalogue: Catalogue) -> Iterator[str]:
    primary = {(scanner, edge.check): c.id for _, c, scanner, edge in catalogue.edges()}
    for key in catalogue.out_of_scope:
        where = f"{_file(catalogue, 'out', *key)}{key[0]} check {key[1]}"
        if key in primary:
            yield f"{where} is out of scope and primary in {primary[key]}"
        if key in catalogue.aliases:
            yield f"{where} is now {catalogue.aliases[key]}"
        elif _listed(catalogue, key[0]) and key not in catalogue.checks:
            yield f"{where} does not exist"
    for key in catalogue.checks:
        if key not in primary and key not in catalogue.out_of_scope:
            where = f"{_file(catalogue, *key)}{key[0]} check {key[1]}"
            yield f"{where} is neither primary in a criterion nor in out_of_scope.yaml"


def _check_faults(catalogue: Catalogue) -> Iterator[str]:
    for key, check in catalogue.checks.items():
        where = _file(catalogue, *key)
        if (check.scanner, check.service) not in catalogue.services:
            yield f"{where}service {check.service} is not in services.yaml of {check.scanner}"
        for name, release in (("since", check.since), ("until", check.until)):
            if not _RELEASE.fullmatch(release):
                yield f"{where}{check.id}: {name} {release!r} is not a version such as 5.30.0"
    for (scanner, alias), target in catalogue.aliases.items():
        where = f"{_file(catalogue, scanner, alias)}{alias}"
        if (scanner, target) not in catalogue.checks:
            yield f"{where} is an alias of {target}, which is not listed"


def _file(catalogue: Catalogue, *key: str) -> str:
    """Give the file that a fault is in, ready to stand before the sentence."""
    path = catalogue.origins.get(key)
    return f"{path}: " if path else ""


def _listed(catalogue: Catalogue, scanner: str) -> bool:
    return any(key[0] == scanner for key in catalogue.checks)


def _twice(kind: str, ids: Iterable[str]) -> Iterator[str]:
    for name, number in Counter(ids).items():
        if number > 1:
            yield f"{kind} {name} is defined {number} times"


def _with_extra(
    categories: Sequence[Category],
    extra: Sequence[tuple[Path, dict[str, dict[str, list[Edge]]]]],
    origins: dict[tuple[str, ...], Path],
) -> Iterator[Category]:
    added: dict[str, dict[str, list[Edge]]] = {}
    known = {c.id for category in categories for p in category.practices for c in p.criteria}
    for path, edges in extra:
        for criterion, by_scanner in edges.items():
            if criterion not in known:
                raise CatalogueError(f"{path}: there is no criterion {criterion}")
            for scanner, items in by_scanner.items():
                added.setdefault(criterion, {}).setdefault(scanner, []).extend(items)
                origins |= {(criterion, scanner, edge.check): path for edge in items}
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


def _read_checks(path: Path, made: Catalogue) -> None:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if missing := set(_CHECK_COLUMNS) ^ set(reader.fieldnames or ()):
                raise CatalogueError(f"{path}: columns missing or unknown: {sorted(missing)}")
            for row in reader:
                _read_check(f"{path} line {reader.line_num}", path, row, made)
    except (UnicodeDecodeError, csv.Error) as error:
        raise CatalogueError(f"{path}: not a CSV file in UTF-8: {error}") from error


def _read_check(where: str, path: Path, row: dict[str, Any], made: Catalogue) -> None:
    key = (path.stem, row["id"])
    if key in made.checks or key in made.aliases:
        raise CatalogueError(f"{where}: {row['id']} is listed twice")
    made.origins[key] = path
    alias_of = row.pop("alias_of", "")
    if alias_of:
        made.aliases[key] = alias_of
        return
    flag = {"yes": True, "no": False}.get(row["opt_in"])
    try:
        made.checks[key] = msgspec.convert({**row, "scanner": path.stem, "opt_in": flag}, Check)
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


def _within(version: str, since: str, until: str) -> bool:
    """Compare as far as both sides are known: a scan of "5" may be of any 5.x."""
    number, first, last = _numbers(version), _numbers(since), _numbers(until)
    return (
        number[: len(first)] >= first[: len(number)] and number[: len(last)] <= last[: len(number)]
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
