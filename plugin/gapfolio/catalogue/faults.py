"""What can be wrong with a catalogue as a whole: one sentence each, naming file and key."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from gapfolio.catalogue.book import Catalogue
from gapfolio.model import Category, Edge, Practice

_NIST = re.compile(r"[A-Z]{2}-\d{1,2}(\(\d{1,2}\))?")
_CRITERION = re.compile(r"[A-Z]+-\d+\.[a-z0-9]+(-[a-z0-9]+)*")
_RELEASE = re.compile(r"(\d+(\.\d+){0,2})?")


def validate(catalogue: Catalogue) -> Iterator[str]:
    """Give one sentence for each fault of the catalogue as a whole."""
    yield from _twice("practice", (p.id for p in catalogue.practices()))
    yield from _twice("criterion", (c.id for p in catalogue.practices() for c in p.criteria))
    yield from _taking_faults(catalogue)
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


def _taking_faults(catalogue: Catalogue) -> Iterator[str]:
    for kind in ("events", "code"):
        taking = [c.id for p in catalogue.practices() for c in p.criteria if c.takes == kind]
        if len(taking) > 1:
            yield f"criteria {' and '.join(taking)} both take {kind}; one can"


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
            elif scanner in catalogue.listed and (scanner, name) not in catalogue.checks:
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
        elif scanner in catalogue.listed and not _known(catalogue, scanner, edge):
            yield f"{where} does not exist"
        for name, release in (("since", edge.since), ("until", edge.until)):
            if not _RELEASE.fullmatch(release):
                yield f"{where}: {name} {release!r} is not a version such as 5.30.0"


def _known(catalogue: Catalogue, scanner: str, edge: Edge) -> bool:
    names = catalogue.matching(scanner, edge, ())
    return bool(names) and all((scanner, name) in catalogue.checks for name in names)


def _places(catalogue: Catalogue) -> Iterator[tuple[tuple[str, str], str]]:
    """Give each check that an edge speaks of, patterns spelled out, with the criterion."""
    for _, criterion, scanner, edge in catalogue.edges():
        for name in catalogue.matching(scanner, edge, ()):
            yield (scanner, name), criterion.id


def _scope_faults(catalogue: Catalogue) -> Iterator[str]:
    primary: dict[tuple[str, str], str] = {}
    for key, criterion in _places(catalogue):
        if primary.setdefault(key, criterion) != criterion:
            yield f"{key[0]} check {key[1]} fits edges of {primary[key]} and of {criterion}"
    for key in catalogue.out_of_scope:
        where = f"{_file(catalogue, 'out', *key)}{key[0]} check {key[1]}"
        if key in primary:
            yield f"{where} is out of scope and primary in {primary[key]}"
        if key in catalogue.aliases:
            yield f"{where} is now {catalogue.aliases[key]}"
        elif key[0] in catalogue.listed and key not in catalogue.checks:
            yield f"{where} does not exist"
    for key in catalogue.checks:
        placed = key in primary or key in catalogue.out_of_scope
        if not placed and catalogue.kind(key[0]) != "events":  # these are taken as a whole
            where = f"{_file(catalogue, *key)}{key[0]} check {key[1]}"
            yield f"{where} is neither primary in a criterion nor in out_of_scope.yaml"


def _check_faults(catalogue: Catalogue) -> Iterator[str]:
    for key, check in catalogue.checks.items():
        where = _file(catalogue, *key)
        described = (check.scanner, check.service) in catalogue.services
        if not described and catalogue.kind(check.scanner) == "account":
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


def _twice(kind: str, ids: Iterable[str]) -> Iterator[str]:
    for name, number in Counter(ids).items():
        if number > 1:
            yield f"{kind} {name} is defined {number} times"
