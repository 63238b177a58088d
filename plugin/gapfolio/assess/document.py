"""`assessment.json`: the Assessment as a file, and the JSON Schema that is published for it.

Scores are written as JSON numbers; who needs them exact recomputes them from the counted cells,
which are integers.
"""

from __future__ import annotations

from fractions import Fraction
from typing import Any

import msgspec

from gapfolio.model import Assessment

SCHEMA_ID = "https://gapfolio.example/schemas/assessment-1.json"


def encode(value: object) -> bytes:
    """Write a record as indented JSON with a final newline; the same value, the same bytes."""
    return msgspec.json.format(msgspec.json.encode(value, enc_hook=number), indent=2) + b"\n"


def decode(data: bytes) -> Assessment:
    """Read an `assessment.json`.

    Raises:
        msgspec.DecodeError: it is not one, or one of another version.
    """
    return msgspec.json.decode(data, type=Assessment, dec_hook=_fraction)


def schema() -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of `assessment.json`."""
    made = msgspec.json.schema(Assessment, schema_hook=_describe)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        "title": "Gapfolio assessment, version 1",
        **made,
    }


def number(value: object) -> float:
    """Encode what JSON does not know: a Fraction becomes the nearest number."""
    if isinstance(value, Fraction):
        return float(value)
    raise NotImplementedError(type(value))


def _fraction(kind: type, value: object) -> object:
    if kind is Fraction and isinstance(value, int | float):
        return Fraction(str(value))
    raise NotImplementedError(kind)


def _describe(kind: type) -> dict[str, Any]:
    if kind is Fraction:
        return {"type": "number"}
    raise NotImplementedError(kind)
