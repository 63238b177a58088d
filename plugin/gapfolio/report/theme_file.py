"""`theme.toml`: what it may say, and every way in which it can be wrong."""

import re
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from gapfolio.errors import ThemeError
from gapfolio.model import Record
from gapfolio.report.colors import MINIMUM_CONTRAST, contrast
from gapfolio.report.fonts import MONO, SANS, Fonts
from gapfolio.resources import folder

FILE = "theme.toml"
DEFAULT = "neutral"
FAMILY = re.compile(r"[\w .+-]{1,80}")
"""Font names that can stand in a style sheet as they are."""

Color = Annotated[str, msgspec.Meta(pattern=r"\A#[0-9a-fA-F]{6}\Z")]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Tlp = Literal["", "TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]

READABLE = (
    ("ink", "paper"),
    ("ink", "panel"),
    ("muted", "paper"),
    ("muted", "panel"),
    ("accent", "paper"),
    ("accent_ink", "accent"),
    ("cover_ink", "cover"),
    ("pass", "paper"),
    ("fail", "paper"),
    ("unknown", "paper"),
    ("absent", "paper"),
    ("critical", "paper"),
    ("high", "paper"),
    ("medium", "paper"),
    ("low", "paper"),
    ("informational", "paper"),
)
"""Pairs of colours that the report uses as text and ground."""


class Colors(Record, frozen=True, kw_only=True, rename={"passed": "pass", "failed": "fail"}):
    """The palette; every colour is `#rrggbb`."""

    ink: Color
    muted: Color
    line: Color
    paper: Color
    panel: Color
    """Ground of boxes and table heads."""
    accent: Color
    accent_ink: Color
    """Text on the accent."""
    cover: Color
    cover_ink: Color
    passed: Color
    failed: Color
    unknown: Color
    absent: Color
    critical: Color
    high: Color
    medium: Color
    low: Color
    informational: Color


class Families(Record, frozen=True, kw_only=True):
    """Names of font families, shipped or in the theme's `fonts/`."""

    body: str = SANS
    heading: str = SANS
    mono: str = MONO


class Texts(Record, frozen=True, kw_only=True):
    """Plain text of the one who issues the report."""

    organisation: Text
    title: Text
    footer: Text
    confidentiality: Text
    disclaimer: Text


class ThemeFile(Record, frozen=True, kw_only=True):
    """`theme.toml`, with what it extends already filled in."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=80)]
    extends: Literal["neutral", "contrast"] = "neutral"
    tlp: Tlp = ""
    """Default marking; an engagement may say another."""
    chart: Literal["solid", "pattern"] = "solid"
    """`pattern` tells states apart by hatching, for printing in black and white."""
    logo: str
    logo_alt: Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
    colors: Colors
    fonts: Families
    texts: Texts


def palette(chosen: Colors) -> dict[str, str]:
    """Give the colours under the names that a theme file uses."""
    return dict(msgspec.to_builtins(chosen))


def shipped_directory() -> Path:
    """Give the directory of the themes that come with the package."""
    return folder("report_templates.themes").resolve()


def shipped_themes() -> list[str]:
    """Give the names of the themes that come with the package."""
    return sorted(path.parent.name for path in shipped_directory().glob(f"*/{FILE}"))


def read_theme_file(directory: Path) -> tuple[ThemeFile, tuple[Path, ...]]:
    """Read `theme.toml` over the one that it extends; gives both directories, its own first."""
    own = _parse(directory / FILE)
    if "name" not in own:
        raise ThemeError(f"{directory / FILE}: name: missing")
    themes = shipped_directory()
    if directory == themes / DEFAULT:
        return _convert(directory / FILE, own), (directory,)
    base = own.get("extends", DEFAULT)
    if base not in shipped_themes():
        known = ", ".join(shipped_themes())
        raise ThemeError(f"{directory / FILE}: extends: {base!r} is not one of: {known}")
    if directory == themes / base:
        raise ThemeError(f"{directory / FILE}: extends: a theme cannot extend itself")
    chain = [directory, themes / base]
    merged = _parse(themes / base / FILE)
    if base != DEFAULT:
        chain.append(themes / DEFAULT)
        merged = _over(merged, _parse(themes / DEFAULT / FILE))
    file = _convert(directory / FILE, _over(own, merged))
    return file, tuple(chain)


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ThemeError(f"{path}: {error}") from error


def _over(own: Mapping[str, Any], base: Mapping[str, Any]) -> dict[str, Any]:
    """Lay one parsed file over another, table by table."""
    merged = dict(base)
    for key, value in own.items():
        below = base.get(key)
        if isinstance(value, dict) and isinstance(below, dict):
            merged[key] = _over(value, below)
        else:
            merged[key] = value
    return merged


def _convert(path: Path, parsed: dict[str, Any]) -> ThemeFile:
    try:
        return msgspec.convert(parsed, ThemeFile)
    except msgspec.ValidationError as error:
        raise ThemeError(f"{path}: {_explain(str(error))}") from error


def _explain(message: str) -> str:
    """Put the key first, and say what would be right."""
    problem, _, place = message.partition(" - at `$")
    table = place.rstrip("`").lstrip(".")
    unknown = re.fullmatch(r"Object contains unknown field `(.*)`", problem)
    if unknown:
        tables: dict[str, type[Record]] = {"colors": Colors, "fonts": Families, "texts": Texts}
        fields = msgspec.structs.fields(tables.get(table, ThemeFile))
        names = [field.encode_name for field in fields]
        close = get_close_matches(unknown[1], names, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(sorted(names))}"
        return f"{table}{'.' if table else ''}{unknown[1]}: unknown key; {hint}"
    if table.startswith("colors."):
        problem = 'not a colour; write six hex digits, such as "#1a2b3c"'
    return f"{table}: {problem}" if table else problem


def check_families(path: Path, families: Families, fonts: Fonts) -> None:
    """Raise ThemeError for a font family that is neither ours nor in the theme."""
    known = {name for name in fonts.families if FAMILY.fullmatch(name)}
    for key, name in msgspec.structs.asdict(families).items():
        if name not in known:
            names = ", ".join(sorted(known))
            raise ThemeError(f"{path}: fonts.{key}: no font {name!r} (there are {names})")


def check_contrast(path: Path, chosen: Colors) -> None:
    """Raise ThemeError for text that is hard to read."""
    shades = palette(chosen)
    for text, ground in READABLE:
        ratio = contrast(shades[text], shades[ground])
        if ratio < MINIMUM_CONTRAST:
            raise ThemeError(
                f"{path}: colors.{text}: {shades[text]} on {ground} {shades[ground]} has a "
                f"contrast of {ratio:.1f}; text needs {MINIMUM_CONTRAST} to be readable"
            )
