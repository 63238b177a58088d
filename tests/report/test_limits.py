"""What the limitations section says of scanners that disagree and of checks without a score."""

from __future__ import annotations

from reportable import seen, written

from gapfolio.catalogue import Catalogue, Scanner
from gapfolio.engagement import Engagement, Folder, Notes
from gapfolio.model import Assessment, Finding
from gapfolio.report.view.limits import MOST_VERDICTS, WORDS
from gapfolio.testing import ACCOUNT, assess_findings, make_catalogue, make_finding

CATALOGUE = make_catalogue(
    {"checkov": Scanner(title="Checkov", kind="code")},
    NET_01={"criteria": {"open": ("resource", [f"c{n}" for n in range(9)] + ["hub:h"])}},
    DET_11={"criteria": {"code": ("account", ["code"])}},
)


def assessed(findings: list[Finding]) -> tuple[Assessment, Catalogue, Folder]:
    folder = Folder(Engagement(), Notes())
    return assess_findings(findings, catalogue=CATALOGUE), CATALOGUE, folder


def test_a_conflict_shows_what_each_side_says_and_where_it_is() -> None:
    given = assessed(
        [
            make_finding(check="c1", resource="sg-9", region="eu-west-1", detail="closed"),
            make_finding(
                check="h", scanner="hub", status="fail", resource="a:sg-9", detail="open " * 50
            ),
        ]
    )
    [row] = seen(*given).limits.conflicts

    assert (row.criterion, row.matter, row.account) == ("NET-01.open", "sg-9", ACCOUNT)
    [passed], [failed] = row.passed_by, row.failed_by
    assert (passed.check, passed.words) == ("prowler:c1", "closed")
    assert (passed.where, passed.source) == ("eu-west-1 · sg-9", "test.json, row 1")
    assert failed.words.startswith("open open")
    assert len(failed.words) < WORDS + 30
    assert "hub:h" in written(*given).text


def test_code_beside_no_practice_is_told_apart_from_what_enters_no_score() -> None:
    code = make_finding(check="CKV_9", scanner="checkov", account="", title="Code title")
    given = assessed([make_finding(check="own"), make_finding(check="c1"), code])
    found = seen(*given).limits

    assert [row.check for row in found.code] == ["CKV_9"]
    assert [row.check for row in found.unknown] == ["own"]
    assert "make one cell together" in written(*given).text


def test_a_conflict_of_many_checks_is_cut_and_says_so() -> None:
    found = [make_finding(check=f"c{n}", resource="sg-9") for n in range(9)]
    given = assessed(
        [*found, make_finding(check="h", scanner="hub", status="fail", resource="sg-9")]
    )
    [row] = seen(*given).limits.conflicts

    assert len(row.passed_by) == MOST_VERDICTS
    assert row.more == "and 5 more checks, see assessment.json"
