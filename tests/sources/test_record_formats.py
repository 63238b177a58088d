"""Nothing in a file can upset the sources of scanners that write records of accounts."""

from __future__ import annotations

import copy
import csv
import io
import json
from contextlib import suppress
from pathlib import Path
from typing import Any, get_args

import pytest
from codescankit import DATA, paths
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sourcekit import builtins, load_bytes

from gapfolio.errors import InputError
from gapfolio.model import Finding, Severity, Status
from gapfolio.sources.base import RecordSource, is_snapshot, lost
from gapfolio.sources.cloudsploit import CloudSploitCsv, CloudSploitJson
from gapfolio.sources.electriceye import ElectricEyeCsv, ElectricEyeOcsf
from gapfolio.sources.elements import Elements
from gapfolio.sources.hdf import Hdf
from gapfolio.sources.jsontext import decode
from gapfolio.sources.powerpipe import PowerpipeCsv, PowerpipeJson
from gapfolio.sources.prowler_v2 import ProwlerCsvV2, ProwlerJsonV2
from gapfolio.sources.scoutsuite import ScoutSuite
from gapfolio.sources.spool import RECORD_COLUMNS, Spool
from gapfolio.sources.wiz import WizIssues, WizVulnerabilities
from samples import samples

SOURCES: tuple[RecordSource, ...] = (
    ScoutSuite(),
    CloudSploitJson(),
    CloudSploitCsv(),
    PowerpipeJson(),
    PowerpipeCsv(),
    ElectricEyeCsv(),
    ElectricEyeOcsf(),
    WizIssues(),
    WizVulnerabilities(),
    Hdf(),
    ProwlerCsvV2(),
    ProwlerJsonV2(),
)
SNAPSHOTS = {
    "electriceye-ocsf",
    "wiz-issues-csv",
    "wiz-vulnerabilities-csv",
    "hdf-json",
    "prowler-json-v2",
}
FOLDERS = ("scoutsuite", "cloudsploit", "powerpipe", "electriceye", "wiz", "hdf", "prowler_v2")
FILES = sorted(path for folder in FOLDERS for path in (DATA / folder).iterdir())
QUICK = settings(
    max_examples=120,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SLOW = settings(QUICK, max_examples=40)
DEEP: Any = "core"
for level in range(150):
    DEEP = [DEEP] if level % 2 else {"groups": DEEP, "group_id": "g"}
HOSTILE: tuple[Any, ...] = (
    None,
    True,
    0,
    -1,
    2**70,
    1e308,
    "",
    "x",
    "arn:aws:",
    "9" * 5000,
    "." * 5000,
    "[" * 5000,
    "iam.users.0.0",
    "0001-01-01T00:00:00+14:00",
    "2026-13-41T99:99:99Z",
    "null\0byte",
    [],
    [None],
    ["x", 1, {}],
    {},
    {"x": {}},
    {"id": [], "tags": {}, "0": None},
    DEEP,
)
TEXT = st.sampled_from([value for value in HOSTILE if isinstance(value, str)]) | st.text(max_size=9)


def elements(path: Path) -> list[Any]:
    """Give the elements of a file, whatever it is."""
    if path.suffix == ".csv":
        return [dict(record) for record in csv.DictReader(io.StringIO(path.read_text()))]
    with path.open("rb") as stream:
        return [element for _, data in Elements(stream) if (element := decode(data))]


ELEMENTS = {
    source.name: [
        element
        for path in [*FILES, *samples(*FOLDERS)]
        if (path.suffix == ".csv") == (source.kind == "csv")
        for element in elements(path)
        if source.claims(element)
    ]
    for source in SOURCES
}


def sound(findings: list[Finding], scratch: Path) -> None:
    """Look whether findings are what the table expects."""
    spool = Spool(scratch / "spool", RECORD_COLUMNS)
    spool.add_findings(1, findings)
    spool.close()
    for finding in findings:
        assert finding.status in get_args(Status)
        assert finding.severity in get_args(Severity)
        assert finding.check
        assert finding.provider
        for field in ("account", "region", "resource", "title", "detail", "service", "frameworks"):
            assert isinstance(getattr(finding, field), str)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_a_source_says_what_it_is(source: RecordSource) -> None:
    assert ELEMENTS[source.name]
    assert source.title
    assert source.recognised[0].islower()
    assert lost(source)[0].islower()
    assert is_snapshot(source) == (source.name in SNAPSHOTS)
    assert not source.claims({})


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.name}")
def test_each_fixture_is_of_one_format(path: Path) -> None:
    kind = "csv" if path.suffix == ".csv" else "json"
    for element in elements(path):
        claims = [
            source.name for source in builtins() if source.kind == kind and source.claims(element)
        ]
        assert len(claims) == 1


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
@QUICK
@given(data=st.data())
def test_a_hurt_element_is_refused_or_read(
    tmp_path: Path, source: RecordSource, data: st.DataObject
) -> None:
    made = copy.deepcopy(data.draw(st.sampled_from(ELEMENTS[source.name])))
    values = TEXT if source.kind == "csv" else st.sampled_from(HOSTILE)
    for _ in range(data.draw(st.integers(1, 3))):
        *way, key = data.draw(st.sampled_from(list(paths(made)) or [("x",)]))
        holder = made
        for step in way:
            holder = holder[step]
        holder[key] = copy.deepcopy(data.draw(values))
    if source.claims(made):
        sound(list(source.findings(made)), tmp_path)


@pytest.mark.parametrize("source", SOURCES, ids=lambda source: source.name)
def test_any_value_under_any_key_is_refused_or_read(tmp_path: Path, source: RecordSource) -> None:
    for element in ELEMENTS[source.name][:3]:
        for key in element:
            for value in (*HOSTILE, "\ud800"):
                made = {**element, key: value}
                if source.claims(made):
                    sound(list(source.findings(made)), tmp_path)


@SLOW
@given(path=st.sampled_from(FILES), data=st.data())
def test_a_mangled_file_is_read_or_refused(tmp_path: Path, path: Path, data: st.DataObject) -> None:
    content = path.read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        until = min(len(content), at + data.draw(st.integers(0, 40)))
        bits = [b"", b"[", b"]", b"{", b"}", b",", b'"', b"\n", b"\\", b"\xff", b"\0", b"null"]
        content = content[:at] + data.draw(st.sampled_from(bits)) + content[until:]
    with suppress(InputError):
        load_bytes(tmp_path, content)


def test_a_broken_sibling_costs_itself_only(tmp_path: Path) -> None:
    good = ELEMENTS["cloudsploit-json"][0]
    content = json.dumps([good, {**good, "plugin": ""}, {**good, "plugin": None}, good]).encode()
    loaded = load_bytes(tmp_path, content)
    assert [row["row"] for row in loaded.rows] == [1, 4]
    assert sum(loaded.result.skipped.values()) == 2
