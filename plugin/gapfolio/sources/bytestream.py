"""Whatever a file holds, as UTF-8 blocks: gzip unpacked, byte order marks gone, UTF-16 transcoded.

Nothing here reads a whole file. Damage ends the stream early and is kept as a sentence.
"""

from __future__ import annotations

import codecs
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

BLOCK = 1 << 20
"""Bytes read at a time."""

GZIP = b"\x1f\x8b"
_GZIP_WINDOW = 31  # zlib's way to say: a gzip header, largest window
_TELLING = 8  # bytes that tell the encoding
_UTF8_BOM = b"\xef\xbb\xbf"


class Gunzip:
    """Unpacks gzip blocks, several members in a row included.

    Attributes:
        problem: what is wrong with the compressed data; `""` so far.
        members: number of gzip members begun.
    """

    def __init__(self) -> None:
        self.problem = ""
        self.members = 1
        self._member = zlib.decompressobj(_GZIP_WINDOW)

    def feed(self, block: bytes) -> Iterator[bytes]:
        """Yield what a compressed block unpacks to, at most `BLOCK` bytes at a time."""
        while block and not self.problem:
            if self._member.eof:
                block = block.lstrip(b"\0")  # tape padding
                if not block:
                    return
                self._member = zlib.decompressobj(_GZIP_WINDOW)
                self.members += 1
            before = self._member.copy()
            try:
                out = self._member.decompress(block, BLOCK)
            except zlib.error:
                self.problem = "its compressed data are damaged, and what follows is lost"
                yield _until_damage(before, block)
                return
            block = self._member.unused_data if self._member.eof else self._member.unconsumed_tail
            if out:
                yield out

    def close(self) -> None:
        """Say so if the compressed data stop before their end."""
        if not self.problem and not self._member.eof:
            self.problem = "its compressed data are cut off, and the rest is lost"


def _until_damage(member: zlib._Decompress, block: bytes) -> bytes:
    """Unpack byte by byte what zlib would withhold because of an error further on."""
    parts: list[bytes] = []
    with suppress(zlib.error):
        parts.extend(member.decompress(bytes((byte,))) for byte in block)
    return b"".join(parts)


class Blocks:
    """A binary stream as blocks of UTF-8 bytes (iterate once; invalid bytes are left alone).

    Attributes:
        consumed: bytes read from the stream so far, for progress.
        problem: why the stream ended early; `""` if it did not.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.consumed = 0
        self.problem = ""
        self._stream = stream

    def __iter__(self) -> Iterator[bytes]:
        return _transcode(self._unpack(self._read()))

    def _read(self) -> Iterator[bytes]:
        while block := self._stream.read(BLOCK):
            self.consumed += len(block)
            yield block

    def _unpack(self, blocks: Iterator[bytes]) -> Iterator[bytes]:
        head = next(blocks, b"")
        if not head.startswith(GZIP):
            yield head
            yield from blocks
            return
        gunzip = Gunzip()
        yield from gunzip.feed(head)
        for block in blocks:
            yield from gunzip.feed(block)
            if gunzip.problem:
                break
        gunzip.close()
        self.problem = gunzip.problem


@dataclass(frozen=True)
class Head:
    """The beginning of a file, as UTF-8."""

    data: bytes
    whole: bool
    """There is no more than that."""
    gzip: bool
    problem: str


def head_of(path: Path, size: int = 1 << 16) -> Head:
    """Read at least `size` bytes of a file's content, if there are so many.

    Raises:
        OSError: the file cannot be read.
    """
    with path.open("rb") as stream:
        gzip = stream.read(len(GZIP)) == GZIP
        stream.seek(0)
        blocks = Blocks(stream)
        data = b""
        for block in blocks:
            data += block
            if len(data) >= size:
                return Head(data, whole=False, gzip=gzip, problem="")
    return Head(data, whole=True, gzip=gzip, problem=blocks.problem)


def wide(head: bytes) -> str:
    """Name the UTF-16 codec of text that begins with `head`; `""` for anything else."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    # without a mark: every JSON or CSV file that we read begins with ASCII
    even, odd = head[:_TELLING:2], head[1:_TELLING:2]
    if even and odd and all(even) and not any(odd):
        return "utf-16-le"
    if even and odd and all(odd) and not any(even):
        return "utf-16-be"
    return ""


def _transcode(blocks: Iterator[bytes]) -> Iterator[bytes]:
    start = b""
    while len(start) < _TELLING and (block := next(blocks, None)) is not None:
        start += block  # gzip members may be tiny
    codec = wide(start)
    if not codec:
        yield start.removeprefix(_UTF8_BOM)
        yield from blocks
        return
    decoder = codecs.getincrementaldecoder(codec)("replace")
    for block in chain([start], blocks):
        yield decoder.decode(block).encode("utf-8", "replace")
