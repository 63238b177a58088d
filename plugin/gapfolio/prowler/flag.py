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
from collections.abc import Sequence
from typing import Any

from gapfolio.prowler import RUN_RECORD

_HELP = ("-h", "--help")


def offer() -> None:
    """Do what this process asks of us: know our options, or write the wrapper's run record."""
    if os.environ.get(RUN_RECORD):
        _arm()
    if any(word in _HELP or word.startswith("--gapfolio-") for word in sys.argv[1:]):
        _before_parsing(_add_options)


def _before_parsing(then: Any) -> None:
    """Call something once with the next parser that is put to use."""
    original = argparse.ArgumentParser.parse_args

    def parse_args(self: argparse.ArgumentParser, *args: Any, **options: Any) -> Any:
        argparse.ArgumentParser.parse_args = original  # type: ignore[method-assign]
        then(self)
        return original(self, *args, **options)

    argparse.ArgumentParser.parse_args = parse_args  # type: ignore[method-assign]


def _add_options(parser: argparse.ArgumentParser) -> None:
    """Add our options to `prowler aws`."""
    aws = _subcommand(parser, "aws")
    if aws is None:
        return
    group = aws.add_argument_group("Gapfolio audit report")
    group.add_argument(
        "--gapfolio-report",
        metavar="DIR",
        action=_Armed,
        help="When the scan is done, write the audit report and its evidence pack to DIR",
    )
    group.add_argument("--gapfolio-theme", metavar="DIR", help="Theme of the report")
    group.add_argument(
        "--gapfolio-engagement",
        metavar="DIR",
        help="Directory with the gapfolio.toml of the audit",
    )


def _subcommand(parser: argparse.ArgumentParser, name: str) -> argparse.ArgumentParser | None:
    for action in parser._actions:
        choices = action.choices
        if isinstance(choices, dict) and isinstance(choices.get(name), argparse.ArgumentParser):
            return choices[name]  # type: ignore[no-any-return]
    return None


class _Armed(argparse.Action):
    """Starts listening when the option is given."""

    def __call__(
        self,
        parser: argparse.ArgumentParser,
        namespace: argparse.Namespace,
        values: str | Sequence[Any] | None,
        option_string: str | None = None,
    ) -> None:
        setattr(namespace, self.dest, values)
        _arm(namespace)


def _arm(namespace: argparse.Namespace | None = None) -> None:
    from gapfolio.prowler import ending  # noqa: PLC0415 - only for runs that use us

    ending.arm(namespace)
