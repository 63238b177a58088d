"""The accounts of the client's AWS organization, from a file: which are under audit and which not.

The file is what `aws organizations list-accounts` writes
(https://docs.aws.amazon.com/organizations/latest/APIReference/API_ListAccounts.html).
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from gapfolio import decoding
from gapfolio.errors import EngagementError
from gapfolio.model import AccountId


class Member(msgspec.Struct, frozen=True, rename="pascal"):
    """An account of the organization; what is not needed is not read."""

    id: AccountId
    name: str = ""
    status: str = ""
    state: str = ""
    """Takes the place of `status` in answers from September 2026 on."""


class Listing(msgspec.Struct, frozen=True, rename="pascal"):
    """The file."""

    accounts: list[Member]


def read(path: Path) -> dict[str, str]:
    """Give the accounts that are in use, id to name.

    Raises:
        EngagementError: the file cannot be read as that.
    """
    try:
        listing = decoding.decode(path.read_bytes(), Listing, "json")
    except decoding.MalformedError as error:
        raise EngagementError(
            f"{path}: {error}; write it with aws organizations list-accounts --output json"
        ) from error
    except OSError as error:
        raise EngagementError(f"{path}: cannot be read ({error.strerror})") from error
    closed = {"SUSPENDED", "CLOSED", "PENDING_CLOSURE"}
    return {
        member.id: member.name
        for member in listing.accounts
        if not {member.status, member.state} & closed
    }
