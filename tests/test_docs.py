"""The docs say what the code does: hooks, columns, keys, examples."""

from __future__ import annotations

import inspect
import json
import re
from collections import Counter
from fractions import Fraction
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

import test_hooks
from gapfolio import catalogue, engagement, errors, hookspecs, runs
from gapfolio.assess.queries import query
from gapfolio.assess.score import VERSION, AssuredPolicy, gap, printed
from gapfolio.catalogue.coverage import markdown
from gapfolio.engagement import against, settings
from gapfolio.errors import GapfolioError
from gapfolio.exports.base import Exporter
from gapfolio.exports.builtin import register_exporters
from gapfolio.exports.data import ParquetExporter
from gapfolio.exports.desk import STANDARD
from gapfolio.exports.records.fields import FIELDS, Field
from gapfolio.exports.tables.contract import Column, Table
from gapfolio.exports.tables.profiles import builtin
from gapfolio.model import WEIGHTS, Counts, RunRecord
from gapfolio.report.sections import SECTIONS
from gapfolio.store import ingest, layout
from gapfolio.testing import assessed, make_finding

DOCS = Path(__file__).parents[1] / "docs"
HOOKS = [
    (name, function)
    for name, function in inspect.getmembers(hookspecs, inspect.isfunction)
    if hasattr(function, "gapfolio_spec")
]


def text(name: str) -> str:
    return (DOCS / name).read_text(encoding="utf-8")


def section(name: str, heading: str) -> str:
    """Give what stands under a heading, up to the next of any level."""
    found = re.search(rf"^#+ {re.escape(heading)}\n(.*?)(?=^#+ |\Z)", text(name), re.M | re.S)
    assert found, f"{name} has no heading {heading!r}"
    return found[1]


def tables(content: str) -> list[list[list[str]]]:
    """Give the tables as rows of cells, without their headers."""
    found = re.findall(r"(?:^\|.*\|\n)+", content, re.M)
    return [
        [[cell.strip() for cell in line.strip("|").split(" | ")] for line in table.splitlines()[2:]]
        for table in found
    ]


def keys(rows: list[list[str]]) -> list[str]:
    """Give the names in the first column; a row may name several."""
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row[0].strip("| "))]


def blocks(name: str, language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", text(name), re.M | re.S)


# --- hooks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("name", "function"), HOOKS, ids=[name for name, _ in HOOKS])
def test_a_hook_is_documented_with_its_arguments_and_has_its_test(name: str, function: Any) -> None:
    arguments = ", ".join(inspect.signature(function).parameters)

    assert f"\n## {name}({arguments})\n" in text("hooks.md")
    assert function.__doc__
    assert "\n" not in function.__doc__.strip()
    assert len(function.__doc__.strip()) < 100
    assert hasattr(test_hooks, f"test_hook_{name}")


def test_no_hook_is_documented_that_does_not_exist() -> None:
    documented = re.findall(r"^## (\w+)\(", text("hooks.md"), re.M)

    assert sorted(documented) == sorted(name for name, _ in HOOKS)


def test_hooks_are_documented_in_their_own_words() -> None:
    page = " ".join(text("hooks.md").split())

    for _, function in HOOKS:
        assert (inspect.getdoc(function) or "nothing") in page


# --- columns ---------------------------------------------------------------------------------


def test_the_columns_of_the_findings_table_are_documented_with_their_types() -> None:
    with assessed([make_finding()]) as (_, engine):
        rows = engine.connection.execute(f"DESCRIBE {query('findings_sorted')}").fetchall()
    documented = tables(section("findings-schema.md", "findings.parquet, schema v1"))[0]

    assert [(row[0].strip("`| "), row[1]) for row in documented] == [
        (name, kind) for name, kind, *_ in rows
    ]


def test_the_columns_of_the_cells_are_documented_with_their_types(tmp_path: Path) -> None:
    with assessed([make_finding()]) as (assessment, engine):
        _, cells, _ = ParquetExporter().export(assessment, engine, tmp_path).files
    made = duckdb.connect().execute(f"DESCRIBE SELECT * FROM '{cells}'").fetchall()
    documented = tables(section("findings-schema.md", "cells.parquet"))[0]

    assert [(row[0].strip("`| "), row[1]) for row in documented] == [
        (name, kind) for name, kind, *_ in made
    ]


def test_every_status_and_standing_is_documented() -> None:
    statuses = keys(tables(section("findings-schema.md", "Status"))[0])
    standings = keys(tables(section("findings-schema.md", "Standing"))[0])

    assert sorted(statuses) == ["error", "event", "fail", "manual", "not_applicable", "pass"]
    assert standings == re.findall(r"(?:then|else) '(\w+)'", query("standing").split("from (")[0])


def test_the_query_in_the_docs_runs(tmp_path: Path) -> None:
    with assessed([make_finding(status="fail")]) as (assessment, engine):
        path, *_ = ParquetExporter().export(assessment, engine, tmp_path).files
    statement = blocks("findings-schema.md", "sql")[0]
    rows = duckdb.connect().execute(statement.replace("findings.parquet", str(path))).fetchall()

    assert rows == [("CRED-01", "111111111111", 1)]


def test_the_columns_of_a_store_are_documented_with_their_types(tmp_path: Path) -> None:
    documented = tables(section("findings-schema.md", "A store of findings"))[1]
    assert [(row[0].strip("`| "), row[1]) for row in documented] == list(layout.COLUMNS.items())

    scan = Path(__file__).parent / "data" / "prowler" / "5.46.0" / "scan.ocsf.json"
    ingest.ingest(ingest.Wanted([str(scan)], tmp_path / "store", period="2026-Q3"))
    statement = blocks("findings-schema.md", "sql")[1].replace("store/", f"{tmp_path}/store/")
    rows = duckdb.connect().execute(statement).fetchall()
    assert sum(number for *_, number in rows) == 9


def test_the_columns_of_the_csv_files_are_documented() -> None:
    for table in builtin()["generic"].tables:
        documented = tables(section("csv.md", table.file))[0]
        assert keys([row[:1] for row in documented]) == [column.name for column in table.columns]


def test_the_fields_of_every_record_type_are_documented() -> None:
    for record, fields in FIELDS.items():
        rows = [[cell.strip("| ") for cell in row] for row in _fields(record)]
        assert rows == [[f"`{name}`", field.kind, _said(field)] for name, field in fields.items()]


def _fields(record: str) -> list[list[str]]:
    [found] = tables(text("exports.md").partition(f"\n### {record}\n")[2].partition("\n#")[0])
    return found


def _said(field: Field) -> str:
    """Give the meaning of a field, with its values where the meaning does not name them."""
    if all(f"`{value}`" in field.meaning for value in field.values):
        return field.meaning
    return f"{field.meaning} {', '.join(f'`{value}`' for value in field.values)}."


def test_every_record_type_is_documented_and_no_other() -> None:
    _, _, fields = text("exports.md").partition("\n## Fields\n")

    assert re.findall(r"^### (\w+)$", fields, re.M) == list(FIELDS)


@pytest.mark.parametrize(
    ("heading", "kind"), [("[export.profile.NAME]", Table), ("columns", Column)]
)
def test_every_key_of_a_profile_of_ones_own_is_documented(
    heading: str, kind: type[msgspec.Struct]
) -> None:
    documented = keys(tables(section("exports.md", heading))[0])

    assert sorted(documented) == sorted(f.encode_name for f in msgspec.structs.fields(kind))


def test_every_profile_has_its_section_with_a_command() -> None:
    offered = [e.name for e in _exporters() if e.name not in STANDARD]
    page = text("exports.md")

    for name in offered:
        assert f"`gapfolio export {name} packs/2026-Q3" in section("exports.md", name)
        assert f"[`{name}`](#{name})" in page
    assert sorted(re.findall(r"^\| \[`([\w-]+)`\]|, \[`([\w-]+)`\]", page, re.M)) == sorted(
        (name, "") if name != "fedramp-poam-xlsx" else ("", name) for name in offered
    )


def _exporters() -> list[Exporter]:
    found: list[Exporter] = []
    register_exporters(found.append)
    return found


# --- files that people write -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("gapfolio.toml", engagement.Engagement),
        ("[[accounts]]", engagement.Account),
        ("[people]", engagement.People),
        ("[[people.prepared]]", engagement.Person),
        ("[report]", engagement.ReportSettings),
        ("[export]", engagement.Export),
        ("[waivers]", engagement.WaiverRules),
        ("[organization]", engagement.Organization),
        ("[remediation]", engagement.Remediation),
        ("[remediation.days]", settings.DaysByPriority),
        ("[[remediation.rules]]", engagement.RemediationRule),
        ("notes.yaml", engagement.Notes),
        ("practices", engagement.PracticeNotes),
        ("waivers.yaml", engagement.Waiver),
        ("attestations.yaml", engagement.Attestation),
        ("evidence", engagement.Proof),
        ("not_applicable.yaml", engagement.NotApplicable),
    ],
)
def test_every_key_of_the_engagement_is_documented(
    heading: str, kind: type[msgspec.Struct]
) -> None:
    documented = keys(tables(section("engagement.md", heading))[0])

    assert documented == [field.encode_name for field in msgspec.structs.fields(kind)]


def test_every_section_of_the_report_is_documented() -> None:
    rows = tables(section("engagement.md", "[report]"))[1]

    assert [(row[0].strip("`| "), row[1].strip("| ")) for row in rows] == [
        (item.id, item.title) for item in SECTIONS
    ]


@pytest.fixture
def example(tmp_path: Path) -> engagement.Folder:
    """Read the engagement that the examples of the docs make together."""
    [toml] = blocks("engagement.md", "toml")
    names = ("notes.yaml", "waivers.yaml", "attestations.yaml", "not_applicable.yaml")
    contents = dict(zip(names, blocks("engagement.md", "yaml"), strict=True))
    listing = {"Accounts": [{"Id": "222222222222", "Name": "sandbox", "Status": "ACTIVE"}]}
    contents |= {"gapfolio.toml": toml, "organization.json": json.dumps(listing)}
    for name, content in contents.items():
        (tmp_path / name).write_text(content)
    return engagement.read(tmp_path)


def test_the_examples_of_an_engagement_have_every_key(example: engagement.Folder) -> None:
    written = example.engagement
    rules = written.remediation.rules
    for struct in (
        *(written, written.report, written.remediation, example.notes),
        *(example.waivers[0].value, example.attestations[0].value),
    ):
        for name, value in msgspec.structs.asdict(struct).items():
            assert value or name == "language", f"{name} is not in the example"
    for name in engagement.RemediationRule.__struct_fields__:
        assert any(getattr(rule, name) for rule in rules), f"{name} is not in the example"
    assert example.notes.practices["CRED-09"].owner == "Identity team"
    assert example.organization == {"222222222222": "sandbox"}
    assert [bool(d.value.practice) for d in example.not_applicable] == [True, False]


def test_the_examples_of_an_engagement_name_what_there_is(example: engagement.Folder) -> None:
    assert list(against.faults(example, catalogue.load())) == []


def test_every_key_of_a_run_record_is_documented() -> None:
    documented = keys(tables(section("run-record.md", "Run records"))[0])
    wanted = {field.encode_name for field in msgspec.structs.fields(RunRecord)}

    assert wanted <= set(documented)


def test_the_example_of_a_run_record_can_be_read(tmp_path: Path) -> None:
    [example] = blocks("run-record.md", "json")
    (tmp_path / "run.json").write_text(example)

    assert runs.read(tmp_path / "run.json").outputs[0].bytes == 734003
    assert json.loads(example).keys() == {
        field.encode_name for field in msgspec.structs.fields(RunRecord)
    } - {"declared", "partial"}


def test_the_examples_of_mapping_files_are_valid(tmp_path: Path) -> None:
    edges, services, out_of_scope, category = blocks("mapping.md", "yaml")
    (tmp_path / "checks").mkdir()
    (tmp_path / "edges.yaml").write_text(edges)
    (tmp_path / "services.yaml").write_text(services)
    (tmp_path / "out_of_scope.yaml").write_text(out_of_scope)
    (tmp_path / "suppliers.yaml").write_text(category)
    (tmp_path / "checks" / "housewatch.csv").write_text(
        "id,service,severity,since,until,opt_in,title,alias_of\n"
        "root-mfa,identity,high,2.0,,no,Root has MFA,\n"
        "root-mfa-serial,identity,high,2.0,,no,Root has no virtual device,\n"
        "suppliers-listed,identity,low,2.0,,no,Suppliers are listed,\n"
        "lights-out,identity,low,2.0,,yes,Lights are out,\n"
        "root-factor,,,,,,,root-mfa\n"
    )
    made = catalogue.load([tmp_path])

    assert made.practice("SUP-01")
    assert made.canonical("housewatch", "root-factor") == "root-mfa"


def test_the_map_in_numbers_is_right() -> None:
    found = re.search(
        r"(\d+) practices, (\d+) criteria, (\d+) checks primary, (\d+) out of scope, (\d+) aliases",
        text("mapping.md"),
    )
    made = catalogue.load()

    assert found
    assert list(map(int, found.groups())) == [
        len(list(made.practices())),
        sum(len(practice.criteria) for practice in made.practices()),
        len(list(made.edges())),
        len(made.out_of_scope),
        len(made.aliases),
    ]


def test_the_scanners_are_listed_with_their_numbers() -> None:
    rows = {
        row[0].strip("| "): list(map(int, (cell.strip("| ") for cell in row[2:])))
        for row in tables(section("mapping.md", "Scanners"))[0]
    }
    made = catalogue.load()
    review = Counter((scanner, edge.review) for _, _, scanner, edge in made.edges())

    assert rows == {
        made.title(scanner): [
            sum(name == scanner for name, _ in made.checks),
            review[scanner, "reviewed"],
            review[scanner, "derived"],
            sum(name == scanner for name, _ in made.out_of_scope),
            sum(name == scanner for name, _ in made.aliases),
        ]
        for scanner in {name for name, _ in made.checks}
        if made.kind(scanner) != "events"
    }


def test_the_matrix_of_the_readme_is_fresh() -> None:
    readme = (DOCS.parent / "README.md").read_text(encoding="utf-8")
    content = readme.partition("\n## What it reads, what it writes\n")[2].partition("\n## ")[0]
    [block] = re.findall(r"<details>\n(.*?)</details>", content, re.S)

    assert f"\n{markdown(catalogue.load())}\n" in block, "gapfolio catalogue --coverage"


# --- method ----------------------------------------------------------------------------------


def test_the_example_of_the_method_can_be_recomputed() -> None:
    example = section("method.md", "An example")
    rows = [[cell.strip("| ") for cell in row] for row in tables(example)[0]]
    practices = [
        (
            WEIGHTS[row[1]],
            Counts(passed=int(row[2]), failed=int(row[3]), unknown=int(row[4]), absent=int(row[5])),
        )
        for row in rows
    ]
    score = AssuredPolicy().score(practices)
    split = gap(score)

    assert score.assured is not None
    assert score.possible is not None
    assert split is not None
    assert (
        f"Assured {printed(score.assured)} (possible {printed(score.possible)}, coverage "
        f"{printed(score.coverage)} %): of the {100 - printed(score.assured)} points that are "
        f"missing, {split[0]} are failures and {split[1]} are unknown."
    ) in example


def test_the_sums_of_the_method_are_right() -> None:
    sums = re.findall(r"^(\w+) = 100 · \((.+)\) / (\d+) = ([\d.]+)$", text("method.md"), re.M)

    assert [name for name, *_ in sums] == ["Assured", "Possible", "Coverage"]
    for _, terms, weight, result in sums:
        products = [term.split("·") for term in terms.split(" + ")]
        total = sum((Fraction(w) * Fraction(g) for w, g in products), Fraction())
        assert str(printed(100 * total / int(weight))) == result


def test_the_method_names_the_version_of_the_score() -> None:
    assert text("method.md").startswith(f"# Method: cells and the score, version {VERSION}\n")


# --- errors ----------------------------------------------------------------------------------


def test_the_tree_of_errors_is_the_one_in_the_code() -> None:
    [tree] = re.findall(r"^```\n(GapfolioError\n.*?)^```$", text("errors.md"), re.M | re.S)
    kinds = [kind.__name__ for kind in GapfolioError.__subclasses__()]

    assert tree in inspect.getdoc(errors) + "\n"  # type: ignore[operator]
    assert re.findall(r"── (\w+)", tree) == kinds


# --- all pages -------------------------------------------------------------------------------


@pytest.mark.parametrize("path", sorted(DOCS.rglob("*.md")), ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#\s]*)#?([^)\s]*)\)", path.read_text()):
        page = (path.parent / target) if target else path
        assert page.exists(), f"{path.name}: {target}"
        if anchor:
            headings = re.findall(r"^#+ (.+)$", page.read_text(), re.M)
            anchors = [re.sub(r"[^\w\- ]", "", h.lower()).replace(" ", "-") for h in headings]
            assert anchor in anchors, f"{path.name}: {target}#{anchor}"
