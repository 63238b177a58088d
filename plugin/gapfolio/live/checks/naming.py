"""Things known by the names and tags that the client gave them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from gapfolio.engagement import Probe

BUILT_IN: dict[str, tuple[str, ...]] = {
    "responder_roles": ("*incident*", "*responder*", "*forensic*", "*csirt*", "*dfir*", "*secops*"),
    "break_glass": ("*break*glass*", "*emergency*", "*fire*call*"),
    "network_roles": ("*network*", "*netops*", "*netadmin*"),
    "clean_room": ("*clean*room*", "*forensic*lab*", "*forensic*workstation*"),
    "response_rules": (),
    "response_workflows": (
        "*incident*",
        "*forensic*",
        "*containment*",
        "*quarantin*",
        "*isolat*",
        "*remediat*",
    ),
    "quarantine_groups": ("*quarantin*", "*containment*", "*isolation*"),
    "artefact_buckets": ("*forensic*", "*evidence*", "*incident*"),
}
"""Names that are looked for where `[probe]` gives none."""


class Names:
    """The names of one kind of thing, from `[probe]` or built in.

    Attributes:
        declared: whether the client gave them; then what has none of them is known to be missing.
    """

    def __init__(self, settings: Probe, key: str) -> None:
        given: list[str] = getattr(settings, key)
        self.declared = bool(given)
        self.key = key
        self._tag = settings.purpose_tag
        self._patterns = [pattern.lower() for pattern in given or BUILT_IN[key]]

    def fit(self, name: str, tags: Mapping[str, str] | None = None) -> bool:
        """Say whether a name, or the purpose that a tag gives, is one of these."""
        words = [name.lower()]
        words += [value.lower() for key, value in (tags or {}).items() if key == self._tag]
        return any(fnmatchcase(word, pattern) for word in words for pattern in self._patterns)

    @property
    def hint(self) -> str:
        """What the client can do where the built-in names miss something."""
        return "" if self.declared else f"; if it has another name, put that into {self.key}"


def tags_of(item: Mapping[str, Any], key: str = "Tags") -> dict[str, str]:
    """Read tags in the ways in which AWS writes them."""
    found = item.get(key) or ()
    if isinstance(found, Mapping):
        return {str(name): str(value) for name, value in found.items()}
    return {
        str(tag.get("Key", tag.get("key"))): str(tag.get("Value", tag.get("value", "")) or "")
        for tag in found
    }


def as_list(tags: Mapping[str, str]) -> tuple[str, ...]:
    """Write tags as findings carry them."""
    return tuple(f"{key}={value}" for key, value in sorted(tags.items()))


def tagged(tags: Mapping[str, str], keys: Iterable[str]) -> bool:
    """Say whether one of the keys is there with a value; case, separators and prefixes aside.

    `acme:Data-Classification` is `dataclassification`, and so is `data_classification`.
    """
    wanted = {_plain(key) for key in keys}
    return any(value.strip() and _plain(key) in wanted for key, value in tags.items())


def _plain(key: str) -> str:
    last = re.split(r"[:/.]", key.strip())[-1]
    return re.sub(r"[^a-z0-9]", "", last.lower())


def few(names: Iterable[str], most: int = 5) -> str:
    """List the first few names in order, and say how many there are besides."""
    ordered = sorted(set(names))
    shown = ", ".join(ordered[:most])
    return shown + (f" and {len(ordered) - most} more" if len(ordered) > most else "")
