"""What the change section says of waivers that came or went."""

from __future__ import annotations

import msgspec
from declared import engaged
from reportable import seen, written

from gapfolio.catalogue import Catalogue
from gapfolio.engagement import Folder
from gapfolio.model import Assessment, Change, Moved, PeriodScores, PracticeChange

CAUSES = {"waived": 2, "waiver expired": 1, "waiver withdrawn": 1}


def changed(accepted: dict[str, int]) -> tuple[Assessment, Catalogue, Folder]:
    assessment, catalogue, folder = engaged()
    scores = assessment.scores
    periods = [
        PeriodScores(
            period=name,
            end=assessment.period.end,
            all=scores.all,
            automated=scores.automated,
            categories={},
            policy="assured 1",
            catalogue="1",
            accounts=3,
        )
        for name in ("2026-Q2", "2026-Q3")
    ]
    practices = [
        PracticeChange(
            id=result.id,
            before=(result.assured, result.possible, result.coverage),
            now=(result.assured, result.possible, result.coverage),
            opened={},
            closed={},
            still_open=4,
            accepted=accepted if result.id == "CRED-01" else {},
        )
        for result in assessment.practices
    ]
    moved = [
        Moved(
            key=cause,
            practice="CRED-01",
            check="prowler:b",
            account="1",
            region="",
            resource=f"key-{cause}",
            cause=cause,
            move="accepted",
        )
        for cause in accepted
    ]
    change = Change(
        since="2026-Q2",
        pack="2026-Q2",
        sha256="ab" * 32,
        trend=periods,
        practices=practices,
        opened={},
        closed={},
        still_open=8,
        accepted=accepted,
        moved=moved,
        remarks=[],
    )
    return msgspec.structs.replace(assessment, change=change), catalogue, folder


def test_waivers_that_came_or_went_are_told_and_move_no_score() -> None:
    given = changed(CAUSES)
    view = seen(*given).change
    assert view is not None

    assert [(row.text.partition(":")[0], row.number) for row in view.accepted] == [
        ("waived", "2"),
        ("waiver expired", "1"),
        ("waiver withdrawn", "1"),
    ]
    assert [(row.id, row.trend, row.accepted) for row in view.rows] == [
        ("CRED-01", "", "2 waived, 1 waiver expired, 1 waiver withdrawn")
    ]
    assert [row.verb for row in view.examples] == ["still open"] * 3
    assert "so the score does not follow" in written(*given).text


def test_without_them_nothing_is_said_of_waivers() -> None:
    given = changed({})
    view = seen(*given).change
    assert view is not None

    assert (view.accepted, view.rows) == ((), ())
    assert "Findings opened and closed" in written(*given).text
    assert "the score does not follow" not in written(*given).text
