"""What another engine answered, in place of findings: the cells, and results of other queries.

Each file holds the result of the query that it is named after, as Athena, Spark or Trino gave it.
Only `cells` must be there. What people attest and declare is not taken from it: that is judged
here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gapfolio.assess import agreement, change, declarations, given_cells, results, tables, waivers
from gapfolio.assess.collect import collect
from gapfolio.assess.pipeline import STEPS
from gapfolio.assess.queries import query
from gapfolio.assess.request import Request
from gapfolio.assess.untold import CELLS, TELLS, source
from gapfolio.engagement import period_of
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.errors import EngagementError, InputError
from gapfolio.hashing import sha256
from gapfolio.model import Assessment, InputResult
from gapfolio.sources.locations import shown

_SUFFIXES = (".csv", ".parquet")


class AnsweredEngine(DuckDBEngine):
    """DuckDB, with some queries answered already."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self._answers: dict[str, str] = {}

    def answer(self, name: str, table: str) -> None:
        """Have the rows of a named query come from a table."""
        self._answers[query(name)] = f"SELECT * FROM {table}"

    def rows(self, query: str) -> Iterator[dict[str, Any]]:
        """Give the rows of a SELECT, or those that were given for it."""
        return super().rows(self._answers.get(query, query))


@dataclass(frozen=True)
class Answer:
    """A file with the result of a query."""

    name: str
    """Of the query."""
    path: Path
    input: InputResult


def found(location: Path) -> list[Answer]:
    """Find the results: a file of cells, or a directory of files named after their queries.

    Raises:
        InputError: it is not there, cells are missing, or a file is named after no query.
    """
    if location.is_dir():
        paths = sorted(path for path in location.iterdir() if not path.name.startswith("."))
        named = [(path.stem, path) for path in paths]
    else:
        named = [(CELLS, location)]
    for name, path in named:
        if path.suffix.lower() not in _SUFFIXES or not path.is_file():
            raise InputError(f"{shown(path)}: is no .csv or .parquet file with a query's result")
        if name != CELLS and name not in TELLS:
            raise InputError(
                f"{shown(path)}: is named after no query whose result is taken; those are "
                f"{', '.join((CELLS, *TELLS))}"
            )
    names = [name for name, _ in named]
    for name in names:
        if names.count(name) > 1:
            raise InputError(f"{shown(location)}: has two results of {name}; leave one")
    if CELLS not in names:
        raise InputError(f"{shown(location)}: has no result of the query cells")
    return [Answer(name, path, _input(name, path)) for name, path in named]


def assess(
    engine: AnsweredEngine,
    request: Request,
    answers: Sequence[Answer],
    progress: Callable[[str], None] = lambda _: None,
) -> Assessment:
    """Assess what was answered; `findings` has no rows.

    Raises:
        InputError: a result is not what its query gives, or cells are missing or not in scope.
        EngagementError: the period or an account makes no sense.
    """
    engagement = request.folder.engagement
    text = request.period or engagement.period
    if not text:
        raise InputError("cells say nothing of the period they are of; name it with --period")
    period = period_of(text, engagement)
    if request.accounts and len(answers) > 1:
        raise InputError(
            f"{shown(answers[0].path.parent)}: these results count all accounts together, so there "
            f"is no report on {request.part} alone; give only the result of cells"
        )
    [of_cells] = [answer.path for answer in answers if answer.name == CELLS]
    cells = given_cells.read(engine, of_cells)
    scope = [account.id for account in engagement.accounts]
    scope = scope or sorted({cell.account for cell in cells if cell.account})
    accounts = _accounts(request, scope)
    attested = declarations.attested(request.folder, accounts, period.end)

    def put_catalogue(versions: Mapping[str, set[str]]) -> None:
        tables.put_catalogue(engine, request.catalogue, versions)

    put_catalogue({})
    tables.put_scope(engine, period, accounts, engagement.regions)
    tables.put_runs(engine, [], request.inputs, request.catalogue)
    waivers.put(engine, request.folder, request.catalogue, period.end)
    declarations.put(engine, attested, request.folder, request.catalogue, accounts, period.end)
    for name in STEPS:
        progress(name)
        engine.derive(name, query(name))
    change.nothing_before(engine)
    for answer in answers:
        if answer.name != CELLS:
            results.put(engine, answer.path, answer.name, query(answer.name))
            engine.answer(answer.name, results.table(answer.name))
    paths = {answer.name: answer.path for answer in answers}
    agreement.check(engine, paths, cells, request.catalogue, period, scope)
    versions = _versions(engine, answers)
    put_catalogue(versions)
    given_cells.put(engine, cells, of_cells, request.catalogue, scope, accounts)
    for name in ("excused", CELLS):
        engine.derive(name, query(name))
    return collect(
        engine,
        replace(request, notices=[*request.notices, *_notices(request, answers, len(cells))]),
        period=period,
        accounts=accounts,
        runs=[],
        scanners=sorted(versions),
        attested=attested,
        scope=scope,
    )


def _accounts(request: Request, scope: Sequence[str]) -> list[str]:
    """Give the accounts that the report is on."""
    strange = sorted(set(request.accounts) - set(scope))
    if strange:
        raise EngagementError(
            f"--account {strange[0]}: not in scope; in scope are {', '.join(scope) or 'none'}"
        )
    return [account for account in scope if not request.accounts or account in request.accounts]


def _versions(engine: AnsweredEngine, answers: Sequence[Answer]) -> dict[str, set[str]]:
    """Give the scanners in use with their versions; none where that was not given."""
    used: dict[str, set[str]] = {}
    if any(answer.name == "scans" for answer in answers):
        for row in engine.rows(query("scans")):
            used.setdefault(row["scanner"], set()).add(row["scanner_version"])
    return used


def _notices(request: Request, answers: Sequence[Answer], cells: int) -> list[str]:
    """Say what the report is made of, and what it cannot tell."""
    given = {answer.name for answer in answers}
    [name] = [answer.input.name for answer in answers if answer.name == CELLS]
    missing = [
        f"{words} ({name})"
        for name, words in TELLS.items()
        if name not in given and (request.folder.waivers or not name.startswith("waiver"))
    ]
    made = (
        f"{name}: made from {cells:,} cells that another engine computed; no finding was read, so "
        "no list of findings is written, nothing is compared with the period before, and run "
        "records say nothing here"
    )
    if not missing:
        return [made]
    not_told = (
        "not told, because these query results were not given, and an empty list or a 0 says "
        f"nothing of it: {'; '.join(missing)}"
    )
    return [made, not_told]


def _input(name: str, path: Path) -> InputResult:
    try:
        size, digest = path.stat().st_size, sha256(path)
    except OSError as error:
        raise InputError(f"{shown(path)}: cannot be read ({error.strerror})") from error
    return InputResult(
        name=shown(path),
        sha256=digest,
        bytes=size,
        source=source(name),
        elements=0,
        findings=0,
        skipped={},
    )
