"""An engagement folder: who is audited, for which period, what people declare, and their words.

`gapfolio.toml` is optional: without it a report has one unnamed client, every account that the
findings show, and the calendar quarter of the newest finding. Unknown keys are errors.
"""

from gapfolio.engagement.attestations import Attestation, Proof
from gapfolio.engagement.entries import Entry
from gapfolio.engagement.folder import Folder, inspect, read
from gapfolio.engagement.not_applicable import NotApplicable
from gapfolio.engagement.notes import FILE as NOTES
from gapfolio.engagement.notes import Notes, PracticeNotes
from gapfolio.engagement.periods import evidence_window, period_of, quarter, zone
from gapfolio.engagement.settings import (
    FILE,
    Account,
    AccountInput,
    DaysByPriority,
    Engagement,
    Export,
    Organization,
    People,
    Person,
    Probe,
    Remediation,
    RemediationRule,
    ReportSettings,
    WaiverRules,
)
from gapfolio.engagement.waivers import Waiver

__all__ = [
    "FILE",
    "NOTES",
    "Account",
    "AccountInput",
    "Attestation",
    "DaysByPriority",
    "Engagement",
    "Entry",
    "Export",
    "Folder",
    "NotApplicable",
    "Notes",
    "Organization",
    "People",
    "Person",
    "PracticeNotes",
    "Probe",
    "Proof",
    "Remediation",
    "RemediationRule",
    "ReportSettings",
    "Waiver",
    "WaiverRules",
    "evidence_window",
    "inspect",
    "period_of",
    "quarter",
    "read",
    "zone",
]
