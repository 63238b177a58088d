"""The flag on Prowler itself: `prowler aws --gapfolio-report DIR`.

Prowler calls `init_parser` of every external provider at every start of its command line; that is
the door. The class is a `Provider` because Prowler insists, and has no command of its own. This
module is imported by every `prowler` command, so it imports nothing that is not loaded by then.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from gapfolio.prowler import RUN_RECORD

if TYPE_CHECKING:
    Provider = object
else:
    from prowler.providers.common.provider import Provider


class GapfolioFlag(Provider):
    """What the entry point `prowler.providers` names; never made into an object."""

    _cli_help_text = "no provider: see --gapfolio-report of prowler aws"
    sdk_only = True

    @staticmethod
    def init_parser(parser: Any) -> None:
        """Add our options to `prowler aws`."""
        aws = parser.subparsers.choices.get("aws")
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
        if os.environ.get(RUN_RECORD):
            _arm()


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
