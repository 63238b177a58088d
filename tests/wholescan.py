"""A whole scan of one insecure account by Prowler 5.46.0 (123456789012, us-east-1, 2026-Q4)."""

from __future__ import annotations

import gzip
from pathlib import Path

FOLDER = Path(__file__).parent / "scans"
PACKED = FOLDER / "scan.ocsf.json.gz"
RECORD = FOLDER / "run.json"
"""Its run record, which names the packed file."""


def text() -> bytes:
    """Give the findings as Prowler wrote them: one JSON array."""
    return gzip.decompress(PACKED.read_bytes())
