"""The catalogue once it is read: practices, checks and edges, with the look-ups of the program."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property
from pathlib import Path
from typing import Literal

from gapfolio.model import Category, Check, Criterion, Edge, Practice, Record, ServiceModel

Kind = Literal["account", "events", "code"]


class Scanner(Record, frozen=True, kw_only=True):
    """A scanner as `scanners.yaml` describes it."""

    title: str
    kind: Kind = "account"
    """What its findings speak of: a live account, threats and vulnerabilities (`events`), or
    infrastructure code before it is deployed."""
    listed: str = ""
    """Which list of its checks the mapping follows, with version and date."""


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
    described: dict[str, Scanner] = field(default_factory=dict)
    """Scanners by name; one that is not described is of kind `account`."""
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

    def taking(self, kind: Kind) -> tuple[Practice, Criterion] | None:
        """Find the criterion that takes every finding of a kind (`events` or `code`)."""
        return next(((p, c) for p in self.practices() for c in p.criteria if c.takes == kind), None)

    def canonical(self, scanner: str, check: str) -> str:
        """Resolve a check as a scanner wrote it to the id that is current.

        Former names resolve, and so does another letter case (Security Hub's own differ).
        """
        key = (scanner, check)
        if key in self.aliases:
            return self.aliases[key]
        if key in self.checks:
            return check
        known = self._folded.get((scanner, check.lower()), check)
        return self.aliases.get((scanner, known), known)

    @cached_property
    def listed(self) -> frozenset[str]:
        """The scanners whose checks are listed, so that an unknown one is a fault."""
        return frozenset(scanner for scanner, _ in self.checks)

    @cached_property
    def _folded(self) -> dict[tuple[str, str], str]:
        names = [*self.aliases, *self.checks]  # a check wins over a former name
        return {(scanner, name.lower()): name for scanner, name in names}

    def matching(self, scanner: str, edge: Edge, present: Iterable[str]) -> list[str]:
        """Give the checks that an edge speaks of: itself, or those listed or present for a `*`."""
        if "*" not in edge.check:
            return [edge.check]
        listed = (name for of, name in self.checks if of == scanner)
        return sorted({name for name in (*listed, *present) if fnmatchcase(name, edge.check)})

    def kind(self, scanner: str) -> Kind:
        """Tell what a scanner's findings speak of."""
        described = self.described.get(scanner)
        return described.kind if described else "account"

    def of_kind(self, kind: Kind) -> list[str]:
        """Name the scanners whose findings speak of one kind of thing."""
        return [name for name in sorted(self.described) if self.kind(name) == kind]

    def title(self, scanner: str) -> str:
        """Give the name of a scanner for people."""
        described = self.described.get(scanner)
        return described.title if described else scanner

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


def _within(version: str, since: str, until: str) -> bool:
    """Compare as far as both sides are known: a scan of "5" may be of any 5.x."""
    number, first, last = _numbers(version), _numbers(since), _numbers(until)
    return (
        number[: len(first)] >= first[: len(number)] and number[: len(last)] <= last[: len(number)]
    )


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])
