"""`gapfolio verify`: whatever is not as the pack was made is named, and nothing else is read."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import packs
from gapfolio.errors import PackError
from gapfolio.manifest import MANIFEST
from gapfolio.report.pdf import render
from gapfolio.verify import check, store, verify
from gapfolio.verify.store import outside

DATA = Path(__file__).parent / "data"


@pytest.fixture
def whole(tmp_path: Path) -> Path:
    """Give a pack as it was made."""
    return packs.whole(tmp_path / "pack")


def problems(target: Path, **options: Any) -> list[str]:
    return verify(target, **options).problems


def edit(path: Path) -> None:
    """Change one byte, and not the size."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


# --- whole -----------------------------------------------------------------------------------


def test_a_pack_as_it_was_made_is_whole(whole: Path) -> None:
    verdict = verify(whole)

    assert verdict.whole
    assert verdict.manifest.client == "Acme"
    assert verdict.manifest_sha256 == hashlib.sha256((whole / MANIFEST).read_bytes()).hexdigest()
    assert not verdict.signed
    told = "\n".join(verdict.facts)
    assert "all as manifest.json lists them" in told
    assert "report.pdf: carries the same assessment.json, evidence.json, practices.csv" in told
    assert verdict.manifest_sha256 in told


def test_a_pack_without_a_pdf_is_whole(whole: Path) -> None:
    (whole / "report.pdf").unlink()
    packs.list_again(whole)

    assert problems(whole) == []


def test_progress_counts_the_bytes(whole: Path) -> None:
    seen: list[tuple[str, int, int]] = []
    verdict = verify(whole, progress=lambda *step: seen.append(step))

    total = sum(entry.bytes for entry in verdict.manifest.files)
    assert seen[-1] == ("checking files", total, total)


def test_verifying_takes_little_memory(whole: Path) -> None:
    with (whole / "findings.csv").open("ab") as file:
        file.write(b"x" * 50_000_000)
    packs.list_again(whole)
    tracemalloc.start()
    try:
        verify(whole)
        assert tracemalloc.get_traced_memory()[1] < 20_000_000
    finally:
        tracemalloc.stop()


def test_checking_loads_neither_a_database_nor_a_signing_library(whole: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from gapfolio.verify import verify\n"
        f"assert verify(Path({str(whole)!r})).whole\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert not {"duckdb", "pyhanko", "boto3", "weasyprint", "rich"} & set(done.stdout.split())


# --- changed, missing, extra -----------------------------------------------------------------


def test_every_file_with_a_changed_byte_is_named(whole: Path) -> None:
    """One after the other, and nothing else is said of files that are as they were."""
    for path in sorted(path for path in whole.rglob("*") if path.is_file()):
        name = path.relative_to(whole).as_posix()
        if name in (MANIFEST, "assessment.json", "evidence.json", "practices.csv"):
            continue  # these the PDF carries, and evidence.json has hashes of: see below
        before = path.read_bytes()
        edit(path)
        found = problems(whole)
        path.write_bytes(before)

        digest = hashlib.sha256(before).hexdigest()
        assert found[0].startswith(f"{name}: was changed: its SHA-256 is "), name
        assert digest not in found[0]
        assert [text for text in found if not text.startswith(f"{name}: ")] == []


def test_a_changed_attachment_is_named_in_the_pdf_too(whole: Path) -> None:
    edit(whole / "practices.csv")

    changed, carried = problems(whole)
    assert changed.startswith("practices.csv: was changed: its SHA-256 is ")
    assert carried == "report.pdf: carries another practices.csv than the one beside it"


def test_a_file_of_another_size_is_named_with_both(whole: Path) -> None:
    size = (whole / "findings.csv").stat().st_size
    with (whole / "findings.csv").open("ab") as file:
        file.write(b"x")

    assert problems(whole) == [
        f"findings.csv: was changed: it has {size + 1:,} bytes, not {size:,}"
    ]


def test_missing_and_added_files_are_named(whole: Path) -> None:
    (whole / "findings.csv").unlink()
    (whole / "catalogue" / "mine.yaml").write_text("x")
    (whole / "notes.docx").write_text("x")

    assert problems(whole) == [
        "catalogue/mine.yaml: is not in manifest.json, so somebody added it",
        "notes.docx: is not in manifest.json, so somebody added it",
        "findings.csv: is missing",
    ]


def test_a_pack_that_was_half_copied_names_all_that_is_missing(whole: Path) -> None:
    shutil.rmtree(whole / "catalogue")
    (whole / "evidence.json").unlink()

    found = problems(whole)
    assert "catalogue/credentials.yaml: is missing" in found
    assert "evidence.json: is missing" in found
    assert "report.pdf: carries evidence.json, which is not beside it" in found


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_that_cannot_be_read_is_named(whole: Path) -> None:
    (whole / "findings.csv").chmod(0)

    assert problems(whole) == ["findings.csv: cannot be read (Permission denied)"]


def test_what_cannot_be_read_is_named_and_the_rest_is_checked(
    whole: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opening = store.Directory.open

    def refuse(self: store.Directory, path: str) -> Any:
        if path == "findings.csv":
            raise OSError(5, "Input/output error")
        return opening(self, path)

    monkeypatch.setattr(store.Directory, "open", refuse)
    edit(whole / "findings.parquet")

    unread, changed = sorted(problems(whole))
    assert unread == "findings.csv: cannot be read (Input/output error)"
    assert changed.startswith("findings.parquet: was changed")


# --- covered up ------------------------------------------------------------------------------


def test_a_change_with_a_new_manifest_shows_in_evidence_json(whole: Path) -> None:
    edit(whole / "findings.csv")
    packs.list_again(whole)

    assert problems(whole) == [
        "evidence.json: says something else of findings.csv than manifest.json"
    ]


def test_a_new_evidence_json_shows_in_the_pdf(whole: Path) -> None:
    digest = hashlib.sha256((whole / "findings.csv").read_bytes()).hexdigest()
    edit(whole / "findings.csv")
    changed = hashlib.sha256((whole / "findings.csv").read_bytes()).hexdigest()
    text = (whole / "evidence.json").read_text().replace(digest, changed)
    (whole / "evidence.json").write_text(text)
    packs.list_again(whole)

    assert problems(whole) == ["report.pdf: carries another evidence.json than the one beside it"]


def test_a_pdf_that_carries_no_evidence_is_named(whole: Path) -> None:
    made = render(f"{packs.PAGE}<p>x", roots=[], created=packs.NOON)
    (whole / "report.pdf").write_bytes(made.pdf)
    packs.list_again(whole)

    assert problems(whole) == ["report.pdf: does not carry evidence.json"]


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF", b"not a PDF at all", b"\0" * 5000])
def test_a_pdf_that_is_none_is_named(whole: Path, content: bytes) -> None:
    (whole / "report.pdf").write_bytes(content)
    packs.list_again(whole)

    assert problems(whole) == [
        "report.pdf: what it carries cannot be read: it is no PDF, or only a part of one"
    ]


def test_evidence_of_another_client_is_named(whole: Path) -> None:
    packs.rewrite(whole / "evidence.json", lambda content: content.update(client="Other"))
    packs.list_again(whole)

    assert "evidence.json: is of another client or period than manifest.json" in problems(whole)


def test_other_inputs_than_those_of_the_assessment_are_named(whole: Path) -> None:
    packs.rewrite(whole / "evidence.json", lambda content: content["inputs"][0].update(bytes=1))
    packs.list_again(whole)

    assert "evidence.json: lists other inputs than assessment.json" in problems(whole)


@pytest.mark.parametrize("content", ["{", "[]", '{"schema": "gapfolio.evidence/9"}'])
def test_evidence_that_cannot_be_read_is_named(whole: Path, content: str) -> None:
    (whole / "evidence.json").write_text(content)
    packs.list_again(whole)

    assert any(text.startswith("evidence.json: ") for text in problems(whole))


# --- the manifest ----------------------------------------------------------------------------


def refused(target: Path) -> str:
    with pytest.raises(PackError) as raised:
        verify(target)
    assert "\n" not in str(raised.value)
    return str(raised.value)


def test_nothing_there_is_said(tmp_path: Path) -> None:
    assert refused(tmp_path / "none").endswith("there is no such directory or archive")


def test_a_directory_without_a_manifest_is_no_pack(whole: Path) -> None:
    (whole / MANIFEST).unlink()

    assert "has no manifest.json: it is no evidence pack, or only a part of one" in refused(whole)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "cannot be read: Input data was truncated"),
        (b"{", "cannot be read: Input data was truncated"),
        (b"\xff\xfe", "cannot be read"),
        (b"[]", "cannot be read: Expected `object`"),
        (b"[" * 100_000, "cannot be read"),
        (b'{"schema": "gapfolio.manifest/1"}', "cannot be read: Object missing required field"),
        (
            b'{"schema": "gapfolio.manifest/0", "versions": {"gapfolio": "0.0.9"}}',
            "the pack was made by gapfolio 0.0.9, use it with that",
        ),
        (b'{"schema": "other/1"}', "made by gapfolio an unknown version"),
    ],
)
def test_a_manifest_that_cannot_be_read_is_told(whole: Path, content: bytes, told: str) -> None:
    (whole / MANIFEST).write_bytes(content)

    assert told in refused(whole)


def test_a_manifest_of_a_newer_version_names_both_versions(whole: Path) -> None:
    def newer(content: dict[str, Any]) -> None:
        content["versions"]["gapfolio"] = "9.1"
        content["more"] = 1

    packs.rewrite(whole / MANIFEST, newer)

    assert "unknown field `more` (made by gapfolio 9.1, this is " in refused(whole)


def test_a_pack_of_another_version_with_the_same_schema_is_checked_and_said_so(whole: Path) -> None:
    packs.rewrite(whole / MANIFEST, lambda content: content["versions"].update(gapfolio="0.0.9"))
    verdict = verify(whole)

    assert verdict.whole
    assert verdict.facts[0].startswith("made by gapfolio 0.0.9, checked with ")


def test_a_huge_manifest_is_not_read(whole: Path) -> None:
    with (whole / MANIFEST).open("ab") as file:
        file.truncate(check._LIST + 1)

    assert "manifest.json: is too large to be read" in refused(whole)


@pytest.mark.parametrize(
    "name",
    ["../outside.txt", "/etc/hostname", "a/../../outside.txt", "", ".", "a//b", "C:/x", "..\\x"],
)
def test_a_name_that_leads_out_of_the_pack_is_never_read(whole: Path, name: str) -> None:
    (whole.parent / "outside.txt").write_text("secret")
    entry = {"path": name, "sha256": hashlib.sha256(b"secret").hexdigest(), "bytes": 6}
    packs.rewrite(whole / MANIFEST, lambda content: content["files"].append(entry))

    assert f"manifest.json: names {name!r}, which is no file of the pack; it was not read" in (
        problems(whole)
    )


def test_a_link_out_of_the_pack_is_named_and_not_followed(whole: Path) -> None:
    secret = whole.parent / "secret.csv"
    (whole / "findings.csv").rename(secret)
    (whole / "findings.csv").symlink_to(secret)
    (whole / "more").symlink_to(whole.parent)

    assert problems(whole) == [
        "more: is not in manifest.json, so somebody added it",
        "findings.csv: is a symbolic link, which is not followed",
    ]


def test_a_linked_directory_in_the_pack_is_not_followed(whole: Path) -> None:
    (whole / "catalogue").rename(whole.parent / "elsewhere")
    (whole / "catalogue").symlink_to(whole.parent / "elsewhere")

    found = problems(whole)
    assert "catalogue: is not in manifest.json, so somebody added it" in found
    assert "catalogue/credentials.yaml: is missing" in found


def test_a_link_instead_of_the_manifest_is_refused(whole: Path) -> None:
    (whole / MANIFEST).rename(whole.parent / MANIFEST)
    (whole / MANIFEST).symlink_to(whole.parent / MANIFEST)

    assert "manifest.json: is a symbolic link, which is not followed" in refused(whole)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_a_pipe_does_not_hold_it_up(whole: Path) -> None:
    (whole / "findings.csv").unlink()
    os.mkfifo(whole / "findings.csv")

    assert problems(whole) == ["findings.csv: is not a regular file"]


def test_the_pack_itself_may_be_reached_through_a_link(whole: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(whole)

    assert problems(tmp_path / "link") == []


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (list.clear, "does not list evidence.json, which every pack has"),
        (lambda files: files.append(files[0]), "lists assessment.json twice"),
        (lambda files: files.append({**files[0], "path": MANIFEST}), "lists manifest.json itself"),
        (lambda files: files[0].update(sha256="x"), "has no SHA-256 and size of assessment.json"),
        (lambda files: files[0].update(bytes=-1), "has no SHA-256 and size of assessment.json"),
    ],
)
def test_entries_that_make_no_sense_are_named(
    whole: Path, change: Callable[[Any], None], told: str
) -> None:
    packs.rewrite(whole / MANIFEST, lambda content: change(content["files"]))

    assert f"manifest.json: {told}" in problems(whole)


@pytest.mark.parametrize("path", ["a", "a/b.c", "a b", "...", "..a/b", "ü"])
def test_ordinary_names_stay_inside(path: str) -> None:
    assert not outside(path)
