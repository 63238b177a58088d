"""`gapfolio export` when something is wrong: one line that says what, and no half file."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

import packs
from gapfolio.cli import group
from gapfolio.errors import EngagementError, GapfolioError
from gapfolio.exports.data import JsonExporter, ParquetExporter
from gapfolio.exports.desk import titles
from gapfolio.exports.tables import metadata
from gapfolio.pack import write_manifest
from gapfolio.testing import assessed, make_finding

PROFILES = sorted(titles(Path()))
LIMITED = """\
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
del sys.argv[1]
from gapfolio.cli import main
main()
"""
"""A program in which no file can grow beyond a size, as on a disk that is full."""


@pytest.fixture(scope="module")
def pack(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return packs.whole(tmp_path_factory.mktemp("made") / "pack")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Work in an empty directory."""
    monkeypatch.chdir(tmp_path)
    yield tmp_path
    assert not list(tmp_path.rglob(".*")), "a draft was left behind"


def export(*words: str | Path) -> None:
    """Run the command as far as its errors."""
    CliRunner().invoke(
        group, ["export", *map(str, words)], catch_exceptions=False, standalone_mode=False
    )


def refused(*words: str | Path) -> str:
    """Run the command, which refuses: give the line that it says."""
    with pytest.raises(GapfolioError) as caught:
        export(*words)
    said = str(caught.value)
    assert len(said.splitlines()) == 1
    return said


def content(directory: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}


def changed(pack: Path, name: str, change: Callable[[Any], None]) -> None:
    """Change a JSON file of a pack, and what the manifest says of it."""
    document = json.loads((pack / name).read_bytes())
    change(document)
    (pack / name).write_text(json.dumps(document), encoding="utf-8")
    manifest = json.loads((pack / "manifest.json").read_bytes())
    for entry in manifest["files"]:
        if entry["path"] == name:
            entry["sha256"] = hashlib.sha256((pack / name).read_bytes()).hexdigest()
    (pack / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


# --- profiles ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("fedramp", r"did you mean fedramp-poam(-xlsx)?"),
        ("generc", "did you mean generic"),
        ("nothing-like-it", "there are: asff, ciso-assistant, csv, eramba, fedramp-poam"),
    ],
)
def test_an_unknown_profile_is_told_those_that_are_near(pack: Path, name: str, said: str) -> None:
    assert re.search(f"{name}: there is no such profile.*{said}", refused(name, pack))


@pytest.mark.parametrize(
    ("columns", "line", "said"),
    [
        ('{name = "ID", field = "kee"}', 6, "ID: gaps have no field kee; did you mean key"),
        ('{name = "ID", field = "x-y-z"}', 6, "ID: gaps have no field x-y-z; there are: key, "),
        ('{name = "ID"}', 6, "ID: name a field or a fixed value"),
        (
            '{name = "ID", field = "state", map = {opn = "1"}}',
            *(6, "'opn' is not among the values; did you mean open"),
        ),
    ],
)
def test_a_column_of_an_unknown_field_is_named_with_file_line_and_key(
    pack: Path, home: Path, columns: str, line: int, said: str
) -> None:
    (home / "gapfolio.toml").write_text(
        f'client = "Acme"\n\n[export.profile.mine]\nrecord = "gaps"\ncolumns = [\n  {columns},\n]\n'
    )
    with pytest.raises(EngagementError) as caught:
        export("mine", pack)

    assert str(caught.value).startswith(
        f"gapfolio.toml: line {line}: export.profile.mine: columns: "
    )
    assert said in str(caught.value)
    assert {path.name for path in home.iterdir()} == {"gapfolio.toml"}


def test_raw_is_for_cells(pack: Path) -> None:
    assert refused("oscal", pack, "--raw") == "--raw: oscal has no cells that are made safe"


# --- packs ------------------------------------------------------------------------------------


def test_without_a_pack_it_says_what_writes_one() -> None:
    assert "write it with gapfolio report" in refused("generic")


@pytest.mark.parametrize("profile", PROFILES)
def test_a_pack_without_findings_says_what_is_missing(home: Path, profile: str) -> None:
    made = packs.whole(home / "pack")
    for name in ("findings", "closed"):
        (made / f"{name}.parquet").unlink()
    said = refused(profile, made, "-o", home / "out")

    assert said.startswith(f"{made}: has no findings.parquet, closed.parquet; ")
    assert "--format json,parquet" in said
    assert not (home / "out").exists()


@pytest.mark.parametrize("file", ["assessment.json", "findings.parquet", "cells.parquet"])
def test_a_pack_that_was_changed_is_refused(home: Path, file: str) -> None:
    made = packs.whole(home / "pack")
    with (made / file).open("ab") as opened:
        opened.write(b" ")

    assert refused("generic", made) == f"{made}: {file} was changed since the pack was made"


def test_a_pack_of_another_schema_is_refused(home: Path) -> None:
    made = packs.whole(home / "pack")
    changed(made, "assessment.json", lambda a: a["versions"].update(findings_schema="99"))

    assert "findings.parquet is of schema 99, this version reads 1" in refused("generic", made)


@pytest.mark.parametrize("name", ["manifest.json", "assessment.json"])
def test_a_pack_whose_json_is_damaged_is_refused(home: Path, name: str) -> None:
    made = packs.whole(home / "pack")
    changed(made, "assessment.json", lambda a: a.update(period="no period"))
    if name == "manifest.json":
        (made / name).write_bytes(b'{"files": 1')

    said = refused("generic", made)
    assert name in said
    assert "cannot be read" in said


def test_what_is_no_pack_is_refused(home: Path) -> None:
    (home / "pack.zip").write_bytes(b"no archive")

    assert "neither a directory nor a zip archive" in refused("generic", home / "pack.zip")
    assert "has no manifest.json" in refused("generic", home)


def test_a_workbook_without_openpyxl_says_what_installs_it(
    pack: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    monkeypatch.delitem(sys.modules, "gapfolio.exports.tables.xlsx", raising=False)
    monkeypatch.delattr("gapfolio.exports.tables.xlsx", raising=False)
    said = refused("fedramp-poam-xlsx", pack, "-o", home / "out")

    assert "pip install 'gapfolio[xlsx]'" in said
    assert list((home / "out").iterdir()) == []


# --- places -----------------------------------------------------------------------------------


@pytest.mark.parametrize("inside", ["", "further/in"])
def test_a_file_where_the_directory_should_be_is_named(pack: Path, home: Path, inside: str) -> None:
    (home / "out").write_bytes(b"mine")
    target = home / "out" / inside

    assert refused("generic", pack, "-o", target).startswith(f"{target}: could not be written (")
    assert (home / "out").read_bytes() == b"mine"


def test_a_directory_that_is_read_only_is_named(
    pack: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export("generic", pack, "-o", home)
    before = content(home)
    make = tempfile.mkdtemp

    def refusing(suffix: str | None, prefix: str | None, directory: Any) -> str:
        if directory and Path(directory) == home:
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), directory)
        return make(suffix, prefix, directory)

    monkeypatch.setattr(tempfile, "mkdtemp", refusing)
    said = refused("generic", pack, "-o", home)

    assert said.startswith(f"{home}: could not be written (Read-only file system); ")
    assert said.endswith("what was there is untouched; name another -o")
    assert content(home) == before


@pytest.mark.parametrize("profile", PROFILES)
def test_a_disk_that_is_full_leaves_what_was_there(pack: Path, home: Path, profile: str) -> None:
    (home / "out").mkdir()
    earlier = {"findings.csv": b"mine", "assessment-results.json": b"mine", "junit.xml": b"mine"}
    for name, data in earlier.items():
        (home / "out" / name).write_bytes(data)
    failed(full(100, profile, pack, home), home)

    assert content(home / "out") == earlier


def test_a_disk_that_fills_up_while_findings_are_written_leaves_what_was_there(
    home: Path,
) -> None:
    most = 100_000
    details = [make_finding(resource=str(number), detail="long " * 100) for number in range(200)]
    with assessed(details) as (assessment, engine):
        (home / "large").mkdir()
        for exporter in (JsonExporter(), ParquetExporter()):
            exporter.export(assessment, engine, home / "large")
        write_manifest(assessment, home / "large")
    export("generic", home / "large", "-o", home / "out")
    too_large = [name for name, data in content(home / "out").items() if len(data) > most]
    assert too_large == ["findings.csv"]
    for path in (home / "out").iterdir():
        path.write_bytes(b"mine")
    said = failed(full(most, "generic", home / "large", home), home)

    assert re.search(r"/findings.csv\W+File too large; free space on the disk", said)
    assert set(content(home / "out").values()) == {b"mine"}


def full(most: int, profile: str, pack: Path, home: Path) -> subprocess.CompletedProcess[str]:
    """Export where no file can have more than so many bytes."""
    words = [str(most), "export", profile, str(pack), "-o", str(home / "out")]
    return subprocess.run(
        [sys.executable, "-c", LIMITED, *words], check=False, capture_output=True, text=True
    )


def failed(done: subprocess.CompletedProcess[str], home: Path) -> str:
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith("error: ")
    assert len(done.stderr.splitlines()) == 1
    assert not list((home / "out").glob(".*"))
    return done.stderr


def test_a_directory_where_a_file_should_be_undoes_the_files_before_it(
    pack: Path, home: Path
) -> None:
    (home / "out" / "gaps.csv").mkdir(parents=True)
    (home / "out" / "practices.csv").write_bytes(b"mine")
    said = refused("generic", pack, "-o", home / "out")

    assert said.startswith(f"{home / 'out' / 'gaps.csv'}: could not be written (Is a directory)")
    assert content(home / "out") == {"practices.csv": b"mine"}
    assert (home / "out" / "gaps.csv").is_dir()


@pytest.mark.parametrize("last", range(1, 12))
def test_when_one_file_cannot_be_moved_all_stay_as_they_were(
    pack: Path, home: Path, monkeypatch: pytest.MonkeyPatch, last: int
) -> None:
    export("generic", pack, "-o", home / "out")
    for path in sorted((home / "out").iterdir())[::2]:
        path.unlink()
    for path in (home / "out").iterdir():
        path.write_bytes(b"mine")
    before = content(home / "out")
    move, moved = Path.rename, []

    def failing(path: Path, target: Path) -> Path:
        if target.parent == home / "out" and path.suffix != ".old":
            moved.append(path)
            if len(moved) == last:
                raise OSError(errno.EIO, os.strerror(errno.EIO), path, None, target)
        return move(path, target)

    monkeypatch.setattr(Path, "rename", failing)
    said = refused("generic", pack, "-o", home / "out")

    assert re.match(rf"{home}/out/[\w.-]+: could not be written \(Input/output error\)", said)
    assert content(home / "out") == before


@pytest.mark.parametrize("where", ["before", "after"])
def test_an_interrupted_export_leaves_nothing(
    pack: Path, home: Path, monkeypatch: pytest.MonkeyPatch, where: str
) -> None:
    write = metadata.write

    def interrupted(*given: Any) -> list[Path]:
        if where == "after":
            write(*given)
        raise KeyboardInterrupt

    monkeypatch.setattr(metadata, "write", interrupted)
    done = CliRunner().invoke(group, ["export", "generic", str(pack), "-o", str(home / "out")])

    assert (done.exit_code, done.stderr) == (1, "\nAborted!\n")
    assert list((home / "out").iterdir()) == []
