"""What a table looks like that another tool imports: columns in order, and what each may hold.

The same contract writes a file and checks one (`gapfolio export --check`). Built-in profiles are
the YAML files in `profiles/`; an engagement adds its own under `[export.profile.NAME]`.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from gapfolio.model import Record

RecordType = Literal[
    "practices", "gaps", "findings", "exceptions", "posture", "criteria", "remediation"
]
Form = Literal["text", "lines", "date", "number"]


class Column(Record, frozen=True, kw_only=True):
    """A column: where its cells come from, and what they may hold."""

    name: str
    """As the header has it."""
    field: str = ""
    """Field of the record; "" = none, the cell is `fixed`."""
    fixed: str | None = None
    """What stands where the field has nothing, or where there is no field."""
    map: dict[str, str] = msgspec.field(default_factory=dict)
    """Value of the field to what is written; `*` stands for any other."""
    form: Form = "text"
    """`lines`: line breaks stay, and a list has a line for each value; `date`: written as
    `date_format` says."""
    join: str = ""
    """What stands between the values of a list; "" = as the field has it."""
    longest: Annotated[int, msgspec.Meta(ge=1)] | None = None
    """Characters at most; longer text is cut, and counted."""
    required: bool = False
    """True: an empty cell is a fault."""
    values: list[str] = msgspec.field(default_factory=list)
    """The only values allowed; empty = any."""
    key: bool = False
    """True: no two rows may have the same."""


class Table(Record, frozen=True, kw_only=True):
    """A file of one record type."""

    file: str = ""
    """Name of the file; "" in a profile of one's own: the profile's name and `.csv`."""
    record: RecordType
    columns: Annotated[list[Column], msgspec.Meta(min_length=1)]
    only: dict[str, Annotated[list[str], msgspec.Meta(min_length=1)]] = msgspec.field(
        default_factory=dict
    )
    """Field to the values of which it must have one; other records are left out."""
    delimiter: Annotated[str, msgspec.Meta(min_length=1, max_length=1)] = ","
    bom: bool = False
    """True: begins with a byte order mark, by which spreadsheets know UTF-8."""
    date_format: str = "%Y-%m-%d"
    """As in Python's strftime."""


class Sheet(Record, frozen=True, kw_only=True):
    """A sheet of a workbook: lines as the target's template has them, then a table."""

    name: str
    above: list[list[str]] = msgspec.field(default_factory=list)
    """Rows that stand first; `{client}`, `{period}` and `{end}` are filled in."""
    table: str = ""
    """File whose header and rows follow; "" = none."""
    empty: bool = False
    """True: its header only."""


class Workbook(Record, frozen=True, kw_only=True):
    """The tables of a profile in one file, for a target that has a template."""

    file: str
    sheets: list[Sheet]


class Contract(Record, frozen=True, kw_only=True):
    """A profile: the files that a tool imports."""

    title: str
    """One line for `gapfolio export --list`."""
    source: str = ""
    """Where the layout is published, and what was checked against it."""
    tables: Annotated[list[Table], msgspec.Meta(min_length=1)]
    workbook: Workbook | None = None
