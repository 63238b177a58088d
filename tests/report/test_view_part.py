"""Reports on a part, copies with pseudonyms, and accounts that nobody put in scope."""

from __future__ import annotations

import msgspec
import pytest
from declared import engaged
from reportable import seen, written

from gapfolio.report.view.scope import MOST_MISSING


def test_a_part_report_says_so_on_the_cover_in_control_and_in_scope() -> None:
    assessment, catalogue, folder = engaged()
    part = msgspec.structs.replace(assessment, part="group prod, 1 of 3 accounts")

    page = written(part, catalogue, folder)

    assert page.text.count("Part report: group prod, 1 of 3 accounts") == 2
    assert "Part report group prod, 1 of 3 accounts." in page.text
    running = next(values["data-running"] for tag, values in page.tags if tag == "body")
    assert running.startswith("Part report · ")
    assert "Part report" not in written(assessment, catalogue, folder).text


@pytest.mark.parametrize(
    ("redacted", "said"),
    [
        (["accounts", "arns"], "Account ids and resource names in this copy are pseudonyms"),
        (["tags"], "Tags in this copy are pseudonyms"),
        (["accounts", "arns", "tags"], "Account ids, resource names and tags in this copy are"),
    ],
)
def test_a_redacted_copy_says_what_is_a_pseudonym(redacted: list[str], said: str) -> None:
    assessment, catalogue, folder = engaged()
    copy = msgspec.structs.replace(assessment, redacted=redacted)

    text = written(copy, catalogue, folder).text

    assert text.count(said) == 3
    assert "the key is kept by the issuer." in text
    assert "pseudonym" not in written(assessment, catalogue, folder).text


def test_accounts_of_the_organization_that_are_not_in_scope_are_named_and_counted() -> None:
    assessment, catalogue, folder = engaged()
    few = msgspec.structs.replace(assessment, accounts_missing={"9" * 12: "sandbox"})
    many = msgspec.structs.replace(
        assessment, accounts_missing={f"9{n:011}": f"box-{n}" for n in range(100)}
    )

    text = written(few, catalogue, folder).text
    assert "1 account of the client's organization is not in scope" in text
    assert f"{'9' * 12} sandbox" in text
    cut = seen(many, catalogue, folder).scope.missing
    assert cut.endswith(f"and {100 - MOST_MISSING} more, all in assessment.json")
    assert "not in scope" not in written(assessment, catalogue, folder).text
