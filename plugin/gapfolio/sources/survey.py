"""Reads a file once from end to end beside DuckDB: its hash, and whether it is whole.

DuckDB takes some cut-off files for whole ones and reads others only in part (measured with 1.4 to
2.0), so its result counts only when the survey finds nothing to doubt.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from threading import Event, Thread
from types import TracebackType
from typing import Self

from gapfolio.sources.bytestream import BLOCK, GZIP, Gunzip

_TAIL = 64


class Survey:
    """A thread that reads `path`; use as a context manager, then `join`.

    Attributes:
        sha256: of the file's bytes as they are, hex; `""` until joined.
        size: bytes read so far.
        tail: last bytes of the (unpacked) content.
        nul: the content has NUL bytes.
        members: gzip members; 0 for a plain file.
        problem: what is wrong with the compressed data; `""` if nothing.
    """

    def __init__(self, path: Path) -> None:
        self.sha256 = ""
        self.size = 0
        self.tail = b""
        self.nul = False
        self.members = 0
        self.problem = ""
        self._path = path
        self._stop = Event()
        self._error: OSError | None = None
        self._thread = Thread(target=self._run, name="gapfolio-survey", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if error is not None:
            self._stop.set()
        self._thread.join()

    def join(self) -> None:
        """Wait for the end of the file.

        Raises:
            OSError: the file could not be read.
        """
        self._thread.join()
        if self._error is not None:
            raise self._error

    def _run(self) -> None:
        try:
            self._read()
        except OSError as error:
            self._error = error

    def _read(self) -> None:
        digest = hashlib.sha256()
        gunzip: Gunzip | None = None
        with self._path.open("rb") as stream:
            while (block := stream.read(BLOCK)) and not self._stop.is_set():
                if not self.size and block.startswith(GZIP):
                    gunzip = Gunzip()
                digest.update(block)
                self.size += len(block)
                for part in gunzip.feed(block) if gunzip else (block,):
                    self.nul = self.nul or b"\0" in part
                    # the end may be padded with white space, which says nothing
                    self.tail = (self.tail + part[-BLOCK:].rstrip()[-_TAIL:])[-_TAIL:]
        if gunzip:
            gunzip.close()
            self.members, self.problem = gunzip.members, gunzip.problem
        self.sha256 = digest.hexdigest()
