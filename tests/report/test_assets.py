"""What a document may load: nothing but files of the theme and of the package."""

import base64
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from weasyprint import HTML  # type: ignore[import-untyped]
from weasyprint.urls import FatalURLFetchingError  # type: ignore[import-untyped]

from gapfolio import resources
from gapfolio.errors import RenderError
from gapfolio.report.assets import BASE_URL, AssetError, Assets
from gapfolio.report.fetcher import AssetFetcher
from gapfolio.report.pdf import render

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
LOGO = resources.folder("report_templates.themes") / "neutral" / "logo.png"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"></svg>'
HIDDEN = "p { content: '93127' }"

LOADED = {
    "base": '<base href="{http}/"><img src="x.png">',
    "link": '<link rel="stylesheet" href="{target}">',
    "import": '<style>@import "{target}";</style>',
    "import url": "<style>@import url({target});</style>",
    "font": "<style>@font-face {{ font-family: x; src: url({target}) }}</style>",
    "background": '<p style="background: url({target})">x</p>',
    "page background": "<style>@page {{ background: url({target}) }}</style>",
    "list image": '<ul style="list-style-image: url({target})"><li>x</li></ul>',
    "content": "<style>p::before {{ content: url({target}) }}</style><p>x</p>",
    "color profile": "<style>@color-profile --x {{ src: url({target}) }}</style>",
    "img": '<img src="{target}">',
    "object": '<object data="{target}"></object>',
    "embed": '<embed src="{target}">',
    "attachment": '<link rel="attachment" href="{target}">',
    "linked attachment": '<a rel="attachment" href="{target}">x</a>',
}
NEVER_LOADED = {
    "svg image": '<svg width="9" height="9"><image href="{target}" width="9" height="9"/></svg>',
    "iframe": '<iframe src="{target}"></iframe>',
    "video": '<video poster="{target}"></video>',
    "script": '<script src="{target}"></script>',
    "srcset": '<img srcset="{target} 2x" alt="x">',
    "svg use": '<svg width="9" height="9"><use href="{target}#a"/></svg>',
    "svg fill": '<svg><rect fill="url({target}#a)" width="9" height="9"/></svg>',
    "svg style": "<svg><style>@import url({target});</style></svg>",
    "mask": '<p style="mask-image: url({target})">x</p>',
    "refresh": '<meta http-equiv="refresh" content="0; url={target}">',
    "link of another kind": '<link rel="icon" href="{target}">',
}


@dataclass
class Web:
    """A web server on loopback that counts who comes."""

    address: str = ""
    hits: list[str] = field(default_factory=list)


@pytest.fixture
def web() -> Iterator[Web]:
    found = Web()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.hits.append(self.path)
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield found
        server.shutdown()
        thread.join()


@pytest.fixture
def theme(tmp_path: Path) -> Path:
    directory = tmp_path / "theme"
    (directory / "sub").mkdir(parents=True)
    (directory / "ok.css").write_text("p { color: red }", encoding="utf-8")
    (directory / "sub" / "logo.png").write_bytes(LOGO.read_bytes())
    (directory / "fake.png").write_bytes(SVG)
    (directory / "notes.txt").write_text("x", encoding="utf-8")
    (tmp_path / "secret.css").write_text(HIDDEN, encoding="utf-8")
    (directory / "link.css").symlink_to(tmp_path / "secret.css")
    return directory


@pytest.mark.parametrize("vector", LOADED)
@pytest.mark.parametrize("kind", ["http", "file", "network path"])
def test_a_document_that_reaches_outside_is_stopped(
    web: Web, theme: Path, vector: str, kind: str
) -> None:
    targets = {
        "http": f"{web.address}/x.css",
        "file": (theme.parent / "secret.css").as_uri(),
        "network path": f"//{web.address.removeprefix('http://')}/x.css",
    }
    body = LOADED[vector].format(target=targets[kind], http=web.address)
    document = HTML(
        string=f'<html lang="en">{body}', base_url=BASE_URL, url_fetcher=AssetFetcher([theme])
    )

    with pytest.raises(FatalURLFetchingError, match="is not a file of the theme"):
        document.write_pdf()
    assert web.hits == []


@pytest.mark.parametrize("vector", NEVER_LOADED)
def test_the_rest_is_ignored_and_loads_nothing(web: Web, theme: Path, vector: str) -> None:
    body = NEVER_LOADED[vector].format(target=f"{web.address}/x")

    content = HTML(
        string=f'<html lang="en">{body}', base_url=BASE_URL, url_fetcher=AssetFetcher([theme])
    ).write_pdf()

    assert content.startswith(b"%PDF")
    assert web.hits == []


def test_the_whole_way_refuses_too_and_names_the_address(web: Web, theme: Path) -> None:
    html = f'<html lang="en"><title>x</title><img alt="x" src="{web.address}/logo.png">'

    with pytest.raises(RenderError, match=rf"{web.address}/logo\.png' is not a file of the theme"):
        render(html, roots=[theme], created=NOON)
    assert web.hits == []


def test_no_byte_of_another_file_gets_into_the_pdf(theme: Path) -> None:
    html = f'<html lang="en"><title>x</title><link rel="attachment" href="{BASE_URL}link.css">'

    with pytest.raises(RenderError, match=r"'link\.css' is not a file of the theme"):
        render(html, roots=[theme], created=NOON)


def test_files_of_the_theme_are_found_in_every_root(theme: Path) -> None:
    assets = Assets([resources.folder("report_templates.fonts"), theme])

    assert assets.load(f"{BASE_URL}ok.css") == (b"p { color: red }", "text/css")
    assert assets.load(f"{BASE_URL}sub/logo.png") == (LOGO.read_bytes(), "image/png")
    assert assets.load(f"{BASE_URL}Inter-Regular.ttf")[1] == "font/ttf"


@pytest.mark.parametrize(
    "address",
    [
        "../secret.css",
        "%2e%2e/secret.css",
        "..%2fsecret.css",
        "sub/../../secret.css",
        "..\\secret.css",
        "link.css",
        "ok.css%00.png",
        "ok.css?x=1",
        "missing.css",
        "sub",
        "",
        "notes.txt",
        "/etc/passwd",
        "%2fetc/passwd",
    ],
)
def test_names_that_lead_elsewhere_are_refused(theme: Path, address: str) -> None:
    with pytest.raises(AssetError):
        Assets([theme]).load(f"{BASE_URL}{address}")


@pytest.mark.parametrize(
    "url",
    [
        "http://assets.invalid/ok.css",
        "https://assets.invalid:444/ok.css",
        "https://user@assets.invalid/ok.css",
        "https://assets.invalid.example.com/ok.css",
        "ftp://assets.invalid/ok.css",
        "ok.css",
        "//assets.invalid/ok.css",
        "javascript:alert(1)",
    ],
)
def test_only_the_one_host_is_known(theme: Path, url: str) -> None:
    with pytest.raises(AssetError):
        Assets([theme]).load(url)


def test_an_svg_cannot_pass_for_a_png(theme: Path) -> None:
    with pytest.raises(AssetError, match="not PNG inside"):
        Assets([theme]).load(f"{BASE_URL}fake.png")


def test_inline_images_are_allowed(theme: Path) -> None:
    encoded = base64.b64encode(LOGO.read_bytes()).decode()

    assert Assets([theme]).load(f"data:image/png;base64,{encoded}") == (
        LOGO.read_bytes(),
        "image/png",
    )


@pytest.mark.parametrize(
    "url",
    [
        "data:image/svg+xml;base64," + base64.b64encode(SVG).decode(),
        "data:image/png;base64," + base64.b64encode(SVG).decode(),
        "data:image/png;base64,A",
        "data:text/css,p{}",
        "data:,x",
        "data:",
        "data:font/woff2;base64,AAAA",
    ],
)
def test_other_inline_data_is_refused(theme: Path, url: str) -> None:
    with pytest.raises(AssetError):
        Assets([theme]).load(url)


def test_large_files_are_refused(theme: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("gapfolio.report.assets.MAX_BYTES", 10)

    with pytest.raises(AssetError, match="larger"):
        Assets([theme]).load(f"{BASE_URL}ok.css")
    with pytest.raises(AssetError, match="more than"):
        Assets([theme]).load("data:image/png;base64,AAAAAAAAAAAA")
