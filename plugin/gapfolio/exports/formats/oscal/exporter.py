"""Writes the two documents."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from gapfolio.engine.base import Engine
from gapfolio.exports.base import Exported
from gapfolio.exports.formats.oscal.plan import plan
from gapfolio.exports.formats.oscal.results import assessment_results
from gapfolio.exports.formats.oscal.source import OSCAL, Source
from gapfolio.exports.formats.oscal.writing import write
from gapfolio.model import Assessment

RESULTS = "assessment-results.json"
PLAN = "plan-of-action-and-milestones.json"


@dataclass(frozen=True)
class OscalExporter:
    """Writes Assessment Results and a Plan of Action and Milestones; an `Exporter`."""

    name: str = "oscal"
    title: str = f"OSCAL {OSCAL}: Assessment Results, Plan of Action and Milestones (JSON)"

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Exported:
        """Write the documents; the plan only if there is a gap, as OSCAL has no empty one."""
        source = Source(assessment, engine)
        made = {RESULTS: assessment_results}
        notes = []
        if source.gaps:
            made[PLAN] = plan
        else:
            notes.append(f"there is no gap, so {PLAN} is not written")
        for name, document in made.items():
            write(document(source), directory / name)
        notes += source.texts.cut.notes("oscal")
        return Exported([directory / name for name in made], notes)
