"""Accounts in a sentence: named where they are few, counted where they are many."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gapfolio.model import AccountResult, Assessment
from gapfolio.report.view import formats

CODE = "infrastructure code"
LABEL = 34
"""Characters of an account with its name; so many fit beside a row of the heat map."""


def label(account: AccountResult) -> str:
    """Give an account's id and name in one text that fits into a cell."""
    text = f"{account.id} {account.name}".strip()
    return text if len(text) <= LABEL else f"{text[: LABEL - 1]}…"


def names(assessment: Assessment) -> dict[str, str]:
    """Give the accounts in scope, each with its label."""
    return {account.id: label(account) for account in assessment.accounts}


def named(found: Sequence[str], known: Mapping[str, str], most: int = 3) -> str:
    """Say which accounts: `all 4 accounts in scope`, `2 accounts: …`, `account …`."""
    own = [account for account in found if account]
    if len(own) > 1 and len(own) == len(known):
        text = f"all {formats.number(len(own))} accounts in scope"
    elif len(own) == 1:
        text = f"account {_name(own[0], known)}"
    elif own:
        listed = formats.listed((_name(account, known) for account in own), most)
        text = f"{formats.number(len(own))} accounts: {listed}"
    else:
        text = ""
    code = CODE if len(own) < len(found) else ""
    return " and ".join(part for part in (text, code) if part)


def _name(account: str, known: Mapping[str, str]) -> str:
    return known.get(account) or formats.short(account, LABEL)
