"""What is right in an engagement and still worth a look before the report is written.

Remarks never stop a report. Those on waivers, attestations and what does not apply are about the
last day of the period.
"""

from __future__ import annotations

from collections.abc import Iterator

from gapfolio.engagement import FILE, Folder
from gapfolio.model import Assessment, AttestationResult, NotApplicableResult, WaiverResult
from gapfolio.report.view.formats import counted

_BROKEN = {
    "missing": "is not there",
    "changed": "is not the file that was attested (its SHA-256 differs)",
}


def of_settings(folder: Folder) -> Iterator[str]:
    """Say who is not named: people who prepared, reviewed or approved, owners of accounts."""
    people = folder.engagement.people
    for role in ("prepared", "reviewed", "approved"):
        if not getattr(people, role):
            yield f"{FILE}: people.{role}: nobody is named"
    for account in folder.engagement.accounts:
        if not account.owner:
            yield f"{FILE}: accounts: {_named(account.id, account.name)} has no owner"
        if folder.organization is not None and account.id not in folder.organization:
            yield (
                f"{FILE}: accounts: {_named(account.id, account.name)} is in scope, and the "
                "organization does not have it"
            )


def of_assessment(assessment: Assessment, folder: Folder) -> Iterator[str]:
    """Say what came of what people declared, and which accounts the findings do not fit."""
    above: set[str] = set()
    for waiver, judged in zip(folder.waivers, assessment.exceptions.waivers, strict=True):
        for text in _waiver(judged, above):
            yield waiver.fault(f"{judged.id}: {text}")
        above.add(judged.id)
    for stated, found in zip(folder.attestations, assessment.attestations, strict=True):
        if text := _attestation(found):
            yield stated.fault(f"{found.practice}: {text}")
    for declared, told in zip(folder.not_applicable, assessment.not_applicable, strict=True):
        if text := _not_applicable(told):
            yield declared.fault(f"{told.criterion or told.practice}: {text}")
    yield from _accounts(assessment)


def _waiver(judged: WaiverResult, above: set[str]) -> Iterator[str]:
    if judged.state == "expired":
        what = "nothing that it selects is open"
        if judged.findings:
            what = f"{counted(judged.findings, 'finding')} count without it"
        yield f"has expired on {judged.expires}; {what}"
    elif judged.state == "not yet valid":
        yield f"is valid from {judged.granted}, after the period"
    elif not judged.findings:
        yield "covers nothing: no open finding fits all that it selects"
    if others := [name for name in judged.overlaps if name in above]:
        yield f"covers findings that {', '.join(others)} covers too"


def _attestation(found: AttestationResult) -> str:
    broken = [f"{p.name} {_BROKEN[p.state]}" for p in found.evidence if p.state in _BROKEN]
    if found.state == "void":
        return f"is void: {', '.join(broken)}"
    if found.state == "expired":
        return f"has expired on {found.valid_until}; what it stated is unknown"
    if found.state == "not yet valid":
        return f"is valid from {found.valid_from}, after the period"
    if not found.accounts:
        return "speaks of no account in scope"
    if not found.counts_in:
        return "decides nothing: a later attestation speaks of the same accounts"
    return f"{', '.join(broken)}; the gap that it states counts all the same" if broken else ""


def _not_applicable(told: NotApplicableResult) -> str:
    if told.refused:
        return f"is refused in {', '.join(told.refused)}, because something fails there"
    if told.state == "expired":
        return f"has expired on {told.expires}; it counts again"
    if told.state == "not yet valid":
        return f"is valid from {told.declared}, after the period"
    return "" if told.cells else "takes nothing out of the sums"


def _accounts(assessment: Assessment) -> Iterator[str]:
    for account in assessment.accounts:
        if not account.findings:
            name = _named(account.id, account.name)
            yield f"{FILE}: accounts: {name} has no findings, so it is unknown throughout"
    for identity, number in sorted(assessment.accounts_out_of_scope.items()):
        findings = counted(number, "finding")
        yield f"{FILE}: accounts: {identity} has {findings} and is not in scope"
    for identity, name in sorted(assessment.accounts_missing.items()):
        yield f"{FILE}: accounts: {_named(identity, name)} is in the organization and not in scope"


def _named(identity: str, name: str) -> str:
    return f"{identity} ({name})" if name else identity
