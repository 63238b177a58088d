"""Cuts any JSON-like stream into its complete top-level objects, however badly it was put together.

What a standard reader refuses is common in practice: files that were appended to (`[…][…]`,
`[…]{…},{…}]`), cut off in the middle, one object a line, log lines before the first bracket.
Whatever stands between objects (brackets, commas, stray text) is passed over, so all of these are
read alike. Wrappers (`{"Findings": […]}`) are passed over as well: the objects in them are the
elements, and a wrapper of any size streams. Only brackets and quotes are looked at, by one regular
expression; decoding is the caller's business.
"""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterator
from itertools import accumulate
from typing import BinaryIO

from gapfolio.sources.bytestream import BLOCK, Blocks
from gapfolio.sources.wrappers import PREAMBLE, Wrapper, goes_on, key_after, wrapper_at

MAX_DEPTH = 200
MAX_BYTES = 64 << 20
MAX_RETRIES = 1000
"""Broken objects after which no new start is looked for; hostile files stay linear."""

TOO_DEEP = f"nested deeper than {MAX_DEPTH} levels"
TOO_LONG = f"longer than {MAX_BYTES >> 20} MiB"
BROKEN = "broken off"
STRAY = "text that is not JSON"

# up to the next bracket outside strings; no group where the data end first, or inside a string
_BRACKET = re.compile(
    rb'[^"{}\[\]]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"[^"{}\[\]]*+)*+([{}\[\]])?+', re.DOTALL
)
_STRING = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_COMPLETE = re.compile(rb'(?:[^"]++|"[^"\\]*+(?:\\.[^"\\]*+)*+")*+', re.DOTALL)
_NO_BRACKET = bytes(set(range(256)) - set(b"{}[]"))
_STEPS = bytes.maketrans(b"{[}]", b"\x01\x01\xff\xff")  # +1 and -1 as signed bytes
_STRING_END = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_BETWEEN = re.compile(rb"(?:[\s,\x1e]|\xef\xbb\xbf)*+")
_START = re.compile(rb'\{\s*["}]|\[\s*[{\[\]]')
_FIRST_KEY = re.compile(rb'\{\s*("[^"\\]{1,200}")\s*:')
_NULL = re.compile(rb"null(?=[\s,\]]|\Z)")
_LOOKAHEAD = 4096
_LONGEST_TOKEN = 5  # `null` and what follows it may straddle two blocks


class Elements:
    """The objects of a stream, in order: iterate for `(number, bytes)`, number from 1.

    Args:
        stream: any binary stream; gzip, byte order marks and UTF-16 are dealt with.

    Attributes:
        number: objects met so far, those that were skipped included.
        skipped: reason → how many objects (or runs of stray text) were left out.
        stray: there is text that is not JSON, be it only a banner.
        problem: how the stream ended too early; `""` if it did not. Complete after iteration.
        consumed: bytes read from the stream so far.
        wrapper: the wrapper that the stream begins with, `array` from the start of the content;
            None if it begins with something else.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self.number = 0
        self.skipped: dict[str, int] = {}
        self.stray = False
        self.wrapper: Wrapper | None = None
        self._source = Blocks(stream)
        self._blocks = iter(self._source)
        self._data = b""
        self._at = 0
        self._gone = 0  # bytes of the content before `_data`
        self._ended = False
        self._key = -1  # next key in `_data` that may be a wrapper's
        self._open: list[int] = []  # wrappers whose array is open: how many objects each has open
        self._tail = ""
        self._last = b""  # last bracket between objects, outside of wrappers
        self._unclosed = False  # an array was opened that nothing has closed yet
        self._retries = 0

    @property
    def consumed(self) -> int:
        """Bytes read from the stream so far."""
        return self._source.consumed

    @property
    def problem(self) -> str:
        """How the stream ended too early; `""` if it did not."""
        return "; ".join(part for part in (self._source.problem, self._tail) if part)

    def __iter__(self) -> Iterator[tuple[int, bytes]]:
        while self._seek():
            self.number += 1
            element = self._take()
            if element is not None:
                yield self.number, element
        if not self._tail and (self._open or self._unclosed or self._last == b"["):
            self._tail = f"it ends without its closing bracket, after element {self.number}"

    def _fill(self) -> bool:
        """Forget what lies behind and read on, twice as much as is waiting; False at the end."""
        parts = [self._data[self._at :]]
        wanted = max(BLOCK, len(parts[0]))
        got = 0
        for block in self._blocks:
            parts.append(block)
            got += len(block)
            if got >= wanted:
                break
        self._data = b"".join(parts)
        self._gone += self._at
        self._at = 0
        self._key = -1
        self._ended = not got
        return got > 0

    def _skip(self, reason: str) -> None:
        self.skipped[reason] = self.skipped.get(reason, 0) + 1

    def _seek(self) -> bool:
        """Go to the next object's `{`; False at the end of the stream."""
        while True:
            found = _BETWEEN.match(self._data, self._at)
            self._at = found.end() if found else self._at
            if len(self._data) - self._at < _LONGEST_TOKEN and self._fill():
                continue
            here = self._data[self._at : self._at + 1]
            if not here:
                return False
            if here == b"{":
                if not self._enter():
                    if not self._open:
                        self._unclosed = self._unclosed or self._last in (b"[", b"]")
                    return True
            elif here not in b"[]":
                self._pass_stray_text()
            elif self._open:
                self._at += 1
                if here == b"]":
                    self._leave()
            else:
                self._unclosed = self._unclosed and here == b"["
                self._last = here
                self._at += 1

    def _enter(self) -> bool:
        """Go into the object here, if it is a wrapper; False if it is an element."""
        self._look_ahead(PREAMBLE)
        if self._key < self._at:
            self._key = key_after(self._data, self._at)
        if self._key == len(self._data) or self._key - self._at > PREAMBLE:
            return False
        found = wrapper_at(self._data, self._at)
        if found is None or len(self._open) == MAX_DEPTH:
            return False
        if not (self.wrapper or self.number or self.stray):
            self.wrapper = Wrapper(self._gone + found.array, found.depth)
        if not self._open:
            self._unclosed = self._unclosed or self._last == b"["
            self._last = b""
        self._open.append(found.depth)
        self._at = found.array + 1
        return True

    def _leave(self) -> None:
        """Pass over what a wrapper has behind its array; one that was never finished stays open."""
        self._look_ahead(_LOOKAHEAD)
        if goes_on(self._data, self._at) and self._discard(self._at, self._open[-1]):
            self._open.pop()

    def _look_ahead(self, size: int) -> None:
        while len(self._data) - self._at < size and not self._ended:
            self._fill()

    def _pass_stray_text(self) -> None:
        """Go on to what looks like JSON; banners before the first object do not count."""
        if found := _NULL.match(self._data, self._at):
            self._at = found.end()
            return
        self.stray = True
        if self.number:
            self._skip(STRAY)
        while not (found := _START.search(self._data, self._at)):
            # a bracket at the end may be a start whose second half is still to come
            last = max(self._data.rfind(b"{", self._at), self._data.rfind(b"[", self._at))
            near = last >= 0 and len(self._data) - last < _LOOKAHEAD
            self._at = last if near else len(self._data)
            if not self._fill():
                self._at = len(self._data)
                return
        self._at = found.start()

    def _take(self) -> bytes | None:
        """Cut out the object that begins here; None if it had to be skipped."""
        depth = 0
        scan = self._at
        while True:
            for found in _BRACKET.finditer(self._data, scan):
                bracket = found[1]
                if bracket is None:
                    scan = found.end()
                    break
                if bracket in b"{[":
                    depth += 1
                    if depth > MAX_DEPTH:
                        self._skip(TOO_DEEP)
                        self._discard_rest(found.end(), depth)
                        return None
                else:
                    depth -= 1
                    if not depth:
                        start, self._at = self._at, found.end()
                        return self._data[start : self._at]
            size = len(self._data) - self._at
            if size > MAX_BYTES:
                if not self._start_anew():
                    self._skip(TOO_LONG)
                    self._discard_rest(scan, depth)
                return None
            scan -= self._at
            if not self._fill():
                if not self._start_anew():
                    self._cut_off(f" (bytes lost: {size:,})")
                return None

    def _start_anew(self) -> bool:
        """Find, inside an object that does not end, the next one with the same first key.

        So a broken line, or a killed run that a second one appended to, costs one object only.
        """
        key = _FIRST_KEY.match(self._data, self._at)
        if key is None or self._retries >= MAX_RETRIES:
            return False
        again = re.compile(rb"\{\s*" + re.escape(key[1]) + rb"\s*:")
        found = again.search(self._data, self._at + 1)
        if found is None:
            return False
        self._retries += 1
        self._skip(BROKEN)
        self._at = found.start()
        return True

    def _discard_rest(self, scan: int, depth: int) -> None:
        """Pass over the rest of an element."""
        if not self._discard(scan, depth):
            self._cut_off("")

    def _discard(self, scan: int, depth: int) -> bool:
        """Pass over what is open, block by block, without keeping it; False if it never ends."""
        while True:
            text = _COMPLETE.match(self._data, scan)
            end = text.end() if text else scan  # there a string begins that goes on later
            brackets = _STRING.sub(b"", self._data[scan:end]).translate(None, _NO_BRACKET)
            steps = array("b", brackets.translate(_STEPS))
            if 0 in accumulate(steps, initial=depth):
                self._at = self._close(scan, depth)
                return True
            depth += sum(steps)
            self._at = end
            if not (self._pass_string() if end < len(self._data) else self._fill()):
                self._at = len(self._data)
                return False
            scan = self._at

    def _close(self, scan: int, depth: int) -> int:
        """Find where the object ends that is `depth` levels deep at `scan`."""
        for found in _BRACKET.finditer(self._data, scan):
            depth += 1 if found[1] in (b"{", b"[") else -1
            if not depth:
                return found.end()
        return len(self._data)

    def _pass_string(self) -> bool:
        """Pass over a string that may be larger than memory; False if it never ends."""
        self._at += 1
        while not (found := _STRING_END.match(self._data, self._at)):
            rest = self._data[self._at :]
            # an escape may be cut in two
            self._at = len(self._data) - (len(rest) - len(rest.rstrip(b"\\"))) % 2
            if not self._fill():
                return False
        self._at = found.end()
        return True

    def _cut_off(self, lost: str) -> None:
        self._tail = f"it ends in the middle of element {self.number}{lost}"
        self.number -= 1
        self._at = len(self._data)
