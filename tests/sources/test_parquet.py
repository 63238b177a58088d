"""Parquet files: what is in them, what is wrong with them, and how they are found."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest
from codescankit import DATA
from hypothesis import given
from hypothesis import strategies as st
from nativekit import QUICK, edited, fixture
from sourcekit import load_all, load_paths, no_fast_path, ocsf

from gapfolio.errors import InputError
from gapfolio.model import Finding
from gapfolio.sources import locations
from gapfolio.sources.base import Element, Kind

LAKE: list[dict[str, Any]] = fixture("security_lake/rc2.json")


def written(path: Path, *elements: Any, types: str = "", copies: int = 1) -> Path:
    """Write elements as a Parquet file, an element a row."""
    lines = path.with_suffix(".jsonl")
    lines.write_text("".join(f"{json.dumps(element)}\n" for element in elements))
    columns = f", columns = {types}" if types else ", map_inference_threshold = -1"
    with duckdb.connect() as con:
        con.execute(
            f"COPY (SELECT rows.* FROM read_json('{lines}'{columns}) AS rows, range({copies}))"
            f" TO '{path}' (FORMAT parquet)"
        )
    lines.unlink()
    return path


def test_rows_are_numbered_in_their_order(tmp_path: Path) -> None:
    path = written(tmp_path / "x", *(edited(LAKE[1], finding__uid=f"f{n}") for n in range(50)))
    found = load_paths(path)
    assert [(row["row"], row["finding_uid"]) for row in found.rows] == [
        (number + 1, f"f{number}") for number in range(50)
    ]
    assert found.result.bytes == path.stat().st_size
    assert len(found.result.sha256) == 64


def test_columns_that_are_missing_are_null(tmp_path: Path) -> None:
    row = load_paths(
        written(
            tmp_path / "x", {key: LAKE[1][key] for key in ("class_uid", "metadata", "compliance")}
        )
    ).row
    assert (row["check_raw"], row["status"], row["resource"]) == ("CloudTrail.1", "pass", "")
    assert row["observed_at"] is None


def test_a_time_that_is_a_timestamp_is_utc(tmp_path: Path) -> None:
    path = tmp_path / "x"
    without = edited(LAKE[1], time=None)
    written(path, without)
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'Asia/Tokyo'")
        con.execute(
            f"COPY (SELECT *, TIMESTAMPTZ '2026-09-01 12:10:00+02' AS time_dt"
            f" FROM read_parquet('{path}')) TO '{path}.2' (FORMAT parquet)"
        )
    row = load_paths(f"{path}.2").row
    assert row["observed_at"].isoformat() == "2026-09-01T10:10:00"


def test_every_source_of_json_reads_parquet(tmp_path: Path) -> None:
    found = load_paths(written(tmp_path / "x", ocsf()))
    assert found.result.source == "prowler-ocsf"
    assert found.row["check_raw"] == "iam_root_mfa_enabled"
    event = json.loads((DATA / "guardduty" / "event.json").read_bytes())
    assert load_paths(written(tmp_path / "y", event)).row["scanner"] == "guardduty"


def test_rows_of_two_formats_are_both_read(tmp_path: Path) -> None:
    types = "{class_uid: 'VARCHAR', metadata: 'JSON', cloud: 'JSON', resources: 'JSON',"
    types += " compliance: 'JSON', finding: 'JSON', finding_info: 'JSON', status_code: 'VARCHAR'}"
    found = load_paths(written(tmp_path / "x", LAKE[0], ocsf(), LAKE[1], types=types))
    assert [(row["row"], row["scanner"]) for row in found.rows] == [
        (1, "securityhub"),
        (2, "prowler"),
        (3, "securityhub"),
    ]
    assert (found.result.source, found.result.problem) == ("security-lake, prowler-ocsf", "")


def test_both_ways_of_reading_agree(tmp_path: Path) -> None:
    path = written(tmp_path / "x", *LAKE, copies=300)
    usual = load_paths(path)
    with pytest.MonkeyPatch.context() as patch:
        no_fast_path(patch)
        careful = load_paths(path)
    assert usual.rows == careful.rows
    assert usual.result.findings == 1800


def test_a_file_without_rows_has_no_findings(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT 1 AS class_uid LIMIT 0) TO '{path}' (FORMAT parquet)")
    found = load_paths(path)
    assert (found.rows, found.result.problem) == ([], "")


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[int] = []
    path = written(tmp_path / "x", *LAKE, copies=2000)
    found = locations.expand([str(path)], io.BytesIO())
    load_all(found.inputs, progress=lambda done, *_: told.append(done))
    assert told == sorted(told)
    assert told[-1] == path.stat().st_size
    assert len(told) > 2


def test_other_peoples_parquet_is_refused_by_name(tmp_path: Path) -> None:
    path = tmp_path / "x"
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT 1 AS a FROM range(100000)) TO '{path}' (FORMAT parquet)")
    with pytest.raises(InputError, match="not a finding in a format that is read; formats that"):
        load_paths(path)


def test_a_lake_of_something_else_is_refused(tmp_path: Path) -> None:
    made = {"class_uid": 3005, "class_name": "API Activity", "metadata": {"version": "1.1.0"}}
    with pytest.raises(InputError, match="not a finding in a format that is read"):
        load_paths(written(tmp_path / "x", made))


def test_no_room_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full:
        free = 2

    monkeypatch.setattr("shutil.disk_usage", lambda _: Full)
    with pytest.raises(InputError, match="too large to be unpacked on this disk"):
        load_paths(written(tmp_path / "x", *LAKE, copies=5000))


def test_a_directory_gives_its_findings_and_passes_the_rest_over(tmp_path: Path) -> None:
    lake = tmp_path / "region=eu-central-1" / "accountId=111122223333" / "eventDay=20260901"
    lake.mkdir(parents=True)
    written(lake / "one.gz.parquet", *LAKE[:2])
    written(lake / "two.gz.parquet", *LAKE[2:])
    written(lake / "trail.gz.parquet", {"class_uid": 3005, "api": {"operation": "GetCaller"}})
    with duckdb.connect() as con:
        con.execute(f"COPY (SELECT 1 AS finding_key) TO '{lake}/own.parquet' (FORMAT parquet)")
    expansion = locations.expand([str(tmp_path)], io.BytesIO())
    assert [item.path.name for item in expansion.inputs] == ["one.gz.parquet", "two.gz.parquet"]
    assert dict(expansion.skipped) == {"Parquet file": 2}
    assert len(load_all(expansion.inputs).rows) == len(LAKE)


def test_a_damaged_file_in_a_directory_is_told_and_the_others_are_read(tmp_path: Path) -> None:
    written(tmp_path / "one.parquet", *LAKE)
    content = (tmp_path / "one.parquet").read_bytes()
    (tmp_path / "two.parquet").write_bytes(content[: len(content) // 2])
    found = load_paths(tmp_path)
    assert [result.problem for result in found.results] == [
        "",
        "this Parquet file is damaged or cut off, and nothing of it could be read",
    ]
    assert len(found.rows) == len(LAKE)


def test_a_name_with_the_characters_of_a_pattern(tmp_path: Path) -> None:
    assert load_paths(written(tmp_path / "[a]*?.parquet", *LAKE)).result.findings == len(LAKE)
    assert load_paths(tmp_path).result.findings == len(LAKE)


def test_a_record_source_sees_whole_rows(tmp_path: Path) -> None:
    class Odd:
        name = "odd"
        title = "Odd"
        recognised = "it has the key odd"
        kind: Kind = "json"

        def claims(self, element: Element) -> bool:
            return "odd" in element

        def findings(self, element: Element) -> Iterator[Finding]:
            check = str(element["check"])
            yield Finding(check=check, account="111122223333", status="fail", resource="r")

    path = written(tmp_path / "x", {"odd": 1, "check": "c1"}, {"odd": 2, "check": "c2"})
    found = load_paths(path, sources=[Odd()])
    assert [row["check_raw"] for row in found.rows] == ["c1", "c2"]


@QUICK
@given(data=st.data())
def test_a_mangled_file_is_told_and_does_no_harm(tmp_path: Path, data: st.DataObject) -> None:
    path = written(tmp_path / "whole.parquet", *LAKE)
    content = path.read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(4, len(content)))
        until = min(len(content), at + data.draw(st.integers(0, 20)))
        content = content[:at] + data.draw(st.binary(max_size=20)) + content[until:]
    (tmp_path / "mangled.parquet").write_bytes(content)
    found = load_paths(tmp_path / "mangled.parquet", path)
    assert found.results[1].findings == len(LAKE)
