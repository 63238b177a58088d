"""A part of the accounts in scope, named by what `gapfolio.toml` says of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from fnmatch import fnmatchcase

from gapfolio.engagement.folder import Folder
from gapfolio.engagement.settings import FILE, Engagement
from gapfolio.errors import EngagementError

FIELDS = ("name", "owner", "environment")


def members(engagement: Engagement, text: str) -> list[str]:
    """Give the accounts that `FIELD=VALUE` means; the value may be a pattern with `*`.

    Raises:
        EngagementError: there is no such field, or no account has that value.
    """
    field, found, value = text.partition("=")
    if not found or field not in FIELDS:
        raise EngagementError(
            f"--group {text}: write FIELD=VALUE; the fields are {', '.join(FIELDS)}"
        )
    chosen = [a.id for a in engagement.accounts if fnmatchcase(getattr(a, field), value)]
    if not chosen:
        there = sorted({getattr(account, field) for account in engagement.accounts} - {""})
        raise EngagementError(
            f"--group {text}: no account in {FILE} has that {field}; there are: "
            f"{', '.join(there) or 'none'}"
        )
    return chosen


def concerning(folder: Folder, accounts: Collection[str]) -> Folder:
    """Leave out what people declared of other accounts only."""

    def concerns(named: Collection[str]) -> bool:
        return not named or not set(named).isdisjoint(accounts)

    return replace(
        folder,
        waivers=tuple(e for e in folder.waivers if concerns(e.value.selects().get("account", []))),
        attestations=tuple(e for e in folder.attestations if concerns(e.value.accounts)),
        not_applicable=tuple(e for e in folder.not_applicable if concerns(e.value.accounts)),
    )
