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
    seen: dict[tuple[str, str, date], int] = {}
    for entry in attestations:
        stated = entry.value
        yield from blank(entry, _SAID)
        if stated.valid_until < stated.valid_from:
            yield entry.fault(
                f"valid_until: {stated.valid_until} is before valid_from, {stated.valid_from}"
            )
        for account in stated.accounts or [""]:
            key = (stated.practice, account, stated.valid_from)
            if key in seen:
                where = f" of {account}" if account else ""
                yield entry.fault(
                    f"{stated.practice}: is attested{where} from {stated.valid_from} in line "
                    f"{seen[key]} already; nobody could say which one holds"
                )
            seen[key] = entry.line
        for proof in stated.evidence:
            yield from _proof_faults(entry, proof, directory)


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
