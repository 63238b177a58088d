"""`gapfolio prowler`: run Prowler and report on it in one go."""

from __future__ import annotations

import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from gapfolio.cli import options, progress, summary
from gapfolio.cli.report import report
from gapfolio.errors import GapfolioError

if TYPE_CHECKING:
    from gapfolio import audit

_SHARED = ("engagement", "period", "executed", "accounts", "strict", "since", "theme")


class _Command(click.Command):
    """Says where Prowler's own options go, when they stand among ours."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(context, args)
        except click.NoSuchOption as error:
            raise click.UsageError(
                f"{error.format_message()} Prowler's own options go behind --, as in: "
                "gapfolio prowler -o packs/q3 -- aws -f eu-central-1",
                context,
            ) from error


@click.command(cls=_Command)
@click.argument("arguments", nargs=-1, metavar="-- aws [PROWLER OPTIONS]")
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="Directory of the pack.  [default: packs/PERIOD in an engagement, else gapfolio-report]",
)
@click.option(
    "--scan",
    "scan_directory",
    type=click.Path(path_type=Path),
    help="Fresh directory for Prowler's own files.  [default: prowler-TIME beside the pack]",
)
@click.option(
    "--from",
    "earlier",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Do not run Prowler; report on a directory of its earlier output.",
)
@options.threshold
def prowler(
    arguments: tuple[str, ...],
    output: Path | None,
    scan_directory: Path | None,
    earlier: Path | None,
    fail_under: Fraction | None,
    scope: str,
    **shared: Any,
) -> None:
    """Run Prowler with your own options, then write the audit report.

    The exit code is 0, or 3 when Assured is under --fail-under; Prowler's own code goes into the
    run record. Help and lists of Prowler are passed through, with its code.

    \b
    Examples:
      gapfolio prowler -o packs/2026-Q3 -- aws --profile audit -f eu-central-1
      gapfolio prowler --from output/ -o packs/2026-Q3
    """
    from gapfolio import audit, publish
    from gapfolio.prowler import line, preflight, wrapper

    if bool(arguments) == bool(earlier):
        raise click.UsageError("give Prowler's arguments after --, or --from DIR, not both")
    if earlier and scan_directory:
        raise click.UsageError("--from reads earlier output; --scan is for a new one")
    if arguments and not line.scans(line.read(arguments)):
        sys.exit(wrapper.passed_through(arguments))
    home = shared["engagement"] or Path()
    place = earlier or scan_directory or _fresh(output, home)
    chosen = _chosen(place, home, shared)
    if not earlier:
        preflight.check(
            output,
            theme=shared["theme"],
            directory=home,
            period=chosen.period,
            accounts=chosen.accounts,
        )
        wrapper.run(arguments, place)
    with (
        _kept(place, {"output": output, **shared}, scanned=not earlier),
        progress.shown() as told,
        audit.opened(chosen, told) as opened,
    ):
        target = output or publish.default_directory(opened)
        written = publish.publish(opened, target, theme_name=shared["theme"], progress=told)
    summary.print_headline(opened.assessment)
    summary.print_notices(opened.assessment)
    click.echo(f"Scan: {place}")
    click.echo(f"Report: {written.directory}, {written.pages} pages")
    if options.under(opened.assessment, fail_under, scope):
        sys.exit(options.THRESHOLD)


# what `gapfolio report` is asked in the same words
prowler.params += [parameter for parameter in report.params if parameter.name in _SHARED]


def _chosen(place: Path, home: Path, shared: dict[str, Any]) -> audit.Options:
    from gapfolio import audit

    return audit.Options(
        locations=[str(place)],
        directory=home,
        period=shared["period"],
        executed=shared["executed"],
        accounts=shared["accounts"],
        strict=shared["strict"],
        since=shared["since"],
    )


@contextmanager
def _kept(place: Path, given: dict[str, Any], *, scanned: bool) -> Iterator[None]:
    """Say how to come to a report without another scan, when it fails after one."""
    words = ["gapfolio", "prowler", "--from", str(place)]
    for parameter in prowler.params:
        value = given.get(parameter.name or "")
        for item in value if isinstance(value, tuple) else [value] if value else []:
            words += [parameter.opts[0], *([] if item is True else [str(item)])]
    told = f"the scan is complete; to report on it: {shlex.join(words)}"
    try:
        yield
    except GapfolioError as error:
        raise GapfolioError(f"{error}; {told}" if scanned else str(error)) from error
    except KeyboardInterrupt:
        if scanned:
            click.echo(told, err=True)
        raise


def _fresh(output: Path | None, home: Path) -> Path:
    from datetime import UTC, datetime

    name = f"prowler-{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    return output.with_name(name) if output else home / name
