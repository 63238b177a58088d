"""The fonts of the report, and a font configuration that knows no others.

Rendering must not depend on what happens to be installed: the renderer sees the fonts that travel
with the package, the CJK font when the extra `[cjk]` is installed, and those of the theme.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from gapfolio.errors import ThemeError
from gapfolio.report.sfnt import SUFFIXES, FontFile, FontFileError, read_font
from gapfolio.resources import folder

SANS = "Inter"
MONO = "IBM Plex Mono"
CJK_MODULE = "noto_cjk_sans_jp_regular"
MAX_BYTES = 32_000_000

CONFIGURATION = """\
<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">
<fontconfig>
{directories}
<cachedir>{cache}</cachedir>
<alias><family>sans-serif</family><prefer><family>{sans}</family></prefer></alias>
<alias><family>serif</family><prefer><family>{sans}</family></prefer></alias>
<alias><family>monospace</family><prefer><family>{mono}</family></prefer></alias>
<config><rescan><int>0</int></rescan></config>
</fontconfig>
"""


@dataclass(frozen=True, slots=True)
class Fonts:
    """The fonts that one report may use."""

    files: tuple[FontFile, ...]

    @property
    def directories(self) -> list[Path]:
        """Directories that hold them, in order of preference."""
        return list(dict.fromkeys(file.path.parent for file in self.files))

    @property
    def families(self) -> frozenset[str]:
        """Names under which a style sheet may ask for them."""
        return frozenset[str]().union(*(file.families for file in self.files))

    @property
    def coverage(self) -> frozenset[int]:
        """Code points that at least one of them draws."""
        return frozenset[int]().union(*(file.code_points for file in self.files))

    def write_configuration(self, directory: Path) -> Path:
        """Write a fontconfig file (and its cache) into a scratch directory; gives its path."""
        target = directory / "fonts.conf"
        lines = (f"<dir>{escape(str(path))}</dir>" for path in self.directories)
        text = CONFIGURATION.format(
            directories="\n".join(lines),
            cache=escape(str(directory / "fontconfig")),
            sans=SANS,
            mono=MONO,
        )
        target.write_text(text, encoding="utf-8")
        return target


def load_fonts(theme_directory: Path | None = None) -> Fonts:
    """Give the fonts of a report: those of the theme first, then our own.

    Raises ThemeError for a font of the theme that is not a complete static TTF or OTF file.
    """
    own = () if theme_directory is None else tuple(_theme_fonts(theme_directory))
    return Fonts((*own, *shipped_fonts().files))


@cache
def shipped_fonts() -> Fonts:
    """Give the fonts that need no theme: the package's, and CJK when the extra is installed."""
    directories = [folder("report_templates.fonts")]
    spec = find_spec(CJK_MODULE)
    if spec is not None:
        directories += map(Path, spec.submodule_search_locations or ())
    return Fonts(tuple(read_font(path) for path in _font_files(directories)))


def coverage() -> frozenset[int]:
    """Give the code points that a report can show without fonts of a theme."""
    return shipped_fonts().coverage


def _font_files(directories: Iterable[Path]) -> Iterable[Path]:
    for directory in directories:
        yield from sorted(path for path in directory.iterdir() if path.suffix.lower() in SUFFIXES)


def _theme_fonts(directory: Path) -> Iterable[FontFile]:
    for path in sorted(directory.iterdir()):
        if not path.resolve().is_relative_to(directory.resolve()):
            raise ThemeError(f"{path}: leads out of the theme")
        if path.suffix.lower() in (".woff", ".woff2", ".ttc", ".otc"):
            raise ThemeError(f"{path}: save the font as a complete .ttf or .otf file")
        if path.suffix.lower() not in SUFFIXES:
            continue
        if path.stat().st_size > MAX_BYTES:
            raise ThemeError(f"{path}: larger than {MAX_BYTES // 1_000_000} MB")
        try:
            yield read_font(path)
        except FontFileError as error:
            raise ThemeError(f"{path}: {error}") from error
