"""Filling a store: again, side by side, interrupted, in bad places, and reading damaged ones."""

from __future__ import annotations

import copy
import json
import os
import re
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from storekit import DATA, DEMO, assessed, fill, older, parts, rewrite, tree, whole_scan

from gapfolio.errors import InputError
from gapfolio.resources import text
from gapfolio.sources.schema import RAW_DDL
from gapfolio.store import layout, writing

PROGRAM = [sys.executable, "-m", "gapfolio"]
GUARDDUTY = DATA / "guardduty" / "get-findings.json"


# --- what is in it ---------------------------------------------------------------------------


def test_the_columns_are_those_of_findings_as_they_are_read() -> None:
    raw = re.findall(r'^    "?(\w+)"?\s+([A-Z]+(?:\[\])?)[ ,]', RAW_DDL, re.M)
    kinds = {("input_row" if name == "row" else name): kind for name, kind in raw}
    del kinds["input_id"]

    assert {"input_sha256": "VARCHAR", "place": "BIGINT", **kinds} == layout.COLUMNS
    wanted = re.findall(r"\bf\.(\w+)", text("store", "numbered.sql"))
    assert set(wanted) == set(layout.COLUMNS)


def test_the_files_have_these_columns_and_say_their_version(tmp_path: Path) -> None:
    fill(tmp_path / "store", *whole_scan(tmp_path / "scans"))
    [path] = parts(tmp_path / "store")
    con = duckdb.connect()
    made = con.execute(f"DESCRIBE FROM read_parquet('{path}', hive_partitioning = false)")
    columns = {row[0]: row[1] for row in made.fetchall()}
    said = con.execute(f"SELECT key, value FROM parquet_kv_metadata('{path}')").fetchall()

    assert columns == layout.COLUMNS
    assert (b"gapfolio_findings", b"1") in said


def test_findings_lie_by_period_and_account(tmp_path: Path) -> None:
    fill(tmp_path / "store", DEMO / "scans", DATA / "checkov" / "scan.json")
    found = {
        path.parent.relative_to(tmp_path / "store").as_posix() for path in parts(tmp_path / "store")
    }
    con = duckdb.connect()

    assert {name.split("/")[1] for name in found} == {
        "period=2026-Q2",
        "period=2026-Q3",
        "period=2026-Q4",
    }
    assert "findings/period=2026-Q4/account=none" in found
    for path in parts(tmp_path / "store"):
        [(account,)] = con.execute(
            f"SELECT DISTINCT account FROM read_parquet('{path}', hive_partitioning = false)"
        ).fetchall()
        assert path.parent.name == f"account={account or 'none'}"


def test_accounts_that_are_mixed_in_a_file_are_told_apart(tmp_path: Path) -> None:
    rows = json.loads((DATA / "prowler" / "5.46.0" / "scan.ocsf.json").read_bytes())
    mixed = []
    for place, row in enumerate(rows * 12):
        changed = json.loads(json.dumps(row))
        changed["cloud"]["account"]["uid"] = f"{place % 7:012d}"
        mixed.append(changed)
    (tmp_path / "scan.json").write_text(json.dumps(mixed))
    fill(tmp_path / "store", tmp_path / "scan.json")

    assert len(parts(tmp_path / "store")) == 7
    assert assessed(tmp_path / "store") == assessed(tmp_path / "scan.json")


def test_the_period_is_the_quarter_of_the_newest_finding_of_each_input(tmp_path: Path) -> None:
    files = [*whole_scan(tmp_path / "scans"), older(tmp_path / "scans", seconds=86_400 * 100)]
    told = fill(tmp_path / "store", *files)

    assert {Path(item.name).name: item.period for item in told.added} == {
        "run.json": "2026-Q4",
        "scan.ocsf.json.gz": "2026-Q4",
        "older.ocsf.json": "2026-Q3",
    }
    with pytest.raises(InputError, match=r"several periods \(2026-Q3, 2026-Q4\); choose one with"):
        assessed(tmp_path / "store")
    with pytest.raises(InputError, match=r"nothing of the period 2025-Q1; it has 2026-Q3, 2026-Q4"):
        assessed(tmp_path / "store", period="2025-Q1")
    assert assessed(tmp_path / "store", period="2026-Q3") == assessed(files[2])


def test_an_input_without_findings_is_of_the_period_of_the_others(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text("[]")
    (tmp_path / "b.txt").write_text("nothing of ours")
    files = whole_scan(tmp_path / "scans")
    told = fill(tmp_path / "store", tmp_path / "a.json", tmp_path / "b.txt", *files)

    assert {item.period for item in told.added} == {"2026-Q4"}
    assert [bool(item.problem) for item in told.added] == [False, False, True, False]
    with pytest.raises(InputError, match=r"a.json: nothing in it says of which period it is"):
        fill(tmp_path / "other", tmp_path / "a.json")


# --- again, side by side, interrupted --------------------------------------------------------


def test_the_same_again_changes_nothing(tmp_path: Path) -> None:
    files = [*whole_scan(tmp_path / "scans"), older(tmp_path / "scans")]
    fill(tmp_path / "store", *files)
    before = tree(tmp_path / "store")
    times = {path: path.stat().st_mtime_ns for path in parts(tmp_path / "store")}
    told = fill(tmp_path / "store", tmp_path / "scans")

    assert tree(tmp_path / "store") == before
    assert {path: path.stat().st_mtime_ns for path in parts(tmp_path / "store")} == times
    assert [item.new for item in told.added] == [False] * 3


def test_the_order_of_calls_changes_nothing(tmp_path: Path) -> None:
    files = [*whole_scan(tmp_path / "scans"), older(tmp_path / "scans")]
    fill(tmp_path / "one", *files)
    for path in reversed(files):
        fill(tmp_path / "two", path)

    assert tree(tmp_path / "one") == tree(tmp_path / "two")


def test_many_processes_side_by_side(tmp_path: Path) -> None:
    files = [*whole_scan(tmp_path / "scans"), older(tmp_path / "scans"), GUARDDUTY]
    more = ["-o", str(tmp_path / "store"), "--period", "2026-Q4"]
    started = [
        subprocess.Popen([*PROGRAM, "ingest", *map(str, given), *more], cwd=tmp_path)
        for given in (files, files[1:], files[:2], files[2:], files)
    ]
    assert [process.wait() for process in started] == [0] * 5
    fill(tmp_path / "alone", *files, period="2026-Q4")

    assert tree(tmp_path / "store") == tree(tmp_path / "alone")


@pytest.mark.parametrize("delay", [0.0, 0.02, 0.15])
def test_who_is_killed_half_way_goes_on_from_there(tmp_path: Path, delay: float) -> None:
    files = whole_scan(tmp_path / "scans")
    files += [
        older(tmp_path / "scans", seconds=n).rename(tmp_path / f"{n}.json") for n in range(60, 66)
    ]
    command = [*PROGRAM, "ingest", *map(str, files), "-o", str(tmp_path / "store")]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    while not parts(tmp_path / "store") and process.poll() is None:
        time.sleep(0.002)
    time.sleep(delay)
    process.send_signal(signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    assert len(layout.inputs(tmp_path / "store")) < 7
    fill(tmp_path / "store", *files)
    fill(tmp_path / "alone", *files)

    assert tree(tmp_path / "store") == tree(tmp_path / "alone")


def test_what_is_damaged_is_written_again(tmp_path: Path) -> None:
    files = whole_scan(tmp_path / "scans")
    fill(tmp_path / "store", *files)
    before = tree(tmp_path / "store")
    parts(tmp_path / "store")[0].write_bytes(b"PAR1")
    fill(tmp_path / "store", *files)

    assert tree(tmp_path / "store") == before


# --- what is wrong with a store --------------------------------------------------------------


@pytest.fixture
def store(tmp_path: Path) -> Path:
    fill(tmp_path / "store", *whole_scan(tmp_path / "scans"))
    return tmp_path / "store"


def test_a_truncated_file_is_named(store: Path) -> None:
    [path] = parts(store)
    path.write_bytes(path.read_bytes()[:-100])

    with pytest.raises(InputError) as caught:
        assessed(store)
    assert str(caught.value).startswith(
        f"{path}: was changed or is not complete; `gapfolio ingest`"
    )
    assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(store: Path) -> None:
    [path] = parts(store)
    path.unlink()

    with pytest.raises(InputError, match=f"^{path}: is missing from the store; `gapfolio ingest`"):
        assessed(store)


def test_a_changed_run_record_is_named(store: Path) -> None:
    [path] = [path for path in store.glob("runs/*/*.json") if "entry" not in path.name]
    path.write_bytes(path.read_bytes().replace(b"5.46.0", b"5.46.1"))

    with pytest.raises(InputError, match=f"^{path}: was changed or is not complete"):
        assessed(store)


@pytest.mark.parametrize("where", ["gapfolio-store.json", "inputs/*/*.json", "runs/*/*.entry.json"])
@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("schema", "gapfolio.store/0"),
        ("schema", "gapfolio.store/2"),
        ("findings_schema", "0"),
        ("findings_schema", "2"),
    ],
)
def test_another_version_is_named(store: Path, where: str, key: str, value: str) -> None:
    [path] = store.glob(where)
    rewrite(path, **{key: value})

    with pytest.raises(
        InputError, match=f"^{path}: is of the .* schema {value}, this version reads"
    ):
        assessed(store)


def test_a_half_written_entry_is_named(store: Path) -> None:
    [path] = store.glob("inputs/*/*.json")
    path.write_bytes(path.read_bytes()[:200])

    with pytest.raises(InputError, match=f"^{path}: is no record of a store that can be read"):
        assessed(store)


def test_an_entry_in_the_wrong_period_is_named(store: Path) -> None:
    [path] = store.glob("inputs/*/*.json")
    rewrite(path, period="2026-Q3")

    with pytest.raises(InputError, match=f"^{path}: is of 2026-Q3 and lies in period=2026-Q4"):
        assessed(store)


def test_a_store_of_another_version_is_not_written_to(store: Path) -> None:
    rewrite(store / layout.MARKER, schema="gapfolio.store/2")
    before = tree(store)

    with pytest.raises(InputError, match=r"is of the store schema gapfolio.store/2"):
        fill(store, GUARDDUTY)
    assert tree(store) == before


def test_an_empty_store_is_told(tmp_path: Path) -> None:
    (tmp_path / layout.MARKER).write_bytes(
        b'{"schema": "gapfolio.store/1", "findings_schema": "1"}'
    )

    with pytest.raises(InputError, match="this store is empty; fill it with `gapfolio ingest`"):
        assessed(tmp_path)


def test_several_periods_ask_for_one(store: Path, tmp_path: Path) -> None:
    fill(store, older(tmp_path / "scans", seconds=86_400 * 100))

    with pytest.raises(InputError, match=r"has several periods \(2026-Q3, 2026-Q4\); choose one"):
        assessed(store)
    with pytest.raises(InputError, match=r"has nothing of the period 2026-Q1; it has 2026-Q3, 20"):
        assessed(store, period="2026-Q1")
    for quarter in ("2026-Q3", "2026-Q4"):
        assert json.loads(assessed(store, period=quarter))["period"]["name"] == quarter


@pytest.mark.parametrize(
    "path",
    ["../outside.parquet", "findings/period=2026-Q4/../../x.parquet", "/etc/passwd", "findings"],
)
def test_findings_are_read_from_nowhere_else(store: Path, path: str) -> None:
    [entry] = store.glob("inputs/*/*.json")
    rewrite(entry, findings=[{"path": path, "sha256": "0" * 64, "rows": 1, "places": 1}])

    with pytest.raises(InputError, match=f"^{entry}: names {path}, where no findings of it lie"):
        assessed(store)


HOSTILE = [
    *("../../../evil", "a/b", "..", ".", "/evil/x", "none", "account=1", "a%2Fb", "x" * 300),
    *("12345678901\u0662", "'; DROP TABLE raw; --", "1234\n56789012", "123456789012/../1"),
]


@pytest.mark.parametrize("provider", ["aws", "", "kubernetes"])
def test_names_of_accounts_lead_nowhere(tmp_path: Path, provider: str) -> None:
    rows = json.loads((DATA / "prowler" / "5.46.0" / "scan.ocsf.json").read_bytes())
    made = []
    for place, name in enumerate(["123456789012", *HOSTILE]):
        row = copy.deepcopy(rows[place % len(rows)])
        row["cloud"]["account"]["uid"] = name
        row["cloud"]["provider"] = provider if place else "aws"
        made.append(row)
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "scan.ocsf.json").write_text(json.dumps(made))
    told = fill(tmp_path / "store", tmp_path / "in" / "scan.ocsf.json")

    assert {path.parent.name for path in parts(tmp_path / "store")} <= {
        "account=123456789012",
        "account=none",
    }
    assert {path.name for path in tmp_path.iterdir()} == {"in", "store"}
    assert sum(item.findings or 0 for item in told.added) < len(made)
    assert "left out" in told.added[0].problem
    assert assessed(tmp_path / "store") == assessed(tmp_path / "in" / "scan.ocsf.json")


# --- where nothing can be written ------------------------------------------------------------


def test_a_directory_of_something_else_stays_as_it_is(tmp_path: Path) -> None:
    files = whole_scan(tmp_path / "scans")

    with pytest.raises(InputError, match=r"scans: holds .*, and is no store of findings; name"):
        fill(tmp_path / "scans", *files)
    assert len(list((tmp_path / "scans").iterdir())) == 2


def test_a_directory_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    files = whole_scan(tmp_path / "scans")
    (tmp_path / "file").write_text("")

    with pytest.raises(InputError, match=r"file/store: cannot be written to \(Not a directory\)"):
        fill(tmp_path / "file" / "store", *files)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_directory_without_the_right_to_write_is_named(tmp_path: Path) -> None:
    files = whole_scan(tmp_path / "scans")
    (tmp_path / "store").mkdir(mode=0o500)

    with pytest.raises(InputError, match=r"store: cannot be written to \(Permission denied\)"):
        fill(tmp_path / "store", *files)


def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [*whole_scan(tmp_path / "scans"), older(tmp_path / "scans")]
    fill(tmp_path / "store", *files[:2])
    before = assessed(tmp_path / "store")

    def full(*_: object) -> None:
        raise duckdb.IOException("Could not write file: No space left on device")

    monkeypatch.setattr(writing, "_copy", full)
    with pytest.raises(InputError, match=r"store: cannot be written to .*No space left on device"):
        fill(tmp_path / "store", *files)
    monkeypatch.undo()

    assert assessed(tmp_path / "store") == before
    assert not list((tmp_path / "store").glob(".*"))


def test_a_disk_that_takes_no_more_keeps_what_was_added(tmp_path: Path) -> None:
    files = [*whole_scan(tmp_path / "scans"), older(tmp_path / "scans")]
    fill(tmp_path / "store", *files[:2])
    before = tree(tmp_path / "store")
    largest = max(path.stat().st_size for path in parts(tmp_path / "store"))

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest // 2, largest // 2))

    command = [*PROGRAM, "ingest", *map(str, files), "-o", str(tmp_path / "store")]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=limit, cwd=tmp_path
    )

    assert done.returncode == 1, done.stderr
    assert "store: cannot be written to (" in done.stderr
    assert "every input that was added before is whole" in done.stderr
    assert "Traceback" not in done.stderr
    assert tree(tmp_path / "store") == before
    fill(tmp_path / "store", *files)
    assert len(layout.inputs(tmp_path / "store")) == 2


def test_an_input_of_another_period_stays_where_it_is(tmp_path: Path) -> None:
    files = whole_scan(tmp_path / "scans")
    fill(tmp_path / "store", *files)

    with pytest.raises(InputError, match=r"already, in the period 2026-Q4; what is there stays"):
        fill(tmp_path / "store", *files, period="2026-Q3")


# --- the command -----------------------------------------------------------------------------


def test_the_command_says_what_became_of_each_input(tmp_path: Path) -> None:
    files = whole_scan(tmp_path / "scans")
    (tmp_path / "scans" / "notes.txt").write_text("hello")
    (tmp_path / "scans" / "prowler.log").write_text("hello")
    command = [*PROGRAM, "ingest", "scans", "-o", "store"]
    first, second = (
        subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
        for _ in range(2)
    )

    assert first.stdout == ("Added: 2 inputs, 374 findings, 1 run record (2026-Q4)\nStore: store\n")
    assert second.stdout == (
        "There already: 2 inputs, 374 findings, 1 run record (2026-Q4)\nStore: store\n"
    )
    for said in (first, second):
        assert "note: scans/notes.txt: " in said.stderr
        assert "note: 1 file passed over: log" in said.stderr
    assert files


def test_an_error_of_the_command_is_one_line(tmp_path: Path) -> None:
    command = [*PROGRAM, "ingest", "nothing", "-o", "store"]
    said = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert said.returncode == 1
    assert said.stderr == "error: nothing: there is no such file or directory\n"
    assert not (tmp_path / "store").exists()
