"""Time and peak memory of a command and of everything that it starts.

Memory is the sum of the resident sets (VmRSS) of the process and all its descendants, read from
/proc every 20 ms; the highest sum counts. Pages that two processes share are counted in both, so
the sum is never too low for that; a spike between two looks is caught, for the largest single
process, by the kernel's own high-water mark (VmHWM, as `ru_maxrss`).
"""

from __future__ import annotations

import os
import platform
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

INTERVAL = 0.02
"""Seconds between two looks."""

_PAGE = resource.getpagesize()
_CHILDREN = Path(f"/proc/self/task/{os.getpid()}/children")


@dataclass(frozen=True)
class Usage:
    """What a command took.

    Attributes:
        seconds: wall time.
        cpu: user and system time of the whole tree, seconds.
        peak: bytes.
        processes: the most that ran at once.
    """

    seconds: float
    cpu: float
    peak: int
    processes: int


def measured(command: Sequence[str], directory: Path | None = None) -> Usage:
    """Run a command to its end and measure the whole tree; what it prints is thrown away.

    Args:
        command: the program and its arguments.
        directory: where it runs.

    Raises:
        SystemExit: it failed, or this system cannot list children; says why.
    """
    if not _CHILDREN.exists():
        sys.exit(f"{_CHILDREN} is missing: a Linux kernel with CONFIG_PROC_CHILDREN is needed")
    with tempfile.TemporaryFile() as said:
        begun = time.perf_counter()
        # a group of its own, so that an interrupt here ends all of it
        child = subprocess.Popen(
            command,
            cwd=directory,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            usage, child.returncode = _watched(child.pid, begun)
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            raise
        if child.returncode:
            said.seek(0)
            text = said.read().decode(errors="replace")[-2000:]
            sys.exit(f"{' '.join(command)} ended with {child.returncode}:\n{text}")
    return usage


def _watched(pid: int, begun: float) -> tuple[Usage, int]:
    peak, processes = 0, 0
    while True:
        ended, status, used = os.wait4(pid, os.WNOHANG)
        if ended:
            break
        sizes = list(resident(pid))
        peak, processes = max(peak, sum(sizes)), max(processes, len(sizes))
        time.sleep(INTERVAL)
    usage = Usage(
        seconds=time.perf_counter() - begun,
        cpu=used.ru_utime + used.ru_stime,
        peak=max(peak, used.ru_maxrss * 1024),
        processes=processes,
    )
    return usage, os.waitstatus_to_exitcode(status)


def resident(pid: int) -> Iterator[int]:
    """Resident bytes of a process and of each of its descendants."""
    waiting = [pid]
    while waiting:
        number = waiting.pop()
        try:
            yield int(Path(f"/proc/{number}/statm").read_bytes().split()[1]) * _PAGE
            for task in Path(f"/proc/{number}/task").iterdir():
                waiting += map(int, (task / "children").read_bytes().split())
        except (FileNotFoundError, ProcessLookupError):
            continue  # it ended meanwhile


def machine() -> str:
    """One line about where the numbers come from."""
    model = next(
        (
            line.partition(":")[2].strip()
            for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
            if line.startswith("model name")
        ),
        platform.machine(),
    )
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    cores = len(os.sched_getaffinity(0))
    return (
        f"{model}, {cores} cores, {memory:.0f} GiB RAM, {platform.system()} "
        f"{platform.release()}, Python {platform.python_version()}"
    )
