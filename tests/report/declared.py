"""What people declare, for the tests of the report: an engagement with waivers and the like."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from reportable import ACCOUNTS, recorded, small, small_findings

from gapfolio.catalogue import Catalogue
from gapfolio.engagement import (
    Account,
    Attestation,
    Engagement,
    Entry,
    Folder,
    NotApplicable,
    Notes,
    Proof,
    Remediation,
    RemediationRule,
    Waiver,
)
from gapfolio.model import Assessment

THREE = ACCOUNTS[:3]
FILE = Path("declared.yaml")
LINK = Proof(link="https://wiki.example.com/runbook")


def waiver(name: str, **overrides: Any) -> Entry[Waiver]:
    """Give a waiver of CRED-01 that is valid in 2026-Q3; name what should be different."""
    values: dict[str, Any] = {
        "id": name,
        "reason": "The key is rotated with the next release.",
        "owner": "Ada",
        "approver": "Bo",
        "granted": date(2026, 7, 1),
        "expires": date(2026, 12, 31),
    }
    if not {"practice", "resource"} & overrides.keys():
        values["practice"] = "CRED-01"
    return Entry(FILE, 1, Waiver(**{**values, **overrides}))


def attested(**overrides: Any) -> Entry[Attestation]:
    """Give an attestation of IR-01 that is valid in 2026-Q3; name what should be different."""
    values: dict[str, Any] = {
        "practice": "IR-01",
        "result": "pass",
        "statement": "It was practised in August.",
        "evidence": [LINK],
        "by": "Ada, operations",
        "valid_from": date(2026, 7, 1),
        "valid_until": date(2027, 6, 30),
    }
    return Entry(FILE, 1, Attestation(**{**values, **overrides}))


def inapplicable(**overrides: Any) -> Entry[NotApplicable]:
    """Give a declaration that is valid in 2026-Q3; name what should be different."""
    values: dict[str, Any] = {
        "reason": "There is no such service.",
        "by": "Bo",
        "declared": date(2026, 7, 1),
        "expires": date(2027, 6, 30),
    }
    return Entry(FILE, 1, NotApplicable(**{**values, **overrides}))


def engaged(  # noqa: PLR0913 - keywords with defaults
    *,
    waivers: Sequence[Entry[Waiver]] = (),
    attestations: Sequence[Entry[Attestation]] = (),
    not_applicable: Sequence[Entry[NotApplicable]] = (),
    rules: Sequence[RemediationRule] = (),
    notes: Notes | None = None,
    directory: Path | None = None,
) -> tuple[Assessment, Catalogue, Folder]:
    """Assess three accounts, in each of which CRED-01 and NET-01 fail, with what was declared."""
    folder = Folder(
        Engagement(
            accounts=[Account(id=account, name=f"n{account[-1]}") for account in THREE],
            remediation=Remediation(rules=list(rules)),
        ),
        notes or Notes(),
        directory,
        tuple(waivers),
        tuple(attestations),
        tuple(not_applicable),
    )
    return small(list(small_findings(THREE)), folder=folder, runs=recorded(THREE))
