"""Files that people write, as typed records: JSON, TOML and YAML with one-line complaints.

Stricter than the libraries: a YAML key that is written twice is an error, because the first of the
two would be lost in silence. And bounded: a file that others sent must not fill the memory by
anchors that multiply, nor crash the parser by what is nested without end.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import reduce
from operator import getitem
from typing import Any, Literal, TypeVar

import msgspec
import yaml

from gapfolio import lines

_T = TypeVar("_T")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # C where PyYAML was built with it
_DEEPEST = 100
_MOST = 500_000
"""Keys and values of a YAML file, anchors followed."""
_TYPES = re.compile(r"Expected `([^`]*)`, got `(\w+)`")
_TOML_PLACE = re.compile(r"(.*) \(at (?:line (\d+), column \d+|end of document)\)", re.S)


class MalformedError(ValueError):
    """The content is not what it should be; the message says where, on one line."""


def decode(data: bytes, kind: type[_T], syntax: Literal["json", "toml", "yaml"]) -> _T:
    """Read the content of a file as `kind`; a YAML file of nothing but comments is `{}`.

    Raises:
        MalformedError: it breaks the syntax or the types of `kind`; line and key are named.
    """
    with _complaints():
        if syntax == "json":
            return msgspec.json.decode(data, type=kind)
        if syntax == "toml":
            return _toml(data, kind)
        node, value = _loaded(data)
        return _converted({} if node is None else value, kind, node)


def composed(data: bytes) -> yaml.Node | None:
    """Give the nodes of a YAML document that can be read, to tell lines by.

    Raises:
        MalformedError: it cannot be read.
    """
    with _complaints():
        return _loaded(data)[0]


def entries(data: bytes, kind: type[_T]) -> tuple[list[tuple[int, _T]], list[str]]:
    """Read a YAML file that is a list, each entry by itself.

    Returns:
        The entries that are as they should be, each with its line, and a complaint for each other.

    Raises:
        MalformedError: it is no YAML, or no list.
    """
    with _complaints():
        node, value = _loaded(data)
    if node is None:
        return [], []
    if not isinstance(node, yaml.SequenceNode):
        raise MalformedError("line 1: is no list; each entry begins with `- `")
    good: list[tuple[int, _T]] = []
    bad: list[str] = []
    for item, content in zip(node.value, value, strict=True):
        try:
            good.append((item.start_mark.line + 1, _converted(content, kind, item)))
        except MalformedError as error:
            bad.append(str(error))
    return good, bad


@contextmanager
def _complaints() -> Iterator[None]:
    """Tell what the libraries complain of on one line."""
    try:
        yield
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8 text (byte {error.start})") from error
    except RecursionError as error:
        raise MalformedError("nested too deeply") from error
    except yaml.YAMLError as error:
        raise MalformedError(_yaml_complaint(error)) from error
    except msgspec.DecodeError as error:
        raise MalformedError(_on_one_line(error)) from error


def _toml(data: bytes, kind: type[_T]) -> _T:
    text = data.decode("utf-8-sig")  # some editors put a mark before the first character
    try:
        return msgspec.toml.decode(text, type=kind)
    except msgspec.ValidationError as error:
        line = lines.in_toml(text, lines.steps(str(error)))
        raise MalformedError(f"line {line}: {_explained(error)}") from error
    except msgspec.DecodeError as error:
        if found := _TOML_PLACE.fullmatch(str(error)):
            line = int(found[2] or text.rstrip("\n").count("\n") + 1)
            raise MalformedError(f"line {line}: {found[1]}") from error
        raise
    except ValueError as error:  # of Python's own limit
        raise MalformedError("a number is too long") from error


def _loaded(data: bytes) -> tuple[yaml.Node | None, Any]:
    repeats = _bounded(data)
    loader = _LOADER(data)
    try:
        node = loader.get_single_node()
        if node and repeats and _size(node, {}) > _MOST:
            raise yaml.YAMLError(f"its anchors make it longer than {_MOST:,} keys and values")
        for key in _repeated(node):
            raise yaml.MarkedYAMLError(
                problem=f"key {key.value!r} is written twice", problem_mark=key.start_mark
            )
        return node, _constructed(loader, node) if node else None
    finally:
        loader.dispose()


def _bounded(data: bytes) -> bool:
    """Refuse what is too deep or too long to compose: PyYAML does it in C, and by recursion.

    Returns:
        Whether anything stands in the document more than once, by an anchor.
    """
    depth, repeats = 0, False
    events: Iterator[Any] = yaml.parse(data, Loader=_LOADER)
    for number, event in enumerate(events):
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        repeats = repeats or isinstance(event, yaml.AliasEvent)
        if depth > _DEEPEST:
            raise yaml.MarkedYAMLError(problem="nested too deeply", problem_mark=event.start_mark)
        if number > 2 * _MOST:  # every list and mapping has two
            raise yaml.YAMLError(f"longer than {_MOST:,} keys and values")
    return repeats


def _size(node: yaml.Node, sizes: dict[int, int]) -> int:
    """Count the nodes of a document as if anchors were written out."""
    if id(node) not in sizes:
        below: Sequence[yaml.Node] = ()
        if isinstance(node, yaml.MappingNode):
            below = [part for pair in node.value for part in pair]
        elif isinstance(node, yaml.SequenceNode):
            below = node.value
        sizes[id(node)] = 1 + sum(_size(part, sizes) for part in below)
    return sizes[id(node)]


def _constructed(loader: Any, node: yaml.Node) -> Any:
    try:
        return loader.construct_document(node)
    except ValueError as error:  # 2026-13-01: a date by its looks only
        *_, innermost = loader.recursive_objects  # those that it was at
        raise yaml.MarkedYAMLError(
            problem=f"a date or number is wrong: {error}", problem_mark=innermost.start_mark
        ) from error


def _converted(value: Any, kind: type[_T], node: yaml.Node | None) -> _T:
    try:
        return _as(value, kind)
    except msgspec.ValidationError as error:
        line = lines.in_yaml(node, _followed(value, kind, str(error)))
        raise MalformedError(f"line {line}: {_explained(error)}") from error


def _followed(value: Any, kind: type[Any], complaint: str) -> list[lines.Step]:
    """Give the place that a complaint names, with the keys that msgspec writes as `[...]`.

    Each is the first key of its mapping that is complained of in the same words when it is alone.
    """
    path = lines.steps(complaint)
    while None in path:
        above = path[: path.index(None)]
        for key, part in reduce(getitem, above, value).items():
            alone = _with(value, above, {key: part})
            if _complaint(alone, kind) == complaint:
                break
        value, path[len(above)] = alone, key
    return path


def _with(value: Any, path: Sequence[Any], part: Any) -> Any:
    """Give a copy of a value in which another part stands at a place."""
    if not path:
        return part
    copy = value.copy()
    copy[path[0]] = _with(value[path[0]], path[1:], part)
    return copy


def _complaint(value: Any, kind: type[Any]) -> str:
    try:
        _as(value, kind)
    except msgspec.ValidationError as error:
        return str(error)
    return ""


def _as(value: Any, kind: type[_T]) -> _T:
    return msgspec.convert(value, kind, builtin_types=(datetime, date))


def _explained(error: msgspec.ValidationError) -> str:
    """Add what to write, where the type alone does not say it."""
    complaint = _on_one_line(error)
    found = _TYPES.search(complaint)
    wanted, got = (found[1].split(" | "), found[2]) if found else ([], "")
    if "date" in wanted and got in ("str", "datetime"):
        return f"{complaint}; write a date as 2026-12-31, without quotation marks"
    if "str" in wanted and got in ("int", "float", "bool", "date", "datetime"):
        return f"{complaint}; put it in quotation marks"
    return complaint


def _on_one_line(error: Exception) -> str:
    return " ".join(str(error).split())


def _repeated(root: yaml.Node | None) -> Iterator[yaml.Node]:
    """Give the scalar keys that their mapping has already."""
    waiting, seen = [root], set[int]()
    while waiting:
        node = waiting.pop()
        if not isinstance(node, yaml.CollectionNode) or id(node) in seen:
            continue
        seen.add(id(node))
        if not isinstance(node, yaml.MappingNode):
            waiting += node.value
            continue
        keys: set[tuple[str, str]] = set()
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode):
                if (key.tag, key.value) in keys:
                    yield key
                keys.add((key.tag, key.value))
            waiting.append(value)


def _yaml_complaint(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.MarkedYAMLError) and error.problem_mark:
        return f"line {error.problem_mark.line + 1}: {error.problem}"
    return _on_one_line(error)
