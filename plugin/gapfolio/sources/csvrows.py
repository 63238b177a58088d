"""Records of a CSV file that a strict reader refuses; whatever is whole is kept."""

from __future__ import annotations

import codecs
import csv
import re
from collections.abc import Iterator
from typing import BinaryIO

from gapfolio.sources.bytestream import Blocks
from gapfolio.sources.elements import MAX_BYTES, TOO_LONG

_LINE_END = re.compile(r"\r\n|\n|\r(?!\Z)")  # the other half of \r\n may be still to come
UNREADABLE = "unreadable CSV record"
TOO_FEW = "record with fewer cells than the header"
TOO_MANY = "record with more cells than the header"


class _Lines:
    """Lines of text with their ends; over-long ones are left out, so memory stays bounded."""

    def __init__(self, blocks: Blocks) -> None:
        self.served = 0
        self.unfinished = False  # the text ended inside quotes
        self.open_end = False  # the last line has no line end
        self.too_long = 0
        self._lines = self._split(blocks)

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        try:
            line = next(self._lines)
        except StopIteration:
            self.unfinished = self.served > 0
            raise
        self.served += 1
        return line

    def _split(self, blocks: Blocks) -> Iterator[str]:
        decoder = codecs.getincrementaldecoder("utf-8")("replace")
        waiting: list[str] = []  # pieces of a line whose end is still to come
        length = 0
        for block in blocks:
            text = decoder.decode(block).replace("\0", "")
            if "\n" not in text and "\r" not in text:
                length += len(text)
                if length <= MAX_BYTES:
                    waiting.append(text)
                continue
            if length > MAX_BYTES:
                self.too_long += 1
                waiting = []
                text = text[_first_end(text) :]
            text = "".join(waiting) + text
            end = 0
            for found in _LINE_END.finditer(text):
                yield text[end : found.end()]
                end = found.end()
            waiting, length = [text[end:]], len(text) - end
        if length > MAX_BYTES:
            self.too_long += 1
        elif last := "".join(waiting):
            self.open_end = True
            yield last


def _first_end(text: str) -> int:
    found = re.search(r"[\r\n]", text)
    return found.end() if found else len(text)


class Rows:
    """The records of a CSV stream: iterate for `(number, cells)`, number from 1 after the header.

    Blank lines do not count; the header and its repetitions are left out, but for the repetitions'
    numbers. Records with more or fewer cells than the header are skipped.

    Attributes:
        number: records met so far, those that were skipped included.
        skipped: reason → how many records were left out.
        problem: how the stream ended too early; `""` if it did not. Complete after iteration.
    """

    def __init__(self, stream: BinaryIO, delimiter: str) -> None:
        self.number = 0
        self.skipped: dict[str, int] = {}
        self._tail = ""
        self._source = Blocks(stream)
        self._lines = _Lines(self._source)
        self._reader = csv.reader(self._lines, delimiter=delimiter)

    @property
    def consumed(self) -> int:
        """Bytes read from the stream so far."""
        return self._source.consumed

    @property
    def problem(self) -> str:
        """How the stream ended too early; `""` if it did not."""
        return "; ".join(part for part in (self._source.problem, self._tail) if part)

    def __iter__(self) -> Iterator[tuple[int, list[str]]]:
        before = csv.field_size_limit(MAX_BYTES)  # the default refuses cells that Prowler writes
        try:
            yield from self._rows()
        finally:
            csv.field_size_limit(before)

    def _rows(self) -> Iterator[tuple[int, list[str]]]:
        header: list[str] | None = None
        for cells in self._records():
            if header is None:
                header = cells
                continue
            self.number += 1
            if len(cells) == len(header) + 1 and not cells[-1]:
                cells.pop()  # a delimiter too many, which DuckDB overlooks too
            fits = len(cells) == len(header)
            if self._lines.unfinished or (self._lines.open_end and not fits):
                self._cut_off()
            elif fits:
                if cells != header:
                    yield self.number, cells
            else:
                self._skip(TOO_FEW if len(cells) < len(header) else TOO_MANY)
        if self._lines.too_long:
            self.skipped[TOO_LONG] = self._lines.too_long

    def _records(self) -> Iterator[list[str]]:
        while True:
            self._lines.served = 0
            try:
                cells = next(self._reader)
            except StopIteration:
                return
            except csv.Error:
                self.number += 1
                self._skip(UNREADABLE)
                continue
            if cells:
                yield cells

    def _skip(self, reason: str) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + 1

    def _cut_off(self) -> None:
        self._tail = f"it ends in the middle of record {self.number}"
        self.number -= 1
