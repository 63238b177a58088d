"""An Assessment, and the engagement it was made in, as a copy has them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby
from operator import attrgetter
from typing import Any, TypeVar

import msgspec

from gapfolio import model
from gapfolio.assess import document
from gapfolio.engagement import Folder, Notes
from gapfolio.model import Affected, Assessment, Verdict
from gapfolio.redaction.arns import tail
from gapfolio.redaction.fields import Rule, rule
from gapfolio.redaction.pseudonyms import Pseudonyms

_T = TypeVar("_T", bound=msgspec.Struct)
_CHANGED = re.compile(r".*( has changed since the run)", re.DOTALL)
_GROUP = re.compile(r"(.*\((?:name|owner)=)(.*)(\))", re.DOTALL)
_FIRST: dict[type[msgspec.Struct], tuple[str, ...]] = {
    model.AccountResult: (),
    model.Affected: ("severity", "check"),
    model.Conflict: ("criterion",),
    model.InputResult: (),
    model.Moved: ("practice", "move", "cause"),
    model.Muted: ("practice", "scanner", "check"),
    model.RemediationItem: ("overdue", "due", "priority", "practice"),
    model.RunResult: (),
    model.ScanResult: ("scanner",),
}
"""Records that are sorted by account, resource or file, with what goes before these."""

OwnNames = Mapping[tuple[str, int], set[str]]


class Rewriter:
    """Rewrites records with what has been learned.

    Args:
        names: knows everything already.
        own: names of the resources that the assessment quotes a scanner on, by input and row.
    """

    def __init__(self, names: Pseudonyms, own: OwnNames) -> None:
        self._names = names
        self._own = own
        self._rules: dict[Rule, Callable[[str], str]] = {
            "text": names.text,
            "said": names.said,
            "account": names.account,
            "name": names.name,
            "environment": names.environment,
            "owner": names.owner,
            "resource": names.resource,
            "matter": names.matter,
            "file": names.file,
            "key": names.key,
            "origin": self._origin,
            "void": self._void,
            "part": self._part,
        }

    def record(self, value: _T) -> _T:
        """Rewrite a record with all that is in it."""
        fields = {name: getattr(value, name) for name in value.__struct_fields__}
        made = {
            name: self._field(value, rule(type(value), name), found)
            for name, found in fields.items()
        }
        return type(value)(**made)

    def _field(self, record: msgspec.Struct, how: Rule, value: Any) -> Any:
        if how == "keep":
            return value
        if how == "detail":
            return self._names.detail(value, self._resources(record))
        if how == "selects":
            return self._selectors(value)
        if how == "arguments":
            return self._arguments(value)
        return self._value(value, how)

    def _value(self, value: Any, how: Rule) -> Any:
        if isinstance(value, str):
            return self._rules[how](value)
        if isinstance(value, msgspec.Struct):
            return self.record(value)
        if isinstance(value, dict):
            made = {
                self._value(key, how): self._names.name(item)
                if isinstance(item, str) and how == "account"
                else self._value(item, how)
                for key, item in value.items()
            }
            return dict(sorted(made.items())) if how == "account" else made
        if isinstance(value, list):
            items = [self._value(item, how) for item in value]
            return sorted(items) if how == "account" else _sorted_anew(items)
        return value

    def _resources(self, record: msgspec.Struct) -> set[str]:
        """Give the names of the resource that a scanner's sentence is about."""
        assert isinstance(record, Affected | Verdict)  # noqa: S101 - those have such a field
        return {tail(record.resource), *self._own.get((record.input, record.row), ())}

    def _selectors(self, selects: dict[str, list[str]]) -> dict[str, list[str]]:
        """Rewrite what a waiver selects; patterns cannot be told apart from names."""
        rules: dict[str, Callable[[str], str]] = {
            "account": self._names.account,
            "resource": self._names.resource,
            "tag": self._names.tag,
        }
        return {
            selector: sorted(rules[selector](value) for value in values)
            if selector in rules
            else values
            for selector, values in selects.items()
        }

    def _arguments(self, arguments: Sequence[str]) -> list[str]:
        """Rewrite a command line: the options stay, what they are given may be any name."""
        if not (self._names.hides_places or self._names.hides_tags):
            return list(arguments)
        made = []
        for argument in arguments:
            option, found, _ = argument.partition("=")
            if not argument.startswith("-"):
                made.append(argument if argument == "aws" else "…")
            else:
                made.append(f"{option}=…" if found else argument)
        return made

    def _origin(self, origin: str) -> str:
        """Rewrite where a run record came from: a file, or the declaration's own words."""
        head, found, what = origin.partition("=")
        if not (found and head.startswith("--executed ")):
            return self._names.file(origin)
        return origin if what == "all" else f"{head}={self._names.file(what)}"

    def _void(self, void: str) -> str:
        """Rewrite why a record proves nothing; it may begin with the name of an output."""
        if not self._names.hides_places:
            return void
        return self._names.text(_CHANGED.sub(r"an output\1", void))

    def _part(self, part: str) -> str:
        """Rewrite what part of the accounts it is on; a group may be named by their names."""
        found = _GROUP.fullmatch(part)
        if found and self._names.hides_accounts:
            return f"{found[1]}{self._names.group(found[2])}{found[3]}"
        return self._names.text(part)

    def folder(self, folder: Folder) -> Folder:
        """Rewrite an engagement: what people wrote, and whose accounts it is about.

        What only the assessment needed is left out.
        """
        engagement = msgspec.structs.replace(
            folder.engagement,
            accounts=[
                msgspec.structs.replace(
                    account,
                    id=self._names.account(account.id),
                    name=self._names.name(account.name),
                    owner=self._names.owner(account.owner),
                    environment=self._names.environment(account.environment),
                )
                for account in folder.engagement.accounts
            ],
            inputs=[],
        )
        return replace(
            folder,
            engagement=engagement,
            notes=self._notes(folder.notes),
            waivers=(),
            attestations=(),
            not_applicable=(),
            organization=None,
        )

    def _notes(self, notes: Notes) -> Notes:
        text = self._names.text
        return Notes(
            conclusion=text(notes.conclusion),
            scope=text(notes.scope),
            limitations=text(notes.limitations),
            management_response=text(notes.management_response),
            practices={
                practice: msgspec.structs.replace(
                    noted,
                    cause=text(noted.cause),
                    effect=text(noted.effect),
                    response=text(noted.response),
                    owner=text(noted.owner),
                )
                for practice, noted in notes.practices.items()
            },
        )


def accounts(assessment: Assessment, folder: Folder) -> list[tuple[str, str]]:
    """Give the accounts that are known from the engagement, as (id, name)."""
    return [
        *((account.id, account.name) for account in assessment.accounts),
        *((account.id, account.name) for account in folder.engagement.accounts),
        *assessment.accounts_missing.items(),
        *(folder.organization or {}).items(),
    ]


def learn(assessment: Assessment, folder: Folder, names: Pseudonyms) -> None:
    """Learn the owners of accounts, and the files that were read."""
    owners = {account.owner for account in assessment.accounts}
    owners |= {account.owner for account in folder.engagement.accounts}
    for owner in sorted(owners):
        names.learn_owner(owner)
    for given in assessment.inputs:
        names.learn_file(given.name)
    for run in assessment.runs:
        if not run.declared:
            names.learn_file(run.origin)


def _sorted_anew(items: list[Any]) -> list[Any]:
    """Sort records by what they say now: their order would tell that of the real names."""
    first = _FIRST.get(type(items[0])) if items else None
    if first is None:
        return items
    group = attrgetter(*first) if first else lambda _: None
    return [
        item for _, same in groupby(items, key=group) for item in sorted(same, key=document.encode)
    ]
