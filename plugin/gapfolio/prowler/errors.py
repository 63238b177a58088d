"""What Prowler logged as failed: calls by service and Region, checks, and outputs.

Prowler writes no list of failed API calls; it logs them at ERROR, a denied one here and there at
WARNING, and shows only CRITICAL. This handler listens without changing what the user sees.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from pathlib import PurePath

from gapfolio.model import RunError

_REGION = re.compile(r"([a-z]{2}(?:-[a-z]+)+-\d)\b")
_OPERATION = re.compile(r"when calling the (\w+) operation")
# `name -- KeyError[3]: …` where a check raised, `name - …` where what is around it did
_BROKEN = re.compile(r"([A-Za-z0-9_]+) --? ")
# a check that asks another company, and was given no key: it did not run, and no call failed
_KEYLESS = re.compile(r"No Shodan API Key")
_NOT_FOUND = re.compile(r"Check '([^']+)' was not found")
_DENIED = re.compile(r"AccessDenied|Unauthorized|not authorized", re.IGNORECASE)
_LENGTH = 120
OUTPUT = "output "
"""Begins the `service` of an error that is Prowler's own: it could not write this format."""
LEVEL = logging.WARNING
"""From here on records are looked at."""


class ErrorLog(logging.Handler):
    """Counts errors of services, and remembers checks that broke."""

    def __init__(self) -> None:
        super().__init__(LEVEL)
        self._counts: Counter[tuple[str, str]] = Counter()
        self._messages: dict[tuple[str, str], str] = {}
        self.broken: set[str] = set()
        """Checks that raised or were not there: they were not executed to their end."""

    def emit(self, record: logging.LogRecord) -> None:
        """Take note of one log record."""
        message = _message(record)
        service = _service(record.pathname)
        if record.levelno < logging.ERROR and not (
            service and not service.startswith(OUTPUT) and _DENIED.search(message)
        ):
            return
        if service and _KEYLESS.match(message):
            self.broken.add(PurePath(record.pathname).stem)
        elif service:
            region = _REGION.match(message)
            key = (service, region[1] if region else "")
            self._counts[key] += 1
            self._messages.setdefault(key, _short(message))
        elif record.module == "check":
            check = _NOT_FOUND.match(message) or _BROKEN.match(message)
            self.broken |= {check[1]} if check else set()

    def errors(self) -> list[RunError]:
        """Give what was counted, sorted by service and Region."""
        return [
            RunError(service=key[0], region=key[1], count=number, message=self._messages[key])
            for key, number in sorted(self._counts.items())
        ]


def _message(record: logging.LogRecord) -> str:
    try:
        return record.getMessage()
    except (TypeError, ValueError):  # arguments that do not fit: no reason to break a scan
        return str(record.msg)


def _service(path: str) -> str:
    """Tell from a Prowler source file what failed; "" where it is no call and no output.

    `…/services/<service>/…` is a call of that service, `…/lib/outputs/<format>/…` an output.
    Prowler goes on when a CSV file cannot be written to its end, and exits as if all were well.
    """
    parts = PurePath(path).parts
    for folder, prefix in (("services", ""), ("outputs", OUTPUT)):
        if folder in parts[:-2]:
            return prefix + parts[parts.index(folder) + 1]
    return ""


def _short(message: str) -> str:
    operation = _OPERATION.search(message)
    return f"{operation[1]} failed" if operation else " ".join(message.split())[:_LENGTH]
