"""The findings as a copy has them: rewritten in the engine, through small tables of pseudonyms.

Each value that is there is looked at once, in batches; the findings themselves stay in the engine.
They are sorted anew, for an order by real names tells these to who knows some of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Literal

from gapfolio.assess.engine import Engine
from gapfolio.model import Assessment
from gapfolio.redaction import details, maps
from gapfolio.redaction.pseudonyms import HIDDEN, Pseudonyms

Rule = Literal[
    "account", "account_name", "resource", "key", "file", "uid", "detail", "said", "text", "tags"
]

TABLES: dict[str, dict[str, Rule]] = {
    "findings_sorted": {
        "finding_key": "key",
        "account": "account",
        "account_name": "account_name",
        "resource": "resource",
        "resource_name": "resource",
        "title": "said",
        "detail": "detail",
        "tags": "tags",
        "waiver": "text",
        "input": "file",
        "finding_uid": "uid",
    },
    "cells": {"account": "account"},
    "closed": {
        "finding_key": "key",
        "account": "account",
        "resource": "resource",
        "title": "said",
        "waiver": "text",
    },
}
"""What an exporter may read, and which columns of it are rewritten; others stay as they are."""

_ORDER = {
    "findings_sorted": "practice, criterion, scanner, check_id, account, region, resource, "
    "finding_key, standing, input, input_row, status, muted, severity, title, detail"
}
_TAIL = (
    "regexp_extract(regexp_replace(lower(t.resource), '([:/]+([*]|[0-9]{1,5})?)+$', ''), '[^:/]*$')"
)
"""The last part of an ARN or id, as `arns.tail` gives it."""
_EVERYDAY = (
    "LEFT JOIN redacted_ordinary AS o ON o.value = lower(t.resource_name)",
    f"LEFT JOIN redacted_ordinary AS l ON l.value = {_TAIL}",
)


def accounts(engine: Engine) -> list[tuple[str, str]]:
    """Give the accounts of the findings, as (id, name)."""
    pairs = engine.rows("SELECT DISTINCT account, account_name FROM findings_sorted ORDER BY ALL")
    return [(row["account"], row["account_name"]) for row in pairs]


def learn(engine: Engine, names: Pseudonyms) -> None:
    """Learn the resources and tags of the tables."""
    values = _values("resource")
    for row in engine.rows(f"SELECT value FROM ({values}) WHERE value LIKE 'arn:%:aws:%'"):
        names.learn_public(row["value"])
    for row in engine.rows(values):
        names.learn_resource(row["value"])
    for row in engine.rows(_values("tags")):
        names.learn_tags(row["value"])


def write(engine: Engine, names: Pseudonyms, directory: Path) -> dict[str, Path]:
    """Write the tables as a copy has them into a directory: name to Parquet file."""
    rules = _active(names)
    for rule, rewrite in rules.items():
        kind = "VARCHAR[]" if rule == "tags" else "VARCHAR"
        maps.put(engine, f"redacted_{rule}", _values(rule), rewrite, kind)
    if names.hides_places:
        details.put(engine, names)
    engine.put("redacted_ordinary", {"value": "VARCHAR"}, [(n,) for n in sorted(names.ordinary)])
    paths = {table: directory / f"{table}.parquet" for table in TABLES}
    for table, path in paths.items():
        engine.write(_query(engine, table, names, rules), path)
    return paths


def own_names(engine: Engine, assessment: Assessment) -> dict[tuple[str, int], set[str]]:
    """Give the names of the resources that the assessment quotes a scanner on, by their origin."""
    quoted = {(a.input, a.row) for p in assessment.practices for a in p.affected}
    for conflict in assessment.conflicts:
        quoted |= {(v.input, v.row) for v in (*conflict.passed_by, *conflict.failed_by)}
    columns = {"name": "VARCHAR", "place": "BIGINT"}
    engine.put("redacted_quoted", columns, sorted(quoted))
    found: dict[tuple[str, int], set[str]] = {}
    for row in engine.rows(
        "SELECT DISTINCT q.name, q.place, t.resource_name FROM redacted_quoted AS q "
        "INNER JOIN findings_sorted AS t ON t.input = q.name AND t.input_row = q.place"
    ):
        found.setdefault((row["name"], row["place"]), set()).add(row["resource_name"])
    return found


def _active(names: Pseudonyms) -> dict[Rule, Callable[[Any], object]]:
    """Give the rules that change anything."""
    rules: dict[Rule, Callable[[Any], object]] = {
        "said": names.said,
        "text": names.text,
        "tags": names.tags,
    }
    if names.hides_accounts:
        rules["account"] = names.account
    if names.hides_places:
        return {**rules, "resource": names.resource, "key": names.key, "file": names.file}
    return {**rules, "detail": names.said}


def _values(rule: Rule) -> str:
    """Give the SELECT of every value that a rule is for."""
    columns = [
        (table, column)
        for table, rules in TABLES.items()
        for column, own in rules.items()
        if own == rule
    ]
    union = " UNION ".join(f"SELECT {column} AS value FROM {table}" for table, column in columns)
    return f"SELECT DISTINCT value FROM ({union}) ORDER BY value"


def _query(engine: Engine, table: str, names: Pseudonyms, active: Iterable[Rule]) -> str:
    """Give the SELECT of a table as the copy has it; a value without a pseudonym is not told."""
    rules = {column: rule for column, rule in TABLES[table].items() if rule in active}
    columns = [row["column_name"] for row in engine.rows(f"DESCRIBE {table}")]
    joins = [
        f"LEFT JOIN redacted_{rule} AS m_{column} ON m_{column}.value = t.{column}"
        for column, rule in rules.items()
    ]
    written = {column: f"t.{column}" for column in columns}
    written |= {column: _pseudonym(column, rule) for column, rule in rules.items()}
    written |= dict.fromkeys(_left_out(table, names), "''")
    if names.hides_places and "detail" in columns:
        joins += details.JOINS
        written["detail"] = details.expression(written["resource_name"], written["resource"])
    if names.hides_resources and "detail" in columns:
        joins += _EVERYDAY
        # titles are those of the check, but for events
        written["detail"] = _unless_named("detail", written["detail"])
        written["title"] = _unless_named("title", written["title"], "t.status = 'event'")
    selected = ", ".join(f"{how} AS {column}" for column, how in written.items())
    order = _ORDER.get(table, "ALL")
    return f"SELECT * FROM (SELECT {selected} FROM {table} AS t {' '.join(joins)}) ORDER BY {order}"


def _pseudonym(column: str, rule: Rule) -> str:
    missing = "[]" if rule == "tags" else f"'{HIDDEN}'"
    return f"coalesce(m_{column}.pseudonym, {missing})"


def _left_out(table: str, names: Pseudonyms) -> list[str]:
    return [
        column
        for column, rule in TABLES[table].items()
        if (rule == "account_name" and names.hides_accounts)
        or (rule == "uid" and names.hides_places)
    ]


def _spaced(text: str) -> str:
    """Give the SQL of what `pseudonyms.spaced` does."""
    return rf"' ' || regexp_replace(lower({text}), '\W+', ' ', 'g') || ' '"


def _unless_named(column: str, said: str, only: str = "true") -> str:
    """Give the SQL of a sentence, unless it has an everyday word that is the resource's own name.

    See `Pseudonyms.detail`.
    """
    word = " OR ".join(
        f"coalesce(contains({_spaced(f't.{column}')}, {_spaced(f'{own}.value')}), false)"
        for own in ("o", "l")
    )
    return f"CASE WHEN {only} AND ({word}) THEN '{HIDDEN}' ELSE {said} END"
