"""Which scanner sees which practice: the matrix that `gapfolio catalogue --coverage` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from gapfolio.catalogue.book import Catalogue

_NEEDS = {"automated": "A", "both": "A+M", "manual": "M"}


def matrix(catalogue: Catalogue) -> Iterator[list[str]]:
    """Give the rows of the matrix, the header first.

    A cell is the number of primary checks; `+n` of them are derived, not read again. Scanners of
    infrastructure code are left out: they decide no live practice. Threat records of any scanner
    count in the one practice that takes them, marked `events`.
    """
    scanners = [name for name in catalogue.scanners() if catalogue.kind(name) == "account"]
    scanners.sort(key=lambda name: (name != "prowler", name != "securityhub", name))
    events = catalogue.taking("events")
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
        seen = any(reviewed[name] or derived[name] for name in scanners)
        threats = events is not None and events[0].id == practice.id
        yield [
            practice.id,
            _NEEDS[practice.evidence] + (" events" if threats else ""),
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
