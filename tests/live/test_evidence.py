"""What a pull proves, and what it does not."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest
from fakeaws import ACCOUNT, OTHER, control, ocsf, threat

from gapfolio import runs
from gapfolio.assess.tables import Run
from gapfolio.catalogue import Catalogue
from gapfolio.engagement import Engagement
from gapfolio.live.evidence import NO_FINDING, Reading, missing, records
from gapfolio.live.unread import spread
from gapfolio.model import Check, Finding, InputResult, RunOutput, RunRecord
from gapfolio.testing import INPUT, MOMENT, assess_findings, make_catalogue, make_finding

MAP = make_catalogue(
    NET_01={"criteria": {"buckets": ("resource", ["securityhub:S3.1"])}},
    CRED_01={"criteria": {"users": ("resource", ["securityhub:IAM.5"])}},
)
CATALOGUE = Catalogue(
    MAP.categories,
    {
        ("securityhub", name): Check(scanner="securityhub", id=name, service=service, title=name)
        for name, service in (("S3.1", "s3"), ("IAM.5", "iam"))
    },
    {},
    {},
    {},
)


def reading(path: Path, *findings: dict[str, Any], regions: str = "", why: str = "") -> Reading:
    """Write findings to a file that speaks of some Regions."""
    path.write_text("".join(json.dumps(finding) + "\n" for finding in findings))
    return Reading(regions.split() or ["eu-central-1"], path, why)


def recorded(*readings: Reading) -> dict[str, RunRecord]:
    return records(list(readings), ["securityhub:"], MOMENT, MOMENT)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "hub.ndjson"


# --- what a record names ---------------------------------------------------------------------


@pytest.mark.parametrize("make", [control, ocsf], ids=["ASFF", "OCSF"])
def test_a_control_with_a_verdict_was_evaluated(file: Path, make: Any) -> None:
    passed, failed = ("Pass", "Fail") if make is ocsf else ("PASSED", "FAILED")
    made = recorded(reading(file, make(id="S3.1", status=passed), make(id="EC2.1", status=failed)))

    assert list(made) == [f"run-{ACCOUNT}"]
    record = made[f"run-{ACCOUNT}"]
    assert (record.checks, record.regions) == (["EC2.1", "S3.1"], ["eu-central-1"])
    assert (record.errors, record.partial, record.scanner) == ([], "", "securityhub")
    assert record.outputs == [
        RunOutput(path="hub.ndjson", sha256=record.outputs[0].sha256, bytes=file.stat().st_size)
    ]


@pytest.mark.parametrize(
    "finding",
    [
        pytest.param(control(status="WARNING"), id="could not decide"),
        pytest.param(control(status="NOT_AVAILABLE"), id="not available"),
        pytest.param(control(RecordState="ARCHIVED"), id="archived"),
        pytest.param(threat(), id="another product"),
        pytest.param(control(ProductArn="arn:aws:securityhub:r:1:product/1/default"), id="custom"),
        pytest.param(ocsf(status="Warning"), id="OCSF, could not decide"),
        pytest.param(ocsf(status="Fail") | {"status": "Archived"}, id="OCSF, archived"),
        pytest.param(ocsf(activity_name="Close"), id="OCSF, closed"),
        pytest.param(ocsf(metadata={"product": {"uid": "x/aws/guardduty"}}), id="OCSF, other"),
        pytest.param(control() | {"Compliance": "PASSED"}, id="text"),
        pytest.param(control() | {"AwsAccountId": 111122223333}, id="a number"),
        pytest.param(control(account="../../22223333"), id="no account"),
        pytest.param({"class_uid": 2003, "compliance": [], "metadata": None}, id="other shapes"),
        pytest.param({}, id="nothing"),
    ],
)
def test_what_has_no_verdict_of_a_control_proves_nothing(
    file: Path, finding: dict[str, Any]
) -> None:
    assert recorded(reading(file, finding)) == {}


def test_a_control_is_named_if_it_was_evaluated_in_every_region(file: Path) -> None:
    findings = [
        control(id=name, region=region)
        for name, region in (
            ("S3.1", "eu-central-1"),
            ("S3.1", "us-east-1"),
            ("EC2.1", "us-east-1"),
            ("IAM.5", "us-east-1"),
        )
    ]
    made = recorded(reading(file, *findings, regions="eu-central-1 us-east-1"))

    assert made[f"run-{ACCOUNT}"].checks == ["IAM.5", "S3.1"]


def test_legacy_ids_are_kept_as_written(file: Path) -> None:
    legacy = "aws-foundational-security-best-practices/v/1.0.0/S3.1"
    old = control(GeneratorId=legacy)
    del old["Compliance"]["SecurityControlId"]
    consolidated = control(id="EC2.1")
    del consolidated["Compliance"]["SecurityControlId"]

    assert recorded(reading(file, old, consolidated))[f"run-{ACCOUNT}"].checks == ["EC2.1", legacy]


def test_an_old_finding_without_a_region_has_that_of_its_resource(file: Path) -> None:
    old = control()
    del old["Region"]
    old["Resources"][0]["Region"] = "eu-central-1"

    assert recorded(reading(file, old))[f"run-{ACCOUNT}"].regions == ["eu-central-1"]


def test_each_account_has_its_own_record(file: Path) -> None:
    made = recorded(reading(file, control(), control(id="EC2.1", account=OTHER)))

    assert {record.account: record.checks for record in made.values()} == {
        ACCOUNT: ["S3.1"],
        OTHER: ["EC2.1"],
    }


def test_a_region_without_a_control_finding_of_the_account_is_not_assessed(file: Path) -> None:
    found = [control(), control(account=OTHER), control(region="us-east-1"), threat()]
    made = recorded(reading(file, *found, regions="eu-central-1 us-east-1 us-west-2"))
    unread = made[f"run-{OTHER}-unread"]

    assert made[f"run-{OTHER}"].regions == ["eu-central-1"]
    assert unread.partial
    assert [(e.service, e.region, e.message) for e in unread.errors or ()] == [
        ("*", "us-east-1", NO_FINDING),
        ("*", "us-west-2", NO_FINDING),
    ]
    assert missing(made.values()) == {
        ("us-west-2",): [ACCOUNT],
        ("us-east-1", "us-west-2"): [OTHER],
    }


def test_a_region_that_was_not_read_to_its_end_is_not_assessed(tmp_path: Path) -> None:
    made = recorded(
        reading(tmp_path / "a", control()),
        reading(tmp_path / "b", control(region="us-east-1"), regions="us-east-1", why="throttled"),
    )

    assert made[f"run-{ACCOUNT}"].regions == ["eu-central-1"]
    assert [e.message for e in made[f"run-{ACCOUNT}-unread"].errors or ()] == ["throttled"]
    assert missing(made.values()) == {}


def test_a_region_that_is_read_in_parts_is_read_only_if_all_are(tmp_path: Path) -> None:
    made = recorded(
        reading(tmp_path / "a", control()), reading(tmp_path / "b", control(2), why="broken")
    )

    assert list(made) == [f"run-{ACCOUNT}-unread"]


def test_a_record_names_every_file_once_and_none_that_is_not_there(tmp_path: Path) -> None:
    made = recorded(
        reading(tmp_path / "a", control()), Reading(["us-east-1"], None), Reading(["x"], None, "y")
    )

    assert [output.path for output in made[f"run-{ACCOUNT}"].outputs] == ["a"]


# --- what follows from it --------------------------------------------------------------------


def judged(made: dict[str, RunRecord], *findings: Finding, regions: str = "") -> dict[str, str]:
    """Give criterion to state and reason, as the engine sees findings with these records."""
    output = RunOutput(path="hub.ndjson", sha256=INPUT, bytes=0)
    standing = [
        spread(Run(msgspec.structs.replace(record, outputs=[output]), name), CATALOGUE)
        for name, record in made.items()
    ]
    assessment = assess_findings(
        findings,
        catalogue=CATALOGUE,
        runs=standing,
        engagement=Engagement(regions=regions.split()),
        snapshot=True,
    )
    found = {}
    for practice in assessment.practices:
        for criterion in practice.criteria:
            cells = msgspec.to_builtins(criterion.cells)
            [state] = [name for name, number in cells.items() if number]
            found[criterion.id] = " ".join([state, *criterion.reasons])
    return found


def hub(check: str = "S3.1", status: Any = "pass", **more: Any) -> Finding:
    return make_finding(
        scanner="securityhub",
        scanner_version="",
        check=check,
        status=status,
        account=ACCOUNT,
        region=more.pop("region", "eu-central-1"),
        **more,
    )


def test_a_silent_control_is_unseen_however_complete_the_pull(file: Path) -> None:
    made = recorded(reading(file, control()))

    assert judged(made, hub()) == {
        "NET-01.buckets": "passed",
        "CRED-01.users": "unknown unseen",
    }


def test_a_control_that_was_evaluated_without_resources_is_nothing_to_assess(file: Path) -> None:
    empty = {"StatusReasons": [{"ReasonCode": "CONFIG_EVALUATIONS_EMPTY"}]}
    made = recorded(reading(file, control(id="IAM.5"), control(Compliance=empty)))

    assert judged(made, hub("IAM.5"), hub(status="not_applicable")) == {
        "NET-01.buckets": "absent nothing_to_assess",
        "CRED-01.users": "passed",
    }


def test_one_silent_region_keeps_it_unknown(file: Path) -> None:
    found = [control(), control(id="IAM.5"), control(id="EC2.1", region="us-east-1")]
    made = recorded(reading(file, *found, regions="eu-central-1 us-east-1"))

    assert judged(made, hub(status="not_applicable"))["NET-01.buckets"] == "unknown unseen"


@pytest.mark.parametrize("why", ["", "throttled"], ids=["nothing came", "not read"])
def test_a_region_that_is_not_assessed_leaves_only_fails_and_global_services(
    tmp_path: Path, why: str
) -> None:
    made = recorded(
        reading(tmp_path / "a", control(), control(id="IAM.5")),
        Reading(["us-east-1"], None, why),
    )

    assert judged(made, hub(), hub("IAM.5")) == {
        "NET-01.buckets": "unknown calls_failed",
        "CRED-01.users": "passed",
    }
    assert judged(made, hub(), hub(status="fail", resource="x"))["NET-01.buckets"] == "failed"


def test_a_region_outside_of_the_declared_ones_is_not_missed(tmp_path: Path) -> None:
    made = recorded(reading(tmp_path / "a", control()), Reading(["us-east-1"], None, "off"))

    assert judged(made, hub(), regions="eu-central-1")["NET-01.buckets"] == "passed"
    assert judged(made, hub(), regions="eu-central-1 us-east-1")["NET-01.buckets"].startswith(
        "unknown"
    )


def test_a_failed_read_replaces_no_earlier_evidence(tmp_path: Path) -> None:
    made = recorded(reading(tmp_path / "a", control()), Reading(["us-east-1"], None, "off"))
    earlier = hub(status="fail", region="us-east-1", observed_at=datetime(2026, 7, 1, tzinfo=UTC))

    assert judged(made, hub(), earlier)["NET-01.buckets"] == "failed"


# --- errors of a whole Region ----------------------------------------------------------------


def test_an_error_of_a_whole_region_names_the_services_of_the_checks(file: Path) -> None:
    made = recorded(
        reading(file, control(), control(id="Unknown.1")), Reading(["us-east-1"], None, "off")
    )
    run = spread(Run(made[f"run-{ACCOUNT}-unread"], "x", "void", supposed=True), CATALOGUE)

    assert [(e.service, e.region, e.message) for e in run.record.errors or ()] == [
        ("s3", "us-east-1", "off")
    ]
    assert (run.origin, run.void, run.supposed) == ("x", "void", True)


def test_other_runs_are_left_as_they_are(file: Path) -> None:
    run = Run(recorded(reading(file, control()))[f"run-{ACCOUNT}"], "x")

    assert spread(run, CATALOGUE) is run


def test_records_stand_beside_the_files_they_speak_of(file: Path, tmp_path: Path) -> None:
    [record] = recorded(reading(file, control())).values()
    (tmp_path / "run.json").write_bytes(msgspec.json.encode(record))
    given = InputResult(
        name="x",
        sha256=record.outputs[0].sha256,
        bytes=1,
        source="asff",
        elements=1,
        findings=1,
        skipped={},
    )

    assert [run.void for run in runs.standing([tmp_path / "run.json"], [given])] == [""]
    file.write_text("changed")
    assert runs.standing([tmp_path / "run.json"], [given])[0].void
