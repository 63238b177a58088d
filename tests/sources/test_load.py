"""Files into `raw`: choice of the reader, what is said about bad ones, and bounds."""

from __future__ import annotations

import gzip
import hashlib
import json
import struct
import zlib
from pathlib import Path

import duckdb
import pytest
from sourcekit import (
    DATA,
    builtins,
    csv_file,
    csv_line,
    dumped,
    load_all,
    load_bytes,
    load_paths,
    no_fast_path,
    number,
    ocsf,
)

from gapfolio.errors import InputError
from gapfolio.sources import load, salvage
from gapfolio.sources.locations import Input

ONE, TWO, THREE = (json.dumps(number(place), indent=4).encode() for place in (1, 2, 3))
FORMATS = "formats that are read: Prowler 4–5 OCSF JSON"


def png() -> bytes:
    """Make a one-pixel image."""
    data = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    chunk = struct.pack(">I", 13) + b"IHDR" + data
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", zlib.crc32(b"IHDR" + data))


def careful_way_is_closed(patch: pytest.MonkeyPatch) -> None:
    """Fail where a file is not read in the fast way."""
    patch.setattr(salvage, "read", lambda *_: pytest.fail("salvaged"))


@pytest.mark.parametrize(
    "content",
    [
        b"[" + ONE + b"," + TWO + b"]",
        b"[\n" + ONE + b",\n" + TWO + b"\n]\n\n",
        b"\xef\xbb\xbf[" + ONE + b"," + TWO + b"]",
        b"[" + ONE + b"]" + TWO + b"]",
        json.dumps(number(1)).encode() + b"\n" + json.dumps(number(2)).encode() + b"\n",
        gzip.compress(b"[" + ONE + b"," + TWO + b"]"),
        gzip.compress(b"[" + ONE + b",") + gzip.compress(TWO + b"]"),
        csv_file(csv_line(), csv_line()),
        gzip.compress(csv_file(csv_line(), csv_line())),
    ],
)
def test_what_duckdb_can_read_is_read_by_duckdb(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    careful_way_is_closed(monkeypatch)
    loaded = load_bytes(tmp_path, content)
    assert loaded.result.problem == ""
    assert [row["row"] for row in loaded.rows] == [1, 2]
    assert loaded.result.elements == loaded.result.findings == 2


@pytest.mark.parametrize(
    "content",
    [
        b"[" + ONE + b"][" + TWO + b"]",
        b"[" + ONE + b"]\n[" + TWO + b"]\n",
        b"[" + ONE + b"]" + TWO + b"," + THREE + b"]",
        b"[" + ONE + b",," + TWO + b",]",
        ONE + b"\n" + TWO,
        ONE + TWO,
        b"[null," + ONE + b",null," + TWO + b"]",
        b"Using the AWS credentials below:\n  [profile x]\n\n[" + ONE + b"," + TWO + b"]",
        ("[" + ONE.decode() + "," + TWO.decode() + "]").encode("utf-16"),
        gzip.compress(b"[" + ONE + b"][" + TWO + b"]"),
        gzip.compress(b"[" + ONE + b"," + TWO + b"]") + b"\0" * 512,
    ],
)
def test_what_duckdb_refuses_is_salvaged_whole(tmp_path: Path, content: bytes) -> None:
    loaded = load_bytes(tmp_path, content)
    assert loaded.result.problem == ""
    assert [row["resource"] for row in loaded.rows][:2] == [
        "arn:aws:s3:::bucket-1",
        "arn:aws:s3:::bucket-2",
    ]
    assert loaded.result.elements == loaded.result.findings == len(loaded.rows)


@pytest.mark.parametrize("name", ["5.46.0/scan.ocsf.json", "5.46.0/scan.csv", "3.16.17/scan.json"])
def test_a_cut_anywhere_is_always_said(tmp_path: Path, name: str) -> None:
    content = (DATA / name).read_bytes()
    whole = load_bytes(tmp_path, content)
    for at in range(len(content) // 3, len(content) - 3, len(content) // 23):
        loaded = load_bytes(tmp_path, content[:at])
        assert loaded.result.problem
        assert "it ends " in loaded.result.problem
        assert [{**row} for row in loaded.rows] == whole.rows[: len(loaded.rows)]


def test_a_cut_between_elements_is_said(tmp_path: Path) -> None:
    loaded = load_bytes(tmp_path, b"[" + ONE + b"," + TWO + b",\n")
    assert loaded.result.findings == 2
    assert loaded.result.problem == (
        "it ends without its closing bracket, after element 2; kept is what is whole before that"
    )


@pytest.mark.parametrize("lost", [1, 8, 9, 100])
def test_a_cut_off_gzip_is_always_said(tmp_path: Path, lost: int) -> None:
    content = b"[" + b",".join(json.dumps(number(place)).encode() for place in range(500)) + b"]"
    loaded = load_bytes(tmp_path, gzip.compress(content)[:-lost])
    assert "its compressed data are cut off" in loaded.result.problem
    assert loaded.result.findings > 300


def test_a_damaged_gzip_is_always_said(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(b"[" + ONE + b"]"))
    packed[-6] ^= 1
    loaded = load_bytes(tmp_path, bytes(packed))
    assert loaded.result.findings == 1
    assert "its compressed data are damaged" in loaded.result.problem


def test_a_gzip_that_is_damaged_from_the_start_is_not_empty(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="its compressed data are damaged"):
        load_bytes(tmp_path, b"\x1f\x8bnot gzip at all")
    with pytest.raises(InputError, match="its compressed data are cut off"):
        load_bytes(tmp_path, gzip.compress(b"[]")[:5])


def test_blanks_before_the_findings_are_not_the_end(tmp_path: Path) -> None:
    packed = gzip.compress(b"") + gzip.compress(b"\n") + gzip.compress(dumped(ocsf()))
    assert load_bytes(tmp_path, packed).result.findings == 1


@pytest.mark.parametrize(
    "content",
    [b"", b"   \n", b"[]", b"[ \n ]", b"null", b"\xef\xbb\xbf[]", gzip.compress(b"[]"), b'""'],
)
def test_nothing_is_zero_findings_and_no_problem(tmp_path: Path, content: bytes) -> None:
    result = load_bytes(tmp_path, content).result
    assert (result.elements, result.findings, result.problem, result.source) == (0, 0, "", "")
    assert result.sha256 == hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<!DOCTYPE html>\n<html><title>Prowler</title>", "this is an HTML page"),
        (b"  <html>", "this is an HTML page"),
        (b'<?xml version="1.0"?><x/>', "this is an XML document"),
        (b"%PDF-1.7\n", "this is a PDF document"),
        (b"PK\x03\x04....", "this is a ZIP archive or office document"),
        (b"\0\1\2\3" * 50, "this is binary data"),
        (b"hello world\n", "this is neither JSON nor a known CSV file"),
        (b"a,b,c\n1,2,3\n", "this is neither JSON nor a known CSV file"),
        (b"{ not json }", "this is neither JSON nor a known CSV file"),
        (b'{"Results": [], "SchemaVersion": 2}', "not a finding in a format that is read"),
        (b'[{"check_type": "terraform", "results": {}}]', "not a finding in a format that is read"),
    ],
)
def test_what_is_no_findings_file_is_said_with_the_formats(
    tmp_path: Path, content: bytes, words: str
) -> None:
    with pytest.raises(InputError) as caught:
        load_bytes(tmp_path, content, name="odd file")
    assert str(caught.value).startswith(f"odd file: {words}")
    assert FORMATS in str(caught.value)
    assert "\n" not in str(caught.value)


def test_an_image_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="this is a PNG image"):
        load_bytes(tmp_path, png())


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("5.46.0/compliance/scan_framework.csv", "give the findings file instead"),
        ("5.46.0/compliance/scan_framework.ocsf.json", "give the findings file instead"),
    ],
)
def test_prowlers_other_outputs_are_refused_with_advice(name: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        load_paths(DATA / name)


def test_one_bad_file_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(dumped(number(1)))
    (tmp_path / "b.json").write_bytes(b"<html>")
    (tmp_path / "c.json").write_bytes(dumped(number(2)))
    paths = [tmp_path / name for name in ("a.json", "b.json", "c.json")]
    loaded = load_paths(*paths)
    assert [result.findings for result in loaded.results] == [1, 0, 1]
    assert [bool(result.problem) for result in loaded.results] == [False, True, False]
    assert [row["input_id"] for row in loaded.rows] == [0, 2]
    with pytest.raises(InputError, match=r"b\.json: this is an HTML page"):
        load_paths(*paths, strict=True)


def test_a_cut_off_file_stops_a_strict_run(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="it ends in the middle of element 2"):
        load_bytes(tmp_path, b"[" + ONE + b"," + TWO[:50], strict=True)


def test_if_nothing_can_be_read_every_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(b"<html>")
    (tmp_path / "b").write_bytes(png())
    with pytest.raises(InputError) as caught:
        load_paths(tmp_path / "a", tmp_path / "b")
    lines = str(caught.value).splitlines()
    assert len(lines) == 2
    assert "a: this is an HTML page" in lines[0]
    assert "b: this is a PNG image" in lines[1]


def test_a_missing_file_is_a_problem_of_that_file(tmp_path: Path) -> None:
    good = tmp_path / "good"
    good.write_bytes(dumped(ocsf()))
    loaded = load_all([Input("gone", tmp_path / "gone"), Input("good", good)])
    assert loaded.results[0].problem == "cannot be read (No such file or directory)"
    assert loaded.results[0].sha256 == ""
    assert loaded.results[1].findings == 1


def test_formats_may_be_mixed_in_one_file(tmp_path: Path) -> None:
    old = json.loads((DATA / "3.16.17" / "scan.ocsf.json").read_bytes())[0]
    native = json.loads((DATA / "3.16.17" / "scan.json").read_bytes())[0]
    loaded = load_bytes(tmp_path, dumped(ocsf(), old, {"other": "tool"}, native, ocsf()))
    assert [row["row"] for row in loaded.rows] == [1, 2, 4, 5]
    assert [row["source"] for row in loaded.rows] == [
        "prowler-ocsf",
        "prowler-ocsf-v3",
        "prowler-json-v3",
        "prowler-ocsf",
    ]
    assert loaded.result.source == "prowler-ocsf, prowler-ocsf-v3, prowler-json-v3"
    assert loaded.result.elements == 5
    assert loaded.result.skipped == {"not a finding in a format that is read": 1}
    assert loaded.result.problem == ""


def test_another_tools_element_anywhere_is_counted(tmp_path: Path) -> None:
    for place in range(3):
        findings = [number(1), number(2)]
        findings.insert(place, {"class_uid": 2002, "metadata": {"product": {"name": "Prowler"}}})
        loaded = load_bytes(tmp_path, dumped(*findings))
        assert loaded.result.findings == 2
        assert loaded.result.skipped == {"not a finding in a format that is read": 1}


def test_name_and_suffix_say_nothing(tmp_path: Path) -> None:
    loaded = load_bytes(tmp_path, dumped(ocsf()), name="report.csv.gz")
    assert loaded.result.source == "prowler-ocsf"
    loaded = load_bytes(tmp_path, csv_file(csv_line()), name="scan.json")
    assert loaded.result.source == "prowler-csv"


@pytest.mark.parametrize(
    "name",
    [
        "it's",
        "*",
        "a?b",
        "[ab]",
        "s3:x",
        "key=value",
        "-rf",
        "~",
        " ",
        "a;b--",
        "$(x)",
        "é\u202e",
        "a\nb",
    ],
)
def test_hostile_file_names(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    careful_way_is_closed(monkeypatch)
    folder = tmp_path / f"dir {name}"
    folder.mkdir()
    (folder / "a").write_bytes(dumped(number(7)))
    loaded = load_bytes(folder, dumped(number(1)), name=name)
    assert loaded.row["resource"] == "arn:aws:s3:::bucket-1"


def test_hash_and_size_are_of_the_file_as_it_is(tmp_path: Path) -> None:
    content = gzip.compress(dumped(ocsf()))
    result = load_bytes(tmp_path, content).result
    assert result.sha256 == hashlib.sha256(content).hexdigest()
    assert result.bytes == len(content)


def test_invalid_utf_8_is_replaced(tmp_path: Path) -> None:
    content = ONE.replace(b"bucket-1", b"bucket-\xff\xfe")
    loaded = load_bytes(tmp_path, b"[" + content + b"," + TWO + b"]")
    assert [row["resource"] for row in loaded.rows] == [
        "arn:aws:s3:::bucket-\ufffd\ufffd",
        "arn:aws:s3:::bucket-2",
    ]


def test_half_a_surrogate_pair_is_replaced(tmp_path: Path) -> None:
    content = ONE.replace(b"bucket-1", b"bucket-\\ud83d")
    assert load_bytes(tmp_path, b"[" + content + b"]").row["resource"] == "arn:aws:s3:::bucket-?"


def test_deep_nesting_costs_one_element(tmp_path: Path) -> None:
    deep = b'{"class_uid": ' + b'{"a":' * 5000 + b"1" + b"}" * 5001
    loaded = load_bytes(tmp_path, b"[" + ONE + b"," + deep + b"," + TWO + b"]")
    assert [row["row"] for row in loaded.rows] == [1, 3]
    assert loaded.result.skipped == {"nested deeper than 200 levels": 1}
    assert "not all could be read: nested deeper than 200 levels (1)" in loaded.result.problem


def test_misshapen_fields_cost_one_element(tmp_path: Path) -> None:
    loaded = load_bytes(
        tmp_path, dumped(number(1), ocsf(cloud="aws", resources="none", unmapped=[]), number(2))
    )
    assert [row["row"] for row in loaded.rows] == [1, 2, 3]
    assert loaded.rows[1]["account"] == ""


@pytest.mark.parametrize("padding", range(8))
def test_a_misshapen_field_is_no_crash_wherever_duckdb_cuts_its_message(
    tmp_path: Path, padding: int
) -> None:
    odd = ocsf(metadata=["x" * padding + "é" * 200])
    loaded = load_bytes(
        tmp_path, json.dumps([number(1), odd, number(2)], ensure_ascii=False).encode()
    )
    assert [row["row"] for row in loaded.rows] == [1, 3]


def test_numbers_beyond_64_bits_are_read_or_said(tmp_path: Path) -> None:
    loaded = load_bytes(tmp_path, dumped(number(1), ocsf(time=10**30), number(2)))
    assert [row["row"] for row in loaded.rows if row["row"] != 2] == [1, 3]


def test_an_object_too_large_for_duckdb_is_read(tmp_path: Path) -> None:
    large = ocsf(padding="x" * (20 << 20))
    loaded = load_bytes(tmp_path, dumped(number(1), large, number(2)))
    assert [row["row"] for row in loaded.rows] == [1, 2, 3]
    assert loaded.result.problem == ""


def test_rows_are_numbered_in_the_order_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = b"\n".join(json.dumps(number(place)).encode() for place in range(1, 30_001))
    for content in (lines, b"[" + lines.replace(b"\n", b",") + b"]"):
        path = tmp_path / "scan"
        path.write_bytes(content)
        for _ in range(2):
            with duckdb.connect() as con:
                (result,) = load.load(con, [Input("scan", path)], builtins())
                wrong = con.execute(
                    "SELECT * FROM raw WHERE resource <> concat('arn:aws:s3:::bucket-', \"row\")"
                )
                assert wrong.fetchall() == []
            assert result.findings == 30_000
            no_fast_path(monkeypatch)
        monkeypatch.undo()


def test_progress_rises_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.write_bytes(dumped(*map(number, range(3000))))
    second.write_bytes(first.read_bytes() + b"[")
    seen: list[tuple[int, int, str]] = []
    loaded = load_paths(first, second, progress=lambda *now: seen.append(now))
    total = first.stat().st_size + second.stat().st_size
    assert [result.findings for result in loaded.results] == [3000, 3000]
    assert seen[-1] == (total, total, str(second))
    assert {of for _, of, _ in seen} == {total}
    assert all(done <= total for done, _, _ in seen)
    assert {name for _, _, name in seen} == {str(first), str(second)}


def test_settings_of_the_connection_are_left_as_they_were(tmp_path: Path) -> None:
    path = tmp_path / "scan"
    path.write_bytes(dumped(ocsf()))
    with duckdb.connect() as con:
        con.execute("SET preserve_insertion_order = false")
        before = con.execute("SELECT name, value FROM duckdb_settings() ORDER BY 1").fetchall()
        load.load(con, [Input("scan", path)], builtins())
        after = con.execute("SELECT name, value FROM duckdb_settings() ORDER BY 1").fetchall()
    assert before == after


def test_an_interrupted_run_stops_the_query(tmp_path: Path) -> None:
    path = tmp_path / "scan"
    path.write_bytes(dumped(*map(number, range(20_000))))

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    with duckdb.connect() as con:
        with pytest.raises(KeyboardInterrupt):
            load.load(con, [Input("scan", path)], builtins(), progress=interrupt)
        assert con.execute("SELECT 1").fetchall() == [(1,)]


def test_no_inputs_are_no_error() -> None:
    loaded = load_all([])
    assert loaded.results == []
    assert loaded.rows == []


def test_an_account_id_that_is_none_is_left_out_and_counted(tmp_path: Path) -> None:
    """It would become an account under audit, with cells and a place in the heat map."""

    def hostile(name: str) -> dict[str, object]:
        return ocsf(lambda made: made["cloud"]["account"].update(uid=name))

    loaded = load_bytes(tmp_path, dumped(ocsf(), hostile("=1+1"), hostile("../../etc")))

    assert loaded.result.findings == len(loaded.rows) == 1
    assert loaded.result.skipped == {"the account id is not twelve digits": 2}
