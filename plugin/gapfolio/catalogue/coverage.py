"""Which scanner sees which practice: the matrix that `gapfolio catalogue --coverage` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gapfolio.catalogue.book import Catalogue

_NEEDS = {"automated": "A", "both": "A+M", "manual": "M"}
_FIRST = {"prowler": 0, "securityhub": 1, "probe": 2}


def matrix(catalogue: Catalogue) -> Iterator[list[str]]:
    """Give the rows of the matrix, the header first.

    A cell is the number of primary checks; `+n` of them are derived, not read again. Scanners of
    infrastructure code are left out: they decide no live practice, but the one that takes their
    findings, marked `code`. Threat records of any scanner count in the one marked `events`.
    """
    scanners = [name for name in catalogue.scanners() if catalogue.kind(name) == "account"]
    scanners.sort(key=lambda name: (_FIRST.get(name, len(_FIRST)), name))
    yield ["practice", "evidence", *(catalogue.title(name) for name in scanners), "unseen"]
    for practice in catalogue.practices():
        if practice.priority is None:
            continue
        reviewed: Counter[str] = Counter()
        derived: Counter[str] = Counter()
        for criterion in practice.criteria:
            for scanner, edges in criterion.checks.items():
                for edge in edges:
                    (derived if edge.review == "derived" else reviewed)[scanner] += 1
        taken = [criterion.takes for criterion in practice.criteria if criterion.takes]
        seen = bool(taken) or any(reviewed[name] or derived[name] for name in scanners)
        yield [
            practice.id,
            " ".join([_NEEDS[practice.evidence], *taken]),
            *(_count(reviewed[name], derived[name]) for name in scanners),
            "" if seen or practice.evidence == "manual" else "unseen",
        ]


def _count(reviewed: int, derived: int) -> str:
    parts = [str(reviewed)] * bool(reviewed) + [f"+{derived}"] * bool(derived)
    return " ".join(parts)


def markdown(catalogue: Catalogue) -> str:
    """Give the matrix as a Markdown table."""
    header, *rows = matrix(catalogue)
    rule = ["---", "---", *("---:" for _ in header[3:]), "---"]
    return "\n".join(f"| {' | '.join(row)} |" for row in (header, rule, *rows))
