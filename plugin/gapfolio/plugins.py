"""Builds a plugin manager: the built-ins, then whatever is installed under `gapfolio`.

A function, no global: a test or an embedding program makes its own. `GAPFOLIO_LOAD_PLUGINS`
limits the installed plugins to a comma-separated list of names; empty means none.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any, Generic, TypeVar

import pluggy

from gapfolio import __version__, hookspecs
from gapfolio.errors import PluginError

BUILTINS = (
    "gapfolio.sources.builtin",
    "gapfolio.assess.policy",
    "gapfolio.exports.builtin",
    "gapfolio.report.builtin",
)
_T = TypeVar("_T")


def manager(load: Iterable[str] | None = None) -> pluggy.PluginManager:
    """Make a manager with the built-ins and the installed plugins.

    Args:
        load: names of installed plugins to load; None = what the environment says, else all.

    Raises:
        PluginError: a plugin cannot be imported or implements a hook that does not exist.
    """
    made = pluggy.PluginManager("gapfolio")
    made.add_hookspecs(hookspecs)
    for module in BUILTINS:
        made.register(import_module(module), name=module)
    wanted = os.environ.get("GAPFOLIO_LOAD_PLUGINS") if load is None else ",".join(load)
    for entry in entry_points(group="gapfolio"):
        if wanted is not None and entry.name not in wanted.split(","):
            continue
        try:
            made.register(entry.load(), name=entry.name)
            made.check_pending()
        except Exception as error:  # whatever a stranger's module raises, the user must know whose
            raise PluginError(
                f"plugin {entry.name} ({entry.value}): {type(error).__name__}: {error}; leave it "
                "out with GAPFOLIO_LOAD_PLUGINS=name,name of the plugins to load"
            ) from error
    return made


@dataclass(frozen=True)
class Offer(Generic[_T]):
    """A registered thing and the plugin that registered it."""

    thing: _T
    plugin: str


def collect(hook: Any, name: Callable[[_T], str]) -> dict[str, Offer[_T]]:
    """Gather what every plugin offers through a `register_*` hook, by name.

    Raises:
        PluginError: two plugins offer the same name, or one offers a thing without a name.
    """
    offers: dict[str, Offer[_T]] = {}
    for implementation in hook.get_hookimpls():
        plugin = implementation.plugin_name

        def register(thing: _T, plugin: str = plugin) -> None:
            try:
                key = name(thing)
            except AttributeError as error:
                raise PluginError(f"plugin {plugin}: {thing!r}: {error}") from error
            if key in offers:
                raise PluginError(
                    f"{key} is registered by {offers[key].plugin} and by {plugin}; unload one"
                )
            offers[key] = Offer(thing, plugin)

        implementation.function(register)
    return dict(sorted(offers.items()))


def mapping_directories(pm: pluggy.PluginManager) -> list[Path]:
    """Give the mapping directories that plugins offer."""
    found: dict[str, Offer[Path]] = collect(pm.hook.register_mappings, str)
    return [Path(offer.thing) for offer in found.values()]


def described(pm: pluggy.PluginManager) -> list[dict[str, Any]]:
    """Describe every plugin: name, version, hooks, and the things it offers."""
    offers: dict[str, list[str]] = {}
    for kind, (hook, name) in _REGISTERED.items():
        found: dict[str, Offer[Any]] = collect(getattr(pm.hook, hook), name)
        for key, offer in found.items():
            offers.setdefault(offer.plugin, []).append(f"{kind}: {key}")
    versions = dict.fromkeys(BUILTINS, __version__)
    versions |= {e.name: e.dist.version for e in entry_points(group="gapfolio") if e.dist}
    return [
        {
            "name": name,
            "version": versions.get(name, ""),
            "hooks": sorted(caller.name for caller in pm.get_hookcallers(plugin) or ()),
            "offers": sorted(offers.get(name, [])),
        }
        for name, plugin in sorted(pm.list_name_plugin())
        if plugin is not None
    ]


def _name(thing: Any) -> str:
    return str(thing.name)


_REGISTERED: dict[str, tuple[str, Callable[[Any], str]]] = {
    "source": ("register_sources", _name),
    "mapping": ("register_mappings", str),
    "score policy": ("register_score_policies", _name),
    "exporter": ("register_exporters", _name),
    "theme": ("register_themes", _name),
}
