"""The process that turns HTML into a PDF: `python -m gapfolio.report.worker JOB MEMORY SECONDS`.

It is a process of its own so that its memory and time are bounded, so that a crash of a native
library is an error message, and so that it can load WeasyPrint while its parent still counts
findings, and lay the document out while its parent writes the files to be attached. JOB is a
private directory: `job.json` and `document.html` in, then `attachments.json`; `report.pdf` and
`result.json` out. One line on stdin starts the layout, a second one the writing; end of file
instead of a line ends it.
"""

import gc
import json
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

from gapfolio.report.assets import AssetError

if sys.platform != "win32":
    import resource

DONE, FAILED = 0, 1
LAST_WORDS = 100_000_000
"""Bytes of address space for reporting that there were not enough."""
FORBIDDEN_EVENTS = frozenset(
    {
        "os.exec",
        "os.fork",
        "os.posix_spawn",
        "os.system",
        "socket.bind",
        "socket.connect",
        "socket.getaddrinfo",
        "subprocess.Popen",
    }
)


def main(arguments: list[str]) -> int:
    """Prepare, wait for the start line, render, and write the result."""
    directory, memory, seconds = Path(arguments[0]), int(arguments[1]), int(arguments[2])
    _limit(memory, seconds)
    gc.disable()  # the box tree is one large cycle that dies with the process
    try:
        # the slow part, done while the parent is still busy
        from gapfolio.report import weasy  # noqa: PLC0415  # may fail, within the limits
    except OSError as error:
        return _fail(directory, "system", str(error))
    if not _told():
        return DONE
    sys.addaudithook(_refuse)
    try:
        result = weasy.render(directory, _told)
        if result:
            _write(directory, result)
    except AssetError as error:
        return _fail(directory, "asset", str(error))
    except MemoryError:
        _lift_memory_limit()
        return _fail(directory, "memory", "")
    except RecursionError:
        return _fail(directory, "nesting", "")
    return DONE


def _told() -> bool:
    """Wait for a line from the parent; false when there is none to come."""
    return bool(sys.stdin.readline())


def _limit(memory: int, seconds: int) -> None:
    """Bound address space and processor time where the system can."""
    if sys.platform == "win32":
        return
    for kind, soft, hard in (
        (resource.RLIMIT_AS, memory, memory + LAST_WORDS),
        (resource.RLIMIT_CPU, seconds, seconds + 1),  # a signal of its own at the first
        (resource.RLIMIT_CORE, 0, 0),
    ):
        with suppress(ValueError, OSError):  # macOS knows no address space limit
            resource.setrlimit(kind, (soft, hard))


def _lift_memory_limit() -> None:
    """Make room to say that there was no room."""
    if sys.platform != "win32":
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    """Audit hook: no network and no other program once the document is at hand."""
    if event in FORBIDDEN_EVENTS:
        raise PermissionError(f"the renderer must not use {event}")


def _fail(directory: Path, kind: str, text: str) -> int:
    _write(directory, {"error": kind, "text": text})
    return FAILED


def _write(directory: Path, result: dict[str, object]) -> None:
    draft = directory / "result.tmp"
    draft.write_text(json.dumps(result), encoding="utf-8")
    draft.replace(directory / "result.json")  # there whole or not at all


def run() -> NoReturn:
    """Leave at once: freeing half a million objects one by one takes a noticeable moment."""
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
