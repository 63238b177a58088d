"""A summary in Markdown for a pull request, a ticket or a chat.

Names come from strangers: nothing in them becomes a link, a mention, a table, HTML or a reference
to an issue. The document stays under what a comment on GitHub takes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from pathlib import Path

from gapfolio.assess.score import LIMITED, gap, printed
from gapfolio.engine.base import Engine
from gapfolio.exports.base import Exported
from gapfolio.exports.records.verdicts import CODE
from gapfolio.exports.texts import line, short
from gapfolio.model import Assessment, Change, PracticeResult, RemediationItem
from gapfolio.report.view import formats
from gapfolio.report.view.formats import counted

FILE = "summary.md"
LONGEST = 65_536
"""Characters that a comment on GitHub takes."""
_TOP = 10
"""Rows of a table."""
_NAME = 80
"""Characters of one text, before it is escaped."""
_BREAK = "\u200b"
_MEANS = re.compile(r"([\\`*_\[\](){}#|~!$^=])")
"""Signs of Markdown; what counts only at the beginning of a line never stands there."""
_REFERS = re.compile(
    r"[@#!$%~&^](?=\w)|[Ww]{3}(?=\.)|:(?=//)|\.(?=[^\W\d_])|(?<![A-Za-z0-9_])[Gg][Hh]-(?=\d)"
)
"""After which a host or a chat would make a mention, a reference or an address of the text."""
_HTML = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_NOTE = (
    "A point-in-time, automated review of what scanners found, not a certification. What is "
    "unknown was not assessed, and is no pass."
)


class MarkdownExporter:
    """Writes the summary."""

    name = "markdown"
    title = "a summary in Markdown for a pull request, a ticket or a chat"

    def export(self, assessment: Assessment, engine: Engine, directory: Path) -> Exported:
        """Write the file."""
        del engine
        path = directory / FILE
        path.write_text(summary(assessment), encoding="utf-8", newline="\n")
        return Exported([path])


def summary(assessment: Assessment) -> str:
    """Give the summary; it never has more than `LONGEST` characters."""
    head = f"## Gapfolio: {plain(assessment.client or 'audit')}, {plain(assessment.period.name)}"
    parts = [
        head,
        f"**{formats.headline(assessment.scores)}**",
        "\n".join(f"- {fact}" for fact in _facts(assessment)),
        *_top(assessment),
        *_overdue(assessment),
        f"{_NOTE} Catalogue {plain(assessment.versions['catalogue'])}.",
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def plain(text: str, longest: int = _NAME) -> str:
    """Write a text so that it is shown as it is, on one line, and does nothing."""
    inert = _REFERS.sub(rf"\g<0>{_BREAK}", short(line(text), longest))
    return "".join(_HTML.get(sign, sign) for sign in _MEANS.sub(r"\\\1", inert))


def _facts(assessment: Assessment) -> Iterator[str]:
    scores = assessment.scores
    if split := gap(scores.all):
        yield f"Gap: {split[0]} points are failures, {split[1]} are unknown"
    if scores.all.coverage < LIMITED:
        yield f"Limited coverage: {formats.percent(scores.all.coverage)}"
    if scores.accepted and scores.accepted.assured is not None:
        valid = sum(waiver.state == "valid" for waiver in assessment.exceptions.waivers)
        yield (
            f"With accepted risk: {printed(scores.accepted.assured)} "
            f"({counted(valid, 'valid waiver')}; the score itself does not follow them)"
        )
    states = [practice.state for practice in assessment.practices if practice.priority]
    yield (
        f"Of {counted(len(states), 'practice')}: {states.count('fail')} fail, "
        f"{states.count('unknown') + states.count('partly')} not or only partly assessed, "
        f"{states.count('pass')} hold"
    )
    late = sum(item.overdue > 0 for item in assessment.remediation)
    if late:
        yield f"Overdue: {late:,} of {counted(len(assessment.remediation), 'planned item')}"
    if assessment.change:
        yield from _changes(assessment.change)
    if assessment.part:
        yield f"Part of the accounts only: {plain(assessment.part)}"


def _changes(change: Change) -> Iterator[str]:
    before, now = (formats.score(scores.all.assured) for scores in change.trend[-2:])
    closed = ", ".join(f"{number:,} {name}" for name, number in sorted(change.closed.items()))
    yield (
        f"Since {plain(change.since)}: Assured {before} → {now}; "
        f"{counted(sum(change.opened.values()), 'finding')} opened, "
        f"{sum(change.closed.values()):,} closed{f' ({closed})' if closed else ''}, "
        f"{change.still_open:,} still open"
    )
    if change.remarks:
        yield f"The periods do not compare in full: {counted(len(change.remarks), 'remark')}"


def _top(assessment: Assessment) -> Iterator[str]:
    worst = sorted(
        (p for p in assessment.practices if p.assured is not None and p.assured < 1 and p.weight),
        key=lambda p: (-p.weight * (1 - (p.assured or Fraction(0))), p.id),
    )
    if not worst:
        return
    yield f"### Top gaps ({min(_TOP, len(worst))} of {len(worst)})"
    yield _table(
        ("Practice", "Priority", "Failing cells", "Unknown cells", "Open findings", "Title"),
        "llrrrl",
        (_gap(practice) for practice in worst[:_TOP]),
    )


def _gap(practice: PracticeResult) -> Sequence[str]:
    return (
        plain(practice.id),
        practice.priority or "",
        f"{practice.cells.failed:,}",
        f"{practice.cells.unknown:,}",
        f"{practice.findings.get('fail', 0):,}",
        plain(practice.title),
    )


def _overdue(assessment: Assessment) -> Iterator[str]:
    late = [item for item in assessment.remediation if item.overdue > 0]
    if not late:
        return
    names = {account.id: account.name for account in assessment.accounts}
    yield f"### Overdue ({min(_TOP, len(late))} of {len(late):,})"
    yield _table(
        ("Due", "Days over", "Practice", "Account", "Owner"),
        "lrlll",
        (_item(item, names) for item in late[:_TOP]),
    )


def _item(item: RemediationItem, names: Mapping[str, str]) -> Sequence[str]:
    account = item.account or CODE
    name = names.get(item.account, "")
    return (
        f"{item.due}",
        f"{item.overdue:,}",
        plain(item.practice),
        plain(f"{account} {name}"),
        plain(item.owner or "nobody is named"),
    )


def _table(header: Sequence[str], sides: str, rows: Iterable[Sequence[str]]) -> str:
    rule = ["---:" if side == "r" else "---" for side in sides]
    return "\n".join(f"| {' | '.join(cells)} |" for cells in (header, rule, *rows))
