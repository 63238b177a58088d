"""What Gapfolio's own AWS probe writes: one finding a line (`gapfolio.probe/1`)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import get_args

from gapfolio.model import Finding, Severity, Status
from gapfolio.sources.base import Element, Kind

SCANNER = "probe"
SCHEMA = "gapfolio.probe/1"


class ProbeFindings:
    """Findings of the probe, for the hook `register_sources`."""

    name = "probe"
    title = "Gapfolio AWS probe"
    recognised = f"schema is {SCHEMA}"
    lost = "Nothing."
    kind: Kind = "json"

    def claims(self, element: Element) -> bool:
        """Say whether the element names the schema and a check."""
        return element.get("schema") == SCHEMA and bool(_text(element, "check"))

    def findings(self, element: Element) -> Iterator[Finding]:
        """Yield the one finding of an element; a status that is none is an error."""
        tags = element.get("tags")
        yield Finding(
            scanner=SCANNER,
            scanner_version=_text(element, "version"),
            check=_text(element, "check"),
            account=_text(element, "account"),
            region=_text(element, "region"),
            status=_status(element.get("status")),
            severity=_severity(element.get("severity")),
            service=_text(element, "service"),
            title=_text(element, "title"),
            resource=_text(element, "resource"),
            resource_name=_text(element, "resource_name"),
            resource_type=_text(element, "resource_type"),
            detail=_text(element, "detail"),
            tags=[tag for tag in tags if isinstance(tag, str)] if isinstance(tags, list) else [],
            observed_at=_moment(element.get("observed_at")),
        )


def _text(element: Element, key: str) -> str:
    value = element.get(key)
    return value if isinstance(value, str) else ""


def _status(value: object) -> Status:
    return next((word for word in get_args(Status) if word == value), "error")


def _severity(value: object) -> Severity:
    return next((word for word in get_args(Severity) if word == value), "unknown")


def _moment(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
