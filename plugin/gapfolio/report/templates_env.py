"""Jinja for the report: sandboxed, because templates of a theme come from strangers.

A template can read the values it is given and nothing else. It cannot mark text as safe, so what
a scanner wrote stays text whatever a theme does. Time and memory are not bounded here: a theme
that wants to waste its owner's processor time can.
"""

from collections.abc import Callable, Mapping, Sized
from dataclasses import is_dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from pathlib import Path
from traceback import walk_tb
from typing import Any

import msgspec
from jinja2 import (
    FileSystemLoader,
    StrictUndefined,
    TemplateError,
    TemplateSyntaxError,
    Undefined,
    nodes,
)
from jinja2.environment import TemplateModule
from jinja2.exceptions import SecurityError
from jinja2.runtime import BlockReference, Context, LoopContext, Macro, TemplateReference
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.utils import Cycler, Joiner, Namespace

from gapfolio.errors import ThemeError
from gapfolio.report.text import Cleaner
from gapfolio.report.theme import Theme
from gapfolio.resources import folder

MAX_RANGE = 10_000
MAX_REPEATED = 100_000
MAX_EXPONENT = 10
LEFT_OUT_FILTERS = ("attr", "center", "filesizeformat", "format", "pprint", "random", "safe")
"""`safe` would let markup through, `random` depends on chance, the rest serves no report."""
LEFT_OUT_GLOBALS = ("lipsum",)
PADDING = frozenset({"center", "expandtabs", "ljust", "rjust", "zfill"})
"""Methods of text that can make gigabytes of it."""
VALUES = (
    BlockReference,
    bool,
    Cycler,
    date,
    dict,
    float,
    Fraction,
    int,
    Joiner,
    list,
    LoopContext,
    Macro,
    msgspec.Struct,
    Namespace,
    str,
    TemplateModule,
    TemplateReference,
    tuple,
    Undefined,
)
"""What templates may look into, beside dataclasses. A `Path` is not among them: it can read, write
and delete."""


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja without the ways to files, to unsafe text and to endless text."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        """Allow public attributes of plain values only."""
        if isinstance(obj, str) and attr in PADDING:
            return False
        plain = isinstance(obj, VALUES) or (is_dataclass(obj) and not isinstance(obj, type))
        return plain and super().is_safe_attribute(obj, attr, value)

    def wrap_str_format(self, value: Any) -> Callable[..., str] | None:
        """Refuse `str.format`, whose widths make text of any length."""
        if super().wrap_str_format(value) is not None:
            raise SecurityError("text cannot be formatted with format(); join it with ~")
        return None

    def call_binop(self, context: Context, operator: str, left: Any, right: Any) -> Any:
        """Do arithmetic, but refuse to repeat or format text beyond measure."""
        if operator == "%" and isinstance(left, str):
            raise SecurityError("text cannot be formatted with %; join it with ~")
        if operator == "**" and (abs(left) > MAX_RANGE or abs(right) > MAX_EXPONENT):
            raise SecurityError("this power is too large")
        if operator == "*" and isinstance(left, Sized) | isinstance(right, Sized):
            sequence, times = (left, right) if isinstance(left, Sized) else (right, left)
            if len(sequence) * times > MAX_REPEATED:
                raise SecurityError("this repetition is too long")
        return super().call_binop(context, operator, left, right)

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Refuse `{% autoescape false %}`, the other way to let markup through."""
        template = super()._parse(source, name, filename)
        switch = template.find(nodes.ScopedEvalContextModifier)
        if switch is not None:
            raise TemplateSyntaxError("autoescape stays on", switch.lineno, name, filename)
        return template


def environment(theme: Theme) -> Sandbox:
    """Make the environment for a theme: its templates first, then our own.

    What templates get is formatted and cleaned already; `clean` is for text that a theme puts
    together itself. `theme` is a global.
    """
    own = folder("report_templates")
    directories = [*theme.templates, own, own / "themes"]
    made = Sandbox(
        autoescape=True,
        undefined=StrictUndefined,
        loader=FileSystemLoader([str(path) for path in directories]),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for name in LEFT_OUT_FILTERS:
        del made.filters[name]
    for name in LEFT_OUT_GLOBALS:
        del made.globals[name]
    made.filters["clean"] = partial(_clean, Cleaner(theme.fonts.coverage))
    made.globals["range"] = _short_range
    made.globals["theme"] = theme.look
    return made


def render_template(made: Sandbox, theme: Theme, name: str, values: Mapping[str, object]) -> str:
    """Render a template; an error in a template of the theme becomes a ThemeError.

    An error in one of ours is a defect and passes.
    """
    try:
        return made.get_template(name).render(values)
    except (
        TemplateError,
        TypeError,
        ValueError,
        LookupError,
        ArithmeticError,
        RecursionError,
    ) as error:
        place = _place(error, theme)
        if place is None:
            raise
        raise ThemeError(f"{place}: {error}") from error


def _clean(
    cleaner: Cleaner,
    value: object,
    limit: int | None = None,
    *,
    lines: bool = False,
    breaks: bool = True,
) -> str:
    if limit is None:
        return cleaner(str(value), lines=lines, breaks=breaks)
    return cleaner(str(value), limit=limit, lines=lines, breaks=breaks)


def _short_range(*arguments: int) -> range:
    numbers = range(*arguments)
    if len(numbers) > MAX_RANGE:
        raise SecurityError(f"a range of more than {MAX_RANGE:,} numbers")
    return numbers


def _place(error: Exception, theme: Theme) -> str | None:
    """Say where in a template of the theme an error arose; None when it was not there."""
    own = [] if theme.trusted else [theme.directory]
    frames = [(frame.f_code.co_filename, line) for frame, line in walk_tb(error.__traceback__)]
    frames.append((getattr(error, "filename", None) or "", getattr(error, "lineno", 0)))
    for file, line in reversed(frames):
        if any(Path(file).is_relative_to(directory) for directory in own):
            return f"{file}: line {line}"
    return None
