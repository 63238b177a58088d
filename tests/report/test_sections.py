"""The list of sections."""

from __future__ import annotations

import pytest

from gapfolio import resources
from gapfolio.errors import EngagementError
from gapfolio.report.sections import SECTIONS, chosen

ORDER = [
    *("cover", "control", "distribution", "contents", "summary", "scope", "method"),
    *("responsibility", "coverage", "results", "change", "findings", "risk", "plan"),
    *("exceptions", "attestations", "response", "limitations", "signoff"),
    *("resources", "checks", "evidence", "glossary"),
]


def test_sections_stand_in_the_order_of_the_design() -> None:
    assert [section.id for section in chosen()] == ORDER


def test_every_section_has_a_template_of_its_own() -> None:
    folder = resources.folder("report_templates")

    for section in SECTIONS:
        assert (folder / section.template).is_file(), section.id


def test_front_matter_has_no_number_and_appendices_have_letters() -> None:
    numbers = {section.id: section.number for section in chosen()}

    assert numbers["control"] == ""
    assert numbers["summary"] == "1"
    assert numbers["signoff"] == "15"
    assert [numbers[name] for name in ("resources", "checks", "evidence", "glossary")] == list(
        "ABCD"
    )


def test_a_section_that_is_off_leaves_no_gap_in_the_numbers() -> None:
    left = chosen(["scope", "checks"])

    assert "scope" not in {section.id for section in left}
    body = [section.number for section in left if section.kind == "body"]
    assert body == [str(number) for number in range(1, len(body) + 1)]
    assert [section.number for section in left if section.kind == "appendix"] == list("ABC")


def test_a_section_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(EngagementError, match=r"no section 'sumary'.*summary"):
        chosen(["sumary"])
