"""The evidence pack: one directory per period with the report and everything behind it.

Order: data, then `evidence.json` (hashes of inputs and of all non-PDF outputs), then the PDF that
carries it, then `manifest.json` (hash and size of every file). Everything is written to a
temporary directory beside the target and moved into place, so a failed run leaves the last good
pack untouched. A pack is replaced only if it is ours, of the same period and not signed.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from gapfolio import __version__, decoding
from gapfolio.assess import document
from gapfolio.audit import Audit
from gapfolio.errors import PackError
from gapfolio.hashing import sha256
from gapfolio.live.reading import FOLDER
from gapfolio.manifest import (
    DECLARED,
    EVIDENCE,
    MANIFEST,
    SIGNATURE,
    Declared,
    Evidence,
    FileEntry,
    Manifest,
    edition,
)
from gapfolio.model import Assessment

__all__ = [
    "EVIDENCE",
    "MANIFEST",
    "SIGNATURE",
    "Evidence",
    "FileEntry",
    "Manifest",
    "created",
    "entries",
    "entry",
    "guard",
    "staged",
    "write_companions",
    "write_evidence",
    "write_manifest",
]


@contextmanager
def staged(target: Path, period: str, edition: str = "") -> Iterator[Path]:
    """Give a private directory that becomes `target` when the block ends well.

    Raises:
        PackError: something that is not our unsigned pack of this period is in the way.
    """
    guard(target, period, edition)
    place = target.resolve()
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        stage = Path(tempfile.mkdtemp(prefix=f".{place.name}.", dir=place.parent))
    except OSError as error:
        raise PackError(
            f"{place.parent}: cannot write there ({error.strerror}); name another -o"
        ) from error
    try:
        yield stage
        _close(stage)
        guard(target, period, edition)
        _swap(stage, place)
    except OSError as error:
        raise PackError(
            f"{target}: could not be written ({error.strerror}); what was there is untouched"
        ) from error
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def guard(target: Path, period: str, edition: str = "") -> None:
    """Refuse to replace anything but our own unsigned pack of the same period and edition.

    Raises:
        PackError: saying what is in the way and what to do.
    """
    if not target.exists() and not target.is_symlink():
        return
    if not target.is_dir() or target.is_symlink():
        raise PackError(f"{target}: is in the way and is not a directory of ours; name another -o")
    if target.is_mount() or target.resolve() == Path.cwd():
        raise PackError(f"{target}: cannot be replaced as a whole; name a new directory inside it")
    if not any(target.iterdir()):
        return
    try:
        manifest = decoding.decode((target / MANIFEST).read_bytes(), Manifest, "json")
    except (OSError, decoding.MalformedError) as error:
        raise PackError(
            f"{target}: holds files that are not an evidence pack of ours; name another -o"
        ) from error
    if manifest.period != period:
        raise PackError(
            f"{target}: holds the pack of {manifest.period}, this one is of {period}; "
            "name another -o"
        )
    if manifest.edition != edition:
        raise PackError(
            f"{target}: holds another report of {period} ({_named(manifest.edition)}), this one is "
            f"{_named(edition)}; name another -o"
        )
    if (target / SIGNATURE).exists():
        raise PackError(f"{target}: that pack is signed and stays as it is; name another -o")
    ours = {MANIFEST, *(file.path for file in manifest.files)}
    for path in sorted(target.rglob("*")):
        if path.is_file() and path.relative_to(target).as_posix() not in ours:
            raise PackError(f"{path}: is not of the pack beside it; move it, or name another -o")


def _named(edition: str) -> str:
    return edition or "the whole one"


def entry(path: Path, root: Path) -> FileEntry:
    """Hash a file of the pack."""
    return FileEntry(
        path=path.relative_to(root).as_posix(),
        sha256=sha256(path),
        bytes=path.stat().st_size,
    )


def entries(root: Path) -> list[FileEntry]:
    """Hash every file of the pack, sorted by path."""
    return [entry(path, root) for path in sorted(root.rglob("*")) if path.is_file()]


def write_companions(audit: Audit, stage: Path) -> None:
    """Copy what the assessment was made with: mapping data, engagement, what was read live.

    A redacted copy gets the mapping data only: the rest holds the names.
    """
    for name, path in audit.catalogue.files.items():
        copy = stage / "catalogue" / name
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    if audit.assessment.redacted:
        return
    for path in audit.folder.files():
        copy = stage / "engagement" / path.relative_to(audit.folder.directory or Path())
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, copy)
    for place, path in enumerate(audit.run_files):
        (stage / "runs").mkdir(exist_ok=True)
        shutil.copyfile(path, stage / "runs" / f"{place + 1:03d}-{path.name}")
    _write_declared(audit, stage)
    if audit.pulled and audit.pulled.is_dir():
        hidden = shutil.ignore_patterns(".*")  # not finished, or not for others
        shutil.copytree(audit.pulled, stage / FOLDER, ignore=hidden)


def _write_declared(audit: Audit, stage: Path) -> None:
    """Write the checks of declarations that named a list; it may have lain anywhere."""
    listed = {
        place: run.origin
        for place, run in enumerate(audit.assessment.runs)
        if run.declared and not run.origin.endswith("=all")
    }
    if not listed:
        return
    checks: dict[str, set[str]] = {origin: set() for origin in listed.values()}
    for row in audit.engine.rows("SELECT run_id, check_id FROM run_checks"):
        if row["run_id"] in listed:
            checks[listed[row["run_id"]]].add(row["check_id"])
    declared = Declared(checks={origin: sorted(names) for origin, names in checks.items()})
    (stage / DECLARED).parent.mkdir(exist_ok=True)
    (stage / DECLARED).write_bytes(document.encode(declared))


def write_evidence(assessment: Assessment, stage: Path) -> Path:
    """Write `evidence.json` over everything that is in the pack so far."""
    path = stage / EVIDENCE
    evidence = Evidence(
        client=assessment.client,
        period=assessment.period.name,
        versions=assessment.versions,
        inputs=[
            FileEntry(path=item.name, sha256=item.sha256, bytes=item.bytes)
            for item in assessment.inputs
        ],
        files=entries(stage),
    )
    path.write_bytes(document.encode(evidence))
    return path


def write_manifest(assessment: Assessment, stage: Path) -> None:
    """Write `manifest.json` over every other file."""
    manifest = Manifest(
        client=assessment.client,
        period=assessment.period.name,
        edition=edition(assessment),
        created=created(assessment),
        versions={**assessment.versions, "gapfolio": __version__},
        files=entries(stage),
    )
    (stage / MANIFEST).write_bytes(document.encode(manifest))


def created(assessment: Assessment) -> datetime:
    """Give the date that metadata carry: SOURCE_DATE_EPOCH, else the newest evidence.

    Never the clock: the same inputs give the same bytes on any day.

    Raises:
        PackError: SOURCE_DATE_EPOCH is not a number of seconds.
    """
    epoch = os.environ.get("SOURCE_DATE_EPOCH")
    if epoch:
        try:
            return datetime.fromtimestamp(int(epoch), UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise PackError(f"SOURCE_DATE_EPOCH={epoch}: is not a number of seconds") from error
    seen = [scan.observed_at for scan in assessment.scans]
    if seen:
        return max(seen).replace(microsecond=0)
    end = assessment.period.end
    return datetime(end.year, end.month, end.day, tzinfo=UTC)


def _close(stage: Path) -> None:
    """Make the files private and the directory ordinary, before it goes into place."""
    for path in stage.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)
    stage.chmod(0o700)


def _swap(stage: Path, target: Path) -> None:
    if not target.exists():
        stage.rename(target)
        return
    old = target.with_name(f".{target.name}.old-{os.getpid()}")
    target.rename(old)
    try:
        stage.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
