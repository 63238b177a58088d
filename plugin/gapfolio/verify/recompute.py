"""Works the assessment out anew, from nothing but what is in the pack.

The findings are taken as they were read from the scanners' files; standing, cells and scores are
derived from them with the mappings, the engagement and the run records that the pack carries. What
cannot be told from a pack is whether an output that a run record names was changed before the audit
read it: there the word of `assessment.json` is taken.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import duckdb
import msgspec

from gapfolio import catalogue as catalogues
from gapfolio import decoding, engagement, plugins, resources, runs
from gapfolio.assess import document, remediation
from gapfolio.assess.collect import FINDINGS_SCHEMA
from gapfolio.assess.pipeline import assess, prepare
from gapfolio.assess.policy import ScorePolicy
from gapfolio.assess.request import Request
from gapfolio.assess.tables import Declaration, Run
from gapfolio.catalogue import Catalogue
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.errors import PackError
from gapfolio.live import unread
from gapfolio.manifest import ASSESSMENT, CELLS, CLOSED, DECLARED, FINDINGS, Declared
from gapfolio.model import Assessment, RemediationItem, RunRecord, RunResult
from gapfolio.sources.base import Source
from gapfolio.verify import compare
from gapfolio.verify.store import outside

_T = TypeVar("_T")
_COPY = re.compile(r"(\d{3,})-")
_CHANGED = "has changed since the run"
_SHOWN = 3


def needed(paths: Collection[str]) -> list[str]:
    """Give those of a pack's files from which its scores follow.

    Raises:
        PackError: it was written without some of them.
    """
    if any(path.startswith("inputs/cells/cells.") for path in paths) and FINDINGS not in paths:
        raise PackError(
            "it was made from cells that another engine computed, and holds no findings; "
            "`gapfolio report --cells` of its inputs/cells gives the report again"
        )
    for path in (ASSESSMENT, FINDINGS, "catalogue/services.yaml"):
        if path not in paths:
            raise PackError(
                f"{path}: is not in the pack, and nothing can be recomputed without it; a report "
                "with --format json,parquet has all that it takes"
            )
    folders = ("catalogue/", "engagement/", "runs/", "inputs/")
    files = (ASSESSMENT, FINDINGS, CELLS, CLOSED)
    return [path for path in paths if path in files or path.startswith(folders)]


def recompute(root: Path, progress: Callable[[str], None] = lambda _: None) -> list[str]:
    """Compare a pack's `assessment.json` and `findings.parquet` with what follows from the pack.

    Args:
        root: a directory with the files that `needed` names.
        progress: told what is being done.

    Returns:
        A line for each difference; none if everything follows.

    Raises:
        PackError: the pack, or this installation, lacks what it takes.
        GapfolioError: a file of the pack is wrong.
    """
    given = _assessment(root / ASSESSMENT)
    if given.redacted:
        raise PackError(
            "a redacted copy cannot be recomputed, for it holds pseudonyms; recompute the pack it "
            "was made from"
        )
    with (
        tempfile.TemporaryDirectory(prefix="gapfolio-") as scratch,
        _explained(),
        DuckDBEngine(Path(scratch)) as engine,
    ):
        request = _request(root, given)
        _put(engine, root / FINDINGS, given)
        progress("preparing findings")
        prepare(engine, request)
        made = assess(engine, request, lambda step: progress(f"assessing: {step}"))
        progress("comparing")
        made = msgspec.structs.replace(made, remediation=_plan(engine, made, request))
        cells = _cells(engine, root / CELLS)
        closed = _closed(engine, root / CLOSED, given)
        strange = list(engine.rows(f"{_query('underived')} LIMIT {_SHOWN}"))
    lines = [*compare.differences(given, made), *cells, *closed]
    if strange:
        rows = ", ".join(f"{row['input']} {row['input_row']}" for row in strange)
        more = strange[0]["of_all"] - len(strange)
        lines.append(
            f"{FINDINGS}: practice, standing or date do not follow in the rows of {rows}"
            + (f" and {more:,} more" if more else "")
        )
    return lines


def _assessment(path: Path) -> Assessment:
    try:
        made = document.decode(path.read_bytes())
    except msgspec.DecodeError as error:
        raise PackError(f"{ASSESSMENT}: cannot be read: {' '.join(str(error).split())}") from error
    schema = made.versions.get("findings_schema", "")
    if schema != str(FINDINGS_SCHEMA):
        raise PackError(
            f"{FINDINGS}: is of schema {schema or 'unknown'}, this version reads "
            f"{FINDINGS_SCHEMA}; recompute it with gapfolio {made.versions.get('gapfolio', '')}"
        )
    return made


@contextmanager
def _explained() -> Iterator[None]:
    """Say of findings that cannot be read that they cannot."""
    try:
        yield
    except duckdb.Error as error:
        reason = str(error).strip().splitlines()[0]
        raise PackError(f"{FINDINGS}: cannot be worked on: {reason}") from error
    except RecursionError as error:
        raise PackError("a file of the pack is nested too deeply") from error


def _put(engine: DuckDBEngine, findings: Path, given: Assessment) -> None:
    """Make the tables and views that `prepare` takes for freshly loaded findings."""
    path = str(findings).replace("'", "''")
    engine.connection.execute(
        f"CREATE VIEW given AS SELECT file_row_number + 1 AS n, * EXCLUDE (file_row_number) "
        f"FROM read_parquet('{path}', file_row_number = true, hive_partitioning = false)"
    )
    queries = "".join(_query(name) for name in ("numbered", "underived", "open_since"))
    wanted = set(re.findall(r"\bg\.(\w+)", queries))
    columns = engine.columns("given")
    if missing := sorted(wanted.difference(columns)):
        raise PackError(
            f"{FINDINGS}: has no {', '.join(missing)}: an earlier version made it, or it was "
            "changed"
        )
    engine.put(
        "origins",
        {"input_id": "INTEGER", "name": "VARCHAR", "sha256": "VARCHAR"},
        [(place, item.name, item.sha256) for place, item in enumerate(given.inputs)],
    )
    engine.derive("placed", _query("placed"))
    engine.connection.execute(f"CREATE VIEW numbered AS {_query('numbered')}")


def _cells(engine: DuckDBEngine, path: Path) -> list[str]:
    """Say that the cells of the pack are not those that follow; it may have been made without."""
    if not path.is_file():
        return []
    engine.attach("given_cells", path)
    wrong = next(engine.rows(_query("cells")))["cells"]
    return [f"{CELLS}: {wrong:,} cells are not what follows from the findings"] if wrong else []


def _plan(engine: DuckDBEngine, made: Assessment, request: Request) -> list[RemediationItem]:
    """Plan anew; since when a gap has been open, only the pack remembers."""
    engine.derive("open_since", _query("open_since"))
    return remediation.plan(engine, made, request.folder)


def _closed(engine: DuckDBEngine, path: Path, given: Assessment) -> list[str]:
    """Say that the list of what was closed does not give the numbers of the comparison."""
    if not path.is_file():
        return []
    engine.attach("given_closed", path)
    counted = engine.rows("SELECT cause, count(*) AS findings FROM given_closed GROUP BY cause")
    found = {row["cause"]: int(row["findings"]) for row in counted}
    if found == (given.change.closed if given.change else {}):
        return []
    return [f"{CLOSED}: does not have what {ASSESSMENT} counts as closed"]


def _query(name: str) -> str:
    return resources.text("verify", f"{name}.sql").strip()


def _request(root: Path, given: Assessment) -> Request:
    folder = engagement.read(root / "engagement")
    catalogue = catalogues.load(_extra(root / "catalogue"), root / "catalogue")
    pm = plugins.manager()
    policies: dict[str, plugins.Offer[ScorePolicy]] = plugins.collect(
        pm.hook.register_score_policies, lambda policy: policy.name
    )
    sources: dict[str, plugins.Offer[Source]] = plugins.collect(
        pm.hook.register_sources, lambda source: source.name
    )
    policy = _policy({name: offer.thing for name, offer in policies.items()}, given)
    return Request(
        folder=folder,
        catalogue=catalogue,
        policy=policy,
        inputs=given.inputs,
        runs=_runs(root, given, catalogue),
        executed=_declarations(root / DECLARED, given.runs),
        period=given.period.name,
        accounts=[account.id for account in given.accounts],
        snapshots={name for name, offer in sources.items() if getattr(offer.thing, "snapshot", 0)},
        notices=given.notices,
    )


def _extra(directory: Path) -> list[Path]:
    """Give the mapping directories beside the shipped ones, in the order they were read."""
    found = [path for path in directory.iterdir() if path.is_dir() and path.name[0].isdigit()]
    return sorted(found, key=lambda path: int(path.name.partition("-")[0]))


def _policy(policies: dict[str, ScorePolicy], given: Assessment) -> ScorePolicy:
    scores = given.scores
    policy = policies.get(scores.policy)
    if policy is None:
        raise PackError(
            f"{ASSESSMENT}: scored by the policy {scores.policy}, which no installed plugin offers"
        )
    if policy.version != scores.version:
        raise PackError(
            f"{ASSESSMENT}: scored by {scores.policy} v{scores.version}, this version has "
            f"v{policy.version}; recompute it with gapfolio {given.versions.get('gapfolio', '')}"
        )
    return policy


def _runs(root: Path, given: Assessment, catalogue: Catalogue) -> list[Run]:
    """Read the run records; `assessment.json` lists them in the same order, those of files first.

    Raises:
        PackError: there are fewer or more of them than it says.
    """
    numbered = {path: _COPY.match(path.name) for path in (root / "runs").glob("*")}
    copies = sorted((int(found[1]), path) for path, found in numbered.items() if found)
    results = [result for result in given.runs if not result.declared]
    paths = [path for _, path in copies]
    live = [result.origin for result in results[len(copies) :]]
    paths += [root / origin for origin in live if not outside(origin)]
    if len(paths) != len(results) or not all(path.is_file() for path in paths):
        raise PackError(
            f"{ASSESSMENT}: speaks of {len(results)} run records, and the pack has {len(copies)}"
        )
    given_files = {item.sha256 for item in given.inputs}
    made = []
    for path, result in zip(paths, results, strict=True):
        record = runs.read(path)
        void = _void(record, result, given_files)
        made.append(unread.spread(Run(record, result.origin, void), catalogue))
    return made


def _void(record: RunRecord, result: RunResult, given: Collection[str]) -> str:
    """Say why a record proves nothing; what lay beside it is not in the pack."""
    if result.void.endswith(_CHANGED):
        return result.void
    if not record.outputs:
        return "it names no output"
    if not any(output.sha256 in given for output in record.outputs):
        return "none of the outputs it names was given"
    return ""


def _declarations(path: Path, results: Sequence[RunResult]) -> list[Declaration]:
    """Give each declaration that was used, once."""
    listed: dict[str, list[str]] = {}
    if path.is_file():
        try:
            listed = decoding.decode(path.read_bytes(), Declared, "json").checks
        except decoding.MalformedError as error:
            raise PackError(f"{DECLARED}: {error}") from error
    declared: dict[str, Declaration] = {}
    for result in results:
        if not result.declared or result.origin in declared:
            continue
        checks = None if result.origin.endswith("=all") else listed.get(result.origin)
        if checks is None and not result.origin.endswith("=all"):
            raise PackError(f"{DECLARED}: does not list the checks of {result.origin}")
        declared[result.origin] = Declaration(
            result.scanner, None if checks is None else tuple(checks), result.origin
        )
    return list(declared.values())
