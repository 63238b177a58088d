"""A theme: a directory with `theme.toml`, a logo, and optionally CSS, templates and fonts.

    theme.toml      colours, fonts, texts, logo; unknown keys are errors
    logo.png        PNG or JPEG
    theme.css       optional; comes after our own style sheet
    templates/      optional; *.html that replace or extend ours
    fonts/          optional; complete static .ttf or .otf files

What a theme does not say comes from the shipped theme that it `extends`.
"""

from dataclasses import dataclass
from pathlib import Path

import msgspec

from gapfolio.errors import ThemeError
from gapfolio.report import colors
from gapfolio.report.fonts import Fonts, load_fonts
from gapfolio.report.logo import Logo, read_logo
from gapfolio.report.style import outside
from gapfolio.report.text import Cleaner
from gapfolio.report.theme_file import (
    DEFAULT,
    FILE,
    Colors,
    Families,
    Texts,
    Tlp,
    check_contrast,
    check_families,
    palette,
    read_theme_file,
    shipped_directory,
    shipped_themes,
)

STYLE = "theme.css"
MAX_STYLE_BYTES = 256_000

TLP_COLORS = {
    "TLP:RED": "#ff2b2b",
    "TLP:AMBER+STRICT": "#ffc000",
    "TLP:AMBER": "#ffc000",
    "TLP:GREEN": "#33ff00",
    "TLP:CLEAR": "#ffffff",
}
"""Colours of the Traffic Light Protocol 2.0, always on black."""


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
        return self.directory.parent == shipped_directory()

    @property
    def look(self) -> "Look":
        """The part of it that templates may see."""
        return Look(
            name=self.name,
            tlp=self.tlp,
            chart=self.chart,
            logo=LogoLook(
                file=self.logo.name,
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


def load_theme(theme: str | Path = DEFAULT) -> Theme:
    """Read a theme: the name of a shipped one, or a directory.

    Raises ThemeError with file and key for anything that is wrong with it.
    """
    directory = Path(theme)
    if str(theme) in shipped_themes():
        directory = shipped_directory() / str(theme)
    if not (directory / FILE).is_file():
        known = ", ".join(shipped_themes())
        raise ThemeError(f"{directory}: no {FILE} there; give its directory, or one of: {known}")
    file, roots = read_theme_file(directory.resolve())
    _check_symlinks(roots[0])
    fonts_directory = roots[0] / "fonts"
    fonts = load_fonts(fonts_directory if fonts_directory.is_dir() else None)
    check_families(roots[0] / FILE, file.fonts, fonts)
    check_contrast(roots[0] / FILE, file.colors)
    clean = Cleaner(fonts.coverage)
    texts = msgspec.structs.asdict(file.texts).items()
    return Theme(
        name=clean(file.name, breaks=False),
        directory=roots[0],
        roots=roots,
        tlp=file.tlp,
        chart=file.chart,
        logo=read_logo(_find(roots, file.logo), file.logo, clean(file.logo_alt, breaks=False)),
        colors=file.colors,
        families=file.fonts,
        texts=Texts(**{name: clean(text, lines=True, breaks=False) for name, text in texts}),
        style="\n".join(_read_style(root) for root in reversed(roots)),
        fonts=fonts,
    )


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


def _find(roots: tuple[Path, ...], name: str) -> Path:
    """Find the logo in the theme, or in the one it extends; never outside of them.

    A theme that names its logo must have it: another firm's must not appear in its place.
    """
    own = msgspec.toml.decode((roots[0] / FILE).read_bytes())
    roots = roots[:1] if "logo" in own else roots
    for root in roots:
        path = (root / name).resolve()
        if not path.is_relative_to(root):
            raise ThemeError(f"{roots[0] / FILE}: logo: {name!r} leads out of the theme")
        if path.is_file():
            return path
    raise ThemeError(f"{roots[0] / FILE}: logo: there is no file {name!r}")


def _check_symlinks(root: Path) -> None:
    """Refuse templates that are somewhere else: a template is printed as it is read."""
    templates = root / "templates"
    for path in (templates, *templates.rglob("*")):
        if not path.resolve().is_relative_to(root):
            raise ThemeError(f"{path}: leads out of the theme")


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
    for number, text in outside(style):
        raise ThemeError(f"{path}: line {number}: {text!r} is not allowed in a theme")
    return style
