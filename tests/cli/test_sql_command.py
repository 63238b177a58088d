"""`gapfolio sql`: every query in every dialect, as something that can be parsed again."""

from __future__ import annotations

import pytest
import sqlglot
from click.testing import CliRunner

from gapfolio.assess.queries import queries, query
from gapfolio.cli import group
from gapfolio.engine.dialects import DIALECTS
from gapfolio.errors import GapfolioError


def said(*words: str) -> str:
    done = CliRunner().invoke(group, ["sql", *words], catch_exceptions=False)
    assert done.exit_code == 0
    return done.stdout


def listed() -> dict[str, str]:
    lines = (line.partition(" ") for line in said().splitlines())
    return {name: text.strip() for name, _, text in lines}


def test_without_a_name_every_query_is_listed_with_what_it_gives() -> None:
    told = listed()

    assert sorted(told) == sorted(["numbered", *queries()])
    assert told["cells"].startswith("The cells: what the evidence says (judged)")
    assert min(map(len, told.values())) > 10


def test_queries_are_listed_after_those_that_they_read() -> None:
    order = list(listed())
    for place, name in enumerate(order):
        words = [line.split() for line in said(name, "--reads").splitlines()]
        later = [table for table, kind, *_ in words if kind == "a" and table not in order[:place]]
        assert later == [], name


def test_the_tables_that_a_query_reads_are_named_with_who_gives_them() -> None:
    told = said("cells", "--reads").splitlines()

    assert "judged  a query" in told
    assert [line for line in told if not line.endswith(("  a query", "  given"))] == []
    assert "stored  given" in said("numbered", "--reads").splitlines()


def test_reads_without_a_query_is_refused() -> None:
    with pytest.raises(GapfolioError, match="of which query"):
        said("--reads")


def test_a_query_is_printed_as_it_is() -> None:
    assert said("cells") == f"{query('cells')};\n"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_query_can_be_printed(dialect: str) -> None:
    for name in listed():
        [parsed] = sqlglot.parse(said(name, "--dialect", dialect), read=dialect)
        assert isinstance(parsed, sqlglot.exp.Query), name


def test_a_query_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(
        GapfolioError, match=r"sql cell: there is no such query; did you mean cells"
    ):
        said("cell")
