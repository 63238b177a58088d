"""The Assessment Results: one set of results, of the period under audit."""

from __future__ import annotations

from collections.abc import Iterator

from gapfolio.exports.formats.oscal.cells import cells, inventory
from gapfolio.exports.formats.oscal.findings import controls, findings, objectives
from gapfolio.exports.formats.oscal.observations import observation, observation_id
from gapfolio.exports.formats.oscal.risks import risk
from gapfolio.exports.formats.oscal.source import (
    Source,
    accounts,
    assets,
    back_matter,
    metadata,
    plan_reference,
    proof_reference,
    resource,
)
from gapfolio.exports.formats.oscal.text import NS, filled, moment, token
from gapfolio.exports.formats.oscal.writing import Opened
from gapfolio.exports.records.verdicts import utc
from gapfolio.model import AttestationResult
from gapfolio.report.view.formats import interval


def assessment_results(source: Source) -> Opened:
    """Give the document."""
    return Opened(
        {
            "assessment-results": Opened(
                {
                    "uuid": source.uid("assessment-results", *source.edition),
                    "metadata": metadata(source, "Assessment Results"),
                    "import-ap": {
                        "href": plan_reference(source),
                        "remarks": "There is no assessment plan in OSCAL; the resource says what "
                        "was to be assessed.",
                    },
                    "results": iter([_result(source)]),
                    "back-matter": Opened({"resources": back_matter(source)}),
                }
            )
        }
    )


def _result(source: Source) -> Opened:
    assessment, texts = source.assessment, source.texts
    start, end = _span(source)
    return Opened(
        {
            "uuid": source.uid("result", *source.edition),
            "title": texts.line(f"{assessment.title}, {assessment.period.name}"),
            "description": texts.prose(_description(source)),
            "start": start,
            "end": end,
            "props": texts.props(score=interval(assessment.scores.all), part=assessment.part),
            "local-definitions": Opened(
                {
                    "components": accounts(source),
                    "inventory-items": (
                        resource(source, *found) for found in inventory(source.engine)
                    ),
                    "assessment-assets": assets(source),
                }
            ),
            "reviewed-controls": _reviewed(source),
            "attestations": (_attestation(source, a) for a in assessment.attestations),
            "observations": (
                observation(source, cell) for cell in cells(assessment, source.engine)
            ),
            "risks": _risks(source),
            "findings": findings(source),
            "remarks": texts.prose(*_remarks(source)),
        }
    )


def _span(source: Source) -> tuple[str | None, str | None]:
    """Give when the evidence was collected, from the first to the last moment."""
    seen = [utc(scan.observed_at) for scan in source.assessment.scans if not scan.stale]
    times = [time for time in seen if time]
    return (
        moment(min(times, default=source.judged)),
        moment(max(times, default=source.judged)),
    )


def _description(source: Source) -> str:
    assessment = source.assessment
    period = assessment.period
    part = f" The report is on a part: {assessment.part}." if assessment.part else ""
    return (
        f"What scanners found and people stated from {period.start} to {period.end}, by the "
        f"practices of the Gapfolio catalogue, judged on {period.end}.{part}"
    )


def _reviewed(source: Source) -> dict[str, object]:
    """Select the controls to which the objectives belong that have a finding."""
    found = {
        name
        for group in objectives(source)
        if any(cell.state != "absent" for cell in group)
        for name in controls(group[0])
    }
    return {
        "description": "Controls of NIST SP 800-53 Rev. 5 to which the practices contribute. A "
        "practice is a part of a control: no finding speaks of a control as a whole.",
        "control-selections": [
            filled(
                description="Whether there was enough evidence is said by each finding.",
                include_controls=[{"control-id": name} for name in sorted(found)],
            )
        ],
    }


def _attestation(source: Source, entry: AttestationResult) -> dict[str, object]:
    texts = source.texts
    accounts_named = sorted(entry.accounts)
    part = filled(
        uuid=source.uid("attestation", entry.practice, str(entry.valid_from), *accounts_named),
        name="attestation",
        ns=NS,
        title=texts.line(f"{entry.practice}: {entry.result}, {entry.state}"),
        props=texts.props(
            practice=entry.practice,
            objective=token(f"{entry.practice}_attestation"),
            result=entry.result,
            state=entry.state,
            account_id=accounts_named,
            valid_from=entry.valid_from,
            valid_until=entry.valid_until,
        ),
        prose=texts.prose(entry.statement),
        links=[
            {"href": href, "rel": "evidence"}
            for href in sorted({proof_reference(source, proof) for proof in entry.evidence})
        ],
    )
    return {
        "responsible-parties": [
            {"role-id": "attester", "party-uuids": [source.uid("attester", entry.by)]}
        ],
        "parts": [part],
    }


def _risks(source: Source) -> Iterator[dict[str, object]]:
    for gap in source.gaps:
        if gap["state"] in ("open", "accepted"):
            name = gap["criterion"] or f"{gap['practice']}_attestation"
            yield risk(source, gap, observation_id(source, token(name), gap["account"]))


def _remarks(source: Source) -> Iterator[str]:
    unseen = [
        criterion.id
        for practice in source.assessment.practices
        for criterion in practice.criteria
        if not criterion.expected
    ]
    yield (
        "An objective that was not assessed in every account is not satisfied, with the reason "
        "other; a risk that was accepted is still open."
    )
    if unseen:
        yield f"No scanner in use looks at {', '.join(unseen)}; there are no findings of these."
