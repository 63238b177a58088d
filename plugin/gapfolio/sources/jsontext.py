"""One JSON object from bytes that may not quite be JSON."""

from __future__ import annotations

import json
import re

import msgspec

_DECODER = msgspec.json.Decoder()
_TRAILING_COMMA = re.compile(r'("(?:[^"\\]|\\.)*+")|,(?=\s*[}\]])', re.DOTALL)


def decode(data: bytes) -> dict[str, object] | None:
    """Decode one JSON object; what is wrong with its text is replaced, else None."""
    try:
        value = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        value = _decode_leniently(data)
    return value if isinstance(value, dict) else None


def _decode_leniently(data: bytes) -> object:
    """Put up with invalid UTF-8, control characters, lone surrogates and trailing commas.

    DuckDB overlooks trailing commas too.
    """
    text = _TRAILING_COMMA.sub(lambda found: found[1] or "", data.decode("utf-8", "replace"))
    try:
        value = json.loads(text, strict=False)
        return _DECODER.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError, msgspec.DecodeError):
        return None
