"""Every profile that can be asked for: of plugins, built in, and of an engagement's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from gapfolio import plugins
from gapfolio.errors import EngagementError
from gapfolio.exports import profiles
from gapfolio.exports.base import Exporter
from gapfolio.exports.tables import TableExporter

if TYPE_CHECKING:
    import pluggy

    from gapfolio.engagement import Engagement


def offered(pm: pluggy.PluginManager, engagement: Engagement) -> dict[str, Exporter]:
    """Give the exporters by name, sorted.

    Raises:
        PluginError: two plugins offer one of the same name.
        EngagementError: a profile of the engagement's own has the name of another.
    """
    offers: dict[str, plugins.Offer[Exporter]] = plugins.collect(
        pm.hook.register_exporters, lambda exporter: exporter.name
    )
    found = {name: offer.thing for name, offer in offers.items()}
    for name, table in engagement.export.profile.items():
        if name in found:
            raise EngagementError(
                f"gapfolio.toml: export.profile.{name}: there is a profile of that name already"
            )
        found[name] = TableExporter(name, profiles.own(name, table))
    return dict(sorted(found.items()))
