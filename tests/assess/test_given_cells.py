"""A report of query results: what Athena or another engine computed, in place of findings."""

from __future__ import annotations

import csv
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import pytest

import wholescan
from gapfolio import audit, publish
from gapfolio.assess import untold
from gapfolio.assess.queries import query
from gapfolio.engine.base import Engine
from gapfolio.errors import GapfolioError, InputError
from gapfolio.model import Assessment
from gapfolio.verify import verify

TOML = 'client = "Acme"\nperiod = "2026-Q4"\n[[accounts]]\nid = "123456789012"\n'
SECOND = '[[accounts]]\nid = "210987654321"\n'


def as_athena(engine: Engine, name: str, directory: Path) -> Path:
    """Write the result of a query as Athena does: every value in quotes, NULL as nothing."""
    columns = engine.columns(f"({query(name)})")
    rows = [[row[column] for column in columns] for row in engine.rows(query(name))]
    path = directory / f"{name}.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        for line in (columns, *rows):
            file.write(",".join(map(_cell, line)) + "\n")
    return path


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        text = str(value).lower()
    elif isinstance(value, datetime):
        text = f"{value:%Y-%m-%d %H:%M:%S}.{value.microsecond // 1000:03d} UTC"
    elif isinstance(value, list):
        text = f"[{', '.join(map(str, value))}]"
    else:
        text = str(value)
    return '"' + text.replace('"', '""') + '"'


@cache
def _computed() -> tuple[TemporaryDirectory[str], Assessment]:
    """Compute every result once, with the findings of the scan."""
    made = TemporaryDirectory(prefix="answers-")
    home = Path(made.name) / "home"
    home.mkdir()
    (home / "gapfolio.toml").write_text(TOML)
    locations = [str(wholescan.PACKED), str(wholescan.RECORD)]
    with audit.opened(audit.Options(locations=locations, directory=home)) as opened:
        (home.parent / "results").mkdir()
        for name in (untold.CELLS, *untold.TELLS):
            as_athena(opened.engine, name, home.parent / "results")
        return made, opened.assessment


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "gapfolio.toml").write_text(TOML)
    return tmp_path / "home"


@pytest.fixture
def results(tmp_path: Path) -> Path:
    return shutil.copytree(Path(_computed()[0].name) / "results", tmp_path / "results")


def as_parquet(path: Path) -> Path:
    """Turn a CSV file into one of Parquet, with the types that its values have."""
    made = path.with_suffix(".parquet")
    columns = path.read_text().partition("\n")[0]
    kept = ", ".join(
        f"'{name}': 'VARCHAR'" for name in ("account", "scanner_version") if name in columns
    )
    types = f", types = {{{kept}}}" if kept else ""
    duckdb.connect().execute(
        f"COPY (FROM read_csv('{path}', header = true{types})) TO '{made}' (FORMAT parquet)"
    )
    path.unlink()
    return made


def assess(home: Path, cells: Path, **more: Any) -> Assessment:
    with audit.opened(audit.Options(directory=home, cells=cells, **more)) as opened:
        return opened.assessment


def change(path: Path, do: Callable[[list[dict[str, str]]], Any]) -> None:
    """Change the rows of a CSV file."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    do(rows)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), quoting=csv.QUOTE_ALL)
        writer.writeheader()
        writer.writerows(rows)


def place(rows: Sequence[dict[str, str]], **values: str) -> dict[str, str]:
    return next(row for row in rows if all(row[name] == value for name, value in values.items()))


# --- the same report -------------------------------------------------------------------------


def test_cells_alone_give_the_same_scores(home: Path, results: Path) -> None:
    made, direct = assess(home, results / "cells.csv"), _computed()[1]

    assert made.scores == direct.scores
    assert [p.cells for p in made.practices] == [p.cells for p in direct.practices]
    assert [c.reasons for p in made.practices for c in p.criteria] == [
        c.reasons for p in direct.practices for c in p.criteria
    ]
    assert [a.score for a in made.accounts] == [a.score for a in direct.accounts]
    assert made.counts["findings"] == 0


def test_all_results_give_the_same_report(home: Path, results: Path) -> None:
    made, direct = assess(home, results), _computed()[1]

    for part in (
        *("scores", "practices", "accounts", "categories", "counts", "scans", "unmapped"),
        *("service_models", "conflicts", "exceptions", "remediation", "accounts_out_of_scope"),
    ):
        assert getattr(made, part) == getattr(direct, part), part


def test_parquet_is_read_as_well(home: Path, results: Path) -> None:
    for path in results.glob("*.csv"):
        as_parquet(path)

    assert assess(home, results).practices == _computed()[1].practices


def test_the_report_says_what_it_cannot_tell(home: Path, results: Path) -> None:
    alone = assess(home, results / "cells.csv").notices
    whole = assess(home, results).notices

    assert "cells that another engine computed; no finding was read" in alone[0]
    for name in set(untold.TELLS) - {"waiver_use", "waiver_overlaps"}:
        assert f"{untold.TELLS[name]} ({name})" in alone[1]
    assert "waiver" not in alone[1]
    assert len(whole) == 1


def test_the_pack_has_the_results_and_no_empty_lists(
    home: Path, results: Path, tmp_path: Path
) -> None:
    with audit.opened(audit.Options(directory=home, cells=results)) as opened:
        publish.publish(opened, tmp_path / "pack", formats=["html", "csv", "json", "parquet"])
    there = {
        path.relative_to(tmp_path / "pack").as_posix() for path in (tmp_path / "pack").rglob("*")
    }
    verdict = verify(tmp_path / "pack")

    assert {"practices.csv", "cells.parquet", "inputs/cells/cells.csv"} <= there
    assert there.isdisjoint({"findings.csv", "findings.parquet", "closed.parquet"})
    assert verdict.problems == []
    [why] = verify(tmp_path / "pack", recompute=True).problems
    assert "made from cells that another engine computed" in why
    assert "No finding was at hand" in (tmp_path / "pack" / "report.html").read_text()


def test_the_report_of_cells_alone_claims_nothing_of_findings(
    home: Path, results: Path, tmp_path: Path
) -> None:
    with audit.opened(audit.Options(directory=home, cells=results / "cells.csv")) as opened:
        publish.publish(opened, tmp_path / "pack", formats=["pdf", "html", "csv"])
    said = re.sub(r"<[^>]+>", "", (tmp_path / "pack" / "report.html").read_text())

    assert "it does not tell: which scanners looked" in said
    for section in ("service_models", "remediation", "affected"):
        assert f"It needs the result of the query {section}" in said.replace("\n", " ")
    assert "Periods are compared finding by finding" in said
    for claim in (
        *("no scan left a finding", "No practice has a failing cell", "findings.csv"),
        *("None: no scanner passes", "None: the catalogue scores", "0open failing findings"),
    ):
        assert claim not in said, claim
    assert (tmp_path / "pack" / "report.pdf").read_bytes().startswith(b"%PDF")
    assert not (tmp_path / "pack" / "gaps.csv").exists()
    assert not (tmp_path / "pack" / "remediation.csv").exists()


def test_a_format_made_of_findings_is_refused(home: Path, results: Path, tmp_path: Path) -> None:
    with (
        audit.opened(audit.Options(directory=home, cells=results)) as opened,
        pytest.raises(GapfolioError, match=r"--format sarif: it is made of findings"),
    ):
        publish.publish(opened, tmp_path / "pack", formats=["json", "sarif"])
    assert not (tmp_path / "pack").exists()


def test_attestations_and_declarations_are_judged_here(home: Path, results: Path) -> None:
    before = assess(home, results)
    manual = next(p for p in before.practices if p.evidence == "manual" and p.priority)
    unseen = next(
        c for p in before.practices for c in p.criteria if p.priority and c.reasons.get("unseen")
    )
    (home / "attestations.yaml").write_text(
        f"- practice: {manual.id}\n  result: pass\n  statement: Done.\n  by: A. Auditor\n"
        "  valid_from: 2026-10-01\n  valid_until: 2027-01-31\n"
    )
    (home / "not_applicable.yaml").write_text(
        f"- criterion: {unseen.id}\n  reason: Not used.\n  by: A. Auditor\n"
        "  date: 2026-10-01\n  expires: 2027-01-31\n"
    )
    after = assess(home, results)

    assert {p.id: p for p in after.practices}[manual.id].attestation.passed == 1
    assert [item.cells for item in after.not_applicable] == [1]
    assert after.scores.all.coverage > before.scores.all.coverage


def test_the_command_scores_cells(home: Path, results: Path) -> None:
    command = [sys.executable, "-m", "gapfolio", "score", str(home), "--cells", str(results)]
    said = subprocess.run(command, capture_output=True, text=True, check=True)
    direct = _computed()[1].scores.all.assured

    assert direct is not None
    assert f"Assured {float(direct):.1f} " in said.stdout
    assert "no finding was read" in said.stderr


# --- what is refused -------------------------------------------------------------------------


def drop(column: str) -> Callable[[list[dict[str, str]]], Any]:
    return lambda rows: [row.pop(column) for row in rows]


def rename(old: str, new: str) -> Callable[[list[dict[str, str]]], Any]:
    return lambda rows: [row.update({new: row.pop(old)}) for row in rows]


def put(row: dict[str, str], **values: str) -> Callable[[list[dict[str, str]]], Any]:
    return lambda rows: place(rows, **row).update(values)


PASS = {"reason": "evaluated"}
FAIL = {"reason": "open_fail"}
WRONG = {
    "a column is missing": (drop("reason"), "has no column reason; the query cells gives practice"),
    "a column is new": (rename("kind", "sort"), "has a column sort that the query does not give"),
    "no state": (put(PASS, state=""), "'' with the reason evaluated, which means 'pass'"),
    "a strange state": (put(PASS, state="ok"), "'ok' with the reason evaluated"),
    "a better state": (put(FAIL, state="pass"), "'pass' with the reason open_fail, which means"),
    "a strange reason": (put(PASS, reason="fine"), "reason 'fine' is not known"),
    "a strange kind": (put(PASS, kind="guess"), "kind 'guess' is none of automated, attestation"),
    "no boolean": (put(PASS, is_accepted="maybe"), "is_accepted is 'maybe', no boolean"),
    "an empty boolean": (put(PASS, is_accepted=""), "is_accepted is empty"),
    "accepted": (put(PASS, is_accepted="true"), "is_accepted is true, and nothing fails"),
    "a strange practice": (put(PASS, practice="CRED-99"), "no scored practice 'CRED-99'"),
    "a strange criterion": (put(PASS, criterion="CRED-99.x"), "no criterion 'CRED-99.x' in"),
    "a strange account": (put(PASS, account="999999999999"), "'999999999999' is not in scope"),
    "no account": (put(PASS, account=""), "account '' is not in scope"),
    "declared": (put(FAIL, state="absent", reason="declared"), "declared not applicable; leave"),
    "supposed": (put(FAIL, state_supposed="absent"), "state_supposed 'absent' does not go with"),
    "twice": (lambda rows: rows.append(dict(place(rows, **PASS))), "has two automated cells"),
    "attested": (
        put({"kind": "attestation"}, state="pass", reason="attested"),
        "is judged here|are judged here",
    ),
    "nothing": (
        lambda rows: rows.__delitem__(slice(1, None)),
        "has no automated cell in any account",
    ),
}


@pytest.mark.parametrize(("do", "message"), WRONG.values(), ids=WRONG)
def test_wrong_cells_are_named(
    home: Path, results: Path, do: Callable[[list[dict[str, str]]], Any], message: str
) -> None:
    change(results / "cells.csv", do)

    with pytest.raises(InputError, match=message) as caught:
        assess(home, results / "cells.csv")
    assert str(caught.value).startswith(str(results / "cells.csv"))
    assert "\n" not in str(caught.value)


def test_an_account_without_cells_is_named(home: Path, results: Path) -> None:
    (home / "gapfolio.toml").write_text(TOML + SECOND)

    with pytest.raises(InputError, match=r"has no cell for account 210987654321"):
        assess(home, results / "cells.csv")


def test_a_criterion_that_a_scanner_in_use_looks_at_must_have_cells(
    home: Path, results: Path
) -> None:
    def remove(rows: list[dict[str, str]]) -> None:
        rows.remove(next(row for row in rows if row["criterion"].startswith("CRED-01.")))

    change(results / "cells.csv", remove)

    assess(home, results / "cells.csv")
    with pytest.raises(InputError, match=r"CRED-01\.\S+ has no cell, and a scanner in use"):
        assess(home, results)


def test_a_number_that_is_none_is_named(home: Path, results: Path) -> None:
    change(results / "counts.csv", lambda rows: rows[0].update(findings="many"))

    with pytest.raises(InputError, match=r"counts.csv: row 1: findings is 'many', no"):
        assess(home, results)


CONTRARY = {
    "other scans": ("scans", "findings", "9", "scans.csv: findings add up to 9, and by counts"),
    "other accounts": ("account_findings", "findings", "9", "account_findings.csv: findings add"),
    "other models": ("service_models", "findings", "9", "service_models.csv: findings add up"),
    "other severities": ("severities", "findings", "9", r"severities.csv: \S+ has \d+ open fails"),
    "other resources": ("affected", "of_all", "9", r"affected.csv: \S+ has 9 open fails, and by"),
    "other gaps": ("remediation", "findings", "9", r"remediation.csv: \S+ has 9 open fails"),
    "another day": ("scans", "seen_at", "2026-05-02 00:00:00.000 UTC", "period than 2026-Q4"),
    "stale ones": ("scans", "stale", "374", "2026-11-23 were left out as stale, so this is a"),
}


@pytest.mark.parametrize("case", CONTRARY.values(), ids=CONTRARY)
def test_results_that_contradict_each_other_are_named(
    home: Path, results: Path, case: tuple[str, str, str, str]
) -> None:
    name, column, value, message = case
    change(results / f"{name}.csv", lambda rows: rows[0].update({column: value}))

    with pytest.raises(InputError, match=message) as caught:
        assess(home, results)
    assert str(caught.value).startswith(str(results / name))
    assert "run the queries again on the same findings" in str(caught.value)


def test_cells_without_findings_that_show_them_are_named(home: Path, results: Path) -> None:
    def clear(column: str) -> Callable[[list[dict[str, str]]], Any]:
        return lambda rows: [row.update({column: "0"}) for row in rows]

    whole = (results / "criterion_findings.csv").read_bytes()
    change(results / "criterion_findings.csv", clear("passes"))
    with pytest.raises(InputError, match=r"passes of \S+ are 0, and its cell in \d+ is pass"):
        assess(home, results)
    (results / "criterion_findings.csv").write_bytes(whole)
    change(results / "criterion_findings.csv", clear("fails"))
    with pytest.raises(InputError, match=r"fails of \S+ are 0, and its cell in \d+ is fail"):
        assess(home, results)


def test_a_fail_that_no_cell_has_is_named(home: Path, results: Path) -> None:
    def mend(rows: list[dict[str, str]]) -> None:
        for row in rows:
            if row["reason"] == "open_fail":
                row.update(state="unknown", state_supposed="unknown", reason="calls_failed")

    change(results / "cells.csv", mend)
    with pytest.raises(InputError, match=r"fails of \S+ are \d+, and none of its cells fails"):
        assess(home, results)


def test_results_of_all_accounts_are_not_those_of_one(home: Path, results: Path) -> None:
    with pytest.raises(InputError, match=r"results: these results count all accounts together"):
        assess(home, results, accounts=["123456789012"])
    alone = assess(home, results / "cells.csv", accounts=["123456789012"])
    assert alone.scores == _computed()[1].scores


@pytest.mark.parametrize("left", [0.1, 0.5, 0.99])
def test_a_half_written_parquet_file_is_named(home: Path, results: Path, left: float) -> None:
    path = as_parquet(results / "cells.csv")
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * left)])

    with pytest.raises(InputError, match=r"cells.parquet: cannot be read as a query's result"):
        assess(home, path)


def test_a_half_written_csv_file_is_named(home: Path, results: Path) -> None:
    path = results / "cells.csv"
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[: len(lines) // 2]))
    with pytest.raises(InputError, match=r"cells.csv: practice \S+ has no automated cell"):
        assess(home, path)
    path.write_bytes(b"".join(lines)[:-20])
    with pytest.raises(InputError, match=r"cells.csv: "):
        assess(home, path)


def test_files_that_are_no_results_are_named(home: Path, results: Path) -> None:
    (results / "notes.csv").write_text("a,b\n")
    with pytest.raises(InputError, match=r"notes.csv: is named after no query whose result is"):
        assess(home, results)
    (results / "notes.csv").rename(results / "notes.txt")
    with pytest.raises(InputError, match=r"notes.txt: is no .csv or .parquet file"):
        assess(home, results)
    (results / "notes.txt").unlink()
    (results / "cells.csv").unlink()
    with pytest.raises(InputError, match=r"results: has no result of the query cells"):
        assess(home, results)


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b'"practice"\n"a","b"\n', b"PAR1"])
@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_damaged_file_is_named(home: Path, tmp_path: Path, content: bytes, suffix: str) -> None:
    path = tmp_path / f"cells.{suffix}"
    path.write_bytes(content)

    with pytest.raises(InputError) as caught:
        assess(home, path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_cells_say_no_period(home: Path, results: Path) -> None:
    (home / "gapfolio.toml").write_text("")

    with pytest.raises(InputError, match="name it with --period"):
        assess(home, results)
    assert assess(home, results, period="2026-Q4").scores == _computed()[1].scores


@pytest.mark.parametrize(
    "more", [{"locations": ["scan.json"]}, {"executed": ["prowler=all"]}, {"since": Path("pack")}]
)
def test_cells_stand_alone(home: Path, results: Path, more: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="--cells takes the place of findings and does not go"):
        assess(home, results, **more)


@pytest.mark.parametrize("name", untold.TELLS)
def test_a_result_that_can_be_given_is_named_after_a_query(name: str) -> None:
    assert query(name).startswith("-- ")
