"""What the sources of code scanners share, and that nothing in a file can upset one of them."""

from __future__ import annotations

import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

import pytest
from codescankit import DATA, paths
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sourcekit import load_bytes, ocsf

from gapfolio.model import Finding, Severity, Status
from gapfolio.sources.base import RecordSource
from gapfolio.sources.cfn_nag import CfnNag
from gapfolio.sources.checkov import Checkov
from gapfolio.sources.codescan import (
    UNREADABLE,
    each,
    moment,
    place,
    provider_of,
    severity,
    tags,
    text,
    type_of,
)
from gapfolio.sources.kics import Kics
from gapfolio.sources.sarif import Sarif
from gapfolio.sources.terrascan import Terrascan
from gapfolio.sources.tfsec import Tfsec
from gapfolio.sources.trivy import Trivy
from samples import samples

SOURCES: dict[str, RecordSource] = {
    "checkov": Checkov(),
    "trivy": Trivy(),
    "kics": Kics(),
    "tfsec": Tfsec(),
    "terrascan": Terrascan(),
    "cfn_nag": CfnNag(),
    "sarif": Sarif(),
}
QUICK = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
SLOW = settings(QUICK, max_examples=15)


def nested(levels: int) -> Any:
    """Make lists and objects in each other."""
    made: Any = "core"
    for level in range(levels):
        made = [made] if level % 2 else {"results": made}
    return made


HOSTILE: tuple[Any, ...] = (
    None,
    True,
    False,
    0,
    1,
    -1,
    2**70,
    -1.5,
    1e308,
    "",
    "x",
    "aws_s3_bucket",
    "9" * 5000,
    "0001-01-01T00:00:00+14:00",
    "2026-13-41T99:99:99Z",
    "null\0byte",
    [],
    [None],
    ["x", 1, {}],
    [[]],
    {},
    {"x": {}},
    {"id": [], "text": {}, "0": None},
    nested(150),
)


def elements(name: str) -> list[Any]:
    """Give every object in the fixtures, and the samples, of a scanner."""
    made: list[Any] = []
    for path in [*sorted((DATA / name).iterdir()), *samples(name)]:
        if path.stat().st_size < 200_000:
            value = json.loads(path.read_bytes())
            made.extend(value if isinstance(value, list) else [value])
    return [element for element in made if SOURCES[name].claims(element)]


def hurt(element: Any, data: st.DataObject) -> Any:
    """Put values where they do not belong."""
    made = copy.deepcopy(element)
    for _ in range(data.draw(st.integers(1, 3))):
        ways = list(paths(made))
        if not ways:
            break
        *way, key = data.draw(st.sampled_from(ways))
        holder = made
        for step in way:
            holder = holder[step]
        holder[key] = copy.deepcopy(data.draw(st.sampled_from(HOSTILE)))
    return made


def check(findings: list[Finding]) -> None:
    """Look whether findings are what the table expects."""
    for finding in findings:
        assert finding.status in get_args(Status)
        assert finding.severity in get_args(Severity)
        assert finding.check
        for field in Finding.__struct_fields__:
            value = getattr(finding, field)
            if field == "tags":
                assert all(isinstance(tag, str) for tag in value)
            elif field == "muted":
                assert isinstance(value, bool)
            elif field in ("observed_at", "local_time"):
                assert value is None or isinstance(value, datetime)
            else:
                assert isinstance(value, str)


@pytest.mark.parametrize("name", SOURCES)
@QUICK
@given(data=st.data())
def test_nothing_in_an_element_raises(name: str, data: st.DataObject) -> None:
    source = SOURCES[name]
    made = hurt(data.draw(st.sampled_from(elements(name))), data)
    if source.claims(made):
        check(list(source.findings(made)))


@pytest.mark.parametrize("name", SOURCES)
@SLOW
@given(data=st.data())
def test_a_broken_element_leaves_its_siblings_alone(
    tmp_path: Path, name: str, data: st.DataObject
) -> None:
    made = hurt(data.draw(st.sampled_from(elements(name))), data)
    loaded = load_bytes(tmp_path, json.dumps([ocsf(), made, ocsf()]).encode())
    assert [row["row"] for row in loaded.rows if row["source"] == "prowler-ocsf"] == [1, 3]


@pytest.mark.parametrize("name", SOURCES)
@pytest.mark.parametrize("value", HOSTILE, ids=lambda value: str(value)[:20])
def test_any_value_under_any_key_is_refused_or_read(name: str, value: Any) -> None:
    for element in elements(name)[:3]:
        for key in element:
            made = {**element, key: value}
            if SOURCES[name].claims(made):
                check(list(SOURCES[name].findings(made)))


@pytest.mark.parametrize("name", SOURCES)
def test_a_source_says_what_it_is(name: str) -> None:
    source: Any = SOURCES[name]
    assert source.name
    assert source.title
    assert source.recognised[0].islower()
    assert source.lost[0].islower()
    assert not getattr(source, "snapshot", False)
    assert not source.claims({})


def test_lists_that_are_none() -> None:
    def read(element: Any) -> Any:
        yield element["finding"]

    finding = Finding(check="c", account="", status="fail", resource="")
    assert list(each(None, read)) == []
    assert list(each([], read)) == []
    assert list(each("x", read)) == [UNREADABLE]
    assert list(each({}, read)) == [UNREADABLE]
    assert list(each([1, {"finding": finding}], read)) == [UNREADABLE, finding]


@pytest.mark.parametrize(
    ("value", "expected"),
    [("a", "a"), (7, "7"), (1.5, "1.5"), (True, ""), (None, ""), ([], ""), (2**64, "")],
)
def test_text(value: object, expected: str) -> None:
    assert text(value) == expected


@pytest.mark.parametrize(
    ("address", "path", "line", "expected"),
    [
        ("aws_s3_bucket.b", "a.tf", 3, "aws_s3_bucket.b (a.tf:3)"),
        ("aws_s3_bucket.b", "a.tf", 0, "aws_s3_bucket.b (a.tf)"),
        ("aws_s3_bucket.b", "", 3, "aws_s3_bucket.b"),
        ("", "a.tf", "12", "a.tf:12"),
        ("", "a.tf", "9" * 5000, "a.tf"),
        ("", "a.tf", None, "a.tf"),
        ("", "", 3, ""),
    ],
)
def test_places(address: str, path: str, line: object, expected: str) -> None:
    assert place(address, path, line) == expected


@pytest.mark.parametrize(
    ("address", "kind", "provider"),
    [
        ("aws_s3_bucket.b", "aws_s3_bucket", "aws"),
        ("aws_s3_bucket[b].acl", "aws_s3_bucket", "aws"),
        ("data.aws_iam_policy_document.p", "aws_iam_policy_document", "aws"),
        ('module.a["x.y"].module.b[0].aws_vpc.v', "aws_vpc", "aws"),
        ("module.aws_proxy.password", "", ""),
        ("module.bucket", "", ""),
        ("AWS::S3::Bucket.Logs", "AWS::S3::Bucket", "aws"),
        ("Custom::Thing.X", "Custom::Thing", ""),
        ("azurerm_storage_account.x", "azurerm_storage_account", "azure"),
        ("google_sql_user.x", "google_sql_user", "gcp"),
        ("random_id.x", "random_id", ""),
        ("Resources.Topic", "", ""),
        ("", "", ""),
    ],
)
def test_types_and_providers_of_addresses(address: str, kind: str, provider: str) -> None:
    assert (type_of(address), provider_of(address)) == (kind, provider)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("CRITICAL", "critical"),
        ("Info", "informational"),
        ("MODERATE", "medium"),
        ("ERROR", "unknown"),
        (None, "unknown"),
        (5, "unknown"),
    ],
)
def test_severities(value: object, expected: str) -> None:
    assert severity(value) == expected


@pytest.mark.parametrize(
    "value",
    [
        "2026-08-15T12:00:00Z",
        "2026-08-15T12:00:00.000000009Z",
        "2026-08-15T14:00:00+02:00",
        "2026-08-15T12:00:00",
        "2026-08-15 12:00:00.0 +0000 UTC",
        "2026-08-15 17:30:00 +0530 IST m=+0.1",
    ],
)
def test_moments(value: str) -> None:
    assert moment(value) == datetime(2026, 8, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "value", ["", "2026-08-15", "2026-99-15T12:00:00Z", "0001-01-01T00:00:00Z", None, 1795432343]
)
def test_moments_that_are_none(value: object) -> None:
    assert moment(value) is None


def test_tags() -> None:
    assert tags({"a": "1", "b": None}) == ["a=1", "b="]
    assert tags(["a"]) == []
