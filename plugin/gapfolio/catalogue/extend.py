"""Adds to the practices what stands outside their files: extra edges, and derived ones."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeAlias

import msgspec

from gapfolio.catalogue.book import Catalogue
from gapfolio.errors import CatalogueError
from gapfolio.model import Category, Criterion, Edge

Edges: TypeAlias = dict[str, dict[str, list[Edge]]]
"""Criterion → scanner → edges."""


def with_edges(
    categories: Sequence[Category],
    extra: Sequence[tuple[Path, Edges]],
    origins: dict[tuple[str, ...], Path],
) -> tuple[Category, ...]:
    """Give the categories with the edges of `edges.yaml` files; `origins` learns their files.

    Raises:
        CatalogueError: a criterion does not exist.
    """
    added: Edges = {}
    known = {c.id for category in categories for p in category.practices for c in p.criteria}
    for path, edges in extra:
        for criterion, by_scanner in edges.items():
            if criterion not in known:
                raise CatalogueError(f"{path}: there is no criterion {criterion}")
            for scanner, items in by_scanner.items():
                added.setdefault(criterion, {}).setdefault(scanner, []).extend(items)
                origins |= {(criterion, scanner, edge.check): path for edge in items}
    return tuple(_added_to(categories, added))


def with_derived(
    catalogue: Catalogue, same_as: Mapping[tuple[str, str], tuple[str, str]]
) -> Catalogue:
    """Give the catalogue with each check placed where its twin of another scanner stands.

    Args:
        catalogue: with all edges that people wrote.
        same_as: (scanner, check) → (scanner, check) of the twin.
    """
    place = {(scanner, edge.check): (c.id, edge) for _, c, scanner, edge in catalogue.edges()}
    added: Edges = {}
    for (scanner, check), twin in same_as.items():
        name = f"{catalogue.title(twin[0])} {twin[1]}"
        if twin in place:
            criterion, original = place[twin]
            edge = Edge(
                check=check,
                review="derived",
                proves=original.proves,
                why=f"Does the work of {name}, which stands here.",
            )
            added.setdefault(criterion, {}).setdefault(scanner, []).append(edge)
        elif twin in catalogue.out_of_scope:
            reason = catalogue.out_of_scope[twin]
            catalogue.out_of_scope[scanner, check] = f"As {name}: {reason}"
            catalogue.origins["out", scanner, check] = catalogue.origins[scanner, check]
    return replace(catalogue, categories=tuple(_added_to(catalogue.categories, added)))


def _added_to(categories: Iterable[Category], added: Edges) -> Iterator[Category]:
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
