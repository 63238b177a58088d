"""Files that people write, as typed records: JSON, TOML and YAML with one-line complaints.

Stricter than the libraries: a YAML key that is written twice is an error, because the first of the
two would be lost in silence.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from typing import Literal, TypeVar

import msgspec
import yaml

_T = TypeVar("_T")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # C where PyYAML was built with it


class MalformedError(ValueError):
    """The content is not what it should be; the message says where, on one line."""


def decode(data: bytes, kind: type[_T], syntax: Literal["json", "toml", "yaml"]) -> _T:
    """Read the content of a file as `kind`; a YAML file of nothing but comments is `{}`.

    Raises:
        MalformedError: it breaks the syntax or the types of `kind`; the key is named.
    """
    try:
        if syntax == "json":
            return msgspec.json.decode(data, type=kind)
        if syntax == "toml":
            return msgspec.toml.decode(data, type=kind)
        return _yaml(data, kind)
    except UnicodeDecodeError as error:
        raise MalformedError(f"not UTF-8 text (byte {error.start})") from error
    except RecursionError as error:
        raise MalformedError("nested too deeply") from error
    except yaml.YAMLError as error:
        raise MalformedError(_yaml_complaint(error)) from error
    except msgspec.DecodeError as error:
        raise MalformedError(" ".join(str(error).split())) from error


def _yaml(data: bytes, kind: type[_T]) -> _T:
    loader = _LOADER(data)
    try:
        node = loader.get_single_node()
        for key in _repeated(node):
            raise yaml.MarkedYAMLError(
                problem=f"key {key.value!r} is written twice", problem_mark=key.start_mark
            )
        value = loader.construct_document(node) if node else {}
    finally:
        loader.dispose()
    return msgspec.convert(value, kind, builtin_types=(datetime, date))


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
    return " ".join(str(error).split())
