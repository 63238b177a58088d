"""`assessment.json`: the Assessment as a file, and the JSON Schemas that are published.

Scores are written as JSON numbers; who needs them exact recomputes them from the counted cells,
which are integers. The schemas in `docs/` are written by

    python -m gapfolio.assess.document assessment > docs/assessment.schema.json
    python -m gapfolio.assess.document run > docs/run.schema.json
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import msgspec

from gapfolio.model import Assessment, RunRecord

_SCHEMAS = {"assessment": Assessment, "run": RunRecord}


def encode(value: object) -> bytes:
    """Write a record as indented JSON with a final newline; the same value, the same bytes."""
    return msgspec.json.format(msgspec.json.encode(value, enc_hook=number), indent=2) + b"\n"


def decode(data: bytes) -> Assessment:
    """Read an `assessment.json`.

    Raises:
        msgspec.DecodeError: it is not one, or one of another version.
    """
    try:
        return msgspec.json.decode(data, type=Assessment, dec_hook=fraction)
    except UnicodeDecodeError as error:
        raise msgspec.DecodeError(f"not UTF-8 text (byte {error.start})") from error


def schema(name: str = "assessment") -> dict[str, Any]:
    """Give the JSON Schema (2020-12) of `assessment.json` or of `run.json` ("run")."""
    made = msgspec.json.schema(_SCHEMAS[name], schema_hook=_describe)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"https://gapfolio.example/schemas/{name}-1.json",
        "title": f"Gapfolio {name}, version 1",
        **made,
    }


def main(arguments: Sequence[str]) -> None:
    """Write the schema that is named, else that of `assessment.json`, to standard output."""
    sys.stdout.buffer.write(encode(schema(*arguments)))


def number(value: object) -> float:
    """Encode what JSON does not know: a Fraction becomes the nearest number."""
    if isinstance(value, Fraction):
        return float(value)
    raise NotImplementedError(type(value))


def fraction(kind: type, value: object) -> object:
    """Decode a score as it was printed: rounding it again gives the same digits."""
    if kind is Fraction and isinstance(value, int | float):
        return Fraction(str(value))
    raise NotImplementedError(kind)


def _describe(kind: type) -> dict[str, Any]:
    if kind is Fraction:
        return {"type": "number"}
    raise NotImplementedError(kind)


if __name__ == "__main__":
    main(sys.argv[1:])
