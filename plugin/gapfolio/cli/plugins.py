"""`gapfolio plugins`: what is loaded and what each plugin offers."""

from __future__ import annotations

import click


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Machine-readable.")
def plugins(as_json: bool) -> None:
    """List the plugins with what they offer.

    \b
    Example:
      gapfolio plugins --json
    """
    import msgspec

    from gapfolio import plugins as loading

    rows = loading.described(loading.manager())
    if as_json:
        click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=2))
        return
    for row in rows:
        version = f" {row['version']}" if row["version"] else ""
        click.echo(f"{row['name']}{version}: {', '.join(row['hooks'])}")
        for offer in row["offers"]:
            click.echo(f"  {offer}")
