"""`gapfolio sql`: the queries of an assessment, for auditors to read and data teams to run."""

from __future__ import annotations

from graphlib import TopologicalSorter

import click

from gapfolio.engine.dialects import DIALECTS


@click.command()
@click.argument("name", default="")
@click.option(
    "--dialect",
    type=click.Choice(DIALECTS),
    default="duckdb",
    show_default=True,
    help="Of the engine that is to run it.",
)
@click.option(
    "--reads", is_flag=True, help="Name the tables that the query reads, and who gives each."
)
def sql(name: str, dialect: str, reads: bool) -> None:
    """Print a query of the assessment; without NAME, list them in an order in which they run.

    Each is one SELECT. Its result is the table of the same name that later queries read; the first
    one, numbered, gives the findings of a store. `gapfolio lake` writes them as files for Athena,
    with the tables that no query gives.

    \b
    Examples:
      gapfolio sql
      gapfolio sql cells --reads
      gapfolio sql cells --dialect athena
    """
    from gapfolio.engine.dialects import read_by
    from gapfolio.errors import GapfolioError
    from gapfolio.nearest import meant

    texts = _texts()
    if not name:
        if reads:
            raise GapfolioError("sql --reads: of which query? `gapfolio sql` lists them")
        _list(texts)
        return
    if name not in texts:
        near = meant(name, list(texts)) or "; `gapfolio sql` lists them"
        raise GapfolioError(f"sql {name}: there is no such query{near}")
    if reads:
        for table in sorted(read_by(texts[name])):
            click.echo(f"{table}  {'a query' if table in texts else 'given'}")
        return
    click.echo(f"{_said(name, texts[name], dialect)};")


def _texts() -> dict[str, str]:
    """Give every query by name."""
    from gapfolio.assess.queries import queries, query
    from gapfolio.resources import text

    numbered = text("store", "numbered.sql").strip().rstrip(";")
    return {"numbered": numbered} | {name: query(name) for name in queries()}


def _list(texts: dict[str, str]) -> None:
    """Print the queries, each after those that it reads, with what it gives."""
    from gapfolio.assess.queries import about
    from gapfolio.engine.dialects import read_by

    needed = {name: read_by(text) & texts.keys() for name, text in texts.items()}
    width = max(map(len, texts))
    for name in TopologicalSorter(needed).static_order():
        click.echo(f"{name:<{width}}  {about(texts[name])}")


def _said(name: str, text: str, dialect: str) -> str:
    from sqlglot import UnsupportedError

    from gapfolio.engine.dialects import translated
    from gapfolio.errors import GapfolioError

    try:
        return translated(text, dialect, pretty=True)
    except UnsupportedError as error:
        reason = str(error).splitlines()[0]
        raise GapfolioError(f"sql {name}: cannot be said in {dialect}: {reason}") from error
