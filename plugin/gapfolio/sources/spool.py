"""Elements that came through Python, on their way to DuckDB: one JSON object a line, on disk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gapfolio.model import Finding
from gapfolio.sources.base import Element

ROW_KEY = "gapfolio row"
"""Key of the element number in a spool; no scanner's."""

RECORD_COLUMNS = {
    "scanner": "VARCHAR",
    "scanner_version": "VARCHAR",
    "provider": "VARCHAR",
    "check_raw": "VARCHAR",
    "account": "VARCHAR",
    "account_name": "VARCHAR",
    "region": "VARCHAR",
    "resource": "VARCHAR",
    "resource_name": "VARCHAR",
    "resource_type": "VARCHAR",
    "service": "VARCHAR",
    "status": "VARCHAR",
    "muted": "BOOLEAN",
    "severity": "VARCHAR",
    "title": "VARCHAR",
    "detail": "VARCHAR",
    "tags": "VARCHAR[]",
    "frameworks": "VARCHAR",
    "observed_at": "VARCHAR",
    "local_time": "VARCHAR",
    "finding_uid": "VARCHAR",
}
"""Columns of the findings that a `RecordSource` yields, as they are spooled."""

_ENCODER = msgspec.json.Encoder()


class Spool:
    """A file of projected elements.

    Args:
        path: the file to be written, in a private directory.
        columns: keys that are kept; the rest of an element is dropped.
    """

    def __init__(self, path: Path, columns: Mapping[str, str]) -> None:
        self.path = path
        self.columns = columns
        self.longest = 0
        self.lines = 0
        self._stream = path.open("wb")

    def add(self, row: int, values: Element) -> bool:
        """Write an element under its number; False if it cannot be written as JSON."""
        kept = {key: values[key] for key in self.columns if key in values}
        try:
            line = _ENCODER.encode({ROW_KEY: row, **kept})
        except (OverflowError, UnicodeEncodeError):
            return False
        self._stream.write(line)
        self._stream.write(b"\n")
        self.longest = max(self.longest, len(line))
        self.lines += 1
        return True

    def add_findings(self, row: int, findings: Iterable[Finding]) -> bool:
        """Write the findings of one element under its number; False if one cannot be written."""
        whole = True
        for finding in findings:
            values: dict[str, object] = msgspec.structs.asdict(finding)
            values["check_raw"] = values.pop("check")
            values["observed_at"] = _utc(finding.observed_at)
            whole = self.add(row, values) and whole
        return whole

    def close(self) -> None:
        """Finish the file, so that DuckDB can read it."""
        self._stream.close()


def _utc(moment: datetime | None) -> str:
    """Write a UTC time with its zone, so that it is not taken for a local one."""
    if moment is None:
        return ""
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return aware.astimezone(UTC).isoformat()
