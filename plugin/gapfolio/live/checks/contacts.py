"""IR-11: AWS knows whom to call."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from gapfolio.live.checks.base import Verdict, account, check
from gapfolio.live.checks.naming import few
from gapfolio.live.checks.places import Place

_KINDS = ("SECURITY", "OPERATIONS", "BILLING")
_NONE = ("ResourceNotFoundException",)


@check(
    "account-contacts",
    title="Contacts for security, operations and billing are registered and differ",
    criterion="IR-11.account-contacts",
    service="account",
    reach="global",
    rule="""Passes if the account has alternate contacts for security, operations and billing, no
        two of the three share an e-mail address, and none is the primary contact by name or
        telephone number; else it fails and says why. Whether somebody reads what is sent there,
        only a person can say.""",
    actions=("account:GetAlternateContact", "account:GetContactInformation"),
)
def account_contacts(place: Place) -> Iterator[Verdict]:
    """Read the contacts of the account."""
    found = {
        kind.lower(): place.get(
            "account", "get_alternate_contact", none=_NONE, AlternateContactType=kind
        ).get("AlternateContact")
        for kind in _KINDS
    }
    primary = place.get("account", "get_contact_information", none=_NONE).get("ContactInformation")
    thing = account(place.account)
    faults = list(_faults(found, primary or {}))
    if faults:
        yield thing.says("fail", f"{'; '.join(faults)}.".capitalize())
    else:
        yield thing.says("pass", "Contacts for security, operations and billing are registered.")


def _faults(
    found: Mapping[str, Mapping[str, Any] | None], primary: Mapping[str, Any]
) -> Iterator[str]:
    lacking = [kind for kind, contact in found.items() if not contact]
    if lacking:
        yield f"no contact is registered for {few(lacking)}"
    known = {kind: contact for kind, contact in found.items() if contact}
    addresses = [str(contact.get("EmailAddress")).lower() for contact in known.values()]
    if len(set(addresses)) < len(addresses):
        yield "contacts share an e-mail address"
    same = [
        kind
        for kind, contact in known.items()
        if _plain(contact.get("Name")) == _plain(primary.get("FullName"))
        or _digits(contact.get("PhoneNumber")) == _digits(primary.get("PhoneNumber"))
    ]
    if primary and same:
        yield f"the contact for {few(same)} is the primary contact"


def _plain(text: object) -> str:
    return " ".join(str(text).lower().split())


def _digits(text: object) -> str:
    return re.sub(r"\D", "", str(text))
