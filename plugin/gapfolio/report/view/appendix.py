"""Appendices that follow the practices: affected resources and the checks behind each criterion."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from gapfolio.catalogue import Catalogue
from gapfolio.model import Assessment, CriterionResult
from gapfolio.report.view import formats, practices, words
from gapfolio.report.view.findings import SHOWN, Resource, resource, truncation
from gapfolio.report.view.names import Name
from gapfolio.report.view.practices import Item
from gapfolio.report.view.words import Chip


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

    id: str
    statement: str
    basis: str
    chip: Chip
    checks: tuple[tuple[str, str], ...]
    """Scanner and its checks, joined."""


@dataclass(frozen=True, slots=True)
class CheckMap:
    """A practice with its criteria and what helps to read it."""

    id: str
    title: str
    lines: tuple[CheckLine, ...]
    supporting: tuple[tuple[str, str], ...]


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


def resource_lists(found: Sequence[Item]) -> tuple[ResourceList, ...]:
    """List what the findings section had no room for."""
    return tuple(
        ResourceList(
            id=item.result.id,
            title=item.result.title,
            anchor=practices.anchor(item.result.id),
            rows=tuple(resource(affected) for affected in item.result.affected),
            count=formats.counted(item.result.affected_total, "failing resource"),
            more=truncation(len(item.result.affected), item.result.affected_total),
        )
        for item in found
        if item.result.affected_total > SHOWN
    )


def check_maps(found: Sequence[Item]) -> CheckMaps:
    """List every criterion with its checks."""
    names = {c.partition(":")[0] for i in found for k in i.result.criteria for c in k.checks}
    maps = tuple(
        CheckMap(
            id=item.result.id,
            title=item.result.title,
            lines=tuple(_line(criterion) for criterion in item.result.criteria),
            supporting=tuple(
                (scanner, ", ".join(checks))
                for scanner, checks in sorted(item.texts.supporting.items())
            ),
        )
        for item in found
        if item.result.criteria or item.texts.supporting
    )
    return CheckMaps(scanner=next(iter(names)) if len(names) == 1 else "", maps=maps)


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


def _line(criterion: CriterionResult) -> CheckLine:
    checks: dict[str, list[str]] = defaultdict(list)
    for check in criterion.checks:
        scanner, _, name = check.partition(":")
        checks[scanner].append(name)
    return CheckLine(
        id=criterion.id,
        statement=criterion.statement,
        basis="" if criterion.basis == "said" else words.BASIS[criterion.basis],
        chip=words.STATES[_state(criterion)],
        checks=tuple((scanner, ", ".join(names)) for scanner, names in checks.items()),
    )


def _state(criterion: CriterionResult) -> str:
    cells = criterion.cells
    if cells.failed:
        return "fail"
    if not cells.total:
        return "absent" if cells.absent else "unknown"
    if not cells.unknown:
        return "pass"
    return "partly" if cells.passed else "unknown"
