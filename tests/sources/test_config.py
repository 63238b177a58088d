"""What the rules of AWS Config say."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from nativekit import QUICK, broken, edited, fixture, loaded, siblings_stay, survives, told
from sourcekit import dumped, load_bytes, load_paths

from gapfolio.errors import InputError
from gapfolio.model import Finding
from gapfolio.sources.codescan import UNREADABLE
from gapfolio.sources.config import Config
from samples import sample

DETAILS: dict[str, Any] = fixture("config/details.json")
EVENT: dict[str, Any] = fixture("config/event.json")
SNAPSHOT: dict[str, Any] = fixture("config/snapshot.json")
ALL = [
    DETAILS,
    EVENT,
    SNAPSHOT,
    *(fixture(f"config/{name}.json") for name in ("rules", "aggregate", "aggregate-rules")),
]
EVALUATION: dict[str, Any] = DETAILS["EvaluationResults"][0]
COLUMNS = ("check_raw", "account", "region", "resource", "status")
GROUP = "sg-0123456789abcdef"


def found(element: dict[str, Any]) -> list[Finding]:
    """Give the findings of an element."""
    assert Config().claims(element)
    return list(Config().findings(element))


def named(rule: str) -> dict[str, Any]:
    """Make an evaluation by a rule of that name."""
    made: dict[str, Any] = edited(
        EVALUATION,
        EvaluationResultIdentifier__EvaluationResultQualifier__ConfigRuleName=rule,
    )
    return made


def test_evaluations_of_one_account_name_it_only_by_chance() -> None:
    read = loaded("config/details.json")
    assert (read.result.source, read.result.findings, read.result.problem) == ("config", 4, "")
    assert told(read.rows, *COLUMNS) == [
        ("iam-root-access-key-check", "111122223333", "", "111122223333", "pass"),
        ("access-keys-rotated", "", "", "AIDAEXAMPLE", "not_applicable"),
        ("restricted-ssh", "", "", f"{GROUP}0", "fail"),
        ("vpc-flow-logs-enabled", "", "", "vpc-0123456789abcdef0", "error"),
    ]
    row = read.rows[2]
    assert row["title"] == "securityhub-restricted-ssh-0a1b2c3d"
    assert row["detail"] == "Port 22 is open to the world."
    assert (row["resource_type"], row["service"]) == ("AWS::EC2::SecurityGroup", "ec2")
    assert row["severity"] == "unknown"
    assert row["observed_at"] == datetime(2026, 9, 1, 10, 10, 0, 500000)  # noqa: DTZ001


def test_an_aggregator_names_accounts_and_regions() -> None:
    assert told(loaded("config/aggregate.json").rows, *COLUMNS) == [
        ("restricted-ssh", "111122223333", "eu-central-1", f"{GROUP}0", "fail"),
        ("restricted-ssh", "444455556666", "eu-west-1", f"{GROUP}1", "pass"),
    ]
    assert told(loaded("config/aggregate-rules.json").rows, *COLUMNS) == [
        ("restricted-ssh", "111122223333", "eu-central-1", "", "fail")
    ]


def test_a_rule_as_a_whole() -> None:
    assert told(loaded("config/rules.json").rows, "check_raw", "status", "detail") == [
        ("restricted-ssh", "fail", "resources that decide it: 25 or more"),
        ("iam-root-access-key-check", "pass", ""),
    ]


def test_a_change_of_compliance() -> None:
    row = loaded("config/event.json").row
    assert tuple(row[name] for name in COLUMNS) == (
        "ec2-imdsv2-check",
        "111122223333",
        "eu-central-1",
        "i-0123456789abcdef0",
        "fail",
    )
    assert row["detail"] == "It does not ask for a token."
    assert row["observed_at"] == datetime(2026, 9, 1, 10, 10, 0, 500000)  # noqa: DTZ001


def test_a_snapshot_gives_its_compliance_items() -> None:
    read = loaded("config/snapshot.json")
    assert read.result.problem == ""
    assert told(read.rows, *COLUMNS) == [
        ("restricted-ssh", "111122223333", "eu-central-1", f"{GROUP}0", "fail"),
        ("ec2-security-group-attached-to-eni", "111122223333", "eu-central-1", f"{GROUP}0", "pass"),
    ]
    assert found(SNAPSHOT["configurationItems"][1]) == found(SNAPSHOT)


def test_results_one_by_one_are_read_like_their_list(tmp_path: Path) -> None:
    read = load_bytes(tmp_path, dumped(*DETAILS["EvaluationResults"]))
    assert told(read.rows, "row", "status") == [
        (1, "fail"),
        (2, "pass"),
        (3, "not_applicable"),
        (4, "error"),
    ]


def test_the_results_of_a_conformance_pack() -> None:
    made = {"ConformancePackName": "x", "ConformancePackRuleEvaluationResults": [EVALUATION]}
    assert found(made) == found(EVALUATION)


@pytest.mark.parametrize(
    ("rule", "check"),
    [
        ("securityhub-restricted-ssh-0a1b2c3d", "restricted-ssh"),
        ("securityhub-restricted-ssh", "securityhub-restricted-ssh"),
        ("securityhub-restricted-ssh-0A1B2C3D", "securityhub-restricted-ssh-0A1B2C3D"),
        ("restricted-ssh-conformance-pack-a1b2c3d4e", "restricted-ssh"),
        ("OrgConfigRule-restricted-ssh-a1b2c3d4", "restricted-ssh"),
        ("my-own-rule", "my-own-rule"),
    ],
)
def test_what_deploying_adds_to_a_name_is_taken_off(rule: str, check: str) -> None:
    (finding,) = found(named(rule))
    assert (finding.check, finding.title) == (check, rule)


def test_the_id_of_a_managed_rule_counts_before_its_name() -> None:
    described = {
        "ConfigRuleName": "restricted-ssh",
        "Source": {"Owner": "AWS", "SourceIdentifier": "INCOMING_SSH_DISABLED"},
    }
    (finding,) = found(
        {"EvaluationResults": [named("restricted-ssh")], "ConfigRules": [described, "x"]}
    )
    assert (finding.check, finding.title) == ("INCOMING_SSH_DISABLED", "restricted-ssh")
    (finding,) = found({**named("restricted-ssh"), "SourceIdentifier": "INCOMING_SSH_DISABLED"})
    assert finding.check == "INCOMING_SSH_DISABLED"


def test_the_function_of_a_custom_rule_is_not_its_id() -> None:
    arn = "arn:aws:lambda:eu-central-1:111122223333:function:rule"
    (finding,) = found({**named("mine"), "SourceIdentifier": arn})
    assert finding.check == "mine"


def test_an_arn_as_resource_names_the_account() -> None:
    made = edited(
        EVALUATION,
        EvaluationResultIdentifier__EvaluationResultQualifier__ResourceId=(
            "arn:aws:sns:eu-central-1:111122223333:topic"
        ),
    )
    (finding,) = found(made)
    assert (finding.account, finding.region) == ("111122223333", "eu-central-1")


def test_broken_results_are_told_and_the_others_stay() -> None:
    made = {"EvaluationResults": [EVALUATION, "x", {}, {"EvaluationResultIdentifier": "x"}]}
    assert found(made) == [*found(EVALUATION), UNREADABLE, UNREADABLE, UNREADABLE]


def test_an_account_without_results_has_none(tmp_path: Path) -> None:
    read = load_bytes(tmp_path, b'{"EvaluationResults": []}')
    assert (read.rows, read.result.problem) == ([], "")


@pytest.mark.parametrize(
    "element",
    [
        {"EvaluationResults": [{"EvalActionName": "s3:GetObject", "EvalDecision": "allowed"}]},
        {"ConfigRules": [{"ConfigRuleName": "x", "Source": {}}]},
        {"configurationItems": []},
        {"resourceType": "AWS::EC2::Instance", "configuration": {}},
        {"EvaluationResults": "x"},
    ],
)
def test_what_is_not_claimed(element: dict[str, Any]) -> None:
    assert not Config().claims(element)


def test_what_a_rule_is_invoked_with_is_no_result() -> None:
    path = sample(
        "eventbridge/cloud-custodian/tests__data__cwe__event-config-rule-security-group.json"
    )
    with pytest.raises(InputError, match="not a finding"):
        load_paths(path)


@QUICK
@given(bad=broken(*ALL))
def test_a_broken_file_raises_nothing(bad: Any) -> None:
    survives(Config(), bad)


@QUICK
@given(bad=broken(*ALL))
def test_a_broken_element_costs_itself_at_most(tmp_path: Path, bad: Any) -> None:
    siblings_stay(tmp_path, EVALUATION, bad)
