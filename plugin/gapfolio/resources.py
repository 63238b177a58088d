"""Files that travel with the package, addressed by their own package.

`files("gapfolio") / "mappings"` works in a wheel and fails in an editable install, so every data
folder is a package of its own and this module is the only door to them.
"""

from importlib.resources import files
from pathlib import Path


def folder(package: str) -> Path:
    """Give the directory of a data package such as `mappings` or `report_templates.fonts`.

    Gapfolio is never run from a zip archive (`zip_safe = False`), so it is a real directory.
    """
    return Path(str(files(f"gapfolio.{package}")))


def text(package: str, name: str) -> str:
    """Read a UTF-8 text file of a data package."""
    return (folder(package) / name).read_text(encoding="utf-8")
