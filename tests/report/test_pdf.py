"""HTML to an archival, accessible PDF in a bounded process."""

import subprocess
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from html import escape
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from pypdf import PdfReader

from gapfolio import resources
from gapfolio.errors import RenderError
from gapfolio.report import worker
from gapfolio.report.fonts import coverage, shipped_fonts
from gapfolio.report.pdf import Attachment, Limits, Renderer, check_system, render
from gapfolio.report.text import clean
from verapdf import validate

NOON = datetime(2026, 1, 31, 12, 30, 5, tzinfo=UTC)
THEME = resources.folder("report_templates.themes") / "neutral"
HEAD = '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Audit</title>'
STYLE = """<style>
html { font: 9pt Inter } code, pre { font-family: "IBM Plex Mono" } svg { font-family: Inter }
@page { size: A4; @top-left { content: string(part) } @top-right { content: element(mark) }
  @bottom-right { content: "Page " counter(page) " of " counter(pages) } }
@page wide { size: A4 landscape } .wide { page: wide }
h2 { string-set: part content() } .mark { position: running(mark) } .mark img { height: 6mm }
.toc span { float: right } .toc span::after { content: target-counter(attr(data-to url), page) }
.cover { background: linear-gradient(#fff, #14507a); break-after: page }
.draft { position: fixed; top: 9cm; font-size: 80pt; color: #0001; transform: rotate(-30deg) }
.flex { display: flex } .steps { list-style: none; counter-reset: step }
table { width: 100%; table-layout: fixed; border-collapse: collapse }
</style>"""
CHART = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 20"><title>A chart</title>'
    '<defs><pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse">'
    '<path d="M0 4L4 0" stroke="#000"/></pattern></defs>'
    '<rect width="60" height="9" fill="url(#hatch)"/><text x="2" y="18" font-size="8">57.3</text>'
    "</svg>"
)
EVERYTHING = f"""{HEAD}{STYLE}</head><body>
<section class="cover"><h1>Audit</h1><img src="logo.png" alt="Logo"></section>
<div class="mark"><img src="logo.png" alt="Logo"></div><div class="draft">DRAFT</div>
<h2>Contents</h2><p class="toc"><a href="#one">One</a><span data-to="#one"></span></p>
<h2 id="one">One</h2>
<p>See <a href="#two">the <code>second</code> <b>part</b></a>, <a href="https://example.com/">a
site</a> or <a href="mailto:a@example.com">write</a>.</p>
<ul><li>text</li><li><p>a paragraph</p><p>another</p></li><li>text<pre>code</pre></li>
<li>outer<ul><li>inner</li></ul></li></ul>
<ol class="steps"><li><p>a step</p><pre>aws iam get-user</pre></li></ol>
<dl><dt>term</dt><dd><p>meaning</p></dd></dl>
<h3 id="two">Two</h3>
<table><caption>Cells</caption><thead><tr><th scope="col">A</th><th scope="col">B</th></tr></thead>
<tbody>{"<tr><th scope=row>row</th><td><ul><li>x</li></ul></td></tr>" * 60}
<tr><td colspan="2"></td></tr></tbody></table>
<figure>{CHART}<figcaption>Figure 1</figcaption></figure>
<div class="flex"><div><h4>Left</h4></div><div><p>right</p></div></div>
<div class="wide"><h2>Wide</h2><p>{CHART.replace("hatch", "hatch-2")}</p></div>
<p dir="rtl" lang="ar">نص حكيم له سر قاطع</p><p dir="rtl" lang="he">דג סקרן שט בים</p>
<p>Ξεσκεπάζω Съешь żółć {escape(clean(chr(0x202E) + "🔒漢" + "x" * 90))}</p>
</body></html>"""
FILES = (
    Attachment("practices.csv", b"id\r\nCRED-01\r\n", "Practices", "Data", "text/csv"),
    Attachment("assessment.json", b"{}", "All of it", "Source", "application/json"),
)
NEVER_ENDS = (
    f'{HEAD}<table><tr><td style="overflow-wrap: anywhere">{"x" * 20_000}</td></tr></table>'
)


@pytest.fixture(scope="module")
def everything() -> bytes:
    result = render(EVERYTHING, roots=[THEME], created=NOON, attachments=FILES)

    assert result.warnings == ()
    assert result.pages == len(PdfReader(BytesIO(result.pdf)).pages) == 6
    return result.pdf


def test_what_a_report_is_made_of_is_archival_and_accessible(
    everything: bytes, tmp_path: Path
) -> None:
    (tmp_path / "report.pdf").write_bytes(everything)

    assert validate(tmp_path / "report.pdf") == []


def test_every_character_that_text_can_contain_is_archival(tmp_path: Path) -> None:
    characters = [chr(code) for code in sorted(coverage()) if clean(chr(code)) == chr(code)]
    text = escape(" ".join(f"a{character}" for character in characters))
    html = f"{HEAD}{STYLE}<h1>{text}</h1><p>{text}</p><p><b><i>{text}</i></b></p><pre>{text}</pre>"
    result = render(html, roots=[], created=NOON)
    (tmp_path / "report.pdf").write_bytes(result.pdf)

    assert len(characters) > 3500
    assert result.warnings == ()
    assert validate(tmp_path / "report.pdf") == []


def test_the_validator_would_notice(tmp_path: Path) -> None:
    result = render(f"{HEAD}<h1>a</h1><h3>b ☐</h3>", roots=[], created=NOON)
    (tmp_path / "report.pdf").write_bytes(result.pdf)

    violations = validate(tmp_path / "report.pdf")

    assert any(violation.startswith("ua1 7.4.2-1 ") for violation in violations)
    assert any(violation.startswith("3a 6.2.11.8-1 ") for violation in violations)
    assert any(".notdef" in warning for warning in result.warnings)


def test_the_same_arguments_give_the_same_bytes(everything: bytes) -> None:
    local = NOON.astimezone(timezone(timedelta(hours=9)))

    again = render(EVERYTHING, roots=[THEME], created=local, attachments=FILES[::-1])

    assert again.pdf == everything


def test_only_our_fonts_are_used(everything: bytes) -> None:
    reader = PdfReader(BytesIO(everything))
    names = {
        str(font.get_object()["/BaseFont"]).partition("+")[2]
        for page in reader.pages
        for font in page["/Resources"]["/Font"].values()  # type: ignore[index]
    }
    families = {family.replace(" ", "-") for family in shipped_fonts().families}

    assert {name for name in names if not name.startswith(tuple(families))} == set()
    assert {"Inter-Bold", "IBM-Plex-Mono"} <= names


def test_the_document_says_what_it_is(everything: bytes) -> None:
    reader = PdfReader(BytesIO(everything))
    catalog: Any = reader.trailer["/Root"]

    assert reader.metadata is not None
    assert reader.metadata.title == "Audit"
    assert reader.metadata.creation_date == NOON
    assert reader.metadata.modification_date == NOON
    assert str(reader.metadata.creator).startswith("Gapfolio ")
    assert catalog["/Lang"] == "en"
    assert catalog["/MarkInfo"]["/Marked"].value is True
    assert titles(reader.outline) == ["Audit", ["Contents", "One", ["Two", ["Left"]], "Wide"]]


def test_attachments_travel_with_name_kind_and_date(everything: bytes) -> None:
    reader = PdfReader(BytesIO(everything))
    catalog: Any = reader.trailer["/Root"]
    files = [entry.get_object() for entry in catalog["/AF"]]

    assert {name: reader.attachments[name] for name in reader.attachments} == {
        "assessment.json": [b"{}"],
        "practices.csv": [b"id\r\nCRED-01\r\n"],
    }
    assert [(file["/UF"], file["/AFRelationship"], file["/Desc"]) for file in files] == [
        ("assessment.json", "/Source", "All of it"),
        ("practices.csv", "/Data", "Practices"),
    ]
    streams = [file["/EF"]["/F"].get_object() for file in files]
    assert [stream["/Subtype"] for stream in streams] == ["/application/json", "/text/csv"]
    assert {stream["/Params"]["/ModDate"] for stream in streams} == {"D:20260131123005Z"}


def test_pages_are_numbered_and_the_contents_point_to_them(everything: bytes) -> None:
    pages = [page.extract_text() for page in PdfReader(BytesIO(everything)).pages]

    assert "Page 2 of 6" in pages[1]
    assert pages[1].startswith("2\n")
    assert pages[3].splitlines()[-2] == "One"
    assert "U+202E" in pages[5]


def test_attachments_may_be_files(tmp_path: Path) -> None:
    (tmp_path / "data.bin").write_bytes(b"12")
    file = Attachment("data.bin", tmp_path / "data.bin", "Data")

    result = render(f"{HEAD}<p>x", roots=[], created=NOON, attachments=[file])

    assert PdfReader(BytesIO(result.pdf)).attachments["data.bin"] == [b"12"]


def test_links_to_nowhere_are_taken_away() -> None:
    targets = ("javascript:alert(1)", "local.html", "//example.com/", " JavaScript:x", "file:///x")
    body = "".join(f'<a href="{target}">x</a> ' for target in targets)

    result = render(f'{HEAD}<p>{body}<a href="https://ok.example/">y</a>', roots=[], created=NOON)

    assert len([text for text in result.warnings if "link was taken away" in text]) == len(targets)
    assert b"example.com" not in result.pdf
    page: Any = PdfReader(BytesIO(result.pdf)).pages[0]
    assert [note.get_object()["/A"]["/URI"] for note in page["/Annots"]] == ["https://ok.example/"]


def test_what_the_renderer_complains_of_is_passed_on() -> None:
    result = render(f'{HEAD}<p style="florb: 1">x', roots=[], created=NOON)

    assert result.warnings == ("Ignored `florb: 1` at 1:1, unknown property.",)


@pytest.mark.parametrize(
    ("html", "limits", "message"),
    [
        (NEVER_ENDS, Limits(seconds=1.5), r"took longer than 1\.5 seconds"),
        (NEVER_ENDS, Limits(cpu_seconds=1), "more than 1 seconds of processor time"),
        (f"{HEAD}{'<p>x</p>' * 20_000}", Limits(memory_bytes=200_000_000), "than the 200 MB"),
        (f"{HEAD}{'<div>' * 1_000}x", Limits(), "nests its elements too deeply"),
    ],
    ids=["wall clock", "processor", "memory", "nesting"],
)
def test_a_document_that_asks_too_much_is_stopped(html: str, limits: Limits, message: str) -> None:
    start = time.monotonic()

    with pytest.raises(RenderError, match=message):
        render(html, roots=[], created=NOON, limits=limits)
    assert time.monotonic() - start < 30


def test_a_failure_of_the_renderer_is_one_line_with_a_note() -> None:
    with pytest.raises(RenderError, match=r"^the PDF renderer failed: .*FileNotFound") as caught:
        render(HEAD, roots=[Path("/nowhere")], created=NOON)
    assert "Traceback" in caught.value.__notes__[0]


def test_a_renderer_that_was_killed_is_told_from_a_slow_one() -> None:
    with Renderer() as renderer:
        renderer._process.kill()
        renderer._process.wait()  # both lines meet a closed pipe
        with pytest.raises(RenderError, match=r"was killed, probably because .* out of memory"):
            renderer.render(HEAD, roots=[], created=NOON)


def test_missing_pango_is_told_with_the_command_that_installs_it() -> None:
    with pytest.raises(RenderError) as caught:
        check_system(absent("pango-1"))

    assert "the PDF needs Pango, which is not installed" in str(caught.value)
    assert "`apt-get install -y libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0`" in str(
        caught.value
    )
    assert "brew install pango" in str(caught.value)


def test_pango_is_found_under_the_names_of_other_systems() -> None:
    check_system(absent(".so"))


def test_a_renderer_can_wait_for_its_document() -> None:
    with Renderer() as renderer:
        time.sleep(0.1)
        result = renderer.render(f"{HEAD}<p>x", roots=[], created=NOON)

    assert result.pages == 1


def test_a_renderer_that_is_not_needed_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))

    with Renderer():
        assert list(tmp_path.iterdir()) != []

    assert list(tmp_path.iterdir()) == []


def test_the_worker_sees_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example")
    seen: dict[str, str] = {}
    start = subprocess.Popen

    def spy(*given: Any, **named: Any) -> subprocess.Popen[bytes]:
        seen.update(named["env"])
        return start(*given, **named)

    monkeypatch.setattr("subprocess.Popen", spy)
    with Renderer():
        pass

    assert not {"AWS_SECRET_ACCESS_KEY", "HTTPS_PROXY"} & seen.keys()
    assert seen["FONTCONFIG_FILE"].startswith(seen["TMPDIR"])


@pytest.mark.parametrize("event", ["socket.connect", "subprocess.Popen", "os.system"])
def test_the_worker_has_neither_network_nor_programs(event: str) -> None:
    with pytest.raises(PermissionError, match=event):
        worker._refuse(event, ())
    worker._refuse("open", ("x", "r", 0))


def test_a_worker_whose_parent_has_gone_ends(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "gapfolio.report.worker", str(tmp_path), "2000000000", "60"]

    done = subprocess.run(command, stdin=subprocess.DEVNULL, timeout=60, check=False)

    assert done.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_asking_for_a_pdf_loads_nothing_heavy() -> None:
    code = "import sys, gapfolio.report.pdf; print(*sys.modules)"

    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert not {"weasyprint", "jinja2", "PIL", "fontTools"} & set(loaded.stdout.split())


def absent(part: str) -> Callable[[str], object]:
    """Pretend that libraries with a certain name are not installed."""

    def load(name: str) -> object:
        if part in name:
            raise OSError(f"cannot load library '{name}'")
        return object()

    return load


def titles(outline: list[Any]) -> list[Any]:
    """Give the titles of bookmarks as a tree."""
    return [titles(item) if isinstance(item, list) else item["/Title"] for item in outline]
