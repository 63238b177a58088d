"""Observations: what was seen of each criterion in each account, what nobody saw included."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from gapfolio.exports.formats.oscal.cells import Cell
from gapfolio.exports.formats.oscal.source import Source, file_reference, origin, proof_reference
from gapfolio.exports.formats.oscal.text import end_of, filled, moment
from gapfolio.model import AttestationResult
from gapfolio.report.view.formats import counted

_STATES = {
    "pass": "Holds",
    "fail": "Does not hold",
    "unknown": "Not assessed",
    "absent": "Nothing to assess",
}


def observation_id(source: Source, objective: str, account: str) -> str:
    """Give the UUID of what was seen of an objective in an account."""
    return source.uid("observation", objective, account)


def observation(source: Source, cell: Cell) -> dict[str, object]:
    """Give the observation of a cell.

    The method is TEST where findings speak of it, and else EXAMINE: of what a person states, or of
    the records of the scans, which say that there is nothing or do not say that anybody looked.
    """
    texts = source.texts
    attested = (
        source.deciding.get((cell.practice.id, cell.account)) if cell.is_attestation else None
    )
    return filled(
        uuid=observation_id(source, cell.objective, cell.account),
        title=texts.line(f"{cell.objective} in {cell.account or 'infrastructure code'}"),
        description=texts.prose(cell.statement, sentence(cell)),
        props=texts.props(
            practice=cell.practice.id,
            criterion=cell.criterion.id if cell.criterion else "",
            account_id=cell.account,
            state=cell.state,
            reason=cell.reason.name.lower().replace("_", "-"),
            findings=cell.findings or "",
            findings_failing=cell.fails or "",
            findings_accepted=cell.accepted or "",
            resources_failing=cell.resources_total or "",
        ),
        methods=["TEST" if cell.findings else "EXAMINE"],
        types=["control-objective", *(["discovery"] if cell.state == "fail" else [])],
        origins=origin(source, list(cell.scanners), attested),
        subjects=list(_subjects(source, cell)),
        relevant_evidence=list(_evidence(source, cell, attested)),
        collected=_collected(source, cell, attested),
        expires=end_of(attested.valid_until) if attested else None,
        remarks="\n\n".join(_cuts(cell)),
    )


def sentence(cell: Cell) -> str:
    """Say on one line how it stands and why."""
    text = f"{_STATES[cell.state]}: {cell.reason.value}"
    if cell.findings:
        text += f"; {cell.fails:,} of {counted(cell.findings, 'finding')} open"
    if cell.accepted:
        text += f", of which valid waivers cover {cell.accepted:,}"
    return f"{text}."


def _subjects(source: Source, cell: Cell) -> Iterator[dict[str, object]]:
    yield {"subject-uuid": source.uid("account", cell.account), "type": "component"}
    for name in cell.resources:
        yield {
            "subject-uuid": source.uid("resource", cell.account, name),
            "type": "inventory-item",
            "title": source.texts.line(name, "resources"),
        }


def _evidence(
    source: Source, cell: Cell, attested: AttestationResult | None
) -> Iterator[dict[str, object]]:
    for file in cell.files:
        said = f"{file.fails:,} of {counted(file.findings, 'finding')} open"
        yield filled(
            href=file_reference(source, file.name, file.sha256),
            description=source.texts.prose(f"{file.name}: {said}"),
        )
    if attested:
        for proof in attested.evidence:
            yield filled(
                href=proof_reference(source, proof),
                description=source.texts.prose(f"{proof.name} ({proof.state})"),
            )


def _collected(source: Source, cell: Cell, attested: AttestationResult | None) -> str | None:
    """Give when it was seen: the newest finding, the attestation, else when all was judged."""
    times: tuple[Any, ...] = (cell.seen_at, attested.valid_from if attested else None)
    found = (moment(time) for time in times)
    return next(filter(None, found), None) or moment(source.judged)


def _cuts(cell: Cell) -> Iterator[str]:
    if cell.resources_total > len(cell.resources):
        yield (
            f"{len(cell.resources):,} of {cell.resources_total:,} failing resources are listed; "
            "findings.parquet of the evidence pack has all."
        )
    if cell.files_total > len(cell.files):
        yield f"{len(cell.files):,} of {cell.files_total:,} files are listed."
