"""The YAML files of an engagement that are lists: each entry with the line it stands on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from gapfolio import decoding
from gapfolio.errors import EngagementError

T = TypeVar("T")


@dataclass(frozen=True)
class Entry(Generic[T]):
    """An entry of such a file."""

    path: Path
    line: int
    value: T

    def fault(self, text: str) -> str:
        """Say what is wrong with it; `text` begins with the key."""
        return f"{self.path}: line {self.line}: {text}"


def read(path: Path, kind: type[T]) -> tuple[list[Entry[T]], list[str]]:
    """Read the file, if there is one: its good entries, and a fault for each other.

    Raises:
        EngagementError: it cannot be read at all.
    """
    try:
        good, bad = decoding.entries(path.read_bytes(), kind)
    except FileNotFoundError as error:
        if path.is_symlink():
            raise EngagementError(f"{path}: is a link to nothing") from error
        return [], []
    except decoding.MalformedError as error:
        raise EngagementError(f"{path}: {error}") from error
    except OSError as error:
        raise EngagementError(f"{path}: cannot be read ({error.strerror})") from error
    return [Entry(path, line, value) for line, value in good], [f"{path}: {text}" for text in bad]


def blank(entry: Entry[T], keys: Sequence[str]) -> list[str]:
    """Give a fault for each of the keys that says nothing."""
    empty = [key for key in keys if not str(getattr(entry.value, key)).strip()]
    return [entry.fault(f"{key}: is empty; it must be said") for key in empty]
