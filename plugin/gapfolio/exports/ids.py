"""Identifiers that stay: the same thing of the same client has the same UUID in every export."""

from __future__ import annotations

import json
from uuid import UUID, uuid5

NAMESPACE = UUID("3fd24981-0bf9-58f0-b415-bcdaaa35fc6a")
"""Never to be changed: what was imported under other UUIDs would stand there twice."""


def stable(client: str, *key: str) -> str:
    """Give the UUID (version 5) of something by its key, such as `"gap", "CRED-01.mfa:1111"`.

    It follows from the client and the key alone: not from the period, the order of the input or
    the version of anything.
    """
    return str(uuid5(NAMESPACE, json.dumps([client, *key])))
