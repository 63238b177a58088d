"""The fonts that travel with the package, and those of a theme."""

# ruff: noqa: RUF001  # these tests are about such characters

import shutil
from pathlib import Path

import pytest
from fontTools.fontBuilder import FontBuilder  # type: ignore[import-untyped]
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]
from fontTools.ttLib.tables._g_l_y_f import Glyph  # type: ignore[import-untyped]
from hypothesis import given, settings
from hypothesis import strategies as st

from gapfolio import resources
from gapfolio.errors import ThemeError
from gapfolio.report import fonts
from gapfolio.report.sfnt import FontFileError, read_font

FOLDER = resources.folder("report_templates.fonts")
FILES = sorted(FOLDER.glob("*.ttf"))
SMALLEST = min(FILES, key=lambda path: path.stat().st_size)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_our_reader_agrees_with_fonttools(path: Path) -> None:
    with TTFont(path, lazy=True) as oracle:
        assert read_font(path).code_points == set(oracle.getBestCmap())
        assert oracle["name"].getBestFamilyName() in read_font(path).families


def test_the_fonts_are_small_enough_to_ship() -> None:
    assert sum(path.stat().st_size for path in FOLDER.iterdir() if path.is_file()) < 3_000_000


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_licence_lies_beside_every_font(path: Path) -> None:
    licence = FOLDER / f"OFL-{path.stem.partition('-')[0]}.txt"

    assert "SIL OPEN FONT LICENSE Version 1.1" in licence.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("script", "sample"),
    [
        ("Latin", "Zażółć gęślą jaźń, Ðæŋ fjörð, naïve Œuvre, İstanbul"),
        ("Vietnamese", "Nguyễn Thị Ngọc Ánh"),
        ("Greek", "Ξεσκεπάζω την ψυχοφθόρα βδελυγμία"),
        ("Cyrillic", "Съешь же ещё этих мягких французских булок ґєїў"),
        ("Arabic", "نص حكيم له سر قاطع وذو شأن عظيم"),
        ("Hebrew", "דג סקרן שט בים מאוכזב ולפתע מצא חברה"),
        ("marks of the report", "✓ ✗ ● ○ ■ □ ▲ ▼ → – — … · • ‹ › ≥ ≤ ± × ⚠"),
    ],
)
def test_a_report_can_show(script: str, sample: str) -> None:
    missing = {character for character in sample if ord(character) not in fonts.coverage()}

    assert not missing, script


def test_the_typefaces_have_the_styles_of_a_report() -> None:
    names = {path.stem for path in FILES}

    assert {"Inter-Regular", "Inter-Italic", "Inter-SemiBold", "Inter-Bold"} <= names
    assert {"IBMPlexMono-Regular", "IBMPlexMono-Bold"} <= names
    assert {fonts.SANS, fonts.MONO} <= fonts.shipped_fonts().families


def test_the_configuration_knows_no_other_fonts(tmp_path: Path) -> None:
    text = fonts.shipped_fonts().write_configuration(tmp_path).read_text(encoding="utf-8")

    assert f"<dir>{FOLDER}</dir>" in text
    assert text.count("<dir>") == len(fonts.shipped_fonts().directories)
    assert "<include" not in text


def test_the_configuration_escapes_directory_names(tmp_path: Path) -> None:
    directory = tmp_path / "a & <b>"
    directory.mkdir()
    shutil.copy(SMALLEST, directory)
    chosen = fonts.load_fonts(directory)

    text = chosen.write_configuration(tmp_path).read_text(encoding="utf-8")

    assert "a &amp; &lt;b&gt;</dir>" in text


def test_fonts_of_a_theme_come_first(tmp_path: Path) -> None:
    shutil.copy(SMALLEST, tmp_path)
    (tmp_path / "LICENSE.txt").write_text("free", encoding="utf-8")

    assert fonts.load_fonts(tmp_path).directories[0] == tmp_path


def test_cjk_is_added_when_its_package_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = tmp_path / fonts.CJK_MODULE
    package.mkdir()
    (package / "__init__.py").touch()
    shutil.copy(SMALLEST, package / "Some.ttf")
    monkeypatch.syspath_prepend(tmp_path)
    fonts.shipped_fonts.cache_clear()

    directories = fonts.shipped_fonts().directories

    fonts.shipped_fonts.cache_clear()
    assert package in directories


@pytest.mark.parametrize("name", ["web.woff2", "web.woff", "many.ttc"])
def test_web_fonts_and_collections_are_refused(tmp_path: Path, name: str) -> None:
    (tmp_path / name).touch()

    with pytest.raises(ThemeError, match=rf"{name}: save the font as a complete \.ttf"):
        fonts.load_fonts(tmp_path)


def test_a_font_that_is_somewhere_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "linked.ttf").symlink_to(SMALLEST)

    with pytest.raises(ThemeError, match="leads out of the theme"):
        fonts.load_fonts(tmp_path)


def test_a_truncated_font_is_refused(tmp_path: Path) -> None:
    (tmp_path / "half.ttf").write_bytes(SMALLEST.read_bytes()[:20_000])

    with pytest.raises(ThemeError, match=r"half\.ttf: "):
        fonts.load_fonts(tmp_path)


def test_a_variable_font_is_refused(tmp_path: Path) -> None:
    build(tmp_path / "variable.ttf", variable=True)

    with pytest.raises(FontFileError, match="variable"):
        read_font(tmp_path / "variable.ttf")


def test_a_font_that_forbids_embedding_is_refused(tmp_path: Path) -> None:
    build(tmp_path / "closed.ttf", embedding=2)

    with pytest.raises(FontFileError, match="embedding"):
        read_font(tmp_path / "closed.ttf")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 5000), st.integers(0, 255)), min_size=1, max_size=12),
    st.integers(0, 6000) | st.none(),
)
def test_a_damaged_font_is_read_or_refused_but_never_crashes(
    tmp_path_factory: pytest.TempPathFactory, damage: list[tuple[int, int]], length: int | None
) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.ttf"
    build(path)
    content = bytearray(path.read_bytes())
    for position, value in damage:
        content[position % len(content)] = value
    path.write_bytes(bytes(content[:length]))

    try:
        read = read_font(path)
    except FontFileError:
        return
    assert max(read.code_points) <= 0x10FFFF


def build(path: Path, *, variable: bool = False, embedding: int = 0) -> None:
    """Make a font with two glyphs."""
    builder = FontBuilder(1000, isTTF=True)
    builder.setupGlyphOrder([".notdef", "a", "emoji"])
    builder.setupCharacterMap({ord("a"): "a", 0x1F600: "emoji"})
    builder.setupGlyf(dict.fromkeys([".notdef", "a", "emoji"], Glyph()))
    builder.setupHorizontalMetrics(dict.fromkeys([".notdef", "a", "emoji"], (500, 0)))
    builder.setupHorizontalHeader()
    builder.setupNameTable({"familyName": "Small", "styleName": "Regular"})
    builder.setupOS2(fsType=embedding)
    builder.setupPost()
    if variable:
        builder.setupFvar([("wght", 100, 400, 900, "Weight")], [])
    builder.save(path)
