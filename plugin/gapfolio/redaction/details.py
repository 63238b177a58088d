"""What scanners say of a resource, rewritten once for each form of words instead of for each row.

Nearly every sentence names the resource of its own row, and apart from that there are few of them.
So the engine puts a mark in the place of the row's own names, each sentence with marks is rewritten
once, and the marks become the row's pseudonyms. A sentence in which that leaves a doubt is
rewritten whole.
"""

from __future__ import annotations

from gapfolio.engine.base import Engine
from gapfolio.redaction import maps
from gapfolio.redaction.pseudonyms import HIDDEN, MARKS, Pseudonyms

_NAME, _ARN = MARKS[0], MARKS[1]
_BY_ARN = (
    f"CASE WHEN t.resource LIKE 'arn:%' THEN replace(t.detail, t.resource, '{_ARN}') "
    "ELSE t.detail END"
)
_MARKED = (
    f"CASE WHEN contains(t.detail, '{_NAME}') OR contains(t.detail, '{_ARN}') THEN NULL "
    # a short name, or one that could be a word, is found more carefully
    "WHEN length(t.resource_name) > 3 AND regexp_matches(t.resource_name, '[^A-Za-z]') "
    f"THEN replace({_BY_ARN}, t.resource_name, '{_NAME}') ELSE {_BY_ARN} END"
)
_JOIN = f"LEFT JOIN redacted_marked AS w ON w.value = {_MARKED}"
JOINS = (_JOIN, "LEFT JOIN redacted_detail AS d ON d.value = t.detail")
"""For a query on the findings `t`."""


def put(engine: Engine, table: str, names: Pseudonyms) -> None:
    """Create what `JOINS` take for a table of findings: `redacted_marked`, `redacted_detail`."""
    forms = f"SELECT DISTINCT {_MARKED} AS value FROM {table} AS t"
    maps.put(
        engine,
        "redacted_marked",
        f"SELECT value FROM ({forms}) WHERE value IS NOT NULL",
        names.marked,
    )
    maps.put(
        engine,
        "redacted_detail",
        f"SELECT DISTINCT t.detail AS value FROM {table} AS t {_JOIN} WHERE w.pseudonym IS NULL",
        names.said,
    )


def expression(name: str, resource: str) -> str:
    """Give the SQL of a sentence, from that of the pseudonyms of the row's names."""
    filled = f"replace(replace(w.pseudonym, '{_NAME}', {name}), '{_ARN}', {resource})"
    return f"coalesce({filled}, d.pseudonym, '{HIDDEN}')"
