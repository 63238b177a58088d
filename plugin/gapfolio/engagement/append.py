"""Adds entries to the engagement's YAML lists and leaves every byte before them as it is.

The files are people's own, with their comments, so nothing is parsed and written back: the new
entries are text at the end. What would come of it is read again before the file is replaced.
"""

from __future__ import annotations

import os
import shutil
import textwrap
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import msgspec
import yaml

from gapfolio import decoding
from gapfolio.engagement import attestations, not_applicable, waivers, yamltext
from gapfolio.engagement.entries import Entry
from gapfolio.errors import EngagementError

T = TypeVar("T", bound=msgspec.Struct)

HEADERS = {
    waivers.FILE: "# Waivers: risks that were accepted, each by somebody and for a limited time.\n",
    attestations.FILE: "# Attestations: what a responsible person states where no scanner sees.\n",
    not_applicable.FILE: "# What somebody declares not to apply, with a reason and an end.\n",
}
"""The first line of a file that does not exist yet."""


@dataclass(frozen=True)
class Addition:
    """Entries that are ready to be written; `write` does it."""

    path: Path
    content: bytes
    """The whole file."""
    text: str
    """The new entries alone."""
    line: int
    """Where they begin."""


class FaultyError(EngagementError):
    """New entries are wrong: `faults` says what, each with the entry's place among the new ones."""

    def __init__(self, faults: Sequence[tuple[int, str]]) -> None:
        super().__init__("; ".join(text for _, text in faults) + "; nothing was written")
        self.faults = faults


def prepared(
    path: Path, new: Sequence[T], faults: Callable[[Sequence[Entry[T]]], Iterable[str]]
) -> Addition:
    """Add one or more entries to the list in a file, which need not exist, without writing it.

    `faults` says what is wrong with all entries of the file, old and new.

    Raises:
        FaultyError: the new entries are wrong.
        EngagementError: the file is, or cannot be added to.
    """
    before = _content(path)
    old = _entries(path, before, type(new[0]))
    for fault in faults(old):
        raise EngagementError(f"{fault}; mend that first, nothing was written")
    text = "\n".join(yamltext.entry(yamltext.fields(item)) for item in new)
    content = _joined(path, before, text)
    whole = _read_back(path, content, [*(entry.value for entry in old), *new])
    added = whole[len(old) :]
    if found := [_placed(fault, added) for fault in faults(whole)]:
        raise FaultyError(found)
    return Addition(path, content, text, added[0].line)


def write(additions: Sequence[Addition]) -> None:
    """Put the files into place, under a temporary name first; the mode of each is kept.

    Raises:
        EngagementError: one of them cannot be written; none is changed.
    """
    drafts: list[Path] = []
    try:
        for addition in additions:
            target = addition.path.resolve()  # a link stays one
            draft = target.with_name(f".{target.name}.{os.getpid()}")
            drafts.append(draft)
            draft.write_bytes(addition.content)
            if target.exists():
                if not os.access(target, os.W_OK):
                    raise PermissionError(0, "it is read-only")
                shutil.copymode(target, draft)
        for addition, draft in zip(additions, drafts, strict=True):
            draft.replace(addition.path.resolve())
    except OSError as error:
        raise EngagementError(
            f"{addition.path}: cannot be written ({error.strerror}); nothing was changed"
        ) from error
    finally:
        for draft in drafts:
            draft.unlink(missing_ok=True)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return HEADERS[path.name].encode()
    except OSError as error:
        raise EngagementError(f"{path}: cannot be read ({error.strerror})") from error


def _entries(path: Path, content: bytes, kind: type[T]) -> list[Entry[T]]:
    """Read the list.

    Raises:
        EngagementError: it is none, or one of its entries is wrong.
    """
    try:
        good, bad = decoding.entries(content, kind)
    except decoding.MalformedError as error:
        bad = [str(error)]
    if bad:
        raise EngagementError(f"{path}: {bad[0]}; mend that first, nothing was written")
    return [Entry(path, line, value) for line, value in good]


def _read_back(path: Path, content: bytes, wanted: Sequence[T]) -> list[Entry[T]]:
    """Read what the file would be, and refuse anything but what is wanted."""
    try:
        whole = _entries(path, content, type(wanted[0]))
    except EngagementError:  # the end of the file is no place for an entry: `...`, an open bracket
        whole = []
    if [entry.value for entry in whole] != wanted:
        raise EngagementError(_unfit(path, "its end is no place for another entry"))
    return whole


def _joined(path: Path, before: bytes, text: str) -> bytes:
    """Put the entries after a blank line, as far in as the others are."""
    root = decoding.composed(before)
    indent = 0
    if isinstance(root, yaml.SequenceNode):
        if root.flow_style:
            raise EngagementError(
                _unfit(path, "the list is written in [ ]; begin each entry with `- ` instead")
            )
        indent = root.start_mark.column
    new = textwrap.indent(text, " " * indent)
    gap = "" if before in {b"", b"\xef\xbb\xbf"} else "\n" if before.endswith(b"\n") else "\n\n"
    ends = "\r\n" if b"\r\n" in before else "\n"
    return before + (gap + new).replace("\n", ends).encode()


def _unfit(path: Path, why: str) -> str:
    return f"{path}: cannot be added to: {why}; nothing was written"


def _placed(fault: str, added: Sequence[Entry[T]]) -> tuple[int, str]:
    """Take file and line off a fault in a new entry: the user has not seen that line yet."""
    for place, entry in enumerate(added):
        prefix = entry.fault("")
        if fault.startswith(prefix):
            return place, fault.removeprefix(prefix)
    return 0, fault
