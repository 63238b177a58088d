"""The run record of a Prowler that we are not installed beside: what it answers, and what it wrote.

The checks are Prowler's own list for the same options; which calls failed is not known.
"""

from __future__ import annotations

import argparse
import csv
import json
import re
import subprocess
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from gapfolio.errors import InputError
from gapfolio.model import RunRecord
from gapfolio.prowler import record

OLDEST = (3, 16)
"""Prowler version from which on the options used here exist."""
_ACCOUNT = ("ACCOUNT_UID", "ACCOUNT_ID")
_REGION = "REGION"
_OCSF = """
    SELECT DISTINCT cloud.account.uid, cloud.region FROM read_json(
        ?, columns = {cloud: 'STRUCT(account STRUCT(uid VARCHAR), region VARCHAR)'}
    )
"""


@dataclass(frozen=True)
class Answer:
    """What Prowler says of itself and of the options before it scans."""

    version: str
    checks: list[str]


def ask(prowler: Path, arguments: Sequence[str], options: argparse.Namespace) -> Answer:
    """Ask for the version, and for the checks that a run with these options executes.

    Raises:
        InputError: this Prowler is too old.
    """
    found = re.search(r"\d+(\.\d+)+", _output([str(prowler), "--version"]))
    version = found[0] if found else ""
    if version and tuple(map(int, version.split("."))) < OLDEST:
        oldest = ".".join(map(str, OLDEST))
        raise InputError(f"{prowler}: Prowler {version} is too old; {oldest} or later is needed")
    listed = _listed(_output([str(prowler), *arguments, "--list-checks-json"]))
    return Answer(version, sorted(_left(listed, options)))


def made(
    answer: Answer,
    arguments: Sequence[str],
    options: argparse.Namespace,
    place: record.Place,
    started: datetime,
) -> RunRecord:
    """Make the record of a run that has ended."""
    account, regions = seen(place)
    return RunRecord(
        scanner="prowler",
        version=answer.version,
        account=account,
        regions=sorted(set(options.region or regions) - set(options.excluded_region or ())),
        arguments=record.without_secrets(arguments, record.secrets(options)),
        checks=answer.checks,
        errors=None,
        started=started,
        ended=datetime.now(UTC),
        partial=record.selection(options),
    )


def seen(place: record.Place) -> tuple[str, list[str]]:
    """Give the account and the Regions that the findings of a run name; "" if there are several."""
    table, elements = place.path(".csv"), place.path(".ocsf.json")
    try:
        pairs = set(_rows(table) if table.is_file() else _elements(elements))
    except (OSError, UnicodeDecodeError, csv.Error, duckdb.Error):  # the report will say so
        return "", []
    accounts = {account for account, _ in pairs if account}
    return (
        accounts.pop() if len(accounts) == 1 else "",
        sorted({region for _, region in pairs if region}),
    )


def _rows(path: Path) -> Iterable[tuple[str, str]]:
    csv.field_size_limit(1 << 30)  # a policy in one field is longer than csv takes for possible
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file, delimiter=";"):
            account = next((row[name] for name in _ACCOUNT if row.get(name)), "")
            yield account, row.get(_REGION) or ""


def _elements(path: Path) -> Iterable[tuple[str, str]]:
    if not path.is_file():
        return []
    with duckdb.connect() as connection:
        found = connection.execute(_OCSF, [str(path)]).fetchall()
    return [(account or "", region or "") for account, region in found]


def _left(listed: Iterable[str], options: argparse.Namespace) -> set[str]:
    """Take off what is excluded: Prowler's list of checks passes these options over."""
    gone = {*(options.excluded_check or ()), *_named(options.excluded_checks_file)}
    services = {
        "awslambda" if name == "lambda" else name for name in options.excluded_service or ()
    }
    return {
        check
        for check in listed
        if check not in gone and not any(check.startswith(f"{name}_") for name in services)
    }


def _named(path: str | None) -> list[str]:
    """Read a file of checks as Prowler does, which excludes nothing where it cannot."""
    if not path:
        return []
    try:
        found = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
    return _strings(found)


def _listed(text: str) -> list[str]:
    """Read the checks from `--list-checks-json`; none when it said something else."""
    start = text.find("{")
    try:
        return _strings(json.loads(text[start:]) if start >= 0 else {})
    except json.JSONDecodeError:
        return []


def _strings(found: object) -> list[str]:
    names = found.get("aws", []) if isinstance(found, dict) else []
    return [name for name in names if isinstance(name, str)]


def _output(line: Sequence[str]) -> str:
    try:
        done = subprocess.run(line, capture_output=True, text=True, check=False)  # noqa: S603 - asked for
    except OSError as error:
        raise InputError(f"{line[0]}: cannot be run ({error.strerror})") from error
    return done.stdout
