"""The sandbox for templates, and the filters."""

# ruff: noqa: RUF001  # these tests are about such characters

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from jinja2 import FileSystemLoader, UndefinedError

from gapfolio.errors import ThemeError
from gapfolio.report import templates_env as env
from gapfolio.report.theme import Theme, load_theme

Render = Callable[..., str]


@dataclass(frozen=True)
class Row:
    """What a view may hand to a template."""

    name: str = "<b>bold</b>"
    path: Path = Path("/etc/passwd")
    _hidden: str = "s"

    def shout(self) -> str:
        """A method of a plain value may be called."""
        return self.name.upper()


class Stranger:
    """An object that is no plain value."""

    name = "x"


@pytest.fixture
def theme(tmp_path: Path) -> Theme:
    (tmp_path / "templates").mkdir()
    (tmp_path / "theme.toml").write_text('name = "Mine"', encoding="utf-8")
    return load_theme(tmp_path)


@pytest.fixture
def show(theme: Theme) -> Render:
    """Render a template of the theme."""

    def render(source: str, **values: object) -> str:
        (theme.directory / "templates" / "x.html").write_text(source, encoding="utf-8")
        values = {"row": Row(), "stranger": Stranger(), "items": [1, 2]} | values
        return env.render_template(env.environment(theme), theme, "x.html", values)

    return render


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("{{ row.name }}", "&lt;b&gt;bold&lt;/b&gt;"),
        ("{{ row.shout()|lower }}", "&lt;b&gt;bold&lt;/b&gt;"),
        ("{{ '\u202ex'|clean }}", "‹U+202E›x"),
        ("{{ 'word word'|clean(4) }}", "word… (+5 characters)"),
        ("{{ ('x' * 30)|clean(breaks=False)|length }}", "30"),
        ("{{ ('x' * 30)|clean|length }}", "31"),
        ("{{ 'a\nb'|clean(lines=True)|length }}", "3"),
        ("{{ 12|clean }}", "12"),
        ("{{ theme.colors['pass'] }} {{ theme.colors.accent }}", "#1b7a5a #14507a"),
        ("{{ theme.mix('accent', 0.5) }}{{ theme.text_on('cover') }}", "#8aa8bc#ffffff"),
        ("{% for i in range(3) %}{{ loop.index }}{% endfor %}", "123"),
        ("{% macro m(x) %}<i>{{ x }}</i>{% endmacro %}{{ m('<') }}", "<i>&lt;</i>"),
        ("{% set ns = namespace(n=1) %}{{ ns.n }}", "1"),
        ("{% block b %}{{ 2 * 3 }}{% endblock %}{{ self.b() }}", "66"),
    ],
)
def test_templates_can(show: Render, source: str, shown: str) -> None:
    assert show(source) == shown


@pytest.mark.parametrize(
    "source",
    [
        "{{ row._hidden }}",
        "{{ row.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ row|attr('__class__') }}",
        "{{ row.path.read_text() }}",
        "{{ row.path.parent }}",
        "{{ stranger.name }}",
        "{{ theme.directory }}",
        "{{ theme.logo.path }}",
        "{{ cycler.__init__.__globals__ }}",
        "{{ items.append(3) }}",
        "{{ row.name|safe }}",
        "{{ [row.name]|map('safe')|join }}",
        "{% autoescape false %}{{ row.name }}{% endautoescape %}",
        "{{ 'a' * 10**9 }}",
        "{{ [1] * 10**9 }}",
        "{{ 10**9 * 'a' }}",
        "{{ 9**9999999 }}",
        "{{ range(10**9)|list }}",
        "{{ lipsum(n=9) }}",
        "{{ '%09d' % 1 }}",
        "{{ '%s'|format('x') }}",
        "{{ '{0.__class__}'.format(row) }}",
        "{{ '{:>99}'.format('x') }}",
        "{{ 'x'.ljust(99) }}",
        "{{ 'x'|center(99) }}",
        "{{ nothing }}",
        "{{ theme.mix('no such colour', 1) }}",
        "{% include '/etc/passwd' %}",
        "{% include '../theme.toml' %}",
        "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}",
        "{{ 1 / 0 }}",
        "{{ 'x' + 1 }}",
        "{% if %}",
    ],
)
def test_a_theme_that_tries_more_is_told_where(show: Render, source: str) -> None:
    with pytest.raises(ThemeError, match=r"templates/x\.html: line 2: "):
        show(f"\n{source}")


def test_an_error_in_our_own_template_is_a_defect(tmp_path: Path) -> None:
    theme = load_theme("neutral")
    made = env.environment(theme)
    made.loader = FileSystemLoader(str(tmp_path))
    (tmp_path / "ours.html").write_text("{{ nothing }}", encoding="utf-8")

    with pytest.raises(UndefinedError):
        env.render_template(made, theme, "ours.html", {})


def test_a_theme_replaces_our_template_of_the_same_name(theme: Theme) -> None:
    (theme.directory / "templates" / "starter.css").write_text("mine", encoding="utf-8")

    assert env.environment(theme).get_template("starter.css").render() == "mine"
