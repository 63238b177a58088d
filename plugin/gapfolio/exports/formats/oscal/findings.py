"""Findings: whether each objective is met, over all accounts in which it counts.

OSCAL knows `satisfied` and `not-satisfied`, and takes the latter, as NIST SP 800-53A does with
"other than satisfied", also for what could not be determined: with the reason `other`. The target
is the criterion itself: a control of NIST SP 800-53 asks for more than a practice can show.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby

from gapfolio.exports.formats.oscal.cells import Cell, bare
from gapfolio.exports.formats.oscal.observations import observation_id
from gapfolio.exports.formats.oscal.risks import risk_id
from gapfolio.exports.formats.oscal.source import Source
from gapfolio.exports.formats.oscal.text import control, filled
from gapfolio.report.view.formats import counted


def objectives(source: Source) -> Iterator[Sequence[Cell]]:
    """Give the cells of each objective, sorted; at least one, and one for an account."""
    found = bare(source.assessment, source.engine)
    for _, group in groupby(found, key=lambda cell: cell.objective):
        yield list(group)


def findings(source: Source) -> Iterator[dict[str, object]]:
    """Give a finding for each objective; none where there is nothing to assess in any account."""
    open_gaps = {gap["key"] for gap in source.gaps if gap["state"] in ("open", "accepted")}
    for cells in objectives(source):
        if any(cell.state != "absent" for cell in cells):
            yield _finding(source, cells, open_gaps)


def controls(cell: Cell) -> list[str]:
    """Give the controls to which the practice contributes, as OSCAL writes them."""
    return [control(name) for name in cell.practice.nist_800_53]


def _finding(source: Source, cells: Sequence[Cell], open_gaps: set[str]) -> dict[str, object]:
    texts, first = source.texts, cells[0]
    number = Counter(cell.state for cell in cells)
    return filled(
        uuid=source.uid("finding", first.objective),
        title=texts.line(f"{first.objective}: {first.practice.title}"),
        description=texts.prose(first.statement, first.practice.why),
        props=texts.props(
            practice=first.practice.id,
            control=first.practice.nist_800_53,
            check=first.criterion.checks if first.criterion else [],
            accounts_passed=number["pass"] or "",
            accounts_failed=number["fail"] or "",
            accounts_unknown=number["unknown"] or "",
            accounts_without=number["absent"] or "",
        ),
        target={
            "type": "objective-id",
            "target-id": first.objective,
            "title": texts.line(first.statement),
            "status": _status(source, cells, number),
        },
        related_observations=[
            {"observation-uuid": observation_id(source, cell.objective, cell.account)}
            for cell in cells
        ],
        related_risks=[
            {"risk-uuid": risk_id(source, cell.gap)}
            for cell in cells
            if cell.state == "fail" and cell.gap in open_gaps
        ],
    )


def _status(source: Source, cells: Sequence[Cell], number: Counter[str]) -> dict[str, str]:
    if number["fail"]:
        state, reason = "not-satisfied", "fail"
    elif number["unknown"]:
        state, reason = "not-satisfied", "other"
    else:
        state, reason = "satisfied", "pass"
    said = source.texts.prose(" ".join(_remarks(cells, number)))
    return {"state": state, "reason": reason, "remarks": said}


def _remarks(cells: Sequence[Cell], number: Counter[str]) -> Iterator[str]:
    total = counted(sum(number.values()), "account")
    for state, words in (
        ("fail", "Does not hold"),
        ("unknown", "Not assessed"),
        ("absent", "Nothing to assess"),
        ("pass", "Holds"),
    ):
        if number[state]:
            why = sorted({cell.reason.value for cell in cells if cell.state == state})
            yield f"{words} in {number[state]:,} of {total} ({', '.join(why)})."
