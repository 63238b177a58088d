"""One audit from end to end: locations in, an `Audit` (Assessment + findings table) out.

This is the library's front door; the commands, the tests and embedding programs all use it.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gapfolio import catalogue as catalogues
from gapfolio import engagement as engagements
from gapfolio import history, plugins, runs
from gapfolio.assess import change, remediation
from gapfolio.assess.engine import DuckDBEngine, Engine
from gapfolio.assess.pipeline import assess, prepare
from gapfolio.assess.request import Request
from gapfolio.assess.tables import Declaration
from gapfolio.engagement import against, groups
from gapfolio.errors import EngagementError, InputError
from gapfolio.exports import offered
from gapfolio.live import reading, schemes, unread
from gapfolio.live.base import Access
from gapfolio.model import Assessment, InputResult
from gapfolio.sources import completing, load, locations
from gapfolio.sources.passed_over import PACK

if TYPE_CHECKING:
    import pluggy

    from gapfolio.assess.policy import ScorePolicy
    from gapfolio.sources.base import Source

Progress = Callable[[str, int, int], None]
"""Called with (what is being done, done, of how many); `of` 0 = not known."""


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
    files, live, named_files = _wanted(options, folder)
    if not (files or live or named_files):
        raise InputError(
            "nothing to read: name files or directories, or list inputs in gapfolio.toml"
        )
    with tempfile.TemporaryDirectory(prefix="gapfolio-") as scratch:
        found = _expanded(options, files, named_files)
        if not options.locations:
            _name_from(options.directory, found.inputs)
        pulled = reading.read(live, options.access, folder.engagement, Path(scratch), progress)
        found.inputs += pulled.inputs
        with DuckDBEngine(Path(scratch)) as engine:
            sources = _sources(pm)
            inputs = load.load(
                engine.connection,
                found.inputs,
                sources,
                strict=options.strict,
                progress=lambda done, of, name: progress(f"reading {name}", done, of),
            )
            named = accounts or [account.id for account in folder.engagement.accounts]
            told = completing.name_account(
                engine.connection, found.inputs, named, catalogue.of_kind("code")
            )
            inputs = completing.date(engine.connection, found.inputs, inputs)
            run_files = _distinct([*found.runs, *recorded, *more_recorded])
            standing = runs.standing(run_files, inputs, options.directory)
            standing += runs.standing(pulled.runs, inputs, Path(scratch))
            request = Request(
                folder=folder,
                catalogue=catalogue,
                policy=_policy(pm, folder.engagement.policy),
                inputs=inputs,
                runs=[unread.spread(run, catalogue) for run in standing],
                executed=[*declared, *more_declared],
                period=options.period,
                accounts=accounts,
                part=part,
                snapshots={s.name for s in sources if getattr(s, "snapshot", False)},
                notices=[*pulled.notices, *_notices(inputs, found), *told],
            )
            progress("preparing findings", 0, 0)
            with _numbered(engine):
                prepare(engine, request)
            assessment = assess(engine, request, lambda step: progress(f"assessing: {step}", 0, 0))
            assessment = _compared(engine, assessment, folder, options.since)
            pm.hook.assessed(assessment=assessment)
            yield Audit(assessment, engine, catalogue, folder, pm, run_files, pulled.root)


def _compared(
    engine: Engine, assessment: Assessment, folder: engagements.Folder, since: Path | None
) -> Assessment:
    """Compare with the earlier packs, if there are any, and plan what is to be done.

    The plan needs the packs: they remember since when a finding has been open.
    """
    packs = history.before(assessment, folder.directory, since)
    compared = msgspec.structs.replace(assessment, change=change.compare(engine, assessment, packs))
    return msgspec.structs.replace(compared, remediation=remediation.plan(engine, compared, folder))


def _expanded(options: Options, files: Sequence[str], named: dict[str, str]) -> locations.Expansion:
    """Find the files to read.

    Raises:
        InputError: there is none; of an engagement it is said where they are expected.
    """
    try:
        return locations.expand(files, sys.stdin.buffer, named)
    except InputError as error:
        if options.locations:
            raise
        raise InputError(
            f"{error} (inputs of gapfolio.toml); put the scanners' output there"
        ) from error


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


def _wanted(
    options: Options, folder: engagements.Folder
) -> tuple[list[str], list[str], dict[str, str]]:
    """Give files, live locations, and files with their account; an engagement's relative to it.

    Raises:
        EngagementError: an input is given two accounts.
    """
    if options.locations:
        return *_split(options.locations), {}
    inputs = folder.engagement.inputs
    files, live = _split([item for item in inputs if isinstance(item, str)])
    accounts: dict[str, str] = {}
    for item in inputs:
        if isinstance(item, engagements.AccountInput):
            if schemes.is_live(item.path) or item.path == locations.STDIN:
                raise EngagementError(f"gapfolio.toml: inputs: {item.path} is not a file")
            path = str(options.directory / item.path)
            if accounts.setdefault(path, item.account) != item.account:
                raise EngagementError(f"gapfolio.toml: inputs: {item.path} has two accounts")
    return [str(options.directory / name) for name in files], live, accounts


def _split(wanted: Sequence[str]) -> tuple[list[str], list[str]]:
    """Tell files from live locations."""
    live = [location for location in wanted if schemes.is_live(location)]
    return [location for location in wanted if location not in live], live


@contextmanager
def _numbered(engine: DuckDBEngine) -> Iterator[None]:
    """Give the loaded rows a number to be joined by; they are not needed afterwards."""
    engine.connection.execute(
        "CREATE VIEW numbered AS SELECT row_number() OVER () AS n, "
        '"row" AS input_row, * EXCLUDE ("row") FROM raw'
    )
    yield
    engine.connection.execute("DROP VIEW numbered")
    engine.connection.execute("DROP TABLE raw")


def _sources(pm: pluggy.PluginManager) -> list[Source]:
    offers: dict[str, plugins.Offer[Source]] = plugins.collect(
        pm.hook.register_sources, lambda source: source.name
    )
    return [offer.thing for offer in offers.values()]


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


def _name_from(directory: Path, inputs: list[locations.Input]) -> None:
    """Name an engagement's inputs from its folder: the pack is the same wherever that lies."""
    prefix = f"{locations.shown(directory)}/"
    inputs[:] = [replace(item, name=item.name.removeprefix(prefix)) for item in inputs]


def _notices(inputs: Sequence[InputResult], found: locations.Expansion) -> list[str]:
    notices = [f"{item.name}: {item.problem}" for item in inputs if item.problem]
    for item in inputs:
        notices += [f"{item.name}: {n} left out ({why})" for why, n in sorted(item.skipped.items())]
        if item.modified:
            notices.append(
                f"{item.name}: findings without a time of their own, dated by the file's last "
                f"change, {item.modified:%d %B %Y}"
            )
    notices += [
        f"{n} file{'s' * (n != 1)} passed over: {why}"
        for why, n in found.skipped.items()
        if n and why != PACK  # the second report says what the first one said
    ]
    return notices
