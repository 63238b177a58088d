"""The plugin manager: built-ins like anybody's, and culprits named."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pluggy
import pytest

from gapfolio import __version__, hookimpl, hookspecs, plugins
from gapfolio.errors import PluginError

THEME = """
from pathlib import Path
from gapfolio import hookimpl

@hookimpl
def register_themes(register):
    register(Path("/somewhere/acme"))
"""
Install = Callable[..., None]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Install]:
    """Install modules with an entry point `gapfolio` each, as pip would, and load them all."""
    before = set(sys.modules)
    monkeypatch.delenv("GAPFOLIO_LOAD_PLUGINS")
    monkeypatch.syspath_prepend(tmp_path)

    def make(name: str, source: str | None, entry: str = "") -> None:
        if source is not None:
            (tmp_path / f"{name}_module.py").write_text(source)
        info = tmp_path / f"{name}-1.5.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.5\n")
        (info / "entry_points.txt").write_text(f"[gapfolio]\n{entry or name} = {name}_module\n")

    yield make
    for module in set(sys.modules) - before:
        del sys.modules[module]


def module(name: str, **functions: Any) -> ModuleType:
    """Make a plugin in memory; every function is a hook implementation."""
    made = ModuleType(name)
    for hook, function in functions.items():
        function.__name__ = hook
        setattr(made, hook, hookimpl(function))
    return made


def offering(*things: Any) -> Callable[[Callable[[Any], None]], None]:
    def offer(register: Callable[[Any], None]) -> None:
        for thing in things:
            register(thing)

    return offer


def thing(name: str) -> SimpleNamespace:
    return SimpleNamespace(name=name)


def bare(*modules: ModuleType) -> pluggy.PluginManager:
    made = pluggy.PluginManager("gapfolio")
    made.add_hookspecs(hookspecs)
    for plugin in modules:
        made.register(plugin, name=plugin.__name__)
    return made


def names(pm: pluggy.PluginManager) -> list[str]:
    return [name for name, _ in pm.list_name_plugin()]


def test_the_builtins_come_through_the_public_hooks() -> None:
    pm = plugins.manager(load=())

    assert names(pm) == list(plugins.BUILTINS)
    assert list(plugins.collect(pm.hook.register_score_policies, lambda p: p.name)) == ["assured"]
    assert {"csv", "generic", "json", "parquet"} <= set(
        plugins.collect(pm.hook.register_exporters, lambda e: e.name)
    )
    assert "prowler-ocsf" in plugins.collect(pm.hook.register_sources, lambda s: s.name)
    assert {"neutral", "contrast"} <= set(
        plugins.collect(pm.hook.register_themes, lambda path: path.name)
    )


def test_every_manager_is_its_own() -> None:
    one, other = plugins.manager(load=()), plugins.manager(load=())
    one.register(module("more", register_exporters=offering(thing("more"))))

    assert len(one.get_plugins()) == len(other.get_plugins()) + 1


def test_an_installed_plugin_is_loaded(install: Install) -> None:
    install("acme", THEME)

    assert names(plugins.manager()) == [*plugins.BUILTINS, "acme"]


@pytest.mark.parametrize(
    ("setting", "loaded"),
    [("", []), ("acme", ["acme"]), ("acme,other", ["acme", "other"]), ("nobody", [])],
)
def test_the_environment_limits_the_installed_plugins(
    install: Install, monkeypatch: pytest.MonkeyPatch, setting: str, loaded: list[str]
) -> None:
    install("acme", THEME)
    install("other", THEME)
    monkeypatch.setenv("GAPFOLIO_LOAD_PLUGINS", setting)

    assert sorted(set(names(plugins.manager())) - set(plugins.BUILTINS)) == loaded


def test_an_argument_overrides_the_environment(
    install: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    install("acme", THEME)
    monkeypatch.setenv("GAPFOLIO_LOAD_PLUGINS", "")

    assert "acme" in names(plugins.manager(load=["acme"]))


@pytest.mark.parametrize(
    ("source", "words"),
    [
        pytest.param(None, "No module named 'broken_module'", id="no module"),
        pytest.param("import nothing_of_that_name", "nothing_of_that_name", id="import fails"),
        pytest.param("def f(:", "SyntaxError", id="syntax"),
        pytest.param("1 / 0", "ZeroDivisionError", id="raises"),
        pytest.param(
            "from gapfolio import hookimpl\n@hookimpl\ndef register_sorces(register): ...",
            "register_sorces",
            id="misspelt hook",
        ),
        pytest.param(
            "from gapfolio import hookimpl\n@hookimpl\ndef register_sources(registre): ...",
            "registre",
            id="misspelt argument",
        ),
    ],
)
def test_a_broken_plugin_is_named_with_the_way_round_it(
    install: Install, monkeypatch: pytest.MonkeyPatch, source: str | None, words: str
) -> None:
    install("broken", source)

    with pytest.raises(PluginError) as raised:
        plugins.manager()

    assert str(raised.value).startswith("plugin broken (broken_module): ")
    assert words in str(raised.value)
    assert "GAPFOLIO_LOAD_PLUGINS" in str(raised.value)

    monkeypatch.setenv("GAPFOLIO_LOAD_PLUGINS", "")
    assert names(plugins.manager()) == list(plugins.BUILTINS)


def test_two_plugins_of_one_name_are_an_error(install: Install) -> None:
    install("first", THEME, entry="acme")
    install("second", THEME, entry="acme")

    with pytest.raises(PluginError, match="acme") as raised:
        plugins.manager()

    assert "first_module" in str(raised.value)
    assert "second_module" in str(raised.value)


def test_two_things_of_one_name_are_an_error_that_names_both_plugins() -> None:
    pm = bare(
        module("one", register_exporters=offering(thing("grc"))),
        module("two", register_exporters=offering(thing("grc"))),
    )

    with pytest.raises(PluginError, match=r"^grc is registered by one and by two; unload one$"):
        plugins.collect(pm.hook.register_exporters, lambda e: e.name)


def test_a_plugin_cannot_take_the_place_of_a_builtin() -> None:
    pm = plugins.manager(load=())
    pm.register(module("rival", register_exporters=offering(thing("csv"))), name="rival")

    with pytest.raises(PluginError, match=r"gapfolio\.exports\.builtin and by rival"):
        plugins.collect(pm.hook.register_exporters, lambda e: e.name)


def test_a_thing_without_a_name_is_an_error_that_names_the_plugin() -> None:
    pm = bare(module("one", register_exporters=offering(object())))

    with pytest.raises(PluginError, match=r"plugin one: .*'name'"):
        plugins.collect(pm.hook.register_exporters, lambda e: e.name)


def test_offers_are_sorted_by_name_whatever_the_order_of_registration() -> None:
    one = module("one", register_exporters=offering(thing("b"), thing("c")))
    two = module("two", register_exporters=offering(thing("a")))

    for pm in (bare(one, two), bare(two, one)):
        offers: dict[str, plugins.Offer[SimpleNamespace]] = plugins.collect(
            pm.hook.register_exporters, lambda e: str(e.name)
        )
        assert [(key, offer.plugin) for key, offer in offers.items()] == [
            ("a", "two"),
            ("b", "one"),
            ("c", "one"),
        ]


def test_mapping_directories_of_plugins_are_given(tmp_path: Path) -> None:
    pm = bare(module("one", register_mappings=offering(tmp_path)))

    assert plugins.mapping_directories(pm) == [tmp_path]


def test_plugins_are_described_with_version_hooks_and_offers(install: Install) -> None:
    install("acme", THEME)
    rows = {row["name"]: row for row in plugins.described(plugins.manager())}

    assert rows["acme"] == {
        "name": "acme",
        "version": "1.5",
        "hooks": ["register_themes"],
        "offers": ["theme: acme"],
    }
    assert rows["gapfolio.assess.policy"] == {
        "name": "gapfolio.assess.policy",
        "version": __version__,
        "hooks": ["register_score_policies"],
        "offers": ["score policy: assured"],
    }
