"""ScoutSuite. The fixture is of a run of 5.14.0 against moto, cut down to a few rules."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA
from sourcekit import load_bytes, load_paths

from gapfolio.errors import InputError
from gapfolio.sources import elements
from gapfolio.sources.codescan import UNREADABLE
from gapfolio.sources.scoutsuite import ScoutSuite
from samples import sample

FILE = DATA / "scoutsuite" / "scoutsuite_results.js"
ACCOUNT = "111122223333"
GROUP = f"arn:aws:ec2:eu-central-1:{ACCOUNT}:security-group/sg-00000000000000003"


def content() -> Any:
    """Give the object in the fixture."""
    return json.loads(FILE.read_text().partition("=")[2])


def rules(change: Callable[[Any], object]) -> list[Any]:
    """Give the findings on the only rule that is left after `change` was at it."""
    made = content()
    change(made["services"]["iam"]["findings"]["iam-user-without-mfa"])
    made["services"]["iam"]["findings"] = {
        "iam-user-without-mfa": made["services"]["iam"]["findings"]["iam-user-without-mfa"]
    }
    made["services"] = {"iam": made["services"]["iam"]}
    return list(ScoutSuite().findings(made))


def test_a_run_is_read_whole() -> None:
    loaded = load_paths(FILE)
    result = loaded.result
    assert (result.source, result.elements, result.problem) == ("scoutsuite-json", 1, "")
    assert Counter(row["status"] for row in loaded.rows) == {
        "fail": 13,
        "pass": 3,
        "not_applicable": 3,
        "error": 1,
    }
    for row in loaded.rows:
        assert (row["scanner"], row["scanner_version"]) == ("scoutsuite", "5.14.0")
        assert (row["account"], row["severity"]) == (ACCOUNT, "unknown")
        assert row["observed_at"] == datetime(2026, 11, 23, 16, 35, 50)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("check", "region", "resource", "name"),
    [
        ("ec2-security-group-opens-SSH-port-to-all", "eu-central-1", GROUP, "ssh"),
        ("iam-user-without-mfa", "", f"arn:aws:iam::{ACCOUNT}:user/ada", "ada"),
        (
            "cloudtrail-no-logging",
            "eu-central-1",
            f"arn:aws:cloudtrail:eu-central-1:{ACCOUNT}:trail/trail",
            "trail",
        ),
        ("cloudtrail-not-configured", "us-east-1", "cloudtrail.regions.us-east-1", "us-east-1"),
        ("iam-password-policy-expiration-threshold", "", "iam.password_policy", ""),
        (
            "iam-password-policy-minimum-length",
            "",
            "iam.password_policy.MinimumPasswordLength",
            "",
        ),
    ],
)
def test_a_flagged_place_is_the_resource_that_it_lies_in(
    check: str, region: str, resource: str, name: str
) -> None:
    (row,) = (row for row in load_paths(FILE).rows if row["check_raw"] == check)
    assert row["status"] == "fail"
    assert (row["region"], row["resource"], row["resource_name"]) == (region, resource, name)


def test_a_finding_keeps_the_place_and_its_frameworks() -> None:
    check = "ec2-security-group-opens-SSH-port-to-all"
    (row,) = (row for row in load_paths(FILE).rows if row["check_raw"] == check)
    assert row["detail"].endswith("rules.ingress.protocols.TCP.ports.22.cidrs.0.CIDR")
    assert row["title"] == "Security Group Opens SSH Port to All"
    assert (row["service"], row["resource_type"]) == ("ec2", "security_groups")
    assert json.loads(row["frameworks"]) == {"CIS Amazon Web Services Foundations 1.2.0": ["4.2"]}


def test_each_flagged_place_is_a_finding_and_no_pass_stands_beside() -> None:
    rows = [row for row in load_paths(FILE).rows if row["check_raw"] == "s3-bucket-no-versioning"]
    assert {(row["status"], row["resource"], row["region"]) for row in rows} == {
        ("fail", "arn:aws:s3:::open.example.com", "us-east-1"),
        ("fail", "arn:aws:s3:::closed", "us-east-1"),
    }


def test_arns_are_those_of_aws() -> None:
    check = "vpc-default-network-acls-allow-all-ingress"
    rows = [row for row in load_paths(FILE).rows if row["check_raw"] == check]
    assert {row["resource"] for row in rows} == {
        f"arn:aws:ec2:eu-central-1:{ACCOUNT}:network-acl/acl-00000000000000001",
        f"arn:aws:ec2:eu-central-1:{ACCOUNT}:network-acl/acl-00000000000000002",
    }


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"checked_items": 3}, "pass"),
        ({"checked_items": 0}, "not_applicable"),
        ({"checked_items": None}, "error"),
        ({"checked_items": "3"}, "error"),
        ({"checked_items": -1}, "error"),
        ({"checked_items": 3, "items": None}, "error"),
        ({"checked_items": 0, "items": {}}, "error"),
        ({"checked_items": 3, "flagged_items": 2}, "fail"),
    ],
)
def test_a_rule_that_flags_nothing_speaks_of_the_account(
    change: dict[str, Any], status: str
) -> None:
    (finding,) = rules(lambda rule: rule.update({"items": [], "flagged_items": 0} | change))
    assert (finding.status, finding.resource, finding.region) == (status, ACCOUNT, "")


def test_a_rule_that_could_not_be_processed_is_an_error() -> None:
    check = "iam-root-account-hardware-mfa"
    (row,) = (row for row in load_paths(FILE).rows if row["check_raw"] == check)
    assert row["status"] == "error"


def test_a_place_that_the_tree_does_not_know_is_named_by_its_path() -> None:
    (finding,) = rules(lambda rule: rule.update(items=["iam.users.gone.mfa_enabled"]))
    assert (finding.resource, finding.status) == ("iam.users.gone", "fail")


def test_keys_with_dots_are_found() -> None:
    made = content()
    made["services"] = {
        "s3": {
            "buckets": {"a.b.c": {"arn": "arn:aws:s3:::a.b.c", "name": "a.b.c"}},
            "findings": {
                "r": {"items": ["s3.buckets.a.b.c.versioning"], "path": "s3.buckets.id"},
            },
        }
    }
    (finding,) = ScoutSuite().findings(made)
    assert (finding.resource, finding.resource_name) == ("arn:aws:s3:::a.b.c", "a.b.c")


@pytest.mark.parametrize(
    "services",
    [
        {"iam": {"findings": {"r": "text"}}},
        {"iam": {"findings": ["r"]}},
        {"iam": "text"},
        {"iam": {"findings": {"r": {"items": [7]}}}},
    ],
)
def test_what_makes_no_sense_is_counted_and_the_rest_kept(
    tmp_path: Path, services: dict[str, Any]
) -> None:
    made = content()
    made["services"] = {**services, "s3": made["services"]["s3"]}
    loaded = load_bytes(tmp_path, json.dumps(made).encode())
    assert loaded.result.skipped == {"unreadable JSON": 1}
    assert len(loaded.rows) == 2


def test_one_broken_item_does_not_cost_the_others() -> None:
    found = rules(lambda rule: rule["items"].insert(0, None))
    assert found[0] is UNREADABLE
    assert found[1].resource == f"arn:aws:iam::{ACCOUNT}:user/ada"


def test_a_service_without_findings_is_nothing() -> None:
    made = content()
    made["services"] = {"iam": {"users": {}}, "s3": None}
    assert list(ScoutSuite().findings(made)) == []


def test_five_thousand_flagged_places() -> None:
    found = rules(lambda rule: rule.update(items=[f"iam.users.u{n}.mfa" for n in range(5000)]))
    assert len({finding.resource for finding in found}) == 5000


def test_another_cloud_is_counted() -> None:
    loaded = load_paths(sample("scoutsuite/DefectDojo/scout_suite__two_findings.js"))
    assert loaded.result.skipped == {"another provider: gcp": 52}
    assert loaded.result.problem == ""


def test_a_file_that_is_too_long_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(elements, "MAX_BYTES", 2 << 20)
    made = content()
    made["services"]["s3"]["filler"] = ["x" * 1000] * 5000
    with pytest.raises(InputError, match="longer than"):
        load_bytes(tmp_path, b"scoutsuite_results =\n" + json.dumps(made).encode())


def test_its_error_log_is_refused_with_advice(tmp_path: Path) -> None:
    log = [{"additional_details": None, "exception": "no", "file": "a", "line": 1, "traceback": ""}]
    with pytest.raises(InputError, match="give its scoutsuite_results file"):
        load_bytes(tmp_path, json.dumps(log).encode())
