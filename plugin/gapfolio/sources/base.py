"""What a source is: the two shapes that the hook `register_sources` takes.

A `TableSource` gives SQL, so that DuckDB reads the file itself; a `RecordSource` gives Python
records for small or odd formats. Both are chosen by looking at whole elements, never at file names:
an element is one object of a JSON file, or the header of a CSV file as `{column: ""}`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from gapfolio.model import Finding

Element: TypeAlias = Mapping[str, object]
"""A JSON object, or a CSV header as `{column: ""}`."""

Kind: TypeAlias = Literal["json", "csv"]


class _Format(Protocol):
    """What both shapes have in common.

    Two attributes may be left out. `lost` is one sentence: what of the file is not kept. `snapshot`
    is True where each finding carries a time of its own and not that of a run; such findings are
    dated by their export.
    """

    @property
    def name(self) -> str:
        """Short unique name, kept with every finding: `prowler-ocsf`."""

    @property
    def title(self) -> str:
        """Name for people, used in messages: `Prowler 4–5 OCSF JSON`."""

    @property
    def recognised(self) -> str:
        """One sentence: how this format is told from others."""

    @property
    def kind(self) -> Kind:
        """How the file is cut into elements."""

    def claims(self, element: Element) -> bool:
        """Say whether this element is of the format; must not raise on any input."""


@runtime_checkable
class TableSource(_Format, Protocol):
    """A format that DuckDB reads: the columns to project, and a query over them."""

    @property
    def columns(self) -> Mapping[str, str]:
        """Top-level JSON keys, or CSV columns, with their DuckDB type (CSV: `VARCHAR`).

        Only these are read. A column that a file lacks is NULL, and so is an empty CSV cell.
        """

    @property
    def query(self) -> str:
        """A SELECT over the relation `{elements}` (the columns above, and `row`).

        It yields, by name, every column of the table `raw` (see `gapfolio.sources.schema`) except
        `source` and `input_id`: at least one row an element, and `check_raw` NULL for an element
        that `claims` would refuse, so that a mixed file is noticed. Text may be NULL. The
        words of `status` and `severity` may be in any case; unknown ones become `error` and
        `unknown`. `observed_at` and `local_time` may be text as the scanner wrote it (epoch
        seconds to nanoseconds, or ISO 8601): with a zone it becomes UTC, without one local time.
        """


@runtime_checkable
class Mending(Protocol):
    """What a `TableSource` may have besides: a say in elements that break their own format."""

    def mended(self, element: Element) -> Element:
        """Put right what DuckDB refuses, an object that became text for one.

        Called when a file is read element by element. What DuckDB reads as it is must stay, so that
        both ways of reading give equal rows.
        """


@runtime_checkable
class RecordSource(_Format, Protocol):
    """A format that is read in Python, an element at a time, and loaded in batches."""

    def findings(self, element: Element) -> Iterator[Finding]:
        """Yield the findings of one claimed element (its values are text, numbers, lists, …)."""


Source: TypeAlias = TableSource | RecordSource


def lost(source: Source) -> str:
    """Say what of a file a source does not keep; `""` if it does not tell."""
    return str(getattr(source, "lost", ""))


def is_snapshot(source: Source) -> bool:
    """Say whether findings carry times of their own and not that of a run."""
    return bool(getattr(source, "snapshot", False))


def dig(element: object, *path: str) -> object:
    """Follow keys through nested objects; None where the way ends."""
    for key in path:
        if not isinstance(element, Mapping):
            return None
        element = element.get(key)
    return element
