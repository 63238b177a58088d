"""What the templates see of an Assessment."""

# ruff: noqa: RUF001  # the cleaner's own marks

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import msgspec
import pytest
from reportable import (
    ACCOUNTS,
    demo,
    recorded,
    seen,
    settled,
    small,
    small_findings,
    with_policy,
    written,
)

from gapfolio.assess.score import printed
from gapfolio.engagement import Engagement, Folder, Notes
from gapfolio.model import Affected, Counts, RunError, Score
from gapfolio.report.view import blanks, formats, open_blanks
from gapfolio.report.view.affected import Places, resource, truncation
from gapfolio.report.view.practices import items
from gapfolio.report.view.results import ALL_ACCOUNTS, WORST_ACCOUNTS, heat
from gapfolio.testing import make_finding, make_run

NOTHING = Folder(Engagement(), Notes())


def test_an_empty_engagement_leaves_a_blank_for_each_thing_that_a_person_fills() -> None:
    assessment, _, _ = small()

    found = open_blanks(assessment, NOTHING)

    assert [blank.section for blank in found] == [
        *["control"] * 4,
        *["distribution"] * 2,
        "summary",
        *["scope"] * 3,
        *["change", "exceptions", "findings", "plan", "attestations", "response"],
    ]
    assert blanks(assessment, NOTHING) == [blank.text for blank in found]


def test_a_filled_engagement_leaves_only_what_has_no_file_yet() -> None:
    assessment, _, folder = small(folder=settled())

    left = [blank.section for blank in open_blanks(assessment, folder)]

    assert left == ["change", "exceptions", "attestations"]


def test_a_section_that_is_off_has_no_blanks() -> None:
    assessment, _, folder = small(folder=settled(sections_off=["change", "exceptions"]))

    assert blanks(assessment, folder) == ["1 attestation open."]


def test_a_marking_of_the_theme_is_no_blank() -> None:
    assessment, _, _ = small()

    texts = [blank.text for blank in open_blanks(assessment, NOTHING, tlp="TLP:GREEN")]

    assert not any("marking" in text for text in texts)


def test_the_headline_has_the_form_of_the_design() -> None:
    assessment, _, _ = demo()
    scores = msgspec.structs.replace(
        assessment.scores,
        all=_score("57.25", "75.9", "81"),
        automated=_score("71.2", "80", "90"),
    )

    assert formats.headline(scores) == (
        "Assured 57.3 (possible 75.9, coverage 81.0 %) · automated part 71.2"
    )


def test_nothing_assessed_is_not_scored() -> None:
    score = Score(
        assured=None, possible=None, coverage=Fraction(0), weight=10, cells=Counts(unknown=4)
    )

    assert formats.interval(score) == "Not scored (coverage 0.0 %)"


def test_points_of_all_practices_add_up_to_the_gap() -> None:
    assessment, catalogue, _ = demo()
    score = assessment.scores.all
    found = items(assessment, catalogue)

    assert score.assured is not None
    assert score.possible is not None
    assert sum(item.failed_points for item in found) == 100 - score.possible
    assert sum(item.unknown_points for item in found) == score.possible - score.assured


def test_the_gauge_shows_numbers_that_add_up_to_100() -> None:
    gauge = seen(*demo()).summary.gauge

    assert gauge is not None
    parts = (gauge.assured, gauge.unknown, gauge.failed)
    assert sum(map(Decimal, parts)) == 100
    assert Decimal(gauge.missing) == Decimal(gauge.unknown) + Decimal(gauge.failed)


def test_the_worked_example_can_be_recomputed_by_hand() -> None:
    example = seen(*demo()).method.example

    assert example is not None
    low = Fraction(example.passed, example.total)
    g = low if low == 1 else low / 2
    assert example.low == formats.decimals(g)
    assert example.low_product == formats.decimals(example.weight * g)
    assert example.passed + example.failed + example.unknown == example.total


def test_the_sums_of_the_method_give_the_headline() -> None:
    assessment, catalogue, folder = demo()
    method = seen(assessment, catalogue, folder).method

    assert method.sums is not None
    assert method.sums.weight == method.weight_total
    recomputed = 100 * Fraction(method.sums.possible_sum) / method.sums.weight
    assert printed(recomputed) == printed(assessment.scores.all.possible or Fraction(0))


def test_another_policy_gets_no_formula_and_no_example() -> None:
    assessment, catalogue, folder = small()

    method = seen(with_policy(assessment, "house"), catalogue, folder).method

    assert not method.builtin
    assert method.example is None
    assert method.sums is None


def test_the_reasons_explain_every_unknown_cell() -> None:
    assessment, catalogue, folder = demo()
    rows = seen(assessment, catalogue, folder).coverage.reasons

    explained = sum(int(row.cells.replace(",", "")) for row in rows)
    assert explained == assessment.scores.all.cells.unknown
    for row in rows:
        assert sum(int(gap.cells) for gap in row.practices) == int(row.cells.replace(",", ""))


def test_a_plain_scan_tells_what_a_full_one_would_give() -> None:
    plain = seen(*small()).coverage
    full = seen(*small(runs=recorded())).coverage

    assert plain.if_executed.startswith("Assured ")
    assert plain.runs == ()
    assert full.if_executed == ""
    assert [run.standing for run in full.runs] == ["run record"]


def test_declarations_that_say_the_same_are_one_row() -> None:
    findings = list(small_findings(ACCOUNTS))

    rows = seen(*small(findings, executed=["prowler"])).coverage.runs

    assert len(rows) == 1
    assert rows[0].standing == "declared by the auditor"
    assert ACCOUNTS[0] in rows[0].accounts


def test_a_run_record_is_named_without_its_directory() -> None:
    assessment, catalogue, folder = small(runs=recorded())
    run = msgspec.structs.replace(assessment.runs[0], origin="/home/ada/scans/run.json")

    rows = seen(msgspec.structs.replace(assessment, runs=[run]), catalogue, folder).coverage.runs

    assert rows[0].origin == "run.json"


def test_a_run_says_where_it_looked_what_failed_and_how_it_was_called() -> None:
    run = make_run(
        checks=["a", "b", "c", "d"],
        regions=["eu-west-1", "us-east-1"],
        arguments=["aws", "--external-id", "***", "--status", "FAIL"],
        partial="--status",
        exit_code=3,
        errors=[
            RunError(service="s3", region="us-east-1", count=1200),
            RunError(service="s3", region="us-east-1"),
            RunError(service="iam"),
        ],
    )
    assessment, catalogue, folder = small(runs=[run])

    (row,) = seen(assessment, catalogue, folder).coverage.runs
    text = " ".join(written(assessment, catalogue, folder).text.split())

    assert row.regions == "eu-west-1, us-east-1"
    assert row.errors == "iam 1, s3 (us-east-1) 1,201"
    assert row.exit_code == "3"
    assert "--status left findings out" in row.standing
    assert "Calls that failed, by service and Region: iam 1, s3 (us-east-1) 1,201." in text
    assert "Exit code: 3." in text
    assert "Called as: aws --external-id '***' --status FAIL" in text


def test_one_absent_cell_is_told_in_the_singular() -> None:
    assessment, catalogue, folder = small()
    cells = msgspec.structs.replace(assessment.scores.all.cells, absent=1)
    scores = msgspec.structs.replace(
        assessment.scores, all=msgspec.structs.replace(assessment.scores.all, cells=cells)
    )
    text = written(msgspec.structs.replace(assessment, scores=scores), catalogue, folder).text

    assert "Beside these, 1 cell had nothing to assess and is out of every sum." in text


def test_a_failing_practice_has_all_five_elements() -> None:
    entry = seen(*small(runs=recorded(), folder=settled())).chapters[0].failing[0]

    assert entry.id == "CRED-01"
    assert entry.why == "Because."
    assert entry.found == (
        "Of 2 cells 1 fails and 1 passes. "
        "1 open failing finding (1 high, as the scanner rates them)."
    )
    assert entry.cause == "It was forgotten."
    assert entry.effect == "Anybody is root."
    assert [step.do for step in entry.steps] == ["Fix it."]
    assert [(row.statement, row.remark) for row in entry.criteria] == [
        ("keys holds.", "1 of 1 finding")
    ]
    assert entry.others == (("Held", "mfa holds."),)
    assert (entry.owner, entry.due) == ("Ada", "3 November 2026")


def test_a_muted_failure_is_counted_and_said() -> None:
    entry = seen(*small()).chapters[1].failing[0]

    assert entry.found.endswith("1 of them muted in the scanner.")
    assert entry.resources[0].muted


def test_what_is_not_assessed_says_why() -> None:
    chapters = seen(*small(runs=recorded())).chapters

    assert chapters[0].others[0].found == (
        "Nothing to assess: the checks ran and found no such resource (1 cell)."
    )
    assert chapters[2].others[0].found == "Not assessed in 1 cell: no attestation on file (1)."


@pytest.mark.parametrize(
    ("failing", "words"),
    [
        (ACCOUNTS, "all 4 in scope"),
        (ACCOUNTS[:1], f"1 of 4: {ACCOUNTS[0]}"),
        (ACCOUNTS[:3], f"3 of 4; not in {ACCOUNTS[3]}"),
    ],
)
def test_accounts_are_named_the_shorter_way_round(failing: list[str], words: str) -> None:
    findings = [
        make_finding(check="d", account=account, status="fail" if account in failing else "pass")
        for account in ACCOUNTS
    ]

    entry = seen(*small(findings)).chapters[1].failing[0]

    assert entry.accounts == words


def test_practices_are_placed_by_the_share_of_accounts_failing() -> None:
    findings = [
        make_finding(check=check, account=account, status="fail" if place < failing else "pass")
        for check, failing in {"a": 1, "c": 2, "d": 4}.items()
        for place, account in enumerate(ACCOUNTS)
    ]

    matrix = seen(*small(findings)).matrix

    placed = {
        row.id: (line.priority, matrix.bands[place])
        for line in matrix.rows
        for place, cell in enumerate(line.cells)
        for row in cell
    }
    assert placed == {
        "CRED-01": ("Critical", "Up to a quarter"),
        "CRED-02": ("Low", "Up to half"),
        "NET-01": ("High", "Every account"),
        "IR-01": ("Medium", "No account"),
    }


def test_the_heat_map_shows_all_accounts_that_fit_and_else_the_worst() -> None:
    assessment, _, _ = small(list(small_findings()), runs=recorded())
    account = assessment.accounts[0]

    def many(number: int) -> list[tuple[str, int]]:
        accounts = [
            msgspec.structs.replace(
                account,
                id=f"{place:012}",
                score=msgspec.structs.replace(account.score, assured=Fraction(place)),
            )
            for place in range(number)
        ]
        shown = heat(msgspec.structs.replace(assessment, accounts=accounts))
        assert shown is not None
        assert shown.cut == (number > ALL_ACCOUNTS)
        return [(row.cells[0].text, shown.total) for row in shown.rows]

    assert len(many(40)) == 40
    assert many(200) == [(f"{place}.0", 200) for place in range(WORST_ACCOUNTS)]


def test_a_cut_list_says_so() -> None:
    assert truncation(25, 4310) == "25 of 4,310, all in findings.csv"
    assert truncation(3, 3) == ""


def test_a_long_resource_is_cut_and_counted() -> None:
    arn = f"arn:aws:s3:::{'x' * 1987}"

    shown = resource(_affected(resource=arn), Places({"a": 1}, single=True)).resource

    assert shown.startswith("arn:aws:s3:::xxx")
    assert shown.endswith("(+1,700 characters)")


def test_account_and_region_are_said_only_where_the_resource_does_not_name_them() -> None:
    several = Places({"a": 1, "b": 2}, single=False)
    arn = f"arn:aws:ec2:eu-west-1:{ACCOUNTS[0]}:instance/i-1"

    assert resource(_affected(resource=arn), several).where == ""
    assert resource(_affected(resource="i-1"), several).where == f"{ACCOUNTS[0]} · eu-west-1"
    assert resource(_affected(resource="i-1"), several).origin == "file 2, row 7"
    assert resource(_affected(resource="i-1"), Places({"b": 1}, single=True)).where == "eu-west-1"


def test_every_text_is_cleaned() -> None:
    hostile = make_finding(
        check="b", account=ACCOUNTS[0], status="fail", resource="a\u202eb", detail="\x07"
    )
    assessment, catalogue, folder = small([hostile], folder=settled())
    client = msgspec.structs.replace(assessment, client="\ud83d evil \x00", title="\u2066")

    texts = list(_texts(seen(client, catalogue, folder)))

    assert any("‹U+202E›" in text for text in texts)
    assert any("‹U+D83D› evil ‹U+0000›" in text for text in texts)
    assert not any(character in text for text in texts for character in "\u202e\u2066\x00\x07")


@pytest.mark.parametrize(
    ("value", "text"),
    [(812, "812\xa0B"), (3_140_000, "3.1\xa0MB"), (999_999, "1000.0\xa0kB"), (7e9, "7.0\xa0GB")],
)
def test_sizes_are_printed_for_people(value: int, text: str) -> None:
    assert formats.size(int(value)) == text


def test_dates_follow_the_format_of_the_engagement() -> None:
    assert formats.day(date(2026, 10, 1), "%d %B %Y") == "1 October 2026"
    assert formats.day(date(2026, 10, 1), "%Y-%m-%d") == "2026-10-01"
    moment = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert formats.moment(moment, "%d %B %Y", "Europe/Berlin") == "1 January 2027, 00:30"
    assert formats.moment(None, "%d %B %Y", "UTC") == "–"


def test_lists_are_cut_with_the_number_of_the_rest() -> None:
    assert formats.listed(["a", "b", "c"], 2) == "a, b, c"
    assert formats.listed(["a", "b", "c", "d"], 2) == "a, b and 2 more"


def _score(assured: str, possible: str, coverage: str) -> Score:
    low, high, known = map(Fraction, (assured, possible, coverage))
    return Score(assured=low, possible=high, coverage=known, weight=1, cells=Counts(passed=1))


def _affected(**values: str) -> Affected:
    return Affected(
        **{
            "key": "k",
            "check": "prowler:a",
            "account": ACCOUNTS[0],
            "region": "eu-west-1",
            "detail": "",
            "severity": "high",
            "muted": False,
            "input": "b",
            "row": 7,
            **values,
        }  # type: ignore[arg-type]
    )


def _texts(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, tuple):
        return [text for item in value for text in _texts(item)]
    if is_dataclass(value):
        return [text for f in fields(value) for text in _texts(getattr(value, f.name))]
    if isinstance(value, msgspec.Struct):
        return [text for name in value.__struct_fields__ for text in _texts(getattr(value, name))]
    return []
