"""Themes: the shipped ones, those of users, and those that are wrong."""

# ruff: noqa: RUF001  # these tests are about such characters

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from gapfolio import resources
from gapfolio.errors import ThemeError
from gapfolio.report import colors
from gapfolio.report.pdf import render
from gapfolio.report.starter import write_starter
from gapfolio.report.theme import TLP_COLORS, css, load_theme
from gapfolio.report.theme_file import READABLE, palette, shipped_themes
from verapdf import validate

FONTS = resources.folder("report_templates.fonts")
Make = Callable[..., Path]


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """Write a theme with a given `theme.toml` and further files."""

    def write(toml: str = "", **files: str) -> Path:
        directory = tmp_path / "theme"
        directory.mkdir(exist_ok=True)
        (directory / "theme.toml").write_text(f'name = "Mine"\n{toml}', encoding="utf-8")
        for name, text in files.items():
            (directory / name.replace("__", ".")).write_text(text, encoding="utf-8")
        return directory

    return write


@pytest.mark.parametrize("name", ["neutral", "contrast"])
def test_a_shipped_theme_is_whole_and_readable(name: str) -> None:
    theme = load_theme(name)
    shades = palette(theme.colors)

    assert theme.trusted
    assert theme.logo.width == theme.logo.height == 512
    assert all(colors.contrast(shades[ink], shades[ground]) >= 4.5 for ink, ground in READABLE)
    assert {"neutral", "contrast"} == set(shipped_themes())


def test_the_contrast_theme_needs_no_colour() -> None:
    theme = load_theme("contrast")

    assert theme.chart == "pattern"
    assert all(len(set(colors.channels(shade))) == 1 for shade in palette(theme.colors).values())


def test_what_a_theme_does_not_say_comes_from_the_one_it_extends(make: Make) -> None:
    theme = load_theme(make('extends = "contrast"\ntlp = "TLP:AMBER"\n[colors]\nink = "#111111"'))
    base = load_theme("contrast")

    assert (theme.name, theme.tlp, theme.chart) == ("Mine", "TLP:AMBER", "pattern")
    assert theme.colors.ink == "#111111"
    assert theme.colors.muted == base.colors.muted
    assert theme.logo.content == base.logo.content
    assert theme.texts == load_theme("neutral").texts
    assert theme.style == base.style + "\n"
    assert not theme.trusted


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        ("naem = 1", r"naem: unknown key; did you mean 'name'\?"),
        ('zzz = ""', r"zzz: unknown key; known are chart, colors, extends, fonts, logo, logo_alt"),
        ('[colors]\nacent = "#000000"', r"colors\.acent: unknown key; did you mean 'accent'\?"),
        ('[colors]\npassed = "#000000"', r"colors\.passed: unknown key; did you mean 'pass'\?"),
        ('[colors]\nink = "black"', r"colors\.ink: not a colour; write six hex digits"),
        ('[colors]\nink = "#000"', r"colors\.ink: not a colour"),
        ('[colors]\nink = "#000000;}"', r"colors\.ink: not a colour"),
        ("[colors]\nink = 0", r"colors\.ink: not a colour"),
        ("colors = 1", r"colors: Expected `object`, got `int`"),
        ('[fonts]\nbody = "Arial"', r"fonts\.body: no font 'Arial' \(there are IBM Plex Mono, "),
        ('[texts]\nfoot = ""', r"texts\.foot: unknown key; did you mean 'footer'\?"),
        ("[texts]\nfooter = 1", r"texts\.footer: Expected `str`, got `int`"),
        ('tlp = "RED"', r"tlp: Invalid enum value 'RED'"),
        ('chart = "3d"', r"chart: Invalid enum value '3d'"),
        ('extends = "mine"', r"extends: 'mine' is not one of: contrast, neutral"),
        ('logo = "other.png"', r"logo: there is no file 'other\.png'"),
        ('logo = "../../logo.png"', r"logo: '\.\./\.\./logo\.png' leads out of the theme"),
        ('logo = "/etc/passwd"', r"logo: '/etc/passwd' leads out of the theme"),
        ("name = 1", r"Cannot overwrite a value \(at "),
        ("x = = 1", r"Invalid value \(at line 2, column 5\)"),
    ],
)
def test_a_wrong_theme_file_is_told_by_file_and_key(make: Make, toml: str, message: str) -> None:
    with pytest.raises(ThemeError, match=rf"theme\.toml: {message}"):
        load_theme(make(toml))


@pytest.mark.parametrize(
    ("shades", "message"),
    [
        ('muted = "#999999"', r"colors\.muted: #999999 on paper #ffffff has a contrast of 2\.8"),
        ('accent_ink = "#14507a"', r"colors\.accent_ink: .* on accent #14507a .* of 1\.0; .* 4\.5"),
        ('cover = "#ffffff"', r"colors\.cover_ink: #ffffff on cover #ffffff"),
    ],
)
def test_text_that_is_hard_to_read_is_refused(make: Make, shades: str, message: str) -> None:
    with pytest.raises(ThemeError, match=message):
        load_theme(make(f"[colors]\n{shades}"))


def test_a_name_is_required(tmp_path: Path) -> None:
    (tmp_path / "theme.toml").touch()

    with pytest.raises(ThemeError, match="name: missing"):
        load_theme(tmp_path)


def test_a_directory_without_a_theme_names_the_shipped_ones(tmp_path: Path) -> None:
    with pytest.raises(ThemeError, match=r"no theme\.toml there; .* one of: contrast, neutral"):
        load_theme(tmp_path)


def test_texts_are_made_printable(make: Make) -> None:
    theme = load_theme(make('[texts]\ntitle = "a\\u202Eb"\ndisclaimer = "one\\ntwo"'))

    assert theme.texts.title == "a‹U+202E›b"
    assert theme.texts.disclaimer == "one\ntwo"


def test_the_style_sheet_starts_with_the_palette_and_ends_with_the_themes_own(make: Make) -> None:
    sheet = css(load_theme(make('tlp = "TLP:GREEN"', theme__css="h2 { color: var(--fail) }")))

    assert "--accent-ink: #ffffff;" in sheet
    assert "--pass: #1b7a5a;" in sheet
    assert f"--tlp: {TLP_COLORS['TLP:GREEN']};" in sheet
    assert '--font-mono: "IBM Plex Mono", monospace;' in sheet
    assert sheet.endswith("h2 { color: var(--fail) }")


@pytest.mark.parametrize(
    "style",
    [
        "@import 'other.css';",
        "p { background: url(https://example.com/x.png) }",
        "p { background: URL( 'http://example.com/x.png') }",
        "p { background: url(//example.com/x.png) }",
        "p { background: url(file:///etc/passwd) }",
        "p { background: url(data:image/svg+xml,x) }",
        "p { background: url(data:image/png,x) url(https://example.com) }",
        "</style><script>alert(1)</script>",
        "p::before { content: '</STYLE>' }",
        r"p { background: u\72l(http://example.com/x.png) }",
        r"@\69mport 'http://example.com/x.css';",
        "p { background: image-set('http://example.com/x.png' 1x) }",
        "@media print { p { list-style-image: src('https://example.com/x.png') } }",
    ],
)
def test_a_style_sheet_that_reaches_outside_is_refused(make: Make, style: str) -> None:
    with pytest.raises(ThemeError, match=r"theme\.css: line 2: .* is not allowed in a theme"):
        load_theme(make(theme__css=f"\n{style}"))


def test_a_style_sheet_may_use_files_of_the_theme(make: Make) -> None:
    style = "p { background: url(paper.png), url('data:image/png;base64,AAAA') }"

    assert style in css(load_theme(make(theme__css=style)))


@pytest.mark.parametrize("name", ["theme.css", "templates/x.html", "templates"])
def test_files_that_are_somewhere_else_are_refused(make: Make, tmp_path: Path, name: str) -> None:
    directory = make()
    if "/" in name:
        (directory / "templates").mkdir()
    (directory / name).symlink_to("/etc/passwd" if "." in name else "/etc")

    with pytest.raises(ThemeError, match="leads out of the theme"):
        load_theme(directory)


def test_a_logo_of_any_usual_kind_is_archival(make: Make, tmp_path: Path) -> None:
    directory = make()
    for mode in ("RGB", "RGBA", "L", "LA", "P", "1"):
        image = Image.new("RGBA", (40, 30), (200, 0, 0, 90)).convert(mode)
        image.save(directory / f"{mode}.png")
    for mode in ("RGB", "L"):
        Image.new(mode, (40, 30)).save(directory / f"{mode}.jpg")
    images = sorted(path.name for path in directory.iterdir() if path.suffix != ".toml")
    for name in images:
        make(f'logo = "{name}"')
        theme = load_theme(directory)
    body = "".join(f'<img src="{name}" alt="{name}">' for name in images)
    html = f'<html lang="en"><title>x</title><style>{css(theme)}</style><h1>x</h1>{body}'

    result = render(html, roots=theme.roots, created=datetime(2026, 1, 1, tzinfo=UTC))

    (tmp_path / "logos.pdf").write_bytes(result.pdf)
    assert len(images) == 8
    assert result.warnings == ()
    assert validate(tmp_path / "logos.pdf") == []


def bad_logos(directory: Path) -> dict[str, str]:
    """Write logos that must not be used; gives names and what is wrong with each."""
    (directory / "vector.svg").write_text("<svg/>", encoding="utf-8")
    (directory / "text.png").write_text("<svg/>", encoding="utf-8")
    Image.new("RGB", (9, 9)).save(directory / "other.gif")
    Image.new("CMYK", (9, 9)).save(directory / "cmyk.jpg")
    Image.new("I;16", (9, 9)).save(directory / "deep.png")
    Image.new("1", (5000, 9)).save(directory / "wide.png")
    whole = resources.folder("report_templates.themes") / "neutral" / "logo.png"
    (directory / "half.png").write_bytes(whole.read_bytes()[:3000])
    (directory / "huge.png").write_bytes(bytes(2_000_001))
    return {
        "vector.svg": "SVG can hide programs",
        "text.png": "neither PNG nor JPEG",
        "other.gif": "neither PNG nor JPEG",
        "cmyk.jpg": "its colours are CMYK",
        "deep.png": "its colours are I;16",
        "wide.png": "5000 × 9 pixels, at most 4000",
        "half.png": "damaged",
        "huge.png": "larger than 2 MB",
    }


def test_a_logo_that_cannot_be_printed_is_refused_with_advice(make: Make) -> None:
    for name, problem in bad_logos(make()).items():
        directory = make(f'logo = "{name}"')
        with pytest.raises(ThemeError, match=rf"{re.escape(name)}: logo: {problem}.*as an RGB PNG"):
            load_theme(directory)


def test_a_theme_brings_its_own_font(make: Make) -> None:
    directory = make('[fonts]\nheading = "Noto Sans Hebrew"')
    (directory / "fonts").mkdir()
    font = next(FONTS.glob("NotoSansHebrew-Regular.ttf"))
    (directory / "fonts" / "Own.ttf").write_bytes(font.read_bytes())

    theme = load_theme(directory)

    assert theme.fonts.directories[0] == directory / "fonts"
    assert '--font-heading: "Noto Sans Hebrew"' in css(theme)


def test_tints_lie_between_the_colour_and_the_paper() -> None:
    look = load_theme("neutral").look

    assert look.mix("#000000", 0.5) == "#808080"
    assert look.mix("accent", 1) == look.colors["accent"]
    assert look.mix("accent", 0) == look.colors["paper"]


def test_text_on_a_ground_is_what_reads_better() -> None:
    look = load_theme("neutral").look

    assert look.text_on("accent") == look.colors["paper"]
    assert look.text_on("#f0f0f0") == look.colors["ink"]


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21), ("#777777", "#ffffff", 4.48), ("#ff0000", "#00ff00", 2.91)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert colors.contrast(one, other) == pytest.approx(ratio, abs=0.005)
    assert colors.contrast(one, other) == colors.contrast(other, one)


def test_the_starter_works_as_it_is_and_with_every_line_switched_on(tmp_path: Path) -> None:
    directory = tmp_path / "new" / "theme"
    write_starter(directory)
    assert load_theme(directory).name == "My theme"

    file = directory / "theme.toml"
    text = file.read_text(encoding="utf-8")
    file.write_text(re.sub(r"(?m)^#(?=\w+ = )", "", text), encoding="utf-8")

    theme = load_theme(directory)
    assert theme.tlp == "TLP:AMBER"
    assert theme.colors == load_theme("neutral").colors


def test_the_starter_names_every_key(tmp_path: Path) -> None:
    write_starter(tmp_path)
    text = (tmp_path / "theme.toml").read_text(encoding="utf-8")

    keys = {*palette(load_theme().colors), "tlp", "chart", "body", "heading", "mono"}
    keys |= set(load_theme().texts.__struct_fields__)
    assert {key for key in keys if not re.search(rf"(?m)^#?{key} = ", text)} == set()


def test_the_starter_overwrites_nothing(tmp_path: Path) -> None:
    (tmp_path / "theme.css").write_text("mine", encoding="utf-8")

    with pytest.raises(ThemeError, match=r"theme\.css is there already"):
        write_starter(tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["theme.css"]
