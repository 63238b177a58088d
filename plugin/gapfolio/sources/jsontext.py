"""One JSON object from bytes that may not quite be JSON."""

from __future__ import annotations

import json

import msgspec

_DECODER = msgspec.json.Decoder()


def decode(data: bytes) -> dict[str, object] | None:
    """Decode one JSON object; what is wrong with its text is replaced, else None."""
    try:
        value = _DECODER.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        value = _decode_leniently(data)
    return value if isinstance(value, dict) else None


def _decode_leniently(data: bytes) -> object:
    """Put up with invalid UTF-8, control characters in strings and halves of surrogate pairs."""
    try:
        value = json.loads(data.decode("utf-8", "replace"), strict=False)
        return _DECODER.decode(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError, msgspec.DecodeError):
        return None
