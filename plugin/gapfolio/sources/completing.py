"""Fills in what a scanner left out and the audit knows: the account, and a date.

Some scanners name no account (CloudSploit, AWS Config, …) or no time at all. An account is taken
from what the engagement says of the file, else from the audit where that has exactly one; a time is
the one at which the file was last changed. Both are said in the report.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime

import duckdb
import msgspec

from gapfolio.model import InputResult
from gapfolio.sources.locations import Input


def name_account(
    con: duckdb.DuckDBPyConnection,
    inputs: Sequence[Input],
    accounts: Sequence[str],
    without: Collection[str],
) -> list[str]:
    """Give findings in `raw` that name no account that of their input, else the audit's only one.

    Args:
        con: has the table `raw`.
        inputs: what was read, in the order of `input_id`.
        accounts: accounts that the auditor named.
        without: scanners whose findings have no account by nature (infrastructure code).

    Returns:
        What was done, or what is to do, a sentence for each input or scanner.
    """
    told = _named(con, inputs, without)
    nameless = con.execute(
        "SELECT scanner, count(*) FROM raw WHERE account = '' GROUP BY scanner ORDER BY scanner"
    ).fetchall()
    for scanner, number in nameless:
        if scanner in without:
            continue
        if len(accounts) == 1:
            con.execute(
                "UPDATE raw SET account = ? WHERE account = '' AND scanner = ?",
                [accounts[0], scanner],
            )
            told.append(taken(scanner, accounts[0], number))
        else:
            told.append(left_out(scanner, number))
    return told


def taken(whose: str, account: str, number: int) -> str:
    """Say that findings of a file or a scanner were given an account."""
    return f"{whose}: findings that name no account, taken as {account}: {number:,}"


def left_out(scanner: str, number: int) -> str:
    """Say that findings of a scanner have no account, and what to do."""
    return (
        f"{scanner}: findings that name no account, left out: {number:,}; report on them "
        "by themselves with --account ID, or say in gapfolio.toml whose each file is"
    )


def _named(
    con: duckdb.DuckDBPyConnection, inputs: Sequence[Input], without: Collection[str]
) -> list[str]:
    told = []
    for place, item in enumerate(inputs):
        if not item.account:
            continue
        done = con.execute(
            "UPDATE raw SET account = ? "
            "WHERE account = '' AND input_id = ? AND NOT list_contains(?::VARCHAR[], scanner)",
            [item.account, place, list(without)],
        ).fetchone()
        if done and done[0]:
            told.append(taken(item.name, item.account, done[0]))
    return told


def date(
    con: duckdb.DuckDBPyConnection, inputs: Sequence[Input], results: Sequence[InputResult]
) -> list[InputResult]:
    """Give the results of inputs with findings without any time the date of their file."""
    found = con.execute(
        "SELECT DISTINCT input_id FROM raw WHERE observed_at IS NULL AND local_time IS NULL"
    ).fetchall()
    undated = {place for (place,) in found}
    return [
        msgspec.structs.replace(result, modified=_modified(item)) if place in undated else result
        for place, (item, result) in enumerate(zip(inputs, results, strict=True))
    ]


def _modified(item: Input) -> datetime:
    return datetime.fromtimestamp(int(item.path.stat().st_mtime), UTC)
