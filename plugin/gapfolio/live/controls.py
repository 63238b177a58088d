"""Titles and severities of Security Hub's controls, kept beside the findings for their reader.

The findings carry them too, but a passed one says INFORMATIONAL, and a silent control says nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import msgspec

from gapfolio.live.session import Connection
from gapfolio.live.trouble import trouble

_PAGE = 100


def definitions(connection: Connection, regions: Iterable[str]) -> tuple[bytes, str]:
    """Give the list as a JSON file, or why there is none.

    Args:
        connection: who asks.
        regions: where the hub is enabled; the first that answers is asked.
    """
    from botocore.exceptions import BotoCoreError, ClientError  # noqa: PLC0415 - lazy

    why = "no Region could be asked"
    for region in regions:
        try:
            return _file(region, _listed(connection, region)), ""
        except (BotoCoreError, ClientError) as error:
            why = trouble(error).words
    return b"", why


def _listed(connection: Connection, region: str) -> list[dict[str, Any]]:
    pages = connection.client("securityhub", region).get_paginator(
        "list_security_control_definitions"
    )
    found: list[dict[str, Any]] = []
    for page in pages.paginate(PaginationConfig={"PageSize": _PAGE}):
        found += page["SecurityControlDefinitions"]
    return sorted(found, key=lambda control: str(control.get("SecurityControlId")))


def _file(region: str, controls: list[dict[str, Any]]) -> bytes:
    content = {
        "schema": "gapfolio.controls/1",
        "scanner": "securityhub",
        "region": region,
        "controls": controls,
    }
    return msgspec.json.format(msgspec.json.encode(content), indent=2) + b"\n"
