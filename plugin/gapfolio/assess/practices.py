"""The result of each practice and criterion, with the resources that fail."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Literal

import msgspec

from gapfolio.assess import score
from gapfolio.assess.queries import query
from gapfolio.assess.rows import grouped, nested
from gapfolio.assess.tally import Tally
from gapfolio.catalogue import Catalogue
from gapfolio.engine.base import Engine
from gapfolio.model import (
    WEIGHTS,
    Affected,
    Counts,
    Criterion,
    CriterionResult,
    Edge,
    Practice,
    PracticeResult,
)


def judged(
    engine: Engine, catalogue: Catalogue, tally: Tally, scanners: Collection[str]
) -> list[PracticeResult]:
    """Give the result of every practice, in catalogue order.

    Args:
        engine: has the derived tables.
        catalogue: the practices.
        tally: the counted cells.
        scanners: those in use; only their checks are named.
    """
    live = [name for name in scanners if catalogue.kind(name) != "code"]
    states: dict[str, list[dict[str, Any]]] = grouped(engine, "criterion_states", "criterion")
    failing = grouped(engine, "criterion_failing", "criterion")
    findings = {row["criterion"]: row for row in engine.rows(query("criterion_findings"))}
    severities = nested(engine.rows(query("severities")), "practice", "severity")
    affected = grouped(engine, "affected", "practice")
    attestation = grouped(engine, "attestation_reasons", "practice")
    attested = grouped(engine, "attested_failing", "practice")
    code = grouped(engine, "before_deployment", "practice")
    results = []
    for practice in catalogue.practices():
        criteria = [
            _criterion(
                criterion,
                [(s, edge) for s in live for edge in criterion.checks.get(s, [])],
                states.get(criterion.id, []),
                findings.get(criterion.id, {}),
                [row["account"] for row in failing.get(criterion.id, [])],
            )
            for criterion in practice.criteria
        ]
        rows = affected.get(practice.id, [])
        result = _practice(practice, criteria, tally, severities.get(practice.id, {}), rows)
        results.append(
            msgspec.structs.replace(
                result,
                before_deployment=_code(code.get(practice.id, [])),
                accounts_failing=sorted(
                    {
                        *result.accounts_failing,
                        *(r["account"] for r in attested.get(practice.id, [])),
                    }
                ),
                attestation_reasons={
                    row["reason"]: int(row["cells"]) for row in attestation.get(practice.id, [])
                },
            )
        )
    return results


def _code(rows: Sequence[dict[str, Any]]) -> dict[str, dict[str, int]]:
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row["scanner"], {})[row["status"]] = int(row["findings"])
    return found


def _practice(
    practice: Practice,
    criteria: list[CriterionResult],
    tally: Tally,
    severities: dict[str, int],
    rows: Sequence[dict[str, Any]],
) -> PracticeResult:
    cells = tally.of(practice.id)
    automated = tally.of(practice.id, kinds=["automated"])
    findings: dict[str, int] = defaultdict(int)
    for criterion in criteria:
        for status, number in criterion.findings.items():
            findings[status] += number
    return PracticeResult(
        id=practice.id,
        category=practice.category,
        title=practice.title,
        priority=practice.priority,
        weight=WEIGHTS[practice.priority] if practice.priority else 0,
        evidence=practice.evidence,
        state=_state(practice, cells),
        assured=score.assured(cells),
        possible=score.possible(cells),
        coverage=score.coverage(cells),
        cells=cells,
        automated_cells=automated,
        attestation=tally.of(practice.id, kinds=["attestation"]),
        no_check=automated.total - sum(criterion.cells.total for criterion in criteria),
        criteria=criteria,
        findings=dict(findings),
        severities=severities,
        accounts_failing=sorted({a for c in criteria for a in c.accounts_failing}),
        affected=[_affected(row) for row in rows],
        affected_total=int(rows[0]["of_all"]) if rows else 0,
        why=practice.why,
        effect=practice.effect,
        recommendation=[step.do for step in practice.recommendation],
        nist_800_53=practice.nist_800_53,
    )


def _state(
    practice: Practice, cells: Counts
) -> Literal["pass", "fail", "unknown", "partly", "absent", "unscored"]:
    if practice.priority is None:
        return "unscored"
    if cells.failed:
        return "fail"
    if not cells.total:
        return "absent"
    if not cells.unknown:
        return "pass"
    return "partly" if cells.passed else "unknown"


def _criterion(
    criterion: Criterion,
    edges: Sequence[tuple[str, Edge]],
    states: Sequence[dict[str, Any]],
    findings: Mapping[str, Any],
    failing: list[str],
) -> CriterionResult:
    number: dict[str, int] = defaultdict(int)
    reasons: dict[str, int] = {}
    for row in states:
        number[row["state"]] += int(row["cells"])
        if row["state"] in ("unknown", "absent"):
            reasons[row["reason"]] = reasons.get(row["reason"], 0) + int(row["cells"])
    names = {
        "fails": "fail",
        "muted_fails": "muted_fail",
        "open_events": "event",
        "passes": "pass",
        "errors": "error",
        "manuals": "manual",
        "not_applicables": "not_applicable",
        "stale_findings": "stale",
    }
    return CriterionResult(
        id=criterion.id,
        statement=criterion.statement,
        scope=criterion.scope,
        basis=criterion.basis,
        checks=[f"{scanner}:{edge.check}" for scanner, edge in edges],
        derived=[f"{s}:{edge.check}" for s, edge in edges if edge.review == "derived"],
        expected=bool(states),
        cells=Counts(
            passed=number["pass"],
            failed=number["fail"],
            unknown=number["unknown"],
            absent=number["absent"],
        ),
        reasons=reasons,
        findings={
            name: int(findings[column]) for column, name in names.items() if findings.get(column)
        },
        accounts_failing=failing,
    )


def _affected(row: Mapping[str, Any]) -> Affected:
    return Affected(
        key=row["finding_key"],
        check=f"{row['scanner']}:{row['check_id']}",
        account=row["account"],
        region=row["region"],
        resource=row["resource"],
        detail=row["detail"],
        severity=row["severity"],
        muted=row["muted"],
        input=row["input"],
        row=row["input_row"],
    )
