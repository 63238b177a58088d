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


def test_without_a_name_the_queries_are_listed() -> None:
    assert said().split() == ["numbered", *queries()]


def test_a_query_is_printed_as_it_is() -> None:
    assert said("cells") == f"{query('cells')};\n"


@pytest.mark.parametrize("dialect", DIALECTS)
def test_every_query_can_be_printed(dialect: str) -> None:
    for name in said().split():
        [parsed] = sqlglot.parse(said(name, "--dialect", dialect), read=dialect)
        assert isinstance(parsed, sqlglot.exp.Query), name


def test_a_query_that_is_not_there_is_named_with_the_nearest() -> None:
    with pytest.raises(
        GapfolioError, match=r"sql cell: there is no such query; did you mean cells"
    ):
        said("cell")
