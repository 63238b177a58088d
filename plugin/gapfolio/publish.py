"""From an `Audit` to an evidence pack on disk, in the order that the hashes ask for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path

import msgspec

from gapfolio import archive, pack, plugins
from gapfolio.assess.pipeline import sort_findings
from gapfolio.assess.untold import by_answers, untold
from gapfolio.audit import Audit, Progress
from gapfolio.engagement import FILE
from gapfolio.errors import GapfolioError
from gapfolio.exports.base import Exporter
from gapfolio.exports.offered import offered
from gapfolio.manifest import CLOSED, FINDINGS, edition
from gapfolio.model import Assessment
from gapfolio.nearest import meant
from gapfolio.report import html, pdf, theme
from gapfolio.report.view.blanks import blanks

_NAME = 60
"""Characters of a part's name in that of its directory."""
_LISTS = ("findings.csv", "gaps.csv", FINDINGS, CLOSED)
"""What is made of findings; empty, it would look like a clean account."""
FORMATS = ("pdf", "html", "csv", "json", "parquet")
_ATTACHED: dict[str, tuple[str, pdf.Relationship, str]] = {
    "practices.csv": ("text/csv", "Data", "Score and counts of every practice"),
    "assessment.json": ("application/json", "Data", "The whole assessment, machine-readable"),
    pack.EVIDENCE: ("application/json", "Source", "SHA-256 of every input and output"),
}


@dataclass(frozen=True)
class Published:
    """Where the pack is, and what the renderer and the exporters said."""

    directory: Path
    pages: int
    warnings: Sequence[str]
    """Of the renderer."""
    notes: Sequence[str] = ()
    """Of the exporters: what was cut or left out."""
    archive: Path | None = None
    """The pack as a zip archive; None if none was asked for."""


def publish(  # noqa: PLR0913 - keywords with defaults
    audit: Audit,
    target: Path,
    *,
    formats: Sequence[str] = FORMATS,
    theme_name: str = "",
    zipped: bool = False,
    progress: Progress = lambda *_: None,
) -> Published:
    """Write the evidence pack to `target`.

    Args:
        audit: an open audit.
        target: directory of the pack; replaced only if it is our pack of the same period.
        formats: `pdf`, `html` and names of exporters; the engagement's profiles are added.
        theme_name: a theme's directory or the name of a known one; "" = the engagement's.
        zipped: also write the pack as one archive beside it.
        progress: told what is being done.

    Raises:
        PackError: something is in the way, or the disk is.
        ThemeError: the theme is wrong.
        RenderError: the PDF could not be made; nothing was written.
    """
    wanted = exporters(audit, formats)
    chosen = theme.load_theme(theme_directory(audit, theme_name))
    assessment = msgspec.structs.replace(
        audit.assessment, blanks=blanks(audit.assessment, audit.folder)
    )
    rendered: pdf.RenderResult | None = None
    if zipped:
        archive.guard(target, assessment.period.name, edition(assessment))
    with (
        pack.staged(target, assessment.period.name, edition(assessment)) as stage,
        # loads at once, and lays the document out while the data are written
        pdf.Renderer(fonts=chosen.fonts) if "pdf" in formats else nullcontext() as renderer,
    ):
        if {"pdf", "html"} & set(formats):
            progress("writing html", 0, 0)
            page = html.build(assessment, audit.catalogue, audit.folder, chosen)
            if "html" in formats:
                (stage / "report.html").write_text(html.for_browser(page), encoding="utf-8")
            if renderer:
                renderer.begin(page, roots=chosen.roots, created=pack.created(assessment))
        notes = _export(wanted, assessment, audit, stage, progress)
        pack.write_companions(audit, stage)
        pack.write_evidence(assessment, stage)
        if renderer:
            progress("rendering the PDF", 0, 0)
            audit.engine.rest()
            rendered = renderer.finish(_attachments(stage))
            (stage / "report.pdf").write_bytes(rendered.pdf)
        pack.write_manifest(assessment, stage)
    audit.plugins.hook.pack_written(directory=target, assessment=assessment)
    if zipped:
        progress("writing the archive", 0, 0)
    return Published(
        target,
        rendered.pages if rendered else 0,
        rendered.warnings if rendered else (),
        notes,
        archive.write(target) if zipped else None,
    )


def _export(
    wanted: Sequence[Exporter], assessment: Assessment, audit: Audit, stage: Path, told: Progress
) -> list[str]:
    notes: list[str] = []
    needed = any(getattr(exporter, "reads_findings", True) for exporter in wanted)
    if needed and not assessment.redacted:  # a copy comes sorted, by its pseudonyms
        told("sorting findings", 0, 0)
        sort_findings(audit.engine)
    for exporter in wanted:
        told(f"writing {exporter.name}", 0, 0)
        notes += exporter.export(assessment, audit.engine, stage).notes
    if by_answers(assessment):
        plan = ["remediation.csv"] if "remediation" in untold(assessment) else []
        for name in (*_LISTS, *plan):
            (stage / name).unlink(missing_ok=True)
    return notes


def default_directory(audit: Audit) -> Path:
    """Give the place of the pack: `packs/<period>` in an engagement, else `gapfolio-report`.

    A report on a part stands beside the whole one, under a name of its own.
    """
    home = audit.folder.directory
    part = re.sub(r"[^a-z0-9]+", "-", edition(audit.assessment).lower()).strip("-")[:_NAME]
    name = f"{audit.assessment.period.name}.{part}" if part else audit.assessment.period.name
    if home:
        return home / "packs" / name
    return Path(f"gapfolio-report.{part}" if part else "gapfolio-report")


def exporters(audit: Audit, formats: Sequence[str]) -> list[Exporter]:
    """Find the exporters that formats and the engagement's profiles name, each once.

    Raises:
        GapfolioError: a format that nothing writes.
    """
    offers = offered(audit.plugins, audit.folder)
    asked = {name for name in formats if name not in ("pdf", "html")}
    for name in sorted(asked - offers.keys()):
        near = meant(name, offers) or f"; there are: pdf, html, {', '.join(offers)}"
        raise GapfolioError(f"--format {name}: there is no such format{near}")
    profiles = audit.folder.engagement.export.profiles
    if by_answers(audit.assessment):
        for name in sorted({*asked, *profiles} - {"csv", "json", "parquet"}):
            where = f"--format {name}" if name in asked else f"{FILE}: export.profiles: {name}"
            raise GapfolioError(
                f"{where}: it is made of findings, and this report of cells without any; "
                "choose from pdf, html, csv, json, parquet"
            )
    return [offers[name] for name in sorted({*asked, *profiles})]


def theme_directory(audit: Audit, name: str) -> Path:
    """Find a theme by its name, else as a directory; the engagement's is relative to it."""
    base = Path() if name else audit.folder.directory or Path()
    name = name or audit.folder.engagement.report.theme
    offers: dict[str, plugins.Offer[Path]] = plugins.collect(
        audit.plugins.hook.register_themes, lambda path: path.name
    )
    return offers[name].thing if name in offers else base / name


def _attachments(stage: Path) -> list[pdf.Attachment]:
    return [
        pdf.Attachment(
            name=name, data=stage / name, description=about, relationship=relation, mime=mime
        )
        for name, (mime, relation, about) in _ATTACHED.items()
        if (stage / name).is_file()
    ]
