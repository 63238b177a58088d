"""A questionnaire that came back: its answers as attestations and declarations.

What is wrong is told by row and column, and nothing is written unless every row is right. Rows
that say what the engagement says already add nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TypeVar

import msgspec

from gapfolio.engagement import answer_sheet, days, proofs
from gapfolio.engagement.answer_sheet import Row
from gapfolio.engagement.append import Addition, FaultyError
from gapfolio.engagement.attestations import Attestation, Proof, clash
from gapfolio.engagement.desk import Desk
from gapfolio.engagement.not_applicable import NotApplicable
from gapfolio.engagement.questionnaire import ANSWERS
from gapfolio.errors import EngagementError, InputError

T = TypeVar("T")
_Said = TypeVar("_Said", Attestation, NotApplicable)

_NONE = "not applicable"
_WORDS = {
    "pass": ("pass", "passed", "yes", "y", "met"),
    "fail": ("fail", "failed", "no", "n", "not met"),
    _NONE: ("not applicable", "n/a", "na"),
}
_RESULTS = {word: result for result, words in _WORDS.items() for word in words}
_COLUMNS = {"expires": "valid_until", "date": "valid_from", "reason": "statement"}
"""Keys of a declaration that are called otherwise in the sheet."""
_FIRST_DAY = {Attestation: "valid_from", NotApplicable: "declared"}
_SHOWN = 20


@dataclass
class Answers:
    """What a sheet says."""

    attestations: list[tuple[Row, Attestation]] = field(default_factory=list)
    not_applicable: list[tuple[Row, NotApplicable]] = field(default_factory=list)
    unanswered: int = 0
    on_file: int = 0
    """Rows that say what the engagement says already."""
    faults: list[tuple[int, str]] = field(default_factory=list)
    """Each with the number of its row."""


def read(sheet: answer_sheet.Sheet, name: str, desk: Desk) -> tuple[Answers, list[Addition]]:
    """Read the answers and prepare what is to be added for them.

    Raises:
        InputError: something in the sheet is wrong: row and column of each.
        EngagementError: a file of the engagement cannot be added to.
    """
    answers = Answers()
    for row in sheet.rows:
        if any(row.cells[column] for column in ANSWERS):
            _take(row, desk, answers)
        elif row.cells["practice"]:
            answers.unanswered += 1
    additions = [
        *_prepared(desk.attestations, answers.attestations, answers),
        *_prepared(desk.not_applicable, answers.not_applicable, answers),
    ]
    if answers.faults:
        lines = [text for _, text in sorted(answers.faults)]
        if more := len(lines[_SHOWN:]):
            lines[_SHOWN:] = [f"and {more} more"]
        raise InputError(f"{name}: nothing was written:\n  " + "\n  ".join(lines))
    return answers, additions


class _Reading:
    """Reads the cells of a row and gathers what is wrong with them."""

    def __init__(self, row: Row) -> None:
        self.row = row
        self.faults: list[tuple[int, str]] = []

    def get(self, column: str, read: Callable[[str], T], instead: T) -> T:
        """Read a cell; `instead` stands for one that is wrong."""
        try:
            return read(self.row.cells[column])
        except (ValueError, EngagementError) as error:
            self.faults.append(self.row.fault(column, str(error)))
            return instead


@dataclass(frozen=True)
class _Answer:
    """A row that was read."""

    result: str
    name: str
    accounts: list[str]
    statement: str
    evidence: list[Proof]
    by: str
    first: date
    last: date

    def attestation(self) -> Attestation:
        return Attestation(
            practice=self.name,
            result="pass" if self.result == "pass" else "fail",
            accounts=self.accounts,
            statement=self.statement,
            evidence=self.evidence,
            by=self.by,
            valid_from=self.first,
            valid_until=self.last,
        )

    def declaration(self) -> NotApplicable:
        return NotApplicable(
            practice="" if "." in self.name else self.name,
            criterion=self.name if "." in self.name else "",
            accounts=self.accounts,
            reason=self.statement,
            by=self.by,
            declared=self.first,
            expires=self.last,
        )


def _take(row: Row, desk: Desk, answers: Answers) -> None:
    """Make an entry of an answered row, unless it is wrong or on file."""
    reading = _Reading(row)
    answer = _answer(reading, desk)
    answers.faults += reading.faults
    if reading.faults:
        return
    if answer.result == _NONE:
        declared = [entry.value for entry in desk.folder.not_applicable]
        answers.on_file += not _filed(row, answer.declaration(), declared, answers.not_applicable)
        return
    attestation = answer.attestation()
    if other := _contradicted(attestation, answers.attestations):
        told = f"{answer.name} is answered otherwise in row {other.number}"
        answers.faults.append(row.fault("practice", told))
        return
    attested = [entry.value for entry in desk.folder.attestations]
    answers.on_file += not _filed(row, attestation, attested, answers.attestations)


def _answer(reading: _Reading, desk: Desk) -> _Answer:
    """Read the cells; what is wrong is in the reading's faults."""
    result = reading.get("result", _result, "pass")
    applies = result != _NONE
    return _Answer(
        result=result,
        name=reading.get("practice", lambda text: _practice(text, desk, applies=applies), ""),
        accounts=reading.get("accounts", lambda text: _accounts(text, desk), list[str]()),
        statement=reading.get("statement", _said, ""),
        evidence=reading.get(
            "evidence", lambda text: _evidence(text, desk, applies=applies), list[Proof]()
        ),
        by=reading.get("by", _said, ""),
        first=reading.get(
            "valid_from", lambda text: days.from_sheet(text) if text else desk.today(), date.min
        ),
        last=reading.get("valid_until", lambda text: days.from_sheet(_said(text)), date.max),
    )


def _contradicted(attestation: Attestation, taken: Sequence[tuple[Row, Attestation]]) -> Row | None:
    """Find a row that says something else of the same, from the same day on."""
    for row, other in taken:
        if clash(other, attestation) is not None and other != attestation:
            return row
    return None


def _filed(row: Row, entry: _Said, known: Sequence[_Said], taken: list[tuple[Row, _Said]]) -> bool:
    """Take an entry unless there is one like it; a first day that was not given is like any."""
    day = _FIRST_DAY[type(entry)]
    for other in [*known, *(entry for _, entry in taken)]:
        like = {"accounts": sorted(other.accounts)}
        if not row.cells["valid_from"]:
            like[day] = getattr(entry, day)
        if msgspec.structs.replace(other, **like) == entry:
            return False
    taken.append((row, entry))
    return True


def _result(text: str) -> str:
    word = " ".join(text.lower().replace("_", " ").replace("-", " ").split())
    if word not in _RESULTS:
        told = f"{text!r} is no answer" if text else "is empty"
        raise ValueError(f"{told}; write pass, fail or not applicable")
    return _RESULTS[word]


def _said(text: str) -> str:
    if not text:
        raise ValueError("is empty; it must be said")
    return text


def _practice(text: str, desk: Desk, *, applies: bool) -> str:
    name = desk.canonical(_said(text))
    if wrong := desk.wrong("criterion" if "." in name and not applies else "practice", name):
        raise ValueError(wrong)
    practice = desk.catalogue.practice(name)
    if applies and practice and practice.evidence == "automated":
        raise ValueError(f"{name} is decided by scanner findings alone")
    return name


def _accounts(text: str, desk: Desk) -> list[str]:
    """Read ids, names, or both as the questionnaire writes them."""
    names = {a.name.casefold(): a.id for a in desk.folder.engagement.accounts if a.name}
    found = []
    for part in filter(None, (part.strip() for part in re.split(r"[;,\n]", text))):
        written = re.search(r"(?<!\d)\d{12}(?!\d)", part, re.ASCII)
        account = written[0] if written else names.get(part.casefold(), "")
        if not account:
            raise ValueError(
                f"{part!r} is neither the 12 digits of an account nor the name of one in scope"
            )
        if wrong := desk.wrong("account", account):
            raise ValueError(wrong)
        found.append(account)
    return sorted(set(found))


def _evidence(text: str, desk: Desk, *, applies: bool) -> list[Proof]:
    names = list(filter(None, (part.strip(" ;") for part in re.split(r";\s|\n", text))))
    if names and not applies:
        raise ValueError("what does not apply has none; write it into the statement")
    return [proofs.proof(name, desk.directory) for name in names]


def _prepared(
    add: Callable[[Sequence[_Said]], Addition],
    taken: Sequence[tuple[Row, _Said]],
    answers: Answers,
) -> Iterator[Addition]:
    """Prepare the entries of one file; what is wrong with them is wrong with their rows."""
    if not taken:
        return
    try:
        yield add([entry for _, entry in taken])
    except FaultyError as error:
        for place, text in error.faults:
            key, _, said = text.partition(": ")
            column = _COLUMNS.get(key, key)
            row = taken[place][0]
            told = row.fault(column, said) if column in row.cells else row.fault("practice", text)
            answers.faults.append(told)
