"""The checks of a pack, one after the other; each names every file that is not as it should be."""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

import msgspec

from gapfolio import __version__, decoding
from gapfolio.errors import GapfolioError, PackError
from gapfolio.manifest import (
    ASSESSMENT,
    EVIDENCE,
    MANIFEST,
    REPORT,
    SIGNATURE,
    Evidence,
    FileEntry,
    Manifest,
    read_manifest,
)
from gapfolio.report.attachments import UnreadableError, attachments
from gapfolio.verify.hashes import digests
from gapfolio.verify.store import Store, opened, outside, read

Progress = Callable[[str, int, int], None]
_T = TypeVar("_T")
_LIST = 64 << 20
"""Most bytes that manifest.json or evidence.json may have."""
_SIGNED = 4 << 20
_PDF = 1 << 30
_SHA256 = re.compile(r"[0-9a-f]{64}")
_EXTRA = "sign"


@dataclass
class Verdict:
    """What was found out about a pack."""

    manifest: Manifest
    manifest_sha256: str
    problems: list[str] = field(default_factory=list)
    """One line each, the file first; empty if the pack is whole."""
    facts: list[str] = field(default_factory=list)
    """What was found in order, and what was not checked."""
    signed: bool = False

    @property
    def whole(self) -> bool:
        """Nothing is wrong."""
        return not self.problems

    @property
    def made_by(self) -> str:
        """Version of Gapfolio that wrote it."""
        return self.manifest.versions.get("gapfolio", "")


class _Named(msgspec.Struct, frozen=True):
    name: str
    sha256: str
    bytes: int


class _Inputs(msgspec.Struct, frozen=True):
    """Of `assessment.json`, only what it says of its inputs."""

    inputs: list[_Named]


def verify(
    pack: Path,
    *,
    recompute: bool = False,
    trust: Sequence[Path] = (),
    progress: Progress = lambda *_: None,
) -> Verdict:
    """Check an evidence pack: every file of it, the PDF's attachments, and its signatures.

    Args:
        pack: its directory, or a zip archive of it.
        recompute: also work the scores out anew and compare.
        trust: files with certificates (PEM or DER) that signatures must go back to.
        progress: told what is being done.

    Raises:
        PackError: there is no pack, or its manifest cannot be read.
        GapfolioError: a certificate to trust, or what `recompute` takes, is wrong.
    """
    signing = _signing() if trust else None
    roots = signing.roots(trust) if signing else []
    with opened(pack) as store:
        raw = _raw_manifest(store)
        verdict = Verdict(read_manifest(raw, store.name), hashlib.sha256(raw).hexdigest())
        if verdict.made_by != __version__:
            verdict.facts.append(f"made by gapfolio {verdict.made_by}, checked with {__version__}")
        _files(store, verdict, progress)
        _evidence(store, verdict)
        pdf = _report(store, verdict)
        _signatures(store, verdict, raw, pdf, roots)
        if trust and not verdict.signed:
            verdict.problems.append(f"{MANIFEST}: is not signed, so there is nobody to trust")
        if recompute:
            _recompute(store, verdict, progress)
    return verdict


def _raw_manifest(store: Store) -> bytes:
    if MANIFEST in store.odd:
        raise PackError(f"{store.name}: {MANIFEST}: is {store.odd[MANIFEST]}")
    if MANIFEST not in store.files:
        raise PackError(
            f"{store.name}: has no {MANIFEST}: it is no evidence pack, or only a part of one"
        )
    return read(store, MANIFEST, _LIST)


# --- files -----------------------------------------------------------------------------------


def _files(store: Store, verdict: Verdict, progress: Progress) -> None:
    """Hold every file against the manifest."""
    before = len(verdict.problems)
    listed = dict(_listed(verdict))
    if EVIDENCE not in listed:
        verdict.problems.append(f"{MANIFEST}: does not list {EVIDENCE}, which every pack has")
    for path in sorted({*store.files, *store.odd} - {*listed, MANIFEST, SIGNATURE}):
        verdict.problems.append(f"{path}: is not in {MANIFEST}, so somebody added it")
    same_size = []
    for path, entry in listed.items():
        if path in store.odd:
            verdict.problems.append(f"{path}: is {store.odd[path]}")
        elif path not in store.files:
            verdict.problems.append(f"{path}: is missing")
        elif store.files[path] != entry.bytes:
            verdict.problems.append(
                f"{path}: was changed: it has {store.files[path]:,} bytes, not {entry.bytes:,}"
            )
        else:
            same_size.append(path)
    found = digests(store, same_size, lambda done, of: progress("checking files", done, of))
    for path in same_size:
        digest = found[path]
        if isinstance(digest, OSError):
            verdict.problems.append(f"{path}: cannot be read ({digest.strerror or digest})")
        elif digest != listed[path].sha256:
            verdict.problems.append(f"{path}: was changed: its SHA-256 is {digest}")
    if len(verdict.problems) == before:
        total = sum(entry.bytes for entry in listed.values())
        verdict.facts.append(f"{len(listed)} files, {total:,} bytes: all as {MANIFEST} lists them")


def _listed(verdict: Verdict) -> Iterator[tuple[str, FileEntry]]:
    """Give the entries that can be held against files; the others are problems."""
    seen = set[str]()
    for entry in verdict.manifest.files:
        if outside(entry.path):
            what = f"names {entry.path!r}, which is no file of the pack; it was not read"
        elif entry.path in (MANIFEST, SIGNATURE):
            what = f"lists {entry.path} itself"
        elif entry.path in seen:
            what = f"lists {entry.path} twice"
        elif not _SHA256.fullmatch(entry.sha256) or entry.bytes < 0:
            what = f"has no SHA-256 and size of {entry.path}"
        else:
            seen.add(entry.path)
            yield entry.path, entry
            continue
        verdict.problems.append(f"{MANIFEST}: {what}")


# --- evidence.json and the PDF ---------------------------------------------------------------


def _evidence(store: Store, verdict: Verdict) -> None:
    """Hold evidence.json against the manifest and assessment.json."""
    evidence = _decoded(store, verdict, EVIDENCE, Evidence)
    if evidence is None:
        return
    before = len(verdict.problems)
    manifest = verdict.manifest
    if (evidence.client, evidence.period) != (manifest.client, manifest.period):
        verdict.problems.append(f"{EVIDENCE}: is of another client or period than {MANIFEST}")
    stated = {entry.path: entry for entry in evidence.files}
    listed = {entry.path: entry for entry in manifest.files if entry.path not in (EVIDENCE, REPORT)}
    for path in sorted({**stated, **listed}):
        if stated.get(path) != listed.get(path):
            verdict.problems.append(f"{EVIDENCE}: says something else of {path} than {MANIFEST}")
    assessment = _decoded(store, verdict, ASSESSMENT, _Inputs)
    if assessment is not None:
        said = [FileEntry(path=i.name, sha256=i.sha256, bytes=i.bytes) for i in assessment.inputs]
        if said != evidence.inputs:
            verdict.problems.append(f"{EVIDENCE}: lists other inputs than {ASSESSMENT}")
    if len(verdict.problems) == before:
        number = len(evidence.inputs)
        verdict.facts.append(
            f"{EVIDENCE}: agrees with {MANIFEST}; it names {number} input{'s' * (number != 1)}"
        )


def _decoded(store: Store, verdict: Verdict, path: str, kind: type[_T]) -> _T | None:
    """Read a file of the pack as a record; None if that cannot be done, which is a problem."""
    if path not in store.files:
        return None  # told already, if the manifest lists it
    try:
        return decoding.decode(read(store, path, _LIST), kind, "json")
    except (PackError, decoding.MalformedError) as error:
        text = str(error)
        verdict.problems.append(text if isinstance(error, PackError) else f"{path}: {text}")
        return None


def _report(store: Store, verdict: Verdict) -> bytes | None:
    """Hold what the PDF carries against the files beside it; gives the PDF."""
    if REPORT not in store.files:
        return None
    try:
        pdf = read(store, REPORT, _PDF)
        carried = attachments(pdf, max(store.files.values()) + 1)
    except PackError as error:
        verdict.problems.append(str(error))
        return None
    except UnreadableError as error:
        verdict.problems.append(f"{REPORT}: what it carries cannot be read: {error}")
        return pdf
    wrong = []
    if EVIDENCE not in carried:
        wrong.append(f"{REPORT}: does not carry {EVIDENCE}")
    for name, content in sorted(carried.items()):
        if name not in store.files:
            wrong.append(f"{REPORT}: carries {name}, which is not beside it")
        elif not _same(store, name, content):
            wrong.append(f"{REPORT}: carries another {name} than the one beside it")
    verdict.problems += wrong
    if not wrong:
        verdict.facts.append(f"{REPORT}: carries the same {', '.join(sorted(carried))}")
    return pdf


def _same(store: Store, path: str, content: bytes) -> bool:
    if store.files[path] != len(content):
        return False
    try:
        return read(store, path, len(content)) == content
    except PackError:
        return False  # that it cannot be read is told already


# --- signatures and scores -------------------------------------------------------------------


def _signing() -> ModuleType | None:
    """Load what checks signatures; None where pyHanko is not installed."""
    try:
        from gapfolio.verify import signatures  # noqa: PLC0415  # heavy, and an extra
    except ImportError:
        return None
    return signatures


def _signatures(
    store: Store, verdict: Verdict, raw: bytes, pdf: bytes | None, roots: Sequence[Any]
) -> None:
    """Check the signatures of the PDF and the manifest, where there are any."""
    in_pdf = pdf is not None and b"/ByteRange" in pdf
    detached = SIGNATURE in store.files
    verdict.signed = in_pdf or detached
    if SIGNATURE in store.odd:
        verdict.problems.append(f"{SIGNATURE}: is {store.odd[SIGNATURE]}")
    if not verdict.signed:
        verdict.facts.append(
            f"not signed: who could change a file could change {MANIFEST} too; its SHA-256 is "
            f"{verdict.manifest_sha256}"
        )
        return
    if in_pdf and not detached:
        verdict.problems.append(f"{SIGNATURE}: is missing: {REPORT} is signed, {MANIFEST} is not")
    signing = _signing()
    if signing is None:
        verdict.problems.append(
            f"{SIGNATURE}: signatures could not be checked: pip install gapfolio[{_EXTRA}]"
        )
        return
    told = []
    if pdf is not None and in_pdf:
        told.append(signing.check_pdf(pdf, roots))
    if detached:
        told.append(signing.check_manifest(raw, read(store, SIGNATURE, _SIGNED), roots))
    for one in told:
        verdict.problems += one.problems
        verdict.facts += one.facts


def _recompute(store: Store, verdict: Verdict, progress: Progress) -> None:
    from gapfolio.verify.recompute import needed, recompute  # noqa: PLC0415  # DuckDB: heavy

    listed = {entry.path for entry in verdict.manifest.files}
    try:
        wanted = needed([path for path in store.files if path in listed])
        with tempfile.TemporaryDirectory(prefix="gapfolio-") as scratch:
            root = store.lay_out(wanted, Path(scratch))
            lines = recompute(root, lambda step: progress(step, 0, 0))
    except (GapfolioError, OSError) as error:
        verdict.problems.append(f"not recomputed: {error}")
        return
    verdict.problems += lines
    if not lines:
        verdict.facts.append(f"recomputed: every score and count of {ASSESSMENT} follows")
