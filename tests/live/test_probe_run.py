"""A run of the probe: refusals, files, notices, progress, and how its findings are read back."""

from __future__ import annotations

import dataclasses
import re
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import probekit
import pytest
from botocore.exceptions import EndpointConnectionError
from probekit import ACCOUNT, AWAY, HOME, NOWHERE, REGIONS, Cloud, named, run

from gapfolio import runs
from gapfolio.engagement import Probe
from gapfolio.errors import InputError
from gapfolio.live import probe
from gapfolio.live.base import Access
from gapfolio.live.checks import CHECKS
from gapfolio.live.checks.base import Thing, Verdict
from gapfolio.live.checks.places import Place
from gapfolio.live.checks.reading import CALLS, Reader, UnansweredError
from gapfolio.model import InputResult, RunError
from gapfolio.sources.probe import ProbeFindings

KEYS: dict[str, Any] = {"ec2.DescribeKeyPairs": {"KeyPairs": []}}
ALONE = {"organizations.DescribeOrganization": "AWSOrganizationsNotInUseException"}
NO_BUCKETS: dict[str, Any] = {"s3.ListBuckets": {"Buckets": []}}


def canned(answers: dict[str, Any]) -> Cloud:
    return Cloud(NOWHERE, probekit.STILL | answers)


# --- refusals --------------------------------------------------------------------------------


def test_a_denied_check_is_an_error_and_the_others_go_on(tmp_path: Path) -> None:
    cloud = canned(
        {
            f"{HOME}/ec2.DescribeKeyPairs": "UnauthorizedOperation",
            **KEYS,
            "ec2.DescribeSnapshots": {"Snapshots": [{"SnapshotId": "snap-1"}]},
        }
    )
    made = run(cloud, tmp_path, named("key-pairs-imported"), named("ebs-snapshots-encrypted"))

    [denied] = made.of("key-pairs-imported")
    assert (denied["status"], denied["region"], denied["account"]) == ("error", HOME, ACCOUNT)
    assert "DescribeKeyPairs of ec2 failed (UnauthorizedOperation)" in denied["detail"]
    assert made.statuses("ebs-snapshots-encrypted") == ["fail", "fail"]
    assert made.record.errors == [
        RunError(
            service="ec2",
            region=HOME,
            count=1,
            message="key-pairs-imported: DescribeKeyPairs of ec2 failed (UnauthorizedOperation)",
        )
    ]
    [notice] = made.pulled.notices
    assert notice.startswith(f"aws: key-pairs-imported not decided in {HOME}: access denied")


def test_a_denied_check_of_a_global_service_names_no_region(tmp_path: Path) -> None:
    cloud = canned({"iam.GetAccountAuthorizationDetails": "AccessDenied"})
    checks = (named("responder-role"), named("break-glass-access"))
    made = run(cloud, tmp_path, *checks)

    assert [(f["status"], f["region"]) for f in made.findings] == [("error", "")] * 2
    assert [(e.service, e.region, e.count) for e in made.record.errors or ()] == [("iam", "", 2)]


def test_nothing_is_missing_while_a_region_does_not_answer(tmp_path: Path) -> None:
    stacks: dict[str, Any] = {"StackSummaries": []}
    cloud = canned(
        {
            "cloudformation.ListStacks": stacks,
            f"{AWAY}/cloudformation.ListStacks": "AccessDenied",
            **NO_BUCKETS,
            **ALONE,
        }
    )
    made = run(cloud, tmp_path, named("clean-room-template"))

    assert [(f["status"], f["region"]) for f in made.findings] == [("error", AWAY)]


def test_what_is_found_counts_although_a_region_does_not_answer(tmp_path: Path) -> None:
    cloud = canned(
        {
            "cloudformation.ListStacks": {
                "StackSummaries": [{"StackName": "clean-room", "StackId": "arn:s"}]
            },
            f"{AWAY}/cloudformation.ListStacks": "AccessDenied",
            "cloudformation.DescribeStacks": {"Stacks": []},
            "cloudformation.GetTemplate": {"TemplateBody": "AWS::EC2::VPC AWS::EC2::Instance"},
            **NO_BUCKETS,
        }
    )
    made = run(cloud, tmp_path, named("clean-room-template"))

    assert sorted((f["status"], f["region"]) for f in made.findings) == [
        ("error", AWAY),
        ("pass", HOME),
    ]
    assert [e.region for e in made.record.errors or ()] == [AWAY]


def test_an_organisation_that_cannot_be_asked_for_decides_nothing(tmp_path: Path) -> None:
    cloud = canned({**NO_BUCKETS, "organizations.DescribeOrganization": "AccessDenied"})
    made = run(cloud, tmp_path, named("artefact-bucket"))

    assert [(f["status"], f["region"]) for f in made.findings] == [("error", "")]


def test_a_service_that_cannot_be_reached_is_tried_once() -> None:
    tried: list[str] = []

    class Client:
        class meta:  # noqa: N801
            method_to_api_mapping = {"get_a": "GetA", "get_b": "GetB"}  # noqa: RUF012

        def get_a(self) -> None:
            tried.append("a")
            raise EndpointConnectionError(endpoint_url="https://ec2.example")

        get_b = get_a

    reader = Reader(lambda *_: Client(), "eu-south-2")
    for operation in ("get_a", "get_b", "get_a"):
        with pytest.raises(UnansweredError, match="EndpointConnectionError"):
            reader.get("ec2", operation)

    assert tried == ["a"]


def test_a_listing_without_an_end_is_given_up() -> None:
    class Client:
        class meta:  # noqa: N801
            method_to_api_mapping = {"list_a": "ListA"}  # noqa: RUF012

        calls = 0

        def can_paginate(self, _: str) -> bool:
            return False

        def list_a(self, **_: str) -> dict[str, str]:
            self.calls += 1
            return {"NextToken": "more"}

    client = Client()
    reader = Reader(lambda *_: client, HOME)
    with pytest.raises(UnansweredError, match=f"more than {CALLS} calls"):
        reader.all("x", "list_a", "Items")

    assert client.calls == CALLS


def test_an_answer_is_asked_for_once() -> None:
    cloud = canned({"iam.GetAccountAuthorizationDetails": {}})
    asked: list[str] = []
    reader = Reader(cloud.connection().client, HOME)
    cloud.connection().client("iam", HOME).meta.events.register(
        "before-call.iam", lambda model, **_: asked.append(model.name)
    )
    for _ in range(3):
        reader.get("iam", "get_account_authorization_details")

    assert len(asked) == 1


def test_pages_without_a_paginator_are_followed() -> None:
    class Client:
        class meta:  # noqa: N801
            method_to_api_mapping = {"list_a": "ListA"}  # noqa: RUF012

        def can_paginate(self, _: str) -> bool:
            return False

        def list_a(self, NextToken: str = "") -> dict[str, Any]:  # noqa: N803
            return {"Items": [1], "NextToken": "x"} if not NextToken else {"Items": [2]}

    reader = Reader(lambda *_: Client(), HOME)

    assert reader.all("x", "list_a", "Items") == [1, 2]


def test_there_is_an_end_to_notices(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probe, "_NOTICES", 1)
    cloud = canned(
        {
            "ec2.DescribeKeyPairs": "UnauthorizedOperation",
            "ec2.DescribeSnapshots": "InternalError",
        }
    )
    made = run(cloud, tmp_path, named("key-pairs-imported"), named("ebs-snapshots-encrypted"))

    assert len(made.pulled.notices) == 2
    assert "1 more kinds of refusals" in made.pulled.notices[1]


# --- files -----------------------------------------------------------------------------------


def test_files_are_private_and_the_record_stands(tmp_path: Path) -> None:
    made = run(canned(KEYS), tmp_path / "new" / "dir", named("key-pairs-imported"))
    [file], [record] = made.pulled.files, made.pulled.runs
    [output] = made.record.outputs
    given = InputResult(
        name="probe.ndjson",
        sha256=output.sha256,
        bytes=output.bytes,
        source="probe",
        elements=0,
        findings=0,
        skipped={},
    )

    assert stat.S_IMODE(file.stat().st_mode) == stat.S_IMODE(record.stat().st_mode) == 0o600
    assert [item.void for item in runs.standing([record], [given])] == [""]
    assert made.record.version
    assert made.record.started
    assert made.record.ended


@pytest.mark.parametrize("name", ["probe.ndjson", "run.json"])
def test_what_is_there_stays(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    with pytest.raises(InputError, match="stays as it is"):
        run(canned(KEYS), tmp_path, named("key-pairs-imported"))

    assert (tmp_path / name).read_text() == "mine"
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_an_interrupted_run_leaves_nothing(tmp_path: Path) -> None:
    def judge(place: Place) -> Iterator[Verdict]:
        yield Thing("r", "t").says("pass", "x")
        raise KeyboardInterrupt

    broken = dataclasses.replace(named("key-pairs-imported"), run=judge)
    with pytest.raises(KeyboardInterrupt):
        run(canned(KEYS), tmp_path, broken)

    assert list(tmp_path.iterdir()) == []


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(InputError, match=r"file.*cannot be written"):
        run(canned(KEYS), tmp_path / "file" / "dir", named("key-pairs-imported"))


# --- Regions and progress --------------------------------------------------------------------


def test_a_region_that_is_named_twice_is_read_once(tmp_path: Path) -> None:
    made = run(canned(KEYS), tmp_path, named("key-pairs-imported"), regions=(HOME, AWAY, HOME))

    assert made.record.regions == [HOME, AWAY]


def test_without_regions_those_that_are_enabled_are_read(tmp_path: Path) -> None:
    listed = {"ec2.DescribeRegions": {"Regions": [{"RegionName": name} for name in REGIONS]}}
    made = run(canned(KEYS | listed), tmp_path, named("key-pairs-imported"), regions=())

    assert made.record.regions == sorted(REGIONS)


def test_progress_counts_up_to_the_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    checks = (named("key-pairs-imported"), named("responder-role"), named("artefact-bucket"))
    cloud = canned({**KEYS, **NO_BUCKETS, **ALONE, "iam.GetAccountAuthorizationDetails": {}})
    told: list[tuple[str, int, int]] = []
    monkeypatch.setattr(probe, "connect", lambda _: cloud.connection())
    monkeypatch.setattr(probe, "CHECKS", checks)
    probe.pull(Access(regions=REGIONS), tmp_path, Probe(), lambda *step: told.append(step))

    assert [done for _, done, _ in told] == [0, 1, 2, 3]
    assert {of for *_, of in told} == {4}
    assert told[0][0] == f"aws: {named('responder-role').title}"
    assert told[1][0].endswith(f" in {HOME}")


def test_the_partition_is_that_of_the_caller(tmp_path: Path) -> None:
    key = {"KeyName": "k", "KeyPairId": "key-1", "KeyFingerprint": ""}
    cloud = canned({"ec2.DescribeKeyPairs": {"KeyPairs": [key]}})
    connection = cloud.connection()
    object.__setattr__(connection, "arn", f"arn:aws-cn:iam::{ACCOUNT}:user/auditor")
    made = run(cloud, tmp_path, named("key-pairs-imported"), regions=("cn-north-1",))

    assert made.findings[0]["resource"].startswith("arn:aws-cn:ec2:cn-north-1:")


# --- reading it back -------------------------------------------------------------------------

ELEMENT = {
    "schema": "gapfolio.probe/1",
    "version": "1.0",
    "check": "key-pairs-imported",
    "title": "t",
    "severity": "medium",
    "service": "ec2",
    "status": "fail",
    "account": ACCOUNT,
    "region": HOME,
    "resource": "arn:x",
    "resource_name": "k",
    "resource_type": "AwsEc2KeyPair",
    "detail": "d",
    "tags": ["a=b"],
    "observed_at": "2026-08-15T12:00:00Z",
}


def test_findings_are_read_as_they_were_written(tmp_path: Path) -> None:
    key = {"KeyName": "k", "KeyFingerprint": "", "Tags": [{"Key": "a", "Value": "b"}]}
    cloud = canned({"ec2.DescribeKeyPairs": {"KeyPairs": [key]}})
    made = run(cloud, tmp_path, named("key-pairs-imported"), regions=(HOME,))
    source = ProbeFindings()
    [element] = made.findings
    [finding] = source.findings(element)

    assert element.keys() == ELEMENT.keys()
    assert source.claims(element)
    assert finding.scanner == "probe"
    assert (finding.check, finding.status) == ("key-pairs-imported", "manual")
    assert (finding.account, finding.region, finding.tags) == (ACCOUNT, HOME, ["a=b"])
    assert finding.observed_at == made.record.started


@pytest.mark.parametrize("key", ELEMENT)
@pytest.mark.parametrize("value", [None, 7, [], {}, [7], {"a": 1}, "odd", "2026-13-99"])
def test_a_broken_element_breaks_nothing(key: str, value: object) -> None:
    element = {**ELEMENT, key: value}
    source = ProbeFindings()
    if source.claims(element):
        [finding] = source.findings(element)
        assert finding.status in ("fail", "error")
        msgspec.json.encode(finding)
    else:
        assert key in ("schema", "check")


@pytest.mark.parametrize("element", [{}, {"schema": "gapfolio.run/1"}, {"check": "x"}])
def test_other_elements_are_not_claimed(element: dict[str, object]) -> None:
    assert not ProbeFindings().claims(element)


def test_ids_are_unique_and_of_one_form() -> None:
    ids = [check.id for check in CHECKS]

    assert len(ids) == len(set(ids))
    assert all(re.fullmatch("[a-z]+(-[a-z]+)*", name) for name in ids)
