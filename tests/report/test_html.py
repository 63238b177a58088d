"""The report as HTML, and as the PDF that is made of it."""

# ruff: noqa: RUF001  # foreign letters on purpose

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import msgspec
import pytest
from declared import attested, engaged, inapplicable, waiver
from pypdf import PdfReader
from reportable import (
    ACCOUNTS,
    Page,
    demo,
    demo_html,
    read,
    recorded,
    settled,
    small,
    small_findings,
    with_policy,
    written,
)

from gapfolio import resources
from gapfolio.assess.score import printed
from gapfolio.engagement import (
    Engagement,
    Folder,
    Notes,
    Proof,
    RemediationRule,
    ReportSettings,
)
from gapfolio.errors import ThemeError
from gapfolio.report import html, pdf
from gapfolio.report.sections import SECTIONS
from gapfolio.report.theme import load_theme
from gapfolio.testing import make_finding
from verapdf import validate

CREATED = datetime(2026, 12, 31, tzinfo=UTC)
ALL = [section.id for section in SECTIONS]
HOSTILE = "<script>alert(1)</script>{{ 7 * 7 }}{% endfor %}\u202e\x07😀 日 Ж ا \"'>"
INERT = "<script>alert(1)</script>{{ 7 * 7 }}{% endfor %}"


@pytest.fixture(scope="module")
def page() -> Page:
    return read(demo_html())


def test_all_sections_are_there_in_their_order(page: Page) -> None:
    assert page.sections() == [name for name in ALL if name != "cover"]


def test_there_is_one_first_heading_and_no_level_is_left_out(page: Page) -> None:
    levels = [level for level, _ in page.headings]

    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert all(title.strip() for _, title in page.headings)


def test_every_practice_has_its_place_and_is_listed(page: Page) -> None:
    assessment, _, _ = demo()

    for practice in assessment.practices:
        assert f"practice-{practice.id}" in page.ids
        assert f"{practice.id} {practice.title}" in page.text


def test_every_link_leads_somewhere_and_no_anchor_is_there_twice(page: Page) -> None:
    assert len(page.ids) == len(set(page.ids))
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    pages = {values["data-t"] for _, values in page.tags if "data-t" in values}
    assert {target.removeprefix("#") for target in pages} <= set(page.ids)


def test_the_printed_scores_are_those_of_the_assessment(page: Page) -> None:
    scores = demo()[0].scores
    assert scores.all.assured is not None
    assert scores.all.possible is not None
    assert scores.automated.assured is not None

    headline = (
        f"Assured {printed(scores.all.assured)} (possible {printed(scores.all.possible)}, "
        f"coverage {printed(scores.all.coverage)} %) · automated part "
        f"{printed(scores.automated.assured)}"
    )

    assert page.text.count(headline) >= 3
    for category in demo()[0].categories:
        assert category.all.assured is not None
        assert f"Assured {printed(category.all.assured)} (possible " in page.text


def test_every_table_says_what_its_heads_stand_for(page: Page) -> None:
    heads = [values for tag, values in page.tags if tag == "th"]

    assert heads
    assert all(values.get("scope") in ("col", "row") for values in heads)
    assert not any("colspan" in values for values in heads)


def test_every_chart_begins_with_its_text(page: Page) -> None:
    names = [tag for tag, _ in page.tags]
    charts = [place for place, name in enumerate(names) if name == "svg"]

    assert len(charts) == 6
    assert all(names[place + 1] == "title" for place in charts)
    assured = demo()[0].scores.all.assured
    assert assured is not None
    assert f"Assured {printed(assured)}" in page.text


def test_the_document_needs_nothing_from_outside(page: Page) -> None:
    assert all(address.startswith("data:image/png;base64,") for address in page.addresses)
    assert not [tag for tag, _ in page.tags if tag in ("link", "script", "iframe", "object")]
    assert "url(" not in re.sub(r"attr\(data-t url\)", "", demo_html())


def test_a_draft_is_watermarked_and_lists_its_blanks(page: Page) -> None:
    assessment, catalogue, folder = small(folder=settled())

    final = written(msgspec.structs.replace(assessment, status="final"), catalogue, folder)

    assert ("div", {"class": "watermark"}) in page.tags
    assert "Nobody is named who approved this report" in page.text
    assert ("div", {"class": "watermark"}) not in final.tags
    assert "Left to complete" not in final.text


def test_what_a_person_wrote_takes_the_place_of_the_blanks() -> None:
    text = written(*small(folder=settled(), runs=recorded())).text

    assert "All in all." in text
    assert "It is not good." in text
    assert "We agree." in text
    assert "Ada Example Auditor, Example Audit" in text
    assert "TLP:AMBER" in text
    assert "The board" in text
    assert "Agreed: Ada, 3 November 2026." in text
    assert "To be confirmed by the auditor" not in text


def test_blanks_say_who_fills_them_and_where() -> None:
    text = written(*small()).text

    assert "To be completed by the auditor: the conclusion, in your own words." in text
    assert "notes.yaml: conclusion" in text
    assert "Usual cause: Nobody looked. To be confirmed by the auditor:" in text
    assert "for a first report, write that there is none." in text


def test_hostile_text_is_inert_and_visible() -> None:
    findings = [
        make_finding(
            check="b",
            account=ACCOUNTS[0],
            status="fail",
            resource=HOSTILE,
            detail=HOSTILE,
            region=HOSTILE,
        )
    ]
    assessment, catalogue, folder = small(findings, folder=settled())
    notes = msgspec.structs.replace(folder.notes, conclusion=HOSTILE, limitations=HOSTILE)
    accounts = [msgspec.structs.replace(assessment.accounts[0], name=HOSTILE, owner=HOSTILE)]
    assessment = msgspec.structs.replace(
        assessment, client=HOSTILE, title=HOSTILE, accounts=accounts, notices=[HOSTILE, "\ud83d"]
    )

    document = html.build(assessment, catalogue, Folder(folder.engagement, notes), load_theme())

    assert "<script" not in document
    assert read(document).text.count(INERT) >= 9
    assert "\u202e" not in document
    assert "\x07" not in document


def test_the_same_assessment_gives_the_same_text() -> None:
    assert html.build(*demo(), load_theme()) == demo_html()


@pytest.mark.parametrize("name", ALL)
def test_without_a_section_nothing_links_to_it(name: str) -> None:
    folder = Folder(Engagement(report=ReportSettings(sections_off=[name])), Notes())

    page = written(*small(list(small_findings()) * 1, folder=folder))

    assert name not in page.sections()
    assert {link.removeprefix("#") for link in page.links} <= set(page.ids)
    assert [level for level, _ in page.headings].count(1) == 1
    assert page.headings[0][0] == 1


def test_a_full_scan_is_offered_where_silence_is_not_explained() -> None:
    plain, explained = written(*small()), written(*small(runs=recorded()))

    assert "If this was a full scan: Assured " in plain.text
    assert "declare it with --executed" in plain.text
    assert "If this was a full scan" not in explained.text


def test_limited_coverage_is_said_beside_the_score() -> None:
    assert "? limited coverage" in written(*small([make_finding(check="c")])).text
    passing = [make_finding(check=check, account=ACCOUNTS[0]) for check in "abcd"]
    assessment, catalogue, folder = small(passing, runs=recorded())
    full = msgspec.structs.replace(assessment.scores, all=assessment.scores.automated)
    covered = msgspec.structs.replace(assessment, scores=full)

    assert "? limited coverage" not in written(covered, catalogue, folder).text


def test_nothing_assessed_is_told_without_numbers() -> None:
    text = written(*small([make_finding(check="strange")])).text

    assert "Not scored (coverage 0.0 %) · automated part not scored" in text
    assert "Nothing could be assessed, so there is no score." in text


def test_the_formula_of_another_policy_is_not_made_up() -> None:
    assessment, catalogue, folder = small()

    text = written(with_policy(assessment, "house"), catalogue, folder).text

    assert "which a plugin supplies" in text
    assert "One practice worked through" not in text


def test_our_texts_claim_no_more_than_a_review_can() -> None:
    for path in sorted(resources.folder("report_templates").rglob("*.html")):
        text = path.read_text(encoding="utf-8").lower()
        assert "opinion" not in text, path
        assert "complian" not in text, path


def test_a_theme_can_replace_a_section(tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('name = "House"\n[texts]\norganisation = "House"\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "glossary.html").write_text(
        '<h2 id="{{ section.id }}">Our words</h2><p>{{ view.front.client }}</p>'
    )

    page = read(html.build(*small(folder=settled()), load_theme(tmp_path)))

    assert page.headings[-1] == (2, "Our words")
    assert page.sections() == [name for name in ALL if name != "cover"]


def test_a_wrong_template_of_a_theme_is_named(tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('name = "House"\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "glossary.html").write_text("<p>\n{{ view.nonsense }}</p>")

    with pytest.raises(ThemeError, match=r"glossary\.html: line 2: .*nonsense"):
        html.build(*small(), load_theme(tmp_path))


def test_the_browser_gets_clean_words_and_no_page_numbers() -> None:
    document = html.for_browser(demo_html())

    assert "\u200b" not in document
    assert "<wbr>" in document
    assert '<body class="browser ' in document
    assert not re.search(r'="[^"]*<wbr>', document)


def test_many_accounts_fill_rows_and_not_pages() -> None:
    accounts = [f"{number:012}" for number in range(1, 41)]
    findings = list(small_findings(accounts))
    runs = recorded(accounts)

    page = written(*small(findings, runs=runs))

    assert page.text.count("fail in every one") <= 1
    assert "Accounts: all 40 in scope." in page.text
    assert "15 of 40, all in findings.csv" in page.text


@pytest.mark.parametrize("theme", ["neutral", "contrast"])
def test_the_demo_renders_without_a_warning_and_is_archival_and_accessible(
    theme: str, tmp_path: Path
) -> None:
    chosen = load_theme(theme)
    document = html.build(*demo(), chosen)

    rendered = pdf.render(document, roots=chosen.roots, created=CREATED, fonts=chosen.fonts)

    assert rendered.warnings == ()
    assert 40 <= rendered.pages <= 110
    assert len(rendered.pdf) < 3_000_000
    path = tmp_path / "report.pdf"
    path.write_bytes(rendered.pdf)
    assert validate(path) == []
    _check_pages(PdfReader(BytesIO(rendered.pdf)), rendered.pages)


def test_what_people_declare_renders_without_a_warning_and_is_archival_and_accessible(
    tmp_path: Path,
) -> None:
    given = engaged(
        waivers=[
            waiver("W-1", reason=HOSTILE * 20, owner=HOSTILE),
            waiver("W-2", account=ACCOUNTS[0]),
            waiver("W-3", granted=date(2026, 1, 1), expires=date(2026, 6, 30)),
        ],
        attestations=[
            attested(
                accounts=ACCOUNTS[:1], by=HOSTILE, evidence=[Proof(link="https://" + "x" * 300)]
            ),
            attested(accounts=ACCOUNTS[1:2], valid_until=date(2026, 7, 31)),
        ],
        not_applicable=[inapplicable(criterion="CRED-02.unused", reason=HOSTILE)],
        rules=[RemediationRule(practice="NET-*", owner=HOSTILE * 9, days=7)],
    )
    assessment = msgspec.structs.replace(given[0], part=HOSTILE, redacted=["accounts", "tags"])
    theme = load_theme()

    document = html.build(assessment, *given[1:], theme)
    rendered = pdf.render(document, roots=theme.roots, created=CREATED, fonts=theme.fonts)

    assert rendered.warnings == ()
    assert "overdue by" in document
    path = tmp_path / "report.pdf"
    path.write_bytes(rendered.pdf)
    assert validate(path) == []


def _check_pages(reader: PdfReader, pages: int) -> None:
    """Read a PDF back: running footers, bookmarks and the numbers of the table of contents."""
    texts = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert all(f"Page {n} of {pages}" in text for n, text in enumerate(texts[1:], 2))
    assert all(len(text) > 150 for text in texts)
    assert all("TLP:AMBER" in text for text in texts)
    outline = {
        str(item.title).strip(): (reader.get_destination_page_number(item) or 0) + 1
        for item in reader.outline
        if not isinstance(item, list)
    }
    assert len(outline) == len(ALL)
    contents = reader.pages[outline["Contents"] - 1].extract_text(extraction_mode="layout")
    for title, number in outline.items():
        name = re.sub(r"^(\d+|Appendix [A-Z]) ", "", title)
        if name not in ("Contents", demo()[0].title):
            assert re.search(rf"{re.escape(name)} +{number}$", contents, re.M), (title, number)
