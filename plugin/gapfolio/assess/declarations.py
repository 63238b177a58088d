"""What people attest, or declare not to apply: as the queries join it, and as a report lists it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from pathlib import Path

from gapfolio.assess.queries import query
from gapfolio.catalogue import Catalogue
from gapfolio.engagement import Attestation, Folder, NotApplicable, Proof
from gapfolio.engagement.attestations import inside
from gapfolio.engagement.terms import term
from gapfolio.engine.base import Engine
from gapfolio.hashing import sha256
from gapfolio.model import AttestationResult, NotApplicableResult, ProofResult

_REASONS = {
    "expired": "attestation_expired",
    "not yet valid": "attestation_not_yet",
    "void": "attestation_void",
}


def attested(folder: Folder, accounts: Sequence[str], day: date) -> list[AttestationResult]:
    """Judge each attestation on a day.

    In each account the valid one that began last decides, else the one that began last of all.
    """
    results = [_attestation(entry.value, folder, accounts, day) for entry in folder.attestations]
    deciding: dict[tuple[str, str], int] = {}
    for place, result in enumerate(results):
        for account in result.accounts:
            before = deciding.get((result.practice, account))
            if before is None or _rank(results[before]) < _rank(result):
                deciding[result.practice, account] = place
    counts: dict[int, list[str]] = defaultdict(list)
    for (_, account), place in deciding.items():
        counts[place].append(account)
    return [
        AttestationResult(
            practice=result.practice,
            result=result.result,
            accounts=result.accounts,
            statement=result.statement,
            evidence=result.evidence,
            by=result.by,
            valid_from=result.valid_from,
            valid_until=result.valid_until,
            state=result.state,
            counts_in=sorted(counts[place]),
        )
        for place, result in enumerate(results)
    ]


def _rank(result: AttestationResult) -> tuple[bool, bool, date]:
    """Order attestations of the same: valid ones last, then those of the future first."""
    return result.state == "valid", result.state != "not yet valid", result.valid_from


def _attestation(
    stated: Attestation, folder: Folder, accounts: Sequence[str], day: date
) -> AttestationResult:
    proofs = [_proof(proof, folder.directory or Path()) for proof in stated.evidence]
    broken = any(proof.state in ("missing", "changed") for proof in proofs)
    proves = stated.result == "pass"  # a gap that somebody admits does not close with its evidence
    state = term(stated.valid_from, stated.valid_until, day)
    return AttestationResult(
        practice=stated.practice,
        result=stated.result,
        accounts=[a for a in accounts if not stated.accounts or a in stated.accounts],
        statement=stated.statement,
        evidence=proofs,
        by=stated.by,
        valid_from=stated.valid_from,
        valid_until=stated.valid_until,
        state="void" if broken and proves and state == "valid" else state,
        counts_in=[],
    )


def _proof(proof: Proof, directory: Path) -> ProofResult:
    if proof.link:
        return ProofResult(name=proof.link, sha256="", state="link")
    path = inside(proof.file, directory)
    if path is None or not path.is_file():
        return ProofResult(name=proof.file, sha256=proof.sha256, state="missing")
    same = sha256(path) == proof.sha256
    return ProofResult(name=proof.file, sha256=proof.sha256, state="found" if same else "changed")


def put(  # noqa: PLR0913, PLR0917 - what both are judged by
    engine: Engine,
    attestations: Sequence[AttestationResult],
    folder: Folder,
    catalogue: Catalogue,
    accounts: Sequence[str],
    day: date,
) -> None:
    """Create `attested` and `declarations`, judged on a day."""
    engine.put(
        "attested",
        {"practice": "VARCHAR", "account": "VARCHAR", "state": "VARCHAR", "reason": "VARCHAR"},
        [
            (item.practice, account, *_verdict(item))
            for item in attestations
            for account in item.counts_in
        ],
    )
    engine.put(
        "declarations",
        {
            "declaration": "INTEGER",
            "practice": "VARCHAR",
            "criterion": "VARCHAR",
            "account": "VARCHAR",
            "state": "VARCHAR",
        },
        [
            (
                place,
                _practice(entry.value),
                entry.value.criterion,
                account,
                term(entry.value.declared, entry.value.expires, day),
            )
            for place, entry in enumerate(folder.not_applicable)
            for account in _celled(entry.value, catalogue, accounts)
        ],
    )


def _verdict(item: AttestationResult) -> tuple[str, str]:
    if item.state != "valid":
        return "unknown", _REASONS[item.state]
    return (item.result, "attested" if item.result == "pass" else "attested_gap")


def _practice(declared: NotApplicable) -> str:
    return declared.practice or declared.criterion.partition(".")[0]


def _celled(declared: NotApplicable, catalogue: Catalogue, accounts: Sequence[str]) -> list[str]:
    """Give the accounts whose cells a declaration speaks of; infrastructure code has none."""
    practice = catalogue.practice(_practice(declared))
    code = practice is not None and any(c.takes == "code" for c in practice.criteria)
    own = [a for a in accounts if not declared.accounts or a in declared.accounts]
    return [*own, *([""] if code and not declared.accounts else [])]


def not_applicable(
    engine: Engine, folder: Folder, accounts: Sequence[str], day: date
) -> list[NotApplicableResult]:
    """Give each declaration with what became of it."""
    cells: dict[int, int] = defaultdict(int)
    refused: dict[int, list[str]] = defaultdict(list)
    for row in engine.rows(query("declaration_use")):
        cells[row["declaration"]] += int(row["cells"])
        if row["refused"]:
            refused[row["declaration"]].append(row["account"])
    return [
        NotApplicableResult(
            practice=_practice(entry.value),
            criterion=entry.value.criterion,
            accounts=[a for a in accounts if not entry.value.accounts or a in entry.value.accounts],
            reason=entry.value.reason,
            by=entry.value.by,
            declared=entry.value.declared,
            expires=entry.value.expires,
            state=term(entry.value.declared, entry.value.expires, day),
            cells=cells[place],
            refused=refused[place],
        )
        for place, entry in enumerate(folder.not_applicable)
    ]
