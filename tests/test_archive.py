"""A pack as one archive: reproducible when written, harmless when read."""

from __future__ import annotations

import os
import shutil
import stat
import tracemalloc
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import packs
from gapfolio import archive
from gapfolio.errors import PackError
from gapfolio.manifest import MANIFEST, SIGNATURE
from gapfolio.verify import verify

DATA = Path(__file__).parent / "data"


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Give a pack as it was made."""
    return packs.whole(tmp_path / "pack")


def problems(target: Path, **options: Any) -> list[str]:
    return verify(target, **options).problems


def refused(target: Path) -> str:
    with pytest.raises(PackError) as raised:
        verify(target)
    assert "\n" not in str(raised.value)
    return str(raised.value)


@pytest.fixture
def zipped(whole: Path) -> Path:
    """Give the archive of a whole pack."""
    return archive.write(whole)


def test_an_archive_is_checked_like_the_directory(zipped: Path) -> None:
    verdict = verify(zipped, recompute=True)

    assert verdict.problems == []
    assert zipped.name == "pack.zip"


def test_an_archive_is_sorted_dated_private_and_plain(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as found:
        members = found.infolist()
    names = [member.filename for member in members]

    assert stat.S_IMODE(zipped.stat().st_mode) == 0o600
    assert names == sorted(names)
    assert {name.partition("/")[0] for name in names} == {"2026-Q4"}
    assert {member.date_time for member in members} == {(2026, 11, 23, 11, 12, 22)}  # even
    assert {member.external_attr >> 16 for member in members} == {stat.S_IFREG | 0o600}
    assert {(member.extra, member.comment) for member in members} == {(b"", b"")}


def test_the_same_pack_gives_the_same_archive_wherever_and_whenever(tmp_path: Path) -> None:
    made: list[bytes] = []
    for place in ("one", "some/other"):
        target = packs.whole(tmp_path / place / f"pack-{len(made)}")
        for path in target.rglob("*"):
            os.utime(path, (len(made) * 1e9, len(made) * 1e9))
        made.append(archive.write(target).read_bytes())

    assert made[0] == made[1]


def test_an_archive_that_somebody_packed_by_hand_is_checked_too(whole: Path) -> None:
    made = shutil.make_archive(str(whole), "zip", whole)

    assert problems(Path(made)) == []


def repacked(source: Path, change: Callable[[str, bytes], bytes | None]) -> Path:
    """Write an archive anew with other content; None leaves a file out."""
    target = source.with_name("other.zip")
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = change(name.partition("/")[2], old.read(name))
            if data is not None:
                new.writestr(name, data, zipfile.ZIP_DEFLATED)
    return target


def test_changed_and_missing_files_of_an_archive_are_named(zipped: Path) -> None:
    def change(name: str, data: bytes) -> bytes | None:
        if name == "findings.csv":
            return None
        return data.replace(b"a", b"b", 1) if name == "findings.parquet" else data

    missing, changed = problems(repacked(zipped, change))

    assert missing == "findings.csv: is missing"
    assert changed.startswith("findings.parquet: was changed: its SHA-256 is ")


def test_a_damaged_byte_in_an_archive_names_the_file(zipped: Path) -> None:
    with zipfile.ZipFile(zipped) as found:
        place = found.getinfo("2026-Q4/findings.parquet")
    data = bytearray(zipped.read_bytes())
    data[place.header_offset + 200] ^= 1
    zipped.write_bytes(data)

    (problem,) = problems(zipped)
    assert problem.startswith("findings.parquet: cannot be read (damaged in the archive: Bad CRC")


def test_an_archive_that_is_cut_off_is_refused(zipped: Path) -> None:
    zipped.write_bytes(zipped.read_bytes()[:-100])

    assert "is neither a directory nor a zip archive" in refused(zipped)


def hostile(zipped: Path, *members: tuple[zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(zipped, "a") as found:
        for member, data in members:
            found.writestr(member, data)
    return zipped


@pytest.mark.parametrize("name", ["../../evil", "/evil", "2026-Q4/../../evil", "2026-Q4/a\\..\\b"])
def test_a_name_in_an_archive_that_leads_out_is_never_unpacked(
    zipped: Path, name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    before = set(tmp_path.rglob("*"))
    found = problems(hostile(zipped, (zipfile.ZipInfo(name), b"evil")), recompute=True)

    assert len(found) == 1
    assert "evil" in found[0] or "a\\" in found[0]
    assert set(tmp_path.rglob("*")) == before


def test_a_link_in_an_archive_is_not_followed(zipped: Path) -> None:
    link = zipfile.ZipInfo("2026-Q4/notes")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16

    assert problems(hostile(zipped, (link, b"/etc/passwd"))) == [
        "notes: is not in manifest.json, so somebody added it"
    ]


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_a_file_that_is_in_an_archive_twice_is_named(zipped: Path) -> None:
    twice = zipfile.ZipInfo("2026-Q4/findings.csv")

    assert problems(hostile(zipped, (twice, b"x"))) == ["findings.csv: is in the archive twice"]


def test_files_that_share_their_bytes_are_refused(zipped: Path) -> None:
    """The way of bombs that unpack a kilobyte a million times."""
    with zipfile.ZipFile(zipped, "a") as found:
        other = found.getinfo("2026-Q4/findings.csv")
        made = zipfile.ZipInfo("2026-Q4/more.csv")
        for name in ("header_offset", "CRC", "compress_size", "file_size", "compress_type"):
            setattr(made, name, getattr(other, name))
        found.filelist.append(made)
        found._didModify = True  # type: ignore[attr-defined]

    assert "is a damaged archive (its files overlap)" in refused(zipped)


def test_a_bomb_is_neither_unpacked_nor_read(zipped: Path) -> None:
    """It says how large it is, and that is not what the manifest says."""

    def change(name: str, data: bytes) -> bytes:
        return b"\0" * 200_000_000 if name == "findings.csv" else data

    bomb = repacked(zipped, change)
    tracemalloc.start()
    try:
        found = problems(bomb)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()

    assert len(found) == 1
    assert found[0].startswith("findings.csv: was changed: it has 200,000,000 bytes, not ")


def test_what_has_no_room_is_not_unpacked(zipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.disk_usage", lambda _: shutil._ntuple_diskusage(10, 0, 10))

    (problem,) = problems(zipped, recompute=True)
    assert "bytes of scratch space and there are 10; set TMPDIR to a larger disk" in problem


def test_packing_that_is_not_ours_is_named(zipped: Path) -> None:
    odd = zipfile.ZipInfo("2026-Q4/odd")
    odd.compress_type = zipfile.ZIP_LZMA

    assert problems(hostile(zipped, (odd, b"x"))) == [
        "odd: is not in manifest.json, so somebody added it"
    ]


def test_a_report_with_an_archive_replaces_its_own(tmp_path: Path) -> None:
    home = packs.engagement(tmp_path / "home")
    target = packs.report(home, tmp_path / "pack", zipped=True)
    first = archive.place(target).read_bytes()
    packs.report(home, target, zipped=True)

    assert archive.place(target).read_bytes() == first
    assert {path.name for path in tmp_path.iterdir()} == {"home", "pack", "pack.zip"}


@pytest.mark.parametrize(
    ("put", "told"),
    [
        (lambda path: path.write_text("thesis"), "is no archive of ours; move it"),
        (lambda path: path.mkdir(), "is no archive of ours; move it"),
        (lambda path: path.symlink_to("nowhere"), "is no archive of ours; move it"),
        (lambda path: zipfile.ZipFile(path, "w").close(), "is no archive of ours; move it"),
    ],
    ids=["file", "directory", "link", "empty archive"],
)
def test_an_archive_never_replaces_what_is_not_ours(
    tmp_path: Path, put: Callable[[Path], None], told: str
) -> None:
    home = packs.engagement(tmp_path / "home")
    put(tmp_path / "pack.zip")

    with pytest.raises(PackError, match=told):
        packs.report(home, tmp_path / "pack", zipped=True)
    assert not (tmp_path / "pack").exists()


def test_an_archive_of_another_period_or_of_a_signed_pack_stays(whole: Path) -> None:
    archive.write(whole)
    with pytest.raises(PackError, match=r"pack\.zip: holds the pack of 2026-Q4; move it"):
        archive.guard(whole, "2027-Q1")

    (whole / SIGNATURE).write_bytes(b"x")
    archive.write(whole)
    with pytest.raises(PackError, match=r"pack\.zip: holds a signed pack and stays as it is"):
        archive.guard(whole, "2026-Q4")


def test_an_archive_that_cannot_be_finished_leaves_nothing(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(PackError, match=r"No space left on device\); the pack itself is whole"):
        archive.write(whole)

    assert [path.name for path in whole.parent.iterdir()] == ["pack"]


def test_no_archive_is_made_of_files_outside_the_pack(whole: Path) -> None:
    (whole.parent / "outside.txt").write_text("secret")
    entry = {"path": "../outside.txt", "sha256": "0" * 64, "bytes": 6}
    packs.rewrite(whole / MANIFEST, lambda content: content["files"].append(entry))

    with pytest.raises(PackError, match=r"outside\.txt: is missing or no regular file"):
        archive.write(whole)
