"""Reads the logo of a theme: a PNG or JPEG that a PDF/A may carry, checked to its last pixel."""

from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageFile, UnidentifiedImageError

from gapfolio.errors import ThemeError

MAX_BYTES = 2_000_000
MAX_SIDE = 4000
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
MODES = frozenset({"1", "L", "LA", "P", "RGB", "RGBA"})
ADVICE = "save the logo as an RGB PNG, about 600 pixels wide"


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo that was decoded without an error."""

    name: str
    """Address in a document, relative to the theme."""
    content: bytes
    media_type: str
    width: int
    height: int
    alt: str

    @property
    def data_url(self) -> str:
        """The logo as an address that holds it, for a self-contained HTML file."""
        return f"data:{self.media_type};base64,{b64encode(self.content).decode('ascii')}"


def read_logo(path: Path, name: str, alt: str) -> Logo:
    """Read and decode a logo; raises ThemeError for anything but a PNG or JPEG in grey or RGB."""
    if path.suffix.lower() in (".svg", ".svgz"):
        raise ThemeError(f"{path}: logo: SVG can hide programs and links; {ADVICE}")
    try:
        content = path.read_bytes() if path.stat().st_size <= MAX_BYTES else None
    except OSError as error:
        raise ThemeError(f"{path}: logo: cannot be read: {error.strerror}") from error
    if content is None:
        raise ThemeError(f"{path}: logo: larger than {MAX_BYTES // 1_000_000} MB; {ADVICE}")
    kind, width, height = _decode(path, content)
    return Logo(name, content, MEDIA_TYPES[kind], width, height, alt)


def _decode(path: Path, content: bytes) -> tuple[str, int, int]:
    """Give format, width and height of an image that decodes to its end."""
    try:
        with Image.open(BytesIO(content), formats=tuple(MEDIA_TYPES)) as image:
            width, height = image.size
            if max(width, height) > MAX_SIDE:
                raise ThemeError(
                    f"{path}: logo: {width} × {height} pixels, at most {MAX_SIDE} a side; {ADVICE}"
                )
            if image.mode not in MODES:
                raise ThemeError(f"{path}: logo: its colours are {image.mode}; {ADVICE}")
            with _whole_images_only():
                image.load()
            return str(image.format), width, height
    except UnidentifiedImageError as error:
        raise ThemeError(f"{path}: logo: neither PNG nor JPEG; {ADVICE}") from error
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise ThemeError(f"{path}: logo: damaged ({error}); {ADVICE}") from error


@contextmanager
def _whole_images_only() -> Iterator[None]:
    """Have Pillow refuse truncated images, which WeasyPrint lets it accept once imported."""
    before = ImageFile.LOAD_TRUNCATED_IMAGES
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        yield
    finally:
        ImageFile.LOAD_TRUNCATED_IMAGES = before
