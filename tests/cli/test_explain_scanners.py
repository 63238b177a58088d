"""`gapfolio explain` for the checks of every scanner."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from gapfolio.cli import group


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("securityhub:IAM.9", "evidence for CRED-01.root-mfa"),
        ("iam.9", "securityhub: IAM.9"),
        (
            "Recon:EC2/Portscan",
            "evidence for DET-09.threat-findings-closed, which takes all events",
        ),
        ("checkov:CKV_AWS_20", "evidence for DET-11.code-scanned, which takes all code"),
        ("CKV_AWS_20", "found before deployment, beside NET-02"),
        ("AVD-AWS-0107", "AVD-AWS-0107 is another name of it"),
        ("probe:key-pairs-imported", "evidence for CRED-13.key-pairs-imported"),
    ],
)
def test_a_check_of_any_scanner_is_explained(name: str, words: str) -> None:
    done = CliRunner().invoke(group, ["explain", name])

    assert done.exit_code == 0, done.output
    assert words in done.output


def test_another_letter_case_is_no_other_name() -> None:
    assert "another name" not in CliRunner().invoke(group, ["explain", "iam.9"]).output
