"""Prowler's command line as it is read from outside: which options it has, and what they hold.

The options of `prowler aws` from 3.16 to 5.46. An option that is newer is passed over; one that is
written short or in part (`-Mcsv`, `--statu`) is understood as Prowler's own parser understands it.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import NoReturn

from gapfolio.errors import InputError

_ALONE = (
    "--help -h",
    "--verbose",
    "--ignore-exit-code-3 -z",
    "--no-banner -b",
    "--no-color",
    "--unix-timestamp",
    "--push-to-cloud",
    "--only-logs",
    "--list-checks -l",
    "--list-checks-json",
    "--list-services",
    "--list-compliance --list-compliances",
    "--list-categories",
    "--list-resource-groups",
    "--list-fixer --list-fixers --list-remediations",
    "--scan-secrets-validate",
    "--slack",
    "--mfa",
    "--security-hub -S",
    "--skip-sh-update",
    "--send-sh-only-fails",
    "--quick-inventory -i",
    "--scan-unused-services",
    "--ignore-unused-services",
    "--fixer",
)
_ONE = (
    "--output-filename -F",
    "--output-directory -o",
    "--log-level",
    "--log-file",
    "--excluded-checks-file",
    "--checks-file -C",
    "--checks-folder -x",
    "--mutelist-file -w",
    "--config-file",
    "--fixer-config",
    "--custom-checks-metadata-file",
    "--shodan -N",
    "--profile -p",
    "--role -R",
    "--role-session-name",
    "--session-duration -T",
    "--external-id -I",
    "--organizations-role -O",
    "--output-bucket -B",
    "--output-bucket-no-assume -D",
    "--aws-retries-max-attempts",
    "--aws-connect-timeout",
    "--aws-read-timeout",
    "--gapfolio-report",
    "--gapfolio-theme",
    "--gapfolio-engagement",
)
_MANY = (
    "--status",
    "--output-formats --output-modes -M",
    "--excluded-check --excluded-checks -e",
    "--excluded-service --excluded-services",
    "--check --checks -c",
    "--service --services -s",
    "--severity --severities",
    "--compliance",
    "--category --categories",
    "--resource-group --resource-groups",
    "--list-compliance-requirements",
    "--region --filter-region -f",
    "--excluded-region --excluded-regions",
    "--resource-tag --resource-tags",
    "--resource-arn --resource-arns",
)
_NO_SCAN = ("help", "version", "quick_inventory", "fixer")
_VERSION = ("--version", "-v")


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise InputError(f"prowler's options: {message}")


def read(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the words after `prowler`; attributes are named as in Prowler's own namespace.

    Raises:
        InputError: they are not those of `prowler aws`, or an option could be several.
    """
    if not arguments or (arguments[0] != "aws" and not arguments[0].startswith("-")):
        raise InputError("after -- come Prowler's own arguments, beginning with aws")
    parser = _Parser(prog="prowler", add_help=False)
    if arguments[0] != "aws":
        parser.add_argument(*_VERSION, action="store_true")
    for names in _ALONE:
        parser.add_argument(*names.split(), action="store_true")
    for names in _ONE:
        parser.add_argument(*names.split(), nargs="?")
    for names in _MANY:
        parser.add_argument(*names.split(), nargs="+")
    found, _ = parser.parse_known_args(arguments[arguments[0] == "aws" :])
    return found


def scans(found: argparse.Namespace) -> bool:
    """Tell whether these options make Prowler scan and write findings."""
    return not any(
        value for name, value in vars(found).items() if name in _NO_SCAN or name.startswith("list_")
    )
