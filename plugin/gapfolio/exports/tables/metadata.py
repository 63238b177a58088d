"""What the columns of the generic files hold, for machines to read: beside the files themselves.

Each table has its CSV on the Web metadata (W3C, Metadata Vocabulary for Tabular Data): names,
datatypes and meanings, by which a reader turns cells into values. One JSON Schema has all of them:
it is for rows as a CSV reader gives them, objects of text.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from gapfolio.exports.records.fields import FIELDS, Kind
from gapfolio.exports.tables import rules
from gapfolio.exports.tables.contract import Column, Contract, Table

_CSVW = "http://www.w3.org/ns/csvw"
_SCHEMA = "https://json-schema.org/draft/2020-12/schema"
_DATATYPES: dict[Kind, str] = {
    "text": "string",
    "list": "string",
    "number": "decimal",
    "flag": "boolean",
    "day": "date",
    "time": "dateTime",
}
_PATTERNS: dict[Kind, str] = {
    "number": r"^(-?[0-9]+(\.[0-9]+)?)?$",
    "day": "^([0-9]{4}-[0-9]{2}-[0-9]{2})?$",
    "time": "^([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z)?$",
}


def write(name: str, contract: Contract, directory: Path) -> list[Path]:
    """Write the metadata of every table, and the JSON Schema of all: give the files."""
    made = {f"{table.file}-metadata.json": csvw(table) for table in contract.tables}
    made[f"{name}.schema.json"] = schema(contract)
    for file, content in made.items():
        text = json.dumps(content, indent=2, ensure_ascii=False)
        (directory / file).write_text(f"{text}\n", encoding="utf-8")
    return [directory / file for file in made]


def csvw(table: Table) -> dict[str, Any]:
    """Give the CSV on the Web metadata of a table."""
    made: dict[str, Any] = {
        "@context": [_CSVW, {"@language": "en"}],
        "url": table.file,
        "dialect": {"delimiter": table.delimiter, "encoding": "utf-8", "header": True},
        "tableSchema": {"columns": [_described(column, table) for column in table.columns]},
    }
    keys = [column.name for column in table.columns if column.key]
    if keys:
        made["tableSchema"]["primaryKey"] = keys[0]
    return made


def _described(column: Column, table: Table) -> dict[str, Any]:
    kind = rules.kind(column, table)
    made: dict[str, Any] = {
        "name": column.name,
        "titles": column.name,
        "dc:description": _meaning(column, table),
        "datatype": _DATATYPES[kind],
    }
    allowed = rules.values(column, table)
    if kind == "text" and allowed:
        made["datatype"] = {"base": "string", "format": "|".join(allowed)}
    if kind == "list":
        made["separator"] = column.join or FIELDS[table.record][column.field].separator
    if column.required:
        made["required"] = True
    return made


def schema(contract: Contract) -> dict[str, Any]:
    """Give the JSON Schema of the rows of every table, by the table's file."""
    return {
        "$schema": _SCHEMA,
        "title": contract.title,
        "description": "Rows of the CSV files, cells as text; #/$defs has a schema for each file.",
        "anyOf": [{"$ref": f"#/$defs/{table.file}"} for table in contract.tables],
        "$defs": {table.file: _rows(table) for table in contract.tables},
    }


def _rows(table: Table) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {column.name: _property(column, table) for column in table.columns},
        "required": [column.name for column in table.columns],
        "additionalProperties": False,
    }


def _property(column: Column, table: Table) -> dict[str, Any]:
    made: dict[str, Any] = {"type": "string", "description": _meaning(column, table)}
    allowed = rules.values(column, table)
    if allowed:
        made["enum"] = [*allowed, *([] if column.required else [""])]
    elif pattern := _PATTERNS.get(rules.kind(column, table)):
        made["pattern"] = pattern
    if column.required:
        made["minLength"] = 1
    if column.longest:
        made["maxLength"] = column.longest
    return made


def _meaning(column: Column, table: Table) -> str:
    return FIELDS[table.record][column.field].meaning if column.field else ""
