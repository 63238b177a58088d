"""Recomputing: scores follow from a pack alone, or the ones that do not are named."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import msgspec
import pytest

import packs
from gapfolio import pack, resources
from gapfolio.assess import document
from gapfolio.manifest import MANIFEST
from gapfolio.model import RunError, RunOutput
from gapfolio.testing import make_run
from gapfolio.verify import verify

DATA = Path(__file__).parent / "data"


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Give a pack as it was made."""
    return packs.whole(tmp_path / "pack")


def problems(target: Path, **options: Any) -> list[str]:
    return verify(target, **options).problems


def test_the_scores_of_a_pack_follow_from_it(whole: Path) -> None:
    verdict = verify(whole, recompute=True)

    assert verdict.problems == []
    assert verdict.facts[-1] == "recomputed: every score and count of assessment.json follows"


def everything(home: Path) -> Path:
    """Write an engagement with findings of every format, declarations, mappings and records."""
    packs.engagement(
        home,
        'timezone = "America/New_York"\ngrace_days = 300\nmappings = ["maps"]\n'
        'regions = ["us-east-1", "eu-central-1"]\n'
        'executed = ["prowler=checks.txt", "scoutsuite=all"]\n',
    )
    toml = (home / "gapfolio.toml").read_text().replace('["scan.json"]', '["scan.json", "data"]')
    (home / "gapfolio.toml").write_text(toml)
    shutil.copytree(DATA, home / "data")
    record(home / "data" / "run.json", packs.SCAN)
    record(home / "data" / "void.json", Path(__file__))
    (home / "checks.txt").write_text("iam_root_mfa_enabled\ns3_bucket_public_access # both\n")
    (home / "maps").mkdir()
    (home / "maps" / "edges.yaml").write_text(
        "CRED-01.root-mfa: {sometool: [{check: a, review: reviewed}]}\n"
    )
    declare(home)
    return home


def declare(home: Path) -> None:
    """Write down waivers, attestations with evidence, and what does not apply."""
    (home / "evidence").mkdir()
    (home / "evidence" / "plan.txt").write_bytes(b"who is called first")
    digest = hashlib.sha256(b"who is called first").hexdigest()
    (home / "waivers.yaml").write_text(
        "- {id: W-1, practice: [CRED-09, NET-03], reason: r, owner: o, approver: a, "
        "granted: 2026-07-01, expires: 2026-12-31}\n"
        '- {id: W-2, resource: "*", tag: "*", reason: r, owner: o, approver: a, '
        "granted: 2026-01-01, expires: 2026-06-30}\n"
    )
    (home / "attestations.yaml").write_text(
        "- {practice: IR-01, result: pass, statement: s, by: b, valid_from: 2026-01-01, "
        f"valid_until: 2027-01-01, evidence: [{{file: evidence/plan.txt, sha256: {digest}}}]}}\n"
    )
    (home / "not_applicable.yaml").write_text(
        "- {practice: NET-13, reason: r, by: b, date: 2026-01-01, expires: 2027-01-01}\n"
    )


def record(path: Path, output: Path) -> None:
    """Write the record of a Prowler run that wrote a file, with an error of one service."""
    digest = hashlib.sha256(output.read_bytes()).hexdigest()
    made = make_run(
        account="123456789012",
        started=packs.NOON,
        errors=[RunError(service="iam", region="us-east-1")],
        outputs=[RunOutput(path="elsewhere", sha256=digest, bytes=1)],
    )
    path.write_bytes(msgspec.json.encode(made))


@pytest.mark.parametrize(
    "options", [{}, {"period": "2026-Q3"}, {"accounts": ["111122223333"], "period": "2026"}]
)
def test_scores_follow_whatever_went_into_them(tmp_path: Path, options: dict[str, Any]) -> None:
    """All formats, local times, exports, run records, declarations, own mappings, options."""
    made = packs.report(everything(tmp_path / "home"), tmp_path / "pack", **options)

    assert len({scan["scanner"] for scan in read(made)["scans"]}) > 15
    assert {run["declared"] for run in read(made)["runs"]} == {True, False}
    assert any(run["void"] for run in read(made)["runs"])
    assert read(made)["exceptions"]["waivers"][0]["findings"] or options.get("accounts")
    assert read(made)["attestations"][0]["state"] == "valid"
    assert read(made)["not_applicable"][0]["cells"]
    assert (made / "engagement" / "evidence" / "plan.txt").is_file()
    assert (made / "runs" / "declared.json").is_file()
    assert problems(made, recompute=True) == []


def test_recomputing_needs_neither_the_inputs_nor_the_shipped_mappings(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = packs.report(everything(tmp_path / "home"), tmp_path / "pack")
    shutil.rmtree(tmp_path / "home")
    folder = resources.folder
    monkeypatch.setattr(
        "gapfolio.resources.folder",
        lambda name: tmp_path / "none" if name == "mappings" else folder(name),
    )

    assert problems(made, recompute=True) == []


def read(target: Path) -> Any:
    return json.loads((target / "assessment.json").read_bytes())


def cover_up(target: Path) -> None:
    """Make every list of a pack agree with its files again, PDF included."""
    assessment = document.decode((target / "assessment.json").read_bytes())
    for name in ("report.pdf", "evidence.json", MANIFEST):
        (target / name).unlink(missing_ok=True)
    pack.write_evidence(assessment, target)
    packs.add_pdf(target)


@pytest.mark.parametrize(
    ("name", "change", "told"),
    [
        ("waivers.yaml", b"2026-12-31", "scores accepted assured"),
        ("attestations.yaml", b"2027-01-01", "practices IR-01"),
        ("not_applicable.yaml", b"2027-01-01", "practices NET-13"),
        ("evidence/plan.txt", b"who is called first", "practices IR-01"),
    ],
)
def test_what_people_declared_is_recomputed_from_the_copies_in_the_pack(
    tmp_path: Path, name: str, change: bytes, told: str
) -> None:
    made = packs.report(
        everything(tmp_path / "home"), tmp_path / "pack", ("json", "parquet"), period="2026-Q4"
    )
    path = made / "engagement" / name
    path.write_bytes(path.read_bytes().replace(change, b"2026-09-01"))
    packs.list_again(made)

    assert any(told in line for line in problems(made, recompute=True))


def test_a_better_score_is_named_even_where_every_hash_was_made_to_fit(whole: Path) -> None:
    true = read(whole)["scores"]["all"]["assured"]

    def better(content: Any) -> None:
        content["scores"]["all"]["assured"] = 90.5
        content["practices"][3]["cells"]["failed"] = 77
        content["categories"][0]["automated"]["coverage"] = 99.0

    packs.rewrite(whole / "assessment.json", better)
    cover_up(whole)
    practice, category = read(whole)["practices"][3]["id"], read(whole)["categories"][0]["id"]

    assert problems(whole) == []
    found = problems(whole, recompute=True)
    assert f"assessment.json: scores all assured is 90.5, recomputed {true}" in found
    assert any(f"practices {practice} cells failed is 77, recomp" in text for text in found)
    assert any(f"categories {category} automated coverage is 99.0, rec" in text for text in found)
    assert len(found) == 3


@pytest.mark.parametrize(
    ("query", "told"),
    [
        (
            "SELECT * REPLACE ('pass' AS status) FROM f",
            "scores all assured is",
        ),
        ("SELECT * FROM f WHERE NOT (status = 'fail' AND criterion <> '')", "counts findings is"),
        ("SELECT * REPLACE ('stale' AS standing) FROM f", "findings.parquet: practice, standing"),
        ("SELECT * REPLACE ('x' AS practice) FROM f", "findings.parquet: practice, standing or"),
        ("SELECT * REPLACE ('x' AS input) FROM f", "findings.parquet: practice, standing or date"),
    ],
    ids=["fails passed", "fails gone", "standing", "practice", "input"],
)
def test_findings_that_were_changed_do_not_give_the_scores(
    whole: Path, query: str, told: str
) -> None:
    path = whole / "findings.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"CREATE VIEW f AS SELECT * FROM read_parquet('{path}')")
        connection.execute(f"COPY ({query}) TO '{path}.new' (FORMAT parquet)")
    Path(f"{path}.new").replace(path)
    cover_up(whole)

    assert problems(whole) == []
    assert any(told in text for text in problems(whole, recompute=True))


def test_mappings_that_were_changed_do_not_give_the_scores(whole: Path) -> None:
    path = whole / "catalogue" / "credentials.yaml"
    path.write_text(path.read_text().replace("priority: critical", "priority: low"))
    cover_up(whole)

    assert any("scores all" in text for text in problems(whole, recompute=True))


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("findings.parquet", b"PAR1", "not recomputed: findings.parquet: cannot be worked on"),
        ("engagement/gapfolio.toml", b"clint = 1", "not recomputed: "),
        ("catalogue/credentials.yaml", b"[", "not recomputed: "),
        ("catalogue/services.yaml", None, "not recomputed: catalogue/services.yaml: is not in"),
        ("assessment.json", b"{}", "not recomputed: assessment.json: cannot be read"),
        ("findings.parquet", None, "not recomputed: findings.parquet: is not in the pack"),
    ],
)
def test_what_it_takes_to_recompute_is_named_where_it_is_wrong(
    whole: Path, name: str, content: bytes | None, told: str
) -> None:
    if content is None:
        (whole / name).unlink()
    else:
        (whole / name).write_bytes(content)

    assert any(text.startswith(told) for text in problems(whole, recompute=True))


def test_findings_of_an_earlier_version_are_told(whole: Path) -> None:
    path = whole / "findings.parquet"
    query = f"SELECT * EXCLUDE (observed_at) FROM read_parquet('{path}')"
    duckdb.connect().execute(f"COPY ({query}) TO '{path}.new' (FORMAT parquet)")
    Path(f"{path}.new").replace(path)
    packs.list_again(whole)

    assert any(
        "findings.parquet: has no observed_at: an earlier version made it" in text
        for text in problems(whole, recompute=True)
    )


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda a: a["versions"].update(findings_schema="9"), "is of schema 9, this version"),
        (lambda a: a["scores"].update(version=9), "scored by assured v9, this version has v1"),
        (lambda a: a["scores"].update(policy="theirs"), "by the policy theirs, which no installed"),
    ],
)
def test_an_assessment_of_another_kind_is_not_recomputed(
    whole: Path, change: Callable[[Any], None], told: str
) -> None:
    packs.rewrite(whole / "assessment.json", change)

    assert any(told in text for text in problems(whole, recompute=True))


def test_run_records_that_are_gone_are_told(tmp_path: Path) -> None:
    made = packs.report(everything(tmp_path / "home"), tmp_path / "pack")
    next((made / "runs").glob("002-*")).unlink()

    assert any(
        "assessment.json: speaks of 2 run records, and the pack has 1" in text
        for text in problems(made, recompute=True)
    )


@pytest.mark.parametrize("origin", ["../outside.json", "/etc/passwd"])
def test_a_run_record_outside_the_pack_is_never_read(whole: Path, origin: str) -> None:
    record(whole.parent / "outside.json", packs.SCAN)
    result = {
        "scanner": "prowler", "version": "", "account": "1", "regions": [], "checks": 1,
        "errors": None, "started": None, "ended": None, "exit_code": None, "declared": False,
        "partial": "", "void": "", "origin": origin,
    }  # fmt: skip
    packs.rewrite(whole / "assessment.json", lambda content: content["runs"].append(result))

    assert any("speaks of 1 run records" in text for text in problems(whole, recompute=True))


def test_cells_that_do_not_follow_are_counted(whole: Path) -> None:
    cells = whole / "cells.parquet"
    draft = whole.parent / "cells.parquet"
    duckdb.execute(
        f"COPY (SELECT * REPLACE (replace(state, 'fail', 'pass') AS state) FROM '{cells}') "
        f"TO '{draft}'"
    )
    query = f"SELECT count(*) FROM '{cells}' WHERE state = 'fail'"
    [(failing,)] = duckdb.connect().execute(query).fetchall()
    draft.replace(cells)
    cover_up(whole)

    assert problems(whole, recompute=True) == [
        f"cells.parquet: {failing} cells are not what follows from the findings"
    ]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        ("remediation", []),
        ("client", "Another"),
        ("status", "final"),
        ("regions", ["eu-central-1"]),
        ("accounts_missing", {"222222222222": "sandbox"}),
    ],
)
def test_what_the_engagement_decides_follows_from_its_copy(
    whole: Path, part: str, value: Any
) -> None:
    assert read(whole)[part] != value
    packs.rewrite(whole / "assessment.json", lambda content: content.update({part: value}))
    cover_up(whole)

    assert problems(whole, recompute=True) == [
        f"assessment.json: {part} is not what follows from the pack"
    ]


def test_a_due_date_follows_from_when_a_gap_opened_and_the_rules(whole: Path) -> None:
    toml = whole / "engagement" / "gapfolio.toml"
    toml.write_text(f"{toml.read_text()}[remediation.days]\ncritical = 300\n")
    cover_up(whole)

    assert problems(whole, recompute=True) == [
        "assessment.json: remediation is not what follows from the pack"
    ]


def test_what_was_closed_is_as_many_as_the_comparison_says(whole: Path) -> None:
    closed = whole / "closed.parquet"
    assert duckdb.connect().execute(f"SELECT * FROM '{closed}'").fetchall() == []
    columns = [name for name, *_ in duckdb.connect().execute(f"DESCRIBE '{closed}'").fetchall()]
    row = ", ".join(f"{'NULL' if name != 'cause' else repr('fixed')} AS {name}" for name in columns)
    duckdb.execute(f"COPY (SELECT {row}) TO '{closed}' (FORMAT parquet)")
    cover_up(whole)

    assert problems(whole, recompute=True) == [
        "closed.parquet: does not have what assessment.json counts as closed"
    ]
