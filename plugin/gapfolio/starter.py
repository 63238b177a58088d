"""The files that `gapfolio init` writes, commented so that they explain themselves."""

from __future__ import annotations

from pathlib import Path

from gapfolio import resources
from gapfolio.errors import EngagementError
from gapfolio.report.starter import write_starter

FILES = ("gapfolio.toml", "notes.yaml")


def write(directory: Path) -> list[Path]:
    """Write the starter files that are not there yet, and a theme to change.

    Raises:
        EngagementError: the directory cannot be written, or nothing would be new in it.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        written = [_copied(name, directory) for name in FILES if not (directory / name).exists()]
        if not (directory / "theme").exists():
            write_starter(directory / "theme")
            written += sorted((directory / "theme").iterdir())
    except OSError as error:
        raise EngagementError(
            f"{directory}: cannot be written ({error.strerror}); name another directory"
        ) from error
    if not written:
        raise EngagementError(f"{directory}: is an engagement already; nothing was written")
    return written


def _copied(name: str, directory: Path) -> Path:
    path = directory / name
    path.write_text(resources.text("report_templates.starter", name), encoding="utf-8")
    return path
