"""Compliance Findings: by the schema, one a practice and account, and unknown is never a pass."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import jsonschema
import msgspec
import pytest
from hostile import OBEYED, TEXTS
from hypothesis import given, settings
from told import DEV, FINDINGS, GONE, PROD, audited, exported, strange

from gapfolio.engine.duck import DuckDBEngine
from gapfolio.exports.formats.ocsf import ARRAY, LINES, OcsfExporter, records
from gapfolio.model import Assessment

CONTRACT = json.loads(
    (Path(__file__).parents[1] / "data" / "exports" / "ocsf.schema.json").read_text("utf-8")
)
VALID = jsonschema.Draft202012Validator(
    CONTRACT, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
Audit = tuple[Assessment, DuckDBEngine]


@pytest.fixture(scope="module")
def audit() -> Iterator[Audit]:
    with audited() as opened:
        yield opened


@pytest.fixture(scope="module")
def found(audit: Audit) -> dict[str, dict[str, Any]]:
    return keyed(records(*audit))


def keyed(made: Iterator[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Give records by practice and account."""
    return {
        f"{r['compliance']['control']}:{r.get('cloud', {}).get('account', {}).get('uid', '')}": r
        for r in made
    }


def test_there_is_a_record_for_each_practice_and_account(found: dict[str, dict[str, Any]]) -> None:
    assert list(found) == [
        f"CRED-01:{PROD}",
        f"CRED-01:{DEV}",
        f"DET-01:{PROD}",
        f"DET-01:{DEV}",
        "DET-11:",
        f"IR-01:{PROD}",
        f"IR-01:{DEV}",
        f"NET-01:{PROD}",
        f"NET-01:{DEV}",
        f"NET-02:{PROD}",
        f"NET-02:{DEV}",
        f"NET-01:{GONE}",
    ]


def test_each_keeps_to_the_schema(found: dict[str, dict[str, Any]]) -> None:
    for record in found.values():
        VALID.validate(record)
        assert record["type_uid"] == 200300 + record["activity_id"]
        assert ("cloud" in record) == (record["metadata"]["profiles"] == ["cloud"])


@pytest.mark.parametrize(
    ("key", "status", "life", "severity"),
    [
        (f"CRED-01:{PROD}", (1, "Pass"), (4, "Resolved"), "Informational"),
        (f"CRED-01:{DEV}", (2, "Warning"), (1, "New"), "Critical"),
        (f"NET-01:{PROD}", (3, "Fail"), (1, "New"), "High"),
        (f"NET-02:{PROD}", (3, "Fail"), (1, "New"), "Medium"),
        (f"IR-01:{PROD}", (3, "Fail"), (1, "New"), "Low"),
        (f"DET-01:{PROD}", (99, "Not Applicable"), (4, "Resolved"), "Informational"),
        (f"NET-01:{GONE}", (0, "Unknown"), (99, "Archived"), "Informational"),
    ],
    ids=["pass", "unknown", "fail", "accepted", "attested gap", "absent", "left the scope"],
)
def test_a_state_is_told_as_the_schema_defines_its_words(
    found: dict[str, dict[str, Any]],
    key: str,
    status: tuple[int, str],
    life: tuple[int, str],
    severity: str,
) -> None:
    record = found[key]

    assert (record["compliance"]["status_id"], record["compliance"]["status"]) == status
    assert (record["status_id"], record["status"]) == life
    assert record["severity"] == severity


def test_the_control_its_requirements_and_the_catalogue_are_named(
    found: dict[str, dict[str, Any]], audit: Audit
) -> None:
    compliance = found[f"CRED-01:{PROD}"]["compliance"]

    assert compliance["control"] == "CRED-01"
    assert compliance["requirements"] == ["IA-2(1)", "AC-6"]
    assert compliance["standards"] == [f"Gapfolio catalogue {audit[0].versions['catalogue']}"]
    assert found[f"CRED-01:{PROD}"]["finding_info"]["title"] == "CRED-01 Root has MFA"


@pytest.mark.parametrize(
    ("key", "said"),
    [
        (f"CRED-01:{PROD}", "Passes: 1 cell assessed, nothing fails."),
        (
            f"CRED-01:{DEV}",
            "Not assessed: 1 of 1 cell unknown (nothing says that anybody looked).",
        ),
        (
            f"NET-01:{PROD}",
            "Fails: 1 of 1 cell (NET-01.open), 2 open findings; 1 accepted (W-1).",
        ),
        (f"IR-01:{PROD}", "Fails: 1 of 1 cell, attested as a gap."),
        (
            f"DET-01:{PROD}",
            "Nothing to assess: the check ran and found no such resource.",
        ),
        (f"NET-01:{GONE}", "The account is no longer under audit."),
    ],
)
def test_why_it_is_so_stands_in_words(
    found: dict[str, dict[str, Any]], key: str, said: str
) -> None:
    assert found[key]["compliance"]["status_detail"] == said
    assert found[key]["message"].endswith(said)


def test_an_accepted_risk_stays_a_fail_and_is_marked(found: dict[str, dict[str, Any]]) -> None:
    accepted, partly = found[f"NET-02:{PROD}"], found[f"NET-01:{PROD}"]

    assert accepted["unmapped"]["is_accepted"]
    assert accepted["unmapped"]["waivers"] == ["W-2"]
    assert not partly["unmapped"]["is_accepted"]
    assert partly["unmapped"]["findings_accepted"] == 1


def test_the_time_is_that_of_the_evidence(found: dict[str, dict[str, Any]]) -> None:
    times = {record["time"] for record in found.values()}

    assert times == {int(datetime(2026, 8, 15, 12, tzinfo=UTC).timestamp() * 1000)}
    assert found[f"NET-01:{PROD}"]["finding_info"]["first_seen_time"] == next(iter(times))


def test_a_first_report_creates_and_what_left_the_scope_is_closed(
    found: dict[str, dict[str, Any]],
) -> None:
    assert {record["activity_name"] for record in found.values()} == {"Create", "Close"}
    assert found[f"NET-01:{GONE}"]["activity_name"] == "Close"


def test_both_files_have_the_same_records(tmp_path: Path) -> None:
    made = exported(OcsfExporter(), tmp_path)
    rows = [json.loads(row) for row in (tmp_path / LINES).read_bytes().splitlines()]

    assert [path.name for path in made.files] == [LINES, ARRAY]
    assert json.loads((tmp_path / ARRAY).read_bytes()) == rows
    assert len(rows) == 12


def test_ids_stay_and_the_order_of_the_input_changes_no_byte(
    found: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    shuffled = FINDINGS.copy()
    random.Random(1).shuffle(shuffled)  # noqa: S311
    one = exported(OcsfExporter(), tmp_path / "one").files[0].read_bytes()
    two = exported(OcsfExporter(), tmp_path / "two", findings=shuffled).files[0].read_bytes()
    with audited([FINDINGS[0], FINDINGS[-1]], past=False) as opened:
        later = keyed(records(*opened))

    assert one == two
    assert later
    for key, record in later.items():
        assert record["finding_info"]["uid"] == found[key]["finding_info"]["uid"]
    assert len({UUID(r["finding_info"]["uid"]) for r in found.values()}) == len(found)


@given(text=TEXTS)
@settings(max_examples=40, deadline=None)
def test_hostile_text_keeps_to_the_schema_and_to_one_line(audit: Audit, text: str) -> None:
    with strange(audit, text) as opened:
        made = list(records(*opened))

    assert len(made) == 12
    for record in made:
        line = msgspec.json.encode(record)
        assert json.loads(line) == record
        assert len(line.decode().splitlines()) == 1
        assert not OBEYED.search(line.decode())
        VALID.validate(record)
