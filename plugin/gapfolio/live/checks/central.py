"""What one account may hold for all others: its absence elsewhere is no gap."""

from __future__ import annotations

from gapfolio.live.checks.base import Verdict, account
from gapfolio.live.checks.naming import Names, few
from gapfolio.live.checks.places import Whole

ACTIONS = ("organizations:DescribeOrganization",)
"""What `missing` needs."""

RULE = """If there is none: not applicable in an account that response_accounts leaves out; left to
    a person where response_accounts is empty and the account belongs to an organisation, as it may
    lie in another account"""
"""How the rules of such checks begin their last sentence."""

_ALONE = "AWSOrganizationsNotInUseException"


def responsible(whole: Whole) -> bool | None:
    """Say whether the account must hold it itself; None: another one may, nobody has said.

    Raises:
        UnansweredError: the organisation could not be asked for.
    """
    named = whole.settings.response_accounts
    if named:
        return whole.account.id in named
    found = whole.home.get("organizations", "describe_organization", none=(_ALONE,))
    return None if found.get("Organization") else True


def missing(whole: Whole, what: str, names: Names, others: int = 0) -> Verdict:
    """Judge that there is none.

    Args:
        whole: where; every Region has answered.
        what: what is missing.
        names: by which it was looked for.
        others: how many things of its kind there are that have other names.

    Raises:
        UnansweredError: the organisation could not be asked for.
    """
    thing = account(whole.account)
    here = responsible(whole)
    if here is False:
        where = few(whole.settings.response_accounts)
        return thing.says("not_applicable", f"No {what} here; {where} responds for this account.")
    if here is None:
        text = f"No {what} here; another account of the organisation may have one{names.hint}."
        return thing.says("manual", text)
    if others and not names.declared:
        return thing.says("manual", f"No {what} was recognised among {others}{names.hint}.")
    return thing.says("fail", f"There is no {what} in the Regions that were read.")
