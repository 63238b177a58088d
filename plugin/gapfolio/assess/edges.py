"""Which check is evidence for which criterion, for the scanners and findings at hand.

Checks of live accounts stand where the catalogue puts them. Threat records all go to the one
criterion that takes events. Checks of infrastructure code all go to the one that takes code,
whatever their findings say; where the catalogue puts them tells only beside which practice they are
shown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from gapfolio.catalogue import Catalogue


@dataclass(frozen=True)
class Present:
    """What the findings of one scanner name."""

    checks: set[str] = field(default_factory=set)
    events: set[str] = field(default_factory=set)
    """Those of the checks that made a threat record."""


@dataclass(frozen=True)
class Placed:
    """A check in its criterion."""

    practice: str
    criterion: str
    scanner: str
    check: str
    service: str = ""
    expected: bool = True
    """A scanner in use, in its version and default selection, examines it."""
    regional: bool = False
    proves_pass: bool = True
    """False: only its fails count, a pass shows nothing."""


def placed(
    catalogue: Catalogue,
    versions: Mapping[str, Iterable[str]],
    present: Mapping[str, Present],
) -> tuple[list[Placed], list[Placed]]:
    """Give the edges that make cells, and those of infrastructure code that are only shown."""
    ordinary = list(_ordinary(catalogue, versions, present))
    live = [edge for edge in ordinary if catalogue.kind(edge.scanner) != "code"]
    code = [edge for edge in ordinary if catalogue.kind(edge.scanner) == "code"]
    known = {(edge.scanner, edge.check) for edge in live}
    taken = [edge for edge in _taken(catalogue, present) if (edge.scanner, edge.check) not in known]
    return [*live, *taken], code


def _ordinary(
    catalogue: Catalogue,
    versions: Mapping[str, Iterable[str]],
    present: Mapping[str, Present],
) -> Iterator[Placed]:
    for practice, criterion, scanner, edge in catalogue.edges():
        named = present[scanner].checks if scanner in present else set[str]()
        by_default = scanner in versions and catalogue.known_to(edge, scanner, versions[scanner])
        for name in catalogue.matching(scanner, edge, named):
            check = catalogue.checks.get((scanner, name))
            service = check.service if check else ""
            described = catalogue.services.get((scanner, service))
            yield Placed(
                practice.id,
                criterion.id,
                scanner,
                name,
                service,
                # what a default run leaves out is expected all the same where it was run
                expected=by_default or name in named,
                regional=described is None or not described.is_global,
                proves_pass=edge.proves == "both",
            )


def _taken(catalogue: Catalogue, present: Mapping[str, Present]) -> Iterator[Placed]:
    """Give the checks that a criterion takes for what they are, whatever they are called."""
    for kind in ("events", "code"):
        found = catalogue.taking(kind)
        if found is None:
            continue
        practice, criterion = found
        for scanner, named in sorted(present.items()):
            for name in sorted(_of_kind(kind, catalogue.kind(scanner), named)):
                yield Placed(practice.id, criterion.id, scanner, name)


def _of_kind(kind: str, scanner: str, named: Present) -> set[str]:
    """Give the checks that go to the criterion of a kind; `scanner` is the scanner's kind."""
    if kind == scanner:
        return named.checks
    return named.events if kind == "events" and scanner != "code" else set()
