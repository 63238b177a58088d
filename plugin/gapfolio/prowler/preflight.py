"""Looks, before a scan of hours, whether its report could be made.

    python -m gapfolio.prowler.preflight DIR THEME ENGAGEMENT

says on stderr what is wrong and ends with 2; the flag asks it from inside Prowler.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from gapfolio import catalogue, engagement, pack, plugins
from gapfolio.errors import EngagementError, GapfolioError
from gapfolio.model import Period
from gapfolio.report.theme import load_theme

_REFUSED = 2


def check(
    target: Path | None,
    *,
    theme: str = "",
    directory: Path = Path(),
    period: str = "",
    accounts: Sequence[str] = (),
) -> None:
    """Check what a report of a scan made today would need.

    Args:
        target: directory of the pack; None = the engagement's own place.
        theme: as for `gapfolio report`; "" = the engagement's.
        directory: the engagement's.
        period: as for `gapfolio report`; "" = the engagement's, else this quarter.
        accounts: those that are asked for.

    Raises:
        GapfolioError: saying what is wrong.
    """
    folder = engagement.read(directory)
    manager = plugins.manager()
    more = [directory / name for name in folder.engagement.mappings]
    catalogue.load([*plugins.mapping_directories(manager), *more])
    _check_theme(plugins.collect(manager.hook.register_themes, lambda p: p.name), theme, folder)
    now = datetime.now(UTC)
    text = period or folder.engagement.period
    chosen = (
        engagement.period_of(text, folder.engagement)
        if text
        else engagement.quarter(now, folder.engagement)
    )
    _check_period(chosen, now)
    declared = [account.id for account in folder.engagement.accounts]
    for account in accounts:
        if declared and account not in declared:
            raise EngagementError(
                f"--account {account}: not in scope; in scope are {', '.join(declared)}"
            )
    if target is None and folder.directory:
        target = folder.directory / "packs" / chosen.name
    pack.guard(target or Path("gapfolio-report"), chosen.name)


def _check_theme(
    offers: dict[str, plugins.Offer[Path]], name: str, folder: engagement.Folder
) -> None:
    base = Path() if name else folder.directory or Path()
    wanted = name or folder.engagement.report.theme
    load_theme(offers[wanted].thing if wanted in offers else base / wanted)


def _check_period(chosen: Period, now: datetime) -> None:
    starts, ends = engagement.evidence_window(chosen)
    if not starts <= now.replace(tzinfo=None) < ends:
        raise EngagementError(
            f"period {chosen.name}: a scan of today is no evidence for it (evidence counts from "
            f"{starts:%Y-%m-%d} to {ends:%Y-%m-%d})"
        )


def main(arguments: Sequence[str]) -> int:
    """Check; give the exit code."""
    target, theme, directory = arguments
    try:
        if not target:
            raise GapfolioError("--gapfolio-report: name a directory")
        if directory and not (Path(directory) / engagement.FILE).is_file():
            raise EngagementError(
                f"--gapfolio-engagement {directory}: there is no {engagement.FILE} in it"
            )
        check(Path(target), theme=theme, directory=Path(directory))
    except GapfolioError as error:
        print(error, file=sys.stderr)  # noqa: T201 - said to the process that asks
        return _REFUSED
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
