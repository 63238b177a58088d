"""What `gapfolio export` does: find profile and pack, write the files, or check one."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from gapfolio import engagement, history, plugins
from gapfolio.errors import GapfolioError, PackError
from gapfolio.exports import packs
from gapfolio.exports.base import Exported, Exporter
from gapfolio.exports.offered import offered
from gapfolio.exports.tables import check as checking
from gapfolio.exports.tables.contract import Table
from gapfolio.exports.tables.writing import TableExporter
from gapfolio.model import Assessment
from gapfolio.nearest import meant

STANDARD = ("csv", "json", "parquet")
"""Profiles that `gapfolio report` writes into every pack, unless `--format` leaves them out."""


def titles(home: Path) -> dict[str, str]:
    """Give every profile with its title."""
    return {name: exporter.title for name, exporter in _offered(home).items()}


def export(
    name: str, pack: Path | None, output: Path | None, home: Path, *, raw: bool = False
) -> Exported:
    """Write a profile's files from a pack.

    Args:
        name: of the profile.
        pack: None = the newest of the engagement in `home`.
        output: directory; None = `exports/<period>/<profile>` in the engagement, else
            `gapfolio-export/<profile>`.
        home: where an engagement may be.
        raw: leave cells as they are.

    Raises:
        GapfolioError: there is no such profile or pack, or the files cannot be written; then none
            is.
    """
    exporter = _exporter(name, home)
    if raw:
        if not isinstance(exporter, TableExporter):
            raise GapfolioError(f"--raw: {name} has no cells that are made safe")
        exporter = replace(exporter, raw=True)
    with packs.opened(pack or _newest(home)) as (assessment, engine):
        target = output or _directory(assessment, name, home)
        try:
            target.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(prefix=f".{name}-", dir=target) as draft:
                made = exporter.export(assessment, engine, Path(draft))
                files = _moved(made.files, target)
        except OSError as error:
            raise GapfolioError(
                f"{error.filename2 or target}: could not be written ({error.strerror or error}); "
                "what was there is untouched; name another -o"
            ) from error
    return Exported(files, made.notes)


def check(path: Path, name: str, home: Path) -> list[str]:
    """Check a file against the table of a profile that has its name, else its header.

    Raises:
        GapfolioError: the profile has no tables, or several and none like the file.
    """
    exporter = _exporter(name, home)
    if not isinstance(exporter, TableExporter):
        raise GapfolioError(f"{name}: writes no CSV, so there is nothing to check a file against")
    try:
        return checking.check(path, _table(path, name, exporter.contract.tables))
    except OSError as error:
        raise GapfolioError(f"{path}: cannot be read ({error.strerror})") from error


def _table(path: Path, name: str, tables: list[Table]) -> Table:
    found = {table.file: table for table in tables}
    if path.name in found or len(tables) == 1:
        return found.get(path.name, tables[0])
    like = [table for table in tables if checking.has_header(path, table)]
    if not like:
        raise GapfolioError(
            f"{path}: neither name nor header is of a file of {name}, which has {', '.join(found)}"
        )
    return like[0]


def _offered(home: Path) -> dict[str, Exporter]:
    return offered(plugins.manager(), engagement.read(home))


def _exporter(name: str, home: Path) -> Exporter:
    found = _offered(home)
    if name not in found:
        near = meant(name, found) or f"; there are: {', '.join(found)}"
        raise GapfolioError(f"{name}: there is no such profile{near}")
    return found[name]


def _newest(home: Path) -> Path:
    found = history.newest(home / "packs")
    if found is None:
        raise PackError(
            f"{home / 'packs'}: has no evidence pack; name one, or write it with gapfolio report"
        )
    return found


def _directory(assessment: Assessment, name: str, home: Path) -> Path:
    if (home / engagement.FILE).is_file():
        return home / "exports" / assessment.period.name / name
    return Path("gapfolio-export") / name


def _moved(made: Sequence[Path], target: Path) -> list[Path]:
    """Move files to where they belong: all of them, or none; then what was there is put back."""
    with ExitStack() as undo:
        for path in made:
            path.chmod(0o600)
            place, old = target / path.name, path.with_name(f"{path.name}.old")
            if place.is_file():
                place.rename(old)
                undo.callback(old.rename, place)
            path.rename(place)
            undo.callback(place.unlink)
        undo.pop_all()
    return [target / path.name for path in made]
