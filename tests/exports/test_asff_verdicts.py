"""Findings for Security Hub: as AWS takes them, with the states told as AWS defines its words."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import botocore.session
import jsonschema
import msgspec
import pytest
from botocore.validate import validate_parameters
from hostile import OBEYED, TEXTS
from hypothesis import given, settings
from told import DEV, FINDINGS, GONE, PROD, audited, exported, renamed, strange

from gapfolio.engine.duck import DuckDBEngine
from gapfolio.exports.formats.asff import AsffExporter, Hub, every, partition_of, sendable
from gapfolio.model import Assessment
from gapfolio.testing import make_finding

CONTRACT = json.loads(
    (Path(__file__).parents[1] / "data" / "exports" / "asff.schema.json").read_text("utf-8")
)
VALID = jsonschema.Draft202012Validator(CONTRACT)
_IMPORT: Any = (
    botocore.session.get_session()
    .get_service_model("securityhub")
    .operation_model("BatchImportFindings")
)
IMPORT = _IMPORT.input_shape
Audit = tuple[Assessment, DuckDBEngine]


def findings(directory: Path, **how: Any) -> dict[str, dict[str, Any]]:
    """Export and give the findings by practice and account."""
    made = exported(AsffExporter(), directory, **how)
    found = json.loads(made.files[0].read_bytes())
    return {f"{f['GeneratorId'].rpartition('/')[2]}:{f['AwsAccountId']}": f for f in found}


@pytest.fixture(scope="module")
def audit() -> Iterator[Audit]:
    with audited() as opened:
        yield opened


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, Any]]:
    return findings(tmp_path_factory.mktemp("asff"))


def test_there_is_a_finding_for_each_practice_and_account(
    found: dict[str, dict[str, Any]],
) -> None:
    practices = ("CRED-01", "DET-01", "IR-01", "NET-01", "NET-02")
    expected = [f"{practice}:{account}" for practice in practices for account in (PROD, DEV)]

    assert list(found) == [*expected, f"NET-01:{GONE}"]


def test_each_keeps_to_the_contract_and_to_what_the_sdk_checks(
    found: dict[str, dict[str, Any]],
) -> None:
    for item in found.values():
        VALID.validate(item)
    validate_parameters({"Findings": list(found.values())}, IMPORT)


@pytest.mark.parametrize(
    ("key", "status", "record", "workflow", "label"),
    [
        (f"CRED-01:{PROD}", "PASSED", "ACTIVE", "RESOLVED", "INFORMATIONAL"),
        (f"CRED-01:{DEV}", "WARNING", "ACTIVE", "NEW", "CRITICAL"),
        (f"NET-01:{PROD}", "FAILED", "ACTIVE", "NEW", "HIGH"),
        (f"NET-02:{PROD}", "FAILED", "ACTIVE", "NEW", "MEDIUM"),
        (f"IR-01:{PROD}", "FAILED", "ACTIVE", "NEW", "LOW"),
        (f"DET-01:{PROD}", "NOT_AVAILABLE", "ARCHIVED", "RESOLVED", "INFORMATIONAL"),
        (f"NET-01:{GONE}", "NOT_AVAILABLE", "ARCHIVED", "RESOLVED", "INFORMATIONAL"),
    ],
    ids=["pass", "unknown", "fail", "accepted", "attested gap", "absent", "left the scope"],
)
def test_a_state_is_told_as_aws_defines_its_words(  # noqa: PLR0913, PLR0917
    found: dict[str, dict[str, Any]], key: str, status: str, record: str, workflow: str, label: str
) -> None:
    item = found[key]

    assert item["Compliance"]["Status"] == status
    assert item["RecordState"] == record
    assert item["Workflow"] == {"Status": workflow}
    assert item["Severity"]["Label"] == label
    assert item["FindingProviderFields"]["Severity"] == item["Severity"]


def test_only_what_holds_everywhere_passes(audit: Audit) -> None:
    hub = Hub(audit[0], "us-east-1")
    for verdict in every(*audit):
        if sendable(verdict):
            item = hub.finding(verdict)
            passed = item["Compliance"]["Status"] == "PASSED"
            assert passed == (verdict.cells.keys() == {"pass"})


def test_why_nothing_was_decided_stands_in_the_reasons(found: dict[str, dict[str, Any]]) -> None:
    assert found[f"CRED-01:{DEV}"]["Compliance"]["StatusReasons"] == [
        {"ReasonCode": "UNSEEN", "Description": "nothing says that anybody looked"}
    ]
    assert "StatusReasons" not in found[f"CRED-01:{PROD}"]["Compliance"]


def test_who_accepted_a_risk_is_named_and_the_finding_stays_failed(
    found: dict[str, dict[str, Any]],
) -> None:
    fields = found[f"NET-02:{PROD}"]["ProductFields"]

    assert fields["gapfolio/AcceptedFindings"] == "1"
    assert fields["gapfolio/AcceptedRisk"] == (
        "W-2: Behind a firewall (owner Ann, approved by Bob, until 2026-12-31)"
    )


def test_requirements_are_written_as_security_hub_writes_them(
    found: dict[str, dict[str, Any]],
) -> None:
    assert found[f"CRED-01:{PROD}"]["Compliance"]["RelatedRequirements"] == [
        "NIST.800-53.r5 IA-2(1)",
        "NIST.800-53.r5 AC-6",
    ]


def test_times_come_from_the_evidence(tmp_path: Path) -> None:
    early = make_finding(check="open", status="fail", observed_at=datetime(2026, 7, 9, tzinfo=UTC))
    item = findings(tmp_path, findings=[early, *FINDINGS[3:]], recorded=False)[f"NET-01:{PROD}"]

    assert item["CreatedAt"] == item["FirstObservedAt"] == "2026-07-09T00:00:00.000Z"
    assert item["LastObservedAt"] == "2026-07-09T00:00:00.000Z"
    assert item["UpdatedAt"] == "2026-08-15T12:00:00.000Z"


def test_a_declaration_after_the_scan_makes_an_update(audit: Audit) -> None:
    assessment, engine = audit
    waivers = [
        msgspec.structs.replace(waiver, granted=date(2026, 9, 1))
        for waiver in assessment.exceptions.waivers
    ]
    later = msgspec.structs.replace(
        assessment, exceptions=msgspec.structs.replace(assessment.exceptions, waivers=waivers)
    )
    verdict = next(every(later, engine))

    assert Hub(later, "us-east-1").finding(verdict)["UpdatedAt"] == "2026-09-01T00:00:00.000Z"


def test_ids_stay_from_period_to_period_and_differ_between_clients(
    found: dict[str, dict[str, Any]], tmp_path: Path
) -> None:
    later = findings(tmp_path / "later", findings=[FINDINGS[0], FINDINGS[-1]], past=False)
    others = findings(tmp_path / "others", client="Other")

    assert {key: item["Id"] for key, item in later.items()} == {
        key: item["Id"] for key, item in found.items() if GONE not in key
    }
    assert not {i["Id"] for i in others.values()} & {i["Id"] for i in found.values()}
    assert len({item["Id"] for item in found.values()}) == len(found)


def test_the_order_of_the_input_changes_no_byte(tmp_path: Path) -> None:
    shuffled = FINDINGS.copy()
    random.Random(1).shuffle(shuffled)  # noqa: S311
    one = exported(AsffExporter(), tmp_path / "one").files[0].read_bytes()

    assert (
        exported(AsffExporter(), tmp_path / "two", findings=shuffled).files[0].read_bytes() == one
    )


def test_code_is_in_no_account_so_it_is_left_out_and_counted(tmp_path: Path) -> None:
    made = exported(AsffExporter(), tmp_path)

    assert made.notes == ["asff.json: 1 verdict left out: of no AWS account"]


def test_without_anything_to_say_the_file_is_an_empty_list(tmp_path: Path, audit: Audit) -> None:
    assessment, engine = audit
    engine.derive("cells_before", "SELECT * FROM cells")
    engine.derive("cells", "SELECT * FROM cells_before WHERE account = ''")
    engine.derive("closed_before", "SELECT * FROM closed")
    engine.derive("closed", "SELECT * FROM closed_before LIMIT 0")
    try:
        made = AsffExporter().export(assessment, engine, tmp_path)
    finally:
        engine.derive("cells", "SELECT * FROM cells_before")
        engine.derive("closed", "SELECT * FROM closed_before")

    assert json.loads(made.files[0].read_bytes()) == []


@pytest.mark.parametrize(
    ("region", "partition"),
    [("eu-central-1", "aws"), ("cn-north-1", "aws-cn"), ("us-gov-west-1", "aws-us-gov")],
)
def test_the_product_is_the_accounts_own_in_the_region(
    audit: Audit, region: str, partition: str
) -> None:
    item = Hub(audit[0], region).finding(next(every(*audit)))

    assert partition_of(region) == partition
    assert item["ProductArn"] == (
        f"arn:{partition}:securityhub:{region}:{PROD}:product/{PROD}/default"
    )
    assert item["Resources"] == [
        {
            "Type": "AwsAccount",
            "Id": f"AWS::::Account:{PROD}",
            "Partition": partition,
            "Region": region,
        }
    ]


@given(text=TEXTS)
@settings(max_examples=60, deadline=None)
def test_hostile_text_stays_within_the_limits(audit: Audit, text: str) -> None:
    with strange(audit, text) as (assessment, engine):
        hub = Hub(assessment, "us-east-1")
        made = [hub.finding(verdict) for verdict in every(assessment, engine) if sendable(verdict)]

    assert len(made) == 11
    for item in made:
        VALID.validate(item)
        assert len(json.dumps(item).encode()) < 60_000
    validate_parameters({"Findings": made}, IMPORT)
    assert json.loads(msgspec.json.encode(made)) == made
    assert not OBEYED.search(msgspec.json.encode(made).decode())


def test_cut_texts_are_counted_by_where_they_stand(audit: Audit) -> None:
    assessment, engine = audit
    long = renamed(assessment, "x" * 300)
    hub = Hub(long, "us-east-1")
    made = [hub.finding(verdict) for verdict in every(long, engine) if sendable(verdict)]

    assert made[0]["Title"] == f"CRED-01 {'x' * 247}…"
    assert list(hub.cut.notes("asff.json"))[-1] == "asff.json: 11 texts cut in Title"
