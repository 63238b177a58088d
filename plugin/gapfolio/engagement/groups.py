"""A part of the accounts in scope, named by what `gapfolio.toml` says of them."""

from __future__ import annotations

from fnmatch import fnmatchcase

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
