"""Every profile that can be asked for: of plugins, built in, and of an engagement's own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from gapfolio import lines, plugins
from gapfolio.engagement.settings import FILE
from gapfolio.errors import EngagementError
from gapfolio.exports.base import Exporter
from gapfolio.exports.tables import profiles
from gapfolio.exports.tables.writing import TableExporter
from gapfolio.nearest import meant

if TYPE_CHECKING:
    import pluggy

    from gapfolio.engagement import Folder


def offered(pm: pluggy.PluginManager, folder: Folder) -> dict[str, Exporter]:
    """Give the exporters by name, sorted.

    Raises:
        PluginError: two plugins offer one of the same name.
        EngagementError: a profile of the engagement's own has the name of another.
    """
    offers: dict[str, plugins.Offer[Exporter]] = plugins.collect(
        pm.hook.register_exporters, lambda exporter: exporter.name
    )
    found = {name: offer.thing for name, offer in offers.items()}
    for name, table in folder.engagement.export.profile.items():
        if name in found:
            raise EngagementError(
                f"{_at(folder, 'profile', name)}.{name}: there is a profile of that name already"
            )
        found[name] = TableExporter(name, profiles.own(name, table))
    return dict(sorted(found.items()))


def checked(pm: pluggy.PluginManager, folder: Folder) -> None:
    """Refuse an engagement that wants a profile with every report that nothing writes.

    Raises:
        EngagementError: naming file, line and key.
    """
    for fault in faults(pm, folder):
        raise EngagementError(fault)


def faults(pm: pluggy.PluginManager, folder: Folder) -> Iterator[str]:
    """Say which of `[export] profiles` is none that is offered, and where it stands."""
    known = offered(pm, folder)
    for place, name in enumerate(folder.engagement.export.profiles):
        if name not in known:
            near = meant(name, known) or f"; there are: {', '.join(known)}"
            where = _at(folder, "profiles", place)
            yield f"{where}: {name}: there is no such profile{near}"


def _at(folder: Folder, key: str, place: str | int) -> str:
    """Give file, line and key of something under `[export]`."""
    text = (folder.directory or Path()).joinpath(FILE).read_text(encoding="utf-8")
    return f"{FILE}: line {lines.in_toml(text, ['export', key, place])}: export.{key}"
