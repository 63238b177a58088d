"""What people stated and declared, where it counts, and what they still have to state."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gapfolio.model import Assessment, AttestationResult, NotApplicableResult, ProofResult
from gapfolio.report.view import accounts, formats, practices, words
from gapfolio.report.view.affected import truncation
from gapfolio.report.view.coverage import attestation_reasons
from gapfolio.report.view.practices import Item, Row
from gapfolio.report.view.words import Chip

MOST_GIVEN = 80
MOST_DECLARED = 40
MOST_PROOFS = 8
NAME = 120
"""Characters of a person, a file or a link."""
WORDS = 600
"""Characters of a statement or a reason."""
MOST_NAMED = 3
"""People named with a practice in the findings."""

PROOFS = {
    "found": "unchanged since it was attested",
    "missing": "✗ missing",
    "changed": "✗ changed since it was attested",
    "link": "link, not checked",
}
SAID = {"pass": "stated that it holds", "fail": "stated a gap"}


@dataclass(frozen=True, slots=True)
class Proof:
    """What an attestation rests on."""

    name: str
    sha256: str
    state: str


@dataclass(frozen=True, slots=True)
class Given:
    """An attestation on file."""

    practice: str
    row: Row | None
    """None: the catalogue at hand does not have the practice."""
    chip: Chip
    """The result while it is valid, else the state."""
    stated: str
    """The result where the chip does not say it."""
    statement: str
    by: str
    term: str
    scope: str
    """Accounts that it speaks of, and in which of them it decides."""
    proofs: tuple[Proof, ...]
    more: str


@dataclass(frozen=True, slots=True)
class Declared:
    """A declaration that something does not apply."""

    what: str
    """Practice or criterion."""
    title: str
    state: Chip
    reason: str
    accounts: str
    by: str
    term: str
    cells: str
    refused: str
    """Where it is refused, because something fails there; "" = nowhere."""


@dataclass(frozen=True, slots=True)
class Needed:
    """A practice on which a person must still state something."""

    row: Row
    text: str
    where: str
    why: str


@dataclass(frozen=True, slots=True)
class Attestations:
    """The section."""

    given: tuple[Given, ...]
    given_more: str
    declared: tuple[Declared, ...]
    declared_more: str
    needed: tuple[Needed, ...]
    asked: bool
    """True where any practice needs an attestation, given or not."""


def attestations(assessment: Assessment, found: Sequence[Item], form: str) -> Attestations:
    """Build the section; `form` is the date format."""
    items = {item.result.id: item for item in found}
    known = accounts.names(assessment)
    order = {name: place for place, name in enumerate(items)}
    given = sorted(
        assessment.attestations,
        key=lambda s: (order.get(s.practice, len(order)), s.practice, s.valid_from, s.valid_until),
    )
    declared = assessment.not_applicable
    return Attestations(
        given=tuple(_given(s, items.get(s.practice), known, form) for s in given[:MOST_GIVEN]),
        given_more=truncation(MOST_GIVEN, len(given), "assessment.json"),
        declared=tuple(_declared(row, items, known, form) for row in declared[:MOST_DECLARED]),
        declared_more=truncation(MOST_DECLARED, len(declared), "assessment.json"),
        needed=tuple(
            _needed(item, assessment, known) for item in found if item.result.attestation.unknown
        ),
        asked=any(item.result.evidence != "automated" for item in found),
    )


def said_of(item: Item, given: Sequence[AttestationResult], form: str) -> str:
    """Say who attested to a practice, and where that is still to be done; "" if nobody has to."""
    result = item.result
    deciding = [stated for stated in given if stated.practice == result.id and stated.counts_in]
    told = [_said(stated, result.attestation.total, form) for stated in deciding[:MOST_NAMED]]
    if deciding[MOST_NAMED:]:
        told.append(f"{formats.number(len(deciding) - MOST_NAMED)} more")
    if result.attestation.unknown:
        told.append(f"open{_share(item)}: {_reasons(item)}")
    return f"{'; '.join(told)}." if told else ""


def _said(stated: AttestationResult, total: int, form: str) -> str:
    number = len(stated.counts_in)
    where = "" if number >= total else f" in {formats.counted(number, 'account')}"
    by, until = formats.short(stated.by, NAME), formats.day(stated.valid_until, form)
    gap = "" if stated.result == "pass" else "as a gap "
    return {
        "valid": f"{gap}by {by}{where}, valid until {until}",
        "expired": f"that by {by}{where} expired on {until}",
        "not yet valid": f"that by {by}{where} begins on {formats.day(stated.valid_from, form)}",
        "void": f"that by {by}{where} is void",
    }[stated.state]


def _share(item: Item) -> str:
    """Say in how many of the accounts an attestation is missing."""
    cells = item.result.attestation
    if cells.total == 1:
        return ""
    of_all = "all" if cells.unknown == cells.total else f"{formats.number(cells.unknown)} of"
    return f" in {of_all} {formats.number(cells.total)} accounts"


def _reasons(item: Item) -> str:
    reasons = attestation_reasons(item.result)
    if len(reasons) == 1:
        return next(iter(reasons))
    return ", ".join(f"{text} ({formats.number(cells)})" for text, cells in reasons.items())


def _given(
    stated: AttestationResult, item: Item | None, known: Mapping[str, str], form: str
) -> Given:
    first, last = (formats.day(day, form) for day in (stated.valid_from, stated.valid_until))
    valid = stated.state == "valid"
    return Given(
        practice=formats.short(stated.practice),
        row=practices.row(item) if item else None,
        chip=words.RESULTS[stated.result] if valid else words.TERMS[stated.state],
        stated="" if valid else SAID[stated.result],
        statement=formats.short(stated.statement, WORDS),
        by=formats.short(stated.by, NAME),
        term=f"{first} to {last}",
        scope=_scope(stated, known),
        proofs=tuple(_proof(proof) for proof in stated.evidence[:MOST_PROOFS]),
        more=truncation(MOST_PROOFS, len(stated.evidence), "attestations.yaml"),
    )


def _scope(stated: AttestationResult, known: Mapping[str, str]) -> str:
    """Say of which accounts an attestation speaks, and where it decides."""
    spoken = accounts.named(stated.accounts, known) or "no account in scope"
    if stated.state != "valid":
        return f"Speaks of {spoken}; counts nowhere."
    if stated.counts_in == stated.accounts:
        return f"Counts in {spoken}."
    where = accounts.named(stated.counts_in, known) or "none of them"
    return f"Speaks of {spoken}; counts in {where}, a later one in the rest."


def _proof(proof: ProofResult) -> Proof:
    return Proof(formats.short(proof.name, NAME), proof.sha256, PROOFS[proof.state])


def _declared(
    row: NotApplicableResult, items: Mapping[str, Item], known: Mapping[str, str], form: str
) -> Declared:
    item = items.get(row.practice)
    criteria = item.result.criteria if item else []
    statement = next((c.statement for c in criteria if c.id == row.criterion), "")
    refused = accounts.named(row.refused, known) if row.refused else ""
    return Declared(
        what=formats.short(row.criterion or row.practice),
        title=statement or (item.result.title if item else ""),
        state=words.TERMS[row.state],
        reason=formats.short(row.reason, WORDS),
        accounts=accounts.named(row.accounts, known) or "no account in scope",
        by=formats.short(row.by, NAME),
        term=f"{formats.day(row.declared, form)} to {formats.day(row.expires, form)}",
        cells=_left_out(row),
        refused=f"Refused in {refused}: something fails there." if refused else "",
    )


def _left_out(row: NotApplicableResult) -> str:
    if row.state != "valid":
        return "No cell left the sums: it is not valid."
    if not row.cells:
        return "No cell left the sums."
    return f"{formats.counted(row.cells, 'cell')} left the sums."


def _needed(item: Item, assessment: Assessment, known: Mapping[str, str]) -> Needed:
    result = item.result
    decided = {
        account
        for stated in assessment.attestations
        if stated.practice == result.id and stated.state == "valid"
        for account in stated.counts_in
    }
    left = [account for account in known if account not in decided]
    cells = result.attestation
    if len(left) == cells.unknown:
        where = accounts.named(left, known)
    else:  # some were declared not applicable
        where = f"{formats.number(cells.unknown)} of {formats.counted(len(known), 'account')}"
    return Needed(practices.row(item), item.texts.attest, where, _reasons(item))
