"""`gapfolio sources`: every format that is read, how it is told from others, and what is lost."""

from __future__ import annotations

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def sources(as_json: bool) -> None:
    """List the formats that are read, those of plugins included.

    \b
    Example:
      gapfolio sources
    """
    import msgspec

    from gapfolio import plugins
    from gapfolio.sources.base import Source

    manager = plugins.manager()
    offers: dict[str, plugins.Offer[Source]] = plugins.collect(
        manager.hook.register_sources, lambda source: source.name
    )
    rows = [
        {
            "name": name,
            "title": offer.thing.title,
            "recognised": offer.thing.recognised,
            "lost": getattr(offer.thing, "lost", ""),
            "plugin": offer.plugin,
        }
        for name, offer in offers.items()
    ]
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2))
        return
    for row in rows:
        click.secho(f"{row['title']} ({row['name']})", bold=True)
        click.echo(f"  recognised: {row['recognised']}")
        if row["lost"]:
            click.echo(f"  lost: {row['lost']}")
