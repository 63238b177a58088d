"""Waivers as the queries join them, and what they cover, for the exceptions register."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import product

from gapfolio.assess.queries import query
from gapfolio.catalogue import Catalogue
from gapfolio.engagement import Entry, Folder, Waiver
from gapfolio.engagement.terms import term
from gapfolio.engine.base import Engine
from gapfolio.errors import EngagementError
from gapfolio.model import Exceptions, Muted, WaiverResult

_ANY = [""]
_MOST = 100_000
"""Combinations of selected things that one waiver may have."""
_ESCAPED = str.maketrans({"~": "~~", "%": "~%", "_": "~_", "*": "%", "?": "_"})


def put(engine: Engine, folder: Folder, catalogue: Catalogue, day: date) -> None:
    """Create `waivers` and `waiver_rules`, each waiver judged on a day.

    Raises:
        EngagementError: a waiver selects more than can be worked on.
    """
    engine.put(
        "waivers",
        {"waiver": "INTEGER", "id": "VARCHAR", "state": "VARCHAR"},
        [
            (place, entry.value.id, term(entry.value.granted, entry.value.expires, day))
            for place, entry in enumerate(folder.waivers)
        ],
    )
    engine.put(
        "waiver_rules",
        {
            "waiver": "INTEGER",
            "criterion": "VARCHAR",
            "scanner": "VARCHAR",
            "check_id": "VARCHAR",
            "account": "VARCHAR",
            "region": "VARCHAR",
            "resource": "VARCHAR",
            "tag": "VARCHAR",
        },
        [
            (place, *rule)
            for place, entry in enumerate(folder.waivers)
            for rule in _rules(entry, catalogue)
        ],
    )


def _rules(entry: Entry[Waiver], catalogue: Catalogue) -> Iterator[tuple[str, ...]]:
    """Give every combination of what a waiver selects."""
    asked = entry.value.selects()
    places = list(criteria(asked, catalogue))
    rest = [
        asked.get("account", _ANY),
        asked.get("region", _ANY),
        [like(text) for text in asked.get("resource", _ANY)],
        [like(text) for text in asked.get("tag", _ANY)],
    ]
    number = len(places)
    for values in rest:
        number *= len(values)
    if number > _MOST:
        raise EngagementError(
            entry.fault(
                f"{entry.value.id}: selects {number:,} combinations, more than {_MOST:,}; "
                "use patterns, or several waivers"
            )
        )
    for place in places:
        for combination in product(*rest):
            yield (*place, *combination)


def criteria(asked: dict[str, list[str]], catalogue: Catalogue) -> Iterator[tuple[str, str, str]]:
    """Give criteria with scanner and check ("" = any) that a waiver selects."""
    checks = {check for text in asked.get("check", []) for check in named(text, catalogue)}
    for practice in catalogue.practices():
        for criterion in practice.criteria:
            if practice.id not in asked.get("practice", [practice.id]):
                continue
            if criterion.id not in asked.get("criterion", [criterion.id]):
                continue
            if "check" not in asked:
                yield criterion.id, "", ""
            elif criterion.takes:  # it takes whatever there is, so none of them stands in it
                yield from ((criterion.id, scanner, check) for scanner, check in sorted(checks))
            else:
                own = {(s, edge.check) for s, edges in criterion.checks.items() for edge in edges}
                yield from ((criterion.id, *check) for check in sorted(own & checks))


def named(text: str, catalogue: Catalogue) -> set[tuple[str, str]]:
    """Give the checks that `scanner:check`, or an id of any scanner, names; aliases resolve."""
    scanners = {*catalogue.described, *catalogue.listed, *catalogue.scanners()}
    prefix, _, rest = text.partition(":")
    if rest and prefix in scanners:
        return {(prefix, catalogue.canonical(prefix, rest))}
    found = {(scanner, catalogue.canonical(scanner, text)) for scanner in scanners}
    return {check for check in found if check in catalogue.checks} or found


def like(pattern: str) -> str:
    """Turn a pattern with `*` and `?` into one of SQL's LIKE, escaped with `~`."""
    return pattern.translate(_ESCAPED)


def exceptions(engine: Engine, folder: Folder, day: date) -> Exceptions:
    """Give the register: each waiver with what it covers, and what was muted in the scanners."""
    use: dict[int, list[tuple[str, str, int]]] = defaultdict(list)
    for row in engine.rows(query("waiver_use")):
        use[row["waiver"]].append((row["practice"], row["account"], int(row["findings"])))
    overlaps: dict[str, list[str]] = defaultdict(list)
    for row in engine.rows(query("waiver_overlaps")):
        overlaps[row["id"]].append(row["other"])
    return Exceptions(
        longest_days=folder.engagement.waivers.longest_days,
        waivers=[
            _result(entry.value, day, use[place], overlaps[entry.value.id])
            for place, entry in enumerate(folder.waivers)
        ],
        muted=[
            Muted(
                scanner=row["scanner"],
                check=row["check_id"],
                account=row["account"],
                practice=row["practice"],
                findings=int(row["findings"]),
                waived=int(row["waived"]),
            )
            for row in engine.rows(query("muted"))
        ],
    )


def _result(
    waiver: Waiver, day: date, use: Sequence[tuple[str, str, int]], overlaps: list[str]
) -> WaiverResult:
    return WaiverResult(
        id=waiver.id,
        selects=waiver.selects(),
        reason=waiver.reason,
        owner=waiver.owner,
        approver=waiver.approver,
        ticket=waiver.ticket,
        granted=waiver.granted,
        expires=waiver.expires,
        state=term(waiver.granted, waiver.expires, day),
        days_left=(waiver.expires - day).days,
        findings=sum(number for _, _, number in use),
        practices=sorted({practice for practice, _, _ in use}),
        accounts=sorted({account for _, account, _ in use if account}),
        overlaps=overlaps,
    )
