"""SHA-256 of many files at once, as fast as the processor allows, with progress."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from threading import Event, Lock

from gapfolio.verify.store import Store

_BLOCK = 1 << 20
_THREADS = 4
_TICK = 0.1


@dataclass
class _Work:
    """What the threads share."""

    stop: Event = field(default_factory=Event)
    lock: Lock = field(default_factory=Lock)
    done: int = 0

    def count(self, number: int) -> None:
        with self.lock:
            self.done += number


def digests(
    store: Store, paths: Sequence[str], progress: Callable[[int, int], None]
) -> dict[str, str | OSError]:
    """Give the SHA-256 of files in hexadecimal, or why one could not be read.

    `progress` is told how many bytes of how many are done, by the thread that calls.
    """
    total = sum(store.files[path] for path in paths)
    largest_first = sorted(paths, key=lambda path: -store.files[path])
    work = _Work()
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        running = {pool.submit(_digest, store, path, work): path for path in largest_first}
        try:
            pending = set(running)
            while pending:
                _, pending = wait(pending, _TICK, FIRST_COMPLETED)
                progress(work.done, total)
        finally:
            work.stop.set()
            pool.shutdown(cancel_futures=True)
    return {path: future.result() for future, path in running.items()}


def _digest(store: Store, path: str, work: _Work) -> str | OSError:
    digest = hashlib.sha256()
    left = store.files[path] + 1  # a file that grows meanwhile has another hash, and an end
    buffer = memoryview(bytearray(min(_BLOCK, left)))
    try:
        with store.open(path) as file:
            while left and not work.stop.is_set():
                number = file.readinto(buffer[: min(len(buffer), left)])  # type: ignore[attr-defined]
                if not number:
                    break
                digest.update(buffer[:number])
                work.count(number)
                left -= number
    except OSError as error:
        return error
    return digest.hexdigest()
