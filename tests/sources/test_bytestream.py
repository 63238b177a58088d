"""Streams as UTF-8 blocks."""

from __future__ import annotations

import gzip
import io
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gapfolio.sources import bytestream
from gapfolio.sources.bytestream import Blocks, wide


def read(content: bytes) -> tuple[bytes, Blocks]:
    """Read everything."""
    blocks = Blocks(io.BytesIO(content))
    return b"".join(blocks), blocks


@pytest.mark.parametrize("codec", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("packed", [False, True])
def test_text_is_the_same_whatever_its_encoding(codec: str, packed: bool) -> None:
    text = '[{"name": "Überwachung 😀"}]\n' * 50
    content = text.encode(codec)
    got, blocks = read(gzip.compress(content) if packed else content)
    assert got.decode() == text
    assert not blocks.problem


def test_utf_16_is_transcoded_across_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytestream, "BLOCK", 1003)
    text = "😀" * 5000
    assert read(text.encode("utf-16"))[0].decode() == text


@settings(deadline=None)
@given(st.lists(st.binary(max_size=50), min_size=1, max_size=5), st.integers(0, 40))
def test_gzip_members_in_a_row_and_padding_are_unpacked(parts: list[bytes], padding: int) -> None:
    packed = b"".join(map(gzip.compress, parts)) + b"\0" * padding
    got, blocks = read(packed)
    assert got == b"".join(parts).removeprefix(b"\xef\xbb\xbf") or wide(b"".join(parts))
    assert not blocks.problem


def test_every_cut_of_a_gzip_is_noticed() -> None:
    packed = gzip.compress(b"finding" * 100)
    for at in range(2, len(packed)):
        got, blocks = read(packed[:at])
        assert (b"finding" * 100).startswith(got)
        assert "cut off" in blocks.problem


def test_a_wrong_checksum_is_noticed() -> None:
    packed = gzip.compress(b"finding" * 100)
    _, blocks = read(packed[:-8] + b"\0" * 8)
    assert "damaged" in blocks.problem


def test_junk_after_a_gzip_is_noticed() -> None:
    got, blocks = read(gzip.compress(b"finding") + b"junk")
    assert got == b"finding"
    assert "damaged" in blocks.problem


def test_a_bomb_comes_in_small_blocks() -> None:
    squeeze = zlib.compressobj(9, wbits=31)
    packed = squeeze.compress(b"\x20" * (20 << 20)) + squeeze.flush()
    assert len(packed) < 30_000
    assert max(map(len, Blocks(io.BytesIO(packed)))) <= bytestream.BLOCK


def test_consumed_counts_bytes_of_the_file() -> None:
    packed = gzip.compress(b"x" * 10_000)
    _, blocks = read(packed)
    assert blocks.consumed == len(packed)


@pytest.mark.parametrize("codec", ["utf-8-sig", "utf-16", "utf-16-be"])
def test_the_encoding_is_told_from_tiny_gzip_members_too(codec: str) -> None:
    content = '[{"name": "é"}]'.encode(codec)
    packed = b"".join(gzip.compress(content[at : at + 1]) for at in range(len(content)))
    assert read(packed)[0].decode() == '[{"name": "é"}]'


@settings(deadline=None)
@given(st.binary(max_size=80))
def test_no_bytes_make_it_raise(content: bytes) -> None:
    read(content)
