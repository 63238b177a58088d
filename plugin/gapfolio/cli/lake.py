"""`gapfolio lake`: what Athena needs to compute the cells of findings that stay in a lake."""

from __future__ import annotations

from pathlib import Path

import click

from gapfolio.cli.summary import visible


@click.command()
@click.option(
    "--table", default="", metavar="DATABASE.TABLE", help="Security Lake's table of findings."
)
@click.option(
    "--survey",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="The result of the second query, as Athena saved it (.csv or .parquet).",
)
@click.option("--at", "place", default="", metavar="s3://…", help="Where `tables` will be copied.")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path, file_okay=False), required=True, metavar="DIR"
)
@click.option(
    "--engagement",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Directory with gapfolio.toml.  [default: the current one]",
)
@click.option("--period", default="", help="2026-Q3, 2026-07, 2026 or FROM..TO (ISO dates).")
def lake(
    table: str,
    survey: Path | None,
    place: str,
    output: Path,
    engagement: Path | None,
    period: str,
) -> None:
    """Write the queries and small tables with which Athena computes the cells of a lake.

    In two steps: first with --table, which gives the queries that survey the lake; then with
    --survey and --at, which gives the small tables and all other queries. Their results make the
    report: `gapfolio report --cells`. See docs/athena.md.

    \b
    Examples:
      gapfolio lake --table amazon_security_lake.sh_findings -o lake
      gapfolio lake --survey survey.csv --at s3://bucket/gapfolio -o lake
    """
    from gapfolio import audit
    from gapfolio.lake import kit

    if bool(table) is bool(survey) or bool(survey) is not bool(place):
        raise click.UsageError("give --table first, then --survey and --at together")
    if survey is None:
        written = kit.begin(output, table)
    else:
        options = audit.Options(directory=engagement or Path(), period=period, survey=survey)
        with audit.opened(options) as opened:
            written = kit.go_on(opened.engine, output, place)
    click.echo(f"Queries, to be run in their order: {visible(str(written[0].parent))}")
    for path in (written[0], written[-1]):
        click.echo(f"  {path.name}")
    if survey:
        click.echo(f"Tables, to be copied to {place}: {visible(str(output / 'tables'))}")
