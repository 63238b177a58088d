"""Style sheets of themes: what would load from elsewhere is found among the tokens of CSS.

Text is not enough: an escaped `url(…)` and `image-set("…")` are addresses too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

import tinycss2  # type: ignore[import-untyped]

_ELSEWHERE = re.compile(r"\s*(?:[a-z][a-z0-9+.-]*:|//|\\\\)", re.IGNORECASE)
_INLINE_IMAGE = re.compile(r"\s*data:image/(?:png|jpeg)[;,]", re.IGNORECASE)
_LOADING = frozenset({"url", "src", "image", "image-set", "-webkit-image-set", "cross-fade"})


def outside(style: str) -> Iterator[tuple[int, str]]:
    """Give line and text of everything in a style sheet that a theme must not say.

    That is an import, an address that is not a file of the theme or an inline PNG or JPEG, and the
    end of the `style` element in which the sheet will stand.
    """
    for number, line in enumerate(style.splitlines(), 1):
        if "</" in line:
            yield number, "</"
    yield from _tokens(tinycss2.parse_component_value_list(style))


def _tokens(tokens: Iterable[Any], *, loading: bool = False) -> Iterator[tuple[int, str]]:
    for token in tokens:
        if token.type == "at-keyword" and token.lower_value == "import":
            yield token.source_line, "@import"
        elif token.type == "url" or (loading and token.type == "string"):
            if _ELSEWHERE.match(token.value) and not _INLINE_IMAGE.match(token.value):
                yield token.source_line, token.value
        elif token.type == "function":
            yield from _tokens(token.arguments, loading=loading or token.lower_name in _LOADING)
        elif hasattr(token, "content"):
            yield from _tokens(token.content, loading=loading)
