"""The generic files keep what the metadata beside them promises of every cell."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from quarters import export, rows

from gapfolio.exports.tables.profiles import builtin
from gapfolio.exports.tables.writing import TableExporter

GENERIC = builtin()["generic"]
FILES = [table.file for table in GENERIC.tables]
READ: dict[str, Callable[[str], object]] = {
    "string": str,
    "decimal": Decimal,
    "date": date.fromisoformat,
    "dateTime": datetime.fromisoformat,
    "boolean": {"true": True, "false": False}.__getitem__,
}


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("generic")
    export(TableExporter("generic", GENERIC, described=True), "2026-Q4", directory)
    return directory


@pytest.fixture(scope="module")
def schema(written: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((written / "generic.schema.json").read_bytes())
    jsonschema.Draft202012Validator.check_schema(found)
    return found


def validator(schema: dict[str, Any], file: str) -> jsonschema.Draft202012Validator:
    """Give what validates a row of one file."""
    return jsonschema.Draft202012Validator({"$ref": f"#/$defs/{file}", "$defs": schema["$defs"]})


def described(written: Path, file: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((written / f"{file}-metadata.json").read_bytes())
    return found


@pytest.mark.parametrize("file", FILES)
def test_every_row_is_as_the_json_schema_says(
    written: Path, schema: dict[str, Any], file: str
) -> None:
    made = rows(written / file)

    assert made
    for row in made:
        validator(schema, file).validate(row)
        jsonschema.Draft202012Validator(schema).validate(row)


@pytest.mark.parametrize(
    ("file", "column", "cell"),
    [
        ("gaps.csv", "state", "done"),
        ("gaps.csv", "key", ""),
        ("gaps.csv", "findings", "many"),
        ("findings.csv", "status", "PASSED"),
        ("exceptions.csv", "expires", "31.12.2026"),
    ],
)
def test_a_row_that_is_otherwise_is_refused(
    written: Path, schema: dict[str, Any], file: str, column: str, cell: str
) -> None:
    row = rows(written / file)[0]

    assert validator(schema, file).is_valid(row)
    assert not validator(schema, file).is_valid({**row, column: cell})
    assert not validator(schema, file).is_valid({**row, "new": ""})


@pytest.mark.parametrize("file", FILES)
def test_csv_on_the_web_metadata_turns_every_cell_into_a_value(written: Path, file: str) -> None:
    metadata = described(written, file)
    columns = metadata["tableSchema"]["columns"]
    made = rows(written / file)

    assert metadata["url"] == file
    assert [column["name"] for column in columns] == list(made[0])
    for column in columns:
        kind = column["datatype"]
        allowed = kind["format"].split("|") if isinstance(kind, dict) else []
        read = READ[kind["base"] if isinstance(kind, dict) else kind]
        for cell in filter(None, (row[column["name"]] for row in made)):
            read(cell)
            assert not allowed or cell in allowed


@pytest.mark.parametrize("file", FILES)
def test_what_is_required_is_there_and_a_primary_key_is_unique(written: Path, file: str) -> None:
    about = described(written, file)["tableSchema"]
    made = rows(written / file)

    for column in about["columns"]:
        if column.get("required"):
            assert all(row[column["name"]] for row in made)
    if key := about.get("primaryKey"):
        assert len({row[key] for row in made}) == len(made)
    assert all(column["dc:description"] for column in about["columns"])
