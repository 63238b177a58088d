"""What the terminal says of an assessment."""

from __future__ import annotations

import pytest

from gapfolio.catalogue import Scanner
from gapfolio.cli.summary import print_notices
from gapfolio.testing import assess_findings, make_catalogue, make_finding


def test_checks_that_are_scored_as_code_are_not_among_the_unknown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    catalogue = make_catalogue(
        {"checkov": Scanner(title="Checkov", kind="code")},
        DET_11={"criteria": {"code": ("account", ["code"])}},
    )
    found = [
        make_finding(check="own"),
        make_finding(check="CKV_9", scanner="checkov", account=""),
    ]
    print_notices(assess_findings(found, catalogue=catalogue))

    assert capsys.readouterr().err == "note: checks the catalogue does not know: own\n"
