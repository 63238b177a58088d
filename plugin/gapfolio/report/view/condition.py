"""The condition of a practice in sentences: which cells fail, hold or are unknown, and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gapfolio.model import CriterionResult, PracticeResult, Reason
from gapfolio.report.view import formats, practices, words
from gapfolio.report.view.coverage import ABSENT, reason, unknown_reasons
from gapfolio.report.view.words import Chip

MOST_ACCOUNTS = 20


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """A criterion that fails."""

    statement: str
    basis: str
    """"" when the article says it."""
    chip: Chip
    remark: str
    """How many cells and findings, or why nobody knows."""


def basis(criterion: CriterionResult) -> str:
    """Say where a criterion goes past the article; "" where it does not."""
    return "" if criterion.basis == "said" else words.BASIS[criterion.basis]


def criterion_row(criterion: CriterionResult) -> CriterionRow:
    """Print a criterion that fails."""
    return CriterionRow(
        statement=criterion.statement,
        basis=basis(criterion),
        chip=words.STATES["fail"],
        remark="; ".join(part for part in (_cells(criterion), _findings(criterion)) if part),
    )


def _cells(criterion: CriterionResult) -> str:
    cells = criterion.cells
    if cells.total == 1:
        return ""
    parts = ((cells.failed, "fail"), (cells.unknown, "not assessed"), (cells.passed, "pass"))
    verdicts = ", ".join(f"{formats.number(number)} {text}" for number, text in parts if number)
    return f"of {formats.number(cells.total)} accounts {verdicts}"


def _findings(criterion: CriterionResult) -> str:
    fails, passes = criterion.findings.get("fail", 0), criterion.findings.get("pass", 0)
    if not fails:
        return ""
    muted = criterion.findings.get("muted_fail", 0)
    silenced = f", {formats.number(muted)} of them muted" if muted else ""
    return f"{formats.number(fails)} of {formats.counted(fails + passes, 'finding')}{silenced}"


def condition(result: PracticeResult) -> str:
    """Say what was found in a practice that fails."""
    cells = result.cells
    parts = (
        (cells.failed, "fails" if cells.failed == 1 else "fail"),
        (cells.unknown, "is not assessed" if cells.unknown == 1 else "are not assessed"),
        (cells.passed, "passes" if cells.passed == 1 else "pass"),
    )
    verdicts = [f"{formats.number(number)} {verb}" for number, verb in parts if number]
    fails = result.findings.get("fail", 0)
    rated = formats.tally(result.severities, words.SEVERITIES)
    text = f"Of {formats.counted(cells.total, 'cell')} {_joined(verdicts)}."
    if fails:
        as_rated = f" ({rated}, as the scanner rates them)" if rated else ""
        text += f" {formats.counted(fails, 'open failing finding')}{as_rated}."
    muted = result.findings.get("muted_fail", 0)
    return f"{text} {formats.number(muted)} of them muted in the scanner." if muted else text


def standing(result: PracticeResult) -> str:
    """Say in one sentence why a practice without a failing cell stands where it stands."""
    cells = result.cells
    if result.state == "unscored":
        return "Understanding is no setting: the practice is reported and never scored."
    if result.state == "absent":
        return _absent(result)
    parts = []
    if cells.passed:
        whole = "" if cells.passed == cells.total else f" of {formats.number(cells.total)}"
        parts.append(f"Holds in {formats.number(cells.passed)}{whole} {_noun(cells.total)}")
    if cells.unknown:
        why = ", ".join(
            f"{text} ({formats.number(number)})" for text, number in unknown_reasons(result).items()
        )
        whole = "" if cells.unknown == cells.total else f" of {formats.number(cells.total)}"
        parts.append(
            f"Not assessed in {formats.number(cells.unknown)}{whole} {_noun(cells.total)}: {why}"
        )
    declared = practices.declared(result)
    if cells.absent > declared:
        empty = formats.counted(cells.absent - declared, "further cell")
        parts.append(f"Nothing to assess in {empty}")
    if declared:
        parts.append(f"Declared not applicable in {formats.counted(declared, 'further cell')}")
    return f"{'. '.join(parts)}."


def _absent(result: PracticeResult) -> str:
    """Say why a practice is out of all sums."""
    declared = practices.declared(result)
    empty = result.cells.absent - declared
    parts = (
        f"Nothing to assess: the checks ran and found no such resource "
        f"({formats.counted(empty, 'cell')})."
        if empty or not declared
        else "",
        f"Declared not applicable ({formats.counted(declared, 'cell')})." if declared else "",
    )
    return " ".join(part for part in parts if part)


def _noun(cells: int) -> str:
    return "cell" if cells == 1 else "cells"


def others(result: PracticeResult) -> tuple[tuple[str, str], ...]:
    """Name the criteria that do not fail, by what became of them."""
    kinds: dict[str, list[str]] = {}
    for criterion in result.criteria:
        if not criterion.cells.failed:
            kinds.setdefault(_fate(criterion), []).append(criterion.statement)
    return tuple((label, " ".join(statements)) for label, statements in sorted(kinds.items()))


def _fate(criterion: CriterionResult) -> str:
    cells = criterion.cells
    if not criterion.expected:
        return "Not seen by any scanner in use"
    if cells.unknown:
        reasons = [reason(name) for name in criterion.reasons if name not in ABSENT]
        known = "Partly assessed" if cells.passed else "Not assessed"
        return f"{known}, {' and '.join(reasons)}"
    if cells.passed:
        return "Held"
    declared = Reason.DECLARED.name.lower() in criterion.reasons
    return "Declared not applicable" if declared else "Nothing to assess"


def accounts(result: PracticeResult, names: dict[str, str]) -> str:
    """Name the accounts in which the practice fails, the shorter way round."""
    failing = result.accounts_failing
    rest = sorted(names.keys() - set(failing))
    if not failing or len(names) == 1:
        return ""
    count = f"{formats.number(len(failing))} of {formats.number(len(names))}"
    if not rest:
        return f"all {formats.number(len(names))} in scope"
    if len(rest) < len(failing):
        return f"{count}; not in {formats.listed(rest, MOST_ACCOUNTS)}"
    return f"{count}: {formats.listed(failing, MOST_ACCOUNTS)}"


def _joined(parts: Sequence[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def before_deployment(result: PracticeResult) -> str:
    """Say what scans of infrastructure code found that concerns the practice; "" if nothing."""
    told = [
        f"{scanner}: {formats.tally(found, words.FINDINGS)}"
        for scanner, found in sorted(result.before_deployment.items())
    ]
    return f"{'; '.join(told)}. Code is scored in its own practice, never here." if told else ""
