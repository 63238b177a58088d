"""What Athena needs: its queries, run in DuckDB, give the report that the findings give."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
import sqlglot

from gapfolio import audit
from gapfolio import catalogue as catalogues
from gapfolio.errors import InputError
from gapfolio.lake import kit
from gapfolio.model import Assessment

ACCOUNTS = ("111111111111", "222222222222", "333333333333")
TOML = 'client = "Acme"\nperiod = "2026-Q3"\n' + "".join(
    f'[[accounts]]\nid = "{account}"\n' for account in ACCOUNTS[:2]
)
WAIVERS = """
- id: W-1
  resource: "AWS::::Account:1*"
  account: "111111111111"
  reason: Accepted.
  owner: A. Owner
  approver: B. Boss
  granted: 2026-07-01
  expires: 2026-12-31
"""
COLUMNS = (
    *("source", "scanner", "scanner_version", "account", "check_raw", "status"),
    *("observed_at", "findings"),
)
LAKE = """
    CREATE TABLE security_lake AS SELECT * FROM read_json('{path}', columns = {{
        class_uid: 'INTEGER', activity_name: 'VARCHAR', "time": 'BIGINT', status: 'VARCHAR',
        severity: 'VARCHAR', unmapped: 'MAP(VARCHAR, VARCHAR)',
        cloud: 'STRUCT(account STRUCT(uid VARCHAR), region VARCHAR)',
        metadata: 'STRUCT(product STRUCT(uid VARCHAR, feature STRUCT(uid VARCHAR)))',
        compliance: 'STRUCT(control VARCHAR, status VARCHAR, status_code VARCHAR,
            status_detail VARCHAR)',
        finding_info: 'STRUCT(uid VARCHAR, title VARCHAR, "desc" VARCHAR)',
        resource: 'STRUCT(uid VARCHAR, type VARCHAR)'}})
"""


def elements() -> Iterator[dict[str, Any]]:
    """Give findings of every control of Security Hub, some updated, archived or suppressed."""
    controls = sorted(
        check for scanner, check in catalogues.load([]).checks if scanner == "securityhub"
    )
    for place, control in enumerate(controls):
        for number, account in enumerate(ACCOUNTS):
            verdict = ("PASSED", "FAILED", "PASSED", "WARNING", "PASSED")[(place + number) % 5]
            made = _element(control, account, verdict, 1_788_257_400_500 + place)
            made["unmapped"]["RecordState"] = "ARCHIVED" if place % 17 == 3 else "ACTIVE"
            made["status"] = "Suppressed" if place % 13 == 2 else "New"
            if place % 11 == 5:
                made["compliance"] |= {"status_code": "CONFIG_EVALUATIONS_EMPTY"}
            yield made
            if place % 7 == 1:
                yield _element(control, account, "FAILED", 1_788_000_000_000 + place)


def _element(control: str, account: str, verdict: str, moment: int) -> dict[str, Any]:
    arn = f"arn:aws:securityhub:eu-west-1:{account}:security-control/{control}/finding/1"
    return {
        "class_uid": 2003,
        "class_name": "Compliance Finding",
        "activity_name": "Update",
        "category_uid": 2,
        "cloud": {"account": {"uid": account}, "provider": "AWS", "region": "eu-west-1"},
        "finding_info": {"uid": arn, "title": f"{control} should hold", "desc": "What it is."},
        "metadata": {
            "version": "1.1.0",
            "product": {
                "name": "Security Hub",
                "uid": "arn:aws:securityhub:eu-west-1::product/aws/securityhub",
                "feature": {"uid": f"security-control/{control}"},
            },
        },
        "severity": "Medium",
        "status": "New",
        "time": moment,
        "unmapped": {"RecordState": "ACTIVE"},
        "compliance": {"control": control, "status": verdict},
        "resource": {"uid": f"AWS::::Account:{account}", "type": "AwsAccount"},
    }


class Athena:
    """Runs what is written for Athena, translated back, and saves results as Athena does."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.connection = duckdb.connect()

    def run(self, pattern: str) -> None:
        """Run the files of one kind in their order."""
        for path in sorted((self.directory / "sql").glob(pattern)):
            self.connection.execute(back(path.read_text()))

    def tables(self, place: str) -> None:
        """Make the external tables known; DuckDB has no such thing."""
        for path in sorted((self.directory / "sql").glob("1??-*.sql")):
            name = path.stem.partition("-")[2]
            text = path.read_text()
            assert f"LOCATION '{place}/{name}/'" in text
            [made] = sqlglot.parse(text, read="athena")
            assert made is not None
            columns = [column.name for column in made.find_all(sqlglot.exp.ColumnDef)]
            file = self.directory / "tables" / name / f"{name}.parquet"
            self.connection.execute(f"CREATE TABLE {name} AS FROM '{file}'")
            there = self.connection.execute(f"SELECT * FROM {name} LIMIT 0").description or []
            assert [column[0] for column in there] == columns, name

    def save(self, path: Path, target: Path) -> None:
        """Run a query and write its result as Athena does."""
        done = self.connection.execute(back(path.read_text()))
        names = [column[0] for column in done.description or []]
        with target.open("w", encoding="utf-8", newline="") as file:
            for row in (names, *done.fetchall()):
                file.write(",".join(map(_cell, row)) + "\n")


def back(text: str) -> str:
    """Translate a statement of Athena's into one of DuckDB's."""
    [made] = sqlglot.transpile(text, read="athena", write="duckdb")
    return made


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, datetime):
        value = f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d}"
    text = str(value).lower() if isinstance(value, bool) else str(value)
    return '"' + text.replace('"', '""') + '"'


def assess(home: Path, **more: Any) -> Assessment:
    with audit.opened(audit.Options(directory=home, **more)) as opened:
        return opened.assessment


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "gapfolio.toml").write_text(TOML)
    (tmp_path / "home" / "waivers.yaml").write_text(WAIVERS)
    return tmp_path / "home"


@pytest.fixture
def surveyed(tmp_path: Path, home: Path) -> tuple[Athena, Path]:
    """Give Athena with the lake, and the result of the survey."""
    found = list(elements())
    (home / "lake.json").write_text(json.dumps(found))
    athena = Athena(tmp_path / "lake")
    athena.connection.execute(LAKE.format(path=home / "lake.json"))
    kit.begin(athena.directory, "security_lake")
    athena.run("001-*.sql")
    survey = tmp_path / "survey.csv"
    athena.save(athena.directory / "sql" / "002-survey.sql", survey)
    return athena, survey


def test_what_athena_computes_gives_the_same_report(
    tmp_path: Path, home: Path, surveyed: tuple[Athena, Path]
) -> None:
    athena, survey = surveyed
    options = audit.Options(directory=home, survey=survey)
    with audit.opened(options) as opened:
        kit.go_on(opened.engine, athena.directory, "s3://bucket/gapfolio")
    athena.tables("s3://bucket/gapfolio")
    athena.run("2??-*.sql")
    (tmp_path / "results").mkdir()
    for path in sorted((athena.directory / "sql").glob("3??-*.sql")):
        athena.save(path, tmp_path / "results" / f"{path.stem.partition('-')[2]}.csv")
    made = assess(home, cells=tmp_path / "results")
    direct = assess(home, locations=[str(home / "lake.json")])

    assert direct.scores.all.cells.failed
    assert direct.scores.all.cells.passed
    assert direct.scores.accepted != direct.scores.all
    for part in ("scores", "categories", "counts", "scans", "unmapped", "exceptions"):
        assert getattr(made, part) == getattr(direct, part), part
    for ours, theirs in zip(made.practices, direct.practices, strict=True):
        assert ours.cells == theirs.cells, ours.id
        assert [c.reasons for c in ours.criteria] == [c.reasons for c in theirs.criteria], ours.id
        assert ours.findings == theirs.findings, ours.id
    assert made.accounts_out_of_scope == direct.accounts_out_of_scope != {}
    assert [a.score for a in made.accounts] == [a.score for a in direct.accounts]


def test_the_small_tables_do_not_grow_with_the_findings(surveyed: tuple[Athena, Path]) -> None:
    _, survey = surveyed
    with survey.open() as file:
        rows = list(csv.DictReader(file))
    assert len(rows) < len(list(elements()))
    assert sum(int(row["findings"]) for row in rows) == len(list(elements()))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("", "is empty; not even the names of columns are in it"),
        ('"a"\n"b"\n', "has a column a that the query does not give"),
        (",".join(COLUMNS) + "\n", "has no row; is the lake's table the right one"),
    ],
)
def test_a_survey_that_is_none_is_named(
    tmp_path: Path, home: Path, content: str, message: str
) -> None:
    survey = tmp_path / "survey.csv"
    survey.write_text(content)

    with pytest.raises(InputError, match=f"^{survey}: {message}"):
        assess(home, survey=survey)


def test_the_command_says_what_to_run(
    tmp_path: Path, home: Path, surveyed: tuple[Athena, Path]
) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "gapfolio", "lake", "-o", "kit", *words]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    first = run("--table", "db.findings")
    second = run("--survey", str(surveyed[1]), "--at", "s3://bucket/x/", "--engagement", str(home))
    assert first.stdout.splitlines()[-2:] == ["  001-numbered.sql", "  002-survey.sql"]
    assert "FROM db.findings" in (tmp_path / "kit" / "sql" / "001-numbered.sql").read_text()
    assert second.returncode == 0, second.stderr
    assert "Tables, to be copied to s3://bucket/x/: kit/tables" in second.stdout
    assert run().returncode == 2
    assert run("--survey", str(surveyed[1])).returncode == 2
