"""What an ARN tells of a resource whose finding names no account or Region."""

from __future__ import annotations

import re

_ARN = re.compile(r"arn:aws[a-z-]{0,20}:[a-z0-9.-]{0,63}:([a-z0-9-]{0,63}):([0-9]{12})?:")
_GLOBAL = "global"


def account_of(resource: str) -> str:
    """Give the account in an ARN; `""` if it names none, or is no ARN."""
    found = _ARN.match(resource)
    return (found[2] or "") if found else ""


def region_of(resource: str) -> str:
    """Give the Region in an ARN; `""` if it names none, or is no ARN."""
    found = _ARN.match(resource)
    return found[1] if found else ""


def named_region(word: str) -> str:
    """Give a Region as a scanner names it; `""` for its word for none."""
    return "" if word.lower() == _GLOBAL else word
