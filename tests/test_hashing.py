"""Files are named by their hash."""

from __future__ import annotations

import hashlib
from pathlib import Path

from gapfolio.hashing import sha256


def test_a_file_of_any_length_has_the_hash_of_its_bytes(tmp_path: Path) -> None:
    for content in (b"", b"x" * 3_000_000):
        (tmp_path / "file").write_bytes(content)

        assert sha256(tmp_path / "file") == hashlib.sha256(content).hexdigest()
