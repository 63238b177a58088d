"""The rendering itself; only the worker imports this module, because it loads WeasyPrint."""

import json
import logging
from collections.abc import Callable
from contextlib import nullcontext
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from weasyprint import HTML, Attachment  # type: ignore[import-untyped]
from weasyprint.urls import FatalURLFetchingError  # type: ignore[import-untyped]

from gapfolio import __version__
from gapfolio.report.assets import BASE_URL, AssetError
from gapfolio.report.fetcher import AssetFetcher
from gapfolio.report.finish import finish, mark_as_accessible, remember_page_references

VARIANT = "pdf/a-3a"
MAX_PIXELS = 40_000_000
LINKS = frozenset({"http", "https", "mailto"})
SHOWN = 120


class Collector(logging.Handler):
    """Keeps what WeasyPrint warns of."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one message."""
        self.messages.append(record.getMessage())


def render(directory: Path, ready: Callable[[], bool]) -> dict[str, object] | None:
    """Render the job in a directory; gives the number of pages and the warnings.

    `ready` is asked once the document is laid out: it waits until the attachments are there, and
    says false when they never will be; then there is no result.

    Raises AssetError when the document asks for something that it may not load.
    """
    collector = Collector()
    logger = logging.getLogger("weasyprint")
    logger.addHandler(collector)
    try:
        job = json.loads((directory / "job.json").read_bytes())
        created = datetime.fromisoformat(job["created"])
        document = _lay_out(directory, [Path(root) for root in job["roots"]], collector.messages)
        if not ready():
            return None
        _write(document, directory, created)
    except FatalURLFetchingError as error:
        raise AssetError(str(error)) from error
    finally:
        logger.removeHandler(collector)
    return {"pages": len(document.pages), "warnings": collector.messages}


def _lay_out(directory: Path, roots: list[Path], warnings: list[str]) -> Any:
    Image.MAX_IMAGE_PIXELS = MAX_PIXELS // 2  # Pillow refuses at twice this
    source = (directory / "document.html").read_text(encoding="utf-8")
    html = HTML(string=source, base_url=BASE_URL, url_fetcher=AssetFetcher(roots))
    _check_links(html.etree_element, warnings)
    return html.render(pdf_variant=VARIANT)


def _write(document: Any, directory: Path, created: datetime) -> None:
    document.metadata.created = document.metadata.modified = created.strftime("%Y-%m-%dT%H:%M:%SZ")
    document.metadata.generator = f"Gapfolio {__version__}"
    mark_as_accessible(document.metadata)
    remember_page_references()
    attachments = json.loads((directory / "attachments.json").read_bytes())
    document.write_pdf(
        directory / "report.pdf",
        finisher=finish,
        pdf_variant=VARIANT,
        attachments=[_attachment(item, created) for item in attachments],
    )


def _check_links(root: Any, warnings: list[str]) -> None:
    """Take away link targets that are neither inside the document nor on the web."""
    for element in root.iter("a"):
        target = element.get("href", "#").strip()
        if not target.startswith("#") and urlsplit(target).scheme.lower() not in LINKS:
            del element.attrib["href"]
            warnings.append(f"a link was taken away: {target[:SHOWN]!r}")


def _attachment(item: dict[str, str], created: datetime) -> Any:
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
