"""Appendices that follow the practices: affected resources and the checks behind each criterion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from gapfolio.catalogue import Catalogue
from gapfolio.model import Assessment
from gapfolio.report.view import formats, practices, words
from gapfolio.report.view.affected import SHOWN, Resource, places, resource, truncation
from gapfolio.report.view.names import Name
from gapfolio.report.view.practices import Item


@dataclass(frozen=True, slots=True)
class ResourceList:
    """The failing resources of one practice."""

    id: str
    title: str
    anchor: Name
    rows: tuple[Resource, ...]
    count: str
    more: str


@dataclass(frozen=True, slots=True)
class CheckLine:
    """A criterion with its checks."""

    name: str
    """Its id without the practice."""
    checks: str


@dataclass(frozen=True, slots=True)
class CheckMap:
    """A practice with its criteria and what helps to read it."""

    id: str
    title: str
    lines: tuple[CheckLine, ...]
    supporting: str


@dataclass(frozen=True, slots=True)
class CheckMaps:
    """All practices with their checks."""

    scanner: str
    """Name of the scanner where there is only one."""
    maps: tuple[CheckMap, ...]


@dataclass(frozen=True, slots=True)
class ServiceModel:
    """One of the three service types with its findings."""

    text: words.ModelText
    failed: str
    passed: str
    others: str
    total: str
    services: str


def resource_lists(assessment: Assessment, found: Sequence[Item]) -> tuple[ResourceList, ...]:
    """List what the findings section had no room for."""
    known = places(assessment)
    return tuple(
        ResourceList(
            id=item.result.id,
            title=item.result.title,
            anchor=practices.anchor(item.result.id),
            rows=tuple(resource(affected, known) for affected in item.result.affected),
            count=formats.counted(item.result.affected_total, "failing finding"),
            more=truncation(len(item.result.affected), item.result.affected_total, known.listed),
        )
        for item in found
        if item.result.affected_total > SHOWN
    )


def check_maps(found: Sequence[Item]) -> CheckMaps:
    """List every criterion with its checks."""
    names = {c.partition(":")[0] for i in found for k in i.result.criteria for c in k.checks}
    single = next(iter(names)) if len(names) == 1 else ""
    maps = tuple(
        CheckMap(
            id=item.result.id,
            title=item.result.title,
            lines=tuple(
                CheckLine(
                    criterion.id.partition(".")[2],
                    _checks(criterion.checks, single, criterion.derived),
                )
                for criterion in item.result.criteria
            ),
            supporting=_checks(
                [f"{s}:{name}" for s, own in sorted(item.texts.supporting.items()) for name in own],
                single,
            ),
        )
        for item in found
        if item.result.criteria or item.texts.supporting
    )
    return CheckMaps(scanner=single, maps=maps)


def service_models(assessment: Assessment, catalogue: Catalogue) -> tuple[ServiceModel, ...]:
    """Count the findings by responsibility model."""
    services: dict[str, set[str]] = defaultdict(set)
    for service in catalogue.services.values():
        services[service.model].add(service.name)
    rows = []
    for model, text in words.MODELS.items():
        counts = assessment.service_models.get(model, {})
        failed, passed = counts.get("fail", 0), counts.get("pass", 0)
        total = sum(counts.values())
        rows.append(
            ServiceModel(
                text=text,
                failed=formats.number(failed),
                passed=formats.number(passed),
                others=formats.number(total - failed - passed),
                total=formats.number(total),
                services=formats.number(len(services[model])),
            )
        )
    return tuple(rows)


def _checks(checks: Sequence[str], single: str, derived: Sequence[str] = ()) -> str:
    """List checks, by scanner unless there is a single one; derived ones say so."""
    by_scanner: dict[str, list[str]] = defaultdict(list)
    for check in checks:
        scanner, _, name = check.partition(":")
        by_scanner[scanner].append(f"{name} (derived)" if check in derived else name)
    return "; ".join(
        ", ".join(found) if scanner == single else f"{scanner}: {', '.join(found)}"
        for scanner, found in by_scanner.items()
    )
