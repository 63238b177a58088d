"""The process that turns HTML into a PDF: `python -m gapfolio.report.worker JOB MEMORY SECONDS`.

It is a process of its own so that its memory and time are bounded, so that a crash of a native
library is an error message, and so that it can load WeasyPrint while its parent still counts
findings. JOB is a private directory: `job.json` and `document.html` in, `report.pdf` and
`result.json` out. It starts on a line on stdin; end of file instead of a line ends it.
"""

import gc
import json
import logging
import os
import sys
from contextlib import nullcontext, suppress
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import urlsplit

from gapfolio import __version__
from gapfolio.report.finish import finish, mark_as_accessible, remember_page_references

VARIANT = "pdf/a-3a"
MAX_PIXELS = 40_000_000
LINKS = frozenset({"http", "https", "mailto"})
DONE, FAILED = 0, 1

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


class Collector(logging.Handler):
    """Keeps what WeasyPrint warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.messages.append(record.getMessage())


def main(arguments: list[str]) -> int:
    """Prepare, wait for the start line, render, and write the result."""
    directory, memory, seconds = Path(arguments[0]), int(arguments[1]), int(arguments[2])
    _limit(memory, seconds)
    gc.disable()  # the box tree is one large cycle that dies with the process
    try:
        import gapfolio.report.assets
        import weasyprint  # noqa: F401  # the slow part, while the parent is still busy
    except OSError as error:
        return _fail(directory, "system", str(error))
    if not sys.stdin.readline():
        return DONE
    collector = Collector()
    logging.getLogger("weasyprint").addHandler(collector)
    sys.addaudithook(_refuse)
    try:
        pages = _render(directory, collector)
    except gapfolio.report.assets.FatalURLFetchingError as error:
        return _fail(directory, "asset", str(error))
    except MemoryError:
        return _fail(directory, "memory", "")
    except RecursionError:
        return _fail(directory, "nesting", "")
    _write(directory, {"pages": pages, "warnings": collector.messages})
    return DONE


def _limit(memory: int, seconds: int) -> None:
    """Bound address space and processor time where the system can."""
    try:
        import resource
    except ImportError:  # Windows
        return
    for kind, amount in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        with suppress(ValueError, OSError):  # macOS knows no address space limit
            resource.setrlimit(kind, (amount, amount))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    """Audit hook: no network and no other program once the document is at hand."""
    if event in FORBIDDEN_EVENTS:
        raise PermissionError(f"the renderer must not use {event}")


def _render(directory: Path, collector: Collector) -> int:
    from PIL import Image
    from weasyprint import HTML

    from gapfolio.report.assets import BASE_URL, AssetFetcher

    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow refuses at twice this
    job = json.loads((directory / "job.json").read_bytes())
    created = datetime.fromisoformat(job["created"])
    source = (directory / "document.html").read_text(encoding="utf-8")
    fetcher = AssetFetcher(map(Path, job["roots"]))
    html = HTML(string=source, base_url=BASE_URL, url_fetcher=fetcher)
    _check_links(html.etree_element, collector)
    document = html.render(pdf_variant=VARIANT)
    document.metadata.created = document.metadata.modified = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.generator = f"Gapfolio {__version__}"
    mark_as_accessible(document.metadata)
    remember_page_references()
    document.write_pdf(
        directory / "report.pdf",
        finisher=finish,
        pdf_variant=VARIANT,
        attachments=[_attachment(item, created) for item in job["attachments"]],
    )
    return len(document.pages)


def _check_links(root: Any, collector: Collector) -> None:
    """Take away link targets that are neither inside the document nor on the web."""
    for element in root.iter("a"):
        target = element.get("href", "#").strip()
        if not target.startswith("#") and urlsplit(target).scheme.lower() not in LINKS:
            del element.attrib["href"]
            collector.messages.append(f"a link was taken away: {target[:120]!r}")


def _attachment(item: dict[str, str], created: datetime) -> Any:
    from weasyprint import Attachment

    attachment = Attachment(
        string="",
        name=item["name"],
        description=item["description"],
        relationship=item["relationship"],
        created=created,
        modified=created,
    )
    # as WeasyPrint's own, with the media type said instead of guessed from the name
    content = BytesIO(Path(item["path"]).read_bytes())
    attachment.source = nullcontext((content, None, None, item["mime"]))
    return attachment


def _fail(directory: Path, kind: str, text: str) -> int:
    _write(directory, {"error": kind, "text": text})
    return FAILED


def _write(directory: Path, result: dict[str, object]) -> None:
    (directory / "result.json").write_text(json.dumps(result), encoding="utf-8")


def run() -> NoReturn:
    """Leave at once: freeing half a million objects one by one takes a noticeable moment."""
    code = main(sys.argv[1:])
    sys.stderr.flush()
    os._exit(code)


if __name__ == "__main__":
    run()
