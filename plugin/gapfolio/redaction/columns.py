"""The SQL that rewrites a table: each column through its small table of pseudonyms."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal

from gapfolio.engine.base import Engine
from gapfolio.redaction import details, maps
from gapfolio.redaction.pseudonyms import HIDDEN, KEY_DIGITS, Pseudonyms

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

_KEY = (
    "left(sha256(p.outer_pad || unhex(sha256(p.inner_pad || encode(t.finding_key)))), "
    f"{KEY_DIGITS})"
)
"""`Pseudonyms.key`, by the engine: there is a key for each row, and no need to list them."""
_TAIL = (
    "regexp_extract(regexp_replace(lower(t.resource), '([:/]+([*]|[0-9]{1,5})?)+$', ''), '[^:/]*$')"
)
"""The last part of an ARN or id, as `arns.tail` gives it."""
_EVERYDAY = (
    "LEFT JOIN redacted_ordinary AS o ON o.value = lower(t.resource_name)",
    f"LEFT JOIN redacted_ordinary AS l ON l.value = {_TAIL}",
)


class Columns:
    """Writes the queries of a copy.

    Args:
        engine: has the tables.
        names: has learned everything.
    """

    def __init__(self, engine: Engine, names: Pseudonyms) -> None:
        self._engine = engine
        self._names = names
        self._rules: dict[Rule, Callable[[Any], object]] = {
            "said": names.said,
            "text": names.text,
            "tags": names.tags,
        }
        if names.hides_accounts:
            self._rules["account"] = names.account
        if names.hides_places:
            self._rules |= {"resource": names.resource, "file": names.file}
        else:
            self._rules["detail"] = names.said
        pads = {"inner_pad": "BLOB", "outer_pad": "BLOB"}
        engine.put("redacted_pads", pads, [names.key_pads()])
        everyday = [(name,) for name in sorted(names.ordinary)]
        engine.put("redacted_ordinary", {"value": "VARCHAR"}, everyday)

    def query(self, table: str, source: str) -> str:
        """Give the SELECT of a table of `TABLES` as the copy has it.

        Args:
            table: whose columns they are.
            source: table with rows of it; the values in these get their pseudonyms now. What has
                none is not told.
        """
        rules = {column: rule for column, rule in TABLES[table].items() if rule in self._rules}
        self._put_maps(rules, source)
        columns = self._engine.columns(table)
        joins = [
            f"LEFT JOIN redacted_{rule} AS m_{column} ON m_{column}.value = t.{column}"
            for column, rule in rules.items()
        ]
        written = {column: f"t.{column}" for column in columns}
        written |= {column: _pseudonym(column, rule) for column, rule in rules.items()}
        if self._names.hides_accounts and "account_name" in columns:
            written["account_name"] = "''"
        if self._names.hides_places:
            joins += self._hide_places(written, source)
        if self._names.hides_resources and "detail" in columns:
            joins += _EVERYDAY
            # titles are those of the check, but for events
            written["detail"] = _unless_named("detail", written["detail"])
            written["title"] = _unless_named("title", written["title"], "t.status = 'event'")
        selected = ", ".join(f"{how} AS {column}" for column, how in written.items())
        return f"SELECT {selected} FROM {source} AS t {' '.join(joins)}"

    def _put_maps(self, rules: dict[str, Rule], source: str) -> None:
        for rule in set(rules.values()):
            own = [column for column, named in rules.items() if named == rule]
            values = " UNION ".join(f"SELECT {column} AS value FROM {source}" for column in own)
            kind = "VARCHAR[]" if rule == "tags" else "VARCHAR"
            query = f"SELECT DISTINCT value FROM ({values})"
            maps.put(self._engine, f"redacted_{rule}", query, self._rules[rule], kind)

    def _hide_places(self, written: dict[str, str], source: str) -> list[str]:
        """Write keys, ids and sentences of findings; give the joins that this takes."""
        joins = []
        if "finding_uid" in written:
            written["finding_uid"] = "''"
        if "finding_key" in written:
            written["finding_key"] = _KEY
            joins.append("CROSS JOIN redacted_pads AS p")
        if "detail" in written:
            details.put(self._engine, source, self._names)
            written["detail"] = details.expression(written["resource_name"], written["resource"])
            joins += details.JOINS
        return joins


def _pseudonym(column: str, rule: Rule) -> str:
    missing = "[]" if rule == "tags" else f"'{HIDDEN}'"
    return f"coalesce(m_{column}.pseudonym, {missing})"


def _unless_named(column: str, said: str, only: str = "true") -> str:
    """Give the SQL of a sentence, unless it has an everyday word that is the resource's own name.

    See `Pseudonyms.detail`.
    """
    word = " OR ".join(
        f"coalesce(contains({_spaced(f't.{column}')}, {_spaced(f'{own}.value')}), false)"
        for own in ("o", "l")
    )
    return f"CASE WHEN {only} AND ({word}) THEN '{HIDDEN}' ELSE {said} END"


def _spaced(text: str) -> str:
    """Give the SQL of what `pseudonyms.spaced` does."""
    return rf"' ' || regexp_replace(lower({text}), '\W+', ' ', 'g') || ' '"
