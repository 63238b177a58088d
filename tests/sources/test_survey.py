"""The reader beside DuckDB."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path

import pytest

from gapfolio.sources.survey import Survey


def survey(path: Path, content: bytes) -> Survey:
    """Survey a file."""
    path.write_bytes(content)
    with Survey(path) as made:
        made.join()
    return made


@pytest.mark.parametrize("packed", [False, True])
def test_hash_size_and_tail(tmp_path: Path, packed: bool) -> None:
    content = b"[" + b"x" * 3_000_000 + b"]" + b" \n" * 40_000
    written = gzip.compress(content) if packed else content
    made = survey(tmp_path / "file", written)
    assert made.sha256 == hashlib.sha256(written).hexdigest()
    assert made.size == len(written)
    assert made.tail.endswith(b"x]")
    assert made.members == packed
    assert not made.problem
    assert not made.nul


def test_nul_and_damage_are_seen(tmp_path: Path) -> None:
    assert survey(tmp_path / "file", b"a\0b").nul
    assert survey(tmp_path / "file", gzip.compress(b"a\0b")).nul
    assert "cut off" in survey(tmp_path / "file", gzip.compress(b"x" * 99)[:-3]).problem


def test_an_empty_file(tmp_path: Path) -> None:
    made = survey(tmp_path / "file", b"")
    assert made.sha256 == hashlib.sha256(b"").hexdigest()
    assert (made.size, made.tail) == (0, b"")


def test_a_file_that_cannot_be_read_is_told_when_joined(tmp_path: Path) -> None:
    with Survey(tmp_path / "gone") as made, pytest.raises(FileNotFoundError):
        made.join()
