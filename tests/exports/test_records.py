"""Records: complete by their list of fields, sorted, and gaps in words that are true."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import quarters

from gapfolio.engagement import (
    Account,
    Attestation,
    Engagement,
    Entry,
    Folder,
    Notes,
    Proof,
    Waiver,
)
from gapfolio.exports import packs
from gapfolio.exports.records.by_type import RECORDS, Row
from gapfolio.exports.records.fields import FIELDS
from gapfolio.model import Finding
from gapfolio.testing import ACCOUNT, assessed, make_catalogue, make_finding

CATALOGUE = make_catalogue(
    CRED_01={
        "title": "Root has MFA",
        "priority": "critical",
        "criteria": {"mfa": ("account", ["root"])},
        "nist_800_53": ["IA-2(1)", "AC-6"],
        "why": "Root may do anything.",
        "effect": "Anyone owns the account.",
    },
    NET_01={"priority": "low", "criteria": {"a": ("resource", ["x"]), "a-b": ("resource", ["y"])}},
    IR_01={"evidence": "manual", "attest": "It is so."},
    DET_01={"criteria": {"quiet": ("resource", ["z"])}},
)
FAIL = {"status": "fail", "severity": "high"}


def waiver(**values: Any) -> Waiver:
    made: dict[str, Any] = {
        "id": "W-1",
        "reason": "Old.",
        "owner": "Ann",
        "approver": "CISO",
        "granted": date(2026, 7, 1),
        "expires": date(2026, 12, 31),
    }
    return Waiver(**{**made, **values})


def attestation(**values: Any) -> Attestation:
    made: dict[str, Any] = {
        "practice": "IR-01",
        "result": "fail",
        "statement": "There is no plan.",
        "evidence": [Proof(link="https://example.com")],
        "by": "Auditor",
        "valid_from": date(2026, 7, 1),
        "valid_until": date(2027, 6, 30),
    }
    return Attestation(**{**made, **values})


@contextmanager
def made(
    record: str,
    findings: list[Finding],
    *,
    waivers: tuple[Waiver, ...] = (),
    attested: tuple[Attestation, ...] = (),
) -> Iterator[list[Row]]:
    """Give the records of findings of one account."""
    accounts = [Account(id=ACCOUNT, name="prod", owner="Platform", environment="live")]
    folder = Folder(
        Engagement(client="Acme", accounts=accounts),
        Notes(),
        waivers=tuple(Entry(Path("waivers.yaml"), 1, w) for w in waivers),
        attestations=tuple(Entry(Path("attestations.yaml"), 1, a) for a in attested),
    )
    with assessed(findings, catalogue=CATALOGUE, folder=folder) as (assessment, engine):
        yield list(RECORDS[record](assessment, engine))


def gaps(findings: list[Finding], **declared: Any) -> dict[str, Row]:
    with made("gaps", findings, **declared) as records:
        return {record["key"]: record for record in records}


@pytest.mark.parametrize("record", sorted(RECORDS))
@pytest.mark.parametrize("period", ["2026-Q3", "2026-Q4"])
def test_a_record_has_the_fields_of_its_list_and_values_of_their_kind(
    record: str, period: str
) -> None:
    with packs.opened(quarters.pack(period)) as opened:
        records = list(RECORDS[record](*opened))

    assert records
    for row in records:
        assert row.keys() == FIELDS[record].keys()
        for name, field in FIELDS[record].items():
            value = row[name]
            assert isinstance(value, list) == (field.kind == "list"), name
            if field.values:
                assert value in ("", *field.values), name
            if field.kind == "number" and value != "":
                float(value)


def test_gaps_are_sorted_by_criterion_and_account() -> None:
    found = gaps(
        [
            make_finding(check="y", resource="2", **FAIL),
            make_finding(check="x", resource="1", **FAIL),
            make_finding(check="root", **FAIL),
        ],
        attested=(attestation(),),
    )

    assert list(found) == [
        f"{name}:{ACCOUNT}" for name in ("CRED-01.mfa", "IR-01", "NET-01.a", "NET-01.a-b")
    ]
    assert [gap["resources"] for gap in found.values()][2:] == [["1"], ["2"]]


def test_no_two_gaps_have_the_same_name() -> None:
    found = gaps([make_finding(check=check, resource="1", **FAIL) for check in ("x", "y")])

    assert [gap["name"] for gap in found.values()] == [
        f"NET-01.a in {ACCOUNT}: NET-01",
        f"NET-01.a-b in {ACCOUNT}: NET-01",
    ]


def test_a_gap_says_what_fails_where_and_why_it_matters() -> None:
    (gap,) = gaps([make_finding(check="root", **FAIL)]).values()

    assert gap["description"] == (
        f"Does not hold in prod ({ACCOUNT}): mfa holds.\n"
        "Findings: 1, resources: 1.\n"
        "Root may do anything.\n"
        "Anyone owns the account."
    )
    assert gap["nist_800_53"] == ["IA-2(1)", "AC-6"]
    assert gap["labels"] == ["CRED-01", "prowler", "live"]
    assert gap["checks"] == ["prowler:root"]
    assert (gap["owner"], gap["account_owner"]) == ("Platform", "Platform")


@pytest.mark.parametrize(
    ("severity", "risk"),
    [
        ("critical", "High"),
        ("high", "High"),
        ("medium", "Moderate"),
        ("low", "Low"),
        ("informational", "Low"),
        ("unknown", "Low"),  # the practice's priority
    ],
)
def test_risk_follows_the_severity_of_the_scanner(severity: str, risk: str) -> None:
    (gap,) = gaps(
        [make_finding(check="x", resource="1", status="fail", severity=severity)]
    ).values()

    assert (gap["severity"], gap["risk"]) == (severity, risk)


def test_the_worst_severity_counts() -> None:
    (gap,) = gaps(
        [
            make_finding(check="x", resource=str(number), status="fail", severity=severity)
            for number, severity in enumerate(("low", "medium", "unknown"))
        ]
    ).values()

    assert gap["severity"] == "medium"


def test_ids_of_other_frameworks_are_merged() -> None:
    said = ({"CIS-3.0": ["1.5"], "SOC2": ["cc_6"]}, {"CIS-3.0": ["1.6", "1.5"]})
    (gap,) = gaps(
        [
            make_finding(check="x", resource=str(n), frameworks=json.dumps(ids), **FAIL)
            for n, ids in enumerate(said)
        ]
    ).values()

    assert gap["frameworks"] == "CIS-3.0: 1.5 1.6; SOC2: cc_6"
    assert "Other frameworks: CIS-3.0: 1.5 1.6; SOC2: cc_6" in gap["comment"]


def test_of_many_resources_the_first_are_listed_and_all_are_counted() -> None:
    (gap,) = gaps(
        [make_finding(check="x", resource=f"r-{n:04}", **FAIL) for n in range(1234)]
    ).values()

    assert gap["resources"] == [f"r-{n:04}" for n in range(500)]
    assert gap["resources_total"] == gap["findings"] == 1234
    assert "500 of 1,234 resources are listed" in gap["comment"]


def test_a_gap_is_accepted_only_where_waivers_cover_all_of_it() -> None:
    findings = [make_finding(check="x", resource=name, **FAIL) for name in ("one", "two")]
    one = waiver(resource="one", expires=date(2026, 10, 31))
    (partly,) = gaps(findings, waivers=(one,)).values()
    (wholly,) = gaps(findings, waivers=(one, waiver(id="W-2", resource="two"))).values()

    assert (partly["state"], partly["accepted"], partly["waivers"]) == ("open", 1, ["W-1"])
    assert "Waivers cover 1 of 2 findings." in partly["comment"]
    assert partly["deviation"] == ""
    assert partly["scheduled"] == partly["due"]
    assert (wholly["state"], wholly["accepted"]) == ("accepted", 2)
    assert wholly["due"] is None
    assert wholly["scheduled"] == date(2026, 10, 31)
    assert wholly["deviation"].splitlines()[0] == (
        "Operational Requirement: waiver W-1, accepted by CISO until 2026-10-31: Old."
    )
    assert wholly["milestone"] == "(1) 2026-10-31: The waiver ends; renew it or mend the gap."


def test_the_date_of_an_open_gap_is_the_one_by_which_it_is_closed() -> None:
    (gap,) = gaps([make_finding(check="root", **FAIL)]).values()

    assert gap["milestone"] == f"(1) {gap['due']}: The gap is closed."


@pytest.mark.parametrize(
    ("held", "words"),
    [
        ({}, "It covers 1 open finding of NET-01."),
        (
            {"expires": date(2026, 7, 31)},
            "It would cover, but does not, 1 open finding of NET-01.",
        ),
        ({"resource": "two"}, "It selects no open finding."),
    ],
)
def test_a_waiver_that_has_ended_is_not_said_to_cover_anything(
    held: dict[str, Any], words: str
) -> None:
    findings = [make_finding(check="x", resource="one", **FAIL)]
    one = waiver(**{"resource": "one", **held})
    with made("exceptions", findings, waivers=(one,)) as (record,):
        assert record["comment"].splitlines()[-1] == words


def test_code_has_no_account() -> None:
    with assessed(
        [make_finding(check="CKV_1", scanner="checkov", account="", resource="main.tf", **FAIL)],
    ) as (assessment, engine):
        found = [gap for gap in RECORDS["gaps"](assessment, engine) if not gap["account"]]

    for gap in found:
        assert gap["key"].endswith(":")
        assert " in infrastructure code: " in gap["name"]


@pytest.mark.parametrize(
    ("entries", "state", "cause"),
    [
        pytest.param([{}], "open", "", id="attested"),
        pytest.param(
            [{}, {"result": "pass", "valid_from": date(2026, 8, 1)}],
            *("closed", "attested"),
            id="attested otherwise since",
        ),
        pytest.param(
            [{"valid_until": date(2026, 8, 1)}],
            *("unproven", "the attestation is expired"),
            id="expired",
        ),
    ],
)
def test_a_gap_that_a_person_attested_is_one_until_another_attests_otherwise(
    entries: list[dict[str, Any]], state: str, cause: str
) -> None:
    (gap,) = gaps(
        [make_finding(check="root")], attested=tuple(attestation(**entry) for entry in entries)
    ).values()

    assert (gap["key"], gap["state"], gap["cause"]) == (f"IR-01:{ACCOUNT}", state, cause)
    assert gap["statement"] == "There is no plan."
    assert gap["resources"] == [ACCOUNT]
    assert gap["open_since"] == date(2026, 7, 1)


def test_an_attestation_of_the_future_is_no_gap_yet() -> None:
    later = attestation(valid_from=date(2026, 11, 1))

    assert gaps([make_finding(check="root")], attested=(later,)) == {}


def test_a_pass_alone_is_no_gap() -> None:
    assert gaps([make_finding(check="root")], attested=(attestation(result="pass"),)) == {}


def test_a_posture_tells_errors_and_silence_from_failures() -> None:
    findings = [
        make_finding(check="root"),
        make_finding(check="x", resource="1", **FAIL),
        make_finding(check="y", resource="1", status="error"),
    ]
    with made("posture", findings) as cells, made("criteria", findings) as criteria:
        results = {cell["criterion"]: cell["result"] for cell in cells}
        worst = {row["key"]: row["result"] for row in criteria}

    assert results == worst
    assert results == {
        "CRED-01.mfa": "pass",
        "NET-01.a": "fail",
        "NET-01.a-b": "error",
        "DET-01.quiet": "not_checked",
    }
