"""What is installed is what is on disk, and importing it is light."""

from __future__ import annotations

import subprocess
import sys
from configparser import ConfigParser
from importlib.metadata import distribution, version
from pathlib import Path

import pytest

import gapfolio
from gapfolio.resources import folder

ROOT = Path(__file__).parent.parent
HEAVY = {"boto3", "click", "duckdb", "jinja2", "msgspec", "rich", "weasyprint", "yaml"}
SOURCES = {"gapfolio": ROOT / "plugin" / "gapfolio"} | {
    f"gapfolio.{name}": ROOT / name for name in ("mappings", "report_templates")
}


def configured() -> ConfigParser:
    parser = ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    return parser


def imported(statement: str) -> set[str]:
    """Give the top-level modules that a fresh interpreter holds after a statement."""
    code = f"{statement}\nimport sys\nprint(*{{name.partition('.')[0] for name in sys.modules}})"
    found = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    return set(found.stdout.split())


def files(root: Path) -> set[str]:
    return {
        path.relative_to(root).as_posix()
        for path in root.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_setup_cfg_lists_every_package() -> None:
    listed = configured()["options"]["packages"].split()
    found = {
        ".".join([name, *path.parent.relative_to(root).parts])
        for name, root in SOURCES.items()
        for path in root.rglob("*.py")
    }

    assert sorted(listed) == sorted(found)


def test_every_package_has_an_init() -> None:
    for name, root in SOURCES.items():
        for path in root.rglob("*.py"):
            assert (path.parent / "__init__.py").is_file(), f"{name}: {path.parent}"


@pytest.mark.parametrize("name", SOURCES)
def test_installed_files_are_the_files_on_disk(name: str) -> None:
    installed = Path(gapfolio.__file__).parent
    if name != "gapfolio":
        installed = folder(name.removeprefix("gapfolio."))
    nested = [path.removeprefix("gapfolio.") for path in SOURCES if path != "gapfolio"]
    there = {
        path
        for path in files(installed)
        if not (name == "gapfolio" and path.split("/")[0] in nested)
    }

    assert there == files(SOURCES[name])
    for path in there:
        assert (installed / path).read_bytes() == (SOURCES[name] / path).read_bytes(), path


def test_importing_gapfolio_imports_nothing_heavy() -> None:
    assert not imported("import gapfolio") & HEAVY


def test_the_command_line_waits_with_heavy_imports() -> None:
    assert imported("import gapfolio.cli") & HEAVY <= {"click", "msgspec"}


def test_the_model_knows_neither_sql_nor_plugins_nor_commands() -> None:
    assert imported("import gapfolio.model") & HEAVY == {"msgspec"}


def test_the_distribution_is_typed_and_has_its_version_and_command() -> None:
    found = distribution("gapfolio")
    commands = [e for e in found.entry_points if e.group == "console_scripts"]

    assert version("gapfolio") == gapfolio.__version__
    assert (Path(gapfolio.__file__).parent / "py.typed").is_file()
    assert [(e.name, e.value) for e in commands] == [("gapfolio", "gapfolio.cli:main")]


def test_every_font_has_its_licence_beside_it() -> None:
    fonts = folder("report_templates.fonts")
    licences = {path.stem.removeprefix("OFL-") for path in fonts.glob("OFL-*.txt")}

    assert licences
    for font in fonts.glob("*.ttf"):
        assert font.stem.partition("-")[0] in licences
