"""The open manual practices as a sheet to send round."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from gapfolio import tabular
from gapfolio.catalogue import Catalogue
from gapfolio.engagement.settings import Account
from gapfolio.model import Practice

ANSWERS = ("result", "statement", "evidence", "by", "valid_from", "valid_until")
"""The columns to fill in."""
COLUMNS = (
    *("practice", "title", "question", "zoning_question", "priority", "accounts"),
    *ANSWERS,
)
_CONFIDENTIAL = "5: Has each zone rules of its own for confidentiality and integrity"
ZONING = {
    "NET-12": "1: Is communication between zones controlled?",
    "NET-13": "2: Is communication between zones monitored?",
    "NET-14": "3: Has each zone access rights of its own?",
    "NET-15": "4: Is each zone managed over a channel and with roles of its own?",
    "NET-16": f"{_CONFIDENTIAL} (encryption)?",
    "NET-19": f"{_CONFIDENTIAL} (keys)?",
    "NET-20": f"{_CONFIDENTIAL} (data classes and loss)?",
}
"""The article's five questions on zones, by practice; the fifth became three."""


@dataclass(frozen=True)
class Question:
    """A practice that somebody has to attest."""

    practice: Practice
    accounts: list[Account]
    """Where it is open; empty = in all accounts in scope."""


def questions(
    catalogue: Catalogue, accounts: Sequence[Account], answered: Mapping[str, Collection[str]]
) -> Iterator[Question]:
    """Give the M and A+M practices that are open in some account.

    `answered` names the accounts in which a practice is not; "" stands for those that nobody
    listed.
    """
    for practice in catalogue.practices():
        if practice.evidence == "automated":
            continue
        done = answered.get(practice.id, ())
        left = [account for account in accounts if account.id not in done]
        if left or (not accounts and "" not in done):
            yield Question(practice, [] if len(left) == len(accounts) else left)


def sheet(asked: Sequence[Question]) -> bytes:
    """Write the questions as a CSV file that spreadsheets open as it is meant."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    writer.writerows([tabular.cell(value) for value in _row(question)] for question in asked)
    return file.getvalue().encode("utf-8-sig")  # without its mark, Excel takes it for Windows-1252


def _row(question: Question) -> list[str]:
    practice = question.practice
    return [
        practice.id,
        practice.title,
        practice.attest,
        ZONING.get(practice.id, ""),
        practice.priority or "not scored",
        "; ".join(_named(account) for account in question.accounts),
        *([""] * len(ANSWERS)),
    ]


def _named(account: Account) -> str:
    """Name an account so that no spreadsheet takes it for a number."""
    name = " ".join(account.name.replace(";", " ").replace(",", " ").split())
    return f"{account.id} ({name})" if name else f"AWS {account.id}"
