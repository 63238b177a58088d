"""`attestations.yaml`: what a responsible person states where no scanner can see."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from gapfolio.engagement.entries import Entry, blank
from gapfolio.hashing import sha256
from gapfolio.model import AccountId, Record

FILE = "attestations.yaml"
_SAID = ("statement", "by")


class Proof(Record, frozen=True, kw_only=True):
    """What an attestation rests on: a file of the engagement with its hash, or a link."""

    file: str = ""
    """Relative to the engagement's folder, and inside it."""
    sha256: Annotated[str, msgspec.Meta(pattern="^([0-9a-f]{64})?$")] = ""
    link: str = ""


class Attestation(Record, frozen=True, kw_only=True):
    """One statement on one practice."""

    practice: str
    result: Literal["pass", "fail"]
    accounts: list[AccountId] = msgspec.field(default_factory=list)
    """Empty = all in scope."""
    statement: str
    evidence: list[Proof] = msgspec.field(default_factory=list)
    by: str
    valid_from: date
    valid_until: date
    """The last day on which it holds."""


def faults(attestations: Sequence[Entry[Attestation]], directory: Path) -> Iterator[str]:
    """Say what is wrong with the attestations in themselves."""
    seen: dict[tuple[str, date], list[Entry[Attestation]]] = {}
    for entry in attestations:
        stated = entry.value
        yield from blank(entry, _SAID)
        if stated.valid_until < stated.valid_from:
            yield entry.fault(
                f"valid_until: {stated.valid_until} is before valid_from, {stated.valid_from}"
            )
        same = seen.setdefault((stated.practice, stated.valid_from), [])
        for other in same:
            shared = clash(stated, other.value)
            if shared is not None:
                where = f" of {', '.join(shared)}" if shared else ""
                yield entry.fault(
                    f"{stated.practice}: is attested{where} from {stated.valid_from} in line "
                    f"{other.line} already; nobody could say which one holds"
                )
        same.append(entry)
        for proof in stated.evidence:
            yield from _proof_faults(entry, proof, directory)


def clash(one: Attestation, other: Attestation) -> list[str] | None:
    """Give the accounts in which nobody could say which of two attestations holds.

    [] = all in scope, None = there is none. One of all accounts may stand beside one of some that
    says the same.
    """
    if (one.practice, one.valid_from) != (other.practice, other.valid_from):
        return None
    if one.accounts and other.accounts:
        return sorted(set(one.accounts) & set(other.accounts)) or None
    if one.result == other.result and (one.accounts or other.accounts):
        return None
    return sorted({*one.accounts, *other.accounts})


def inside(name: str, directory: Path) -> Path | None:
    """Give the file of a name in the engagement's folder; None if the name leads out of it.

    A link that the folder's owner put there may lead where it will.
    """
    base = Path(os.path.normpath(directory.absolute()))
    path = Path(os.path.normpath(base / name))
    return path if path.is_relative_to(base) else None


def _proof_faults(entry: Entry[Attestation], proof: Proof, directory: Path) -> Iterator[str]:
    if bool(proof.file) == bool(proof.link):
        yield entry.fault("evidence: name a file or a link, one of them in each entry")
    elif proof.link and not proof.link.startswith(("https://", "http://")):
        yield entry.fault(f"evidence: {proof.link} is no link; it begins with https://")
    elif proof.file:
        path = inside(proof.file, directory)
        if path is None:
            yield entry.fault(f"evidence: {proof.file} is not inside the engagement's folder")
        elif not proof.sha256:
            found = f"; it is {sha256(path)} now" if path.is_file() else ", and is not there"
            yield entry.fault(f"evidence: {proof.file} has no sha256{found}")
