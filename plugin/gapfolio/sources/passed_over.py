"""What lies beside scanner output and is none: passed over in directories, and counted."""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

from gapfolio.sources.bytestream import head_of
from gapfolio.sources.jsontext import decode
from gapfolio.sources.parquet_schema import MAGIC, has_findings
from gapfolio.sources.sniff import HEAD, headers, sniff

PACK = "evidence pack of Gapfolio"
COMPLIANCE = "compliance output"
HIDDEN = "hidden file"
LOG = "log"
ENGAGEMENT = "file of the engagement"
OWN = "output of Gapfolio"
SPECIAL = "not a regular file"

RUN_SCHEMA = "gapfolio.run/1"
STORE = "gapfolio-store.json"
"""Marks a store of findings, which is read by its own name only."""

_ENGAGEMENT_FILES = frozenset(
    (
        "gapfolio.toml",
        "waivers.yaml",
        "attestations.yaml",
        "not_applicable.yaml",
        "notes.yaml",
        "redaction.key",
        "redaction-map.csv",
    )
)
_PROSE = frozenset(
    (".css", ".ini", ".md", ".otf", ".py", ".rst", ".sh", ".toml", ".ttf", ".yaml", ".yml")
)
_HARMLESS = re.compile(r"HTML|XML|image|font|PDF|Parquet")
_SCHEMA = re.compile(rb'\A\s*\{.*"schema"\s*:\s*"gapfolio\.', re.DOTALL)
_SCHEMA_WITHIN = 1 << 20  # a run record may have a long list of checks before it
_DECODABLE = 64 << 20
_BEGINNING = 4096
_MANIFEST = re.compile(r"[^/]+/manifest\.json")
_RESULTS = re.compile(rb"\s*scoutsuite_results\s*=")
_OWN_COLUMNS = frozenset(("key", "practice"))


def directory(path: Path) -> str:
    """Say why a directory is passed over as a whole; `""` if it is not."""
    if path.name == "compliance":
        return COMPLIANCE
    if (path / STORE).is_file():
        return OWN
    if (path / "theme.toml").is_file():
        return ENGAGEMENT
    manifest = path / "manifest.json"
    if manifest.is_file() and _schema(manifest).startswith("gapfolio.manifest/"):
        return PACK
    return ""


def file(path: Path) -> str:
    """Say why a file is passed over; `""` if it is to be read.

    What cannot be looked at is left to the reader, which says so.
    """
    if not path.is_file():
        return SPECIAL
    try:
        return _by_name(path) or _by_content(path)
    except OSError:
        return ""


def is_run_record(path: Path) -> bool:
    """Say whether a file is a run record (`run.json`), by its content."""
    try:
        return _schema(path) == RUN_SCHEMA
    except OSError:
        return False


def own_columns(names: frozenset[str]) -> bool:
    """Say whether a CSV header is of our own practices.csv or findings.csv."""
    return names >= _OWN_COLUMNS and bool(names & {"assured", "standing"})


def _by_name(path: Path) -> str:
    suffix = path.suffix.lower()
    if path.name.startswith("."):
        return HIDDEN
    if path.name in _ENGAGEMENT_FILES:
        return ENGAGEMENT
    if path.name.endswith((".log", ".log.json")):
        return LOG
    if suffix == ".zip" and _is_archived_pack(path):
        return PACK
    return f"{suffix} file" if suffix in _PROSE else ""


def _is_archived_pack(path: Path) -> bool:
    """Say whether an archive is a pack of ours; its manifest begins with its schema."""
    try:
        with zipfile.ZipFile(path) as archive:
            lists = [name for name in archive.namelist() if _MANIFEST.fullmatch(name)]
            if len(lists) != 1:
                return False
            with archive.open(lists[0]) as stream:
                return b'"gapfolio.manifest/' in stream.read(_BEGINNING)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError):
        return False  # broken, packed in another way, or with a password: not ours


def _by_content(path: Path) -> str:
    head = head_of(path).data[:HEAD]
    shape = sniff(head)
    if head.startswith(MAGIC) and has_findings(path):
        return ""
    if shape.shape == "refused" and _HARMLESS.search(shape.what):
        return re.sub(r"^an? ", "", shape.what)
    schema = _schema(path)
    if path.suffix == ".js" and not _RESULTS.match(head):
        return "script"
    if schema and schema != RUN_SCHEMA:
        return OWN
    if any(own_columns(frozenset(names)) for _, names in headers(head)):
        return OWN
    return ""


def _schema(path: Path) -> str:
    """Give the `schema` of a JSON file of our own; `""` for any other file."""
    with path.open("rb") as stream:
        head = stream.read(_SCHEMA_WITHIN)
    if not _SCHEMA.search(head) or path.stat().st_size > _DECODABLE:
        return ""
    content = decode(path.read_bytes())
    return str(content.get("schema", "")) if content else ""
