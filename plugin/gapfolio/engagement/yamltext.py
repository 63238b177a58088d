"""Entries of the engagement's YAML lists, written as a person would write them.

Whatever the text, it reads back exactly; what an editor would hide is written as an escape.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import msgspec
import yaml

from gapfolio.errors import EngagementError

_WIDTH = 100
_SHORT = 60
"""Characters of a list that stays on one line."""
_ACCOUNT = re.compile(r"[0-9]{12}")


def fields(record: msgspec.Struct) -> dict[str, Any]:
    """Give a record's keys and values as a file has them, without those that say nothing new."""
    found: dict[str, Any] = {}
    for field in msgspec.structs.fields(record):
        value = getattr(record, field.name)
        if value == _default(field):
            continue
        if isinstance(value, list):
            value = [fields(v) if isinstance(v, msgspec.Struct) else v for v in value]
        found[field.encode_name] = value
    return found


def _default(field: msgspec.structs.FieldInfo) -> Any:
    made = field.default_factory
    return field.default if made is msgspec.NODEFAULT else made()


def entry(content: Mapping[str, Any]) -> str:
    """Write one entry of a list, with its `- ` and line end; None stands for nothing yet.

    Raises:
        EngagementError: a text holds what no file in UTF-8 can.
    """
    try:
        text: str = yaml.dump(
            [dict(content)],
            Dumper=_Writer,
            allow_unicode=True,
            default_flow_style=False,
            sort_keys=False,
            width=_WIDTH,
        )
    except UnicodeEncodeError as error:
        raise EngagementError(
            f"{error.object[:_WIDTH]!r} is no text that a file in UTF-8 can hold"
        ) from error
    return text


class _Writer(yaml.SafeDumper):
    """Lists are indented, short ones stay on the line, paragraphs stand as blocks."""

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, indentless=False)

    def choose_scalar_style(self) -> str:
        style: str = super().choose_scalar_style()
        return '"' if style == "'" else style  # in which an apostrophe would be doubled

    def write_double_quoted(self, text: str, split: bool = True) -> None:
        self.allow_unicode = _shows(text)
        super().write_double_quoted(text, split)
        self.allow_unicode = True


def _shows(text: str) -> bool:
    """Tell whether an editor shows the text as it is."""
    return text.replace("\n", "").isprintable()


def _text(writer: _Writer, text: str) -> yaml.Node:
    text.encode()  # refuses half a character before it is escaped, as no reader would take it
    style = None
    if _ACCOUNT.fullmatch(text) or not _shows(text):
        style = '"'
    elif "\n" in text:  # a block would keep or lose line ends at the end of the file
        style = "|" if text == text.strip() else '"'
    return writer.represent_scalar("tag:yaml.org,2002:str", text, style)


def _list(writer: _Writer, items: list[Any]) -> yaml.Node:
    texts = [item for item in items if isinstance(item, str)]
    flow = len(texts) == len(items) and sum(map(len, texts)) <= _SHORT
    return writer.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=flow)


def _nothing(writer: _Writer, _: None) -> yaml.Node:
    return writer.represent_scalar("tag:yaml.org,2002:null", "")


_Writer.add_representer(str, _text)
_Writer.add_representer(list, _list)
_Writer.add_representer(type(None), _nothing)
