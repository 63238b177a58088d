"""A report of a store says what a report of the inputs says, byte for byte."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from storekit import DATA, DEMO, assessed, fill, older, whole_scan

import packs
from gapfolio import audit, publish
from gapfolio.errors import InputError
from gapfolio.verify import verify

NAMELESS = """category,title,description,resource,region,statusWord,message
IAM,Root MFA Enabled,Ensures MFA,N/A,global,FAIL,Root has no MFA
"""


def test_a_scan_with_its_run_record(tmp_path: Path) -> None:
    files = whole_scan(tmp_path / "scans")
    fill(tmp_path / "store", *files)

    assert assessed(tmp_path / "store") == assessed(*files)


def test_overlapping_scans(tmp_path: Path) -> None:
    files = sorted([*whole_scan(tmp_path / "scans"), older(tmp_path / "scans")])
    fill(tmp_path / "store", *files)
    made = assessed(tmp_path / "store")

    assert made == assessed(*files)
    assert json.loads(made)["counts"]["superseded"] > 100


@pytest.mark.parametrize("quarter", ["2026-Q2", "2026-Q3"])
def test_the_demo_with_its_engagement(tmp_path: Path, quarter: str) -> None:
    scans = DEMO / "scans" / quarter
    fill(tmp_path / "store", scans, directory=DEMO, period=quarter)

    made = assessed(tmp_path / "store", directory=DEMO, period=quarter)
    assert made == assessed(scans, directory=DEMO, period=quarter)
    assert len(json.loads(made)["inputs"]) > 2


def test_every_sample_of_the_repository(tmp_path: Path) -> None:
    """Damaged files, unknown formats, code without an account, other clouds, exports, no dates."""
    files = sorted(
        path
        for path in DATA.rglob("*")
        if path.is_file() and path.parent.name not in ("contracts", "exports")
    )
    cut = tmp_path / "cut.json"
    cut.write_bytes((DATA / "prowler" / "5.46.0" / "scan.ocsf.json").read_bytes()[:-900])
    files = sorted([*files, cut], key=lambda path: path.as_posix().split("/"))
    fill(tmp_path / "store", *files, period="2026-Q4")

    made = assessed(tmp_path / "store", period="2026-Q4")
    assert made == assessed(*files, period="2026-Q4")
    content = json.loads(made)
    assert sum(bool(item["problem"]) for item in content["inputs"]) > 0
    assert sum(bool(item["modified"]) for item in content["inputs"]) > 0
    assert {"checkov", "prowler", "cloudsploit"} <= {scan["scanner"] for scan in content["scans"]}


def nameless(home: Path, toml: str) -> Path:
    home.mkdir()
    (home / "one.csv").write_text(NAMELESS)
    (home / "two.csv").write_text(NAMELESS.replace("Root", "The root"))
    (home / "gapfolio.toml").write_text(toml)
    return home


@pytest.mark.parametrize(
    "toml",
    [
        'inputs = ["one.csv", "two.csv"]\n[[accounts]]\nid = "111111111111"\n',
        """inputs = [{path = "one.csv", account = "111111111111"}, "two.csv"]
[[accounts]]
id = "111111111111"
[[accounts]]
id = "222222222222"
""",
    ],
    ids=["the only one", "one by its file"],
)
def test_findings_that_name_no_account(tmp_path: Path, toml: str) -> None:
    home = nameless(tmp_path / "home", toml)
    fill(tmp_path / "store", directory=home)

    made = assessed(tmp_path / "store", directory=home)
    assert made == assessed(directory=home)
    assert "111111111111" in " ".join(json.loads(made)["notices"])
    assert (tmp_path / "store").joinpath("findings", "period=2026-Q4", "account=none").is_dir()


def test_a_report_on_one_account_counts_what_is_left_out(tmp_path: Path) -> None:
    scans = DEMO / "scans" / "2026-Q3"
    fill(tmp_path / "store", scans, period="2026-Q3")
    account = json.loads(assessed(scans, period="2026-Q3"))["accounts"][0]["id"]
    more: dict[str, Any] = {"period": "2026-Q3", "accounts": [account]}

    made = assessed(tmp_path / "store", **more)
    assert made == assessed(scans, **more)
    assert json.loads(made)["counts"]["out_of_scope"] > 100


def test_a_declared_scan(tmp_path: Path) -> None:
    scan = whole_scan(tmp_path / "scans")[1]
    fill(tmp_path / "store", scan)

    assert assessed(tmp_path / "store", executed=["prowler=all"]) == assessed(
        scan, executed=["prowler=all"]
    )


def test_a_run_record_of_an_output_that_was_changed(tmp_path: Path) -> None:
    files = whole_scan(tmp_path / "scans")
    older(tmp_path / "scans").replace(files[1])
    fill(tmp_path / "store", *files)

    made = assessed(tmp_path / "store")
    assert made == assessed(*files)
    assert [run["void"] for run in json.loads(made)["runs"]] == [
        f"{files[1].name} has changed since the run"
    ]


def test_a_store_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    files = whole_scan(tmp_path / "scans")
    fill(tmp_path / "a[1]*?", *files)

    assert assessed(tmp_path / "a[1]*?") == assessed(*files)


def test_empty_inputs(tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text("[]")
    home = tmp_path / "home"
    home.mkdir()
    (home / "gapfolio.toml").write_text('period = "2026-Q4"\n[[accounts]]\nid = "111111111111"\n')
    fill(tmp_path / "store", tmp_path / "empty.json", period="2026-Q4")

    made = assessed(tmp_path / "store", directory=home)
    assert made == assessed(tmp_path / "empty.json", directory=home)
    assert json.loads(made)["counts"]["findings"] == 0


def test_an_engagement_whose_input_is_a_store(tmp_path: Path) -> None:
    files = whole_scan(tmp_path / "scans")
    fill(tmp_path / "home" / "store", *files)
    (tmp_path / "home" / "gapfolio.toml").write_text('inputs = ["store"]\n')

    assert assessed(directory=tmp_path / "home") == assessed(*files, directory=tmp_path / "home")


def test_the_pack_of_a_store_is_whole_and_can_be_recomputed(tmp_path: Path) -> None:
    files = sorted([*whole_scan(tmp_path / "scans"), older(tmp_path / "scans")])
    fill(tmp_path / "store", *files)
    made = []
    for name, locations in (("direct", files), ("kept", [tmp_path / "store"])):
        options = audit.Options(locations=[str(path) for path in locations])
        with audit.opened(options) as opened:
            publish.publish(opened, tmp_path / name, formats=["csv", "json", "parquet"])
        packs.add_pdf(tmp_path / name)
        made.append((tmp_path / name / "findings.csv").read_bytes())
    shutil.rmtree(tmp_path / "store")

    assert made[0] == made[1]
    verdict = verify(tmp_path / "kept", recompute=True)
    assert verdict.problems == []
    assert any(fact.startswith("recomputed") for fact in verdict.facts)


def test_a_store_is_reported_on_by_itself(tmp_path: Path) -> None:
    files = whole_scan(tmp_path / "scans")
    fill(tmp_path / "store", *files)

    with pytest.raises(InputError, match="store: is a store of findings, and is reported on by"):
        assessed(tmp_path / "store", files[1])


def test_a_store_beside_scans_is_passed_over(tmp_path: Path) -> None:
    files = whole_scan(tmp_path / "scans")
    alone = json.loads(assessed(*files))
    fill(tmp_path / "scans" / "store", *files)

    found = json.loads(assessed(tmp_path / "scans"))
    assert found["inputs"] == alone["inputs"]
    assert found["notices"] == ["5 files passed over: output of Gapfolio"]
