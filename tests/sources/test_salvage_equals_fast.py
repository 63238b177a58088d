"""The two ways of reading must give equal rows, whatever happened to the file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from asffkit import CONTROL, FIXTURES, THREAT, asff
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sourcekit import (
    CSV_HEADER,
    DATA,
    both_ways,
    csv_file,
    csv_line,
    dumped,
    number,
    ocsf,
)

from gapfolio.errors import InputError

FILES = sorted([*DATA.rglob("scan.*"), *FIXTURES.iterdir()])
QUICK = settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SCALAR = st.none() | st.booleans() | st.integers(-(2**40), 2**40) | TEXT
VALUE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3)
)
PATHS = (
    ("class_uid",),
    ("metadata",),
    ("metadata", "event_code"),
    ("metadata", "product"),
    ("metadata", "product", "version"),
    ("status_code",),
    ("status",),
    ("status_detail",),
    ("severity",),
    ("time",),
    ("time_dt",),
    ("cloud",),
    ("cloud", "account"),
    ("cloud", "account", "uid"),
    ("cloud", "provider"),
    ("resources",),
    ("resources", 0),
    ("resources", 0, "uid"),
    ("resources", 0, "labels"),
    ("resources", 0, "group"),
    ("finding_info",),
    ("finding_info", "uid"),
    ("unmapped",),
    ("unmapped", "compliance"),
)


def same(tmp_path: Path, content: bytes) -> None:
    """Load both ways and compare; a file that yields nothing must fail in both."""
    try:
        usual, careful = both_ways(tmp_path, content)
    except InputError:
        return
    assert usual.rows == careful.rows
    assert usual.result.findings == careful.result.findings
    assert usual.result.elements == careful.result.elements
    assert usual.result.skipped == careful.result.skipped
    assert usual.result.problem == careful.result.problem


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(DATA.parent)))
def test_every_real_file_reads_the_same_in_both_ways(tmp_path: Path, path: Path) -> None:
    same(tmp_path, path.read_bytes())


@QUICK
@given(path=st.sampled_from(FILES), data=st.data())
def test_a_mangled_file_reads_the_same_in_both_ways(
    tmp_path: Path, path: Path, data: st.DataObject
) -> None:
    content = path.read_bytes()
    for _ in range(data.draw(st.integers(1, 3))):
        at = data.draw(st.integers(0, len(content)))
        until = min(len(content), at + data.draw(st.integers(0, 40)))
        middle = data.draw(
            st.sampled_from(
                [
                    b"",
                    b"[",
                    b"]",
                    b"{",
                    b"}",
                    b",",
                    b'"',
                    b"\n",
                    b"\\",
                    b"\xff",
                    b"\0",
                    b"null",
                    b"][",
                    b"]}{",
                    b'"Findings":[',
                ]
            )
        )
        content = content[:at] + middle + content[until:]
    same(tmp_path, content)


@QUICK
@given(path=st.sampled_from(PATHS), value=VALUE)
def test_any_value_in_any_field_reads_the_same_in_both_ways(
    tmp_path: Path, path: tuple[str | int, ...], value: Any
) -> None:
    def change(made: dict[str, Any]) -> None:
        holder: Any = made
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = value

    same(tmp_path, dumped(number(1), ocsf(change), number(3)))


@QUICK
@given(st.lists(st.sampled_from([b"[", b"]", b",", b"\n", b" ", b"1", b"22"]), max_size=14))
def test_any_arrangement_of_findings_reads_the_same_in_both_ways(
    tmp_path: Path, parts: list[bytes]
) -> None:
    one, two = (json.dumps(number(place)).encode() for place in (1, 2))
    same(tmp_path, b"".join({b"1": one, b"22": two}.get(part, part) for part in parts))


@QUICK
@given(
    st.lists(
        st.sampled_from(
            [
                b'{"Findings":[',
                b'{"n":{"m":[1]},"detail":{"findings":[',
                b"]}",
                b']},"id":"]}"}',
                b'],"NextToken":"x"}',
                b'],"Others":[',
                b"[",
                b"]",
                b",",
                b"\n",
                b"1",
                b"22",
                b"1,22",
            ]
        ),
        max_size=12,
    )
)
def test_any_arrangement_of_wrappers_reads_the_same_in_both_ways(
    tmp_path: Path, parts: list[bytes]
) -> None:
    one, two = (json.dumps(asff(Id=uid)).encode() for uid in "12")
    known = {b"1": one, b"22": two, b"1,22": one + b"," + two}
    same(tmp_path, b"".join(known.get(part, part) for part in parts))


ASFF_PATHS = (
    ("Severity", "Label"),
    ("Severity", "Normalized"),
    ("Types", 0),
    ("ProductFields", "aws/securityhub/ProductName"),
    ("Resources", 0),
    ("Resources", 0, "Id"),
    ("Resources", 0, "Tags"),
    ("Resources", 0, "Region"),
    ("Compliance", "Status"),
    ("Compliance", "SecurityControlId"),
    ("Compliance", "RelatedRequirements"),
    ("Compliance", "RelatedRequirements", 0),
    ("Compliance", "AssociatedStandards"),
    ("Compliance", "AssociatedStandards", 0),
    ("Compliance", "StatusReasons"),
    ("Workflow", "Status"),
    ("FindingProviderFields", "Types"),
    *((key,) for key in CONTROL),
)


@QUICK
@given(path=st.sampled_from(ASFF_PATHS), value=VALUE)
def test_any_value_in_any_field_of_asff_reads_the_same_in_both_ways(
    tmp_path: Path, path: tuple[str | int, ...], value: Any
) -> None:
    def change(made: dict[str, Any]) -> None:
        holder: Any = made
        for key in path[:-1]:
            holder = holder[key]
        holder[path[-1]] = value

    same(tmp_path, json.dumps({"Findings": [THREAT, asff(change), CONTROL]}).encode())


@QUICK
@given(
    cell=TEXT, column=st.sampled_from(["RESOURCE_NAME", "STATUS_EXTENDED", "MUTED", "TIMESTAMP"])
)
def test_any_text_in_a_csv_cell_reads_the_same_in_both_ways(
    tmp_path: Path, cell: str, column: str
) -> None:
    quoted = '"' + cell.replace('"', '""') + '"'
    same(tmp_path, csv_file(csv_line(), csv_line(**{column: quoted}), csv_line()))


@QUICK
@given(
    st.lists(st.sampled_from([csv_line(), CSV_HEADER, "", "a;b", '"', csv_line(REGION='"x\ny"')]))
)
def test_any_arrangement_of_csv_lines_reads_the_same_in_both_ways(
    tmp_path: Path, lines: list[str]
) -> None:
    same(tmp_path, csv_file(csv_line(), *lines))
