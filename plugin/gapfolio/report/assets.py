"""What a document may load: files of the theme and of the package, and small inline data.

Everything else is refused, and a refusal stops the rendering: a report that silently lacks its
logo is worse than an error that names the address.
"""

import re
from base64 import b64decode
from binascii import Error as Base64Error
from collections.abc import Iterable
from pathlib import Path
from urllib.parse import unquote, unquote_to_bytes, urlsplit

HOST = "assets.invalid"
BASE_URL = f"https://{HOST}/"
"""Base of every relative address; the host is reserved, so it can never be reached."""

MAX_BYTES = 10_000_000
KINDS = {
    ".css": "text/css",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".otf": "font/otf",
    ".png": "image/png",
    ".ttf": "font/ttf",
}
INLINE_KINDS = frozenset({"image/png", "image/jpeg"})
"""SVG is in neither list: nested `<use>` elements can keep the renderer busy for ever."""

SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
"""First bytes of the images; without this check an SVG could be called `logo.png`."""

DATA_URL = re.compile(r"data:(?P<kind>[^;,]*)(?P<parameters>[^,]*),(?P<data>.*)", re.DOTALL)
SHOWN = 120


class AssetError(ValueError):
    """An address that the renderer must not load."""


class Assets:
    """The files under some directories, addressed relative to `BASE_URL`."""

    def __init__(self, roots: Iterable[Path]) -> None:
        self._roots = [root.resolve(strict=True) for root in roots]

    def load(self, url: str) -> tuple[bytes, str]:
        """Give the content and the media type of an address; raises AssetError."""
        if url.startswith("data:"):
            return _checked(*_inline(url))
        parts = urlsplit(url)
        if (parts.scheme, parts.netloc) != ("https", HOST) or parts.query:
            raise AssetError(f"{url[:SHOWN]!r} is not a file of the theme")
        return _checked(*self._file(unquote(parts.path).lstrip("/")))

    def _file(self, name: str) -> tuple[bytes, str]:
        if "\0" in name or "\\" in name:
            raise AssetError(f"{name[:SHOWN]!r} is not a file name")
        kind = KINDS.get(Path(name).suffix.lower())
        if kind is None:
            raise AssetError(f"{name[:SHOWN]!r} is neither a style sheet, an image nor a font")
        for root in self._roots:
            path = (root / name).resolve()  # follows links first, so none leads out of the root
            if path.is_relative_to(root) and path.is_file():
                if path.stat().st_size > MAX_BYTES:
                    raise AssetError(f"{name} is larger than {MAX_BYTES // 1_000_000} MB")
                return path.read_bytes(), kind
        raise AssetError(f"{name[:SHOWN]!r} is not a file of the theme")


def _checked(content: bytes, kind: str) -> tuple[bytes, str]:
    if not content.startswith(SIGNATURES.get(kind, b"")):
        raise AssetError(f"an image that is not {kind.removeprefix('image/').upper()} inside")
    return content, kind


def _inline(url: str) -> tuple[bytes, str]:
    match = DATA_URL.fullmatch(url)
    kind = "" if match is None else match["kind"].strip().lower()
    if match is None or kind not in INLINE_KINDS:
        raise AssetError(f"inline data of type {kind[:SHOWN]!r} (only PNG and JPEG are allowed)")
    if len(url) > MAX_BYTES:
        raise AssetError(f"inline data of more than {MAX_BYTES // 1_000_000} MB")
    data = unquote_to_bytes(match["data"])
    if match["parameters"].strip().lower().endswith(";base64"):
        try:
            data = b64decode(data)
        except Base64Error as error:
            raise AssetError("inline data that is not base64") from error
    return data, kind
