"""The evidence pack: whole or not at all, private, and in nobody's way."""

from __future__ import annotations

import hashlib
import json
import os
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import msgspec
import pytest

from gapfolio import catalogue, pack, plugins
from gapfolio.audit import Audit
from gapfolio.engagement import Folder, read
from gapfolio.engine.duck import DuckDBEngine
from gapfolio.errors import PackError
from gapfolio.model import Assessment, InputResult
from gapfolio.testing import MOMENT, assess_findings, make_catalogue, make_finding

CATALOGUE = make_catalogue(NET_01={"criteria": {"open": ("resource", ["a"])}})


@cache
def assessment(period: str = "2026-Q3") -> Assessment:
    made = assess_findings([make_finding(check="a")], catalogue=CATALOGUE, period=period)
    given = InputResult(
        name="scan.json", sha256="ab" * 32, bytes=7, source="x", elements=1, findings=1, skipped={}
    )
    return msgspec.structs.replace(made, client="Acme", inputs=[given])


def put(target: Path, text: str = "old", period: str = "2026-Q3") -> Path:
    """Write a small pack."""
    with pack.staged(target, period) as stage:
        (stage / "practices.csv").write_text(text)
        (stage / "catalogue").mkdir()
        (stage / "catalogue" / "x.yaml").write_text("x")
        made = assessment(period)
        pack.write_evidence(made, stage)
        pack.write_manifest(made, stage)
    return target


@pytest.fixture
def target(tmp_path: Path) -> Iterator[Path]:
    """Give where a pack may be, and see that nothing is left beside it."""
    yield tmp_path / "packs" / "2026-Q3"
    assert [p.name for p in tmp_path.rglob(".*")] == []


# --- in place or not -------------------------------------------------------------------------


def test_a_pack_is_put_in_place_with_its_parents(target: Path) -> None:
    assert (put(target) / "practices.csv").read_text() == "old"


def test_nothing_is_there_before_the_block_ends(target: Path) -> None:
    with pack.staged(target, "2026-Q3") as stage:
        (stage / "report.pdf").write_text("half")
        assert not target.exists()
        assert stage.parent == target.parent  # one file system, so that moving is one step


def test_our_pack_of_the_same_period_is_replaced_as_a_whole(target: Path) -> None:
    put(target)
    with pack.staged(target, "2026-Q3") as stage:
        (stage / "new").write_text("new")

    assert [path.name for path in target.iterdir()] == ["new"]


def test_an_empty_directory_is_taken(target: Path) -> None:
    target.mkdir(parents=True)

    assert (put(target) / "practices.csv").is_file()


def test_the_current_directory_is_refused_and_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Replacing it would leave the caller's shell in a directory that is gone."""
    monkeypatch.chdir(tmp_path)

    with pytest.raises(PackError, match="name a new directory inside it"):
        pack.guard(Path(), "2026-Q3")


def fail(target: Path, error: BaseException) -> None:
    with pack.staged(target, "2026-Q3") as stage:
        (stage / "practices.csv").write_text("half")
        raise error


@pytest.mark.parametrize("error", [RuntimeError("no"), KeyboardInterrupt(), PackError("no")])
def test_a_failing_block_leaves_the_old_pack(target: Path, error: BaseException) -> None:
    put(target)
    before = {path: path.read_bytes() for path in target.rglob("*") if path.is_file()}

    with pytest.raises(type(error)):
        fail(target, error)

    assert {path: path.read_bytes() for path in target.rglob("*") if path.is_file()} == before


def test_a_full_disk_leaves_the_old_pack_and_says_so(target: Path) -> None:
    put(target)

    with pytest.raises(PackError, match=r"No space left.*what was there is untouched"):
        fail(target, OSError(28, "No space left on device"))

    assert (target / "practices.csv").read_text() == "old"


def test_a_move_that_fails_puts_the_old_pack_back(
    target: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(target)
    rename = Path.rename

    def refuse(self: Path, to: Path) -> Path:
        if to == target and "old" not in self.name:
            raise OSError(16, "Device or resource busy")
        return rename(self, to)

    monkeypatch.setattr(Path, "rename", refuse)
    with pytest.raises(PackError, match="busy"):
        put(target, "new")

    assert (target / "practices.csv").read_text() == "old"


# --- what is in the way ----------------------------------------------------------------------


def refused(target: Path, period: str = "2026-Q3") -> str:
    before = sorted(target.parent.rglob("*"))
    with pytest.raises(PackError) as raised, pack.staged(target, period):
        pytest.fail("the block must not run")
    assert sorted(target.parent.rglob("*")) == before
    assert str(target) in str(raised.value)
    assert "name another -o" in str(raised.value)
    return str(raised.value)


def test_a_pack_of_another_period_stays(target: Path) -> None:
    put(target, period="2026-Q2")

    assert "holds the pack of 2026-Q2, this one is of 2026-Q3" in refused(target)


def test_a_signed_pack_stays(target: Path) -> None:
    (put(target) / pack.SIGNATURE).write_bytes(b"signature")

    assert "is signed" in refused(target)


def test_a_directory_of_other_files_stays(target: Path) -> None:
    target.mkdir(parents=True)
    (target / "thesis.docx").write_text("years of work")

    assert "not an evidence pack of ours" in refused(target)


@pytest.mark.parametrize(
    "content", [b"{}", b"not json", b"\xff\xfe", b'{"schema": "gapfolio.manifest/2"}']
)
def test_a_manifest_that_is_not_ours_protects_its_directory(target: Path, content: bytes) -> None:
    target.mkdir(parents=True)
    (target / pack.MANIFEST).write_bytes(content)

    assert "not an evidence pack of ours" in refused(target)


@pytest.mark.parametrize("name", ["notes.docx", "catalogue/mine.yaml"])
def test_a_file_that_somebody_added_protects_the_pack(target: Path, name: str) -> None:
    (put(target) / name).write_text("added by hand")

    assert f"{target / name}: is not of the pack" in refused(target)


def test_a_file_in_the_way_stays(target: Path) -> None:
    target.parent.mkdir(parents=True)
    target.write_text("a file")

    assert "not a directory of ours" in refused(target)


@pytest.mark.parametrize("broken", [True, False])
def test_a_link_in_the_way_stays(target: Path, tmp_path: Path, broken: bool) -> None:
    target.parent.mkdir(parents=True)
    elsewhere = tmp_path / "elsewhere"
    if not broken:
        put(elsewhere)
    target.symlink_to(elsewhere)

    assert "not a directory of ours" in refused(target)


def test_what_appears_meanwhile_stays(target: Path) -> None:
    def appear() -> None:
        with pack.staged(target, "2026-Q3"):
            target.mkdir()
            (target / "surprise").write_text("x")

    with pytest.raises(PackError, match="not an evidence pack of ours"):
        appear()

    assert (target / "surprise").is_file()


def test_a_parent_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "packs").write_text("a file")

    with (
        pytest.raises(PackError, match=r"packs: cannot write there .*name another -o"),
        pack.staged(tmp_path / "packs" / "q3", "2026-Q3"),
    ):
        pytest.fail("the block must not run")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_parent_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    with (
        pytest.raises(PackError, match="cannot write there"),
        pack.staged(tmp_path / "q3", "2026-Q3"),
    ):
        pytest.fail("the block must not run")


def test_a_parent_that_refuses_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkdtemp", refuse)
    with (
        pytest.raises(PackError, match=r"cannot write there \(Permission denied\)"),
        pack.staged(tmp_path / "q3", "2026-Q3"),
    ):
        pytest.fail("the block must not run")


# --- what is in it ---------------------------------------------------------------------------


def test_files_are_private_whatever_the_umask(target: Path) -> None:
    before = os.umask(0)
    try:
        put(target)
    finally:
        os.umask(before)

    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [target, *target.rglob("*")]}
    assert {mode for path, mode in modes.items() if path.is_file()} == {0o600}
    assert {mode for path, mode in modes.items() if path.is_dir()} == {0o700}


def test_the_manifest_has_hash_and_size_of_every_other_file(target: Path) -> None:
    manifest = json.loads((put(target) / pack.MANIFEST).read_bytes())

    assert manifest["schema"] == "gapfolio.manifest/1"
    assert (manifest["client"], manifest["period"]) == ("Acme", "2026-Q3")
    assert [file["path"] for file in manifest["files"]] == [
        "catalogue/x.yaml",
        "evidence.json",
        "practices.csv",
    ]
    for file in manifest["files"]:
        data = (target / file["path"]).read_bytes()
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert file["bytes"] == len(data)


def test_the_evidence_has_inputs_and_what_was_there_before_it(target: Path) -> None:
    evidence = json.loads((put(target) / pack.EVIDENCE).read_bytes())

    assert evidence["inputs"] == [{"path": "scan.json", "sha256": "ab" * 32, "bytes": 7}]
    assert [file["path"] for file in evidence["files"]] == ["catalogue/x.yaml", "practices.csv"]
    assert evidence["versions"]["score"] == "assured v1"


def test_the_same_pack_has_the_same_bytes(tmp_path: Path) -> None:
    one, two = put(tmp_path / "one"), put(tmp_path / "two")

    for path in one.rglob("*"):
        if path.is_file():
            assert path.read_bytes() == (two / path.relative_to(one)).read_bytes()


def test_the_pack_carries_mappings_engagement_and_run_records(tmp_path: Path) -> None:
    own = tmp_path / "mappings"
    own.mkdir()
    (own / "edges.yaml").write_text(
        "CRED-01.root-mfa: {housescan: [{check: a, review: reviewed}]}\n"
    )
    (tmp_path / "gapfolio.toml").write_text('client = "Acme"')
    (tmp_path / "notes.yaml").write_text("conclusion: Fair.")
    records = [tmp_path / name / "run.json" for name in ("a", "b")]
    for record in records:
        record.parent.mkdir()
        record.write_text(str(record))
    stage = tmp_path / "stage"
    stage.mkdir()

    pack.write_companions(audit(read(tmp_path), catalogue.load([own]), records, tmp_path), stage)

    assert (stage / "catalogue" / "credentials.yaml").is_file()
    assert (stage / "catalogue" / "checks" / "prowler.csv").is_file()
    assert (stage / "catalogue" / "1-mappings" / "edges.yaml").read_text().startswith("CRED-01")
    assert (stage / "engagement" / "gapfolio.toml").read_text() == 'client = "Acme"'
    assert (stage / "engagement" / "notes.yaml").is_file()
    assert [p.name for p in sorted((stage / "runs").iterdir())] == ["001-run.json", "002-run.json"]


def audit(folder: Folder, loaded: catalogue.Catalogue, records: list[Path], scratch: Path) -> Audit:
    with DuckDBEngine(scratch) as engine:
        return Audit(assessment(), engine, loaded, folder, plugins.manager(load=()), records)


# --- the date in metadata --------------------------------------------------------------------


def test_metadata_carry_the_date_of_the_newest_evidence() -> None:
    assert pack.created(assessment()) == MOMENT


def test_without_evidence_metadata_carry_the_last_day_of_the_period() -> None:
    nothing = msgspec.structs.replace(assessment(), scans=[])

    assert pack.created(nothing) == datetime(2026, 9, 30, tzinfo=UTC)


def test_source_date_epoch_sets_the_date_in_metadata(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")

    assert pack.created(assessment()) == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)


@pytest.mark.parametrize("epoch", ["yesterday", "1.5", "9" * 30, "-9999999999999999"])
def test_a_source_date_epoch_that_is_no_date_is_an_error(
    monkeypatch: pytest.MonkeyPatch, epoch: str
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)

    with pytest.raises(PackError, match=f"SOURCE_DATE_EPOCH={epoch}: is not a number of seconds"):
        pack.created(assessment())
