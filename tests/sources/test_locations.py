"""What the user named becomes a list of inputs."""

from __future__ import annotations

import io
import json
import os
import zipfile
from pathlib import Path
from threading import Thread

import pytest
from sourcekit import csv_file, csv_line, dumped, ocsf

from gapfolio.errors import InputError
from gapfolio.sources.locations import Expansion, expand, shown

SCAN = dumped(ocsf())
RUN = b'{"schema": "gapfolio.run/1", "scanner": "prowler", "account": "1", "checks": []}'


@pytest.fixture(autouse=True)
def inside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Run in an empty directory."""
    monkeypatch.chdir(tmp_path)


def put(name: str, content: bytes = SCAN) -> Path:
    """Write a file."""
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def names(*locations: str, stdin: bytes = b"") -> list[str]:
    """Expand, and give the inputs' names."""
    return [item.name for item in found(*locations, stdin=stdin).inputs]


def found(*locations: str, stdin: bytes = b"") -> Expansion:
    """Expand."""
    return expand(locations, io.BytesIO(stdin))


def test_a_file_keeps_the_name_it_was_given() -> None:
    put("scans/a.json")
    assert names("scans/a.json") == ["scans/a.json"]
    assert names(str(Path("scans/a.json").absolute())) == [str(Path("scans/a.json").absolute())]


def test_a_directory_is_read_to_its_bottom_sorted() -> None:
    for name in ("s/b.json", "s/a/z.csv", "s/a/y.json.gz", "s/c"):
        put(name)
    assert names("s") == ["s/a/y.json.gz", "s/a/z.csv", "s/b.json", "s/c"]
    assert names(".") == names("s")


def test_locations_keep_their_order() -> None:
    put("b.json")
    put("a.json")
    assert names("b.json", "a.json") == ["b.json", "a.json"]


def test_a_glob_is_expanded() -> None:
    for name in ("x/a.json", "x/y/b.json", "x/c.csv", "x/report.html"):
        put(name, b"<html>" if name.endswith("html") else SCAN)
    assert names("x/*.json") == ["x/a.json"]
    assert names("x/**/*.json") == ["x/a.json", "x/y/b.json"]
    assert names("x/*") == ["x/a.json", "x/c.csv", "x/y/b.json"]
    assert found("x/*").skipped == {"HTML page": 1}


def test_a_file_whose_name_looks_like_a_glob_is_that_file() -> None:
    put("a[1]*.json")
    put("a1x.json")
    assert names("a[1]*.json") == ["a[1]*.json"]


def test_the_same_file_is_one_input_however_it_is_named() -> None:
    put("s/a.json")
    Path("link.json").symlink_to("s/a.json")
    os.link("s/a.json", "hard.json")
    absolute = str(Path("s/a.json").absolute())
    assert names("s/a.json", "s/a.json", "s", "./s/*.json", absolute, "link.json", "hard.json") == [
        "s/a.json"
    ]


def test_standard_input_is_kept_in_a_private_file() -> None:
    expansion = found("-", "-", stdin=SCAN)
    (item,) = expansion.inputs
    assert item.name == "-"
    assert item.path.read_bytes() == SCAN
    assert item.path.parent.stat().st_mode & 0o077 == 0
    path = item.path
    del expansion
    assert not path.exists()


def test_a_named_pipe_is_read() -> None:
    os.mkfifo("pipe")
    writer = Thread(target=lambda: Path("pipe").write_bytes(SCAN))
    writer.start()
    expansion = found("pipe")
    writer.join()
    assert [item.name for item in expansion.inputs] == ["pipe"]
    assert expansion.inputs[0].path.read_bytes() == SCAN


def test_known_non_sources_in_a_directory_are_passed_over_and_counted() -> None:
    put("s/scan.json")
    put("s/scan.html", b"<!DOCTYPE html><html>")
    put("s/misnamed.json", b"\n<html>")
    put("s/compliance/x/cis.csv", csv_file(csv_line()))
    put("s/compliance/y.csv", csv_file(csv_line()))
    put("s/pack/manifest.json", b'{"schema": "gapfolio.manifest/1"}')
    put("s/pack/findings.csv", csv_file(csv_line()))
    put("s/assessment.json", b'{"schema":"gapfolio.assessment/1"}')
    put("s/practices.csv", b'"key","period","practice","assured"\r\n')
    put("s/scan.log", b"x")
    put("s/scan.log.json", b"{}")
    put("s/logo.png", b"\x89PNG\r\n\x1a\n")
    put("s/.DS_Store", b"x")
    put("s/.git/config", b"x")
    put("s/gapfolio.toml", b"x")
    put("s/waivers.yaml", b"x")
    put("s/theme/theme.toml", b"x")
    put("s/README.md", b"x")
    put("s/report.pdf", b"%PDF-1.7")
    put("s/findings.parquet", b"PAR1")
    expansion = found("s")
    assert [item.name for item in expansion.inputs] == ["s/scan.json"]
    assert expansion.skipped == {
        "HTML page": 2,
        "compliance output": 2,
        "evidence pack of Gapfolio": 1,
        "output of Gapfolio": 2,
        "log": 2,
        "PNG image": 1,
        "hidden file": 1,
        "not a regular file": 1,
        "file of the engagement": 3,
        ".md file": 1,
        "PDF document": 1,
        "Parquet file": 1,
    }


def test_an_archived_pack_beside_scans_is_passed_over_and_any_other_archive_is_not() -> None:
    put("s/scan.json")
    for name, inside, content in (
        ("ours.zip", "2026-Q3/manifest.json", b'{"schema": "gapfolio.manifest/1"}'),
        ("other.zip", "2026-Q3/manifest.json", b'{"schema": "else"}'),
    ):
        with zipfile.ZipFile(f"s/{name}", "w") as archive:
            archive.writestr(inside, content)
    put("s/broken.zip", b"PK\x03\x04rest")
    expansion = found("s")
    read = [item.name for item in expansion.inputs]
    assert read == ["s/broken.zip", "s/other.zip", "s/scan.json"]
    assert expansion.skipped == {"evidence pack of Gapfolio": 1}


def test_a_file_that_is_named_itself_is_never_passed_over() -> None:
    put("scan.html", b"<html>")
    put(".hidden")
    assert names("scan.html", ".hidden") == ["scan.html", ".hidden"]


def test_what_is_not_known_in_a_directory_is_an_input() -> None:
    put("s/notes.txt", b"hello")
    put("s/other.json", b'{"Results": []}')
    put("s/manifest.json", b'{"schema": "something else"}')
    assert names("s") == ["s/manifest.json", "s/notes.txt", "s/other.json"]


def test_run_records_are_told_by_their_content() -> None:
    put("s/run.json", RUN)
    put("s/other.json", b"\n" + RUN)
    put("s/a/run.json")
    put("s/long.json", b'{"checks": [' + b'"a_check", ' * 9000 + b'"b"], ' + RUN[1:])
    put("s/nested.json", json.dumps([ocsf(tag={"schema": "gapfolio.run/1"})]).encode())
    expansion = found("s")
    assert expansion.runs == [Path("s/long.json"), Path("s/other.json"), Path("s/run.json")]
    assert [item.name for item in expansion.inputs] == ["s/a/run.json", "s/nested.json"]
    assert found("s/run.json").runs == [Path("s/run.json")]


def test_a_directory_with_a_run_record_only_is_something() -> None:
    put("s/run.json", RUN)
    assert found("s").inputs == []


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("gone.json", "gone.json: there is no such file or directory"),
        ("gone/*.json", r"gone/\*.json: matches no file"),
        ("empty", "empty: nothing to read in it"),
        ("html", r"html: nothing to read in it \(passed over: HTML page: 2\)"),
        ("html/*", r"html/\*: nothing to read in it \(passed over: HTML page: 2\)"),
        ("pack", r"pack: nothing to read in it \(passed over: evidence pack of Gapfolio: 1\)"),
    ],
)
def test_a_location_with_nothing_is_an_error_that_names_it(location: str, words: str) -> None:
    Path("empty").mkdir()
    put("html/a.html", b"<html>")
    put("html/b.html", b"<html>")
    put("pack/manifest.json", b'{"schema": "gapfolio.manifest/1"}')
    put("good.json")
    with pytest.raises(InputError, match=f"^{words}$"):
        found("good.json", location)


def test_links_in_a_circle_end() -> None:
    put("s/a.json")
    Path("s/again").symlink_to(Path("s").absolute())
    Path("s/nowhere").symlink_to("gone")
    expansion = found("s")
    assert [item.name for item in expansion.inputs] == ["s/a.json"]
    assert expansion.skipped == {"not a regular file": 1}


def test_names_are_safe_to_print() -> None:
    assert shown("a\x1b[31m\nb\u202ec") == "a\\x1b[31m\\nb\\u202ec"
    assert shown(os.fsdecode(b"caf\xe9")) == "caf\\xe9"
    put("a\nb.json")
    assert names("a\nb.json") == ["a\\nb.json"]
