"""Writes what a lake's own engine needs to compute the cells: small tables, and queries in order.

The small tables (catalogue, scope, period, run records) are those of an assessment of the survey:
they depend on which checks and accounts there are, not on how many findings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from gapfolio import resources
from gapfolio.assess import results
from gapfolio.assess.queries import query
from gapfolio.assess.untold import CELLS, TELLS
from gapfolio.engine.base import Engine
from gapfolio.engine.dialects import translated
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.errors import InputError
from gapfolio.model import InputResult

DIALECT = "athena"
INPUT = "lake"
"""Name of the input that the findings are said to come from."""
_SURVEY = "survey"
_PER_FINDING = ("numbered",)
"""Tables that the lake has itself."""
_TYPES = {"VARCHAR": "string", "INTEGER": "int", "VARCHAR[]": "array<string>"}
"""DuckDB's types to those of Athena's tables, where they are called otherwise."""


class NotingEngine(DuckDBEngine):
    """DuckDB that remembers which tables were put and derived, and how."""

    def __init__(self, directory: Path) -> None:
        super().__init__(directory)
        self.small: dict[str, Mapping[str, str]] = {}
        """Tables that were put, with their columns."""
        self.steps: dict[str, str] = {}
        """Tables that were derived, with their queries, in order."""

    def put(self, table: str, columns: Mapping[str, str], rows: Iterable[Sequence[object]]) -> None:
        """Create a small table from Python rows."""
        self.small[table] = columns
        super().put(table, columns, rows)

    def derive(self, table: str, query: str) -> None:
        """Create a table from a SELECT."""
        self.steps[table] = query
        super().derive(table, query)


def put(engine: DuckDBEngine, survey: Path) -> InputResult:
    """Read the result of the query `survey`, and make it the table `numbered`.

    Raises:
        InputError: it cannot be read, its columns are others, or it has no row.
    """
    results.put_columns(
        engine,
        survey,
        _SURVEY,
        {
            **dict.fromkeys(
                ("source", "scanner", "scanner_version", "account", "check_raw", "status"),
                "VARCHAR",
            ),
            "observed_at": "TIMESTAMP",
            "findings": "BIGINT",
        },
    )
    engine.view("numbered", _text("surveyed"))
    [row] = engine.rows(
        f"SELECT count(*) AS n, coalesce(sum(findings), 0) AS findings "
        f"FROM {results.table(_SURVEY)}"
    )
    if not row["n"]:
        raise InputError(f"{survey}: has no row; is the lake's table the right one?")
    findings = int(row["findings"])
    return InputResult(
        name=INPUT, sha256="", bytes=0, source="", elements=findings, findings=findings, skipped={}
    )


def begin(directory: Path, table: str) -> list[Path]:
    """Write the queries that come before the survey's result is there.

    Args:
        directory: where to.
        table: the lake's table with Security Hub's findings.
    """
    lake = _text("security_lake.athena").replace("{table}", table)
    statements = {
        "001-numbered": f"CREATE OR REPLACE VIEW numbered AS\n{lake}",
        "002-survey": _translated(_text(_SURVEY)),
    }
    return list(_written(directory, statements))


def go_on(engine: Engine, directory: Path, place: str) -> list[Path]:
    """Write the small tables, the queries that make them known, and those that come after.

    Args:
        engine: has assessed the survey.
        directory: where to.
        place: where `tables` will be copied to, as Athena names it (s3://bucket/prefix).

    Raises:
        TypeError: it was no survey.
    """
    if not isinstance(engine, NotingEngine):
        raise TypeError("the tables come from a survey")
    names = [name for name in engine.small if name not in _PER_FINDING]
    for name in names:
        (directory / "tables" / name).mkdir(parents=True, exist_ok=True)
        engine.write(f"SELECT * FROM {name}", directory / "tables" / name / f"{name}.parquet")
    tables = {f"1{n:02}-{name}": _table(engine, name, place) for n, name in enumerate(names)}
    steps = {
        f"2{n:02}-{name}": (
            f"CREATE TABLE {name} WITH (format = 'PARQUET') AS\n{_translated(text)}"
        )
        for n, (name, text) in enumerate(engine.steps.items())
    }
    answers = {
        f"3{n:02}-{name}": _translated(query(name)) for n, name in enumerate((CELLS, *TELLS))
    }
    return list(_written(directory, {**tables, **steps, **answers}))


def _table(engine: NotingEngine, name: str, place: str) -> str:
    columns = ",\n".join(
        f"  `{column}` {_TYPES.get(kind, kind.lower())}"
        for column, kind in engine.small[name].items()
    )
    return (
        f"CREATE EXTERNAL TABLE {name} (\n{columns}\n)\nSTORED AS PARQUET\n"
        f"LOCATION '{place.rstrip('/')}/{name}/'"
    )


def _written(directory: Path, statements: Mapping[str, str]) -> Iterator[Path]:
    (directory / "sql").mkdir(parents=True, exist_ok=True)
    for name, text in statements.items():
        path = directory / "sql" / f"{name}.sql"
        path.write_text(f"{text.rstrip()}\n", encoding="utf-8")
        yield path


def _translated(text: str) -> str:
    return translated(text, DIALECT, pretty=True)


def _text(name: str) -> str:
    return resources.text("lake", f"{name}.sql").strip()
