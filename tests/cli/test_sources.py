"""`gapfolio sources` and `gapfolio catalogue --coverage`."""

from __future__ import annotations

import json

from click.testing import CliRunner

from gapfolio.catalogue import load
from gapfolio.cli import group


def run(*line: str) -> str:
    done = CliRunner().invoke(group, line)
    assert done.exit_code == 0, done.output
    return done.output


def test_every_format_says_how_it_is_recognised_and_what_is_lost() -> None:
    rows = json.loads(run("sources", "--json"))

    assert {"prowler-ocsf", "prowler-csv"} <= {row["name"] for row in rows}
    for row in rows:
        assert row["recognised"], row["name"]
        assert row["lost"], row["name"]
        assert f"{row['title']} ({row['name']})" in run("sources")


def test_the_matrix_has_a_row_for_every_scored_practice() -> None:
    header, _, *rows = run("catalogue", "--coverage").splitlines()
    names = [row.split("|")[1].strip() for row in rows]

    assert "Prowler" in header
    assert names == [practice.id for practice in load().practices() if practice.priority]


def test_the_matrix_counts_primary_checks() -> None:
    catalogue = load()
    wanted = sum(
        len(criterion.checks.get("prowler", []))
        for practice in catalogue.practices()
        if practice.id == "CRED-01"
        for criterion in practice.criteria
    )
    (row,) = [line for line in run("catalogue", "--coverage").splitlines() if "CRED-01" in line]

    assert row.split("|")[3].strip() == str(wanted)
