"""Cuts the array out of a wrapper and hands it on in pieces, each a file with an array of its own.

So a wrapper of any size needs little room. The place for a cut is guessed at: it looks like the
seam between two elements. If it is inside of an element after all, in a list there, that list ends
the array of the next piece too early, and DuckDB refuses an array with anything behind it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from gapfolio.sources.bytestream import Blocks
from gapfolio.sources.wrappers import TRAILER, Wrapper, array_end

PIECE = 256 << 20
"""Bytes of a piece, if seams can be told."""


class UnfinishedError(Exception):
    """The array has no end, or there is no room for the piece."""


class Pieces:
    """The array of a wrapper; iterate for files, each of which is gone when the next comes.

    Args:
        stream: the file with the wrapper.
        wrapper: where in its content the array is.
        target: where a piece is written.

    Attributes:
        consumed: bytes read from the stream so far.
    """

    def __init__(self, stream: BinaryIO, wrapper: Wrapper, target: Path) -> None:
        self._blocks = Blocks(stream)
        self._wrapper = wrapper
        self._seam = re.compile(wrapper.seam) if wrapper.seam else None
        self._target = target

    @property
    def consumed(self) -> int:
        """Bytes read from the stream so far."""
        return self._blocks.consumed

    def __iter__(self) -> Iterator[Path]:
        parts = self._parts()
        begun: bytes | None = b""
        while begun is not None:
            try:
                begun = self._write(begun, parts)
                yield self._target
            finally:
                self._target.unlink(missing_ok=True)

    def _write(self, begun: bytes, parts: Iterator[bytes]) -> bytes | None:
        """Write a piece; give what the next one begins with, None if this was the last."""
        room = shutil.disk_usage(self._target.parent).free // 2
        with self._target.open("wb") as piece:
            piece.write(begun)
            for part in parts:
                seam = self._seam and piece.tell() >= PIECE and self._seam.search(part)
                if seam:
                    piece.write(part[: seam.start(1)] + b"]")
                    return b"[" + part[seam.end(1) :]
                if piece.tell() + len(part) > room:
                    raise UnfinishedError
                piece.write(part)
        return None

    def _parts(self) -> Iterator[bytes]:
        """Yield the array, from its bracket to its bracket."""
        start, held = self._wrapper.array, b""
        for block in self._blocks:
            data = held + block[start:]
            start = max(0, start - len(block))
            cut = max(0, len(data) - TRAILER)
            held = data[cut:]
            yield data[:cut]
        end = array_end(held, self._wrapper.depth)
        if end < 0 or self._blocks.problem:
            raise UnfinishedError
        yield held[:end]
