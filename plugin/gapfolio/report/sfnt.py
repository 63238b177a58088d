"""Reads the two tables of a font file that the report needs: its names and its code points.

fontTools does this too, in four times the start-up budget of the whole text cleaning; this module
reads what a report needs of eleven fonts in a few milliseconds.
"""

import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

TRUETYPE = b"\x00\x01\x00\x00"
OPENTYPE = b"OTTO"
SUFFIXES = frozenset({".ttf", ".otf"})
UNICODE_MAPS = frozenset({(0, 3), (0, 4), (0, 6), (3, 1), (3, 10)})
FAMILY, TYPOGRAPHIC_FAMILY = 1, 16
WINDOWS = 3
NO_GLYPH = 0
FORMAT_BMP, FORMAT_FULL = 4, 12
LAST_OF_BMP = 0xFFFF
"""No character: it ends the map."""
NO_EMBEDDING = 0x0002
"""Bit of OS/2 `fsType`: restricted licence embedding."""
DISORDER = "its character map is out of order"


class FontFileError(ValueError):
    """The file is not a complete, static TrueType or OpenType font."""


@dataclass(frozen=True, slots=True)
class FontFile:
    """What the report needs to know of a font."""

    path: Path
    families: frozenset[str]
    """Names under which a style sheet may ask for it."""
    code_points: frozenset[int]


def read_font(path: Path) -> FontFile:
    """Read a static, embeddable single-font TTF or OTF file.

    Raises FontFileError for anything else: web fonts, collections, variable fonts, damage.
    """
    try:
        with path.open("rb") as stream:
            tables = _tables(stream)
            if "fvar" in tables:
                raise FontFileError("a variable font; save its styles as static fonts")
            if not _embeddable(_load(stream, tables, "OS/2")):
                raise FontFileError("its licence bits forbid embedding")
            families = frozenset(_families(_load(stream, tables, "name")))
            points = frozenset(_code_points(_load(stream, tables, "cmap")))
    except (struct.error, IndexError, KeyError, UnicodeDecodeError, MemoryError) as error:
        raise FontFileError("damaged, or not a TrueType or OpenType font") from error
    if not families or not points:
        raise FontFileError("it has no family name or no Unicode character map")
    return FontFile(path, families, points)


def _tables(stream: BinaryIO) -> dict[str, tuple[int, int]]:
    """Read the table directory: tag to offset and length."""
    magic, count = struct.unpack(">4sH6x", stream.read(12))
    if magic not in (TRUETYPE, OPENTYPE):
        raise FontFileError("not a TTF or OTF file (web fonts and collections are not read)")
    directory = stream.read(16 * count)
    return {
        tag.decode("ascii"): (offset, length)
        for tag, _, offset, length in struct.iter_unpack(">4sIII", directory)
    }


def _load(stream: BinaryIO, tables: dict[str, tuple[int, int]], tag: str) -> bytes:
    offset, length = tables[tag]
    stream.seek(offset)
    data = stream.read(length)
    if len(data) != length:
        raise FontFileError("truncated")
    return data


def _embeddable(os2: bytes) -> bool:
    (fs_type,) = struct.unpack_from(">H", os2, 8)
    return not fs_type & NO_EMBEDDING


def _families(name: bytes) -> Iterator[str]:
    count, strings = struct.unpack_from(">2xHH", name)
    for index in range(count):
        platform, _, _, kind, length, offset = struct.unpack_from(">6H", name, 6 + 12 * index)
        if platform == WINDOWS and kind in (FAMILY, TYPOGRAPHIC_FAMILY):
            start = strings + offset
            yield name[start : start + length].decode("utf-16-be")


def _code_points(cmap: bytes) -> Iterator[int]:
    (count,) = struct.unpack_from(">2xH", cmap)
    seen: set[int] = set()
    for index in range(count):
        platform, encoding, offset = struct.unpack_from(">HHI", cmap, 4 + 8 * index)
        if (platform, encoding) not in UNICODE_MAPS or offset in seen:
            continue
        seen.add(offset)
        (kind,) = struct.unpack_from(">H", cmap, offset)
        if kind == FORMAT_FULL:
            yield from _full_map(cmap, offset)
        elif kind == FORMAT_BMP:
            yield from _bmp_map(cmap, offset)


def _full_map(cmap: bytes, offset: int) -> Iterator[int]:
    """Format 12: groups of consecutive code points and glyphs."""
    (groups,) = struct.unpack_from(">I", cmap, offset + 12)
    last = -1
    for index in range(groups):
        start, end, glyph = struct.unpack_from(">III", cmap, offset + 16 + 12 * index)
        if not last < start <= end <= sys.maxunicode:
            raise FontFileError(DISORDER)
        last = end
        yield from range(start + (glyph == NO_GLYPH), end + 1)


def _bmp_map(cmap: bytes, offset: int) -> Iterator[int]:
    """Format 4: segments of the Basic Multilingual Plane, some with a glyph array."""
    (double,) = struct.unpack_from(">H", cmap, offset + 6)
    segments = double // 2
    layout = f">{segments}H"
    ends = struct.unpack_from(layout, cmap, offset + 14)
    starts = struct.unpack_from(layout, cmap, offset + 16 + double)
    deltas = struct.unpack_from(layout, cmap, offset + 16 + 2 * double)
    ranges_at = offset + 16 + 3 * double
    ranges = struct.unpack_from(layout, cmap, ranges_at)
    last = -1
    for index, (start, end, delta, where) in enumerate(
        zip(starts, ends, deltas, ranges, strict=True)
    ):
        if not last < start <= end:
            raise FontFileError(DISORDER)
        last = end
        for code in range(start, end + 1):
            if code == LAST_OF_BMP:
                continue
            glyph = code
            if where:
                at = ranges_at + 2 * index + where + 2 * (code - start)
                (glyph,) = struct.unpack_from(">H", cmap, at)
                if glyph == NO_GLYPH:
                    continue
            if (glyph + delta) & 0xFFFF != NO_GLYPH:
                yield code
