"""Audits to redact, and everything that the pack of a copy says."""

from __future__ import annotations

import html
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import duckdb

from gapfolio import catalogue, plugins, publish
from gapfolio.audit import Audit
from gapfolio.engagement import Folder
from gapfolio.model import Finding
from gapfolio.redaction import KINDS, Copy, copied
from gapfolio.testing import assessed

KEY = "0123456789abcdef" * 4
DATA = ("html", "csv", "json", "parquet")


@cache
def shipped() -> catalogue.Catalogue:
    return catalogue.load()


@contextmanager
def audited(findings: Iterable[Finding], folder: Folder) -> Iterator[Audit]:
    with assessed(findings, folder=folder, catalogue=shipped()) as (assessment, engine):
        yield Audit(assessment, engine, shipped(), folder, plugins.manager())


@contextmanager
def redacted(
    home: Path, findings: Iterable[Finding], folder: Folder, kinds: Collection[str] = KINDS
) -> Iterator[Copy]:
    """Give the copy of an audit, by a key that is always the same."""
    key = home / "redaction.key"
    key.write_text(KEY, encoding="ascii")
    with audited(findings, folder) as audit, copied(audit, kinds, key) as copy:
        yield copy


def published(
    home: Path,
    findings: Iterable[Finding],
    folder: Folder,
    kinds: Collection[str] = KINDS,
    formats: Sequence[str] = DATA,
) -> Path:
    """Write the pack of a copy."""
    with redacted(home, findings, folder, kinds) as copy:
        return publish.publish(copy.audit, home / "pack", formats=formats).directory


def said(pack: Path) -> dict[str, str]:
    """Give what each file of a pack says, in lower case, but for the catalogue that all have.

    Also the names of the files, the decoded tables, and HTML as a reader copies it.
    """
    files = [path for path in pack.rglob("*") if path.is_file()]
    told = {"names": "\n".join(path.relative_to(pack).as_posix() for path in files)}
    for path in files:
        if path.relative_to(pack).parts[0] == "catalogue":
            continue
        content = path.read_bytes().decode("utf-8", errors="replace")
        told[path.name] = content
        if path.suffix == ".html":
            told[f"{path.name} as read"] = html.unescape(re.sub(r"<wbr>|\u200b", "", content))
        if path.suffix == ".parquet":
            found = rows(f"SELECT * FROM '{path}'")
            told[f"{path.name} decoded"] = "\n".join(_cell(v) for row in found for v in row)
    return {name: text.lower() for name, text in told.items()}


def rows(query: str) -> list[tuple[Any, ...]]:
    found: list[tuple[Any, ...]] = duckdb.connect().execute(query).fetchall()
    return found


def _cell(value: object) -> str:
    return "\n".join(map(str, value)) if isinstance(value, list) else str(value)


def leaks(pack: Path, known: Iterable[str]) -> list[str]:
    """Name the known values that a pack says, with the file."""
    told = said(pack)
    return [
        f"{value!r} in {name}"
        for value in sorted(set(known))
        for name, text in told.items()
        if value.lower() in text
    ]
