"""The Plan of Action and Milestones: an item for each gap, also for what was closed since."""

from __future__ import annotations

from collections.abc import Iterator

from gapfolio.exports.formats.oscal.cells import Cell, cells, inventory
from gapfolio.exports.formats.oscal.observations import observation, observation_id
from gapfolio.exports.formats.oscal.risks import Gap, names, risk, risk_id
from gapfolio.exports.formats.oscal.source import (
    Source,
    accounts,
    assets,
    back_matter,
    metadata,
    origin,
    resource,
)
from gapfolio.exports.formats.oscal.text import filled, moment
from gapfolio.exports.formats.oscal.writing import Opened
from gapfolio.model import named_part

_UUID = "http://datatracker.ietf.org/doc/html/rfc4122"
_MOST = 25


def plan(source: Source) -> Opened:
    """Give the document; it must not be written if there is no gap."""
    observed = {
        _key(cell): observation_id(source, cell.objective, cell.account)
        for cell in _concerned(source)
    }
    return Opened(
        {
            "plan-of-action-and-milestones": Opened(
                {
                    "uuid": source.uid(
                        "plan-of-action-and-milestones", named_part(source.assessment.part)
                    ),
                    "metadata": metadata(source, "Plan of Action and Milestones"),
                    "system-id": {"identifier-type": _UUID, "id": source.uid("system")},
                    "local-definitions": Opened(
                        {
                            "components": accounts(source),
                            "inventory-items": (
                                resource(source, *found) for found in inventory(source.engine)
                            ),
                            "assessment-assets": assets(source),
                        }
                    ),
                    "observations": (observation(source, cell) for cell in _concerned(source)),
                    "risks": (risk(source, gap, observed.get(gap["key"])) for gap in source.gaps),
                    "poam-items": (
                        _item(source, gap, observed.get(gap["key"])) for gap in source.gaps
                    ),
                    "back-matter": Opened({"resources": back_matter(source)}),
                }
            )
        }
    )


def _concerned(source: Source) -> Iterator[Cell]:
    """Give the cells of the gaps; what was closed may have none any more."""
    keys = {gap["key"] for gap in source.gaps}
    for cell in cells(source.assessment, source.engine):
        if _key(cell) in keys:
            yield cell


def _key(cell: Cell) -> str:
    return cell.gap if cell.criterion or cell.is_attestation else ""


def _item(source: Source, gap: Gap, observed: str | None) -> dict[str, object]:
    texts = source.texts
    return filled(
        uuid=source.uid("gap", gap["key"]),
        title=texts.line(gap["name"]),
        description=texts.prose(gap["description"]),
        props=[*names(source, gap), *_details(source, gap)],
        origins=origin(source, gap["scanners"]),
        related_observations=[{"observation-uuid": observed}] if observed else [],
        related_risks=[{"risk-uuid": risk_id(source, gap["key"])}],
        remarks=texts.prose(*_remarks(gap)),
    )


def _details(source: Source, gap: Gap) -> list[dict[str, str]]:
    return source.texts.props(
        cause=gap["cause"],
        owner=gap["owner"],
        due=gap["due"],
        days_overdue=gap["days_overdue"] or "",
        first_seen=moment(gap["first_seen"]),
        open_since=moment(gap["open_since"]),
        findings=gap["findings"] or "",
        findings_accepted=gap["accepted"] or "",
        resources=gap["resources_total"] or "",
        control=gap["nist_800_53"],
        check=gap["checks"],
        framework=gap["frameworks"].split("; "),
    )


def _remarks(gap: Gap) -> Iterator[str]:
    if gap["comment"]:
        yield gap["comment"]
    if gap["state"] in ("closed", "unproven") and gap["resources"]:
        named = gap["resources"][:_MOST]
        yield f"Resources that failed, {len(named):,} of {gap['resources_total']:,}:"
        yield "\n".join(named)
