"""The themes that come with the package."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from gapfolio import hookimpl, resources


@hookimpl
def register_themes(register: Callable[[Path], None]) -> None:
    """Offer the shipped themes, known by their directory names."""
    for path in sorted(resources.folder("report_templates.themes").glob("*/theme.toml")):
        register(path.parent)
