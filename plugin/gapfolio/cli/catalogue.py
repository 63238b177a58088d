"""`gapfolio catalogue`: the practices as a table or as JSON, and the check of mapping files."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Everything, machine-readable.")
@click.option(
    "--check",
    "directory",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    is_flag=False,
    flag_value=Path(),
    help="Validate the mapping files of a directory together with the shipped ones.",
)
@click.option("--coverage", is_flag=True, help="Which scanner sees which practice, as a table.")
def catalogue(as_json: bool, directory: Path | None, coverage: bool) -> None:
    """List the best practices, or validate mapping files of your own.

    \b
    Examples:
      gapfolio catalogue
      gapfolio catalogue --check my-mappings/
      gapfolio catalogue --coverage
    """
    import msgspec

    from gapfolio import catalogue as catalogues
    from gapfolio import plugins

    directories = plugins.mapping_directories(plugins.manager())
    if directory is not None and any(directory.glob("*.yaml")):
        directories.append(directory)
    elif directory is not None and directory != Path():
        raise click.UsageError(f"{directory}: no *.yaml in it")
    loaded = catalogues.load(directories)
    edges = list(loaded.edges())
    if directory is not None:
        click.echo(
            f"{sum(1 for _ in loaded.practices())} practices, "
            f"{len({criterion.id for _, criterion, _, _ in edges})} criteria with checks, "
            f"{len(edges)} edges, {len(loaded.out_of_scope)} checks out of scope: no faults"
        )
        return
    if coverage:
        from gapfolio.catalogue.coverage import markdown

        click.echo(markdown(loaded))
        return
    if as_json:
        data = {"version": catalogues.VERSION, "categories": loaded.categories}
        click.echo(msgspec.json.format(msgspec.json.encode(data), indent=2))
        return
    for category in loaded.categories:
        click.echo(f"\n{category.title}")
        for practice in category.practices:
            kind = {"automated": "A", "manual": "M", "both": "A+M"}[practice.evidence]
            click.echo(f"  {practice.id:<8}{practice.priority or '–':<10}{kind:<5}{practice.title}")
