"""What an engagement says of practices, checks, accounts and Regions that are not there.

Such words would be without effect, and nobody would notice: so they are faults, not remarks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import TypeVar

from gapfolio import decoding, lines
from gapfolio.catalogue import Catalogue
from gapfolio.engagement import notes, settings
from gapfolio.engagement.entries import Entry
from gapfolio.engagement.folder import Folder
from gapfolio.errors import EngagementError
from gapfolio.nearest import meant

T = TypeVar("T")
_ACCOUNT = re.compile("[0-9]{12}")


def checked(folder: Folder, catalogue: Catalogue) -> None:
    """Refuse an engagement that speaks of what is not there.

    Raises:
        EngagementError: the first fault, naming file, line and key, with the number of others.
    """
    found = list(faults(folder, catalogue))
    if found:
        more = f" (and {len(found) - 1} more: see gapfolio check)" if len(found) > 1 else ""
        raise EngagementError(f"{found[0]}{more}")


def faults(folder: Folder, catalogue: Catalogue) -> Iterator[str]:
    """Give one sentence for each name in the folder that stands for nothing."""
    if folder.directory is None:
        return
    known = _Known(catalogue, folder.engagement)
    yield from _note_faults(folder.directory / notes.FILE, folder.notes, known)
    for waiver in folder.waivers:
        for key, names in waiver.value.selects().items():
            yield from _entry_faults(waiver, key, names, known)
    for attestation in folder.attestations:
        stated = attestation.value
        yield from _entry_faults(attestation, "practice", [stated.practice], known)
        yield from _entry_faults(attestation, "accounts", stated.accounts, known)
        if stated.practice in known.automated:
            yield attestation.fault(
                f"practice: {stated.practice} is decided by scanners alone; accept a gap with a "
                "waiver, or declare it not applicable"
            )
    for declaration in folder.not_applicable:
        said = declaration.value
        yield from _entry_faults(declaration, "practice", filter(None, [said.practice]), known)
        yield from _entry_faults(declaration, "criterion", filter(None, [said.criterion]), known)
        yield from _entry_faults(declaration, "accounts", said.accounts, known)
    yield from _rule_faults(folder.directory / settings.FILE, folder.engagement, known)


class _Known:
    """What there is to speak of."""

    def __init__(self, catalogue: Catalogue, engagement: settings.Engagement) -> None:
        evidence = {practice.id: practice.evidence for practice in catalogue.practices()}
        self.practices = list(evidence)
        self.automated = {name for name in evidence if evidence[name] == "automated"}
        self.accounts = {account.id for account in engagement.accounts}
        self._criteria = {c.id for practice in catalogue.practices() for c in practice.criteria}
        self._regions = set(engagement.regions)
        self._catalogue = catalogue
        self._scanners = {*catalogue.described, *catalogue.listed, *catalogue.scanners()}
        self._unlisted = {
            edge.check for *_, of, edge in catalogue.edges() if of not in catalogue.listed
        }

    def wrong(self, key: str, name: str) -> str:
        """Say what is wrong with a name that is the value of a key; "" if nothing is."""
        if key == "practice" and name not in self.practices:
            return f"there is no practice {name}{meant(name, self.practices)}"
        if key == "criterion" and name not in self._criteria:
            return f"there is no criterion {name}{meant(name, self._criteria)}"
        if key == "check":
            return self._check(name)
        if key in ("account", "accounts"):
            return self._account(name)
        if key == "region" and self._regions and name not in self._regions:
            return f"Region {name} is not in scope{meant(name, self._regions)}"
        return ""

    def _account(self, name: str) -> str:
        if self.accounts and name not in self.accounts:
            return f"account {name} is not in scope{meant(name, self.accounts)}"
        return "" if _ACCOUNT.fullmatch(name) else f"{name!r} is not a 12-digit account id"

    def _check(self, name: str) -> str:
        """Judge `scanner:check` or a check's id; where nobody lists the checks, any is right."""
        listed, checks = self._catalogue.listed, self._catalogue.checks
        scanner, _, own = name.partition(":")
        if own and scanner in self._scanners:
            if (
                scanner not in listed
                or (scanner, self._catalogue.canonical(scanner, own)) in checks
            ):
                return ""
            near = meant(own, (check for of, check in checks if of == scanner))
            return f"{scanner} has no check {own}{near}"
        if name in self._unlisted:
            return ""
        if any((of, self._catalogue.canonical(of, name)) in checks for of in listed):
            return ""
        near = meant(name, (check for _, check in checks))
        return f"there is no check {name}{near or '; write scanner:check'}"


def _entry_faults(entry: Entry[T], key: str, names: Iterable[str], known: _Known) -> Iterator[str]:
    for name in names:
        if wrong := known.wrong(key, name):
            yield entry.fault(f"{key}: {wrong}")


def _note_faults(path: Path, written: notes.Notes, known: _Known) -> Iterator[str]:
    wrong = {name: known.wrong("practice", name) for name in written.practices}
    root = decoding.composed(path.read_bytes()) if any(wrong.values()) else None
    for name, fault in wrong.items():
        if fault:
            yield f"{path}: line {lines.in_yaml(root, ['practices', name])}: practices: {fault}"


def _rule_faults(path: Path, engagement: settings.Engagement, known: _Known) -> Iterator[str]:
    for place, rule in enumerate(engagement.remediation.rules):
        for key, fault in _rule_keys(rule, known):
            line = lines.in_toml(
                path.read_text(encoding="utf-8-sig"), ["remediation", "rules", place, key]
            )
            yield f"{path}: line {line}: remediation.rules: {key}: {fault}"


def _rule_keys(rule: settings.RemediationRule, known: _Known) -> Iterator[tuple[str, str]]:
    """Give what is wrong with a rule, each with its key."""
    if rule.practice and not any(fnmatchcase(name, rule.practice) for name in known.practices):
        yield "practice", f"no practice fits {rule.practice}{meant(rule.practice, known.practices)}"
    if rule.account and (wrong := known.wrong("account", rule.account)):
        yield "account", wrong
    if not rule.owner and rule.days is None:
        yield "owner", "the rule says neither owner nor days"
