"""The examples of docs/exports.md write what the page says."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from types import ModuleType

import msgspec
import pytest
import quarters

from gapfolio import engagement, plugins
from gapfolio.exports.base import Exporter
from gapfolio.exports.offered import offered
from gapfolio.exports.tables import profiles
from gapfolio.exports.tables.check import check
from gapfolio.exports.tables.contract import Column, Table
from gapfolio.exports.tables.writing import TableExporter

PAGE = (Path(__file__).parents[2] / "docs" / "exports.md").read_text(encoding="utf-8")
FILES = dict(re.findall(r"^\*\*`([^`]+)`\*\*\n\n```\w+\n(.*?)^```$", PAGE, re.M | re.S))
VULNERABILITIES = (
    *("Asset ID", "MAC Address", "FQDN", "NETBIOS", "IP Address", "Hostname"),
    *("Vulnerability ID", "Vulnerability Summary", "Severity", "Port", "Protocol", "Proof"),
    "State",
)
"""As ServiceNow's documentation of manual ingestion names them."""


@pytest.fixture
def own(tmp_path: Path) -> dict[str, Table]:
    """Give the profiles of the page's engagement, which is valid."""
    (tmp_path / "gapfolio.toml").write_text(FILES["gapfolio.toml"], encoding="utf-8")
    folder = engagement.read(tmp_path)
    assert set(folder.engagement.export.profiles) <= offered(plugins.manager(), folder).keys()
    return folder.engagement.export.profile


def written(name: str, table: Table, directory: Path) -> Path:
    exporter = TableExporter(name, profiles.own(name, table))
    [path] = quarters.export(exporter, "2026-Q4", directory).files
    assert check(path, exporter.contract.tables[0]) == []
    return path


def test_the_examples_have_every_key(own: dict[str, Table]) -> None:
    columns = [column for table in own.values() for column in table.columns]
    for kind, found in ((Table, list(own.values())), (Column, columns)):
        for field in msgspec.structs.fields(kind):
            default = field.default if field.default is not msgspec.NODEFAULT else None
            values = [getattr(item, field.name) for item in found]
            assert any(value and value != default for value in values), field.name


def test_the_register_is_written_as_the_page_shows_it(
    own: dict[str, Table], tmp_path: Path
) -> None:
    path = written("register", own["register"], tmp_path)

    assert path.read_text(encoding="utf-8-sig") == FILES[path.name]


def test_defectdojo_gets_open_gaps_as_active_and_closed_ones_as_mitigated(
    own: dict[str, Table], tmp_path: Path
) -> None:
    found = quarters.rows(written("defectdojo", own["defectdojo"], tmp_path))
    mitigated = {row["Title"][:7] for row in found if row["IsMitigated"] == "TRUE"}

    assert mitigated == {"CRED-09", "IR-10 i"}
    assert all(row["Active"] != row["IsMitigated"] for row in found)
    # its importer turns any other word into Info, and stops at an empty date
    assert {row["Severity"] for row in found} <= {"Critical", "High", "Medium", "Low", "Info"}
    assert all(row["Date"] for row in found)


def test_the_exporter_of_the_page_writes_a_row_a_resource(tmp_path: Path) -> None:
    module = ModuleType("gapfolio_servicenow")
    exec(FILES["gapfolio_servicenow/__init__.py"], module.__dict__)  # noqa: S102 - of our own docs
    found: list[Exporter] = []
    module.register_exporters(found.append)
    [path] = quarters.export(found[0], "2026-Q4", tmp_path).files
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))

    assert tuple(rows[0]) == VULNERABILITIES
    assert {(row["Vulnerability ID"], row["State"]) for row in rows} == {
        ("CRED-09.console-users-mfa", "fixed"),
        ("CRED-10.access-keys-rotated", "open"),
        ("CRED-10.one-active-access-key", "open"),
        ("NET-02.s3-buckets-not-public", "open"),
    }
    assert {row["Severity"] for row in rows} == {"critical", "high"}


def test_the_policy_of_the_page_allows_one_action() -> None:
    [policy] = [json.loads(text) for text in re.findall(r"^```json\n(.*?)^```$", PAGE, re.M | re.S)]

    assert [statement["Action"] for statement in policy["Statement"]] == [
        "securityhub:BatchImportFindings"
    ]
