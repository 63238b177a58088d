"""The theme that `gapfolio init` writes: complete, commented, and working as it is."""

from pathlib import Path

from gapfolio.errors import ThemeError
from gapfolio.report.theme import STYLE
from gapfolio.report.theme_file import DEFAULT, FILE
from gapfolio.resources import folder


def write_starter(directory: Path) -> None:
    """Write `theme.toml`, `theme.css` and `logo.png` into a directory, made if need be.

    Raises ThemeError rather than touching a file that is there already.
    """
    themes = folder("report_templates.themes")
    sources = {
        FILE: themes / "starter.toml",
        STYLE: themes / "starter.css",
        "logo.png": themes / DEFAULT / "logo.png",
    }
    for name in sources:
        if (directory / name).exists():
            raise ThemeError(f"{directory / name} is there already; choose another directory")
    directory.mkdir(parents=True, exist_ok=True)
    for name, source in sources.items():
        (directory / name).write_bytes(source.read_bytes())
