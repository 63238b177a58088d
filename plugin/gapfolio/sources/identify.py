"""Finds out, from the first whole element, who reads a file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from gapfolio.sources.base import Element, Kind, Source
from gapfolio.sources.bytestream import head_of
from gapfolio.sources.elements import Elements
from gapfolio.sources.jsontext import decode
from gapfolio.sources.outcome import advice
from gapfolio.sources.parquet_schema import MAGIC as PARQUET
from gapfolio.sources.refusals import UNKNOWN, refusal
from gapfolio.sources.sniff import headers, sniff
from gapfolio.sources.wrappers import Wrapper, seam


@dataclass(frozen=True)
class Identity:
    """What a file looks like; at most one of `source`, `empty` and `refused` says something."""

    kind: Kind = "json"
    source: Source | None = None
    """Who claims its first element; None: the elements have to be looked at one by one."""
    names: tuple[str, ...] = ()
    """CSV: the header's names."""
    delimiter: str = ""
    gzip: bool = False
    opening: bytes = b""
    """JSON: the first byte that is not blank."""
    wrapper: Wrapper | None = None
    """JSON: what it begins with, if that is a wrapper of findings."""
    parquet: bool = False
    """Its elements are rows, and have to be unpacked first."""
    empty: bool = False
    """Zero findings, and nothing wrong with that."""
    refused: str = ""
    """Why it is not read at all."""


def claimant(element: Element, kind: Kind, sources: Sequence[Source]) -> Source | None:
    """Give the first source that claims an element."""
    return next(
        (source for source in sources if source.kind == kind and source.claims(element)), None
    )


def identify(path: Path, sources: Sequence[Source]) -> Identity:
    """Look at the beginning of a file.

    Raises:
        OSError: the file cannot be read.
    """
    beginning = head_of(path)
    head, gzip = beginning.data, beginning.gzip
    if head.startswith(PARQUET):
        return Identity(parquet=True)
    shape = sniff(head)
    if shape.shape == "empty" and beginning.whole:
        return Identity(empty=not beginning.problem, refused=beginning.problem)
    if shape.shape == "refused":
        return Identity(refused=f"this is {shape.what}; {advice(sources)}")
    opening = head.lstrip()[:1]
    if opening not in (b"[", b"{") and (found := _by_header(head, sources, gzip=gzip)):
        return found
    with path.open("rb") as stream:
        elements = Elements(stream)
        first = next(iter(elements), None)
    if first is None:
        return Identity(gzip=gzip, opening=opening)
    element = decode(first[1])
    source = None if element is None else claimant(element, "json", sources)
    wrapper = elements.wrapper and elements.wrapper._replace(seam=seam(first[1]))
    return Identity(source=source, gzip=gzip, opening=opening, wrapper=wrapper)


def _by_header(head: bytes, sources: Sequence[Source], *, gzip: bool) -> Identity | None:
    """Try the first line as a CSV header."""
    for delimiter, names in headers(head):
        element = dict.fromkeys(names, "")
        source = claimant(element, "csv", sources)
        if source is not None:
            return Identity("csv", source, tuple(names), delimiter, gzip)
        reason = refusal(element, "csv")
        if reason != UNKNOWN:
            return Identity("csv", refused=reason)
    return None
