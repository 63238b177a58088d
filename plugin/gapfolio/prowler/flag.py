"""The flag on Prowler itself: `prowler aws --gapfolio-report DIR`.

Prowler imports the packages of its extra frameworks at every start, before it reads its command
line; from there `offer` is called. A run that does not name us, or ask for help, goes on untouched.
This module is loaded by every `prowler` command, so it imports nothing that is not loaded by then.
(An entry point in `prowler.providers` is the other door, and a dear one: it makes Prowler import
the classes of all its providers for the help text, at every start.)
"""

from __future__ import annotations

import argparse
import os
import sys
from typing import Any

from gapfolio.prowler import RUN_RECORD

_HELP = ("-h", "--help")


def offer() -> None:
    """Do what this process asks of us: know our options, or write the wrapper's run record."""
    wrapped = bool(os.environ.get(RUN_RECORD))
    if wrapped or any(w in _HELP or w.startswith("--gapfolio") for w in sys.argv[1:]):
        _around_parsing(wrapped)


def _around_parsing(wrapped: bool) -> None:
    """Add our options to the next parser that is put to use, and see what it read."""
    original = argparse.ArgumentParser.parse_args

    def parse_args(self: argparse.ArgumentParser, *args: Any, **options: Any) -> Any:
        argparse.ArgumentParser.parse_args = original  # type: ignore[method-assign]
        ours = _add_options(self)
        chosen = original(self, *args, **options)
        if ours:
            _begin(self, chosen, wrapped)
        return chosen

    argparse.ArgumentParser.parse_args = parse_args  # type: ignore[method-assign]


def _add_options(parser: argparse.ArgumentParser) -> bool:
    """Add our options to `prowler aws`; tell whether this is a parser that has it."""
    aws = _subcommand(parser, "aws")
    if aws is None:
        return False
    group = aws.add_argument_group("Gapfolio audit report")
    group.add_argument(
        "--gapfolio-report",
        metavar="DIR",
        help="When the scan is done, write the audit report and its evidence pack to DIR",
    )
    group.add_argument("--gapfolio-theme", metavar="DIR", help="Theme of the report")
    group.add_argument(
        "--gapfolio-engagement",
        metavar="DIR",
        help="Directory with the gapfolio.toml of the audit",
    )
    return True


def _begin(parser: argparse.ArgumentParser, chosen: argparse.Namespace, wrapped: bool) -> None:
    """Listen to the run where it asks for a report, or our wrapper for a record."""
    report = getattr(chosen, "gapfolio_report", None)
    if report is None:
        for name in ("theme", "engagement"):
            if getattr(chosen, f"gapfolio_{name}", None) is not None:
                parser.error(f"--gapfolio-{name} goes with --gapfolio-report DIR")
    if report is not None or (wrapped and getattr(chosen, "provider", "") == "aws"):
        _arm(parser, chosen)


def _arm(parser: argparse.ArgumentParser, chosen: argparse.Namespace) -> None:
    from gapfolio.prowler import ending  # noqa: PLC0415 - only for runs that use us

    ending.arm(parser, chosen)


def _subcommand(parser: argparse.ArgumentParser, name: str) -> argparse.ArgumentParser | None:
    for action in parser._actions:
        choices = action.choices
        if isinstance(choices, dict) and isinstance(choices.get(name), argparse.ArgumentParser):
            return choices[name]  # type: ignore[no-any-return]
    return None
