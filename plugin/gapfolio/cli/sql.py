"""`gapfolio sql`: the queries of an assessment, for auditors to read and data teams to run."""

from __future__ import annotations

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
def sql(name: str, dialect: str) -> None:
    """Print a query of the assessment; without NAME, list them.

    Each is one SELECT. Its result is the table of the same name that later queries read; the first
    one, numbered, gives the findings of a store.

    \b
    Examples:
      gapfolio sql
      gapfolio sql cells --dialect athena
    """
    from sqlglot import UnsupportedError

    from gapfolio.assess.queries import queries, query
    from gapfolio.engine.dialects import translated
    from gapfolio.errors import GapfolioError
    from gapfolio.nearest import meant
    from gapfolio.resources import text

    names = ["numbered", *queries()]
    if not name:
        for known in names:
            click.echo(known)
        return
    if name not in names:
        near = meant(name, names) or "; `gapfolio sql` lists them"
        raise GapfolioError(f"sql {name}: there is no such query{near}")
    source = text("store", "numbered.sql").strip() if name == "numbered" else query(name)
    try:
        click.echo(f"{translated(source, dialect, pretty=True)};")
    except UnsupportedError as error:
        reason = str(error).splitlines()[0]
        raise GapfolioError(f"sql {name}: cannot be said in {dialect}: {reason}") from error
