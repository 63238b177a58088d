"""cfn_nag: templates with the rules that they violate."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from codescankit import DATA, found, load_value, read
from sourcekit import load_paths

from gapfolio.sources.cfn_nag import CfnNag
from samples import sample


def test_results() -> None:
    loaded = load_paths(DATA / "cfn_nag" / "scan.json")
    assert (loaded.result.source, loaded.result.problem) == ("cfn-nag-json", "")
    assert (loaded.result.elements, loaded.result.findings) == (3, 4)
    told = {(row["check_raw"], row["resource"], row["status"], row["row"]) for row in loaded.rows}
    assert told == {
        ("F38", "Responder (infra/topic.yaml:12)", "fail", 1),
        ("W48", "First (infra/topic.yaml:36)", "fail", 1),
        ("W48", "Second (infra/topic.yaml:40)", "fail", 1),
        ("FATAL", "infra/broken.yaml", "error", 3),
    }
    row = loaded.rows[0]
    assert (row["scanner"], row["account"], row["severity"]) == ("cfn_nag", "", "unknown")
    assert (row["resource_name"], row["title"], row["detail"]) == (
        "First",
        "SQS Queue should specify KmsMasterKeyId property",
        "WARN SqsQueueKmsMasterKeyIdRule",
    )


def test_a_clean_template_is_empty() -> None:
    loaded = load_paths(DATA / "cfn_nag" / "clean.json")
    assert (loaded.result.source, loaded.result.elements) == ("cfn-nag-json", 1)
    assert (loaded.result.findings, loaded.result.problem) == (0, "")


@pytest.mark.parametrize(
    ("names", "lines", "resources"),
    [
        (["A", "B"], [1], ["A (infra/topic.yaml:1)", "B (infra/topic.yaml)"]),
        (["A"], [1, 2], ["A (infra/topic.yaml:1)"]),
        (["A"], None, ["A (infra/topic.yaml)"]),
        (["A"], "7", ["A (infra/topic.yaml)"]),
        ([], [], ["infra/topic.yaml"]),
        ("A", [1], ["infra/topic.yaml:1"]),
        ([None, {}], [-1, []], ["infra/topic.yaml", "infra/topic.yaml"]),
    ],
)
def test_resources_and_lines_that_do_not_agree(
    names: Any, lines: Any, resources: list[str]
) -> None:
    def change(template: Any) -> None:
        (violation, *_) = template["file_results"]["violations"]
        violation.update(logical_resource_ids=names, line_numbers=lines)
        template["file_results"]["violations"] = [violation]

    findings = found(CfnNag(), "cfn_nag/scan.json", change)
    assert [finding.resource for finding in findings] == resources


def test_five_thousand_resources(tmp_path: Path) -> None:
    (template, *_) = read("cfn_nag/scan.json")
    names = [f"Queue{number}" for number in range(5000)]
    template["file_results"]["violations"][1].update(
        logical_resource_ids=names, line_numbers=list(range(1, 5001))
    )
    assert load_value(tmp_path, [template]).result.findings == 5001


def test_a_broken_record_is_counted_and_the_others_stay(tmp_path: Path) -> None:
    templates = read("cfn_nag/scan.json")
    templates[0]["file_results"]["violations"][0] = "F38"
    templates[2]["file_results"] = None
    loaded = load_value(tmp_path, templates)
    assert loaded.result.skipped["unreadable JSON"] == 2
    assert {row["check_raw"] for row in loaded.rows} == {"W48"}


def test_samples() -> None:
    loaded = load_paths(sample("cfn_nag/DefectDojo/cfn_nag__cfn_nag_many_vuln.json"))
    assert loaded.result.findings == 10
    assert loaded.result.problem == ""
