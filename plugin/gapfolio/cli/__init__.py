"""Commands: a thin shell over the library, one file a command.

Exit codes: 0 done, 1 error, 2 usage, 3 score under the threshold. The modules import click and
nothing heavier, so that `--help` answers at once.
"""

from __future__ import annotations

import signal
import sys
from typing import NoReturn

import click

from gapfolio import __version__
from gapfolio.cli.attest import attest
from gapfolio.cli.catalogue import catalogue
from gapfolio.cli.check import check
from gapfolio.cli.demo import demo
from gapfolio.cli.explain import explain
from gapfolio.cli.export import export
from gapfolio.cli.ingest import ingest
from gapfolio.cli.init import init
from gapfolio.cli.lake import lake
from gapfolio.cli.plugins import plugins
from gapfolio.cli.prowler import prowler
from gapfolio.cli.pull import pull
from gapfolio.cli.questionnaire import questionnaire
from gapfolio.cli.report import report
from gapfolio.cli.score import score
from gapfolio.cli.sign import sign
from gapfolio.cli.sources import sources
from gapfolio.cli.sql import sql
from gapfolio.cli.summary import visible
from gapfolio.cli.verify import verify
from gapfolio.cli.waive import waive
from gapfolio.errors import GapfolioError

_INTERRUPTED = "Query interrupted"
"""What DuckDB makes of a KeyboardInterrupt in the middle of a query."""


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="gapfolio")
def group() -> None:
    """Turn what cloud scanners found into an audit report that a person can sign.

    \b
    Try it:         gapfolio demo
    Quarterly PDF:  gapfolio report scans/ -o packs/2026-Q3
    In a pipeline:  gapfolio score scan.ocsf.json --fail-under 60
    """


for command in (
    *(report, score, export, verify, sign, pull, ingest, lake, demo),
    *(init, check, waive, attest, questionnaire),
    *(prowler, explain, catalogue, sources, plugins, sql),
):
    group.add_command(command)


def main() -> None:
    """Run the command line; expected errors are one line on stderr and exit code 1."""
    # a cancelled job is cleaned up like an interrupted one: no half pack, no renderer left behind
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        group(prog_name="gapfolio")
    except GapfolioError as error:
        _end(f"error: {error}")
    except OSError as error:
        what = f"{error.filename}: " if error.filename else ""
        _end(f"error: {what}{error.strerror or error}")
    except RuntimeError as error:
        if str(error) != _INTERRUPTED:
            raise
        _end("\nAborted!")


def _end(text: str) -> NoReturn:
    click.echo(visible(text), err=True)
    sys.exit(1)
