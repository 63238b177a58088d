"""An evidence pack as exporters need it: the Assessment and its tables, read and never changed."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from gapfolio import history
from gapfolio.assess import document
from gapfolio.assess.collect import FINDINGS_SCHEMA
from gapfolio.engine.base import Engine
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.errors import PackError
from gapfolio.hashing import sha256
from gapfolio.manifest import ASSESSMENT, CELLS, CLOSED, FINDINGS, MANIFEST, read_manifest
from gapfolio.model import Assessment
from gapfolio.verify import store

_TABLES = {"findings_sorted": FINDINGS, "cells": CELLS, "closed": CLOSED}
_LIST = 64 << 20


@contextmanager
def opened(pack: Path) -> Iterator[tuple[Assessment, Engine]]:
    """Open a pack, directory or archive, whose files must be as its manifest says.

    Raises:
        PackError: it is no pack, lacks what exports are made of, or was changed.
    """
    with store.opened(pack) as found, tempfile.TemporaryDirectory(prefix="gapfolio-") as scratch:
        names = [ASSESSMENT, *_TABLES.values()]
        if MANIFEST not in found.files:
            inside = history.newest(pack if pack.name == "packs" else pack / "packs")
            hint = f"did you mean {inside}?" if inside else "gapfolio report writes one"
            raise PackError(f"{pack}: is no evidence pack, for it has no {MANIFEST}; {hint}")
        if missing := [name for name in names if name not in found.files]:
            raise PackError(
                f"{pack}: has no {', '.join(missing)}; exports are made from a report with "
                "--format json,parquet by this version"
            )
        listed = read_manifest(store.read(found, MANIFEST, _LIST), str(pack)).files
        root = found.lay_out(names, Path(scratch))
        hashes = {entry.path: entry.sha256 for entry in listed}
        for name in names:
            if sha256(root / name) != hashes.get(name):
                raise PackError(f"{pack}: {name} was changed since the pack was made")
        with DuckDBEngine(Path(scratch)) as engine:
            for table, name in _TABLES.items():
                engine.attach(table, root / name)
            yield _assessment((root / ASSESSMENT).read_bytes(), pack), engine


def _assessment(data: bytes, pack: Path) -> Assessment:
    try:
        made = document.decode(data)
    except msgspec.DecodeError as error:
        raise PackError(f"{pack}: {ASSESSMENT} cannot be read: {error}") from error
    schema = made.versions.get("findings_schema", "unknown")
    if schema != str(FINDINGS_SCHEMA):
        raise PackError(
            f"{pack}: {FINDINGS} is of schema {schema}, this version reads {FINDINGS_SCHEMA}; "
            "report on that period again with this version"
        )
    return made
