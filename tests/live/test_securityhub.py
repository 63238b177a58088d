"""Pulling Security Hub: everything that is there, once, whatever fails on the way."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import fakeaws
import msgspec
import pytest
from fakeaws import ACCOUNT, OTHER, control, ocsf, threat

from gapfolio.errors import InputError
from gapfolio.live import hub, securityhub
from gapfolio.live.base import Access, Pulled
from gapfolio.model import RunRecord
from gapfolio.sources import locations

HOME = "eu-central-1"


def pull(directory: Path, *regions: str, **more: Any) -> Pulled:
    access = Access(regions=regions or (HOME,))
    return securityhub.pull(more.get("access", access), directory, None, more.get("told", told))


def told(*_: object) -> None:
    """Nobody watches."""


def lines(pulled: Pulled) -> list[dict[str, Any]]:
    return [json.loads(line) for file in pulled.files for line in file.read_bytes().splitlines()]


def records(pulled: Pulled) -> list[RunRecord]:
    return [msgspec.json.decode(path.read_bytes(), type=RunRecord) for path in pulled.runs]


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


# --- what is read ----------------------------------------------------------------------------


def test_every_page_is_kept_as_aws_wrote_it(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control(n, FieldOfNextYear={"a": [1, None]}) for n in range(250)]
    pulled = pull(tmp_path)

    assert lines(pulled) == aws.findings[HOME]
    assert pulled.notices == []
    assert aws.calls("GetFindings") == [("GetFindings", HOME)] * 3
    assert names(tmp_path) == [
        "securityhub.controls.json",
        f"securityhub.{HOME}.ndjson",
        f"securityhub.run-{ACCOUNT}.json",
    ]


def test_active_findings_are_asked_for_and_no_verdict_is_left_out(
    aws: fakeaws.Fake, tmp_path: Path
) -> None:
    pull(tmp_path)
    [request] = [r for r in aws.seen if r.operation == "GetFindings"]

    assert request.body == {
        "Filters": {
            "RecordState": [{"Value": "ACTIVE", "Comparison": "EQUALS"}],
            "Region": [{"Value": HOME, "Comparison": "EQUALS"}],
        },
        "MaxResults": 100,
    }


def test_passed_suppressed_and_product_findings_are_kept(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [
        control(1),
        control(2, status="FAILED", Workflow={"Status": "SUPPRESSED"}),
        threat(3),
    ]

    assert lines(pull(tmp_path)) == aws.findings[HOME]


def test_v2_is_read_without_any_filter_on_status(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [ocsf(n) for n in range(150)] + [ocsf(status="Fail", id="EC2.1")]
    pulled = securityhub.pull_v2(Access(), tmp_path, None, told)
    [first, *_] = [r for r in aws.seen if r.operation == "GetFindingsV2"]

    assert lines(pulled) == aws.findings[HOME]
    assert first.body == {"MaxResults": 100}
    assert records(pulled)[0].checks == ["EC2.1", "S3.1"]
    assert names(tmp_path)[:2] == ["securityhub-v2.controls.json", f"securityhub-v2.{HOME}.ndjson"]


def test_v2_filters_by_the_regions_that_are_named(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.aggregator = {"home": "us-east-1", "mode": "ALL_REGIONS"}
    aws.findings["us-east-1"] = [ocsf(), ocsf(2, region="us-east-1")]
    pulled = securityhub.pull_v2(Access(regions=(HOME,)), tmp_path, None, told)

    assert [finding["cloud"]["region"] for finding in lines(pulled)] == [HOME]


def test_a_boto3_that_does_not_know_v2_is_told_as_such() -> None:
    with pytest.raises(InputError, match=r"securityhub-v2: .* does not know GetFindingsV2"):
        hub.Feed(hub.OCSF, object(), ())


def test_the_home_region_gives_the_findings_of_the_others(
    aws: fakeaws.Fake, tmp_path: Path
) -> None:
    aws.aggregator = {"home": "us-east-1", "mode": "SPECIFIED_REGIONS", "regions": [HOME]}
    aws.findings["us-east-1"] = [
        control(region=region, account=account)
        for region in (HOME, "us-east-1")
        for account in (ACCOUNT, OTHER)
    ]
    pulled = pull(tmp_path, access=Access())

    assert aws.calls("GetFindings") == [("GetFindings", "us-east-1")]
    assert {(r.account, *r.regions) for r in records(pulled)} == {
        (ACCOUNT, HOME, "us-east-1"),
        (OTHER, HOME, "us-east-1"),
    }
    assert all(r.checks == ["S3.1"] and r.errors == [] for r in records(pulled))
    assert pulled.notices == []


def test_never_more_requests_a_second_than_aws_grants_even_when_it_fails(
    aws: fakeaws.Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(hub, "PER_SECOND", 20.0)
    aws.findings[HOME] = [control(n) for n in range(450)]
    aws.fail(HOME, None, fakeaws.BROKEN, None)
    pull(tmp_path)
    times = [request.at for request in aws.seen if request.operation == "GetFindings"]

    assert len(times) == 6
    assert all(later - earlier > 0.04 for earlier, later in pairwise(times))


def test_progress_tells_region_and_number(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control(n) for n in range(1200)]
    said: list[tuple[str, int, int]] = []
    pull(tmp_path, told=lambda *what: said.append(what))

    assert ("Security Hub in eu-central-1: 1,100 findings", 0, 1) in said


def test_a_page_is_on_disk_before_the_next_one_is_asked_for(
    aws: fakeaws.Fake, tmp_path: Path
) -> None:
    aws.findings[HOME] = [control(n) for n in range(450)]
    spool = tmp_path / f".securityhub.{HOME}.ndjson.part"
    written: list[int] = []
    aws.after = {n: lambda: written.append(spool.read_bytes().count(b"\n")) for n in range(1, 6)}
    pull(tmp_path)

    assert written == [0, 100, 200, 300, 400]


def test_what_is_pulled_is_found_again_in_its_directory(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control()]
    pulled = pull(tmp_path)
    found = locations.expand([str(tmp_path)], stdin=None)  # type: ignore[arg-type]

    assert [item.path for item in found.inputs] == pulled.files
    assert found.runs == pulled.runs
    assert sum(found.skipped.values()) == 1


# --- controls --------------------------------------------------------------------------------


def test_titles_and_severities_of_controls_are_kept_beside(
    aws: fakeaws.Fake, tmp_path: Path
) -> None:
    aws.findings[HOME] = [control()]
    pull(tmp_path)
    kept = json.loads((tmp_path / "securityhub.controls.json").read_text())

    assert (kept["schema"], kept["region"]) == ("gapfolio.controls/1", HOME)
    assert kept["controls"] == aws.controls


def test_controls_that_may_not_be_listed_cost_only_themselves(
    aws: fakeaws.Fake, tmp_path: Path
) -> None:
    aws.findings[HOME] = [control()]
    aws.fail(HOME, fakeaws.DENIED, operation="ListSecurityControlDefinitions")
    pulled = pull(tmp_path)

    assert len(lines(pulled)) == 1
    assert "securityhub:ListSecurityControlDefinitions" in pulled.notices[0]
    assert "securityhub.controls.json" not in names(tmp_path)


# --- what fails ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("failure", "words"),
    [
        (fakeaws.OFF, "not enabled there"),
        (fakeaws.DENIED, "access denied to securityhub:GetFindings"),
        (fakeaws.EXPIRED, "expired"),
        (fakeaws.THROTTLED, "throttled for long"),
        (fakeaws.BROKEN, "InternalException"),
        ((403, "UnrecognizedClientException", "invalid"), "Region enabled"),
        ((400, "InvalidInputException", "strange"), "strange"),
    ],
)
def test_a_region_that_fails_is_named_and_not_assessed_and_the_others_are_read(
    aws: fakeaws.Fake, tmp_path: Path, failure: Any, words: str
) -> None:
    aws.findings[HOME] = [control()]
    aws.fail("us-east-1", failure)
    pulled = pull(tmp_path, HOME, "us-east-1")
    whole, unread = sorted(records(pulled), key=lambda record: record.partial)

    assert len(lines(pulled)) == 1
    assert pulled.notices[0].startswith("securityhub: us-east-1: ")
    assert words in pulled.notices[0]
    assert pulled.notices[0].endswith("counted as not assessed")
    assert whole.regions == [HOME]
    assert [(e.service, e.region) for e in unread.errors or ()] == [("*", "us-east-1")]
    assert words in (unread.errors or [])[0].message


def test_where_regions_were_not_named_it_says_how(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control()]
    aws.fail("us-east-1", fakeaws.OFF)

    assert "name those under audit: --region" in pull(tmp_path, access=Access()).notices[1]


def test_expired_credentials_end_the_pull_without_further_calls(
    aws: fakeaws.Fake, tmp_path: Path
) -> None:
    aws.findings["eu-west-1"] = [control(n, region="eu-west-1") for n in range(250)]
    aws.fail("eu-west-1", None, fakeaws.EXPIRED)
    pulled = pull(tmp_path, "eu-west-1", HOME, "us-east-1")

    assert aws.calls("GetFindings") == [("GetFindings", "eu-west-1")] * 2
    assert len(lines(pulled)) == 100
    assert "(kept: the 100 findings read before)" in pulled.notices[0]
    assert "eu-central-1, us-east-1: the credentials have expired" in pulled.notices[1]


def test_a_network_that_is_gone_is_not_tried_in_every_region(
    aws: fakeaws.Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    aws.findings[HOME] = [control()]
    tried = []

    def lost(feed: hub.Feed, token: str) -> hub.Page:
        from botocore.exceptions import EndpointConnectionError  # noqa: PLC0415

        tried.append(token)
        if len(tried) == 1:
            return original(feed, token)
        raise EndpointConnectionError(endpoint_url="https://x")

    original = hub.Feed.page
    monkeypatch.setattr(hub.Feed, "page", lost)
    pulled = pull(tmp_path, HOME, *(f"eu-west-{n}" for n in range(5)))

    assert len(tried) == 3
    assert "eu-west-0, eu-west-1, eu-west-2, eu-west-3, eu-west-4: AWS cannot" in pulled.notices[0]


def test_a_short_throttle_is_waited_for(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control()]
    aws.fail(HOME, fakeaws.THROTTLED, None)

    assert pull(tmp_path).notices == []


def test_if_no_region_can_be_read_that_is_an_error(aws: fakeaws.Fake, tmp_path: Path) -> None:
    for region in aws.regions:
        aws.fail(region, fakeaws.OFF)

    with pytest.raises(InputError, match=r"securityhub: eu-central-1, us-east-1: .* not enabled"):
        pull(tmp_path, access=Access())


def test_an_answer_that_is_no_json_fails_its_region(
    aws: fakeaws.Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def keep(feed: hub.Feed, http_response: Any, **_: object) -> None:
        feed._body = b'{"Findings": [{"a": 1}, {"b"'

    monkeypatch.setattr(hub.Feed, "_keep", keep)

    with pytest.raises(InputError, match="the answer is not JSON"):
        pull(tmp_path)
    assert aws.calls("GetFindings")


def test_a_hub_without_findings_leaves_no_file_and_no_record(
    aws: fakeaws.Fake, tmp_path: Path
) -> None:
    pulled = pull(tmp_path)

    assert (pulled.files, pulled.runs) == ([], [])
    assert names(tmp_path) == ["securityhub.controls.json"]
    assert aws.calls("GetFindings")


def test_a_region_without_control_findings_is_told(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control(), *(control(account=f"{n:012}") for n in range(9)), threat()]
    aws.findings["us-east-1"] = [control(region="us-east-1"), threat(region="us-east-1")]
    pulled = pull(tmp_path, access=Access())

    assert pulled.notices[0] == (
        "securityhub: us-east-1: no control finding of 000000000000, 000000000001, 000000000002, "
        "000000000003, 000000000004 and 4 more came from there; counted as not assessed"
    )


# --- going on --------------------------------------------------------------------------------


class Interrupt:
    """Ctrl-C when so many findings were read."""

    def __init__(self, at: str) -> None:
        self.at = at

    def __call__(self, what: str, *_: object) -> None:
        if f" {self.at} findings" in what:
            raise KeyboardInterrupt


def interrupted(aws: fakeaws.Fake, directory: Path, *regions: str) -> None:
    """Leave a pull that was interrupted after 200 of 450 findings."""
    aws.findings[HOME] = [control(n) for n in range(450)]
    with pytest.raises(KeyboardInterrupt):
        pull(directory, *regions, told=Interrupt("200"))
    aws.seen.clear()


def tokens(aws: fakeaws.Fake) -> list[str]:
    return [r.body.get("NextToken", "") for r in aws.seen if r.operation == "GetFindings"]


def test_an_interrupted_pull_goes_on_where_it_was(aws: fakeaws.Fake, tmp_path: Path) -> None:
    interrupted(aws, tmp_path)
    assert names(tmp_path) == [f".securityhub.{HOME}.ndjson.part", ".securityhub.state.json"]
    pulled = pull(tmp_path)

    assert tokens(aws) == ["200", "300", "400"]
    assert "ListFindingAggregators" not in {operation for operation, _ in aws.calls()}
    assert lines(pulled) == aws.findings[HOME]
    assert not any(name.startswith(".") for name in names(tmp_path))


def test_a_half_written_page_is_written_again(aws: fakeaws.Fake, tmp_path: Path) -> None:
    interrupted(aws, tmp_path)
    with (tmp_path / f".securityhub.{HOME}.ndjson.part").open("ab") as spool:
        spool.write(b'{"SchemaVersion": "2018-')

    assert lines(pull(tmp_path)) == aws.findings[HOME]


@pytest.mark.parametrize("lost", [True, False], ids=["all", "part"])
def test_what_was_lost_is_read_again(aws: fakeaws.Fake, tmp_path: Path, lost: bool) -> None:
    interrupted(aws, tmp_path)
    spool = tmp_path / f".securityhub.{HOME}.ndjson.part"
    if lost:
        spool.unlink()
    else:
        spool.write_bytes(spool.read_bytes()[:100])

    assert lines(pull(tmp_path)) == aws.findings[HOME]
    assert tokens(aws) == ["", "100", "200", "300", "400"]


def test_a_token_that_has_expired_starts_its_region_anew(aws: fakeaws.Fake, tmp_path: Path) -> None:
    interrupted(aws, tmp_path)
    aws.bad_tokens = {"200"}
    aws.findings[HOME] = [control(n) for n in range(150)]

    assert lines(pull(tmp_path)) == aws.findings[HOME]
    assert tokens(aws) == ["200", "", "100"]


def test_a_token_that_is_never_taken_fails_its_region(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control(n) for n in range(250)]
    aws.bad_tokens = {"200"}
    pulled = pull(tmp_path)

    assert tokens(aws) == ["", "100", "200", "", "100", "200"]
    assert len(lines(pulled)) == 200
    assert "Invalid NextToken" in pulled.notices[0]


def test_regions_that_are_done_are_not_read_again(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings["eu-west-1"] = [control(region="eu-west-1")]
    interrupted(aws, tmp_path, "eu-west-1", HOME)
    pulled = pull(tmp_path, "eu-west-1", HOME)

    assert aws.calls("GetFindings") == [("GetFindings", HOME)] * 3
    assert len(lines(pulled)) == 451


def test_a_region_that_failed_is_tried_again_by_the_same_call(
    aws: fakeaws.Fake, tmp_path: Path
) -> None:
    aws.findings[HOME] = [control()]
    aws.findings["us-east-1"] = [control(n, region="us-east-1") for n in range(150)]
    aws.fail("us-east-1", None, fakeaws.EXPIRED)
    first = pull(tmp_path, HOME, "us-east-1")
    assert (len(lines(first)), len(first.runs), len(first.notices)) == (101, 2, 1)
    aws.failing.clear()
    second = pull(tmp_path, HOME, "us-east-1")

    assert lines(second) == aws.findings[HOME] + aws.findings["us-east-1"]
    assert [record.regions for record in records(second)] == [[HOME, "us-east-1"]]
    assert second.notices == []
    assert not any("unread" in name or name.startswith(".") for name in names(tmp_path))


def test_what_changed_since_it_was_read_is_read_again(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control(n) for n in range(150)]
    aws.fail("us-east-1", fakeaws.OFF)
    [file] = pull(tmp_path, HOME, "us-east-1").files
    file.write_bytes(file.read_bytes() + b"{}\n")

    assert lines(pull(tmp_path, HOME, "us-east-1")) == aws.findings[HOME]


def test_a_pull_of_yesterday_begins_anew(aws: fakeaws.Fake, tmp_path: Path) -> None:
    interrupted(aws, tmp_path)
    state = tmp_path / ".securityhub.state.json"
    content = json.loads(state.read_text()) | {"started": "2026-01-01T00:00:00Z"}
    state.write_text(json.dumps(content))

    assert lines(pull(tmp_path)) == aws.findings[HOME]
    assert tokens(aws)[0] == ""


def test_another_pull_that_is_not_finished_is_left_alone(aws: fakeaws.Fake, tmp_path: Path) -> None:
    interrupted(aws, tmp_path)

    with pytest.raises(InputError, match=r"another pull that is not finished .*--region eu-cent"):
        pull(tmp_path, HOME, "us-east-1")


def test_another_pull_that_read_nothing_is_in_nobodys_way(
    aws: fakeaws.Fake, tmp_path: Path
) -> None:
    aws.findings[HOME] = [control()]
    aws.fail("us-east-1", fakeaws.OFF)
    with pytest.raises(InputError):
        pull(tmp_path, "us-east-1")

    assert len(lines(pull(tmp_path))) == 1


def test_a_finished_pull_is_never_written_over(aws: fakeaws.Fake, tmp_path: Path) -> None:
    aws.findings[HOME] = [control()]
    pull(tmp_path)
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}

    with pytest.raises(InputError, match="is there already and stays as it is"):
        pull(tmp_path)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


@pytest.mark.parametrize("content", ["{", '{"schema": "gapfolio.pull/2"}', "[]"])
def test_a_broken_state_is_named(aws: fakeaws.Fake, tmp_path: Path, content: str) -> None:
    (tmp_path / ".securityhub.state.json").write_text(content)

    with pytest.raises(InputError, match=r"\.securityhub\.state\.json: cannot be read"):
        pull(tmp_path)
    assert not aws.calls("GetFindings")


def test_a_place_that_cannot_be_written_is_named(aws: fakeaws.Fake, tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(InputError, match=r"file.*: cannot be written"):
        pull(tmp_path / "file" / "hub")
    assert not aws.calls("GetFindings")
