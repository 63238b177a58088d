"""What the tests of the sources share: real excerpts, generated findings, and a loader."""

from __future__ import annotations

import copy
import functools
import io
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from gapfolio.model import InputResult
from gapfolio.sources import builtin, load, locations
from gapfolio.sources.base import Source

DATA = Path(__file__).parents[1] / "data" / "prowler"

OCSF: dict[str, Any] = {
    "class_uid": 2004,
    "metadata": {
        "event_code": "iam_root_mfa_enabled",
        "product": {"name": "Prowler", "version": "5.46.0"},
        "version": "1.5.0",
    },
    "severity": "Critical",
    "status": "New",
    "status_code": "FAIL",
    "status_detail": "MFA is not enabled for root account.",
    "status_id": 1,
    "unmapped": {"compliance": {"CIS-3.0": ["1.5"]}, "provider": "aws"},
    "finding_info": {
        "title": "Root account has MFA enabled",
        "uid": "prowler-aws-iam_root_mfa_enabled-111111111111-us-east-1-root",
    },
    "resources": [
        {
            "uid": "arn:aws:iam::111111111111:root",
            "name": "root",
            "type": "AwsIamUser",
            "region": "us-east-1",
            "labels": ["team:ops"],
            "group": {"name": "iam"},
        }
    ],
    "cloud": {
        "account": {"uid": "111111111111", "name": "Payments"},
        "provider": "aws",
        "region": "us-east-1",
    },
    "time": 1795432343,
    "time_dt": "2026-11-23T11:12:23.383369",
}
"""One finding as Prowler 5 writes it, cut down to what is read."""

CSV_HEADER = (
    "AUTH_METHOD;TIMESTAMP;ACCOUNT_UID;ACCOUNT_NAME;FINDING_UID;PROVIDER;CHECK_ID;CHECK_TITLE;"
    "STATUS;STATUS_EXTENDED;MUTED;SERVICE_NAME;SEVERITY;RESOURCE_TYPE;RESOURCE_UID;RESOURCE_NAME;"
    "RESOURCE_TAGS;REGION;COMPLIANCE;PROWLER_VERSION"
)
CSV_CELLS = {
    "AUTH_METHOD": "profile: default",
    "TIMESTAMP": "2026-11-23 11:12:23.383369",
    "ACCOUNT_UID": "111111111111",
    "ACCOUNT_NAME": "Payments",
    "FINDING_UID": "prowler-aws-iam_root_mfa_enabled-111111111111-us-east-1-root",
    "PROVIDER": "aws",
    "CHECK_ID": "iam_root_mfa_enabled",
    "CHECK_TITLE": "Root account has MFA enabled",
    "STATUS": "FAIL",
    "STATUS_EXTENDED": "MFA is not enabled for root account.",
    "MUTED": "False",
    "SERVICE_NAME": "iam",
    "SEVERITY": "critical",
    "RESOURCE_TYPE": "AwsIamUser",
    "RESOURCE_UID": "arn:aws:iam::111111111111:root",
    "RESOURCE_NAME": "root",
    "RESOURCE_TAGS": "team=ops",
    "REGION": "us-east-1",
    "COMPLIANCE": "CIS-3.0: 1.5",
    "PROWLER_VERSION": "5.46.0",
}


def ocsf(
    change: Callable[[dict[str, Any]], object] = lambda _: None, /, **top: Any
) -> dict[str, Any]:
    """Make a finding; `change` edits it in place, keywords replace top-level keys."""
    made = copy.deepcopy(OCSF)
    change(made)
    made.update(top)
    return made


def number(place: int) -> dict[str, Any]:
    """Make a finding that differs from others by its resource."""

    def change(made: dict[str, Any]) -> None:
        made["resources"][0]["uid"] = f"arn:aws:s3:::bucket-{place}"

    return ocsf(change)


def csv_line(**cells: str) -> str:
    """Make a line of a Prowler CSV; cells are written as they are, quotes included."""
    return ";".join({**CSV_CELLS, **cells}.values())


def csv_file(*lines: str, header: str = CSV_HEADER) -> bytes:
    """Put a header and lines together."""
    return ("\r\n".join([header, *lines]) + "\r\n").encode()


def dumped(*findings: Mapping[str, Any], indent: int | None = None) -> bytes:
    """Write findings as a JSON array."""
    return json.dumps(findings, indent=indent).encode()


@dataclass(frozen=True)
class Loaded:
    """What the loader made of some inputs."""

    results: list[InputResult]
    rows: list[dict[str, Any]]

    @property
    def result(self) -> InputResult:
        """The only input's."""
        (result,) = self.results
        return result

    @property
    def row(self) -> dict[str, Any]:
        """The only row."""
        (row,) = self.rows
        return row


def builtins() -> list[Source]:
    """Give the built-in sources."""
    made: list[Source] = []
    builtin.register_sources(made.append)
    return made


@functools.cache
def connection() -> duckdb.DuckDBPyConnection:
    """Give one database for all tests: opening one takes longer than most of them."""
    return duckdb.connect()


def load_all(
    inputs: Sequence[locations.Input], sources: Sequence[Source] = (), **options: Any
) -> Loaded:
    """Load inputs into a fresh table and fetch every row, in order."""
    con = connection()
    con.execute("DROP TABLE IF EXISTS raw")
    results = load.load(con, inputs, sources or builtins(), **options)
    cursor = con.execute('SELECT * FROM raw ORDER BY input_id, "row", resource')
    names = [column[0] for column in cursor.description or ()]
    return Loaded(results, [dict(zip(names, row, strict=True)) for row in cursor.fetchall()])


def load_paths(*paths: str | Path, **options: Any) -> Loaded:
    """Expand locations and load what they stand for."""
    found = locations.expand([str(path) for path in paths], io.BytesIO())
    return load_all(found.inputs, **options)


def load_bytes(tmp_path: Path, content: bytes, name: str = "scan", **options: Any) -> Loaded:
    """Write a file and load it."""
    path = tmp_path / name
    path.write_bytes(content)
    return load_all([locations.Input(name, path)], **options)


def no_fast_path(patch: pytest.MonkeyPatch) -> None:
    """Have everything read in the careful way."""
    patch.setattr(load, "read_directly", lambda *_: None)


def both_ways(tmp_path: Path, content: bytes, **options: Any) -> tuple[Loaded, Loaded]:
    """Load a file as it comes, and once more in the careful way."""
    usual = load_bytes(tmp_path, content, **options)
    with pytest.MonkeyPatch.context() as patch:
        no_fast_path(patch)
        return usual, load_bytes(tmp_path, content, **options)
