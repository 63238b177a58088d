"""One audit from end to end: locations in, an `Audit` (Assessment + findings table) out.

This is the library's front door; the commands, the tests and embedding programs all use it.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gapfolio import catalogue as catalogues
from gapfolio import engagement as engagements
from gapfolio import gather, history, plugins, runs
from gapfolio.assess import answers, change, remediation
from gapfolio.assess.pipeline import assess, prepare
from gapfolio.assess.request import Request
from gapfolio.assess.tables import Declaration, Run
from gapfolio.assess.untold import by_answers
from gapfolio.engagement import against, groups
from gapfolio.engine.base import Engine
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.errors import EngagementError, InputError
from gapfolio.exports import offered
from gapfolio.gather import Progress
from gapfolio.lake import kit
from gapfolio.live import unread
from gapfolio.live.base import Access
from gapfolio.live.reading import FOLDER
from gapfolio.model import Assessment, InputResult
from gapfolio.sources import completing, load, locations
from gapfolio.sources.base import is_snapshot
from gapfolio.sources.passed_over import PACK
from gapfolio.store import layout
from gapfolio.store import reading as stores

if TYPE_CHECKING:
    import pluggy

    from gapfolio.assess.policy import ScorePolicy
    from gapfolio.sources.base import Source

__all__ = ["Audit", "Options", "Progress", "opened"]


@dataclass(frozen=True)
class Options:
    """What to audit; everything left out comes from the engagement, if there is one."""

    locations: Sequence[str] = ()
    directory: Path = Path()
    period: str = ""
    executed: Sequence[str] = ()
    accounts: Sequence[str] = ()
    """Report on these accounts only."""
    group: str = ""
    """Report on a group of accounts only: `environment=production`."""
    strict: bool = False
    since: Path | None = None
    """Evidence pack to compare with; None = the newest earlier one of the engagement."""
    access: Access = field(default_factory=Access)
    """How live locations such as `securityhub:` are reached."""
    cells: Path | None = None
    """Results of queries that another engine ran, in place of findings: that of `cells`, or a
    directory of several."""
    survey: Path | None = None
    """Result of the query `survey` on a lake, in place of findings: each of its rows stands for
    many, so nothing but the small tables is right."""
    engine: str = "duckdb"
    """What runs the queries: duckdb or spark."""
    master: str = ""
    """URL of the Spark master."""


@dataclass(frozen=True)
class Audit:
    """An assessment with what it was made from."""

    assessment: Assessment
    engine: Engine
    catalogue: catalogues.Catalogue
    folder: engagements.Folder
    plugins: pluggy.PluginManager
    run_files: list[Path] = field(default_factory=list)
    pulled: Path | None = None
    """Directory with what was read live, for the pack's `inputs`; None if nothing was."""


@contextmanager
def opened(options: Options, progress: Progress = lambda *_: None) -> Iterator[Audit]:
    """Read, map and score; the findings table lives as long as the context.

    Raises:
        GapfolioError: with a message for the user.
    """
    folder = engagements.read(options.directory)
    pm = plugins.manager()
    extra = [options.directory / name for name in folder.engagement.mappings]
    catalogue = catalogues.load([*plugins.mapping_directories(pm), *extra])
    against.checked(folder, catalogue)
    offered.checked(pm, folder)
    accounts, part = _part(options, folder)
    declared, recorded = _declarations(folder.engagement.executed, options.directory)
    more_declared, more_recorded = _declarations(options.executed, Path())
    sources = gather.sources(pm)
    what = _What(options, folder, catalogue, sources, accounts, [*recorded, *more_recorded])
    wanted = None
    if not (options.cells or options.survey):
        wanted = gather.wanted(options.locations, options.directory, folder)
    with (
        tempfile.TemporaryDirectory(prefix="gapfolio-") as scratch,
        _engine(options, Path(scratch)) as engine,
    ):
        given = _read(what, wanted, engine, Path(scratch), progress)
        request = Request(
            folder=folder,
            catalogue=catalogue,
            policy=_policy(pm, folder.engagement.policy),
            inputs=given.inputs,
            runs=[unread.spread(run, catalogue) for run in given.runs],
            executed=[*declared, *more_declared],
            period=given.period,
            accounts=accounts,
            part=part,
            snapshots={source.name for source in sources if is_snapshot(source)},
            notices=given.notices,
        )
        progress("preparing findings", 0, 0)
        prepare(engine, request)
        given.forget()
        assessment = _assessed(
            engine, request, given, lambda step: progress(f"assessing: {step}", 0, 0)
        )
        assessment = _compared(engine, assessment, folder, options.since)
        pm.hook.assessed(assessment=assessment)
        yield Audit(assessment, engine, catalogue, folder, pm, given.run_files, given.pulled)


@dataclass(frozen=True)
class _What:
    """What reading needs to know, whatever is read."""

    options: Options
    folder: engagements.Folder
    catalogue: catalogues.Catalogue
    sources: Sequence[Source]
    accounts: Sequence[str]
    """Those that the report is limited to."""
    recorded: Sequence[Path]
    """Run records that were declared."""

    @property
    def named(self) -> list[str]:
        """Accounts that the auditor named, of which findings without one may be."""
        return list(self.accounts) or [account.id for account in self.folder.engagement.accounts]


@dataclass(frozen=True)
class _Given:
    """What was read; the findings are the table `numbered`."""

    inputs: list[InputResult]
    runs: list[Run]
    run_files: list[Path]
    notices: list[str]
    period: str
    pulled: Path | None = None
    answers: Sequence[answers.Answer] = ()
    """Query results, in place of findings."""
    forget: Callable[[], None] = lambda: None
    """Gives back what `numbered` was made of."""


@contextmanager
def _engine(options: Options, scratch: Path) -> Iterator[Engine]:
    """Start the engine.

    Raises:
        EngineError: it cannot be had.
    """
    if options.engine == "spark" and not options.cells:
        from gapfolio.engine import spark  # noqa: PLC0415 - an extra

        with spark.SparkEngine(options.master, scratch) as cluster:
            yield cluster
        return
    kind: type[DuckDBEngine] = DuckDBEngine
    if options.cells:
        kind = answers.AnsweredEngine
    elif options.survey:
        kind = kit.NotingEngine
    with kind(scratch) as engine:
        yield engine


def _assessed(
    engine: Engine, request: Request, given: _Given, progress: Callable[[str], None]
) -> Assessment:
    if isinstance(engine, answers.AnsweredEngine):
        return answers.assess(engine, request, given.answers, progress)
    return assess(engine, request, progress)


def _read(
    what: _What, wanted: gather.Wanted | None, engine: Engine, scratch: Path, progress: Progress
) -> _Given:
    """Read a store, or else files and live locations.

    Raises:
        InputError: a store is named beside other locations, or nothing can be read.
    """
    if isinstance(engine, kit.NotingEngine):
        return _from_survey(what, engine)
    if wanted is None:
        return _from_answers(what, engine, scratch)
    found = [location for location in wanted.files if layout.is_store(location)]
    if found and (len(wanted.files) > 1 or wanted.live or wanted.accounts):
        raise InputError(
            f"{locations.shown(found[0])}: is a store of findings, and is reported on by itself; "
            "put the others into it with `gapfolio ingest`"
        )
    if found:
        return _from_store(what, Path(found[0]), engine, scratch, progress)
    if not isinstance(engine, DuckDBEngine):
        raise InputError(
            "this engine reads a store of findings and no files; make one with `gapfolio ingest`"
        )
    return _from_files(what, wanted, engine, scratch, progress)


def _from_answers(what: _What, engine: Engine, scratch: Path) -> _Given:
    """Take query results in place of findings; copies of them go into the pack.

    Raises:
        InputError: there are none, or something is named that they cannot be reported on with.
    """
    options = what.options
    beside = {
        "a LOCATION": options.locations,
        "--executed": options.executed,
        "--since": options.since,
        "--aws-profile, --region and --role-arn": options.access != Access(),
        "--engine spark": options.engine == "spark",
    }
    for name, used in beside.items():
        if used:
            raise InputError(f"--cells takes the place of findings and does not go with {name}")
    found = answers.found(options.cells or Path())
    folder = scratch / FOLDER / "cells"
    folder.mkdir(parents=True)
    for answer in found:
        shutil.copyfile(answer.path, folder / f"{answer.name}{answer.path.suffix.lower()}")
    columns = {name: kind for name, kind in layout.COLUMNS.items() if name != "input_sha256"}
    engine.put("numbered", {"n": "BIGINT", "input_id": "INTEGER", **columns}, [])
    inputs = [answer.input for answer in found]
    return _Given(inputs, [], [], [], options.period, scratch / FOLDER, found)


def _from_survey(what: _What, engine: kit.NotingEngine) -> _Given:
    options = what.options
    inputs = [kit.put(engine, options.survey or Path())]
    standing = runs.standing(_distinct(what.recorded), inputs, options.directory)
    return _Given(inputs, standing, [], [], options.period)


def _from_store(
    what: _What, directory: Path, engine: Engine, scratch: Path, progress: Progress
) -> _Given:
    options = what.options
    if options.access != Access():
        raise InputError("--aws-profile, --region and --role-arn are for live locations")
    progress("checking the store", 0, 0)
    period = stores.period(directory, options.period or what.folder.engagement.period)
    found = stores.opened(directory, period, strict=options.strict)
    told = stores.put(engine, found, what.named, what.catalogue.of_kind("code"), scratch / "store")
    inputs = [entry.result for entry in found.inputs]
    digests = {item.sha256 for item in inputs}
    standing = [run.standing(digests) for run in found.runs]
    standing += runs.standing(_distinct(what.recorded), inputs, options.directory)
    return _Given(
        inputs=inputs,
        runs=standing,
        run_files=[*(run.path for run in found.runs), *_distinct(what.recorded)],
        notices=[*found.notices, *_notices(inputs), *told],
        period=period,
    )


def _from_files(
    what: _What, wanted: gather.Wanted, engine: DuckDBEngine, scratch: Path, progress: Progress
) -> _Given:
    options = what.options
    found = gather.found(wanted, options.directory)
    pulled = gather.pulled(wanted, options.access, what.folder, scratch, progress)
    given = [*found.inputs, *pulled.inputs]
    inputs = load.load(
        engine.connection,
        given,
        what.sources,
        strict=options.strict,
        progress=lambda done, of, name: progress(f"reading {name}", done, of),
    )
    code = what.catalogue.of_kind("code")
    told = completing.name_account(engine.connection, given, what.named, code)
    inputs = completing.date(engine.connection, given, inputs)
    run_files = _distinct([*found.runs, *what.recorded])
    standing = runs.standing(run_files, inputs, options.directory)
    standing += runs.standing(pulled.runs, inputs, scratch)
    engine.view(
        "numbered",
        'SELECT row_number() OVER () AS n, "row" AS input_row, * EXCLUDE ("row") FROM raw',
    )
    # the second report says what the first one said, so its pack is not worth a word
    over = gather.passed_over(found, PACK)
    return _Given(
        inputs=inputs,
        runs=standing,
        run_files=run_files,
        notices=[*pulled.notices, *_notices(inputs), *over, *told],
        period=options.period,
        pulled=pulled.root,
        forget=lambda: _forget(engine),
    )


def _forget(engine: DuckDBEngine) -> None:
    engine.connection.execute("DROP VIEW numbered")
    engine.connection.execute("DROP TABLE raw")


def _compared(
    engine: Engine, assessment: Assessment, folder: engagements.Folder, since: Path | None
) -> Assessment:
    """Compare with the earlier packs, if there are any, and plan what is to be done.

    The plan needs the packs: they remember since when a finding has been open.
    """
    alone = by_answers(assessment) or isinstance(engine, kit.NotingEngine)
    packs = [] if alone else history.before(assessment, folder.directory, since)
    compared = msgspec.structs.replace(assessment, change=change.compare(engine, assessment, packs))
    return msgspec.structs.replace(compared, remediation=remediation.plan(engine, compared, folder))


def _part(options: Options, folder: engagements.Folder) -> tuple[list[str], str]:
    """Give the accounts that the report is limited to (none = all), and how that was said.

    Raises:
        EngagementError: a group that has no account, or nothing in common with the accounts.
    """
    if not options.group:
        return list(options.accounts), ", ".join(sorted(set(options.accounts)))
    members = groups.members(folder.engagement, options.group)
    if not options.accounts:
        return members, options.group
    strange = sorted(set(options.accounts) - set(members))
    if strange:
        raise EngagementError(f"--account {strange[0]}: is not in the group {options.group}")
    return list(options.accounts), ", ".join(sorted(set(options.accounts)))


def _policy(pm: pluggy.PluginManager, name: str) -> ScorePolicy:
    offers: dict[str, plugins.Offer[ScorePolicy]] = plugins.collect(
        pm.hook.register_score_policies, lambda policy: policy.name
    )
    if name not in offers:
        raise EngagementError(
            f"gapfolio.toml: policy: there is no {name!r}; there are: {', '.join(offers)}"
        )
    return offers[name].thing


def _distinct(paths: Iterable[Path]) -> list[Path]:
    return list({path.resolve(): path for path in paths}.values())


def _declarations(texts: Sequence[str], base: Path) -> tuple[list[Declaration], list[Path]]:
    """Tell declarations (`prowler=all`, a list of check ids) from run records given as files."""
    declared: list[Declaration] = []
    recorded: list[Path] = []
    for text in texts:
        scanner, found, what = text.partition("=")
        if not (scanner and found and what):
            raise EngagementError(f"executed {text!r}: write prowler=all or prowler=FILE")
        words = f"--executed {text}"
        if what == "all":
            declared.append(Declaration(scanner, None, words))
            continue
        path = base / what
        try:
            content = path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise InputError(f"--executed {text}: {path} cannot be read as text") from error
        if content.lstrip().startswith("{"):
            recorded.append(path)
        else:
            lines = (line.partition("#")[0].strip() for line in content.splitlines())
            declared.append(Declaration(scanner, tuple(filter(None, lines)), words))
    return declared, recorded


def _notices(inputs: Sequence[InputResult]) -> list[str]:
    """Say what of the inputs was not read, and what had to be supposed."""
    notices = [f"{item.name}: {item.problem}" for item in inputs if item.problem]
    for item in inputs:
        notices += [f"{item.name}: {n} left out ({why})" for why, n in sorted(item.skipped.items())]
        if item.modified:
            notices.append(
                f"{item.name}: findings without a time of their own, dated by the file's last "
                f"change, {item.modified:%d %B %Y}"
            )
    return notices
