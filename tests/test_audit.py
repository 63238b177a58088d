"""One audit from end to end, on files: what the engagement adds, and what is refused."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import msgspec
import pytest

import wholescan
from gapfolio import audit
from gapfolio.assess import document
from gapfolio.errors import EngagementError, InputError
from gapfolio.model import Assessment
from gapfolio.testing import make_run


@pytest.fixture
def engaged(tmp_path: Path) -> Path:
    """Give an engagement folder with the scan of one account."""
    (tmp_path / "scans").mkdir()
    shutil.copy(wholescan.PACKED, tmp_path / "scans")
    engage(tmp_path)
    return tmp_path


def engage(directory: Path, more: str = "") -> None:
    (directory / "gapfolio.toml").write_text(f'inputs = ["scans"]\n{more}')


def assess(directory: Path, **options: Any) -> Assessment:
    with audit.opened(audit.Options(directory=directory, **options)) as opened:
        return opened.assessment


def record(path: Path, scan: Path) -> Path:
    sha256 = hashlib.sha256(scan.read_bytes()).hexdigest()
    output = {"path": "elsewhere/scan", "sha256": sha256, "bytes": scan.stat().st_size}
    made = make_run(account="123456789012", checks=["s3_bucket_public_access"], outputs=[output])
    started = json.loads(wholescan.RECORD.read_bytes())["started"]
    data = msgspec.to_builtins(made) | {"started": started}
    path.write_bytes(msgspec.json.encode(data))
    return path


def test_inputs_of_the_engagement_are_read_relative_to_it(
    engaged: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))

    assert assess(engaged).counts["findings"] > 300


def test_locations_come_before_the_inputs_of_the_engagement(engaged: Path) -> None:
    other = engaged / "other.json"
    other.write_text("[]")

    with pytest.raises(InputError, match="no account is in scope"):
        assess(engaged, locations=[str(other)], period="2026-Q3")


def test_code_is_scored_without_any_account(tmp_path: Path) -> None:
    shutil.copy(Path(__file__).parent / "data" / "checkov" / "scan.json", tmp_path)
    found = assess(tmp_path, locations=[str(tmp_path / "scan.json")])
    [cell] = [c for p in found.practices for c in p.criteria if c.cells.known]

    assert cell.id == "DET-11.code-scanned"
    assert found.accounts == []
    assert found.scores.all.coverage < 10


NAMELESS = """category,title,description,resource,region,statusWord,message
IAM,Root MFA Enabled,Ensures MFA,N/A,global,FAIL,Root has no MFA
"""


def two_accounts(directory: Path, second: str = "222222222222") -> None:
    for name in ("one", "two"):
        (directory / "scans").mkdir(exist_ok=True)
        (directory / "scans" / f"{name}.csv").write_text(NAMELESS)
    (directory / "scans" / "two.csv").write_text(NAMELESS.replace("FAIL", "OK"))
    (directory / "gapfolio.toml").write_text(
        'inputs = ["scans", {path = "scans/one.csv", account = "111111111111"},'
        f'{{path = "scans/two.csv", account = "{second}"}}]\n'
    )


def test_an_input_is_told_whose_findings_are_in_it(tmp_path: Path) -> None:
    two_accounts(tmp_path)
    found = assess(tmp_path)

    assert [(a.id, a.findings) for a in found.accounts] == [
        ("111111111111", 1),
        ("222222222222", 1),
    ]
    assert len(found.inputs) == 2
    assert "scans/two.csv: findings that name no account, taken as 222222222222: 1" in found.notices


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ('{path = "a", account = "12"}', "inputs"),
        ('{path = "a", account = "111111111111"}, {path = "a", account = "222222222222"}', "two"),
        ('{path = "securityhub:", account = "111111111111"}', "is not a file"),
    ],
)
def test_an_input_with_a_wrong_account_is_refused(
    tmp_path: Path, inputs: str, message: str
) -> None:
    (tmp_path / "gapfolio.toml").write_text(f"inputs = [{inputs}]")

    with pytest.raises(EngagementError, match=message):
        assess(tmp_path)


def test_without_anything_to_read_the_message_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="nothing to read: name files or directories"):
        assess(tmp_path)


def test_notes_on_an_unknown_practice_name_file_and_practice(engaged: Path) -> None:
    (engaged / "notes.yaml").write_text("practices: {CRED-99: {cause: Haste.}}")

    with pytest.raises(EngagementError, match=r"notes\.yaml: line 1: practices: .*CRED-99"):
        assess(engaged)


def test_a_declaration_of_the_engagement_is_the_auditors_word(engaged: Path) -> None:
    engage(engaged, 'executed = ["prowler=all"]')
    [run] = assess(engaged).runs

    assert run.declared
    assert run.origin == "--executed prowler=all"
    assert run.checks > 500


def test_a_list_of_checks_is_read_relative_to_the_engagement(
    engaged: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    (engaged / "checks.txt").write_text(
        "# what we ran\niam_root_mfa_enabled\n\ns3_bucket_public_access # and this\n"
    )
    engage(engaged, 'executed = ["prowler=checks.txt"]')
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))

    assert [run.checks for run in assess(engaged).runs] == [2]


def test_a_record_that_is_named_stands_and_goes_into_the_pack(engaged: Path) -> None:
    path = record(engaged / "record.txt", engaged / "scans" / "scan.ocsf.json.gz")

    with audit.opened(audit.Options(directory=engaged, executed=[f"prowler={path}"])) as opened:
        assert [(run.void, run.declared) for run in opened.assessment.runs] == [("", False)]
        assert opened.run_files == [path]


def test_a_record_that_is_found_and_named_counts_once(engaged: Path) -> None:
    scan = engaged / "scans" / "scan.ocsf.json.gz"
    path = record(engaged / "scans" / "run.json", scan)

    with audit.opened(audit.Options(directory=engaged, executed=[f"prowler={path}"])) as opened:
        assert len(opened.assessment.runs) == len(opened.run_files) == 1


@pytest.mark.parametrize("text", ["prowler", "=all", "prowler=", ""])
def test_a_declaration_that_makes_no_sense_is_refused(engaged: Path, text: str) -> None:
    with pytest.raises(EngagementError, match="write prowler=all or prowler=FILE"):
        assess(engaged, executed=[text])


def test_a_declared_file_that_cannot_be_read_is_named(engaged: Path) -> None:
    with pytest.raises(InputError, match=r"--executed prowler=no\.txt: .*cannot be read"):
        assess(engaged, executed=["prowler=no.txt"])


def test_a_scanner_without_findings_cannot_be_declared(engaged: Path) -> None:
    with pytest.raises(EngagementError, match=r"no findings of scout, only of: prowler"):
        assess(engaged, executed=["scout=all"])


def test_a_policy_that_nobody_offers_is_named(engaged: Path) -> None:
    engage(engaged, 'policy = "kind"')

    with pytest.raises(EngagementError, match="policy: there is no 'kind'; there are: assured"):
        assess(engaged)


def test_a_pack_names_no_place_of_the_machine_it_was_made_on(tmp_path: Path) -> None:
    home = tmp_path / "acme"
    shutil.copytree(wholescan.FOLDER, home / "scans")
    engage(home)

    with audit.opened(audit.Options(directory=home)) as opened:
        text = document.encode(opened.assessment).decode()

    assert [run.origin for run in opened.assessment.runs] == ["scans/run.json"]
    assert str(tmp_path) not in text
