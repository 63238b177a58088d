"""Waivers drafted from a Prowler mutelist, whose mutes have neither an owner nor an end.

Prowler (`prowler/lib/mutelist/mutelist.py`) takes checks, Regions, resources and tags as regular
expressions, each `*` as `.*`, and searches for them anywhere in the text; of tags all must be
found, of the others one. `Exceptions` end the list of an account for what they name. A resource is
looked for in its id, not in its ARN. Findings carry the ARN, and a waiver's patterns must fit it
as a whole, so a mute can be drafted as it is, or narrower. What could only be wider is written as
a comment, for a person to decide.
"""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from fnmatch import fnmatchcase
from typing import Any

import msgspec

from gapfolio import decoding
from gapfolio.catalogue import Catalogue
from gapfolio.engagement import yamltext
from gapfolio.errors import InputError
from gapfolio.model import Record

_SCANNER = "prowler"
_LONGEST = 200
_TOKEN = re.compile(r"(\.[+*])|(\*)|\\([^\w\s*?|])|([^\\^$|?*+()\[\]{}])")
"""What a pattern may hold: any text, `*`, an escaped character, one that stands for itself."""
_HEADER = """\
# Waivers drafted from {name} on {today}.
#
# A mutelist knows neither who owns a risk nor when that ends: fill in owner, approver and expires
# (at most {longest} days after granted), read what each one covers, move it to waivers.yaml, and
# run gapfolio check. What stays here is not read.
#
# Prowler searches for a text anywhere in a resource's id or tags; a waiver takes it as the whole id
# or tag, so a draft may cover less than the mute. One that would cover more is commented out.
"""


class _Exceptions(Record, frozen=True, kw_only=True, rename="pascal"):
    """What the mutes of an account leave alone."""

    accounts: list[str] = msgspec.field(default_factory=list)
    regions: list[str] = msgspec.field(default_factory=list)
    resources: list[str] = msgspec.field(default_factory=list)
    tags: list[str] = msgspec.field(default_factory=list)


class _Rule(Record, frozen=True, kw_only=True, rename="pascal"):
    """One mute of a check."""

    regions: list[str]
    resources: list[str]
    tags: list[str] | None = None
    exceptions: _Exceptions | None = None
    description: str = ""


class _Account(Record, frozen=True, kw_only=True, rename="pascal"):
    """The mutes of one account, or of all."""

    checks: dict[str, _Rule]


class _Mutelist(Record, frozen=True, kw_only=True, rename="pascal"):
    """The part of the file that holds mutes."""

    accounts: dict[str, _Account]


class _File(msgspec.Struct, frozen=True, kw_only=True):
    """The file, whose key changed with Prowler 4.0 and again with 4.1."""

    mutelist: _Mutelist | None = msgspec.field(name="Mutelist", default=None)
    mute_list: _Mutelist | None = msgspec.field(name="Mute List", default=None)
    allowlist: _Mutelist | None = msgspec.field(name="Allowlist", default=None)


@dataclass
class _Draft:
    """One mute as a waiver."""

    account: str
    check: str
    reason: str
    selects: dict[str, Any] = field(default_factory=dict)
    narrower: list[str] = field(default_factory=list)
    """How it covers less than the mute."""
    wider: list[str] = field(default_factory=list)
    """How it would cover more."""
    empty: str = ""
    """Why there is nothing to waive."""

    def origin(self) -> str:
        """Name the mute."""
        return f"account {_shown(self.account)}, check {_shown(self.check)}"

    def losses(self) -> list[str]:
        """Say how it differs from the mute."""
        if self.empty:
            return [f"not drafted: {self.empty}"]
        return [
            *(f"covers less: {why}" for why in self.narrower),
            *(f"commented out, it would cover more: {why}" for why in self.wider),
        ]


@dataclass(frozen=True)
class Drafts:
    """The text of the draft, with what became of the mutes."""

    text: str
    complete: int
    narrower: int
    """A part of the mute is left out."""
    commented_out: int
    """They would cover more than the mute."""
    empty: int
    """The mute covers nothing that the catalogue knows."""
    notes: list[str]
    """What could not be carried over as it is."""


def drafted(  # noqa: PLR0913 - what a draft says besides the mutes
    content: bytes, name: str, catalogue: Catalogue, *, today: date, first: int, longest: int
) -> Drafts:
    """Draft waivers from the content of a mutelist; their numbers begin with `first`.

    Raises:
        InputError: it is no mutelist, or not as Prowler asks for it.
    """
    checks = _Checks(catalogue)
    drafts = [
        draft
        for account, muted in _read(content, name).accounts.items()
        for draft in _of_account(account, muted, checks)
    ]
    header = _HEADER.format(name=_shown(name), today=today, longest=longest)
    blocks = [
        _block(draft, f"W-{today.year}-{number:02}", today)
        for number, draft in enumerate(drafts, first)
    ]
    return Drafts(
        "\n".join([header, *blocks]),
        complete=sum(not (d.empty or d.wider or d.narrower) for d in drafts),
        narrower=sum(bool(d.narrower) and not (d.empty or d.wider) for d in drafts),
        commented_out=sum(bool(d.wider) and not d.empty for d in drafts),
        empty=sum(bool(d.empty) for d in drafts),
        notes=[f"{d.origin()}: {why}" for d in drafts for why in d.losses()],
    )


def _read(content: bytes, name: str) -> _Mutelist:
    try:
        file = decoding.decode(content, _File, "yaml")
    except decoding.MalformedError as error:
        raise InputError(f"{name}: is no mutelist that Prowler would read: {error}") from error
    found = file.mutelist or file.mute_list or file.allowlist
    if found is None:
        raise InputError(
            f"{name}: is no mutelist: it has no key Mutelist (before Prowler 4.1: Allowlist or "
            "Mute List)"
        )
    return found


class _Checks:
    """Prowler's checks."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.known = {check for scanner, check in catalogue.checks if scanner == _SCANNER}
        self.mapped = {edge.check for _, _, of, edge in catalogue.edges() if of == _SCANNER}
        self._former = {old: new for (of, old), new in catalogue.aliases.items() if of == _SCANNER}

    def exact(self, name: str) -> str:
        """Give the check of a name, "" if there is none."""
        return name if name in self.known else self._former.get(name, "")

    def fitting(self, globs: Sequence[str]) -> set[str]:
        """Give the checks that have one of the texts anywhere in their name."""
        patterns = [f"*{glob}*" for glob in globs]
        return {name for name in self.known if any(fnmatchcase(name, p) for p in patterns)}


def _of_account(account: str, muted: _Account, checks: _Checks) -> Iterator[_Draft]:
    """Draft the mutes of one account; what `Exceptions` name is not muted by any that follows."""
    excepted: set[str] = set()
    for check, rule in muted.checks.items():
        draft = _Draft(account, check, rule.description)
        if account != "*":
            draft.selects["account"] = account
        found = _checks(draft, checks, excepted)
        _regions(draft, rule.regions)
        _resources(draft, rule.resources)
        _tags(draft, rule.tags or [])
        if rule.exceptions and any(msgspec.structs.astuple(rule.exceptions)):
            draft.wider.append("it has Exceptions, which a waiver cannot say")
            excepted |= found
        yield draft


def _checks(draft: _Draft, checks: _Checks, excepted: set[str]) -> set[str]:
    """Select the checks, and give all that the mute's pattern finds."""
    draft.selects["check"] = ""
    pattern = re.sub("^lambda", "awslambda", draft.check)
    globs = _globs(pattern)
    if globs is None:
        draft.wider.append("its check is a regular expression; name the checks")
        return checks.known
    found = checks.fitting(globs)
    exact = checks.exact(pattern)
    if found == checks.known:
        draft.wider.append("it mutes every check of Prowler; name those that are meant")
        return found
    chosen = {exact} if exact else found
    if more := found - chosen:
        draft.narrower.append(f"Prowler also mutes {_listed(sorted(more))}")
    if touched := chosen & excepted:
        draft.narrower.append(f"an earlier entry has Exceptions of {_listed(sorted(touched))}")
    names = [f"{_SCANNER}:{name}" for name in sorted((chosen - touched) & checks.mapped)]
    draft.selects["check"] = names[0] if len(names) == 1 else names
    if not chosen & checks.mapped:
        draft.empty = "no best practice rests on such a check"
    elif not names:
        draft.wider.append("an earlier entry has Exceptions of all its checks")
        draft.selects["check"] = ""
    return found | chosen


def _regions(draft: _Draft, regions: Sequence[str]) -> None:
    if not _any(regions):
        _select(draft, "region", "Regions", regions, _region)


def _resources(draft: _Draft, resources: Sequence[str]) -> None:
    if not _any(resources):
        _select(draft, "resource", "Resources", resources, _fitting)
    if draft.selects.get("resource") == "":
        draft.selects["resource"] = [like for text in resources for like in _nearly(text)] or ""


def _any(texts: Sequence[str]) -> bool:
    """Tell whether one of the texts is found in everything that there is."""
    return any(glob in {"*", "?*"} for text in texts for glob in _globs(text) or [])


def _tags(draft: _Draft, tags: Sequence[str]) -> None:
    asked = [tag for tag in tags if "*" not in (_globs(tag) or [])]
    if len(asked) > 1:
        draft.selects["tag"] = ""
        names = _listed([_shown(tag) for tag in asked])
        draft.wider.append(f"all of its tags must be there, {names}; a waiver asks for one")
    elif asked:
        _select(draft, "tag", "Tags", asked, lambda tag: _globs(tag) or [])


def _select(
    draft: _Draft,
    key: str,
    label: str,
    texts: Sequence[str],
    carried: Callable[[str], list[str]],
) -> None:
    """Select what can be carried over, "" if nothing can, and tell what cannot."""
    values = [value for text in texts for value in carried(text)]
    lost = [_shown(text) for text in texts if not carried(text)]
    draft.selects[key] = values[0] if len(values) == 1 else values or ""
    if not texts:
        draft.empty = f"its {label} are empty, so Prowler mutes nothing"
    if lost:
        why = f"of its {label}, {_listed(lost)} cannot be said exactly"
        (draft.narrower if values else draft.wider).append(why)


def _region(text: str) -> list[str]:
    return [text] if re.fullmatch(r"[a-z0-9-]+", text) else []


def _fitting(text: str) -> list[str]:
    """Give patterns of ARNs and ids that fit nothing but what the mute finds in an id."""
    fitting: list[str] = []
    for glob in _globs(text.removeprefix("^").removesuffix("$")) or []:
        plain = glob.removeprefix("?").removeprefix("*")
        if glob.startswith("arn:"):
            fitting.append(glob)
        elif not plain or "*" in plain or "?" in plain:
            return []  # further on, * would also stand for the / or : between parts of an ARN
        else:
            fitting += [glob] if plain != glob else [glob, f"*/{glob}", f"*:{glob}"]
    return fitting


def _nearly(text: str) -> list[str]:
    """Give patterns for what a mute probably means, though they may fit more."""
    globs = _globs(text.removeprefix("^").removesuffix("$")) or []
    return [f"{start}{glob.lstrip('*?')}" for glob in globs for start in ("*/", "*:")]


def _globs(text: str) -> list[str] | None:
    """Write a regular expression of Prowler's as patterns with `*` and `?`, one for each `|`.

    They fit what it finds or less: a point, say, is taken for itself. None if it is more than text
    and `*`.
    """
    globs = []
    for part in text.split("|"):
        glob, end = "", 0
        for token in _TOKEN.finditer(part):
            if token.start() != end:
                return None
            end = token.end()
            some, star, escaped, plain = token.groups()
            glob += "?*" if some else "*" if star else escaped or plain
        if end != len(part) or not glob:
            return None
        globs.append(re.sub(r"\*+", "*", glob))
    return globs


def _block(draft: _Draft, number: str, today: date) -> str:
    """Write one mute: what it was, what is to be known, and the waiver."""
    lines = [f"From {draft.origin()}."]
    lines += [f"{why[0].upper()}{why[1:]}." for why in draft.losses()]
    if draft.empty:
        return _comment(lines)
    entry = yamltext.entry(
        {
            "id": number,
            **draft.selects,
            "reason": draft.reason,
            "owner": "",
            "approver": "",
            "granted": today,
            "expires": None,
        }
    )
    shown = textwrap.indent(entry, "# ", lambda _: True) if draft.wider else entry
    return _comment(lines) + shown


def _comment(lines: Sequence[str]) -> str:
    return "".join(
        textwrap.fill(
            line,
            100,
            initial_indent="# ",
            subsequent_indent="# ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        + "\n"
        for line in lines
    )


def _listed(names: Sequence[str], most: int = 5) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _shown(text: str) -> str:
    """Quote what a stranger wrote, on one line and with nothing hidden."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
    return json.dumps(cut, ensure_ascii=not cut.isprintable())
