"""A theme: a directory with `theme.toml`, a logo, and optionally CSS, templates and fonts.

    theme.toml      colours, fonts, texts, logo; unknown keys are errors
    logo.png        PNG or JPEG
    theme.css       optional; comes after our own style sheet
    templates/      optional; *.html that replace or extend ours
    fonts/          optional; complete static .ttf or .otf files

What a theme does not say comes from the shipped theme that it `extends`.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from gapfolio.errors import ThemeError
from gapfolio.model import Record
from gapfolio.report import colors
from gapfolio.report.fonts import MONO, SANS, Fonts, load_fonts
from gapfolio.report.logo import Logo, read_logo
from gapfolio.report.text import Cleaner
from gapfolio.resources import folder

FILE = "theme.toml"
STYLE = "theme.css"
DEFAULT = "neutral"
MAX_STYLE_BYTES = 256_000

Color = Annotated[str, msgspec.Meta(pattern=r"\A#[0-9a-fA-F]{6}\Z")]
Text = Annotated[str, msgspec.Meta(max_length=4000)]
Tlp = Literal["", "TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"]

TLP_COLORS = {
    "TLP:RED": "#ff2b2b",
    "TLP:AMBER+STRICT": "#ffc000",
    "TLP:AMBER": "#ffc000",
    "TLP:GREEN": "#33ff00",
    "TLP:CLEAR": "#ffffff",
}
"""Colours of the Traffic Light Protocol 2.0, always on black."""

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

FAMILY = re.compile(r"[\w .+-]{1,80}")
OUTSIDE = re.compile(
    r"(@import\b|url\(\s*['\"]?\s*(?:[a-z][a-z0-9+.-]*:|//)[^)\s]*)", re.IGNORECASE
)
INLINE_IMAGE = re.compile(r"url\(\s*['\"]?\s*data:image/(?:png|jpeg)[;,]", re.IGNORECASE)


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


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme that was read and found fit to use."""

    name: str
    directory: Path
    roots: tuple[Path, ...]
    """Directories from which a document in this theme may load files, its own first."""
    tlp: Tlp
    chart: str
    logo: Logo
    colors: Colors
    families: Families
    texts: Texts
    style: str
    """CSS of the theme and of what it extends."""
    fonts: Fonts

    @property
    def templates(self) -> tuple[Path, ...]:
        """Directories of templates that come before ours."""
        return tuple(root / "templates" for root in self.roots if (root / "templates").is_dir())

    @property
    def trusted(self) -> bool:
        """Whether the theme came with the package."""
        return self.directory.parent == _shipped()

    @property
    def look(self) -> "Look":
        """The part of it that templates may see."""
        return Look(
            name=self.name,
            tlp=self.tlp,
            chart=self.chart,
            logo=LogoLook(
                file=self.logo.path.name,
                data_url=self.logo.data_url,
                width=self.logo.width,
                height=self.logo.height,
                alt=self.logo.alt,
            ),
            colors=palette(self.colors),
            fonts=self.families,
            texts=self.texts,
        )


@dataclass(frozen=True, slots=True)
class LogoLook:
    """A logo as templates see it."""

    file: str
    """Address of the logo in the PDF."""
    data_url: str
    """The logo itself, for a self-contained HTML file."""
    width: int
    height: int
    alt: str


@dataclass(frozen=True, slots=True)
class Look:
    """A theme as templates see it: values only, since a path is a way to read files."""

    name: str
    tlp: Tlp
    chart: str
    logo: LogoLook
    colors: dict[str, str]
    fonts: Families
    texts: Texts

    def mix(self, color: str, share: float) -> str:
        """Give a tint that holds `share` (0 to 1) of a colour on the theme's paper.

        A colour is a key of the palette or `#rrggbb`.
        """
        return colors.mix(self._color(color), self.colors["paper"], share)

    def text_on(self, ground: str) -> str:
        """Give the ink or the paper, whichever reads better on a ground."""
        pair = (self.colors["ink"], self.colors["paper"])
        return max(pair, key=lambda color: colors.contrast(color, self._color(ground)))

    def _color(self, name: str) -> str:
        return name if name.startswith("#") else self.colors[name]


def shipped_themes() -> list[str]:
    """Give the names of the themes that come with the package."""
    return sorted(path.parent.name for path in _shipped().glob(f"*/{FILE}"))


def load_theme(theme: str | Path = DEFAULT) -> Theme:
    """Read a theme: the name of a shipped one, or a directory.

    Raises ThemeError with file and key for anything that is wrong with it.
    """
    directory = Path(theme)
    if str(theme) in shipped_themes():
        directory = _shipped() / str(theme)
    if not (directory / FILE).is_file():
        known = ", ".join(shipped_themes())
        raise ThemeError(f"{directory}: no {FILE} there; give its directory, or one of: {known}")
    file, roots = _read_file(directory.resolve())
    fonts_directory = roots[0] / "fonts"
    fonts = load_fonts(fonts_directory if fonts_directory.is_dir() else None)
    _check_families(roots[0] / FILE, file.fonts, fonts)
    _check_contrast(roots[0] / FILE, file.colors)
    clean = Cleaner(fonts.coverage)
    texts = msgspec.structs.asdict(file.texts).items()
    return Theme(
        name=clean(file.name, breaks=False),
        directory=roots[0],
        roots=roots,
        tlp=file.tlp,
        chart=file.chart,
        logo=read_logo(_find(roots, file.logo), clean(file.logo_alt, breaks=False)),
        colors=file.colors,
        families=file.fonts,
        texts=Texts(**{name: clean(text, lines=True) for name, text in texts}),
        style="\n".join(_read_style(root) for root in reversed(roots)),
        fonts=fonts,
    )


def palette(chosen: Colors) -> dict[str, str]:
    """Give the colours under the names that a theme file uses."""
    return dict(msgspec.to_builtins(chosen))


def css(theme: Theme) -> str:
    """Give the style sheet of a theme: custom properties, typefaces, then the theme's own CSS."""
    properties = {name.replace("_", "-"): color for name, color in palette(theme.colors).items()}
    properties["tlp"] = TLP_COLORS.get(theme.tlp, theme.colors.ink)
    families = theme.families
    properties["font-body"] = f'"{families.body}", sans-serif'
    properties["font-heading"] = f'"{families.heading}", sans-serif'
    properties["font-mono"] = f'"{families.mono}", monospace'
    lines = (f"  --{name}: {value};" for name, value in properties.items())
    return "\n".join(
        (
            ":root {",
            *lines,
            "}",
            "html { color: var(--ink); font-family: var(--font-body); }",
            "h1, h2, h3, h4, h5, h6 { font-family: var(--font-heading); }",
            "code, kbd, pre, samp { font-family: var(--font-mono); }",
            theme.style,
        )
    )


def _shipped() -> Path:
    return folder("report_templates.themes").resolve()


def _read_file(directory: Path) -> tuple[ThemeFile, tuple[Path, ...]]:
    """Read `theme.toml` over the one that it extends; gives both directories, its own first."""
    own = _parse(directory / FILE)
    if "name" not in own:
        raise ThemeError(f"{directory / FILE}: name: missing")
    themes = _shipped()
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
        tables = isinstance(value, dict) and isinstance(below, dict)
        merged[key] = _over(value, below) if tables else value
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
        fields = {"": ThemeFile, "colors": Colors, "fonts": Families, "texts": Texts}[table]
        names = [field.encode_name for field in msgspec.structs.fields(fields)]
        close = get_close_matches(unknown[1], names, n=1)
        hint = f"did you mean {close[0]!r}?" if close else f"known are {', '.join(sorted(names))}"
        return f"{table}{'.' if table else ''}{unknown[1]}: unknown key; {hint}"
    if table.startswith("colors."):
        problem = 'not a colour; write six hex digits, such as "#1a2b3c"'
    return f"{table}: {problem}" if table else problem


def _find(roots: tuple[Path, ...], name: str) -> Path:
    """Find a file of the theme, or of the one it extends; never one outside of them."""
    for root in roots:
        path = (root / name).resolve()
        if not path.is_relative_to(root):
            raise ThemeError(f"{roots[0] / FILE}: logo: {name!r} leads out of the theme")
        if path.is_file():
            return path
    raise ThemeError(f"{roots[0] / FILE}: logo: there is no file {name!r}")


def _read_style(root: Path) -> str:
    """Read `theme.css`, refusing what would load from elsewhere or end the style element."""
    path = root / STYLE
    if not path.exists():
        return ""
    if not path.resolve().is_relative_to(root):
        raise ThemeError(f"{path}: leads out of the theme")
    try:
        style = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ThemeError(f"{path}: {error}") from error
    if len(style) > MAX_STYLE_BYTES:
        raise ThemeError(f"{path}: larger than {MAX_STYLE_BYTES // 1000} kB")
    for number, line in enumerate(style.splitlines(), 1):
        found = OUTSIDE.search(INLINE_IMAGE.sub("", line))
        if found or "</" in line:
            text = found[0] if found else "</"
            raise ThemeError(f"{path}: line {number}: {text!r} is not allowed in a theme")
    return style


def _check_families(path: Path, families: Families, fonts: Fonts) -> None:
    known = {name for name in fonts.families if FAMILY.fullmatch(name)}
    for key, name in msgspec.structs.asdict(families).items():
        if name not in known:
            names = ", ".join(sorted(known))
            raise ThemeError(f"{path}: fonts.{key}: no font {name!r} (there are {names})")


def _check_contrast(path: Path, chosen: Colors) -> None:
    shades = palette(chosen)
    for text, ground in READABLE:
        ratio = colors.contrast(shades[text], shades[ground])
        if ratio < colors.MINIMUM_CONTRAST:
            raise ThemeError(
                f"{path}: colors.{text}: {shades[text]} on {ground} {shades[ground]} has a contrast "
                f"of {ratio:.1f}, readable text needs {colors.MINIMUM_CONTRAST}"
            )
